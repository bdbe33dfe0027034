"""Which rules have to look at a record: a field is asked about once, however many records have it.

Most rules find in a record only what they would find in one of its fields, given the languages of the record
and its leader: such a rule (`Rule.looks`) is shown each different field alone, and the records of which it
doubted a field. Fields are kept by their text, apart for each leader with each language, and are forgotten
when there are many: what recurs is soon there again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.correct.slots import ALL
from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord
from rabis_sync.marc.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rabis_sync.correct.rule import Background, Rule
    from rabis_sync.marc.dialect import Dialect

    #: Of a rule (`Rule.worth`).
    Worth = Callable[[str, int], object]

#: Different fields that are kept at most.
MOST = 20_000


class Pass(NamedTuple):
    """One rule with what it knows; bit tells it from the others."""

    bit: int
    rule: Rule
    background: Background


class Sieve:
    """The rules that doubt something, record by record, for one family.

    Args:
        passes: rules in their order, with what they know.
        dialect: of the family.
    """

    def __init__(self, passes: Sequence[tuple[Rule, Background]], dialect: Dialect) -> None:
        self._passes = [Pass(1 << number, *one) for number, one in enumerate(passes)]
        self._dialect = dialect
        self._glances = [one for one in self._passes if one.rule.glance]
        self._always = sum(one.bit for one in self._passes if not (one.rule.looks or one.rule.glance))
        self._looks = [
            (one, one.rule.looks(one.background, dialect)) for one in self._passes if one.rule.looks
        ]
        self._by_tag: dict[str, list[tuple[Pass, Worth | None]]] = {}
        self._languages = dialect.paths["language"]
        self._telling = {path.tag for path in self._languages}
        self._views: dict[tuple[str, tuple[Field, ...]], _View] = {}
        self._kept = 0
        self._chosen: dict[int, list[Pass]] = {}

    def rules(self, record: Record) -> list[Pass]:
        """The rules that have to look at the record, in their order."""
        doubts = self._doubts(record)
        chosen = self._chosen.get(doubts)
        if chosen is None:
            chosen = self._chosen[doubts] = [one for one in self._passes if one.bit & doubts]
        return chosen

    def _doubts(self, record: Record) -> int:
        marc = record.marc
        key = marc.leader, tuple(self._spoken(record))
        if self._kept > MOST:
            self._forget()
        view = self._views.get(key) or self._new_view(*key)
        doubts, by_tag = view.doubts, view.by_tag
        for tag, text in zip(marc.tags, marc.texts, strict=True):
            known = by_tag.get(tag)
            if known is None:
                known = by_tag[tag] = {}
            found = known.get(text)
            if found is None:
                found = known[text] = self._asked(tag, text, view)
                self._kept += 1
            doubts |= found
        for one in self._glances:
            if not doubts & one.bit and one.rule.glance and one.rule.glance(record, one.background):
                doubts |= one.bit
        return doubts

    def _spoken(self, record: Record) -> list[Field]:
        """The fields that name the languages of the record; of coded characters these alone."""
        found: list[Field] = []
        for path in self._languages:
            if path.tag in record.index.texts:
                if path.codes:
                    found += [Field(path.tag, text) for text in record.index.texts[path.tag]]
                else:
                    first = path.span[0] if path.span else 0
                    found += [Field(path.tag, " " * first + code) for code in path.read(record.index)]
        return found

    def _new_view(self, leader: str, spoken: tuple[Field, ...]) -> _View:
        alone = Record(MarcRecord(leader, spoken), self._dialect)
        doubts = self._always
        for one, _looks in self._looks:
            if _finds(one, alone):
                doubts |= one.bit
        view = self._views[leader, spoken] = _View(leader, spoken, alone.languages(), doubts, {})
        return view

    def _forget(self) -> None:
        """Let go of half of the fields: of tags with many different texts, which hardly come again."""
        kept = [known for view in self._views.values() for known in view.by_tag.values()]
        most = MOST // 20
        while (there := sum(map(len, kept))) > MOST // 2:
            for known in kept:
                if len(known) > most:
                    known.clear()
            most //= 2
        self._kept = there

    def _asked(self, tag: str, text: str, view: _View) -> int:
        """The rules that doubt a field."""
        doubts, alone = 0, None  # most fields need not be looked at alone
        start = max(0, text.find(SUBFIELD))  # an exporter may have dropped the indicators
        for one, worth in self._of_tag(tag):
            if worth is not None and not worth(text, start):
                continue
            rule = one.rule
            if rule.doubts is not None:
                if rule.doubts(tag, text, one.background, self._dialect.family):
                    doubts |= one.bit
                continue
            alone = alone or self._alone(Field(tag, text), view)
            if _finds(one, alone):
                doubts |= one.bit
        return doubts

    def _alone(self, field: Field, view: _View) -> Record:
        """A record that has the field alone, beside the leader and what tells its languages."""
        if field.tag not in self._telling:
            alone = Record(MarcRecord(view.leader, (*view.spoken, field)), self._dialect)
            alone.spoken = view.languages
            return alone
        kept = [
            one
            for one in view.spoken
            if one.tag != field.tag or not (field.is_control or one.text == field.text)
        ]
        return Record(MarcRecord(view.leader, (*kept, field)), self._dialect)

    def _of_tag(self, tag: str) -> list[tuple[Pass, Worth | None]]:
        found = self._by_tag.get(tag)
        if found is None:
            found = self._by_tag[tag] = [
                (one, one.rule.worth or _with(seen)) for one, looks in self._looks if (seen := looks(tag))
            ]
        return found


class _View(NamedTuple):
    """Fields as they are seen in records with one leader and the same languages.

    Attributes:
        leader: of the records.
        spoken: their fields of languages.
        languages: what these tell.
        doubts: the rules that doubt these alone, or look at every record.
        by_tag: tag -> text of a field -> the rules that doubt it.
    """

    leader: str
    spoken: tuple[Field, ...]
    languages: list[str]
    doubts: int
    by_tag: dict[str, dict[str, int]]


def _with(seen: object) -> Worth | None:
    """Tells fields that have one of the subfields which a rule looks at; None where it looks at all."""
    if not isinstance(seen, str) or seen == ALL:
        return None
    return re.compile(f"{SUBFIELD}[{re.escape(seen)}]").search


def _finds(one: Pass, record: Record) -> bool:
    """True where the rule finds something, or raises: then it is to raise for the whole record."""
    try:
        return next(iter(one.rule.find(record, one.background)), None) is not None
    except Exception:  # noqa: BLE001
        return True
