"""Copies of a document, read from a record by an item profile: the field, and what its subfields mean.

Profiles are data (`mappings/items/*.toml`): one field a copy (899 of RUSMARC, 910 of IRBIS, 995 of Koha), or
many numbers in one subfield («1535648-рф;1565185;1565186-фк», National Library of Tatarstan).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from rabis_sync.marc import figures
from rabis_sync.marc.dialect import STRICT
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.marc.path import Path, parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from rabis_sync.marc.path import FieldIndex
    from rabis_sync.marc.record import Record

ItemField = Literal[
    "inventory_number",
    "barcode",
    "branch",
    "place",
    "call_number",
    "price",
    "acquired",
    "ksu",
    "act_in",
    "act_out",
    "quantity",
    "quantity_out",
]
#: What a list of copies in one subfield can tell of each of them.
LISTABLE = frozenset(
    {"inventory_number", "barcode", "branch", "place", "call_number", "ksu", "act_in", "act_out"}
)

Status = Literal[
    "available",
    "issued",
    "ordered",
    "processing",
    "on_hold",
    "in_transit",
    "unavailable",
    "restricted",
    "damaged",
    "lost",
    "written_off",
    "",
]


class Item(NamedTuple):
    """One copy, or one group of copies under one number.

    Attributes:
        inventory_number: as the catalogue writes it; empty when the copy has none.
        inventory_key: the same for comparing (`identifiers.inventory_key`).
        barcode: barcode or RFID tag.
        branch: sigla or name of the branch that holds it.
        place: place within the branch.
        call_number: shelving mark.
        price: price of one copy, or None.
        currency: ISO 4217 code of the price; empty without one.
        acquired: date of acquisition, ``YYYY-MM-DD``; empty when unknown.
        ksu: number of the record in the summary accession book (КСУ).
        act_in: act or document of receipt.
        act_out: act of write-off.
        status: what the copy is at present.
        withdrawn: it no longer belongs to the stock.
        quantity: copies under this number that the stock holds; 0 once all are written off.
    """

    inventory_number: str
    inventory_key: str
    barcode: str
    branch: str
    place: str
    call_number: str
    price: Decimal | None
    currency: str
    acquired: str
    ksu: str
    act_in: str
    act_out: str
    status: str
    withdrawn: bool
    quantity: int


@dataclass(frozen=True)
class Copies:
    """Many copies in one subfield.

    Attributes:
        subfield: the subfield that lists them.
        pattern: regular expression of one copy; its groups are named after item fields (`LISTABLE`).
        carry: item fields that a copy without them takes from the next one that has them («1;2-кх»: both кх).
        strip: characters cut off both ends of every group.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    subfield: str
    pattern: str
    carry: list[ItemField] = field(default_factory=list)
    strip: str = " .,"


