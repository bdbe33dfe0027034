"""The summary accession book (КСУ) of a made-up library: as its rows add up, but for what is planted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections import Counter
    from random import Random

FIRST_YEAR, LAST_YEAR = 1985, 2024

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the books state, and (code, subject) of what is wrong in it."""

    rows: list[Row]
    planted: list[tuple[str, str]]


def stated(rows: list[Row], quota: Counter[str], rng: Random) -> Stated:
    """The КСУ of every branch: what came and went as the rows say, but for so many faults of each code."""
    parts = _batches(rows)
    planted: list[tuple[str, str]] = []
    batches = [one for one in parts if one["part"] == "acquired"]
    rng.shuffle(batches)
    wrong, right = batches[: quota["BATCH_TOTAL"]], iter(batches[quota["BATCH_TOTAL"] :])
    for one in wrong:
        _falsify(one, rng)
        planted.append(("BATCH_TOTAL", f"{one['number']}|{one['branch']}"))
    for _ in range(quota["CLASS_LANG_MISMATCH"]):
        one = next(one for one in right if len(one["shares"]["content_class"]) > 1)
        first, second = sorted(one["shares"]["content_class"])[:2]
        one["shares"]["content_class"][first] += 1
        one["shares"]["content_class"][second] -= 1
        planted.append(("CLASS_LANG_MISMATCH", f"{one['number']}|{one['branch']}"))
    lines, faults = _years(parts, quota["KSU_BALANCE"], rng)
    return Stated(parts + lines, planted + faults)


def _falsify(one: Row, rng: Random) -> None:
    """A copy more, also in the distribution, so that only the total is wrong; or a wrong amount."""
    if rng.random() < 0.5:
        one["amount"] += 100_00
        return
    one["copies"] += 1
    for told in one["shares"].values():
        told[min(told)] += 1


def _batches(rows: list[Row]) -> list[Row]:
    came: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    went: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.get("ksu"):
            came[row["ksu"], row["acquired"], row["branch"]].append(row)
        if row.get("act_out") and row["act_date"] >= str(FIRST_YEAR):
            went[row["act_out"], row["act_date"], row["branch"]].append(row)
    parts = [
        _part("acquired", of, number=number, date=date, branch=branch)
        for (number, date, branch), of in sorted(came.items())
    ]
    return parts + [
        _part("written_off", of, act=act, date=date, branch=branch)
        for (act, date, branch), of in sorted(went.items())
    ]


def _part(part: str, rows: list[Row], **named: str) -> Row:
    shares: dict[str, dict[str, int]] = {"content_class": {}, "language": {}}
    for row in rows:
        for name, told in shares.items():
            told[row[name]] = told.get(row[name], 0) + row["quantity"]
    figures = {
        name: sum(row[key] for row in rows) for name, key in (("copies", "quantity"), ("amount", "amount"))
    }
    return {"part": part, "shares": shares, **figures, **named}


def _years(parts: list[Row], wrong: int, rng: Random) -> tuple[list[Row], list[tuple[str, str]]]:
    """Part 3 of each branch: it follows from parts 1 and 2 as they stand; a planted fault stays for ever."""
    branches = sorted({one["branch"] for one in parts})
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    cells = [(branch, year) for branch in branches for year in years]
    faulty = {
        cell: rng.choice(("closing", "opening")) if cell[1] > FIRST_YEAR else "closing"
        for cell in rng.sample(cells, min(wrong, len(cells)))
    }
    by_cell: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for one in parts:
        by_cell[one["branch"], int(one["date"][:4])].append(one)
    lines: list[Row] = []
    for branch in branches:
        copies = amount = 0
        for year in years:
            copies += 3 if faulty.get((branch, year)) == "opening" else 0
            lines.append(_line("opening", f"{year}-01-01", branch, copies, amount))
            for one in by_cell[branch, year]:
                sign = 1 if one["part"] == "acquired" else -1
                copies, amount = copies + sign * one["copies"], amount + sign * one["amount"]
            copies += 5 if faulty.get((branch, year)) == "closing" else 0
            lines.append(_line("closing", f"{year}-12-31", branch, copies, amount))
    day = {"opening": "01-01", "closing": "12-31"}
    return lines, [("KSU_BALANCE", f"{year}-{day[kind]}|{branch}") for (branch, year), kind in faulty.items()]


def _line(part: str, date: str, branch: str, copies: int, amount: int) -> Row:
    return {"part": part, "date": date, "branch": branch, "copies": copies, "amount": amount, "shares": {}}
