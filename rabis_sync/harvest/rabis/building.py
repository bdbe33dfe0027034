"""From the rows of one record to the record: what the mapping says, the bytes that are kept, or why not.

The bytes are JSON of everything that was read, entries of dictionaries resolved, so that a record can be
built again from them alone, by a better mapping too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.harvest.rabis.texts import Row, Template, years
from rabis_sync.marc.fields import SUBFIELD, Field, assembled, neutral_leader
from rabis_sync.marc.reading import Decoded, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rabis_sync.harvest.rabis.mapping import BlockMapping, FieldRule, SubfieldRule

#: The syntax of these bytes, beside ``iso2709`` and ``marcxml``.
SYNTAX = "rabis"

#: Why rows become no record, with the sentence for the reader.
REASONS = {
    "rabis_rows": "The bytes are no rows of Web-RABIS.",
    "rabis_empty": "The record in Web-RABIS says nothing yet: no block of it is filled in.",
}

_template = lru_cache(maxsize=512)(Template)


@dataclass(frozen=True)
class Builder:
    """Builds records by one mapping."""

    mapping: BlockMapping

    def decoded(self, description: Mapping[str, Any]) -> Decoded | Unreadable:
        """The record of one description.

        Args:
            description: ``ebook``: its row; ``parent``: the row of its set or host, or None; ``set``: whether
                it has parts; ``blocks``: each with ``table`` (without ``ebook_``), ``name`` and ``rows``. An
                entry of a dictionary stands in a row as ``{"id": …, "code": …, "name": …}``.
        """
        raw = json.dumps(description, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return self._built(description, raw)

    def decode(self, raw: bytes) -> Decoded | Unreadable:
        """The record of bytes that were kept, for the quarantine."""
        try:
            description = json.loads(raw)
        except (ValueError, RecursionError):
            description = None
        if not isinstance(description, dict) or not isinstance(description.get("ebook"), dict):
            return Unreadable(raw, 0, SYNTAX, "rabis_rows", REASONS["rabis_rows"])
        return self._built(description, raw)

    def _built(self, description: Mapping[str, Any], raw: bytes) -> Decoded | Unreadable:
        blocks = list(blocks_of(description))
        record = computed(self.mapping, description, blocks)
        about = {f"record.{name}": record[name] for name in ("level", "kind", "id")}
        fields = Fields()
        for block in blocks:
            rule = self.mapping.rule_for(block.table, block.name)
            for row in block.rows if rule and rule.fields else ():
                row.update(about)
                fields.take(rule.fields if rule else [], row, self.mapping)
        said = bool(fields.made)
        fields.take(self.mapping.fields, record, self.mapping)
        if not said and not record["title"]:
            return Unreadable(raw, 0, SYNTAX, "rabis_empty", REASONS["rabis_empty"])
        leader = neutral_leader(_template(self.mapping.leader).fill(record))
        ordered = sorted(fields.made, key=itemgetter(0))
        marc, canonical = assembled(leader, [tag for tag, _ in ordered], [text for _, text in ordered])
        return Decoded(marc, canonical, raw, 0, SYNTAX, "utf-8", 1.0)


class Block(NamedTuple):
    """The rows of one block; `table` is without ``ebook_``."""

    table: str
    name: str
    rows: list[Row]


def blocks_of(description: Mapping[str, Any]) -> Iterator[Block]:
    """The blocks of a description; what has not their shape is passed over."""
    blocks = description.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict) and isinstance(block.get("rows"), list):
            rows = [Row.of(row) for row in block["rows"] if isinstance(row, dict)]
            yield Block(str(block.get("table", "")), str(block.get("name", "")), rows)


class Fields:
    """Fields made so far, as (tag, text)."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []
        self._tags: set[str] = set()

    def take(self, rules: list[FieldRule], row: Row, mapping: BlockMapping) -> None:
        """Add what a row becomes by these rules."""
        for rule in rules:
            if self._tags.intersection(rule.unless):
                continue
            text = field_text(rule, row, mapping)
            if text is None:
                continue
            tag = rule.first if rule.first and rule.first not in self._tags else rule.tag
            self._tags.add(tag)
            self.made.append((tag, text))


