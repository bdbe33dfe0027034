"""The codec's door: real catalogues, files that are no MARC, and the same content by every way."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import warnings
import zipfile
from typing import TYPE_CHECKING

import pymarc
import pytest

from rabis_sync.errors import EmptySource, NotMarc, UnknownName
from rabis_sync.marc.codec import Decoded, decode, encode_iso2709, encode_marcxml, read, write
from rabis_sync.marc.fields import Field, MarcRecord, content_hash

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUES = {
    "tatarstan-500.mrc": (500, "utf-8"),
    "rnb-81-cp1251.iso": (81, "cp1251"),
    "declared-cp1251-is-utf8.iso": (1, "utf-8"),
    "zebra-rusmarc-72.mrc": (72, "koi8_r"),
}
RECORD = MarcRecord("00000nam0 2200000   450 ", (Field("001", "1"), Field("200", "1 \x1faҚазақ тілі")))


@pytest.fixture(params=CATALOGUES)
def catalogue(request: pytest.FixtureRequest, shared_data: Path) -> Path:
    return shared_data / request.param


def decoded(path: Path) -> list[Decoded]:
    with path.open("rb") as stream:
        outcomes = list(read(stream))
    assert all(isinstance(outcome, Decoded) for outcome in outcomes)
    return [outcome for outcome in outcomes if isinstance(outcome, Decoded)]


def test_a_real_catalogue_is_read_whole_in_its_own_encoding(catalogue: Path) -> None:
    count, encoding = CATALOGUES[catalogue.name]
    outcomes = decoded(catalogue)
    assert len(outcomes) == count
    assert {outcome.encoding for outcome in outcomes} == {encoding}
    assert min(outcome.confidence for outcome in outcomes) > 0.9
    data = catalogue.read_bytes()
    assert b"".join(outcome.raw for outcome in outcomes) == data
    assert all(data.startswith(outcome.raw, outcome.offset) for outcome in outcomes)


def test_titles_of_a_real_catalogue_are_readable(catalogue: Path) -> None:
    titles = [
        title
        for outcome in decoded(catalogue)
        for field in outcome.record.fields
        if field.tag == "200"
        for title in field.values("a")
    ]
    assert titles
    assert not [title for title in titles if re.search("[\ufffd\x80-\x9f]", title)]
    assert sum(bool(re.search("[А-Яа-яЁё]", title)) for title in titles) > 0.9 * len(titles)


def test_marcxml_of_a_real_catalogue_has_the_same_content(catalogue: Path) -> None:
    outcomes = decoded(catalogue)
    ours = io.BytesIO()
    assert write(ours, (outcome.record for outcome in outcomes), syntax="marcxml") == len(outcomes)
    ours.seek(0)
    expected = [content_hash(outcome.canonical) for outcome in outcomes]
    assert [content_hash(found.canonical) for found in read(ours) if isinstance(found, Decoded)] == expected
    alone = [decode(encode_marcxml(outcome.record).encode(), "marcxml") for outcome in outcomes]
    assert [found.canonical for found in alone if isinstance(found, Decoded)] == [
        one.canonical for one in outcomes
    ]


def test_marcxml_that_pymarc_wrote_has_the_same_content(catalogue: Path) -> None:
    outcomes = decoded(catalogue)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pymarc warns of every record with sloppy indicators
        theirs = pymarc.MARCReader(
            io.BytesIO(catalogue.read_bytes()),
            force_utf8=outcomes[0].encoding == "utf-8",
            file_encoding=outcomes[0].encoding,
            hide_utf8_warnings=True,
        )
        data = b"".join(pymarc.record_to_xml(record) for record in theirs if record)
    found = list(read(io.BytesIO(b"<collection>" + data + b"</collection>")))
    assert [content_hash(one.canonical) for one in found if isinstance(one, Decoded)] == [
        content_hash(one.canonical) for one in outcomes
    ]


def test_a_real_catalogue_is_written_as_it_was(catalogue: Path) -> None:
    for outcome in decoded(catalogue):
        again = decode(encode_iso2709(outcome.record, outcome.encoding), "iso2709", outcome.encoding)
        assert isinstance(again, Decoded)
        assert again.record == outcome.record
        assert MarcRecord.from_canonical(outcome.canonical) == outcome.record


def _xlsx() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


STRANGERS = {
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj",
    "HTML": b"\r\n<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>",
    "XLSX": _xlsx(),
    "XLS": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "JSON": b'{"records": []}',
    "table": "Инв. номер;Автор;Заглавие\n1;Абай;Слова\n".encode(),
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "XML without": b'<?xml version="1.0"?><rss><channel/></rss>',
    "no kind": bytes(range(256)) * 8,
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_file_that_is_no_marc_is_named_before_anything_is_read(name: str) -> None:
    with pytest.raises(NotMarc, match=name) as refused:
        read(io.BytesIO(STRANGERS[name]))
    assert refused.value.hint


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\xef\xbb\xbf", bytes(100)])
def test_an_empty_file_is_an_empty_source(data: bytes) -> None:
    with pytest.raises(EmptySource):
        read(io.BytesIO(data))


def test_an_empty_collection_holds_no_record_and_no_error() -> None:
    assert list(read(io.BytesIO(b'<?xml version="1.0"?>\n<collection xmlns="x"/>'))) == []


def test_writing_knows_two_syntaxes() -> None:
    stream = io.BytesIO()
    assert write(stream, [RECORD, RECORD], syntax="iso2709", encoding="kz1048") == 2
    assert [
        outcome.encoding for outcome in read(io.BytesIO(stream.getvalue())) if isinstance(outcome, Decoded)
    ] == ["kz1048"] * 2
    with pytest.raises(UnknownName, match="json"):
        write(stream, [RECORD], syntax="json")


def test_the_codec_loads_nothing_heavy() -> None:
    code = "import sys, rabis_sync.marc.codec; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in shown.stdout.split()}
    assert not loaded & {"lxml", "pymarc", "stdnum", "pydantic", "sqlalchemy", "requests"}
