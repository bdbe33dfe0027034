"""Records written as cataloguers read them, and the bundled mapping that judges them."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter

from rabis_sync.dedup.row import Row
from rabis_sync.dedup.verdict import Matching
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord
from rabis_sync.marc.folding import fold_record
from rabis_sync.marc.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def matching(root: Path) -> Matching:
    return TypeAdapter(Matching).validate_python(tomllib.loads((root / "mappings/match.toml").read_text("utf-8")))


@pytest.fixture(scope="session")
def unimarc(root: Path) -> Dialect:
    path = root / "mappings/dialects/unimarc.toml"
    return TypeAdapter(Dialect).validate_python(tomllib.loads(path.read_text("utf-8")))


@pytest.fixture(scope="session")
def read_row(unimarc: Dialect) -> Callable[[str, int], Row]:
    """A row out of lines such as ``200 $aАбай жолы$fМ. Әуезов``; a line ``LDR nam2`` says what it is."""

    def read(text: str, number: int) -> Row:
        folded = fold_record(Record(parsed(text, number), unimarc))
        columns = {field.name: getattr(folded, field.name) for field in fields(folded)}
        return Row.of(columns | {"record_id": number, "source": "test", "control_number": str(number)})

    return read


def parsed(text: str, number: int) -> MarcRecord:
    codes, found = "nam0", [Field("001", str(number))]
    for line in filter(None, map(str.strip, text.splitlines())):
        tag, _, rest = line.partition(" ")
        if tag == "LDR":
            codes = rest
        else:
            found.append(Field(tag, rest.replace("$", SUBFIELD) if rest[:1] != "$" else "  " + rest.replace("$", SUBFIELD)))
    return MarcRecord(f"00000{codes} 2200000   450 ", tuple(found))