def field_text(rule: FieldRule, row: Row, mapping: BlockMapping) -> str | None:
    """The field's text by a rule; None when the row says nothing for it."""
    for column, pattern in rule.conditions:
        if not pattern.fullmatch(row[column]):
            return None
    values: list[tuple[str, str]] = []
    said = False
    for one in rule.subfields:
        if one.value:
            values.append((one.code, one.value))
        elif text := _text(one, row):
            found = _values(one, text, mapping) if one.refined else [text]
            values += [(one.code, value) for value in found]
            said = said or bool(found)
    carried = [(inner.tag, field_text(inner, row, mapping)) for inner in rule.embedded]
    inside = [f"{SUBFIELD}1{tag}{text}" for tag, text in carried if text is not None]
    if not said and not inside:
        return None
    if Field(rule.tag, "").is_control:
        return "".join(value for _, value in values)
    own = "".join([f"{SUBFIELD}{code}{value}" for code, value in values])
    return rule.indicators + own + "".join(inside)


def _text(rule: SubfieldRule, row: Row) -> str:
    if rule.template:
        return _filled(rule.template, row)
    for column in rule.columns:
        if text := row[column]:
            return text
    return ""


def _values(rule: SubfieldRule, text: str, mapping: BlockMapping) -> list[str]:
    """The values that a text holds: its part, its pieces, their codes."""
    if rule.part is not None:
        match = rule.part.search(text)
        text = (match[1] or "").strip() if match else ""
    pieces = [text] if rule.between is None else rule.between.split(text)
    found = [piece.strip() for piece in pieces if piece and piece.strip()]
    if rule.choice:
        choice = mapping.choices[rule.choice]
        found = [code for piece in found if (code := choice.of(piece))]
    return found


def _filled(text: str, row: Row) -> str:
    template = _template(text)
    if template.columns and not any(row[column] for column in template.columns):
        return ""
    return template.fill(row)


def computed(mapping: BlockMapping, description: Mapping[str, Any], blocks: list[Block]) -> Row:
    """The columns of ``ebook`` with what follows from the whole record.

    ``level``, ``kind``, ``date_type``, ``script`` are codes; ``created`` is ``YYYYMMDD`` and ``changed``
    ``YYYYMMDDHHMMSS.0``; ``date1`` and ``date2`` are years of four characters or blank; ``language`` is the
    first one's code; ``parent.…`` are the columns of the set or host.
    """
    row = Row.of(description["ebook"])
    parent = description.get("parent")
    if isinstance(parent, dict):
        row.update(Row.of(parent, "parent."))
    created, edited = _stamp(row["create_date"]), _stamp(row["edit_date"])
    changed = max(created, edited)
    shape, first, second = years(next(_texts(mapping.years, blocks), ""))
    language = next(_texts(mapping.languages, blocks), "")
    choices = mapping.choices
    marks = ["@part" if isinstance(parent, dict) else "", "@set" if description.get("set") else ""]
    row["title"] = next(_texts(mapping.titles, blocks), "") or row["title"]
    row["created"] = (created or edited)[:8]
    row["changed"] = f"{changed}.0" if changed else ""
    row["date1"], row["date2"] = first.ljust(4), second.ljust(4)
    row["date_type"] = choices["date_type"].of(shape)
    row["language"] = choices["language"].of(language) if "language" in choices else language
    row["level"] = choices["level"].of(" ".join([row["b_level_id.code"], row["b_level_id"], *marks]).strip())
    row["kind"] = choices["kind"].of(f"{row['type_descr_id.code']} {row['type_descr_id']}")
    row["script"] = choices["script"].of(row["title"])
    return row


def _stamp(text: str) -> str:
    """«2024-05-17 09:30:00.12» as ``20240517093000``; empty for what is no moment (``infinity``)."""
    digits = "".join(filter(str.isdigit, text[:19]))
    return digits.ljust(14, "0") if len(digits) in {8, 12, 14} else ""


def _texts(places: list[str], blocks: list[Block]) -> Iterator[str]:
    """Texts of ``table.column`` in order, of all rows."""
    for place in places:
        table, _, column = place.partition(".")
        for block in blocks:
            if block.table == table:
                yield from filter(None, (row[column] for row in block.rows))
