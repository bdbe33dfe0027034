"""What of this deployment is read: decided from its own metadata and the mapping, before any record is."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.errors import FatalError
from rabis_sync.harvest.rabis.access import permitted_column, permitted_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rabis_sync.harvest.rabis.mapping import BlockMapping

EBOOK = "ebook"
PREFIX = "ebook_"
#: Columns without which nothing can be told from anything.
IDENTITY = frozenset({"id", "state_id"})
CHANGES = ("edit_date", "create_date")
#: Columns of ``ebook`` that are read whatever the mapping says; ``parent_id`` leads to the set or host.
OWN = IDENTITY | set(CHANGES) | {"parent_id", "b_level_id", "type_descr_id", "title"}
#: Columns of a block's table that hold it together.
STRUCTURE = frozenset({"id", "ebook_id", "key_value", "priority"})


class Column(NamedTuple):
    """A column that may be read; `type` as PostgreSQL writes it."""

    name: str
    type: str


class Relation(NamedTuple):
    """A table or view as the server describes it to us: only columns that we have the right to read.

    Attributes:
        name: of the table.
        columns: in the order of the table.
        versioned: its rows tell by ``xmin`` which transaction wrote them (a table we may read whole).
    """

    name: str
    columns: tuple[Column, ...]
    versioned: bool = True

    @property
    def names(self) -> frozenset[str]:
        """Names of its columns."""
        return frozenset(column.name for column in self.columns)


class Block(NamedTuple):
    """A group of the cataloguing form: a row of ``block`` with the columns of its ``block_fields``."""

    name: str
    table: str
    key_value: int
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Everything that a harvest reads.

    Attributes:
        ebook: the table of records.
        children: the tables of blocks, by name.
        blocks: blocks of each table by key value; 0: the rows of any.
        dictionaries: the table of each dictionary.
        references: (table, column) -> dictionary.
        states: the table of states.
        notices: what a librarian should know of the deployment, one English sentence each.
    """

    ebook: Relation
    states: Relation
    children: tuple[Relation, ...] = ()
    blocks: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    dictionaries: Mapping[str, Relation] = field(default_factory=dict)
    references: Mapping[tuple[str, str], str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Column, ...]:
        """Columns that say when a record changed."""
        return tuple(column for column in self.ebook.columns if column.name in CHANGES)

    @property
    def has_parts(self) -> bool:
        """Records may be parts of others."""
        return "parent_id" in self.ebook.names

    def fingerprint(self, mapping: BlockMapping) -> str:
        """Equal exactly when the same rows would become the same records."""
        read = (self.ebook, self.states, self.children, self.blocks, self.dictionaries, self.references)
        return blake2b(repr((read, mapping)).encode(), digest_size=12).hexdigest()


def lay_out(mapping: BlockMapping, relations: Iterable[Relation], blocks: Sequence[Block] | None) -> Layout:
    """Decide what is read.

    Args:
        mapping: what blocks mean.
        relations: what the server lets us see; names that must never be read are passed over here.
        blocks: of the form's metadata; None where there is none.

    Raises:
        FatalError: the table of records or of states is missing.
    """
    seen = {
        one.name: one._replace(columns=tuple(c for c in one.columns if permitted_column(c.name)))
        for one in relations
        if permitted_table(one.name)
    }
    ebook, states = _required(seen, mapping)
    notices: list[str] = []
    if blocks is None:
        notices.append("there is no block metadata that we may read: the tables of the mapping are read")
    children = _children(seen, mapping, blocks or (), notices)
    ebook = _narrow(ebook, OWN | mapping.columns_of("") | _formed(blocks or (), ""))
    dictionaries = {
        name: seen[table]
        for name, tables in mapping.dictionaries.items()
        if (table := next((one for one in tables if one in seen), "")) and "id" in seen[table].names
    }
    references = _references(mapping, ebook, children, dictionaries, notices)
    if not set(CHANGES) & ebook.names:
        notices.append("ebook has neither edit_date nor create_date: only a sweep notices changes")
    if PREFIX + "inv" not in seen:
        notices.append("there is no table ebook_inv that we may read: records come without copies")
    return Layout(
        ebook=ebook,
        states=states,
        children=tuple(children.values()),
        blocks=_keyed(blocks or (), children),
        dictionaries=dictionaries,
        references=references,
        notices=tuple(notices),
    )


