"""Cards, what registers add to them, and documents about them become entries; nothing read is lost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import FatalError
from rabis_sync.reconcile.entry import ACQUIRED, BALANCE, COPY, WRITTEN_OFF, Notice, UnreadRow
from rabis_sync.reconcile.numbers import UnreadableError, figure, holds, text
from rabis_sync.reconcile.onec.mapping import ACCOUNT, COPIES, DETAILS, DOCUMENTS, KSU, LEFT
from rabis_sync.reconcile.onec.references import References, attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rabis_sync.reconcile.entry import Told
    from rabis_sync.reconcile.onec.asking import Asking
    from rabis_sync.reconcile.onec.mapping import OneCMapping, Read
    from rabis_sync.reconcile.onec.metadata import Schema
    from rabis_sync.reconcile.taking import Taking

Cells = dict[str, Any]
#: What a document's row takes over of the card it is about.
_OF_THE_CARD = (
    *("inventory_number", "title", "author", "year", "price", "currency"),
    *("kind", "language", "content_class", "branch"),
)


@dataclass(frozen=True, slots=True)
class Happening:
    """A row of a document about a card: place, what it tells, its fields."""

    place: str
    movement: str
    cells: Cells


@dataclass(slots=True)
class _Known:
    """What is known of cards before the cards themselves are gone through, by the card's key."""

    details: dict[str, Cells] = field(default_factory=lambda: defaultdict(dict))
    left: dict[str, list[Cells]] = field(default_factory=lambda: defaultdict(list))
    happened: dict[str, list[Happening]] = field(default_factory=lambda: defaultdict(list))