@dataclass(frozen=True)
class StatusRule:
    """A subfield that says what a copy is.

    Attributes:
        subfield: the subfield looked at; a rule whose subfield is absent or blank is passed over.
        codes: code -> status; an empty status leaves the decision to the next rule.
        otherwise: status for a code that is not in the table.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    subfield: str
    codes: dict[str, Status] = field(default_factory=dict)
    otherwise: Status = ""


@dataclass(frozen=True)
class ItemProfile:
    """How one system writes copies into records.

    Attributes:
        name: the file's name; what a configuration calls it.
        family: family of records it is for; empty: any.
        tag: the field.
        priority: profiles with a lower number are tried first.
        fields: item field -> subfields. ``b`` one; ``c,x`` several joined by a space; a list is tried in
            order, and an entry counts when the record has its first subfield.
        only: subfield -> regular expression its value must match (absent: empty) for the field to be a copy.
        copies: how one subfield lists many copies, if it does.
        no_number: words that stand where a copy has no number («б/н»), in lower case.
        price_from: paths of the record's own price, used for a copy that has none.
        statuses: rules tried in order.
        status: status when no rule gives one.
        withdrawn: statuses of copies that left the stock.
        currency: currency of a price without one (ISO 4217).
        roubles: currency meant by «р.»: RUB, or SUR in a catalogue of Soviet prices.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    name: str
    tag: str
    priority: int
    fields: dict[ItemField, list[str]]
    family: Literal["unimarc", "marc21", ""] = ""
    only: dict[str, str] = field(default_factory=dict)
    copies: Copies | None = None
    no_number: list[str] = field(default_factory=list)
    price_from: list[str] = field(default_factory=list)
    statuses: list[StatusRule] = field(default_factory=list)
    status: Status = "available"
    withdrawn: list[Status] = field(default_factory=lambda: ["written_off"])
    currency: str = "KZT"
    roubles: str = "SUR"

    def __post_init__(self) -> None:
        """Parse every path and pattern once.

        Raises:
            ValueError: one of them cannot be read.
        """
        try:
            _ = self.conditions, self.price_paths, self.pattern
        except (ValueError, re.error) as bad:
            raise ValueError(f"item profile {self.name!r}: {bad}") from bad
        groups = self.pattern.groupindex if self.pattern else {}
        if self.pattern and (self.pattern.groups != len(groups) or not LISTABLE.issuperset(groups)):
            raise ValueError(
                f"item profile {self.name!r}: a group of the pattern is none of {sorted(LISTABLE)}"
            )

    @cached_property
    def conditions(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """What a field must show to be a copy."""
        return tuple((code, re.compile(pattern)) for code, pattern in self.only.items())

    @cached_property
    def price_paths(self) -> tuple[Path, ...]:
        """Parsed paths of the record's own price."""
        return tuple(parse(text) for text in self.price_from)

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """The pattern of one copy in a list of many."""
        return re.compile(self.copies.pattern) if self.copies else None

    def rows(self, text: str) -> list[tuple[str, ...]]:
        """The groups of the pattern, once for every copy that a text lists."""
        if self.pattern is None:
            return []
        found = self.pattern.findall(text)
        return [(one,) for one in found] if self.pattern.groups == 1 else found

    @cached_property
    def alternatives(self) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
        """The item fields with their subfields, split."""
        return tuple(
            (name, tuple(tuple(entry.split(",")) for entry in entries))
            for name, entries in self.fields.items()
        )

    @cached_property
    def carried(self) -> frozenset[int]:
        """Places in `Item` of what a copy takes from the next one."""
        return (
            frozenset(Item._fields.index(name) for name in self.copies.carry) if self.copies else frozenset()
        )

    @cached_property
    def listed(self) -> tuple[int, ...]:
        """Places in `Item` of the groups of the pattern."""
        return tuple(Item._fields.index(name) for name in self.pattern.groupindex) if self.pattern else ()


def read_items(profile: ItemProfile, index: FieldIndex) -> tuple[Item, ...]:
    """The copies that a record holds, as a profile reads them."""
    found: list[Item] = []
    for parts in index.parts(profile.tag):
        # The first of several under one code counts, so the last to be put in.
        subfields = {part[0]: part[1:] for part in parts[:0:-1] if part}
        if not profile.conditions or _is_copy(profile, subfields):
            item = _item(profile, subfields, index)
            if profile.copies is None:
                found.append(item)
            else:
                found += _listed(profile, profile.copies, subfields, item)
    return tuple(found)


def items_auto(record: Record, profiles: Mapping[str, ItemProfile]) -> tuple[str, tuple[Item, ...]]:
    """Copies by the profile that fits this record, with the profile's name.

    Of the profiles for the record's family, by priority, the first that finds a copy with a number; else the
    first that finds any copy; else ("", ()).
    """
    texts, family = record.index.texts, record.dialect.family
    fitting = [one for one in profiles.values() if one.tag in texts and one.family in ("", family)]
    first: tuple[str, tuple[Item, ...]] = ("", ())
    if len(fitting) > 1:
        fitting.sort(key=_priority)
    for profile in fitting:
        items = record.items(profile)
        for item in items:
            if item.inventory_number:
                return profile.name, items
        if items and not first[1]:
            first = profile.name, items
    return first


def _priority(profile: ItemProfile) -> tuple[int, str]:
    return profile.priority, profile.name


def _is_copy(profile: ItemProfile, subfields: dict[str, str]) -> bool:
    return all(pattern.fullmatch(subfields.get(code, "").strip()) for code, pattern in profile.conditions)


def _item(profile: ItemProfile, subfields: dict[str, str], index: FieldIndex) -> Item:
    values = _values(profile, subfields)
    get = values.get
    number = get("inventory_number", "")
    if number and number.lower() in profile.no_number:
        number = ""
    price, currency = _price(profile, get("price", ""), index)
    status, withdrawn, quantity = _standing(profile, subfields, values)
    return _made(
        (
            number,
            inventory_key(number) if number else "",
            get("barcode", ""),
            get("branch", ""),
            get("place", ""),
            get("call_number", ""),
            price,
            currency,
            figures.iso_date(values["acquired"]) if "acquired" in values else "",
            get("ksu", ""),
            get("act_in", ""),
            get("act_out", ""),
            status,
            withdrawn,
            quantity,
        )
    )


def _values(profile: ItemProfile, subfields: dict[str, str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, entries in profile.alternatives:
        for codes in entries:
            if codes[0] in subfields and (text := _text(subfields, codes)):
                values[name] = text
                break
    return values


def _text(subfields: dict[str, str], codes: tuple[str, ...]) -> str:
    """The subfields joined by a space; empty when the first is blank."""
    first = subfields[codes[0]].strip()
    if len(codes) == 1 or not first:
        return first
    return " ".join([first, *(subfields[code].strip() for code in codes[1:] if code in subfields)]).strip()


def _standing(
    profile: ItemProfile, subfields: dict[str, str], values: dict[str, str]
) -> tuple[str, bool, int]:
    """Status, whether the copy left the stock, and how many copies the stock holds."""
    status = _status(profile, subfields) if profile.statuses else profile.status
    if "quantity" not in values and "quantity_out" not in values:
        withdrawn = status in profile.withdrawn
        return status, withdrawn, 0 if withdrawn else 1
    quantity, out = _count(values.get("quantity"), 1), _count(values.get("quantity_out"), 0)
    withdrawn = status in profile.withdrawn or 0 < quantity <= out
    if withdrawn and status == "available":
        status = "written_off"
    return status, withdrawn, 0 if withdrawn else quantity - out


def _listed(profile: ItemProfile, copies: Copies, subfields: dict[str, str], item: Item) -> list[Item]:
    """One item for every copy listed; read from the last, since a blank takes what comes after it."""
    found: list[Item] = []
    values: list[Any] = list(item)
    listed, carried, strip = profile.listed, profile.carried, copies.strip
    for row in reversed(profile.rows(subfields.get(copies.subfield, ""))):
        for place, text in zip(listed, row):  # noqa: B905  of one pattern, and there are millions of copies
            if text:
                values[place] = text.strip(strip)
            elif place not in carried:
                values[place] = item[place]
        values[_KEY] = inventory_key(values[_NUMBER])
        found.append(_made(values))
    found.reverse()
    return found


# Makes an item without the Python frame of NamedTuple's own constructor: catalogues have millions of copies.
_made = partial(tuple.__new__, Item)
_NUMBER, _KEY = Item._fields.index("inventory_number"), Item._fields.index("inventory_key")


def _price(profile: ItemProfile, text: str, index: FieldIndex) -> tuple[Decimal | None, str]:
    """Price of the copy, else the record's own."""
    for path in () if text else profile.price_paths:
        if path.tag in index.texts:
            text = next(filter(str.strip, path.read(index)), "")
    return figures.price(text, profile.currency, profile.roubles) if text else (None, "")


def _status(profile: ItemProfile, subfields: dict[str, str]) -> str:
    for rule in profile.statuses:
        code = subfields.get(rule.subfield, "").strip()
        if code:
            status = rule.codes.get(code, rule.otherwise)
            if status:
                return status
    return profile.status


def _count(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise
