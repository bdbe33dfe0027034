"""A library's folder on disk: an export (ISO 2709), the books (CSV) and a configuration.

Made from the formats' own rules alone: nothing here comes from `rabis_sync`, and a test holds that.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal
    from pathlib import Path

CONFIG = """
[library]
name = { kk = "Қарағанды қ. ОКЖ", ru = "ЦБС г. Караганды", en = "Karaganda Central Library System" }

[sources.catalogue]
kind = "export"
path = "exports/*.mrc"
items = "shelf"
complete = true

[ledgers.accounting]
kind = "spreadsheet"
path = "ledger/*.csv"
"""
ITEMS = """
name = "shelf"
family = "unimarc"
tag = "995"
priority = 1
status = "available"

[fields]
inventory_number = ["j"]
barcode = ["f"]
branch = ["b"]
call_number = ["k"]
price = ["p"]

[[statuses]]
subfield = "o"
otherwise = ""
codes = { issued = "issued", binder = "unavailable", lost = "lost", out = "written_off" }
"""


@dataclass(frozen=True, slots=True)
class Book:
    """One record."""

    record: str
    title: str
    author: str = ""
    year: int = 2015
    language: str = "rus"


@dataclass(frozen=True, slots=True)
class Item:
    """One copy as the catalogue has it."""

    book: Book
    number: str
    branch: str
    barcode: str = ""
    shelf: str = ""
    status: str = ""
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One copy as the books have it."""

    number: str
    title: str
    branch: str
    author: str = ""
    year: int = 2015
    price: Decimal | None = None
    quantity: int = 1
    act: str = ""
    act_date: str = ""
    reason: str = ""
    content_class: str = ""


@dataclass(slots=True)
class Library:
    """Both sides."""

    items: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def write(self, folder: Path, extra: str = "") -> Path:
        """Write everything; the configuration is given back. `extra` is put behind it."""
        for room in ("exports", "ledger", "mappings/items"):
            (folder / room).mkdir(parents=True, exist_ok=True)
        (folder / "mappings/items/shelf.toml").write_text(ITEMS, "utf-8")
        by_record = sorted(self.items, key=lambda one: one.book.record)
        export = b"".join(
            _record(list(items)) for _, items in groupby(by_record, lambda one: one.book.record)
        )
        (folder / "exports" / "catalogue.mrc").write_bytes(export)
        _books(folder / "ledger" / "fond.csv", self.entries)
        path = folder / "config.toml"
        path.write_text(CONFIG + extra, "utf-8")
        return path


def _record(items: Sequence[Item]) -> bytes:
    book = items[0].book
    fields = [
        ("001", book.record),
        ("100", _data(a=f"20260105d{book.year}    m  y0rusy50      ca")),
        ("101", _data(a=book.language)),
        ("200", _data("1 ", a=book.title)),
    ]
    if book.author:
        fields.append(("700", _data(" 1", a=book.author)))
    fields += [("995", _item(item)) for item in items]
    bodies = [(tag, body.encode() + b"\x1e") for tag, body in fields]
    directory, at = "", 0
    for tag, body in bodies:
        directory += f"{tag}{len(body):04d}{at:05d}"
        at += len(body)
    base = 24 + len(directory) + 1
    whole = b"".join(body for _, body in bodies) + b"\x1d"
    leader = f"{base + len(whole):05d}nam0 22{base:05d}   450 "
    return f"{leader}{directory}\x1e".encode() + whole


def _item(item: Item) -> str:
    told = {"b": item.branch, "f": item.barcode, "j": item.number, "k": item.shelf, "o": item.status}
    told["p"] = f"{item.price}" if item.price is not None else ""
    return _data(**{code: value for code, value in told.items() if value})


def _data(indicators: str = "  ", **subfields: str) -> str:
    return indicators + "".join(f"\x1f{code}{value}" for code, value in subfields.items())


def _books(path: Path, entries: Iterable[Entry]) -> None:
    heading = (
        *("Инв. №", "Автор", "Наименование", "Год", "Цена", "Количество", "Подразделение"),
        *("Акт списания", "Дата списания", "Причина", "Класс"),
    )
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(heading)
        for one in entries:
            price = "" if one.price is None else f"{one.price}".replace(".", ",")
            writer.writerow(
                [one.number, one.author, one.title, one.year, price, one.quantity, one.branch, one.act,
                 one.act_date, one.reason, one.content_class]
            )  # fmt: skip