class Infobase:
    """One reading of an infobase.

    Args:
        asking: a user of it.
        schema: what it publishes.
        mapping: what is read; only what is published.
        taking: makes entries of cells.
    """

    def __init__(self, asking: Asking, schema: Schema, mapping: OneCMapping, taking: Taking) -> None:
        self._asking, self._schema, self._mapping, self._taking = asking, schema, mapping, taking
        paths = [(read.entity, path) for read in mapping.read for path in _paths(read)]
        paths += [
            (f"{read.entity}_{read.rows}", path)
            for read in mapping.read
            for path in (*_paths(read, of_row=True), f"{read.card}/Ref_Key")
            if read.rows
        ]
        self._references = References(asking, schema, paths)
        for read in mapping.giving(COPIES):
            self._references.want(read.entity, _KEPT.union(attributes(_paths(read))))

    def told(self) -> Iterator[Told]:
        """Entries, totals, rows that cannot be read and notices.

        Raises:
            SourceAway, FatalError, ConfigError: as of `Asking.everything`.
            FatalError: there is no balance at all.
        """
        cards = self._mapping.giving(COPIES)
        known = _Known()
        if cards:
            rows = self._read(cards[0])
            self._references.keep(cards[0].entity, rows)
            self._gather(known)
            for row in rows:
                yield from self._copies(cards[0], row, known)
            yield from self._without_a_card(cards[0], known)
        for read in self._mapping.giving(KSU):
            for row in self._read(read):
                yield from self._taking.total(_place(read.entity, row), self._cells(read, read.entity, row))
        for read in self._mapping.giving(ACCOUNT):
            yield from self._accounts(read)
        yield from self._taking.closing(self._asking.root)
        for entity in sorted(self._references.unpublished):
            detail = "1C refers to it and does not publish it: names are missing"
            yield Notice(entity, "not_published", detail, {"object": entity})

    def _read(self, read: Read) -> list[dict[str, Any]]:
        """The rows of one object that are neither deleted nor, of documents, unposted."""
        if read.table:
            rows = self._asking.table(read.entity, read.table, read.arguments, read.where)
            self._references.gather(read.entity, rows, _paths(read))
            return rows
        properties = self._schema.properties.get(read.entity, frozenset())
        wanted = {"DeletionMark": "false", "IsFolder": "false", "Posted": "true"}
        conditions = [f"{name} eq {value}" for name, value in wanted.items() if name in properties]
        where = " and ".join([*conditions, *([f"({read.where})"] if read.where else [])])
        names = [name for name in attributes(_paths(read)) if name in properties]
        # A document comes whole, since its tabular sections lie in it.
        select = [] if read.rows else list(dict.fromkeys((*sorted(_KEPT & properties), *names)))
        order = _order(read.entity, properties)
        rows = self._asking.everything(read.entity, select=select, where=where, order=order)
        rows = [row for row in rows if all(_is(row, name, value) for name, value in wanted.items())]
        self._references.gather(read.entity, rows, _paths(read))
        return rows

    def _gather(self, known: _Known) -> None:
        for read in self._mapping.giving(DETAILS, LEFT):
            rows = self._read(read)
            if read.gives == LEFT and not rows:
                raise FatalError(
                    f"{read.entity}/{read.table} has no balance at all: every copy would be gone",
                    hint="Check its arguments in the mapping: the account, and the user's rights by record.",
                )
            for row in rows:
                _, key = self._references.target(read.entity, row, read.card)
                cells = self._cells(read, read.entity, row)
                if read.gives == DETAILS:
                    known.details[key] = cells | known.details[key]
                elif any(holds(cells.get(name)) for name in ("quantity", "amount")):
                    known.left[key].append(cells)
        for read in self._mapping.giving(*DOCUMENTS):
            for row in self._read(read):
                self._document(read, row, known)

    def _document(self, read: Read, header: dict[str, Any], known: _Known) -> None:
        """Rows of a tabular section, each with what its document's header says."""
        entity = f"{read.entity}_{read.rows}"
        rows = [row for row in header.get(read.rows) or [] if isinstance(row, dict)]
        self._references.gather(entity, rows, _paths(read, of_row=True))
        of_all = self._cells(read, read.entity, header)
        for at, row in enumerate(rows, 1):
            _, key = self._references.target(entity, row, read.card)
            cells = of_all | self._cells(read, entity, row, of_row=True)
            place = f"{_place(read.entity, header)} · {row.get('LineNumber') or at}"
            known.happened[key].append(Happening(place, read.gives, cells))

    def _cells(self, read: Read, entity: str, row: dict[str, Any], *, of_row: bool = False) -> Cells:
        names = read.row_fields if of_row else read.fields
        found = {name: self._references.value(entity, row, read.paths(name, of_row=of_row)) for name in names}
        return {name: cell for name, cell in found.items() if cell != ""}

    def _copies(self, read: Read, row: dict[str, Any], known: _Known) -> Iterator[Told]:
        """The entries of one card, and of what documents say of it.

        A card that is marked for deletion is a copy only as long as something is left of it.
        """
        key = row["Ref_Key"]
        card = self._cells(read, read.entity, row)
        card |= known.details.pop(key, {})  # of registers, which change while a card stays
        left, happened = known.left.pop(key, []), known.happened.pop(key, [])
        marked = not _is(row, "DeletionMark", "false")
        if read.booked_only and not left and not happened:
            return
        gone = [one for one in happened if one.movement == WRITTEN_OFF]
        came = [one for one in happened if one.movement == ACQUIRED]
        for one in came:
            card |= {name: cell for name, cell in one.cells.items() if name not in card}
        place = _place(read.entity, row)
        # The act that took the last of it is told with the copy itself, as an inventory book does.
        last = gone[-1] if gone and not left else None
        if last is not None and not self._mapping.giving(LEFT) and holds(last.cells.get("quantity")):
            last = None  # how many are left is not known
        if left:
            for cells in left:
                yield from self._taking.told(place, card | cells, movement=COPY)
        elif marked:
            last = None
        elif last is not None:
            yield from self._taking.told(place, card | last.cells, movement=COPY)
        else:
            none = {"quantity": 0} if self._mapping.giving(LEFT) else {}
            yield from self._taking.told(place, card | none, movement=COPY)
        for one in happened:
            if one is not last and one.movement != ACQUIRED:
                yield from self._happened(one, card)

    def _happened(self, one: Happening, card: Cells) -> Iterator[Told]:
        of_it = {name: card[name] for name in _OF_THE_CARD if name in card}
        yield from self._taking.told(one.place, of_it | one.cells, movement=one.movement)

    def _without_a_card(self, read: Read, known: _Known) -> Iterator[Told]:
        """Documents and balances of cards that were not among the others: marked for deletion, or gone."""
        keys = sorted((known.happened.keys() | known.left.keys()) - {""})
        self._references.fetch(read.entity, keys)
        rows = [row for key in keys if (row := self._references.card(read.entity, key)) is not None]
        self._references.gather(read.entity, rows, _paths(read))
        for row in rows:
            if not read.booked_only:
                yield from self._copies(read, row, known)
        for key, happened in sorted(known.happened.items()):
            for one in happened:
                detail = f"there is no card {key or 'in the row'}"
                yield UnreadRow(one.place, "card_missing", detail, "", {"key": key})
        for key, left in sorted(known.left.items()):
            if not read.booked_only:
                cells = ", ".join(f"{name} {text(cell)}" for name, cell in left[0].items())
                place = f"{read.entity} · {key or '-'}"
                yield UnreadRow(place, "card_missing", f"a balance has no card: {cells}", "", {"key": key})

    def _accounts(self, read: Read) -> Iterator[Told]:
        """Balances added up for each account, branch and day; how they are parted further is 1C's matter."""
        sums: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
        for row in self._read(read):
            cells = self._cells(read, read.entity, row)
            figures = {name: cells.pop(name) for name in ("copies", "titles", "amount") if name in cells}
            total = sums.setdefault(tuple(sorted((name, text(cell)) for name, cell in cells.items())), {})
            try:
                for name, cell in figures.items():
                    total[name] = total.get(name, 0) + (figure(cell) or 0)
            except UnreadableError as bad:
                params = {"field": name, "cell": bad.cell}
                yield UnreadRow(f"{read.entity}/{read.table}", bad.reason, f"{name} {bad}", "", params)
        for key, total in sums.items():
            cells = dict(key) | total
            place = " · ".join(filter(None, (f"{read.entity}/{read.table}", *dict(key).values())))
            yield from self._taking.total(place, {"part": BALANCE, **cells})


