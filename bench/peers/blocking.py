"""Candidate pairs for the scored peers: twelve rules joined by OR in DuckDB, with the hand-written vetoes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

#: Keys of which a pair must share one; an empty key joins nothing.
RULES = (
    "isbn",
    "left(title, 12) || last_word || year || kind",
    "surname || long_word",
    "surname || first_word",
    "surname || last_word",
    "surname || year || initials",
    "surname || year || pages",
    "surname || year || publisher",
    "title || pages || kind",
    "long_word || year || pages",
    "year || pages || publisher || kind",
    "left(title, 12) || pages || publisher",
)

#: Where two records cannot be one edition: both say it, and otherwise.
VETOES = " AND ".join(
    [
        f"NOT (l.{one} <> '' AND r.{one} <> '' AND l.{one} <> r.{one})"
        for one in ("volume", "grade", "language", "edition")
    ]
    + ["l.level = r.level", "l.kind = r.kind", "NOT coalesce(abs(l.year - r.year) > 1, false)"]
)  # fmt: skip

#: A block of more records says nothing: «избранное».
MOST = 400


def load(connection: duckdb.DuckDBPyConnection, frame: object) -> None:
    """Make the table `records` out of a frame of features."""
    connection.register("frame", frame)
    connection.execute("CREATE OR REPLACE TABLE records AS SELECT * FROM frame")


def pairs(connection: duckdb.DuckDBPyConnection, *, vetoes: bool = True) -> object:
    """Pairs of row numbers (a < b), each once, as a dictionary of arrays."""
    connection.execute("CREATE OR REPLACE TABLE candidates (a INTEGER, b INTEGER)")
    for rule in RULES:
        parts = [part.strip() for part in rule.split("||")]
        known = " AND ".join(_known(part) for part in parts)
        key = " || '|' || ".join(f"CAST({part} AS VARCHAR)" for part in parts)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE keyed AS SELECT nr, {key} AS key FROM records WHERE {known}"
        )
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE small AS SELECT key FROM keyed GROUP BY key
            HAVING count(*) BETWEEN 2 AND {MOST}"""
        )
        connection.execute(
            f"""INSERT INTO candidates SELECT x.nr, y.nr
            FROM keyed x JOIN small USING (key) JOIN keyed y USING (key)
            JOIN records l ON l.nr = x.nr JOIN records r ON r.nr = y.nr
            WHERE x.nr < y.nr {f"AND {VETOES}" if vetoes else ""}"""
        )
    return connection.execute("SELECT DISTINCT a, b FROM candidates ORDER BY a, b").fetchnumpy()


def _known(part: str) -> str:
    column = part.removeprefix("left(").split(",")[0]
    return f"{column} IS NOT NULL" if column in {"year", "pages"} else f"{column} <> ''"
