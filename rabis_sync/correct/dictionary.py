"""The words of one language, as a Hunspell dictionary lists them: stems, endings, and which go together.

Read by ourselves, since proposals come from the same lists (docs/adr/0015): Debian's Russian and Kazakh
dictionaries know endings only, no prefixes and no compounds. The files are text in UTF-8 (`man 5 hunspell`);
lines of other kinds than words and endings are passed over.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import blake2b
from itertools import accumulate, islice
from sys import intern
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.correct.losses import LetterModel
from rabis_sync.correct.slips import slips_at
from rabis_sync.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_NONE: Mapping[str, str] = MappingProxyType({})
#: Stems with a common beginning, from which on it is remembered how they go on.
MANY = 64


class Ending(NamedTuple):
    """How stems get this ending.

    Attributes:
        strip: what goes off the stem first.
        ways: flag that such stems carry, and what the stem must end with; None for anything.
    """

    strip: str
    ways: tuple[tuple[str, re.Pattern[str] | None], ...]


@dataclass(frozen=True)
class Dictionary:
    """Stems and endings of a language.

    Attributes:
        language: ISO 639-2 code.
        stems: stem -> its flags, in the case of the dictionary.
        endings: ending -> ways to come by it.
        version: changes with the files.
    """

    language: str
    stems: Mapping[str, str] = field(repr=False)
    endings: Mapping[str, tuple[Ending, ...]] = field(repr=False)
    version: str = ""

    @cached_property
    def letters(self) -> LetterModel:
        """How letters follow one another in every other stem: all of them would say the same."""
        return LetterModel.of(stem.lower() for stem in islice(self.stems, 0, None, 2))

    @cached_property
    def longest(self) -> int:
        """Letters of the longest ending."""
        return max(map(len, self.endings), default=0)

    def knows(self, word: str) -> bool:
        """True for a word of the language; a capital where the dictionary has none does not matter."""
        if self._has(word):
            return True
        small = word.lower()
        return small != word and (self._has(small) or (word.isupper() and self._has(small.capitalize())))

    def knows_small(self, word: str) -> bool:
        """The same of a word in small letters, which may be a name that the dictionary has with a capital."""
        return self._has(word) or self._has(word.capitalize())

    def _has(self, word: str, shortest: int = 0) -> bool:
        stems, endings = self.stems, self.endings
        if word in stems:
            return True
        for size in range(shortest, min(self.longest, len(word) - 1) + 1):
            cut = len(word) - size
            for ending in endings.get(word[cut:], ()):
                stem = word[:cut] + ending.strip
                if flags := stems.get(stem):
                    for flag, fits in ending.ways:
                        if flag in flags and (fits is None or fits.search(stem)):
                            return True
        return False

    def near(self, word: str, alphabet: str) -> Iterator[str]:
        """Words one slip away (`slips.one_slip_away`) from one in small letters, some more than once.

        The slip is in a stem, which then begins with the letters before it and the two behind, or in an
        ending behind the beginning of the word. Few strings do either, and only these are looked up.
        """
        endings, ends = self.endings, self._ends_of_stem(word)
        for at in range(len(word) + 1):
            begun, cuts = self._next(word[:at]), [cut for cut in ends if cut <= at]
            if not begun and not cuts:
                return
            for form in slips_at(word, at, alphabet if cuts else [one for one in alphabet if one in begun]):
                if form[at : at + 2] in begun or (form[at : at + 1] in begun and form[at + 1 :] in endings):
                    shortest = len(form) - self._begun(form, at + 1)
                    if shortest <= self.longest and form != word and self._has(form, shortest):
                        yield form
                        continue
                tails = [form[cut:] for cut in cuts]
                if tails and not endings.keys().isdisjoint(tails) and form != word and self._has(form):
                    yield form

    def _ends_of_stem(self, word: str) -> list[int]:
        """Where in a word, or one with a slip, an ending may follow a stem without its last letters."""
        first = max(1, len(word) - 1 - self.longest)
        stems, strips = self.stems, self._strips
        return [
            cut
            for cut in range(first, len(word) + 1)
            if not stems.keys().isdisjoint([word[:cut] + strip for strip in strips])
        ]

    def _next(self, beginning: str) -> set[str]:
        """The next letter, and the next two, of the stems that begin so; empty at the end of one."""
        found = self._nexts.get(beginning)
        if found is None:
            text, starts, at = self._in_order, self._starts, len(beginning)
            first = self._first(beginning)
            end = self._first(f"{beginning}\U0010ffff")
            found = {text[start + at : start + at + 2].partition("\n")[0] for start in starts[first:end]}
            found |= {pair[:1] for pair in found}
            if end - first >= MANY:
                self._nexts[beginning] = set(map(intern, found))
        return found

    def _begun(self, word: str, least: int) -> int:
        """Letters of the word that begin some stem, given that so many do.

        One of the two stems between which the word has its place in order begins like it for longest.
        """
        text, starts, place = self._in_order, self._starts, self._first(word)
        for start in starts[max(0, place - 1) : place + 1]:
            while least < len(word) and text.startswith(word[: least + 1], start):
                least += 1
        return least

    def is_beginning(self, word: str) -> bool:
        """True where a stem begins so."""
        return self._in_order.startswith(word, self._starts[self._first(word)])

    def _first(self, word: str) -> int:
        """Which stem in order is the first that begins so, or comes after those."""
        text, starts, size = self._in_order, self._starts, len(word)
        return bisect_left(
            starts, word, hi=len(starts) - 1, key=lambda start: text[start : start + size]
        )  # the end of a line comes before every letter

    @cached_property
    def _in_order(self) -> str:
        """All stems, each on its line: helpers that were forked share one text, as they do not thousands."""
        return "\n".join([*sorted(self.stems), ""])

    @cached_property
    def _starts(self) -> array[int]:
        """Where each stem stands there, and the end."""
        return array("I", accumulate((len(stem) + 1 for stem in sorted(self.stems)), initial=0))

    @cached_property
    def _nexts(self) -> dict[str, set[str]]:
        return {}

    @cached_property
    def _strips(self) -> frozenset[str]:
        """What goes off stems before endings."""
        return frozenset(["", *(one.strip for ways in self.endings.values() for one in ways)])


def load(folder: Path, name: str, language: str, like: Mapping[str, str] = _NONE) -> Dictionary | None:
    """The dictionary of that name (``ru_RU``) in a folder; None where it is not there.

    Args:
        folder: where its two files are.
        name: of the files, without their endings.
        language: code of the language.
        like: words it lacks -> a word of it that is inflected alike.

    Raises:
        ConfigError: the files are there and cannot be read as a dictionary in UTF-8.
    """
    paths = [folder / f"{name}.aff", folder / f"{name}.dic"]
    if not all(path.is_file() for path in paths):
        return None
    try:
        rules, words = (path.read_text("utf-8-sig") for path in paths)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the dictionary {paths[1]} cannot be read: {error}", hint="It has to be text in UTF-8."
        ) from error
    more = repr(sorted(like.items())) if like else ""
    version = blake2b((rules + words + more).encode(), digest_size=8).hexdigest()
    stems = dict(_stems(words))
    stems |= {word: stems[model] for word, model in like.items() if model in stems and word not in stems}
    return Dictionary(language, stems, _endings(rules), version)


def _stems(text: str) -> Iterator[tuple[str, str]]:
    lines = iter(text.splitlines())
    next(lines, None)  # how many there are
    for line in lines:
        word, _, flags = line.partition("/")
        if word := word.strip():
            yield word, intern(flags.split("\t")[0].strip())


@cache
def _fitting(condition: str) -> re.Pattern[str] | None:
    return None if condition == "." else re.compile(f"(?:{condition})$")


def _endings(text: str) -> dict[str, tuple[Ending, ...]]:
    found: dict[str, dict[str, list[tuple[str, re.Pattern[str] | None]]]] = {}
    for line in text.splitlines():
        # SFX flag strip ending condition; the line that opens a class has a number for the ending.
        if len(parts := line.split()) >= 5 and parts[0] == "SFX":
            _, flag, strip, ending, condition = parts[:5]
            added = "" if ending == "0" else ending.partition("/")[0]
            ways = found.setdefault(added, {}).setdefault("" if strip == "0" else strip, [])
            ways.append((flag, _fitting(condition)))
    return {
        added: tuple(Ending(strip, tuple(ways)) for strip, ways in by_strip.items())
        for added, by_strip in found.items()
    }
