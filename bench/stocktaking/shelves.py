"""A branch whose shelves are read into three overlapping scan files, with every outcome planted and known.

Made from the field's own rules alone: nothing here comes from `rabis_sync`, and a test holds that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import xlsxwriter

from bench.stocktaking.library import Book, Entry, Item, Library

if TYPE_CHECKING:
    from pathlib import Path

HERE, THERE = "Филиал № 3", "Филиал № 7"
CLASSES = ("22", "63", "74", "81", "84", "85")
#: How many of each kind are planted.
QUOTA = {
    "missing": 25,
    "lent": 15,
    "binder": 8,
    "lent_read": 5,
    "lost_read": 4,
    "lost_missing": 3,
    "not_catalogued": 10,
    "not_catalogued_missing": 3,
    "not_booked": 8,
    "other_branch_booked": 5,
    "withdrawn_read": 4,
    "ambiguous": 6,
}
#: Copies that are read by their number: nobody knows their barcode.
UNCODED = {"ambiguous", "not_catalogued", "not_catalogued_missing"}
ELSEWHERE, WRITTEN_OFF, WITHDRAWN, UNKNOWN, TWICE = 12, 10, 3, 9, 14
CARD, CARD_READ, NUMBERLESS = 5, 3, 2
#: The numbers before the first of each kind of stranger, and that of the group card.
THERE_AFTER, WRITTEN_OFF_AFTER, WITHDRAWN_AFTER, UNKNOWN_AFTER = 2_000_000, 3_000_000, 3_100_000, 7_700_000
CARD_NUMBER = "9000001"


@dataclass(slots=True)
class Shelf:
    """One copy as it stands, or does not stand, on the shelf."""

    number: str
    barcode: str
    kind: str = "found"


@dataclass(slots=True)
class World:
    """Both sides, the files and the truth.

    `truth` holds the numbers of each outcome, `marks` those of each remark; `lines` how often each number was
    read in each file; `unread` the place of every line that no one can read.
    """

    library: Library = field(default_factory=Library)
    truth: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    marks: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    within: set[str] = field(default_factory=set)
    across: set[str] = field(default_factory=set)
    unread: set[tuple[str, int]] = field(default_factory=set)
    expected: int = 0
    files: list[Path] = field(default_factory=list)


def build(folder: Path, copies: int = 3_000, seed: int = 11, *, there: int = 600) -> World:
    """A library of which one branch has so many copies and another `there`; three scan files of the first."""
    rng = Random(seed)
    world = World()
    shelf = _stock(world, rng, copies)
    on_shelf = _strangers(world, rng, shelf, there)
    _scan(world, rng, folder, on_shelf)
    return world


def _numbers(copies: int) -> list[str]:
    """Numbers of the branch: most are figures, some have letters before them."""
    lettered = copies // 15
    return [
        *(f"{10_000 + at}" for at in range(1, copies - lettered + 1)),
        *(f"К-{at}" for at in range(1, lettered + 1)),
    ]


def _stock(world: World, rng: Random, copies: int) -> list[Shelf]:
    """What the branch should have, agreeing on both sides but for what is planted."""
    kinds = [kind for kind, number in QUOTA.items() for _ in range(number)]
    ordinary = copies - QUOTA["ambiguous"] - CARD - NUMBERLESS  # an ambiguous number stands for two copies
    numbers = _numbers(ordinary)
    planted = dict(
        zip(rng.sample(numbers[:2_500] if copies >= 3_000 else numbers, len(kinds)), kinds, strict=True)
    )
    shelf = []
    for at, number in enumerate(numbers):
        kind = planted.get(number, "found")
        coded = at % 3 == 0 and kind not in UNCODED
        barcode = f"2900{at:06d}" if coded else ""
        one = Shelf(number, barcode, kind)
        shelf.append(one)
        _both_sides(world, one, at)
    _card(world)
    for at in range(NUMBERLESS):
        world.library.items.append(Item(Book(f"N{at}", f"Брошюра {at}"), "", HERE))
    world.expected = copies
    return shelf


def _both_sides(world: World, one: Shelf, at: int) -> None:
    book = Book(f"KZ{at // 2:06d}", f"Книга {at // 2}", "Автор, А. А.", 1980 + at // 2 % 40)
    mark = f"{CLASSES[at * len(CLASSES) // 3_000 % len(CLASSES)]}.{at % 9} А {at % 90 + 10}"
    price = Decimal(1_000 + at % 500)
    status = {"lent": "issued", "lent_read": "issued", "binder": "binder", "lost_read": "lost"}.get(
        one.kind, ""
    )
    status = {"lost_missing": "lost", "withdrawn_read": "out"}.get(one.kind, status)
    item = Item(book, one.number, HERE, one.barcode, mark, status, price)
    entry = Entry(one.number, book.title, HERE, book.author, book.year, price)
    if one.kind not in {"not_catalogued", "not_catalogued_missing"}:
        world.library.items.append(item)
    if one.kind == "ambiguous":
        other = replace(item, book=Book(f"D{at}", f"Другая книга {at}"))
        world.library.items.append(other)
        world.library.entries.append(replace(entry, title=other.book.title))
    if one.kind == "other_branch_booked":
        entry = replace(entry, branch=THERE)
    if one.kind != "not_booked":
        world.library.entries.append(entry)
    _true(world, one)


def _true(world: World, one: Shelf) -> None:
    outcome = {
        "missing": "missing", "lost_missing": "missing", "not_catalogued_missing": "missing", "lent": "away",
        "binder": "away", "ambiguous": "ambiguous",
    }.get(one.kind, "found")  # fmt: skip
    world.truth[outcome].add(one.number)
    mark = {
        "lent_read": "away", "lost_read": "lost", "lost_missing": "lost", "not_catalogued": "not_catalogued",
        "not_catalogued_missing": "not_catalogued", "not_booked": "not_booked", "withdrawn_read": "withdrawn",
        "other_branch_booked": "other_branch_booked",
    }.get(one.kind)  # fmt: skip
    if mark:
        world.marks[mark].add(one.number)


def _card(world: World) -> None:
    """A group card: five copies under one number, three of them read."""
    book = Book("G1", "Учебник")
    world.library.items.append(Item(book, CARD_NUMBER, HERE))
    world.library.entries.append(Entry(CARD_NUMBER, book.title, HERE, price=Decimal(500), quantity=CARD))


def _strangers(world: World, rng: Random, shelf: list[Shelf], there: int) -> list[Shelf]:
    """What was read on the shelves in order: the branch's copies that are there, and strangers among them."""
    for at in range(1, there + 1):
        book = Book(f"C{at // 2}", f"Чужая книга {at // 2}")
        number = f"{THERE_AFTER + at}"
        world.library.items.append(Item(book, number, THERE, f"2901{at:06d}", "84"))
        world.library.entries.append(Entry(number, book.title, THERE, price=Decimal(700)))
    strangers = [
        Shelf(f"{THERE_AFTER + at}", f"2901{at:06d}", "elsewhere")
        for at in rng.sample(range(1, there + 1), ELSEWHERE)
    ]
    for at in range(WRITTEN_OFF):
        book = Book(f"W{at}", f"Списанная {at}")
        number = f"{WRITTEN_OFF_AFTER + at}"
        if at % 2:
            world.library.items.append(Item(book, number, HERE))
            world.marks["still_catalogued"].add(number)
        act = {"act": f"{at + 1}", "act_date": "2024-05-06", "reason": "ветхость"}
        world.library.entries.append(Entry(number, book.title, HERE, price=Decimal(90), **act))
        strangers.append(Shelf(number, "", "written_off"))
    for at in range(WITHDRAWN):
        world.library.items.append(
            Item(Book(f"V{at}", f"Выбывшая {at}"), f"{WITHDRAWN_AFTER + at}", HERE, status="out")
        )
        strangers.append(Shelf(f"{WITHDRAWN_AFTER + at}", "", "written_off"))
    strangers += [Shelf(f"{UNKNOWN_AFTER + 13 * at}", "", "unknown") for at in range(UNKNOWN)]
    for one in strangers:
        world.truth[one.kind].add(one.number)
    standing = [
        one
        for one in shelf
        if one.kind not in {"missing", "lent", "binder", "lost_missing", "not_catalogued_missing"}
    ]
    for one in strangers:
        standing.insert(rng.randrange(len(standing)), one)
    return standing


