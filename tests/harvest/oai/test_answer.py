"""An answer is read to the letter or not at all, and its records are cut out byte for byte."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.errors import FatalError
from rabis_sync.harvest.oai.answer import BrokenPageError, Token, read, results
from rabis_sync.harvest.sources import Gone, Named
from rabis_sync.marc.codec import Decoded, Unreadable

MARC = (
    '<m:record><m:leader>00000nam0 2200000   450 </m:leader><m:controlfield tag="001">b1</m:controlfield>'
    '<m:datafield tag="200" ind1="1" ind2=" "><m:subfield code="a">{}</m:subfield></m:datafield></m:record>'
)
HEADER = "<o:header{}><o:identifier>oai:x:{}</o:identifier><o:datestamp>2020-01-01</o:datestamp></o:header>"


def page(*records: str, ending: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><o:OAI-PMH xmlns:o="http://www.openarchives.org/OAI/2.0/" '
        'xmlns:m="http://www.loc.gov/MARC21/slim"><o:responseDate> 2024-03-01T12:00:00Z </o:responseDate>'
        f"<o:ListRecords>{''.join(records)}{ending}</o:ListRecords></o:OAI-PMH>"
    ).encode()


def record(content: str, name: str = "1", status: str = "") -> str:
    return f"<o:record>{HEADER.format(status, name)}<o:metadata>{content}</o:metadata></o:record>"


def outcomes(body: bytes) -> list[Any]:
    return list(results(read(body, "ListRecords").entries, "auto"))


def title(one: Any) -> str:
    assert isinstance(one, Named)
    assert isinstance(one.outcome, Decoded)
    return one.outcome.record.fields[-1].first("a")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Абай жолы", "Абай жолы"),
        ("<![CDATA[</o:metadata></o:record><m:record>]]>", "</o:metadata></o:record><m:record>"),
        ("Абай<!-- </o:metadata> --> жолы", "Абай жолы"),
        ("a &lt;record&gt; &amp; b", "a <record> & b"),
        ("metadata record 1 > 0", "metadata record 1 > 0"),
    ],
)
def test_what_looks_like_a_tag_inside_a_record_is_text(written: str, meant: str) -> None:
    found = outcomes(page(record(MARC.format(written)), record(MARC.format("other"), "2")))
    assert [title(one) for one in found] == [meant, "other"]
    assert [one.identifier for one in found] == ["oai:x:1", "oai:x:2"]


@given(st.lists(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_every_record_is_cut_out_byte_for_byte(titles: list[str]) -> None:
    elements = [MARC.format(one.replace("&", "&amp;").replace("<", "&lt;")) for one in titles]
    answer = read(page(*(record(f"\n {one}\n", str(n)) for n, one in enumerate(elements))), "ListRecords")
    assert [one.element.decode() for one in answer.entries] == elements


@pytest.mark.parametrize("wrapper", ["<m:collection>{}</m:collection>", "\n\n{}\n", "<x><y>{}</y></x>"])
def test_wrappers_around_a_record_fall_away(wrapper: str) -> None:
    assert title(outcomes(page(record(wrapper.format(MARC.format("Абай")))))[0]) == "Абай"


def test_two_records_in_one_are_none() -> None:
    (found,) = outcomes(page(record(MARC.format("a") + MARC.format("b"))))
    assert isinstance(found.outcome, Unreadable)


def test_a_deleted_record_is_gone_even_where_its_metadata_was_left() -> None:
    assert outcomes(page(record(MARC.format("a"), "7", ' status="deleted"'))) == [Gone("oai:x:7")]


@pytest.mark.parametrize(
    ("ending", "token"),
    [
        ("", None),
        ("<o:resumptionToken/>", Token("", 0)),
        ('<o:resumptionToken completeListSize="12" cursor="0">\n a b </o:resumptionToken>', Token("a b", 12)),
        ('<o:resumptionToken completeListSize="many">x</o:resumptionToken>', Token("x", 0)),
    ],
)
def test_a_token_is_told_from_none(ending: str, token: Token | None) -> None:
    assert read(page(ending=ending), "ListRecords").token == token


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_page_in_utf_16_is_read_too(encoding: str) -> None:
    mark = b"\xff\xfe" if encoding.endswith("le") else b"\xfe\xff"
    text = page(record(MARC.format("Абай"))).decode().replace("UTF-8", "UTF-16")
    assert title(outcomes(mark + text.encode(encoding))[0]) == "Абай"


def test_a_page_in_another_encoding_is_read_by_its_declaration_and_its_records_by_evidence() -> None:
    text = page(record(MARC.format("Путь Абая: роман-эпопея о жизни великого поэта"))).decode()
    body = text.replace("UTF-8", "windows-1251").encode("cp1251")
    assert title(outcomes(body)[0]).startswith("Путь Абая")


@given(st.binary(max_size=300))
def test_whatever_comes_is_an_answer_or_broken(body: bytes) -> None:
    with pytest.raises((BrokenPageError, FatalError)):
        read(body, "ListRecords")


@given(st.integers(0, 1200), st.integers(0, 255))
def test_one_wrong_byte_never_loses_a_record_silently(place: int, byte: int) -> None:
    good = page(record(MARC.format("Абай")), record(MARC.format("Мағжан"), "2"))
    body = good[: place % len(good)] + bytes([byte]) + good[place % len(good) + 1 :]
    try:
        found = outcomes(body)
    except (BrokenPageError, FatalError):
        return
    assert len(found) == 2


def test_every_part_of_a_page_that_broke_off_is_broken() -> None:
    good = page(record(MARC.format("Абай")), ending="<o:resumptionToken/>")
    for length in range(len(good)):
        with pytest.raises(BrokenPageError):
            read(good[:length], "ListRecords")
