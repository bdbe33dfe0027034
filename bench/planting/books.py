"""What the books of a made-up catalogue are: real works, textbooks, and titles of rare words."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from bench.planting import words

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    Dice = random.Random


def zipf(dice: Dice, things: Sequence[Any], slope: float = 0.8) -> Any:
    """One of the things: the first often, the last seldom."""
    weights = [1 / (rank + 2) ** slope for rank in range(len(things))]
    return dice.choices(things, cum_weights=list(accumulate(weights)))[0]


def isbn(dice: Dice, prefix: str) -> str:
    """A valid number under a publisher's prefix, hyphenated (ISO 2108)."""
    length = 12 if prefix.startswith("978") else 9
    digits = prefix.replace("-", "")
    item = "".join(dice.choices("0123456789", k=length - len(digits)))
    return f"{prefix}-{item}-{check(digits + item)}"


def check(digits: str) -> str:
    """Check character of 9 or 12 digits."""
    if len(digits) == 9:
        rest = sum((10 - place) * int(digit) for place, digit in enumerate(digits)) % 11
        return "0X987654321"[rest]
    return str(-sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10)


def issn(dice: Dice) -> str:
    digits = "".join(dice.choices("0123456789", k=7))
    rest = sum((8 - place) * int(digit) for place, digit in enumerate(digits)) % 11
    return f"{digits[:4]}-{digits[4:]}{'0X987654321'[rest]}"


class Books:
    """Draws books from the words, works and people that there are.

    Attributes:
        dice: the only source of chance.
        trade: publishers, bodies, series, keywords, rubrics, people.
        prose: sentences, titles that look wrong, books in other languages.
    """

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self._works = {lang: list(authors) for lang, authors in words.read("works").items()}
        self._learning = words.read("learning")
        self.trade = words.read("trade")
        self.prose = words.read("prose")
        for lang in ("kaz", "rus"):
            dice.shuffle(self._works[lang])

    def any(self, lang: str) -> dict[str, Any]:
        """A book in a language: title, other title, author, kind, classification."""
        kinds = (self._work, self._text, self._rare, self._odd)
        return self.dice.choices(kinds, (42, 30, 24, 4))[0](lang)

    def _work(self, lang: str) -> dict[str, Any]:
        author = zipf(self.dice, self._works[lang])
        title = zipf(self.dice, author["titles"])
        genres = {
            "kaz": [
                "роман",
                "повесть",
                "әңгімелер",
                "өлеңдер",
                "хикаят",
                "таңдамалы шығармалар",
                "драма",
                "",
            ],
            "rus": [
                "роман",
                "повесть",
                "рассказы",
                "стихотворения",
                "избранные произведения",
                "пьесы",
                "сказки",
                "",
            ],
        }[lang]
        bbk = "84(5Каз)" if lang == "kaz" else "84(2Рос)6"
        return {"title": title, "other": self.dice.choice(genres), "author": author["name"], "kind": "work", "bbk": bbk,
                "udc": "821.512.122-3" if lang == "kaz" else "821.161.1-3", "literature": "a"}  # fmt: skip

    def _text(self, lang: str) -> dict[str, Any]:
        dice, topic = self.dice, zipf(self.dice, self._learning["topics"], 0.4)
        pattern, other = zipf(dice, self._learning["patterns"][lang], 0.4)
        if lang == "kaz":
            nom, gen, dat = topic["kaz"]
            title = pattern.format(nom=nom, gen=gen, dat=dat, low=nom)
        else:
            nom, gen, dat, acc, _ = topic["rus"]
            if "{gen_f}" in pattern and topic["rus"][4] != "f":
                pattern = "Актуальные проблемы {gen}"
            title = pattern.format(nom=nom, gen=gen, gen_f=gen, dat=dat, acc=acc)
        return {"title": title[0].upper() + title[1:], "other": other, "author": zipf(dice, self.trade["people"][lang], 0.3), "kind": "learning",
                "bbk": topic["bbk"], "udc": topic["udc"], "literature": "y"}  # fmt: skip

    def _rare(self, lang: str) -> dict[str, Any]:
        """A title of words that stand in no other record, or in few."""
        dice, known = self.dice, words.dictionary(lang) or ("кітап" if lang == "kaz" else "книга",)
        one, two = dice.choice(known), dice.choice(known)
        forms = {
            "kaz": [
                f"{one} {words.with_kk(one)} {two}",
                f"{words.plural_kk(one)} туралы әңгімелер",
                f"{one} жайлы аңыз",
                f"{one}, {two} және басқалар",
            ],
            "rus": [
                f"{one} и {two}",
                f"{one}, {two} и другие",
                f"{one}: словарь-справочник",
                f"{one}, или {two}",
            ],
        }[lang]
        title = dice.choice(forms)
        return {"title": title[0].upper() + title[1:], "other": {"kaz": "жинақ", "rus": "сборник"}[lang], "author": dice.choice(self.trade["people"][lang]),
                "kind": "work", "bbk": "84(5Каз)" if lang == "kaz" else "84(2Рос)6", "udc": "82-3", "literature": "f"}  # fmt: skip

    def annotation(self, lang: str) -> str:
        """One sentence that other books have too, often with one of words that few have."""
        dice, known = self.dice, words.dictionary(lang)
        told = dice.sample(self.prose[lang], dice.choice((1, 1, 2)))
        if known and dice.random() < 0.6:
            if lang == "kaz":
                one, two, three = (words.plural_kk(word) for word in dice.sample(known, 3))
                told.append(dice.choice((
                    f"{one} мен {two} туралы айтылады.", f"{one}{words.ending_kk(one, 'дың')} тарихы баяндалады.",
                    f"{one}{words.ending_kk(one, 'ға')}, {two}{words.ending_kk(two, 'ға')} арналған тараулары бар.",
                    f"{one}{words.ending_kk(one, 'дан')} {three}{words.ending_kk(three, 'ға')} дейінгі жол суреттеледі.",
                )))  # fmt: skip
            else:
                forms = words.prepositional_ru()
                one, two, three = dice.sample(forms, 3)
                told.append(
                    dice.choice(
                        (
                            f"Рассказывается о {one} и {two}.",
                            f"Речь идёт о {one}, {two} и {three}.",
                            f"Есть глава о {one}.",
                        )
                    )
                )
            told[-1] = told[-1][0].upper() + told[-1][1:]
        return " ".join(told)

    def _odd(self, lang: str) -> dict[str, Any]:
        title, other = self.dice.choice(self.prose["oddities"][0][lang])
        return {"title": title, "other": other, "author": self.dice.choice(self.trade["people"][lang]), "kind": "learning",
                "bbk": "32.973" if title[0].isascii() else "63.3(0)", "udc": "004" if title[0].isascii() else "94", "literature": "y"}  # fmt: skip
