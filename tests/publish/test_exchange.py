"""What leaves the house as MARC: no copy, no price; each family as itself, or made anew."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from rabis_sync.marc import codec
from rabis_sync.marc.fields import Field, MarcRecord

if TYPE_CHECKING:
    from collections.abc import Callable

SLIM = "{http://www.loc.gov/MARC21/slim}"
EXCHANGE = "{info:lc/xmlns/marcxchange-v2}"


@pytest.fixture
def made(library: Any, book: Callable[..., MarcRecord]) -> Callable[[str], etree._Element]:
    """The published book in a family."""
    record = book("b1", title="Қарағанды & оның тарихы")
    noisy = Field.data("300", "  ", [("a", "бет\x0b саны")])
    library.store_record(MarcRecord(record.leader, tuple(sorted((*record.fields, noisy)))))
    library.scan("b1.pdf", b"%PDF-1.4\n")
    library.allow("b1")
    library.publish()
    forms = json.loads((library.live / "oai" / "catalogue-b1.json").read_bytes())
    return lambda family: etree.fromstring(forms[family])


def fields(record: etree._Element, space: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in record.iter(f"{space}datafield"):
        text = "".join(f"${sub.get('code')}{sub.text}" for sub in one)
        found.setdefault(one.get("tag", ""), []).append(text)
    return found


def test_a_record_of_the_family_is_given_as_it_is_without_what_stays_inside(
    made: Callable[[str], etree._Element],
) -> None:
    record = made("unimarc")
    assert record.tag == f"{EXCHANGE}record"
    assert (record.get("format"), record.get("type")) == ("UNIMARC", "Bibliographic")
    found = fields(record, EXCHANGE)
    assert found["200"] == ["$aҚарағанды & оның тарихы$fС. Абаев"]
    assert found["300"] == ["$aбет саны"]
    assert found["856"] == ["$uhttps://library.example/kraeved/current/items/catalogue-b1/"]
    assert not {"899", "979"} & set(found)


def test_the_other_family_is_made_of_the_item(made: Callable[[str], etree._Element]) -> None:
    record = made("marc21")
    assert record.tag == f"{SLIM}record"
    found = fields(record, SLIM)
    assert found["245"] == ["$aҚарағанды & оның тарихы$cС. Абаев"]
    assert found["100"] == ["$aАбаев, С.$4aut"]
    assert found["264"] == ["$aКараганда$bАрқа$c1998"]
    assert found["041"] == ["$arus"]
    assert not {"899", "852", "200"} & set(found)
    control = {one.get("tag"): one.text or "" for one in record.iter(f"{SLIM}controlfield")}
    assert control["001"] == "catalogue-b1"
    assert (len(control["008"]), control["008"][7:11], control["008"][35:38]) == (40, "1998", "rus")


def test_our_own_reader_understands_both(made: Callable[[str], etree._Element]) -> None:
    for family in ("unimarc", "marc21"):
        raw = etree.tostring(made(family), encoding="utf-8")
        [outcome] = list(codec.read(BytesIO(raw)))
        assert isinstance(outcome.record, MarcRecord)
