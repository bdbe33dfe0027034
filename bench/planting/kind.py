"""What a kind of error is: where in the list of cataloguers' errors it stands, and how a record is spoilt."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bench.planting import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.planting.draft import Draft, Part

Dice = random.Random

#: In how many other places of the catalogue the right form of a spoilt word stands (at least so many), and the
#: share of such words. In real exports of 650 records 23 % of the words of titles, notes and subjects stand
#: once, 27 % two to five times; the shares of single words fall as a catalogue grows (Heaps), to about these
#: in 5,000 records.
RARITY = ((0, 0.12), (1, 0.16), (5, 0.72))

#: Where running text stands, by family: tag -> subfield codes.
TEXT = {
    "unimarc": {"200": "ae", "225": "a", "330": "a", "606": "ax", "610": "a"},
    "marc21": {"245": "ab", "520": "a", "653": "a"},
}
TITLE = {"unimarc": {"200": "a"}, "marc21": {"245": "a"}}

#: A spoil gives True where the clean record is the only right answer, False where there was nothing to spoil,
#: or other right answers beside it.
Spoil = "Callable[[Draft, Around], bool | list[Draft]]"


@dataclass(frozen=True)
class Kind:
    """One kind of error.

    Attributes:
        name: short English name.
        line: line of the list it stands on (the number in docs/corrections-measured.md).
        action: fix where the right form is certain, suggest where a person decides, report without a form.
        spoil: puts the error into a draft.
        either: the standard leaves open whether the right form is certain: fix and suggest are both right.
        weight: how many are planted beside others.
    """

    name: str
    line: int
    action: Literal["fix", "suggest", "report"]
    spoil: Callable[[Draft, Around], bool | list[Draft]]
    either: bool = False
    weight: float = 1.0


@dataclass
class Around:
    """What a spoil may know: the dice, and the words of the whole clean catalogue.

    Attributes:
        dice: the only source of chance.
        counts: how often each word, in lower case, stands in the clean catalogue.
        unknown: words that the dictionary of their language does not have, in lower case.
        typos: wrong forms of words that are no words themselves.
        drawn: how many words of each class of rarity were spoilt, by kind.
    """

    dice: Dice
    counts: Counter[str]
    unknown: dict[str, set[str]]
    typos: dict[str, dict[str, list[str]]]
    drawn: Counter[tuple[str, int]] = field(default_factory=Counter)

    def rarity_wanted(self, kind: str) -> int:
        """The class of `RARITY` that is most behind its share, for a kind that spoils one word."""
        return min(range(len(RARITY)), key=lambda at: (self.drawn[kind, at] / RARITY[at][1], -at))

    def rarity(self, word: str) -> int:
        """The class of `RARITY` that a word belongs to."""
        elsewhere = self.counts[word.lower()] - 1
        return max(at for at, (least, _) in enumerate(RARITY) if elsewhere >= least or at == 0)

    def known(self, word: str) -> bool:
        """The right form is beyond doubt: it stands in other records too, and often."""
        return self.counts[word.lower()] >= 3

    def doubtful(self, word: str, lang: str) -> bool:
        """The right form stands nowhere else, and in no dictionary."""
        return self.counts[word.lower()] == 1 and word.lower() in self.unknown[lang]


def spots(draft: Draft, where: dict[str, dict[str, str]] = TEXT) -> Iterator[tuple[Part, list[str]]]:
    """Subfields of running text; what is before the first may be spoilt in place."""
    codes = where[draft.family]
    for part in draft.parts:
        for pair in part.subfields:
            if pair[0] in codes.get(part.tag, ""):
                yield part, pair


def spoil_word(
    draft: Draft, around: Around, change: Callable[[str], str | None], where: dict[str, dict[str, str]] = TEXT
) -> bool:
    """Spoil one word somewhere in the text: `change` gives its wrong form, or None."""
    places = [(pair, match) for _, pair in spots(draft, where) for match in words.WORD.finditer(pair[1])]
    around.dice.shuffle(places)
    for pair, match in places:
        wrong = change(match[0])
        if wrong is not None and wrong != match[0]:
            if len(re.findall(rf"(?<!\w){re.escape(match[0])}(?!\w)", pair[1])) > 1:
                continue  # the same word twice in one value: which of them was meant would be unclear
            pair[1] = pair[1][: match.start()] + wrong + pair[1][match.end() :]
            return True
    return False


def spoil_word_of_rarity(
    draft: Draft, around: Around, kind: str, change: Callable[[str], str | None]
) -> bool:
    """The same, with words as rare and as common as those of a catalogue are."""
    wanted = around.rarity_wanted(kind)
    found = spoil_word(draft, around, lambda word: change(word) if around.rarity(word) == wanted else None)
    around.drawn[kind, wanted] += found
    return found


def typos_of(word: str, dice: Dice) -> list[str]:
    """Wrong forms of a word: a letter left out, doubled, changed for its neighbour, or two exchanged."""
    rows = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "әіңғүұқөһ", "её")
    found = []
    for _ in range(4):
        at = dice.randrange(1, len(word))
        letter = word[at]
        manner = dice.randrange(4)
        if manner == 0:
            found.append(word[:at] + word[at + 1 :])
        elif manner == 1:
            found.append(word[:at] + letter + word[at:])
        elif manner == 2 and at + 1 < len(word):
            found.append(word[:at] + word[at + 1] + letter + word[at + 2 :])
        else:
            row = next(row for row in rows if letter in row)
            near = [
                row[place] for place in (row.find(letter) - 1, row.find(letter) + 1) if 0 <= place < len(row)
            ]
            found.append(word[:at] + dice.choice(near) + word[at + 1 :])
    return [wrong for wrong in dict.fromkeys(found) if wrong != word]


def word_counts(drafts: list[Draft]) -> Counter[str]:
    """How often each word, in lower case, stands in these records."""
    counts: Counter[str] = Counter()
    for draft in drafts:
        for part in draft.parts:
            for _, value in part.subfields:
                counts.update(word.lower() for word in words.WORD.findall(value))
    return counts


def around(drafts: list[Draft], dice: Dice) -> Around:
    """The words of a clean catalogue, and wrong forms of them that no dictionary and no record has."""
    counts = word_counts(drafts)
    by_lang: dict[str, set[str]] = {"kaz": set(), "rus": set()}
    for draft in drafts:
        if draft.lang in by_lang:
            for _, pair in spots(draft):
                by_lang[draft.lang].update(word.lower() for word in words.WORD.findall(pair[1]))
    typos: dict[str, dict[str, list[str]]] = {}
    for lang, found in by_lang.items():
        made = {word: typos_of(word, dice) for word in sorted(found) if len(word) >= 5 and "-" not in word}
        every = sorted({wrong for forms in made.values() for wrong in forms})
        wrong = words.unknown(every, lang) - counts.keys()
        typos[lang] = {
            word: good for word, forms in made.items() if (good := [one for one in forms if one in wrong])
        }
    unknown = {lang: words.unknown(sorted(found), lang) for lang, found in by_lang.items()}
    return Around(dice, counts, unknown, typos)


def like(word: str, wrong: str) -> str:
    """A wrong form in lower case, written as the right one was: capitals and all."""
    if word.isupper() and len(word) > 1:
        return wrong.upper()
    return wrong[0].upper() + wrong[1:] if word[0].isupper() else wrong
