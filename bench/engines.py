"""Which engine joins keys and compares titles fastest: NumPy with rapidfuzz, Polars or DuckDB.

    python -m bench.engines FOLDER      a folder that bench.catalogue wrote

Every engine must find the same pairs; DuckDB's Levenshtein distance counts bytes, which is shown by example.
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import polars as pl
from pydantic import TypeAdapter
from rapidfuzz import fuzz, process

from rabis_sync.dedup.candidates import KeyTable, candidates
from rabis_sync.dedup.columns import columns
from rabis_sync.dedup.row import Row
from rabis_sync.marc import codec
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.folding import fold_record
from rabis_sync.marc.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
#: As the figures of docs/adr/0018 were taken; mappings/match.toml has fewer since.
MOST_RECORDS = 60
#: Pairs of titles compared.
PAIRS = 500_000


def rows(folder: Path) -> Iterator[Row]:
    text = (ROOT / "mappings/dialects/unimarc.toml").read_text("utf-8")
    dialect = TypeAdapter(Dialect).validate_python(tomllib.loads(text))
    with (folder / "records.mrc").open("rb") as stream:
        for number, one in enumerate(codec.read(stream), 1):
            if isinstance(one, codec.Decoded):
                yield Row.of((number, *fold_record(Record(one.record, dialect))))


def by_numpy(keys: KeyTable) -> int:
    return len(candidates(keys, MOST_RECORDS).a)


def by_polars(keys: KeyTable) -> int:
    table = pl.DataFrame({"key": keys.key, "refined": keys.refined, "place": keys.place}).lazy()
    table = table.with_columns(n=pl.len().over("key"))
    few = table.filter(pl.col("n") <= MOST_RECORDS).select("key", "place")
    many = table.filter(pl.col("n") > MOST_RECORDS)
    many = many.with_columns(m=pl.len().over("key", "refined")).filter(pl.col("m") <= MOST_RECORDS)
    pairs = [
        few.join(few, on="key").select(a="place", b="place_right"),
        many.join(many, on=["key", "refined"]).select(a="place", b="place_right"),
    ]
    joined = pl.concat(pairs).filter(pl.col("a") < pl.col("b")).unique()
    return int(joined.select(pl.len()).collect().item())


def by_duckdb(keys: KeyTable) -> int:
    table = pl.DataFrame({"key": keys.key, "refined": keys.refined, "place": keys.place}).to_arrow()  # noqa: F841  DuckDB finds it by its name
    query = f"""
        WITH k AS (SELECT *, count(*) OVER (PARTITION BY key) n,
                          count(*) OVER (PARTITION BY key, refined) m FROM "table")
        SELECT count(*) FROM (
            SELECT x.place a, y.place b FROM k x JOIN k y USING (key)
            WHERE x.n <= {MOST_RECORDS} AND x.place < y.place
            UNION
            SELECT x.place, y.place FROM k x JOIN k y USING (key, refined)
            WHERE x.n > {MOST_RECORDS} AND x.m <= {MOST_RECORDS} AND x.place < y.place)
    """
    found = duckdb.connect(config={"threads": 2}).sql(query).fetchall()
    return int(found[0][0])


def titles_by_rapidfuzz(one: list[str], other: list[str]) -> float:
    return float(process.cpdist(one, other, scorer=fuzz.ratio, dtype=np.float64, workers=-1).mean())


def titles_by_duckdb(one: list[str], other: list[str]) -> float:
    table = pl.DataFrame({"a": one, "b": other}).to_arrow()  # noqa: F841  DuckDB finds it by its name
    query = 'SELECT avg(jaro_winkler_similarity(a, b)) FROM "table"'
    found = duckdb.connect(config={"threads": 2}).sql(query).fetchall()
    return float(found[0][0])


def timed(name: str, run: Callable[..., Any], *given: Any) -> None:
    begun, spent = time.perf_counter(), time.process_time()
    found = run(*given)
    print(
        f"{name:32} {time.perf_counter() - begun:7.2f} s {time.process_time() - spent:7.2f} cpu s   {found}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="engines for the search for duplicates, side by side")
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    listed = list(rows(asked.folder))
    keys = columns([listed]).keys
    print(f"{len(listed):,} records, {len(keys.key):,} keys; python {sys.version.split()[0]}")
    for name, run in (("numpy", by_numpy), ("polars", by_polars), ("duckdb", by_duckdb)):
        timed(f"join by {name}", run, keys)
    found = candidates(keys, MOST_RECORDS)
    titles = [row.title for row in listed]
    one, other = ([titles[at] for at in ends[:PAIRS].tolist()] for ends in (found.a, found.b))
    timed(f"{len(one):,} titles by rapidfuzz", titles_by_rapidfuzz, one, other)
    timed(f"{len(one):,} titles by duckdb", titles_by_duckdb, one, other)
    print(
        "duckdb levenshtein('қазақ', 'казак') =",
        duckdb.sql("SELECT levenshtein('қазақ', 'казак')").fetchall(),
    )


if __name__ == "__main__":
    main()
