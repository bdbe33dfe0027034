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
    rows: Iterable[Numbered], places: Mapping[str, int], width: int, columns: LedgerColumns
) -> Iterator[Numbered]:
    """Rows with their numbers; what the row of quantities has in the column of amounts is put at `width`.

    Only a row of amounts followed by one of quantities are one: any other row stays as it is.

    Args:
        rows: of the sheet.
        places: of the layout, with ``indicator`` and ``amount``.
        width: index of the column that is added.
        columns: what the indicators are called.
    """
    indicator, amount = places["indicator"], places["amount"]
    kept: tuple[int, list[Any]] | None = None
    for number, row in rows:
        meaning = columns.indicator(fold(text(row[indicator])) if indicator < len(row) else "")
        if meaning == "quantity" and kept is not None:
            kept[1].extend([""] * (width - len(kept[1])))
            kept[1].append(row[amount] if amount < len(row) else "")
            yield kept
            kept = None
            continue
        if kept is not None:
            yield kept
            kept = None
        if meaning == "amount":
            kept = number, list(row)[:width]
            kept[1][indicator] = ""  # it is no word of a group's name
        else:
            yield number, row
    if kept is not None:
        yield kept
