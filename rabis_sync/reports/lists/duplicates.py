"""Pairs of records that describe one edition, side by side, with the reasons in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rabis_sync.reports.compared import as_written, in_words, text_of
from rabis_sync.reports.inquiry import Report, plain
from rabis_sync.reports.table import Column, Row

if TYPE_CHECKING:
    from rabis_sync.reports.compared import Written
    from rabis_sync.reports.inquiry import Document, Inquiry

COLUMNS = (
    Column("verdict", width=16),
    Column("title_a", width=42),
    Column("title_b", width=42),
    Column("evidence", width=52),
    Column("survivor", width=34),
    Column("score", "number", 12),
    Column("record_a", "code", 20),
    Column("record_b", "code", 20),
    Column("cluster", "number", 10),
)

#: A pair a person must look at stands out more than one that needs a signature only.
SEVERITY = {"duplicate": "warning", "review": "info"}

#: Fields whose agreement goes without saying; the JSON has them.
UNTOLD_EQUAL = frozenset({"level", "kind"})

#: Fields of which a cataloguer wants to know that only one record has them: which part, which host.
TOLD_MISSING = frozenset({"title", "part", "host"})


def document(inquiry: Inquiry) -> Document:
    """``pairs[]`` surest first, and ``clusters[]``; a pair that is no duplicate was not kept."""
    return {
        "pairs": [_pair(row) for row in inquiry.unit.duplicates.pairs()],
        "clusters": _clusters(inquiry),
    }


def rows(inquiry: Inquiry) -> list[Row]:
    """Pairs surest first; equally sure ones by the title of the first record."""
    pairs = inquiry.unit.duplicates.pairs()
    written = as_written(inquiry, pairs)
    titles = {number: told["title"] for number, told in written.items()}
    clusters = {record: one for one in inquiry.unit.duplicates.clusters() for record in one["records"]}
    kept = inquiry.unit.records.control_numbers(one["survivor"] for one in clusters.values())

    def key(row: dict[str, Any]) -> Any:
        return -row["score"], inquiry.alphabetical(titles.get(row["record_a"], "")), row["a"], row["b"]

    return [_row(inquiry, row, written, _shared(row, clusters), kept) for row in sorted(pairs, key=key)]


def _shared(row: dict[str, Any], clusters: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    """The cluster in which both records stand."""
    one, other = clusters.get(row["record_a"]), clusters.get(row["record_b"])
    return one if one is not None and one is other else None


def _row(
    inquiry: Inquiry,
    row: dict[str, Any],
    written: Written,
    cluster: dict[str, Any] | None,
    kept: dict[int, str],
) -> Row:
    cells = (
        inquiry.word("verdict", row["verdict"]),
        plain(written.get(row["record_a"], {}).get("title")),
        plain(written.get(row["record_b"], {}).get("title")),
        plain("\n".join(_reasons(inquiry, row, written))),
        plain(_survivor(inquiry, cluster, kept)),
        round(100 * row["score"]),
        inquiry.numbered(row["source_a"], row["a"]),
        inquiry.numbered(row["source_b"], row["b"]),
        None if cluster is None else cluster["id"],
    )
    return Row(cells, SEVERITY.get(row["verdict"], ""))


def _survivor(inquiry: Inquiry, cluster: dict[str, Any] | None, kept: dict[int, str]) -> str:
    """Which record would stay, and why."""
    if cluster is None:
        return ""
    column, own, other = cluster["why"]
    why = inquiry.say(f"merge.why_{column}", own=own, other=other)
    return f"{kept[cluster['survivor']]}: {why}"


def _reasons(inquiry: Inquiry, row: dict[str, Any], written: Written) -> list[str]:
    """What was compared, in words: first what differs, for that needs a look, then what agrees in one line.

    What one of the two records lacks says nothing and is left to the JSON, but for what leaves a doubt.
    """
    evidence = row["evidence"]
    told = [
        inquiry.say(f"evidence.{one['field']}.{one['outcome']}", **in_words(inquiry, row, one, written))
        for outcome in ("veto", "different", "similar", "missing")
        for one in evidence
        if one["outcome"] == outcome and (outcome != "missing" or one["field"] in TOLD_MISSING)
    ]
    equal = [
        inquiry.say(f"evidence_equal.{one['field']}", **_values(one))
        for one in evidence
        if one["outcome"] == "equal" and one["field"] not in UNTOLD_EQUAL
    ]
    return [*told, inquiry.say("evidence_equal.all", fields=equal)] if equal else told


def _values(one: dict[str, Any]) -> dict[str, str]:
    return {"a": text_of(one["a"]), "b": text_of(one["b"])}


def _pair(row: dict[str, Any]) -> Document:
    return {
        "id": f"{row['record_a']}-{row['record_b']}",
        "a": row["a"],
        "b": row["b"],
        "source_a": row["source_a"],
        "source_b": row["source_b"],
        "verdict": row["verdict"],
        "score": row["score"],
        "evidence": [
            {
                "field": one["field"],
                "outcome": one["outcome"],
                **_values(one),
                "weight": one["weight"],
            }
            for one in row["evidence"]
        ],
    }


def _clusters(inquiry: Inquiry) -> list[Document]:
    clusters = inquiry.unit.duplicates.clusters()
    numbers = inquiry.unit.records.control_numbers(record for one in clusters for record in one["records"])
    return [
        {
            "id": one["id"],
            "records": [numbers[record] for record in one["records"]],
            "survivor": numbers[one["survivor"]],
            "verdict": one["verdict"],
            "why": _why(inquiry, *one["why"]),
        }
        for one in clusters
    ]


def _why(inquiry: Inquiry, sign: str, own: int, other: int) -> Document:
    """What decided on the survivor, the numbers it has of that and the next best has, and a sentence."""
    text = inquiry.texts.in_all(f"merge.why_{sign}", own=own, other=other)
    return {"sign": sign, "survivor": own, "next": other, "text": text}


REPORT = Report(document, COLUMNS, rows, counted_by="verdict")
