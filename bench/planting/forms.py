"""Errors of form: headings, punctuation, blanks, capitals, classification, keywords, structure, what is missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.planting.draft import Part
from bench.planting.kind import Kind, spots

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.planting.draft import Draft
    from bench.planting.kind import Around

VARIANTS = {"Әуезов": ("Ауэзов", "Әуэзов"), "Құнанбайұлы": ("Құнанбаев",), "Мүсірепов": ("Мусрепов",), "Сейфуллин": ("Сейфулин",), "Байтұрсынұлы": ("Байтұрсынов",),
            "Ауэзов": ("Ауезов",), "Есенберлин": ("Есемберлин",), "Нурпеисов": ("Нурпейсов",), "Мусрепов": ("Мусирепов",), "Достоевский": ("Достаевский",), "Шолохов": ("Шолахов",),
            "Дулатұлы": ("Дулатов",), "Аймауытұлы": ("Аймауытов",), "Құдайбердіұлы": ("Құдайбердиев",), "Момышұлы": ("Момышулы",), "Гумилёв": ("Гумилев",)}  # fmt: skip


def _person(draft: Draft) -> Part | None:
    return draft.one("700") if draft.family == "unimarc" else None


def heading_in_order_of_speech(draft: Draft, around: Around) -> bool | list[Draft]:
    """«М. О. Әуезов» in one subfield."""
    part = _person(draft)
    if part is None or part.get("g") or part.get("f"):
        return False
    initials, surname = part.get("b"), part.get("a")
    part.subfields = [
        ["a", f"{initials} {surname}"],
        *[pair for pair in part.subfields if pair[0] not in "ab"],
    ]
    return True


def heading_undivided(draft: Draft, around: Around) -> bool:
    """«Әуезов, М. О.» or «Әуезов М. О.» in one subfield."""
    part = _person(draft)
    if part is None or not re.fullmatch(r"\w+", part.get("a")) or "де" in part.get("b"):
        return False
    joined = around.dice.choice((", ", " "))
    whole = f"{part.get('a')}{joined}{part.get('b')}"
    part.subfields = [["a", whole], *[pair for pair in part.subfields if pair[0] not in "ab"]]
    return True


def initials_glued(draft: Draft, around: Around) -> bool:
    part = _person(draft)
    if part is None or ". " not in part.get("b") or "де" in part.get("b"):
        return False
    part.put("b", part.get("b").replace(" ", ""))
    return True


def initials_without_stops(draft: Draft, around: Around) -> bool:
    part = _person(draft)
    if part is None or not re.fullmatch(r"\w\. \w\.", part.get("b")):
        return False
    part.put("b", part.get("b").replace(".", ""))
    return True


def surname_in_capitals(draft: Draft, around: Around) -> bool:
    part = _person(draft)
    if part is None or not re.fullmatch(r"\w{4,}", part.get("a")):
        return False
    part.put("a", part.get("a").upper())
    return True


def full_name_for_initials(draft: Draft, around: Around) -> bool | list[Draft]:
    """Forenames in the place of the initials; the order of subfields behind them is free."""
    part = _person(draft)
    if part is None or " " not in part.get("g") or "де" in part.get("b"):
        return False
    clean, moved = draft.copy(), draft.copy()
    person = moved.one("700")
    assert person is not None
    full = [pair for pair in person.subfields if pair[0] == "g"]
    rest = [pair for pair in person.subfields if pair[0] != "g"]
    person.subfields = [*rest[:2], *full, *rest[2:]]
    part.subfields = [pair for pair in part.subfields if pair[0] != "g"]
    part.put("b", full[0][1])
    return [clean, moved]


def heading_variant(draft: Draft, around: Around) -> bool:
    """Another spelling of an author whom the catalogue has in one spelling, often."""
    part = _person(draft)
    if part is None or part.get("a") not in VARIANTS or around.counts[part.get("a").lower()] < 12:
        return False
    part.put("a", around.dice.choice(VARIANTS[part.get("a")]))
    return True


def body_variant(draft: Draft, around: Around) -> bool:
    part = draft.one("712")
    if part is None or around.counts[part.get("a").split()[0].lower()] < 5:
        return False
    name = part.get("a")
    changed = (
        name.replace(" им. ", " имени ")
        .replace("Е. А. ", "Е.А. ")
        .replace("Н. В. ", "Н.В. ")
        .replace("Ш. Ш. ", "Ш.Ш. ")
        .replace("М. О. ", "М.О. ")
    )
    part.put("a", changed)
    return changed != name


def author_only_in_statement(draft: Draft, around: Around) -> bool | list[Draft]:
    part, title = _person(draft), draft.one("200")
    if (
        part is None
        or title is None
        or draft.one("701") is not None
        or "де" in part.get("b")
        or not re.fullmatch(r"\w+", part.get("a"))
    ):
        return False
    rights = [draft.copy()]
    for kept in ("ab", "ab4", "abf", "abf4", "abg", "abg4", "abfg"):
        right = draft.copy()
        person = right.one("700")
        assert person is not None
        person.subfields = [pair for pair in person.subfields if pair[0] in kept]
        rights.append(right)
    draft.parts.remove(part)
    return rights


def role_in_words(draft: Draft, around: Around) -> bool:
    words = {
        "070": ("авт.", "автор", "авт"),
        "340": ("ред.", "редактор"),
        "730": ("пер.", "переводчик", "ауд."),
    }
    for part in draft.all("702", "701", "700"):
        if draft.family == "unimarc" and part.get("4") in words:
            part.put("4", around.dice.choice(words[part.get("4")]))
            return True
    return False


# -- punctuation, blanks, capitals ---------------------------------------------------------------------------


def _text(
    where: dict[str, str], change: Callable[[str, Around], str], family: str = "unimarc"
) -> Callable[[Draft, Around], bool]:
    def spoil(draft: Draft, around: Around) -> bool:
        if draft.family != family:
            return False
        found = list(spots(draft, {draft.family: where}))
        around.dice.shuffle(found)
        for _, pair in found:
            wrong = change(pair[1], around)
            if wrong != pair[1]:
                pair[1] = wrong
                return True
        return False

    return spoil


def isbd_behind(draft: Draft, around: Around) -> bool:
    """The sign of the next area, stored at the end of a subfield."""
    marks = {
        ("200", "a"): (" :", " /"),
        ("200", "e"): (" /",),
        ("210", "a"): (" :",),
        ("210", "c"): (",",),
        ("215", "a"): (" :", " ;"),
    }
    found = [
        (part, pair)
        for part in draft.parts
        for pair in part.subfields
        if (part.tag, pair[0]) in marks and draft.family == "unimarc"
    ]
    if not found:
        return False
    part, pair = around.dice.choice(found)
    if pair is part.subfields[-1]:
        return False
    pair[1] += around.dice.choice(marks[part.tag, pair[0]])
    return True


def isbd_before(draft: Draft, around: Around) -> bool:
    """The sign before an element, stored with it."""
    marks = {
        ("200", "e"): ": ",
        ("200", "f"): "/ ",
        ("210", "c"): ": ",
        ("205", "a"): ". - ",
        ("215", "d"): "; ",
    }
    found = [
        (part, pair)
        for part in draft.parts
        for pair in part.subfields
        if (part.tag, pair[0]) in marks and draft.family == "unimarc"
    ]
    if not found:
        return False
    part, pair = around.dice.choice(found)
    pair[1] = marks[part.tag, pair[0]] + pair[1]
    return True


ANYWHERE = {"200": "aef", "330": "a", "610": "a", "606": "a", "210": "c"}
LONG = {"200": "ae", "330": "a"}


def _between(mark: str) -> Callable[[str, Around], str]:
    def change(text: str, around: Around) -> str:
        gaps = [match.start() for match in re.finditer(r"(?<=\w) (?=\w)", text)]
        if not gaps:
            return text
        at = around.dice.choice(gaps)
        return text[:at] + mark + text[at + 1 :]

    return change


def _inside(mark: str) -> Callable[[str, Around], str]:
    def change(text: str, around: Around) -> str:
        inside = [
            match.start() for match in re.finditer(r"(?<=[а-яёәғқңөұүһі]{2})(?=[а-яёәғқңөұүһі]{2})", text)
        ]
        if not inside:
            return text
        at = around.dice.choice(inside)
        return text[:at] + mark + text[at:]

    return change


def empty_subfield(draft: Draft, around: Around) -> bool:
    part = draft.one("200", "245", "210", "215")
    if part is None:
        return False
    code = {"200": "e", "245": "b", "210": "c", "215": "c"}[part.tag]
    if part.get(code):
        code = {"200": "h", "245": "n", "210": "g", "215": "e"}[part.tag]
    part.subfields.append([code, around.dice.choice(("", " "))])
    return True


def empty_field(draft: Draft, around: Around) -> bool:
    tag = "300" if draft.family == "unimarc" else "500"
    draft.parts.append(Part(tag, "  ", [["a", around.dice.choice(("", " "))]]))
    draft.sorted()
    return True


def repeated_field(draft: Draft, around: Around) -> bool:
    """The same field twice, letter for letter."""
    found = draft.all("610", "653", "606")
    if not found:
        return False
    part = around.dice.choice(found)
    draft.parts.insert(
        draft.parts.index(part) + 1, Part(part.tag, part.indicators, [list(pair) for pair in part.subfields])
    )
    return True


def _capitals(text: str, _around: Around) -> str:
    return (
        text.upper() if len(re.findall(r"[^\W\d]{3,}", text)) >= 2 and not re.search("[A-Z]", text) else text
    )


def _small(text: str, _around: Around) -> str:
    return text[0].lower() + text[1:] if re.match(r"[А-ЯЁӘҒҚҢӨҰҮҺІ][а-яёәғқңөұүһі]", text) else text


def straight_quotes(draft: Draft, around: Around) -> bool | list[Draft]:
    for _, pair in spots(draft, {"unimarc": {"200": "a"}, "marc21": {}}):
        if "«" in pair[1]:
            pair[1] = pair[1].replace("«", '"').replace("»", '"')
            return True
    return False


def number_sign(draft: Draft, around: Around) -> bool:
    for part in draft.parts:
        for pair in part.subfields:
            if (
                "№ " in pair[1]
                and part.tag in {"200", "899"}
                and pair[0] in "ab"
                and draft.family == "unimarc"
            ):
                pair[1] = pair[1].replace("№", around.dice.choice(("N", "Nш", "Nº")))
                return True
    return False


# -- classification, author mark, keywords -------------------------------------------------------------------


def _udc(change: Callable[[str, Around], str]) -> Callable[[Draft, Around], bool]:
    def spoil(draft: Draft, around: Around) -> bool:
        part = draft.one("675")
        if part is None:
            return False
        before = part.get("a")
        part.put("a", change(before, around))
        return part.get("a") != before

    return spoil


def bbk_for_udc(draft: Draft, around: Around) -> bool:
    """A library-bibliographic index in the field of the decimal classification, and nothing in its own."""
    part, right = draft.one("675"), draft.one("686")
    if part is not None or right is None or not re.search(r"\(5Каз|\(2Рос|^63\.3", right.get("a")):
        return False
    wrong = Part("675", "  ", [["a", right.get("a")]])
    draft.parts[draft.parts.index(right)] = wrong
    return True


def udc_for_bbk(draft: Draft, around: Around) -> bool | list[Draft]:
    udc, bbk = draft.one("675"), draft.one("686")
    if udc is None or bbk is None or not udc.get("a").startswith("821"):
        return False
    right = draft.copy()
    moved = right.one("675")
    assert moved is not None
    moved.subfields = [["a", udc.get("a")]]
    wrong = Part("686", "  ", [["a", udc.get("a")], ["2", "rubbk"]])
    draft.parts.remove(udc)
    draft.parts.insert(draft.parts.index(bbk), wrong)
    return [right]


def two_udc(draft: Draft, around: Around) -> bool | list[Draft]:
    """Two indices in one subfield; each wants its own field."""
    part = draft.one("675")
    if part is None:
        return False
    first, second = part.get("a"), around.dice.choice(("37.016", "908(574)", "929"))
    rights = []
    for same in (True, False):
        right = draft.copy()
        kept = right.one("675")
        assert kept is not None
        other = Part(
            "675",
            "  ",
            [["a", second], *([list(pair) for pair in kept.subfields if pair[0] == "z"] if same else [])],
        )
        right.parts.insert(right.parts.index(kept) + 1, other)
        rights.append(right)
    part.put("a", f"{first}; {second}")
    return rights


def mark_latin(draft: Draft, around: Around) -> bool:
    """The author mark's letter in the other script."""
    part, twins = draft.one("899"), dict(zip("АВСЕНКМОРТХ", "ABCEHKMOPTX", strict=True))
    found = re.fullmatch(r"(.+ )(\w)( \d+)", part.get("j")) if part is not None else None
    if part is None or found is None or found[2] not in twins:
        return False
    part.put("j", found[1] + twins[found[2]] + found[3])
    return True