#: Attributes by which a row is named and told from deleted and unposted ones.
_KEPT = frozenset({"Ref_Key", "Code", "Number", "Date", "DeletionMark", "IsFolder", "Posted"})


def _paths(read: Read, *, of_row: bool = False) -> list[str]:
    """Every path of what is read, and the reference to the card where it stands in such a row."""
    names = read.row_fields if of_row else read.fields
    found = [path for name in names for path in read.paths(name, of_row=of_row)]
    if read.card and bool(read.rows) == of_row and read.gives != COPIES:
        found.append(f"{read.card}/Ref_Key")
    return found


def _order(entity: str, properties: Iterable[str]) -> str:
    """An order that does not change from page to page: what people see of a row, then the row itself."""
    first = ("Code",) if "Code" in properties else ("Date", "Number") if "Number" in properties else ()
    return ",".join([*first, *(["Ref_Key"] if "Ref_Key" in properties else [])]) or _keys_of(
        entity, properties
    )


def _keys_of(entity: str, properties: Iterable[str]) -> str:
    order = ("Recorder_Key", "Recorder", "Period", "LineNumber")
    return ",".join(name for name in order if name in properties) if "Register_" in entity else ""


def _place(entity: str, row: dict[str, Any]) -> str:
    """Object, code or number, key: what finds the row again in 1C."""
    name = str(row.get("Number") or row.get("Code") or "").strip()
    return " · ".join(filter(None, (entity, name, str(row.get("Ref_Key") or ""))))


def _is(row: dict[str, Any], name: str, value: str) -> bool:
    found = row.get(name)
    return found is None or str(found).lower() == value
