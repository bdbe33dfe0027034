"""MARCXML: every way in which programs wrap it, nothing of a broken record, and back."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rabis_sync.errors import RecordError
from rabis_sync.marc import xml_record
from rabis_sync.marc.codec import Decoded, Unreadable, decode, encode_marcxml, read, write
from rabis_sync.marc.fields import Field, MarcRecord, content_hash

RECORD = MarcRecord(
    "00000nam0 2200000   450 ",
    (
        Field("001", "KRG1"),
        Field("200", "1 \x1faАбай & Құнанбаев <жолы>\x1fe роман \x1ff «М. Әуезов»"),
        Field("461", " 0\x1f1001KRG2\x1f12001 \x1fa\r\nЕки\tстроки"),
        Field("899", "  \x1fp15"),
    ),
)
ELEMENT = encode_marcxml(RECORD)


def outcomes(text: str | bytes) -> list[Decoded | Unreadable]:
    return list(read(io.BytesIO(text if isinstance(text, bytes) else text.encode())))


def records(text: str | bytes) -> list[MarcRecord]:
    return [found.record for found in outcomes(text) if isinstance(found, Decoded)]


def test_what_is_written_is_read_back_as_the_same_content() -> None:
    assert records(ELEMENT) == [RECORD]
    stream = io.BytesIO()
    assert write(stream, [RECORD] * 3, syntax="marcxml") == 3
    assert records(stream.getvalue()) == [RECORD] * 3


@pytest.mark.parametrize(
    "wrapped",
    [
        f"<collection>{ELEMENT}</collection>",
        f'\ufeff<?xml version="1.0"?>\n<collection>\n{ELEMENT}\n</collection>\n',
        ELEMENT.replace("<", "<marc:").replace("<marc:/", "</marc:").replace("xmlns", "xmlns:marc"),
        f"<OAI-PMH><record><header><identifier>oai:1</identifier></header><metadata>{ELEMENT}</metadata></record></OAI-PMH>",
        f"<zs:records><zs:record><zs:recordData>{ELEMENT}</zs:recordData></zs:record></zs:records>",
        ELEMENT.replace("<record", '<record format="UNIMARC" type="Bibliographic"'),
        ELEMENT.replace('tag="200" ind1="1" ind2=" "', "ind2=' '\n ind1='1'  tag='200' "),
        ELEMENT.replace("\n", "\r\n").replace("&#13;\r\n", "&#13;\n"),
        ELEMENT.replace("Абай", "<![CDATA[Аб]]>&#1072;&#x439;"),
        ELEMENT.replace("<datafield", "<!-- a <record> that was --><?x y?><datafield", 1),
        f"<collection><!-- {ELEMENT} -->{ELEMENT}</collection>",
        ELEMENT.replace("&gt;", ">"),
        ELEMENT.replace("роман", "ром\u0430\u043d"),
    ],
)
def test_every_wrapping_gives_the_same_record(wrapped: str) -> None:
    found = outcomes(wrapped)
    assert [type(outcome) for outcome in found] == [Decoded]
    assert records(wrapped) == [RECORD]
    assert wrapped.encode()[found[0].offset :].startswith(found[0].raw)


def test_documents_that_follow_one_another_are_one_file() -> None:
    document = f'<?xml version="1.0" encoding="UTF-8"?><collection>{ELEMENT}</collection>\n'
    assert records(document * 3) == [RECORD] * 3


def test_a_deleted_record_of_oai_pmh_is_no_record() -> None:
    deleted = '<record><header status="deleted"><identifier>oai:2</identifier></header></record>'
    assert outcomes(f"<OAI-PMH>{deleted}</OAI-PMH>") == []
    assert [type(found) for found in outcomes(f"<OAI-PMH>{deleted}{ELEMENT}</OAI-PMH>")] == [Decoded]


BROKEN = {
    "a bare ampersand": (ELEMENT.replace("&amp;", "&"), "malformed_xml"),
    "an entity that is not declared": (ELEMENT.replace("&amp;", "&xxe;"), "malformed_xml"),
    "a control character": (ELEMENT.replace("роман", "ро\x0bман"), "malformed_xml"),
    "a mark of ISO 2709": (ELEMENT.replace("роман", "ро\x1faман"), "malformed_xml"),
    "a reference to a control character": (ELEMENT.replace("роман", "ро&#31;ман"), "malformed_xml"),
    "a field that is not closed": (ELEMENT.replace("</datafield>", "", 1), "foreign_xml"),
    "a subfield that is not closed": (ELEMENT.replace("15</subfield>", "15"), "malformed_xml"),
    "tags crossed": (
        ELEMENT.replace("</subfield>\n  </datafield>", "</datafield></subfield>", 1),
        "malformed_xml",
    ),
    "another prefix at the end": (ELEMENT.replace("</subfield>", "</m:subfield>", 1), "malformed_xml"),
    "an element of its own": (ELEMENT.replace("</leader>", "</leader><status>new</status>"), "foreign_xml"),
    "text between fields": (ELEMENT.replace("<datafield", "забыто<datafield", 1), "foreign_xml"),
    "a subfield code of two letters": (ELEMENT.replace('code="a"', 'code="ab"', 1), "foreign_xml"),
    "a subfield without a code": (ELEMENT.replace(' code="a"', "", 1), "foreign_xml"),
    "a tag of two digits": (ELEMENT.replace('tag="899"', 'tag="99"'), "foreign_xml"),
    "no content": ("<record></record>", "foreign_xml"),
    "a leader that is none": (ELEMENT.replace("nam0 22", "n\u0430m0 22"), "leader"),
    "a short leader": (ELEMENT.replace("00000nam0", "nam0"), "leader"),
    "the end lost": (ELEMENT.replace("</record>", ""), "truncated"),
    "the beginning lost": (ELEMENT.replace("<record", "<recxrd"), "truncated"),
    "half a letter": (ELEMENT.encode().replace("Құ".encode(), b"\xd2\xd2\xb1"), "damaged_utf8"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_record_spoils_no_other(name: str) -> None:
    broken, reason = BROKEN[name]
    broken = broken if isinstance(broken, bytes) else broken.encode()
    whole = ELEMENT.encode()
    found = outcomes(b"<collection>" + whole + broken + whole + b"</collection>")
    assert records(b"<collection>" + whole + broken + whole + b"</collection>") == [RECORD] * 2
    (lost,) = [outcome for outcome in found if isinstance(outcome, Unreadable)]
    assert lost.reason == reason
    assert lost.raw.strip() == broken.strip()


def test_entities_of_a_document_type_are_never_expanded() -> None:
    bomb = '<!DOCTYPE collection [<!ENTITY a "<record>"><!ENTITY b "&a;&a;">]>'
    found = outcomes(f"{bomb}<collection>{ELEMENT.replace('роман', '&b;')}{ELEMENT}</collection>")
    assert [getattr(outcome, "reason", "whole") for outcome in found] == ["doctype", "malformed_xml", "whole"]
    assert found[0].raw.decode() == bomb


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "iso-8859-5", "cp866"])
def test_the_declared_encoding_is_honoured(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><collection>{ELEMENT}</collection>'
    text = (
        text.replace("Құнанбаев", "Кунанбаев").replace("Әуезов", "Ауэзов").replace("«", "(").replace("»", ")")
    )
    (expected,) = records(text.replace(encoding, "utf-8"))
    assert records(text.encode(encoding)) == [expected]


def test_a_declaration_that_lies_about_utf_8_is_not_believed() -> None:
    text = f'<?xml version="1.0" encoding="windows-1251"?><collection>{ELEMENT}</collection>'
    assert records(text) == [RECORD]
    text = '<?xml version="1.0" encoding="UTF-8"?>' + ELEMENT.replace("Құнанбаев", "Кунанбаев").replace(
        "Әуезов", "Ауэзов"
    )
    (found,) = outcomes(text.encode("cp1251"))
    assert isinstance(found, Decoded)
    assert (found.encoding, found.record) == ("cp1251", records(text)[0])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_two_bytes_a_letter_are_read_with_their_places(encoding: str, mark: str) -> None:
    data = f'{mark}<?xml version="1.0" encoding="UTF-16"?><collection>{ELEMENT * 200}</collection>'.encode(
        encoding
    )
    found = outcomes(data)
    assert [outcome.record for outcome in found if isinstance(outcome, Decoded)] == [RECORD] * 200
    for outcome in found:
        assert data[outcome.offset : outcome.offset + len(outcome.raw)] == outcome.raw
        assert isinstance(outcome, Decoded)
        assert decode(outcome.raw, "marcxml", outcome.encoding) == decode(outcome.raw, "marcxml")
        assert outcome.encoding == encoding
    assert list(read(io.BytesIO(data), start=found[50].offset)) == found[50:]


def test_a_file_is_read_on_from_the_place_of_any_record() -> None:
    data = f"<m:collection>{ELEMENT * 30}</m:collection>".encode()
    found = outcomes(data)
    assert list(read(io.BytesIO(data), start=found[9].offset)) == found[9:]


def test_a_stream_in_small_pieces_gives_the_same() -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 1, 701))

        def seekable(self) -> bool:
            return False

    data = f"<collection>{ELEMENT * 40}</collection>".encode()
    assert list(read(Trickle(data))) == outcomes(data)
    place = outcomes(data)[7].offset
    assert list(read(Trickle(data), start=place)) == outcomes(data)[7:]


def test_an_embedded_field_written_as_an_element_is_subfield_1() -> None:
    opening = '<subfield code="'
    plain = f'{opening}1">001KRG2</subfield>\n    {opening}1">2001 </subfield>\n    {opening}a">'
    assert plain in ELEMENT
    before, after = ELEMENT.split(plain)
    text, after = after.split("</subfield>", 1)
    embedded = f"""{before}<s1><controlfield tag="001">KRG2</controlfield></s1>
        <s1><datafield tag="200" ind1="1" ind2=" ">
        {opening}a">{text}</subfield></datafield></s1>{after}"""
    assert records(embedded) == [RECORD]


