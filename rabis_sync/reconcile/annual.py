"""Tables of the annual report: the movement, acquisitions, disposals, the stock at the end, three years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.reconcile.fund import NOTHING
from rabis_sync.reconcile.tabling import (
    COPIES,
    MONEY,
    TOTAL,
    Figures,
    View,
    also,
    everything,
    label,
    lines_of,
    of_dimension,
    table,
)
from rabis_sync.store.statements import COLUMNS, SIGNS, Head, StatementTable, TableLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rabis_sync.reconcile.fund import Cell, Moved
    from rabis_sync.store.statements import Figure, Label, Movement

KAZAKH = "kaz"
#: Columns in which titles are told: what is passed on inside brings none and takes none.
_WITH_TITLES = frozenset({"opening", "acquired", "written_off", "closing"})
_INSIDE = frozenset({"received", "passed_on"})
_BRANCH: tuple[Label, int] = (("column", "branch"), 26)


def annual(view: View, years: Sequence[Moved]) -> Iterator[StatementTable]:
    """Every table of the annual report but those of periodicals.

    Args:
        view: the movement of the period.
        years: the same period of the years before it and of itself, the earliest first.
    """
    figures = _movement(view, view.moved)
    yield table("movement_branch", "movement", _BRANCH, figures, tuple(_by_branch(view, figures)))
    figures = _movement(view, view.grouped)
    for dimension in ("content_class", "kind", "language"):
        lines = lines_of(of_dimension(view, dimension), figures, everything)
        yield table(f"movement_{dimension}", "movement", (("column", dimension), 26), figures, lines)
    yield from _acquired_by_class(view)
    figures = _flow(view, "acquired", groups=True)
    lines = lines_of(_coming(view, "kind", "acquired"), figures, everything)
    yield table("acquired_kind", "acquired", (("column", "kind"), 30), figures, lines)
    yield _by_supply(view)
    yield _by_reason(view)
    yield from _stock(view)
    yield _titles(view)
    yield _years(years)


def _movement(view: View, moved: Moved) -> Figures:
    """Six columns, each in its measures; closing follows from the others."""
    inside = any(any(getattr(view.whole(), name)) for name in _INSIDE)
    columns = [name for name in COLUMNS if inside or name not in _INSIDE]
    heads: list[Head] = []
    place: dict[tuple[str, str], int] = {}
    for name in columns:
        for measure in _measures(name):
            terms: tuple[tuple[int, int], ...] = ()
            if name == "closing" and measure != "titles":
                terms = tuple(
                    (place[column, measure], sign)
                    for column, sign in zip(COLUMNS[:5], SIGNS, strict=True)
                    if (column, measure) in place
                )
            place[name, measure] = len(heads)
            heads.append(_head(measure, ("movement", name), terms))

    def find(where: Callable[[Cell], bool]) -> tuple[int | str | None, ...]:
        movement = moved.whole(where)
        return tuple(
            getattr(getattr(movement, name), measure) for name in columns for measure in _measures(name)
        )

    return Figures(tuple(heads), find)


def _measures(column: str) -> tuple[str, ...]:
    return ("titles", "copies", "amount") if column in _WITH_TITLES else ("copies", "amount")


def _head(measure: str, over: Label | None = None, terms: tuple[tuple[int, int], ...] = ()) -> Head:
    above = (over,) if over else ()
    if measure == "amount":
        return Head(("fund_unit", "amount"), above, "money", terms, width=MONEY)
    kind = "titles" if measure == "titles" else "count"
    return Head(("fund_unit", measure), above, kind, terms, width=COPIES)  # type: ignore[arg-type]


def _by_branch(view: View, figures: Figures) -> Iterator[TableLine]:
    """Branches, each group with its subtotal, and all of them."""
    parts: list[int] = []
    at = 0
    branches = view.codes("branch")
    for group in view.groups:
        of_group = [name for name in branches if view.rules.group(name) == group]
        for name in of_group:
            yield TableLine((label("branch", name),), figures.find(also(everything, "branch", name)))
        at += len(of_group)
        if len(view.groups) > 1:
            sums = tuple((line, 1) for line in range(at - len(of_group), at))
            yield TableLine((("branch_group", group),), figures.find(_of_branches(of_group)), sums, weight=1)
            parts.append(at)
            at += 1
    if len(branches) > 1:
        lines = tuple((line, 1) for line in parts or range(at))
        yield TableLine((TOTAL,), figures.find(everything), lines, weight=2)


def _of_branches(names: Sequence[str]) -> Callable[[Cell], bool]:
    wanted = frozenset(names)
    return lambda cell: cell.branch in wanted


def _acquired_by_class(view: View) -> Iterator[StatementTable]:
    """The table of the annual report: copies by class, and Kazakh ones among them; then group by group."""
    rules = view.rules
    heads = (
        Head(("fund_unit", "copies"), (), "count", width=14),
        Head(("fund_head", "kazakh"), (), "count", width=14),
    )
    rows = [*rules.annual_classes, ""]
    for group in ("", *(view.groups if len(view.groups) > 1 else ())):
        mine = view.of_group(group) if group else everything

        def find(where: Callable[[Cell], bool], mine: Callable[[Cell], bool] = mine) -> tuple[int, int]:
            copies = view.grouped.copies("acquired", _both(mine, where))
            kazakh = view.grouped.copies("acquired", also(_both(mine, where), "language", KAZAKH))
            return copies, kazakh

        figures = Figures(heads, find)
        items = [
            (("annual_class", row) if row else ("total", "unknown"), _in_row(view, row))
            for row in rows
            if row or find(_in_row(view, ""))[0]
        ]
        of = ("branch_group", group) if group else ("branch_group", "together")
        lines = lines_of(items, figures, everything)
        yield table("acquired_class", "acquired", (("column", "content_class"), 44), figures, lines, of)


def _in_row(view: View, row: str) -> Callable[[Cell], bool]:
    return lambda cell: view.rules.row_of_class(cell.content_class) == row


def _flow(view: View, column: str, *, groups: bool = False) -> Figures:
    """What came or went: titles among it, copies, amount, Kazakh copies; copies of each group."""
    heads = [
        Head(("fund_unit", "titles"), (), "titles", width=COPIES + 2),
        Head(("fund_unit", "copies"), (), "count", width=COPIES + 2),
        Head(("fund_unit", "amount"), (), "money", width=MONEY),
        Head(("fund_head", "kazakh"), (), "count", width=COPIES + 3),
        Head(("fund_head", "kazakh_share"), (), "share", ratio=(3, 1), width=COPIES + 3),
    ]
    of = view.groups if groups and len(view.groups) > 1 else []
    heads += [Head(("branch_group", group), (("fund_head", "groups"),), "count", width=13) for group in of]

    def find(where: Callable[[Cell], bool]) -> tuple[int | str | None, ...]:
        figure: Figure = getattr(view.whole(where), column)
        kazakh = view.grouped.copies(column, also(where, "language", KAZAKH))
        shares = [view.grouped.copies(column, _both(where, view.of_group(group))) for group in of]
        return view.grouped.names(column, where), figure.copies, figure.amount, kazakh, None, *shares

    return Figures(tuple(heads), find)


def _coming(view: View, dimension: str, column: str) -> list[tuple[Label, Callable[[Cell], bool]]]:
    """Lines of a dimension in which a column has anything."""
    return [one for one in of_dimension(view, dimension) if any(getattr(view.whole(one[1]), column))]


def _by_supply(view: View) -> StatementTable:
    """Sources of supply: clean acquisitions, and beside them what was only passed on inside the system."""
    clean, inside = _flow(view, "acquired"), _flow(view, "received")
    lines = [TableLine((one,), clean.find(where)) for one, where in _coming(view, "supply", "acquired")]
    sums = tuple((at, 1) for at in range(len(lines)))
    lines.append(TableLine((("fund_line", "clean"),), clean.find(everything), sums, weight=1))
    lines.append(TableLine((("fund_line", "redistributed"),), inside.find(everything)))
    both = tuple(
        None if one is None or other is None or head.kind == "titles" else int(one) + int(other)
        for head, one, other in zip(clean.heads, lines[-2].cells, lines[-1].cells, strict=True)
    )
    lines.append(
        TableLine((("fund_line", "with_redistributed"),), both, ((len(lines) - 2, 1), (len(lines) - 1, 1)), 2)
    )
    return table("acquired_supply", "acquired", (("column", "supply_source"), 44), clean, lines)


def _by_reason(view: View) -> StatementTable:
    """Disposals: a line a reason, a column a class."""
    classes = [code for code in view.codes("content_class") if _went(view, code)]
    heads = [
        Head(label("content_class", code), (("column", "content_class"),), "count", width=16)
        for code in classes
    ]
    terms = tuple((at, 1) for at in range(len(classes)))
    heads += [
        Head(("fund_unit", "copies"), (TOTAL,), "count", terms, width=COPIES + 2),
        Head(("fund_unit", "amount"), (TOTAL,), "money", width=MONEY),
    ]

    def find(where: Callable[[Cell], bool]) -> tuple[int | str | None, ...]:
        figure = view.whole(where).written_off
        shares = [view.grouped.copies("written_off", also(where, "content_class", code)) for code in classes]
        return *shares, figure.copies, figure.amount

    figures = Figures(tuple(heads), find)
    lines = lines_of(_coming(view, "reason", "written_off"), figures, everything)
    return table("written_off_reason", "written_off", (("column", "reason"), 34), figures, lines)


def _went(view: View, code: str) -> bool:
    return bool(view.grouped.copies("written_off", also(everything, "content_class", code)))


def _stock(view: View) -> Iterator[StatementTable]:
    """The stock at the end: by class and language, by kind, group by group."""
    languages = [*view.rules.languages, "other"]
    rest = {cell.language for cell in view.grouped.cells}
    languages += [""] if "" in rest else []
    heads = [Head(("fund_unit", "titles"), (), "titles", width=COPIES + 1)]
    heads += [
        Head(label("language", one), (("fund_head", "copies_by_language"),), "count", width=COPIES + 2)
        for one in languages
    ]
    terms = tuple((at, 1) for at in range(1, len(languages) + 1))
    heads.append(Head(("fund_unit", "copies"), (TOTAL,), "count", terms, width=COPIES + 2))
    heads.append(Head(("fund_unit", "amount"), (TOTAL,), "money", width=MONEY + 2))

    def found(
        mine: Callable[[Cell], bool],
    ) -> Callable[[Callable[[Cell], bool]], tuple[int | str | None, ...]]:
        def find(where: Callable[[Cell], bool]) -> tuple[int | str | None, ...]:
            closing = view.whole(_both(mine, where)).closing
            shares = [
                view.grouped.copies("closing", _both(_both(mine, where), _speaking(view, one)))
                for one in languages
            ]
            return closing.titles, *shares, closing.copies, closing.amount

        return find

    for group in ("", *(view.groups if len(view.groups) > 1 else ())):
        figures = Figures(tuple(heads), found(view.of_group(group) if group else everything))
        of = ("branch_group", group) if group else ("branch_group", "together")
        for dimension in ("content_class", "kind"):
            lines = lines_of(of_dimension(view, dimension), figures, everything)
            yield table(f"stock_{dimension}", "stock", (("column", dimension), 32), figures, lines, of)


def _speaking(view: View, language: str) -> Callable[[Cell], bool]:
    return lambda cell: view.rules.column_of_language(cell.language) == language


def _both(one: Callable[[Cell], bool], other: Callable[[Cell], bool]) -> Callable[[Cell], bool]:
    return lambda cell: one(cell) and other(cell)


def _titles(view: View) -> StatementTable:
    """Titles by kind of document: what was there, is new, is gone, is there; Kazakh ones."""
    names = ("opening", "acquired", "written_off", "closing")
    heads = [Head(("fund_head", f"titles_{name}"), (), "titles", width=13) for name in names]
    heads.append(Head(("fund_head", "titles_kazakh"), (), "titles", width=13))

    def find(where: Callable[[Cell], bool]) -> tuple[int | str | None, ...]:
        movement = view.whole(where)
        kazakh = view.whole(also(where, "language", KAZAKH))
        return *(getattr(movement, name).titles for name in names), kazakh.closing.titles

    figures = Figures(tuple(heads), find)
    lines = lines_of(of_dimension(view, "kind"), figures, everything)
    return table("titles_kind", "stock", (("column", "kind"), 32), figures, lines)


def _years(years: Sequence[Moved]) -> StatementTable:
    """The same period of three years side by side, and the change from the year before."""
    found = [
        (one.window.label, one.whole(), one.whole(also(everything, "language", KAZAKH))) for one in years
    ]
    heads: list[Head] = []
    for name, _, _ in found:
        heads += [
            Head(("fund_unit", "copies"), (("", name),), "count", width=COPIES + 2),
            Head(("fund_unit", "amount"), (("", name),), "money", width=MONEY + 1),
        ]
    last = len(heads)
    if len(found) > 1:
        heads += [
            Head(
                ("fund_unit", "copies"),
                (("fund_head", "change"),),
                "count",
                ((last - 2, 1), (last - 4, -1)),
                width=11,
            ),
            Head(
                ("fund_unit", "amount"),
                (("fund_head", "change"),),
                "money",
                ((last - 1, 1), (last - 3, -1)),
                width=15,
            ),
        ]
    lines = []
    for name in ("opening", "acquired", "written_off", "closing"):
        lines.append(TableLine((("movement", name),), _of_years(found, name, 1)))
        lines.append(TableLine((("fund_line", f"kazakh_{name}"),), _of_years(found, name, 2)))
    figures = Figures(tuple(heads), lambda _: ())
    return table("years", "years", (("fund_head", "figure"), 34), figures, lines)


def _of_years(
    found: Sequence[tuple[str, Movement, Movement]], column: str, which: int
) -> tuple[int | str | None, ...]:
    cells: list[int | str | None] = []
    for one in found:
        movement = one[which]
        assert not isinstance(movement, str)
        figure = getattr(movement or NOTHING, column)
        cells += [figure.copies, figure.amount]
    if len(found) > 1:
        cells += [int(cells[-2] or 0) - int(cells[-4] or 0), int(cells[-1] or 0) - int(cells[-3] or 0)]
    return tuple(cells)
