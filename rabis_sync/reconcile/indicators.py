"""1C's «Показатели»: a row for the amount and a row for the quantity of one thing become one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rabis_sync.marc.cyrillic import fold
from rabis_sync.reconcile.numbers import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rabis_sync.reconcile.columns import LedgerColumns

Numbered = tuple[int, "Sequence[Any]"]


def joined(
    rows: Iterable[Numbered], places: Mapping[str, int], width: int, heading: int, columns: LedgerColumns
) -> Iterator[Numbered]:
    """Rows with their numbers; what the row of quantities has in the column of amounts is put at `width`.

    Only a row of amounts followed by one of quantities are one: any other row stays as it is.

    Args:
        rows: of the sheet.
        places: of the layout, with ``indicator`` and ``amount``.
        width: index of the column that is added.
        heading: number of the last row of the heading, where «Показатели» itself is no indicator.
        columns: what the indicators are called.
    """
    indicator, amount = places["indicator"], places["amount"]
    kept: tuple[int, list[Any]] | None = None
    for number, row in rows:
        name = text(row[indicator]) if indicator < len(row) else ""
        meaning = columns.indicator(fold(name))
        if meaning == "quantity":
            first = kept or (number, _bare(row, width, indicator, amount))
            first[1].extend([""] * (width - len(first[1])))
            first[1].append(row[amount] if amount < len(row) else "")
            yield first
            kept = None
            continue
        if name and not meaning and number > heading:
            continue  # of the tax accounts, of another currency
        if kept is not None:
            yield kept
            kept = None
        if meaning == "amount":
            kept = number, _bare(row, width, indicator)
        else:
            yield number, row
    if kept is not None:
        yield kept


def _bare(row: Sequence[Any], width: int, *columns: int) -> list[Any]:
    """A row without what is no word of a group's name and no amount."""
    return ["" if at in columns else cell for at, cell in enumerate(row[:width])]
