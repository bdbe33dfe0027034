"""What would be corrected in one record: decided before anything changes, applied without deciding again."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from rabis_sync.correct.origin import Origins
from rabis_sync.correct.places import address, new_field, slot, value_at, with_value
from rabis_sync.correct.rule import Background, Fault
from rabis_sync.correct.sieve import Sieve
from rabis_sync.marc.record import Place, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rabis_sync.correct.lexicon import Lexicon
    from rabis_sync.correct.rule import Action, Rule, Ruleset, Severity
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.fields import MarcRecord

#: Under this name a rule that raised is reported, with its own name and the error in `params`.
RULE_FAILED = "rule_failed"


@dataclass(frozen=True, slots=True)
class Edit:
    """One finding, and what it does to the record.

    Attributes:
        fingerprint: the same for the same fault for ever; another one when the text at the place is another.
        rule: id of the rule.
        path: address of the place (`rabis_sync.correct.places`).
        before: the text there when the rule looked; empty for a field that is to be added.
        after: the text proposed, of a whole field one line a field (`rabis_sync.correct.lines`), none where
            it is to go; None for a report.
        action: fix, suggest or report.
        severity: error, warning or info.
        params: plain JSON values for the text that people read.
        applied: the corrected view has it: a fix nobody rejected, or a suggestion somebody accepted.
    """

    fingerprint: str
    rule: str
    path: str
    before: str
    after: str | None
    action: Action
    severity: Severity
    params: Mapping[str, Any] = field(default_factory=dict)
    applied: bool = False

    def row(self, record_id: int, run: int) -> dict[str, Any]:
        """The finding as the store keeps it."""
        return {
            "fingerprint": self.fingerprint,
            "record_id": record_id,
            "rule": self.rule,
            "path": self.path,
            "before": self.before,
            "after": self.after,
            "action": self.action,
            "severity": self.severity,
            "params": dict(self.params),
            "first_run": run,
        }

    def __str__(self) -> str:
        change = "" if self.after is None else f" -> {self.after!r}"
        return f"{self.action} {self.rule} {self.path}: {self.before!r}{change}"


@dataclass(frozen=True, slots=True)
class CorrectionPlan:
    """Everything found in one record, in the order in which it is applied."""

    source: str
    control_number: str
    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        return "\n".join(f"{self.control_number} {edit}" for edit in self.edits)


def apply(plan: CorrectionPlan, marc: MarcRecord) -> MarcRecord:
    """The corrected record; the one given stays as it is.

    Raises:
        KeyError: the record is not the one the plan was made for.
    """
    for edit in plan.edits:
        if edit.applied and edit.after is not None:
            marc = with_value(marc, edit.path, edit.after)
    return marc


@dataclass(frozen=True)
class Examiner:
    """Makes plans with one set of rules and one vocabulary.

    Attributes:
        ruleset: the rules, in order.
        vocabulary: in how many records of the catalogue each word stands.
        dialects: by family.
        lexicon: what is known of words; None: the rules about words find nothing.
    """

    ruleset: Ruleset
    vocabulary: Mapping[str, int]
    dialects: Mapping[str, Dialect]
    lexicon: Lexicon | None = None

    @cached_property
    def _sieves(self) -> dict[str, Sieve]:
        settings, files = self.ruleset.settings, self.ruleset.files
        passes = [
            (rule, Background(self.vocabulary, settings.get(rule.id), self.lexicon, files))
            for rule in self.ruleset.rules
        ]
        return {family: Sieve(passes, dialect) for family, dialect in self.dialects.items()}

    def plan(
        self, source: str, marc: MarcRecord, family: str, decided: Mapping[str, str] | None = None
    ) -> CorrectionPlan:
        """Examine one record as it was harvested.

        Args:
            source: name of the source it came from.
            marc: the record.
            family: ``unimarc`` or ``marc21``.
            decided: accepted or rejected, by fingerprint.
        """
        bench = _Bench(source, marc, self.dialects[family], decided or {})
        bench.examine(self._sieves[family])
        return CorrectionPlan(source, marc.control_number, tuple(bench.edits))


class _Bench:
    """One record while the rules pass over it: each sees what those before it fixed."""

    def __init__(self, source: str, marc: MarcRecord, dialect: Dialect, decided: Mapping[str, str]) -> None:
        self.edits: list[Edit] = []
        self._source, self._dialect, self._decided = source, dialect, decided
        self._number = marc.control_number
        self._origins = Origins(marc)
        self._record = Record(marc, dialect)
        self._twins: Counter[tuple[str, ...]] = Counter()

    def examine(self, sieve: Sieve) -> None:
        """Let every rule look that doubts something in the record, as those before it left that."""
        last = 0
        while True:
            seen = self._record
            for one in sieve.rules(seen):
                if one.bit > last:
                    last = one.bit
                    self._look(one.rule, one.background)
                    if self._record is not seen:
                        break
            else:
                return

    def _look(self, rule: Rule, background: Background) -> None:
        """Let one rule look; if it raises, the failure is its only finding in this record."""
        kept = self._record
        try:
            faults = list(rule.find(kept, background))
            if faults:
                self.edits += [self._edit(rule, fault) for fault in sorted(faults, key=turn)]
        except Exception as error:  # noqa: BLE001  one rule must never stop the others
            self._record = kept
            params = {"rule": rule.id, "error": f"{type(error).__name__}: {error}"}
            number = self._dialect.elements["control_number"][0]
            self.edits.append(self._report(Fault(Place(0, number, ""), "report", rule.id, params)))

    def _edit(self, rule: Rule, fault: Fault) -> Edit:
        path, severity = fault.place.path, fault.severity or rule.severity
        mark = self._fingerprint(rule.id, fault)
        if fault.place.index < 0 and fault.action != "report" and address(path).is_field:
            path = new_field(
                self._record.marc, address(path).tag
            ).path  # another may have been added meanwhile
        if fault.action == "report":
            before, after = fault.place.value, None
        else:
            before = value_at(self._record.marc, path)
            after = rule.mend(before, fault)
        wanted = {"accepted": True, "rejected": False}.get(self._decided.get(mark, ""), fault.action == "fix")
        applied = wanted and after is not None
        if applied and after is not None:
            changed = with_value(self._record.marc, path, after)
            self._origins.follow(self._record.marc, changed, path)
            self._record = Record(changed, self._dialect)
        return Edit(mark, rule.id, path, before, after, fault.action, severity, fault.params, applied)

    def _report(self, fault: Fault) -> Edit:
        mark = self._fingerprint(RULE_FAILED, fault)
        return Edit(mark, RULE_FAILED, fault.place.path, "", None, "report", "error", fault.params)

    def _fingerprint(self, rule: str, fault: Fault) -> str:
        """Of the record, rule, kind of place, text as harvested and fault; twins in one record are numbered.

        Ordinals of the path are left out: a field put before this one does not change what a person decided.
        """
        origin = self._origins.text(self._record.marc, fault.place)
        parts = (rule, slot(fault.place.path), origin, fault.what)
        self._twins[parts] += 1
        named = json.dumps([self._source, self._number, *parts, self._twins[parts]])
        return blake2b(named.encode(), digest_size=16).hexdigest()


def turn(fault: Fault) -> tuple[int, int]:
    """Values first, then whole fields from the last to the first, so that no address moves before its turn.

    New fields come last, in the order in which the rule gave them.
    """
    path = fault.place.path
    if not path.endswith("]") or "$" in path:
        return 0, 0
    return (1, -fault.place.index) if fault.place.index >= 0 else (2, 0)
