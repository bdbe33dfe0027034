"""Which column of a ledger holds what: headings of one to three rows, known from ledger_columns.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, product
from typing import TYPE_CHECKING, Any, ClassVar

from rabis_sync.errors import ConfigError, nearest
from rabis_sync.marc.cyrillic import fold, fold_words
from rabis_sync.reconcile.entry import Entry
from rabis_sync.reconcile.numbers import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

#: Fields of an entry that a column can hold.
#: A column that says what the figures of a row are: 1C's «Показатели».
INDICATOR = "indicator"
FIELDS = tuple(
    name
    for name in Entry.__dataclass_fields__
    if name not in {"place", "inventory_key", "movement", "reason_code"}
)

#: What a sheet may be a list of.
LISTS = frozenset({"copies", "acquired", "written_off", "moved", "ksu"})

#: Fields of a total that a column of the КСУ can hold.
TOTALS = (
    *("number", "date", "branch", "supply", "document", "act", "reason"),
    *("titles", "copies", "amount", "currency"),
)

#: A row is a heading when it has so many known ones; it has so many rows at most, among so many first rows.
ENOUGH, TALLEST, DEEPEST = 3, 3, 50

#: The heading is known and of no use.
IGNORED = ""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_FIGURES = re.compile(r"[\d\s.,]*\d[\d\s.,]*")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


def doc(sentence: str) -> dict[str, str]:
    """Metadata of a key: one sentence on what it is."""
    return {"doc": sentence}


@dataclass(frozen=True)
class LedgerColumns:
    """`mappings/ledger_columns.toml`."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    columns: dict[str, list[str]] = field(metadata=doc("Headings of each field of an entry."))
    under: dict[str, list[str]] = field(
        default_factory=dict, metadata=doc("Headings above others, by their {name}.")
    )
    ignored: list[str] = field(default_factory=list, metadata=doc("Headings known and of no use."))
    totals: list[str] = field(default_factory=list, metadata=doc("Words that open a line of totals."))
    branch_words: list[str] = field(
        default_factory=list, metadata=doc("Words that tell a branch from a person.")
    )
    no_number: list[str] = field(
        default_factory=list, metadata=doc("What stands in the place of a number that is none.")
    )
    currencies: dict[str, list[str]] = field(default_factory=dict, metadata=doc("Names of each currency."))
    branches: dict[str, list[str]] = field(default_factory=dict, metadata=doc("Other names of each branch."))
    lists: dict[str, list[str]] = field(
        default_factory=dict, metadata=doc("Words of titles, by what the sheet is a list of.")
    )
    indicators: dict[str, list[str]] = field(
        default_factory=dict, metadata=doc("1C's «Показатели» that are an amount or a quantity.")
    )
    summary: dict[str, list[str]] = field(
        default_factory=dict, metadata=doc("Headings of the summary accession book (КСУ), by field.")
    )
    summary_shares: dict[str, list[str]] = field(
        default_factory=dict, metadata=doc("Headings above shares of the КСУ, by dimension.")
    )
    summary_parts: dict[str, list[str]] = field(
        default_factory=dict, metadata=doc("Words of titles, by part of the КСУ.")
    )
    summary_flows: dict[str, list[str]] = field(
        default_factory=dict, metadata=doc("Beginnings of the lines of part 3 that say what came and went.")
    )

    def __post_init__(self) -> None:
        """Build the index once.

        Raises:
            ValueError: a field no entry has, a heading that would mean two things, an unknown {name}.
        """
        unknown = sorted(self.columns.keys() - {*FIELDS, INDICATOR})
        if unknown:
            raise ValueError(f"[columns] {', '.join(unknown)}: no such column (known: {', '.join(FIELDS)})")
        _ = self.index
        unknown = sorted(self.lists.keys() - LISTS)
        if unknown:
            raise ValueError(
                f"[lists] {', '.join(unknown)}: no such list (known: {', '.join(sorted(LISTS))})"
            )
        unknown = sorted(self.summary.keys() - {*TOTALS, "ignored"})
        if unknown:
            raise ValueError(f"[summary] {', '.join(unknown)}: no such column (known: {', '.join(TOTALS)})")

    @cached_property
    def index(self) -> Mapping[str, str]:
        """Folded heading -> field of an entry, or `IGNORED`."""
        found: dict[str, str] = {}
        for name, heading in self._headings():
            key = folded(heading)
            if found.setdefault(key, name) != name and found[key] != IGNORED:
                raise ValueError(f"heading {heading!r} means both {found[key]} and {name}")
        return found

    @cached_property
    def total(self) -> re.Pattern[str]:
        """What a folded line of totals begins with."""
        return _opening(self.totals)

    @cached_property
    def branch_word(self) -> re.Pattern[str]:
        """A branch word anywhere in a folded line."""
        words = sorted({" ".join(fold_words(word)) for word in self.branch_words})
        return (
            re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")
            if words
            else re.compile(r"(?!)")
        )

    def begins_branch(self, word: str) -> bool:
        """A word that a branch word begins, in any case: «филиалу», «библиотеке»."""
        form = fold(word)
        return any(form.startswith(one) for one in map(fold, self.branch_words) if len(one) > 3)

    @cached_property
    def numberless(self) -> frozenset[str]:
        """Texts in small letters that stand in the place of an inventory number."""
        return frozenset(word.casefold() for word in self.no_number)

    @cached_property
    def currency_codes(self) -> Mapping[str, str]:
        """Name of a currency in small letters -> ISO 4217 code."""
        return {name.casefold(): code for code, names in self.currencies.items() for name in (code, *names)}

    def list_of(self, title: str) -> tuple[int, int, str] | None:
        """Position of the first word in a title that names a list, less its length, and the list."""
        form = f" {fold(title)} "
        found = [
            (at, -len(word), kind)
            for word, kind in self._titles.items()
            if (at := form.find(f" {word}")) >= 0
        ]
        return min(found, default=None)

    def indicator(self, folded_name: str) -> str:
        """``amount`` or ``quantity`` for a folded name of an indicator, empty for any other."""
        return self._indicators.get(folded_name, "")

    def is_balance(self, heading: str) -> bool:
        """The heading is of a closing balance: where it is empty, nothing is left."""
        return any(folded(heading).startswith(folded(word)) for word in self.under.get("balance", ()))

    def part_of(self, titles: str) -> str:
        """Part of the КСУ that words of its titles name, the longest of them; empty when none does."""
        form = f" {fold(titles)} "
        found = [
            (len(word), part)
            for part, words in self.summary_parts.items()
            for word in map(fold, words)
            if f" {word}" in form
        ]
        return max(found)[1] if found else ""

    def flow_of(self, line: str) -> str:
        """``acquired`` or ``written_off`` for a line of part 3 that begins so; empty for any other."""
        form = fold(line)
        return next((part for part, word in self._flows if form.startswith(word)), "")

    def summary_field(self, heading: str) -> str | None:
        """Field of a total that a heading of the КСУ names; empty for one of no use, None when not known."""
        for form in (heading, _BRACKETS.sub(" ", heading), _without_currency(heading)):
            if (found := self._summary.get(folded(form))) is not None:
                return found
        return None

    def dimension(self, heading: str) -> str | None:
        """Dimension of the shares below a heading of the КСУ, or None."""
        return self._dimensions.get(folded(heading))

    @cached_property
    def _flows(self) -> list[tuple[str, str]]:
        return [(part, fold(word)) for part, words in self.summary_flows.items() for word in words]

    @cached_property
    def _summary(self) -> Mapping[str, str]:
        names = [(name, heading) for name, listed in self.summary.items() for heading in listed]
        return {
            folded(full): IGNORED if name == "ignored" else name
            for name, heading in names
            for full in self._expanded(heading)
        }

    @cached_property
    def _dimensions(self) -> Mapping[str, str]:
        return {folded(name): what for what, names in self.summary_shares.items() for name in names}

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return {" ".join(fold_words(word)): kind for kind, words in self.lists.items() for word in words}

    @cached_property
    def _indicators(self) -> Mapping[str, str]:
        return {fold(name): what for what, names in self.indicators.items() for name in names}

    def meaning(self, heading: str) -> str | None:
        """Field of an entry that a heading names, `IGNORED`, or None when nobody knows it."""
        for form in (
            heading,
            _BRACKETS.sub(" ", heading),
            heading.split(",", 1)[0],
            _without_currency(heading),
        ):
            found = self.index.get(folded(form))
            if found is not None:
                return found
        return None

    def near(self, heading: str) -> str:
        """The known heading that looks most like this one, with its field; empty when none does."""
        close = nearest(folded(heading), self.index)
        return f"{self.index[close] or 'ignored'}" if close else ""

    def _headings(self) -> Iterator[tuple[str, str]]:
        yield from ((IGNORED, full) for heading in self.ignored for full in self._expanded(heading))
        for name, headings in self.columns.items():
            yield from ((name, full) for heading in headings for full in self._expanded(heading))

    def _expanded(self, heading: str) -> Iterator[str]:
        names = _PLACEHOLDER.findall(heading)
        missing = [name for name in names if name not in self.under]
        if missing:
            raise ValueError(f"heading {heading!r}: [under] has no {missing[0]!r}")
        for words in product(*(self.under[name] for name in names)):
            rest = iter(words)
            yield _PLACEHOLDER.sub(lambda _, rest=rest: next(rest), heading)  # type: ignore[misc]  # bound at once


