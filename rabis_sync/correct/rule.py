"""What a correction rule is: a pair that says what is wrong and mends it, with the standard it stands on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal

from rabis_sync.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rabis_sync.correct.lexicon import Lexicon
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.record import Place, Record

Action = Literal["fix", "suggest", "report"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Background:
    """What a rule may look at beside the record.

    Attributes:
        vocabulary: in how many records of the catalogue each word, in small letters, stands.
        settings: the rule's own TOML of `mappings/rules/`, validated into `Rule.settings`; None without one.
        lexicon: dictionaries, words and headings; None where nothing is known of words.
        files: text of the files that rules name (`Rule.files`), by name.
    """

    vocabulary: Mapping[str, int] = field(default_factory=dict)
    settings: Any = None
    lexicon: Lexicon | None = None
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong at one place.

    Attributes:
        place: where, and the text that stands there.
        action: ``fix`` where the mended form is certain, ``suggest`` where a person decides, ``report``
            where there is nothing to propose.
        what: the part of the text that is wrong; empty for the whole of it. Two faults of a rule at one
            place differ in it.
        params: plain JSON values for the text that people read.
        severity: in place of the rule's own.
    """

    place: Place
    action: Action
    what: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity | None = None


def unmended(text: str, _fault: Fault) -> str:
    """The mend of a rule that only reports: the text as it is."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A correction rule; the module of the same name in `rabis_sync.correct.rules` defines it as ``RULE``.

    Attributes:
        id: name of the file.
        version: raised when the rule would find or mend otherwise than before; all is examined again then.
        order: rules with smaller numbers come first and later ones see what they fixed.
        severity: how grave its findings are.
        actions: every action its faults may have.
        definition: address of the field's definition or of the standard.
        find: what is wrong in a record.
        mend: the text mended, given the text as it stands and the fault; mending twice changes nothing more.
        settings: dataclass of the rule's TOML in `mappings/rules/`, or None.
        files: further files of `mappings/` that it reads, by their names there.
        looks: for a background and a dialect, whether a tag is of fields each of which alone, with leader and
            languages of the record, shows whether the rule finds anything in it; None where it has to see the
            whole record. Codes in place of True (`slots.tags_in`): only those with such a subfield do.
        worth: what the text of such a field shows from its first subfield on; others are not looked at.
        doubts: tells sooner than `find` does whether such a field (tag and text) makes a record worth a look.
        glance: whether the whole record is worth a look, where its fields alone do not tell.
        independent: what it fixes and what other such rules fix gives the same record in any order.
    """

    id: str
    version: int
    order: int
    severity: Severity
    actions: tuple[Action, ...]
    definition: str
    find: Callable[[Record, Background], Iterable[Fault]]
    mend: Callable[[str, Fault], str] = unmended
    settings: type[Any] | None = None
    files: tuple[str, ...] = ()
    looks: Callable[[Background, Dialect], Callable[[str], object]] | None = None
    worth: Callable[[str, int], object] | None = None
    doubts: Callable[[str, str, Background, str], bool] | None = None
    glance: Callable[[Record, Background], bool] | None = None
    independent: bool = False


#: Every rule there is: a file in `rabis_sync/correct/rules` is a rule.
RULES: Registry[Rule] = Registry("rabis_sync.correct.rules", "RULE", "correction rule")


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules of a run, in their order, with what the library set for them.

    Attributes:
        rules: sorted by order, then id.
        settings: validated TOML by rule id, for the rules that have one.
        files: text of the files that the rules name, by name.
    """

    rules: tuple[Rule, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(
        rules: Iterable[Rule], settings: Mapping[str, Any], files: Mapping[str, str] | None = None
    ) -> Ruleset:
        """The rules in their declared order."""
        ordered = sorted(rules, key=lambda rule: (rule.order, rule.id))
        return Ruleset(tuple(ordered), settings, files or {})

    def fingerprint(self, dialects: Mapping[str, Dialect]) -> str:
        """32 digits that change whenever a record would have to be examined again."""
        rules = [(rule.id, rule.version, repr(self.settings.get(rule.id))) for rule in self.rules]
        read = sorted((name, blake2b(text.encode()).hexdigest()) for name, text in self.files.items())
        seen = json.dumps([rules, read, sorted((name, repr(dialect)) for name, dialect in dialects.items())])
        return blake2b(seen.encode(), digest_size=16).hexdigest()