def mark_of_another(draft: Draft, around: Around) -> bool:
    """An author mark that does not begin as the heading does."""
    part = draft.one("899")
    found = re.fullmatch(r"(.+ )(\w)( \d+)", part.get("j")) if part is not None else None
    if part is None or found is None:
        return False
    part.put(
        "j",
        found[1] + around.dice.choice([letter for letter in "БГДЖЗЛПФЧШ" if letter != found[2]]) + found[3],
    )
    return True


def _keywords(glue: str) -> Callable[[Draft, Around], bool | list[Draft]]:
    def spoil(draft: Draft, around: Around) -> bool | list[Draft]:
        found = draft.all("610")
        if len(found) < 2:
            return False
        rights = [draft.copy()]
        right = draft.copy()  # one field with several subfields is as good as several fields
        fields = right.all("610")
        fields[0].subfields += [list(pair) for part in fields[1:] for pair in part.subfields]
        right.parts = [part for part in right.parts if part.tag != "610" or part is fields[0]]
        rights.append(right)
        found[0].put("a", glue.join(part.get("a") for part in found))
        draft.parts = [part for part in draft.parts if part.tag != "610" or part is found[0]]
        return rights

    return spoil


def volume_in_title(draft: Draft, around: Around) -> bool | list[Draft]:
    """The volume told in the title of a book without a link to its set."""
    title = draft.one("200")
    if (
        title is None
        or draft.one("461") is not None
        or draft.family != "unimarc"
        or title.get("a")[-1] in "?!.»"
    ):
        return False
    volume = {"kaz": "2-том", "rus": "Т. 2"}.get(draft.lang)
    if volume is None:
        return False
    right = draft.copy()
    own = right.one("200")
    assert own is not None
    own.subfields.insert(1, ["h", volume])
    title.put("a", f"{title.get('a')}. {volume}")
    return [right]