def folded(heading: str) -> str:
    """A heading for comparing: folded words without spaces; «№» counts as «no»."""
    return "".join(fold_words(heading.replace("№", " no ")))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of a sheet stand.

    Attributes:
        first: index of the first heading row, and
        height: number of heading rows.
        places: field of an entry -> index of its column.
        unknown: index and heading of every column that nobody knows.
        repeated: pairs of columns that mean the same: field, one heading, the other.
        closing: quantity or amount are what is left: where both are empty, it is gone.
    """

    first: int
    height: int
    places: Mapping[str, int]
    unknown: tuple[tuple[int, str], ...]
    repeated: tuple[tuple[str, str, str], ...]
    closing: bool = False


def title_rows(rows: Sequence[Sequence[Any]]) -> int:
    """How many rows stand above the first one with many texts, which may be a heading."""
    many = (at for at, row in enumerate(rows) if sum(1 for cell in row if text(cell)) > ENOUGH)
    return next(many, 0)


def find_layout(rows: Sequence[Sequence[Any]], columns: LedgerColumns) -> Layout | None:
    """The heading among the first rows of a sheet: the first place with three known headings, or None."""
    lines = [[text(cell) for cell in row] for row in rows[:DEEPEST]]
    for first in range(len(lines)):
        if len(_best(lines, (first,), columns).places) >= ENOUGH:
            # A title above the heading is no part of it: as much is known without that row.
            return _best(lines, range(first, min(first + TALLEST, len(lines))), columns)
    return None


def _best(lines: Sequence[Sequence[str]], starts: Iterable[int], columns: LedgerColumns) -> Layout:
    """The layout that knows most columns, in the fewest rows."""
    layouts = [_layout(lines, first, height, columns) for first in starts for height in heights(lines, first)]
    return max(layouts, key=_merit)


def _merit(layout: Layout) -> tuple[int, bool, int, int]:
    """Of two that know as many columns the one with the title: 1C names groups above it in its column."""
    return len(layout.places), "title" in layout.places, -len(layout.unknown), -layout.height


def heights(lines: Sequence[Sequence[str]], first: int) -> Iterator[int]:
    """Heights a heading may have here: a row with a figure in it is no heading below the first one."""
    yield 1
    for height in range(2, TALLEST + 1):
        below = lines[first + height - 1 : first + height]
        if not below or any(_FIGURES.fullmatch(cell) for cell in below[0]):
            return
        yield height


def _layout(lines: Sequence[Sequence[str]], first: int, height: int, columns: LedgerColumns) -> Layout:
    places: dict[str, int] = {}
    said: dict[str, str] = {}
    unknown: list[tuple[int, str]] = []
    repeated: list[tuple[str, str, str]] = []
    for column, parts in enumerate(stacked(lines[first : first + height])):
        name, heading = _named(parts, columns)
        if name is None:
            unknown += [(column, heading)] if heading else []
        elif name and name in places:
            repeated.append((name, said[name], heading))
        elif name:
            places[name], said[name] = column, heading
    closing = any(columns.is_balance(said[name]) for name in ("quantity", "amount") if name in said)
    return Layout(first, height, places, tuple(unknown), tuple(repeated), closing)


def stacked(block: Sequence[Sequence[str]]) -> list[list[str]]:
    """For each column its headings from top to bottom; one that spans several columns is above each of them.

    A merged cell has its text in its first column alone: an empty place with something below takes what
    stands to its left, when there is something below that as well.
    """
    width = max(map(len, block), default=0)
    grid = [[*line, *[""] * (width - len(line))] for line in block]
    below = [
        [any(rows[column] for rows in grid[at + 1 :]) for column in range(width)] for at in range(len(grid))
    ]
    for at, line in enumerate(grid):
        for column in range(1, width):
            if not line[column] and below[at][column] and below[at][column - 1]:
                line[column] = line[column - 1]
    return [[line[column] for line in grid if line[column]] for column in range(width)]


def _named(parts: list[str], columns: LedgerColumns) -> tuple[str | None, str]:
    """Meaning of a column: of all its headings together, else of the lower ones, else of the upper one."""
    if not parts:
        return None, ""
    tries = chain((" ".join(parts[at:]) for at in range(len(parts))), (parts[0],))
    for heading in tries:
        name = columns.meaning(heading)
        if name is not None:
            return name, heading
    return None, " ".join(dict.fromkeys(parts))


def checked(layout: Layout, place: str, columns: LedgerColumns) -> Layout:
    """The layout itself, when every row can be read by it.

    Raises:
        ConfigError: there is no column with the inventory number, or two columns mean the same.
    """
    if layout.repeated:
        name, one, other = layout.repeated[0]
        raise ConfigError(
            f"{place}: the columns {one!r} and {other!r} both mean {name}",
            hint="Rename the one that is not meant, or add it to `ignored` in mappings/ledger_columns.toml.",
        )
    if "inventory_number" not in layout.places:
        unknown = ", ".join(repr(heading) for _, heading in layout.unknown) or "none"
        raise ConfigError(
            f"{place}: no column holds the inventory number; headings nobody knows: {unknown}",
            hint=f"{known(columns)} Add the heading to inventory_number in mappings/ledger_columns.toml.",
        )
    return layout


def known(columns: LedgerColumns) -> str:
    """One sentence with some headings of the inventory number that are known."""
    headings = columns.columns.get("inventory_number", [])
    return f"Known for it are {', '.join(repr(heading) for heading in headings[:6])}."


def _without_currency(heading: str) -> str:
    return re.sub(r"\s+(?:в\s+)?(?:тенге|теңге|тг|₸|kzt)\.?$", "", heading, flags=re.IGNORECASE)


def _opening(words: Sequence[str]) -> re.Pattern[str]:
    forms = sorted({" ".join(fold_words(word)) for word in words})
    return re.compile(rf"(?:{'|'.join(map(re.escape, forms))})(?!\w)") if forms else re.compile(r"(?!)")
