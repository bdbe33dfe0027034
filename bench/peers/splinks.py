"""Splink over DuckDB, with hand-written features and vetoes; its parameters learnt by EM without labels."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import duckdb
import splink.comparison_level_library as levels
from splink import Linker, SettingsCreator
from splink.backends.duckdb import DuckDBAPI
from splink.comparison_library import CustomComparison

from . import blocking

if TYPE_CHECKING:
    import pandas as pd

_TEXTS = ("title", "subtitle", "surname", "initials", "publisher", "isbn")
#: DuckDB's string distances count bytes: each Russian letter becomes one ASCII character first.
_ONE_BYTE = str.maketrans("абвгдежзийклмнопрстуфхцчшщъыьэюяё", "abvgdeQzijklmnoprstufhcCSWXyZEUAe")


#: Words that tell the books that go with a text book from it and from each other.
_SORTS = re.compile(r"тетрад|дептер|хрестомат|метод|адистемелик|дидакт|задач|есеп|тест")
#: The vetoes of every peer, and one on the sort of book.
VETOES = f"{blocking.VETOES} AND coalesce(l.sort, '') = coalesce(r.sort, '')"


def prepared(frame: pd.DataFrame) -> pd.DataFrame:
    """One byte a letter, None for nothing."""
    made = frame.copy()
    found = (_SORTS.search(one) for one in frame["subtitle"])
    made["sort"] = [one[0] if one else None for one in found]
    for name in (*_TEXTS, "first_word", "last_word", "long_word"):
        made[name] = [one.translate(_ONE_BYTE) or None for one in made[name]]
    return made


def _comparison(name: str, *tried: Any) -> CustomComparison:
    parts = [levels.NullLevel(name), levels.ExactMatchLevel(name), *tried, levels.ElseLevel()]
    return CustomComparison(output_column_name=name, comparison_levels=parts)


def _rules(vetoes: str) -> list[str]:
    """The block rules as conditions, a group of them narrowed by the vetoes."""
    rules = []
    for rule in blocking.RULES:
        parts = [part.strip() for part in rule.split("||")]
        sides = [" AND ".join(f"{_side(part, 'l')} = {_side(part, 'r')}" for part in parts)]
        rules.append(f"{sides[0]} AND {vetoes}")
    return rules


def _side(part: str, side: str) -> str:
    return part.replace("left(", f"left({side}.") if part.startswith("left(") else f"{side}.{part}"


def scored(frame: Any, seed: int) -> tuple[list[int], list[int], list[float]]:
    """Pairs of row numbers and their match probability."""
    logging.disable(logging.WARNING)
    connection = duckdb.connect()
    api = DuckDBAPI(connection=connection)
    table = prepared(frame)
    vetoes = VETOES
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="nr",
        blocking_rules_to_generate_predictions=_rules(vetoes),
        comparisons=[
            _comparison("title", *(levels.LevenshteinLevel("title", at) for at in (2, 5))),
            _comparison("subtitle", *(levels.JaroWinklerLevel("subtitle", at) for at in (0.9, 0.75))),
            _comparison("surname", *(levels.JaroWinklerLevel("surname", at) for at in (0.94, 0.85))),
            _comparison("initials", levels.CustomLevel("left(initials_l, 1) = left(initials_r, 1)")),
            _comparison("year", levels.CustomLevel("abs(year_l - year_r) = 1")),
            _comparison("pages", *(levels.CustomLevel(f"abs(pages_l - pages_r) <= {at}") for at in (2, 8))),
            _comparison("publisher", levels.JaroWinklerLevel("publisher", 0.9)),
            _comparison("isbn", levels.LevenshteinLevel("isbn", 1)),
        ],
        retain_matching_columns=False,
    )
    linker = Linker(api.register(table), settings, log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=seed)
    for rule in (
        "l.isbn = r.isbn",
        "l.title = r.title AND l.year = r.year",
        "l.surname = r.surname AND l.pages = r.pages",
    ):
        with suppress(ValueError):  # a pass in which a level never meets a match ends so; the others count
            linker.training.estimate_parameters_using_expectation_maximisation(f"{rule} AND {vetoes}")
    found = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
    return found["nr_l"].tolist(), found["nr_r"].tolist(), found["match_probability"].tolist()