def _scan(world: World, rng: Random, folder: Path, on_shelf: list[Shelf]) -> None:
    """Three sessions that overlap, each as another device writes it."""
    folder.mkdir(parents=True, exist_ok=True)
    size = len(on_shelf)
    spans = (
        on_shelf[: size * 45 // 100],
        on_shelf[size * 35 // 100 : size * 75 // 100],
        on_shelf[size * 70 // 100 :],
    )
    double = {one.number for one in rng.sample([one for one in spans[0][:400] if one.kind == "found"], TWICE)}
    reads: list[Counter[str]] = []
    for number, (span, write) in enumerate(
        zip(spans, (_hand_scanner, _spreadsheet_text, _phone), strict=True), 1
    ):
        shelf = [copy for one in span for copy in [one] * (2 if number == 1 and one.number in double else 1)]
        if number == 2:
            shelf += [Shelf(CARD_NUMBER, "")] * CARD_READ
        reads.append(Counter(one.number for one in shelf))
        path = folder / f"scan{number}{write.ending}"  # type: ignore[attr-defined]
        world.unread |= {(path.name, line) for line in write(path, shelf, rng)}
        world.files.append(path)
    world.within = double
    world.across = {number for number in set().union(*reads) if sum(number in read for read in reads) > 1}


def _hand_scanner(path: Path, shelf: list[Shelf], rng: Random) -> list[int]:
    """A hand scanner into a text: an AIM identifier, a moment behind, look-alike letters, blank lines."""
    lines = ["\ufeffСканер читального зала"]
    unread = []
    for at, one in enumerate(shelf):
        code = one.barcode or one.number
        code = {0: f"]C1{code}", 1: code, 2: f"*{code}*", 3: code.replace("К", "K")}[at % 4]
        lines.append(f"{code}\t27.11.2026 {9 + at // 600:02d}:{at // 10 % 60:02d}:{at % 60:02d}")
        if at % 97 == 0:
            lines.append("")
        if at in {50, 333}:
            lines.append(rng.choice(["ошибка чтения", "------"]))
            unread.append(len(lines))
    path.write_bytes("\r\n".join(lines).encode() + b"\r\n")
    return unread


def _spreadsheet_text(path: Path, shelf: list[Shelf], rng: Random) -> list[int]:
    """A list kept in Excel and saved as CSV: a heading, noughts before, one number lost to a power of ten."""
    lines = ["№;Инв. №;Время"]
    unread = []
    for at, one in enumerate(shelf, 1):
        number = f"00{one.number}" if at % 5 == 0 and one.number.isdecimal() else one.number
        number = f"№ {number}" if at % 11 == 0 else number
        number = f'"{number}"' if at % 7 == 0 else number
        lines.append(f"{at};{number};{9 + at // 600}:{at % 60:02d}")
        if at == 77:
            lines.append(f"{at};1,23E+05;9:17")
            unread.append(len(lines))
        if at == 155:
            lines.append(f"{at};{'1' * 70};9:18")
            unread.append(len(lines))
    lines.append(f"Итого;{len(shelf)};")
    path.write_bytes("\n".join(lines).encode("cp1251"))
    assert rng
    return unread


def _phone(path: Path, shelf: list[Shelf], rng: Random) -> list[int]:
    """A phone's workbook: counter, kind of code and moment beside the code, figures as numbers."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Сканы")
        rows: list[list[Any]] = [["#", "Type", "Content", "Date"]]
        for at, one in enumerate(shelf, 1):
            code = one.barcode or one.number
            value: Any = int(code) if code.isdecimal() and at % 2 else code
            rows.append([at, rng.choice(["CODE_128", "EAN_13"]), value, "2026-11-27 15:02:11"])
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return []


_hand_scanner.ending = ".txt"  # type: ignore[attr-defined]
_spreadsheet_text.ending = ".csv"  # type: ignore[attr-defined]
_phone.ending = ".xlsx"  # type: ignore[attr-defined]