def series_in_title(draft: Draft, around: Around) -> bool:
    """The series told in brackets after the title."""
    series, title = draft.one("225"), draft.one("200")
    if series is None or title is None or series.get("v") or not title.get("e"):
        return False
    title.put(
        "e",
        f"{title.get('e')} ({around.dice.choice(('Серия', 'сер.')) if draft.lang == 'rus' else 'Сериясы:'} «{series.get('a')}»)",
    )
    draft.parts.remove(series)
    return True


# -- structure, what is missing ------------------------------------------------------------------------------


def _without(*tags: str) -> Callable[[Draft, Around], bool]:
    def spoil(draft: Draft, around: Around) -> bool:
        if draft.family != "unimarc":
            return False
        tag = around.dice.choice(tags)
        kept = [part for part in draft.parts if part.tag != tag]
        gone = len(draft.parts) - len(kept)
        draft.parts = kept
        return gone > 0

    return spoil


def undefined_subfield(draft: Draft, around: Around) -> bool:
    part = draft.one("200", "210") if draft.family == "unimarc" else draft.one("260")
    if part is None:
        return False
    part.subfields.append([around.dice.choice("qw"), "текст"])
    return True


def undefined_field(draft: Draft, around: Around) -> bool:
    draft.parts.append(Part("239", "  ", [["a", "текст"]]))
    draft.sorted()
    return True