def test_both_readers_of_an_element_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = [
        ELEMENT,
        ELEMENT.replace("\n", ""),
        ELEMENT.replace("роман", "&lt;&#1088;&#x43E;"),
        ELEMENT.replace("15", ""),
    ]
    fast = [outcomes(form) for form in forms]
    monkeypatch.setattr(xml_record.Parser, "_split", lambda _self, _raw: None)
    assert [outcomes(form) for form in forms] == fast


def test_an_element_that_never_ends_is_given_up_with_bounded_memory() -> None:
    data = b"<collection><record><leader>" + b"x" * (22 * 1024 * 1024) + ELEMENT.encode() + b"</collection>"
    found = outcomes(data)
    assert {getattr(outcome, "reason", "whole") for outcome in found} == {"too_long", "whole"}
    assert records(data) == [RECORD]


@pytest.mark.parametrize(
    ("field", "named"),
    [
        (Field("200", "1 \x1faро\x0bман"), "U\\+000B"),
        (Field("856", "http://example.kz"), "856"),
        (Field("200", "1 \x1f"), "200"),
        (Field("2<0", "1 \x1fa"), "2<0"),
    ],
)
def test_what_marcxml_cannot_hold_is_refused_by_name(field: Field, named: str) -> None:
    with pytest.raises(RecordError, match=named):
        encode_marcxml(MarcRecord(RECORD.leader, (field,)))