def _required(seen: Mapping[str, Relation], mapping: BlockMapping) -> tuple[Relation, Relation]:
    ebook = seen.get(EBOOK)
    states = next((seen[name] for name in mapping.states if name in seen), None)
    hint = "Check url and schema; the role needs SELECT on the tables of docs/web-rabis.md."
    if ebook is None or not ebook.names >= IDENTITY:
        raise FatalError("there is no table ebook with id and state_id that we may read", hint=hint)
    if states is None or not states.names >= {"id", "code"}:
        tables = " or ".join(mapping.states)
        raise FatalError(
            f"there is no table {tables} with id and code that we may read: deleted records look alive",
            hint=hint,
        )
    return ebook, states


def _children(
    seen: Mapping[str, Relation], mapping: BlockMapping, blocks: Sequence[Block], notices: list[str]
) -> dict[str, Relation]:
    """Tables of blocks that hang on a record; each block that is not read, or not understood, is told."""
    wanted: dict[str, None] = {}
    for block in blocks:
        table = PREFIX + block.table if block.table else EBOOK
        relation = seen.get(table)
        if not permitted_table(table):
            notices.append(f"block {block.name!r} (table {table!r}) is never read")
        elif relation is None or (block.table and "ebook_id" not in relation.names):
            notices.append(f"block {block.name!r}: there is no table {table} with ebook_id we may read")
        else:
            if block.table:
                wanted[table] = None
            notices += _about(block, relation, mapping)
    known = [PREFIX + one for rule in mapping.blocks for one in rule.tables if one]
    wanted |= dict.fromkeys(one for one in known if one in seen and "ebook_id" in seen[one].names)
    return {
        name: _narrow(seen[name], STRUCTURE | mapping.columns_of(table) | _formed(blocks, table))
        for name in sorted(wanted)
        if (table := name.removeprefix(PREFIX))
    }


def _formed(blocks: Sequence[Block], table: str) -> frozenset[str]:
    """Columns of a table that the form shows."""
    return frozenset(column for block in blocks if block.table == table for column in block.columns)


def _narrow(relation: Relation, wanted: frozenset[str]) -> Relation:
    """The table with no more columns than are wanted."""
    return relation._replace(columns=tuple(one for one in relation.columns if one.name in wanted))


def _about(block: Block, relation: Relation, mapping: BlockMapping) -> list[str]:
    """What a librarian should know of one block that is read."""
    told = []
    if mapping.rule_for(block.table, block.name) is None and block.table:
        told.append(
            f"block {block.name!r} (table {relation.name}) has no rule in the mapping: "
            "its rows are kept with the record, but become no field"
        )
    missing = [name for name in block.columns if name not in relation.names and permitted_column(name)]
    if missing:
        told.append(f"block {block.name!r}: table {relation.name} has no column {', '.join(missing)}")
    return told


def _references(
    mapping: BlockMapping,
    ebook: Relation,
    children: Mapping[str, Relation],
    dictionaries: Mapping[str, Relation],
    notices: list[str],
) -> dict[tuple[str, str], str]:
    """Columns whose numbers are looked up."""
    asked = {(EBOOK, column): name for column, name in mapping.record.items()}
    for rule in mapping.blocks:
        asked |= {
            (PREFIX + table if table else EBOOK, column): name
            for table in rule.tables
            for column, name in rule.dictionaries.items()
        }
    types = {
        (one.name, column.name): column.type for one in (ebook, *children.values()) for column in one.columns
    }
    needed = {place: name for place, name in asked.items() if place in types}
    pointing = {name for place, name in needed.items() if types[place] != "text"}
    for name in sorted(pointing - set(dictionaries)):
        tables = " or ".join(mapping.dictionaries[name])
        notices.append(
            f"dictionary {name}: there is no table {tables} that we may read; its names are missing"
        )
    return {place: name for place, name in needed.items() if name in dictionaries}


def _keyed(blocks: Sequence[Block], children: Mapping[str, Relation]) -> dict[str, dict[int, str]]:
    """Names of blocks by table and key value, where the table has key values at all."""
    found: dict[str, dict[int, str]] = {name: {} for name in children}
    for block in blocks:
        table = PREFIX + block.table
        if table in found:
            key = block.key_value if "key_value" in children[table].names else 0
            found[table].setdefault(key, block.name)
    return found