def undefined_indicator(draft: Draft, around: Around) -> bool:
    part = draft.one("200")
    if part is None:
        return False
    part.indicators = around.dice.choice("579") + part.indicators[1]
    return True


def repeated_once(draft: Draft, around: Around) -> bool:
    """A field that a record has once, twice."""
    part = draft.one("205") or draft.one("200")
    if part is None or draft.family != "unimarc":
        return False
    twin = Part("200", "1 ", [["a", "Басқа атау" if draft.lang == "kaz" else "Другое заглавие"]])
    title = draft.one("200")
    assert title is not None
    draft.parts.insert(draft.parts.index(title) + 1, twin)
    return True


KINDS = (
    Kind("heading in the order of speech", 13, "fix", heading_in_order_of_speech, either=True),
    Kind("heading undivided", 13, "fix", heading_undivided, either=True),
    Kind("initials glued", 13, "fix", initials_glued, either=True),
    Kind("initials without stops", 13, "suggest", initials_without_stops, either=True),
    Kind("surname in capitals", 13, "suggest", surname_in_capitals),
    Kind("forenames for initials", 13, "suggest", full_name_for_initials, either=True),
    Kind("heading of a person in another spelling", 13, "suggest", heading_variant, weight=2),
    Kind("heading of a body in another spelling", 13, "suggest", body_variant, weight=0.5),
    Kind("author only in the statement", 14, "suggest", author_only_in_statement),
    Kind("role in words", 15, "fix", role_in_words),
    Kind("language missing", 17, "report", _without("101"), weight=0.5),
    Kind("source missing", 17, "report", _without("801"), weight=0.5),
    Kind("title missing", 17, "report", _without("200"), weight=0.3),
    Kind("general data missing", 17, "report", _without("100"), weight=0.3),
    Kind("ISBD sign behind", 11, "fix", isbd_behind),
    Kind("ISBD sign before", 11, "fix", isbd_before),
    Kind("double space", 19, "fix", _text(ANYWHERE, _between("  "))),
    Kind("no-break space", 19, "fix", _text(ANYWHERE, _between("\u00a0"))),
    Kind("tab", 19, "fix", _text(ANYWHERE, _between("\t"))),
    Kind("space at an end", 19, "fix", _text(ANYWHERE, lambda text, around: around.dice.choice((f"{text} ", f" {text}")))),
    Kind("soft hyphen", 19, "fix", _text(LONG, _inside("\u00ad"))),
    Kind("control character", 19, "fix", _text(LONG, _inside("\x07"))),
    Kind("byte order mark", 19, "fix", _text(ANYWHERE, lambda text, _: "\ufeff" + text)),
    Kind("zero-width space", 19, "fix", _text(LONG, _inside("\u200b"))),
    Kind("empty subfield", 19, "fix", empty_subfield),
    Kind("empty field", 19, "fix", empty_field),
    Kind("field repeated", 19, "fix", repeated_field, either=True),
    Kind("title in capitals", 20, "suggest", _text({"200": "a"}, _capitals)),
    Kind("title in small letters", 20, "suggest", _text({"200": "a"}, _small)),
    Kind("straight quotation marks", 21, "suggest", straight_quotes, weight=0.3),
    Kind("N for №", 21, "suggest", number_sign, either=True, weight=0.5),
    Kind("author mark in the other script", 22, "suggest", mark_latin, either=True),
    Kind("author mark of another heading", 22, "report", mark_of_another),
    Kind("UDC with a comma", 18, "suggest", _udc(lambda text, _: text.replace(".", ",", 1)), either=True),
    Kind("UDC with spaces", 18, "fix", _udc(lambda text, _: text.replace(".", ". ", 1)), either=True),
    Kind("UDC with one bracket", 18, "report", _udc(lambda text, _: text.replace(")", "")), weight=0.5),
    Kind("BBK in the place of UDC", 18, "suggest", bbk_for_udc, either=True),
    Kind("UDC in the place of BBK", 18, "suggest", udc_for_bbk, either=True),
    Kind("two UDC in one subfield", 18, "suggest", two_udc, either=True),
    Kind("keywords glued by ;", 23, "fix", _keywords("; "), either=True),
    Kind("keywords glued by ,", 23, "suggest", _keywords(", ")),
    Kind("volume in the title", 24, "suggest", volume_in_title),
    Kind("series in the title", 24, "suggest", series_in_title, weight=0.5),
    Kind("undefined subfield", 29, "report", undefined_subfield, weight=0.5),
    Kind("undefined field", 29, "report", undefined_field, weight=0.5),
    Kind("undefined indicator", 29, "report", undefined_indicator, weight=0.5),
    Kind("field repeated that may not be", 29, "report", repeated_once, weight=0.5),
)  # fmt: skip
