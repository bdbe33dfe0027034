"""What a library may set for words: `mappings/words.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from rabis_sync.correct.endings import Endings  # noqa: TC001  pydantic reads the annotations
from rabis_sync.correct.namesakes import Likeness  # noqa: TC001
from rabis_sync.correct.slips import Slips  # noqa: TC001


@dataclass(frozen=True)
class Weights:
    """How much the witnesses count, in doublings of a form's frequency.

    Attributes:
        known: a dictionary has the form.
        joined: the form is a stem with endings.
        letters: one unit (nat) of the letter model.
        loss: by how much a form with its letters restored must outweigh the word as it stands.
        joined_loss: the same for a form that is only a stem with endings and stands in no record.
        bare_loss: the same in a text that has lost all its Kazakh letters.
        bare: letters of the shortest text that shows such a loss by having no Kazakh letter at all.
        rarest: a form that fewer records have is none that a dictionary's doubt can be weighed against.
        outweighs: a form must stand in so many times more records than the word.
        unheard: by language, what a form must weigh that few records have, or only the dictionary.
        opening: by language, so much more for a word that opens a title or sentence: it may be a name.
        looks: of a Kazakh form, one unit (nat) by which it looks more Kazakh than the word.
        seldom: letters of the shortest word for which such a form is proposed.
        longer: so much less for each letter more.
        rare: records that may have such a word at most.
    """

    known: float
    joined: float
    letters: float
    loss: float
    joined_loss: float
    bare_loss: float
    bare: int
    rarest: int
    outweighs: int
    unheard: dict[str, float]
    opening: dict[str, float]
    looks: float
    seldom: int
    longer: float
    rare: int


@dataclass(frozen=True)
class DictionaryName:
    """Where a dictionary comes from.

    Attributes:
        name: of its two files, without their endings.
        package: of Debian, that brings it.
        like: words it lacks -> a word it has that is inflected alike.
    """

    name: str
    package: str
    like: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WordSettings:
    """`mappings/words.toml`.

    Attributes:
        fields: by family, a pattern over tags: fields whose words are text, from the beginning of the tag.
        dictionaries: language code -> its Hunspell dictionary.
        alphabets: language code -> its small letters.
        slips: letters taken for one another.
        lost: Kazakh letter -> what is typed for it.
        endings: of Kazakh.
        weights: how much each witness counts.
        headings: when two headings are of one person or body.
    """

    fields: dict[str, str]
    dictionaries: dict[str, DictionaryName]
    alphabets: dict[str, str]
    slips: Slips
    lost: dict[str, str]
    endings: Endings
    weights: Weights
    headings: Likeness

    @cached_property
    def lost_letters(self) -> frozenset[str]:
        """The letters that only the language with the losses has."""
        return frozenset(self.lost)
