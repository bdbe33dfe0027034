"""Kazakh words that the dictionary has a stem for, but not with this ending: Kazakh joins endings freely.

The grammar is data (`mappings/words.toml`): nouns take plural, possessive and case in this order, verbs take
voice, negation and tense. Every vowel agrees with the last one of the stem, and every ending begins as the
letter before it asks for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rabis_sync.correct.dictionary import Dictionary

#: Letters of the shortest stems that endings are looked for behind.
SHORTEST_NOUN, SHORTEST_VERB = 3, 2

_PLACE = re.compile(r"\{(\w+)\}")
_AFTER = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Endings:
    """The endings of a language that joins them freely.

    Attributes:
        language: its code.
        vowels: which vowels ask for back and which for front endings; others go with both.
        silent: vowels that say nothing at the end of a stem: the one before them does.
        softened: a consonant before a vowel, and the one it was at the end of the stem.
        letters: a capital of the patterns -> the letter after back vowels and the one after front vowels.
        sounds: kinds of letters; ``<vr>`` in a pattern is a place behind a letter of one of these kinds.
        parts: patterns that stand for ``{name}`` in those that come later.
        noun: regular expression of what follows a noun.
        infinitive: the end of a verbal stem -> the end of its infinitive, which the dictionary has.
        verb: regular expression of what follows a verbal stem.
    """

    language: str
    vowels: dict[str, str]
    silent: str
    softened: dict[str, str]
    letters: dict[str, str]
    sounds: dict[str, str]
    parts: dict[str, str]
    noun: str
    infinitive: dict[str, str]
    verb: str

    def joins(self, word: str, dictionary: Dictionary) -> bool:
        """True for a word in small letters that is a stem of the dictionary with endings that agree.

        Stems of other languages take endings as nouns: borrowed verbs are Kazakh ones already.
        """
        own = dictionary.language == self.language
        for cut in range(len(word) - 1, SHORTEST_VERB - 1, -1):
            stem = word[:cut]
            noun = cut >= SHORTEST_NOUN and self._is_noun(stem, word[cut], dictionary)
            verb = own and self._is_verb(stem, dictionary)
            if (noun or verb) and self._agrees(word, cut, noun=noun, verb=verb):
                return True
        return False

    def _is_noun(self, stem: str, follows: str, dictionary: Dictionary) -> bool:
        """True for a stem as it stands, or with its last consonant softened by the vowel that follows."""
        stems = dictionary.stems
        if stem in stems:
            return True
        hard = self.softened.get(stem[-1], "")
        return bool(hard) and follows in self.letters["Y"] and stem[:-1] + hard in stems

    def _is_verb(self, stem: str, dictionary: Dictionary) -> bool:
        """True for the stem of an infinitive, whose last letter the vowel may have changed."""
        stems = dictionary.stems
        for last, ending in self.infinitive.items():
            if stem.endswith(last) and stem.removesuffix(last) + ending in stems:
                return True
        return False

    def _agrees(self, word: str, cut: int, *, noun: bool, verb: bool) -> bool:
        kind = self._kind(word[:cut])
        sides = [0, 1] if kind is None else [kind]
        return any(
            (noun and self._nouns[side].fullmatch(word, cut))
            or (verb and self._verbs[side].fullmatch(word, cut))
            for side in sides
        )

    def _kind(self, stem: str) -> int | None:
        """0 for back vowels, 1 for front ones, None where the last vowel goes with both."""
        for letter in reversed(stem.rstrip(self.silent)):
            if letter in self.vowels["back"]:
                return 0
            if letter in self.vowels["front"]:
                return 1
            if letter in self.vowels["both"]:
                return None
        return None

    @cached_property
    def _nouns(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        return self._compiled(self.noun, 0), self._compiled(self.noun, 1)

    @cached_property
    def _verbs(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        return self._compiled(self.verb, 0), self._compiled(self.verb, 1)

    def _compiled(self, pattern: str, side: int) -> re.Pattern[str]:
        for name, part in reversed(self.parts.items()):
            pattern = pattern.replace(f"{{{name}}}", f"(?:{part})")
        pattern = _AFTER.sub(
            lambda kinds: f"(?<=[{''.join(self.sounds[kind] for kind in kinds[1])}])", pattern
        )
        return re.compile(pattern.translate({ord(sign): pair[side] for sign, pair in self.letters.items()}))