def test_a_missing_leader_and_missing_indicators_are_blank() -> None:
    (found,) = outcomes(
        '<record><datafield tag="200"><subfield code="a">Титул</subfield></datafield></record>'
    )
    assert isinstance(found, Decoded)
    assert found.record.fields == (Field("200", "  \x1faТитул"),)
    assert found.record.leader == "00000       00000       "
    assert len(content_hash(found.canonical)) == 32


SCRAPS = [
    "<",
    ">",
    "/",
    "!",
    "--",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<record>",
    "</record>",
    "<!DOCTYPE",
    "&",
    "\0",
    "ы",
    "\n",
]


@settings(max_examples=200, deadline=None)
@given(
    share=st.floats(0, 1),
    cut=st.integers(0, 900),
    scraps=st.lists(st.sampled_from(SCRAPS), max_size=4).map("".join),
)
def test_an_accident_anywhere_costs_only_the_records_it_touches(share: float, cut: int, scraps: str) -> None:
    numbered = [
        MarcRecord(RECORD.leader, (Field("001", f"KRG{number}"), *RECORD.fields[1:])) for number in range(12)
    ]
    elements = [encode_marcxml(record).strip() for record in numbered]
    head = "<collection>\n"
    text = head + "\n".join(elements) + "\n</collection>"
    at = len(head) + int(share * (len(text) - len(head)))
    found = {record.control_number for record in records(text[:at] + scraps + text[at + cut :])}
    for record, element in zip(numbered, elements, strict=True):
        start = text.index(element)
        if start + len(element) < at - 1 or start > at + cut + 1:
            assert record.control_number in found
