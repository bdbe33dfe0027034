"""What is known of a word: whether it is one, how many records have it, what it may have been meant to be.

Three witnesses are heard: the dictionaries, the catalogue's own words (as harvested, counted by records) and
its headings. None is a judge alone: the Kazakh dictionary does not know a fifth of good Kazakh words, and
the catalogue has every slip at least once. A word is judged once, however often it stands there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from math import log2
from typing import TYPE_CHECKING, Literal, NamedTuple

from rabis_sync.correct.losses import Restorer, readings
from rabis_sync.correct.namesakes import Namesakes
from rabis_sync.correct.slips import LEFT_OUT, OTHER, one_slip_away

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from rabis_sync.correct.dictionary import Dictionary
    from rabis_sync.correct.vocabulary import Counts
    from rabis_sync.correct.word_settings import WordSettings

#: Standings of a word: a dictionary has it; it is a stem with endings; neither.
KNOWN, JOINED, UNKNOWN = 2, 1, 0

#: Words of which it is remembered what was said, at most, in each of the ways.
MOST = 30_000

#: Ways to read a word that the dictionary is asked about.
LIKELIEST = 6

#: Units of the letter model beyond which a form looks no better: a rare letter alone must not decide.
MOST_GAINED = 10.0

#: How a word stands in a text: in small letters; with a capital that any word would have there; where it may
#: be an abbreviation or part of a longer word; with a capital of its own.
Manner = Literal["plain", "opening", "part", "name"]

#: Manners in which a word is no name or part of one.
WITHOUT_DOUBT: tuple[Manner, ...] = ("plain", "opening")


class Proposal(NamedTuple):
    """What a word may have been meant to be.

    Attributes:
        form: the word mended, in small letters.
        occurs: records that have it.
        standing: of the form.
    """

    form: str
    occurs: int
    standing: int


class Restored(NamedTuple):
    """A word with its letters put back, and by how much that outweighs the word as it stands."""

    proposal: Proposal
    margin: float


@dataclass
class Lexicon:
    """The witnesses of a run, and what they said already.

    Attributes:
        settings: letters and endings.
        counts: records that have each word, word of a name, and heading.
        dictionaries: by language code.
        sound: words as written that are no slips wherever they stand, by the first language of the records.
        unlost: words as written that lost no letters, outside bare texts.
    """

    settings: WordSettings
    counts: Counts
    dictionaries: Mapping[str, Dictionary]
    sound: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set), repr=False)
    unlost: set[str] = field(default_factory=set, repr=False)
    _standings: dict[str | tuple[str, str], int] = field(default_factory=dict, repr=False)
    _losses: dict[str, Restored | None] = field(default_factory=dict, repr=False)
    _near: dict[tuple[str, str], list[str]] = field(default_factory=dict, repr=False)
    _rare: dict[tuple[str, str], list[str]] = field(default_factory=dict, repr=False)
    _slips: dict[tuple[str, str, Manner], Proposal | None] = field(default_factory=dict, repr=False)

    @cached_property
    def words(self) -> Mapping[str, int]:
        """Word in small letters -> records it stands in."""
        return self.counts.words

    @cached_property
    def names(self) -> Mapping[str, int]:
        """Word of headings of names -> records that have such a heading."""
        return self.counts.names

    def standing(self, word: str, language: str = "") -> int:
        """Standing of a word in small letters in one language or in any."""
        key = (word, language) if language else word  # most are asked for in any language
        found = self._standings.get(key)
        if found is None:
            found = self._standings[key] = self._looked_up(word, language)
        return found

    def _looked_up(self, word: str, language: str) -> int:
        asked = [self.dictionaries[language]] if language else self.dictionaries.values()
        if any(one.knows_small(word) for one in asked):
            return KNOWN
        endings = self.settings.endings
        if endings.language not in self.dictionaries or (language and language != endings.language):
            return UNKNOWN
        return JOINED if any(endings.joins(word, one) for one in self.dictionaries.values()) else UNKNOWN

    def is_bare(self, text: str, words: Iterable[str]) -> bool:
        """True for a Kazakh text long enough to have a Kazakh letter, and without any.

        Args:
            text: the text.
            words: its words, as written.
        """
        if not self.settings.lost_letters.isdisjoint(text.lower()):
            return False
        small = [word.lower() for word in words if len(word) > 1]
        if sum(map(len, small)) < self.settings.weights.bare:
            return False
        return sum(map(self.is_foreign, small)) * 2 <= len(small)

    def is_foreign(self, word: str) -> bool:
        """True for a word of a dictionary other than the Kazakh one, and not of that."""
        kazakh = self.settings.endings.language
        others = [one for one in self.dictionaries if one != kazakh]
        return any(self.standing(word, one) == KNOWN for one in others) and not (
            kazakh in self.dictionaries and self.standing(word, kazakh)
        )

    @cached_property
    def namesakes(self) -> Namesakes:
        """Who is named in which ways."""
        return Namesakes(self.counts.headings, self.settings.headings)

    def forget(self) -> None:
        """Let go of what was said of words where that is much: what recurs is soon judged again."""
        for words in (self.unlost, *self.sound.values()):
            if len(words) > MOST:
                words.clear()
        if len(self._standings) > MOST:
            self._standings.clear()

    def prepare(self) -> None:
        """Learn now what every helper would have to learn for itself."""
        self.is_beginning("")
        if self.settings.endings.language in self.dictionaries:
            self.likelihood("")

    def is_beginning(self, word: str) -> bool:
        """True where some word of a dictionary begins so: before a full stop it may be cut short."""
        return any(one.is_beginning(word) for one in self.dictionaries.values())

    # -- lost letters ---------------------------------------------------------------------------------------

    def loss(self, word: str, *, bare: bool) -> Proposal | None:
        """A Kazakh word with its letters put back, or None where it lost none or nobody can tell.

        Args:
            word: in small letters.
            bare: the text around it has lost all its Kazakh letters.
        """
        kazakh = self.settings.endings.language
        if kazakh not in self.dictionaries or (not bare and self.standing(word, kazakh) == KNOWN):
            return None
        if word not in self._losses:
            self._losses[word] = self._restored(word)
        found = self._losses[word]
        return found.proposal if found and self._is_meant(word, found, bare=bare) else None

    def _is_meant(self, word: str, found: Restored, *, bare: bool) -> bool:
        """True where the form outweighs the word by enough."""
        weights, standing = self.settings.weights, self.standing(word)
        if not bare and not found.proposal.occurs and self._is_slip_of_frequent(word):
            return False
        outweighs = self._outweighs(found.proposal.form, word)
        if not bare and not outweighs and self.words.get(word, 0) > weights.rare:
            return False
        if standing == KNOWN:
            return found.margin >= weights.loss and (bare or outweighs)
        heard = found.proposal.occurs or found.proposal.standing == KNOWN
        least = weights.bare_loss if bare else weights.loss if heard else weights.joined_loss
        return found.margin >= least or (outweighs and not standing)

    def _is_slip_of_frequent(self, word: str) -> bool:
        slip = self.slip(word, self.settings.endings.language)
        return slip is not None and slip.occurs >= self.settings.weights.rarest

    def likelihood(self, word: str) -> float:
        """How Kazakh a word in small letters looks (logarithm); 0 for every word without the dictionary."""
        has = self.settings.endings.language in self.dictionaries
        return self._restorer.likelihood(word) if has else 0.0

    @cached_property
    def _restorer(self) -> Restorer:
        kazakh = self.dictionaries[self.settings.endings.language]
        return Restorer(readings(self.settings.lost), kazakh.letters)

    def _restored(self, word: str) -> Restored | None:
        """The form that is heard of and weighs most, and by how much more than the word as it stands."""
        weights, restorer = self.settings.weights, self._restorer
        if not any(letter in restorer.readings for letter in word):
            return None
        heard = [
            (self._weight(way, standing, own=0) + weights.letters * likely, way)
            for way, likely, standing in self._heard(word, restorer.ways(word))
        ]
        if not heard:
            return None
        best, form = max(heard)
        own = self._weight(word, self.standing(word), own=1) + weights.letters * restorer.likelihood(word)
        proposal = Proposal(form, self.words.get(form, 0), self._kazakh_standing(form))
        return Restored(proposal, best - own)

    def _heard(self, word: str, ways: list[tuple[str, float]]) -> Iterator[tuple[str, float, int]]:
        """Ways to read a word that the catalogue has, and of the likeliest those that the dictionary has."""
        for rank, (way, likely) in enumerate(ways):
            standing = self._kazakh_standing(way) if rank < LIKELIEST or way in self.words else UNKNOWN
            if way != word and (standing or way in self.words):
                yield way, likely, standing

    def _kazakh_standing(self, word: str) -> int:
        """Standing as a Kazakh word, not remembered: most of what is asked for is no word at all."""
        dictionary = self.dictionaries[self.settings.endings.language]
        if dictionary.knows(word):
            return KNOWN
        return JOINED if self.settings.endings.joins(word, dictionary) else UNKNOWN

    def _outweighs(self, form: str, word: str) -> bool:
        """True for a form that so many more records have that the word is likelier a slip than a word."""
        weights = self.settings.weights
        return self.words.get(form, 0) >= max(weights.rarest, weights.outweighs * self.words.get(word, 0))

    def _weight(self, form: str, standing: int, *, own: int) -> float:
        weights = self.settings.weights
        said = weights.known if standing == KNOWN else weights.joined if standing == JOINED else 0.0
        return log2(1 + max(0, self.words.get(form, 0) - own)) + said

    # -- slips ----------------------------------------------------------------------------------------------

    def slip(self, word: str, language: str, manner: Manner = "plain") -> Proposal | None:
        """What a word was meant to be that one slip of the pen made of another, or None where it is well.

        Args:
            word: in small letters.
            language: whose alphabet the letters are of.
            manner: how it stands in the text.
        """
        key = (word, language, manner)
        if key not in self._slips:
            self._slips[key] = self._respelt(word, language, manner)
        return self._slips[key]

    def is_sound(self, word: str, language: str) -> bool:
        """True for a word that is no slip, however it stands."""
        if self._heard_near(word, language):
            return False
        if self.standing(word) == JOINED or not self._rare_near(word, language):
            return True
        return all(self.slip(word, language, manner) is None for manner in WITHOUT_DOUBT)

    def _respelt(self, word: str, language: str, manner: Manner) -> Proposal | None:
        heard, standing = self._heard_near(word, language), self.standing(word)
        if manner == "plain":  # what is written small was meant to be no name
            heard = [form for form in heard if form not in self.names]
        if manner == "name" or standing == JOINED:  # another ending is no slip
            ease, least = self.settings.slips.ease, KNOWN if manner == "name" else JOINED
            easy = OTHER if standing == UNKNOWN else LEFT_OUT
            heard = [form for form in heard if self.standing(form) >= least and ease(word, form) >= easy]
        if not heard and manner in WITHOUT_DOUBT and standing == UNKNOWN:
            return self._unheard(word, language, manner)
        likeliest = self._likeliest(word, heard, language)
        return likeliest.proposal if likeliest else None

    def _heard_near(self, word: str, language: str) -> list[str]:
        """What so many more records have that is one slip away from a word that may be none."""
        kept = self._near.get((word, language))
        if kept is not None:
            return kept
        near = self._all_near(word, language)
        found = [form for form in near if form in self.words and self._outweighs(form, word)]
        if found:  # most words have none, and are not asked for again
            self._near[word, language] = found
        return found

    def _unheard(self, word: str, language: str, manner: Manner) -> Proposal | None:
        """The likeliest word that few records or only the dictionary have, for a rare one that nobody knows.

        Long words that look like no word of the language are the surest slips.
        """
        weights = self.settings.weights
        forms = self._rare_near(word, language)
        if manner == "plain":
            forms = [form for form in forms if form not in self.names]
        found = self._likeliest(word, forms, language)
        least = weights.unheard[language] + (weights.opening[language] if manner == "opening" else 0.0)
        least -= weights.longer * (len(word) - weights.seldom)
        return found.proposal if found and found.margin >= least else None

    def _rare_near(self, word: str, language: str) -> list[str]:
        """What any record or the dictionary has that is one slip away from a rare word."""
        kept = self._rare.get((word, language))
        if kept is not None:
            return kept
        weights = self.settings.weights
        rare = len(word) >= weights.seldom and self.words.get(word, 0) <= weights.rare
        near = self._all_near(word, language) if rare else ()
        said = self.dictionaries[language].near(word, self.settings.alphabets[language]) if near else ()
        found = list({*filter(self.words.__contains__, near), *said})
        if found:
            self._rare[word, language] = found
        return found

    def _all_near(self, word: str, language: str) -> Collection[str]:
        """What is one slip away from a word that may be none."""
        alphabet = self.settings.alphabets[language]
        doubted = word not in self.names and self.standing(word) != KNOWN
        return one_slip_away(word, alphabet) if doubted and set(alphabet).issuperset(word) else ()

    def _likeliest(self, word: str, forms: Iterable[str], language: str) -> Restored | None:
        weighed = [
            (self._weight(form, self.standing(form), own=0) + self._ease(word, form, language), form)
            for form in forms
        ]
        if not weighed:
            return None
        best, form = max(weighed)
        return Restored(Proposal(form, self.words.get(form, 0), self.standing(form)), best)

    def _ease(self, word: str, form: str, language: str) -> float:
        """How easily the word is written for the form, and how much more that looks like a word."""
        ease = self.settings.slips.ease(word, form)
        if language != self.settings.endings.language:
            return ease
        gained = self.likelihood(form) - self.likelihood(word)
        return ease + self.settings.weights.looks * min(gained, MOST_GAINED)
