"""Kazakh letters that were lost in typing (қ as к, ә as а) are put back: what the word may have been.

Which letter is typed for which is data (`mappings/words.toml`). The ways to read a word are weighed by how
letters follow one another in Kazakh, where vowels agree and қ, ғ go with the one kind of them and к, г with
the other: learnt from the dictionary's stems. Whether there was a loss at all is decided elsewhere.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Letters that a letter is weighed by: so many before it.
DEPTH = 4
#: Words that are learnt from at a time: the lists made of them are soon let go.
AT_ONCE = 2000
#: Ways to read a word that are kept at each of its letters.
BREADTH = 12
#: Sightings at which a longer context counts as much as all shorter ones.
TRUST = 5
#: Share of a letter never seen at all.
_NEVER = 1 / 40
_BEFORE, _END = "^" * DEPTH, "$"


@dataclass(frozen=True)
class LetterModel:
    """How readily each letter follows the ones before it in the words of a language."""

    counts: Mapping[str, int] = field(repr=False)
    _weighed: dict[str, float] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(words: Iterable[str]) -> LetterModel:
        """Learn from words in small letters."""
        whole: Counter[str] = Counter()
        rest = iter(words)
        while texts := [f"{_BEFORE}{word}{_END}" for word in islice(rest, AT_ONCE)]:
            whole.update([text[at - DEPTH : at + 1] for text in texts for at in range(DEPTH, len(text))])
        counts = {**whole, "": whole.total()}
        for sequence, times in whole.items():  # far fewer than letters; each shorter one is the end of such
            for first in range(1, DEPTH + 1):
                shorter = sequence[first:]
                counts[shorter] = counts.get(shorter, 0) + times
        return LetterModel(counts)

    def follows(self, sequence: str) -> float:
        """Logarithm of the probability of the last letter of a sequence after those before it.

        The longest context that was seen weighs most.
        """
        found = self._weighed.get(sequence)
        if found is None:
            found = self._weighed[sequence] = self._probability(sequence[:-1], sequence[-1])
        return found

    def _probability(self, before: str, letter: str) -> float:
        counts, share = self.counts, _NEVER
        for size in range(DEPTH + 1):
            context = before[len(before) - size :]
            seen = counts.get(context, 0) if size else counts[""]
            if not seen:
                break
            share = (counts.get(context + letter, 0) + TRUST * share) / (seen + TRUST)
        return log(share)


@dataclass(frozen=True)
class Restorer:
    """Reads words whose letters may have been lost.

    Attributes:
        readings: a letter as typed -> itself and the letters it may stand for.
        model: of the language.
    """

    readings: Mapping[str, str]
    model: LetterModel

    def ways(self, word: str) -> list[tuple[str, float]]:
        """The likeliest ways to read a word in small letters, the likeliest first, each with its weight.

        The word as it stands is one of them only where it is among the likeliest.
        """
        follows, readings = self.model.follows, self.readings
        kept = [(_BEFORE, 0.0)]
        for letter in f"{word}{_END}":
            longer = [
                (before + meant, weight + follows(before[-DEPTH:] + meant))
                for before, weight in kept
                for meant in readings.get(letter, letter)
            ]
            longer.sort(key=lambda way: -way[1])
            kept = longer[:BREADTH]
        return [(text[DEPTH:-1], weight) for text, weight in kept]

    def likelihood(self, word: str) -> float:
        """Weight of the word as it stands."""
        text = f"{_BEFORE}{word}{_END}"
        return sum(self.model.follows(text[at - DEPTH : at + 1]) for at in range(DEPTH, len(text)))


def readings(lost: Mapping[str, str]) -> dict[str, str]:
    """From letter -> what is typed for it, to what is typed -> all it may stand for, itself first."""
    found: dict[str, str] = {}
    for letter, typed in lost.items():
        for one in typed:
            found[one] = found.get(one, one) + letter
    return found
