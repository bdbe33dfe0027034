"""Clean records as a Kazakhstan library's catalogue holds them: right by the standard, of uneven wealth."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from bench.planting.books import Books, isbn, zipf
from bench.planting.draft import Draft, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    Dice = random.Random

BRANCHES = ("Орталық кітапхана", "Балалар кітапханасы", "№ 3 филиал", "№ 7 филиал")
AUDIENCE = {"work": "m  ", "learning": "k  ", "children": "a  "}
#: An author mark of three letters' worth: letter and figure after Khavkina's tables.
MARKS = {
    "А": 13,
    "Ә": 81,
    "Б": 43,
    "Г": 72,
    "Д": 66,
    "Е": 30,
    "Ж": 72,
    "К": 20,
    "Қ": 35,
    "М": 23,
    "Н": 84,
    "С": 30,
    "Т": 52,
}


class Library:
    """Makes the records of one catalogue, one after the other, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.books = Books(self.dice)
        self._trade, self._prose = self.books.trade, self.books.prose

    def record(self, at: int) -> Draft:
        dice = self.dice
        lang = dice.choices(("kaz", "rus"), (48, 52))[0]
        if dice.random() < 0.04:
            return self._foreign(at)
        book = self.books.any(lang)
        return self._unimarc(at, lang, book) if dice.random() < 0.88 else self._marc21(at, lang, book)

    # -- UNIMARC as RUSMARC ---------------------------------------------------------------------------------

    def _unimarc(self, at: int, lang: str, book: dict[str, Any]) -> Draft:
        dice = self.dice
        year, house = dice.randint(1958, 2025), zipf(dice, self._trade["publishers"], 0.5)
        volume = dice.random() < 0.08
        draft = Draft("unimarc", lang, f"00000nam{'2' if volume else '0'} 2200000   450 ")
        entered = f"{dice.randint(max(2008, year), 2025)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}"
        draft.parts = [
            Part("001", text=f"KZ\\CBS\\bibl\\{at:06d}"),
            Part("005", text=f"{entered}101500.0"),
        ]
        if year > 1991 and dice.random() < 0.9:
            number = isbn(dice, house["isbn"][year > 2006])
            price = f"{dice.randint(3, 60) * 50} тг." if dice.random() < 0.4 else ""
            run = str(dice.choice((500, 1000, 2000, 3000, 5000))) if dice.random() < 0.4 else ""
            binding = "" if dice.random() < 0.8 else {"kaz": "қатты мұқаба", "rus": "в пер."}[lang]
            draft.add("010", "  ", ("a", number), ("b", binding), ("d", price), ("9", run))
        draft.add("100", "  ", ("a", f"{entered}d{year}    {AUDIENCE[book['kind']]}y0{lang}y50      ca"))
        translated = book["author"][0] in {"Пушкин", "Толстой", "Хемингуэй", "Сент-Экзюпери", "Верн", "Дюма", "Лондон", "Кристи", "Дойл", "Ремарк", "Маркес"} and not (
            lang == "rus" and book["author"][0] in {"Пушкин", "Толстой"})  # fmt: skip
        original = {
            "Пушкин": "rus",
            "Толстой": "rus",
            "Хемингуэй": "eng",
            "Лондон": "eng",
            "Кристи": "eng",
            "Дойл": "eng",
            "Ремарк": "ger",
            "Маркес": "spa",
        }
        source = original.get(book["author"][0], "fre") if translated else ""
        draft.add("101", f"{int(translated)} ", ("a", lang), ("c", source))
        draft.add("102", "  ", ("a", house.get("country", "KZ")))
        draft.add("105", "  ", ("a", f"{dice.choice(('y   ', 'a   '))}z   000{book['literature']}y"))
        self._title(draft, lang, book, volume=volume)
        if dice.random() < 0.2:
            draft.add(
                "205",
                "  ",
                (
                    "a",
                    dice.choice(
                        {
                            "kaz": ("2-бас.", "3-бас., толықт.", "Қайта басылуы"),
                            "rus": ("2-е изд.", "3-е изд., доп.", "Изд. 2-е, испр. и доп.", "Переизд."),
                        }[lang]
                    ),
                ),
            )
        draft.add("210", "  ", ("a", house["place"][lang == "rus"]), ("c", house["name"]), ("d", str(year)))
        pages, unit = dice.randint(24, 640), {"kaz": "б.", "rus": "с."}[lang]
        extent = f"{pages} {unit}" if dice.random() < 0.8 else f"{pages}, [{dice.randint(1, 8)}] {unit}"
        draft.add(
            "215",
            "  ",
            ("a", extent),
            ("c", dice.choice(("", "ил.", "фот.", "портр."))),
            ("d", dice.choice(("", "20 см", "21 см", "29 см"))),
        )
        if dice.random() < 0.22:
            draft.add(
                "225",
                "1 ",
                ("a", zipf(dice, self._trade["series"][lang], 0.5)),
                (
                    "v",
                    ""
                    if dice.random() < 0.6
                    else f"{dice.randint(1, 60)}-кітап"
                    if lang == "kaz"
                    else f"Вып. {dice.randint(1, 60)}",
                ),
            )
        if dice.random() < 0.25:
            first = dice.randint(10, pages) if pages > 10 else 5
            draft.add("320", "  ", ("a", f"Библиогр.: {unit[0]}. {max(1, first - 4)}-{first}"))
        if dice.random() < 0.55:
            draft.add("330", "  ", ("a", self.books.annotation(lang)))
        if dice.random() < 0.35:
            heading, aspect = zipf(dice, self._trade["rubrics"][lang], 0.4)
            draft.add("606", "0 ", ("a", heading), ("x", aspect))
        for keyword in dict.fromkeys(
            zipf(dice, self._trade["keywords"][lang], 0.5) for _ in range(dice.randint(0, 4))
        ):
            draft.add("610", "0 ", ("a", keyword))
        if dice.random() < 0.8:
            draft.add("675", "  ", ("a", book["udc"]), ("z", "rus"))
        draft.add("686", "  ", ("a", book["bbk"]), ("2", "rubbk"))
        surname = book["author"][0]
        draft.add("700", " 1", *_heading(book["author"]), ("4", "070"))
        self._others(draft, lang)
        draft.add("801", " 0", ("a", "KZ"), ("b", "ЦБС-КРГ"), ("c", entered), ("g", "RCR"))
        for _ in range(dice.randint(1, 3)):
            self._copy(draft, surname, book)
        return draft.sorted()

    def _title(self, draft: Draft, lang: str, book: dict[str, Any], *, volume: bool) -> None:
        surname, initials = book["author"][:2]
        stated = f"{initials} {surname}"
        if not volume:
            draft.add("200", "1 ", ("a", book["title"]), ("e", book["other"]), ("f", stated))
            return
        number = self.dice.randint(1, 6)
        part = {"kaz": f"{number}-том", "rus": f"Т. {number}"}[lang]
        draft.add("200", "1 ", ("a", part), ("f", stated))
        draft.add("461", " 0", ("1", "2001 "), ("a", book["title"]), ("v", part))

    def _others(self, draft: Draft, lang: str) -> None:
        """Co-author, editor or translator, told in the statement of responsibility too; sometimes a body."""
        dice, title = self.dice, draft.one("200")
        if title is not None and dice.random() < 0.25:
            person = dice.choice(self._trade["people"][lang])
            surname, initials = person[:2]
            if all(part.get("a") != surname for part in draft.all("700")):
                tag, role, told = dice.choice(
                    (
                        ("701", "070", ""),
                        ("702", "340", {"kaz": "ред. {}", "rus": "под ред. {}"}[lang]),
                        ("702", "730", {"kaz": "ауд. {}", "rus": "пер. {}"}[lang]),
                    )
                )
                if told:
                    title.subfields.append(["g", told.format(f"{initials} {surname}")])
                else:
                    title.put("f", f"{title.get('f')}, {initials} {surname}")
                draft.add(tag, " 1", *_heading(person), ("4", role))
        if dice.random() < 0.15:
            draft.add("712", "02", ("a", zipf(dice, self._trade["bodies"][lang], 0.4)))

    def _copy(self, draft: Draft, surname: str, book: dict[str, Any]) -> None:
        mark = f"{surname[0]} {MARKS.get(surname[0], 40) + len(surname) % 7}"
        number = f"{self.dice.randint(1, 999_999):07d}"
        draft.add(
            "899",
            "  ",
            ("a", "ЦБС-КРГ"),
            ("b", self.dice.choice(BRANCHES)),
            ("j", f"{book['bbk']} {mark}"),
            ("p", number),
        )

    def _foreign(self, at: int) -> Draft:
        dice = self.dice
        lang, title, other, surname, initials = dice.choice(self._prose["foreign"][0]["rows"])
        year = dice.randint(1970, 2024)
        script = "ba" if surname[0].isascii() or surname[0] in "ÖŠ" else "ca"
        draft = Draft("unimarc", lang, "00000nam0 2200000   450 ")
        entered = f"{max(2019, year)}0315"
        draft.parts = [Part("001", text=f"KZ\\CBS\\bibl\\{at:06d}")]
        draft.add("100", "  ", ("a", f"{entered}d{year}    m  y0rusy50      {script}"))
        draft.add("101", "0 ", ("a", lang))
        draft.add(
            "102",
            "  ",
            (
                "a",
                {
                    "tat": "RU",
                    "ukr": "UA",
                    "eng": "GB",
                    "ger": "DE",
                    "uig": "KZ",
                    "kir": "KG",
                    "uzb": "UZ",
                    "bel": "BY",
                    "srp": "RS",
                    "fre": "FR",
                    "tur": "TR",
                }[lang],
            ),
        )
        draft.add("105", "  ", ("a", "y   z   000ay"))
        draft.add("200", "1 ", ("a", title), ("e", other), ("f", f"{initials} {surname}"))
        draft.add("210", "  ", ("d", str(year)))
        draft.add("215", "  ", ("a", f"{dice.randint(60, 400)} {'p.' if script == 'ba' else 'с.'}"))
        draft.add("686", "  ", ("a", "84"), ("2", "rubbk"))
        draft.add("700", " 1", ("a", surname), ("b", initials), ("4", "070"))
        draft.add("801", " 0", ("a", "KZ"), ("b", "ЦБС-КРГ"), ("c", entered), ("g", "RCR"))
        self._copy(draft, surname, {"bbk": "84"})
        return draft

    # -- MARC 21 with ISBD punctuation ------------------------------------------------------------------------

    def _marc21(self, at: int, lang: str, book: dict[str, Any]) -> Draft:
        dice = self.dice
        year, house = dice.randint(1992, 2025), zipf(dice, self._trade["publishers"], 0.5)
        place = {"KZ": "kz ", "RU": "ru "}[house.get("country", "KZ")]
        fiction = "1" if book["literature"] in "af" else "0"
        draft = Draft("marc21", lang, "00000nam a2200000 a 4500")
        entered = f"{dice.randint(max(2010, year), 2025)}0{dice.randint(1, 9)}1{dice.randint(0, 9)}"
        coded = f"{entered[2:]}s{year}    {place}           000 {fiction} {lang} d"
        draft.parts = [
            Part("001", text=f"m{at:07d}"),
            Part("003", text="KZ-KrCBS"),
            Part("005", text=f"{entered}101500.0"),
            Part("008", text=coded),
        ]
        draft.add("020", "  ", ("a", isbn(dice, house["isbn"][year > 2006])))
        draft.add("040", "  ", ("a", "KZ-KrCBS"), ("b", "rus"), ("c", "KZ-KrCBS"))
        draft.add("041", "0 ", ("a", lang))
        draft.add("080", "  ", ("a", book["udc"]))
        draft.add("084", "  ", ("a", book["bbk"]), ("2", "rubbk"))
        surname, initials, forenames, *dates = book["author"]
        dated = f"{forenames}," if dates else forenames + "."
        draft.add(
            "100",
            "1 ",
            ("a", f"{surname}, {dated}"),
            ("d", f"{dates[0]}." if dates and not dates[0].endswith("-") else dates[0] if dates else ""),
        )
        stated = f"{initials} {surname}."
        if book["other"]:
            draft.add("245", "10", ("a", f"{book['title']} :"), ("b", f"{book['other']} /"), ("c", stated))
        else:
            draft.add("245", "10", ("a", f"{book['title']} /"), ("c", stated))
        draft.add(
            "260",
            "  ",
            ("a", f"{house['place'][lang == 'rus']} :"),
            ("b", f"{house['name']},"),
            ("c", f"{year}."),
        )
        draft.add(
            "300",
            "  ",
            ("a", f"{dice.randint(30, 500)} {'б.' if lang == 'kaz' else 'с.'} ;"),
            ("c", "21 см."),
        )
        if dice.random() < 0.5:
            draft.add("520", "  ", ("a", self.books.annotation(lang)))
        for keyword in dict.fromkeys(
            zipf(dice, self._trade["keywords"][lang], 0.5) for _ in range(dice.randint(0, 3))
        ):
            draft.add("653", "  ", ("a", keyword))
        mark = f"{surname[0]} {MARKS.get(surname[0], 40) + len(surname) % 7}"
        draft.add(
            "852",
            "  ",
            ("a", "KZ-KrCBS"),
            ("b", dice.choice(BRANCHES)),
            ("h", book["bbk"]),
            ("i", mark),
            ("p", f"{dice.randint(1, 999_999):07d}"),
        )
        return draft.sorted()


def _heading(person: Sequence[str]) -> list[tuple[str, str]]:
    """A person's heading, the same in every record: of one in four the library knows initials only."""
    surname, initials, forenames, *dates = person
    known = sum(map(ord, surname + initials)) % 4 > 0
    full = [("f", dates[0])] if dates else []
    return [("a", surname), ("b", initials), *full, *([("g", forenames)] if known else [])]


def catalogue(seed: int, records: int) -> list[Draft]:
    """So many clean records, the same for the same seed."""
    library = Library(seed)
    return [library.record(at) for at in range(1, records + 1)]
