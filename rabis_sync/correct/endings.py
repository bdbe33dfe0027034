"""Kazakh words that the dictionary has a stem for, but not with this ending: Kazakh joins endings freely.

The grammar is data (`mappings/words.toml`): nouns take plural, possessive and case in this order, verbs take
voice, negation and tense, and every vowel agrees with the last one of the stem.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rabis_sync.correct.dictionary import Dictionary

#: Letters of the shortest stem that endings are looked for behind.
SHORTEST_STEM = 3


@dataclass(frozen=True)
class Paradigm:
    """Endings that agree with one kind of vowels, as regular expressions.

    Attributes:
        case: of nouns; stands for ``{case}`` in the others.
        noun: of nouns; stands for ``{noun}``.
        verb: of verbs.
    """

    case: str
    noun: str
    verb: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of them."""
        noun = self.noun.replace("{case}", self.case)
        return re.compile(f"{noun}|{self.verb.replace('{noun}', noun)}")


@dataclass(frozen=True)
class Endings:
    """The endings of a language that joins them freely.

    Attributes:
        language: its code.
        vowels: which vowels ask for back and which for front endings; others go with both.
        softened: a consonant before a vowel, and the one it was at the end of the stem.
        back: endings after back vowels.
        front: endings after front vowels.
    """

    language: str
    vowels: dict[str, str]
    softened: dict[str, str]
    back: Paradigm
    front: Paradigm

    def joins(self, word: str, dictionary: Dictionary) -> bool:
        """True for a word in small letters that is a stem of the dictionary with endings that agree."""
        for cut in range(len(word) - 1, SHORTEST_STEM - 1, -1):
            stem = word[:cut]
            if not self._is_stem(stem, dictionary):
                continue
            kind = self._kind(stem)
            fitting = [self.back, self.front] if kind is None else [self.back if kind else self.front]
            if any(paradigm.pattern.fullmatch(word, cut) for paradigm in fitting):
                return True
        return False

    def _is_stem(self, stem: str, dictionary: Dictionary) -> bool:
        stems = dictionary.stems
        return stem in stems or (stem[-1] in self.softened and stem[:-1] + self.softened[stem[-1]] in stems)

    def _kind(self, stem: str) -> bool | None:
        """True for back vowels, None where the last vowel goes with both."""
        for letter in reversed(stem):
            if letter in self.vowels["back"]:
                return True
            if letter in self.vowels["front"]:
                return False
            if letter in "уиюяё":
                return None
        return None
