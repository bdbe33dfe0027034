"""An export is taken whole or not at all, from a folder or the web, packed or not, whatever breaks off."""

from __future__ import annotations

import gzip
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import file_digest, sha256
from io import BytesIO
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync import config
from rabis_sync.demo.standin import Answer, Asked, ExportFile, StandIn
from rabis_sync.errors import FatalError, GuardStop, NotMarc, SourceAway
from rabis_sync.harvest import archives
from rabis_sync.harvest.sources import Surroundings
from rabis_sync.harvest.sources.export import Options, Source
from rabis_sync.http import Client, Retries
from rabis_sync.marc import codec
from rabis_sync.wiring.assembly import option_types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rabis_sync.harvest.sources import Page
    from rabis_sync.store.harvests import Progress

    Book = Callable[..., bytes]

NIGHT = formatdate(1_795_000_000, usegmt=True)
MORNING = formatdate(1_795_020_000, usegmt=True)


def source(folder: Path, path: str = "", *, since: str = "", page_size: int = 10, **options: Any) -> Source:
    client = Client(retries=Retries(3, sleep=lambda _: None))
    return Source(Options(path, **options), Surroundings(folder, client, page_size=page_size, since=since))


def numbers(pages: list[Page]) -> list[str]:
    return [one.record.control_number for page in pages for one in page.results]  # type: ignore[union-attr]


def read(one: Source) -> list[str]:
    return numbers(list(one.pages({}, {}, full=False)))


def as_xml(*records: bytes) -> bytes:
    written = BytesIO()
    found = [codec.decode(record, codec.ISO2709) for record in records]
    codec.write(
        written, [one.record for one in found if isinstance(one, codec.Decoded)], syntax=codec.MARCXML
    )
    return written.getvalue()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "gzip of two members": lambda content: gzip.compress(content[:999]) + gzip.compress(content[999:]),
    "zip": lambda content: zipped({"catalogue.mrc": content}),
    "zip not compressed": lambda content: zipped({"CATALOGUE.ISO": content}, zipfile.ZIP_STORED),
    "zip by bzip2": lambda content: zipped({"catalogue.mrc": content}, zipfile.ZIP_BZIP2),
}


# ── Packed files ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("xml", [False, True], ids=["iso2709", "marcxml"])
@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED)
def test_a_packed_export_is_read_like_one_that_is_not_and_goes_on_at_every_page(
    tmp_path: Path, book: Book, pack: Callable[[bytes], bytes], *, xml: bool
) -> None:
    records = [book(n) for n in range(35)]
    (tmp_path / "export").write_bytes(pack(as_xml(*records) if xml else b"".join(records)))
    reading = source(tmp_path, "export")
    pages = list(reading.pages({}, {}, full=False))
    assert numbers(pages) == [f"b{n}" for n in range(35)]
    for at, page in enumerate(pages):
        rest = list(reading.pages({}, page.checkpoint, full=False))
        assert numbers(rest) == numbers(pages[at + 1 :])
        assert rest[-1].reached == pages[-1].reached
    assert [page.done for page in pages] == sorted(page.done for page in pages)
    assert pages[-1].done == pages[-1].whole > 0


def test_members_of_an_archive_come_in_the_order_of_their_names(tmp_path: Path, book: Book) -> None:
    members = {
        "b/2.MRC": book(3) + book(4),
        "a.xml": as_xml(book(1), book(2)),
        "readme.txt": b"for people",
        "__MACOSX/._a.xml": b"junk",
        ".hidden.mrc": b"junk",
        "empty.mrc": b"",
    }
    (tmp_path / "export.zip").write_bytes(zipped(members))
    pages = list(source(tmp_path, "export.zip").pages({}, {}, full=False))
    assert numbers(pages) == ["b1", "b2", "b3", "b4"]
    assert [page.file for page in pages] == [
        "export.zip: a.xml",
        "export.zip: b/2.MRC",
        "export.zip: empty.mrc",
    ]


def test_members_of_unknown_endings_are_taken_where_there_are_no_others(tmp_path: Path, book: Book) -> None:
    (tmp_path / "export.zip").write_bytes(zipped({"EXPORT.001": book(1)}))
    assert read(source(tmp_path, "export.zip")) == ["b1"]


def test_a_folder_is_searched_for_packed_exports_too(tmp_path: Path, book: Book) -> None:
    (tmp_path / "1.mrc").write_bytes(book(1))
    (tmp_path / "2.mrc.gz").write_bytes(gzip.compress(book(2)))
    (tmp_path / "3.zip").write_bytes(zipped({"x.mrc": book(3)}))
    (tmp_path / "1.mrc.sha256").write_text(sha256(book(1)).hexdigest())
    assert read(source(tmp_path, ".")) == ["b1", "b2", "b3"]
    assert read(source(tmp_path, "1.*")) == ["b1"]


def test_an_archive_that_breaks_off_anywhere_gives_nothing(tmp_path: Path, book: Book) -> None:
    content = b"".join(book(n) for n in range(200))
    for name, pack in (("export.mrc.gz", PACKED["gzip"]), ("export.zip", PACKED["zip"])):
        packed = pack(content)
        for size in (4, 11, 40, len(packed) // 2, len(packed) - 30, len(packed) - 1):
            (tmp_path / name).write_bytes(packed[:size])
            with pytest.raises(SourceAway) as caught:
                next(iter(source(tmp_path, name).pages({}, {}, full=False)))
            assert "still being written" in caught.value.hint


def changed(content: bytes, at: int, fresh: bytes) -> bytes:
    return content[:at] + fresh + content[at + len(fresh) :]


def damaged(content: bytes) -> dict[str, tuple[bytes, str]]:
    packed, archive = gzip.compress(content), zipped({"export.mrc": content})
    entry = archive.index(b"PK\x01\x02")
    method = changed(changed(archive, 8, b"\x61"), entry + 10, b"\x61")
    return {
        "gzip": (changed(packed, len(packed) // 2, b"\xff\0\xff\0"), "damaged"),
        "checksum of gzip": (changed(packed, len(packed) - 8, b"\0\0\0\0"), "damaged"),
        "zip": (changed(archive, entry // 2, b"\xff\0\xff\0"), "damaged"),
        "encrypted": (changed(changed(archive, 6, b"\x01"), entry + 8, b"\x01"), "encrypted"),
        "unknown method": (method, "cannot open"),
    }


@pytest.mark.parametrize("fault", damaged(b"x" * 30))
def test_a_damaged_or_encrypted_archive_is_refused_before_the_first_record(
    tmp_path: Path, book: Book, fault: str
) -> None:
    content, told = damaged(b"".join(book(n) for n in range(200)))[fault]
    (tmp_path / "export.zip").write_bytes(content)
    with pytest.raises(FatalError, match=told) as caught:
        next(iter(source(tmp_path, "export.zip").pages({}, {}, full=False)))
    assert "export.zip" in str(caught.value)
    assert caught.value.hint


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    zeros = b"\0" * 30_000_000
    for content in (
        gzip.compress(zeros),
        zipped({"a.mrc": zeros}),
        zipped({"a.mrc": zeros[9:], "b.mrc": zeros}),
    ):
        (tmp_path / "export").write_bytes(content)
        with pytest.raises(FatalError, match="unpacks to more than"):
            read(source(tmp_path, "export"))


def test_all_members_together_stay_below_the_limit(
    tmp_path: Path, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "export.zip").write_bytes(zipped({f"{n}.mrc": book(n) for n in range(3)}))
    monkeypatch.setattr(archives, "LARGEST", 2 * len(book(1)))
    monkeypatch.setattr(archives, "HEAD", 16)
    with pytest.raises(FatalError, match=r"2\.mrc unpacks to more than 0 bytes"):
        read(source(tmp_path, "export.zip"))


@pytest.mark.parametrize("content", [zipped({"[Content_Types].xml": b"<Types/>"}), b"PK\x03\x04" + bytes(60)])
def test_a_spreadsheet_given_by_mistake_is_named_as_such(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "export.mrc").write_bytes(content)
    with pytest.raises(NotMarc, match=r"export\.mrc: .* XLSX"):
        read(source(tmp_path, "export.mrc"))


# ── Files still being written ───────────────────────────────────────────────────────────────────────────────

COLLECTION = b'<?xml version="1.0"?>\n<!-- <x> --><m:collection xmlns:m="http://www.loc.gov/MARC21/slim">\n'
RECORD = b"<m:record><m:leader>00000nam a2200000   4500</m:leader></m:record>\n"


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (COLLECTION + RECORD + b"</m:collection>", True),
        (COLLECTION + RECORD + b"</m:collection >\r\n <!-- exported -->\n\0\0", True),
        (COLLECTION + RECORD, False),
        (COLLECTION + RECORD[:40], False),
        (COLLECTION + RECORD + b"</m:collection", False),
        (RECORD + RECORD, True),
        (RECORD + RECORD[:-9], False),
        (b"<collection/>", True),
        ((COLLECTION + RECORD + b"</m:collection>").decode().encode("utf-16"), True),
        ((COLLECTION + RECORD).decode().encode("utf-16"), False),
        (b"<html><body>", True),
        (b"", True),
    ],
)
def test_xml_is_whole_when_its_root_is_closed(content: bytes, *, whole: bool) -> None:
    assert archives.is_whole(content, content[-4096:]) is whole


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_of_a_file_without_its_last_terminator_nothing_is_concluded_and_it_is_read_again(
    tmp_path: Path, book: Book, pack: Callable[[bytes], bytes]
) -> None:
    whole = book(1) + book(2)
    for end in (b"", b"\r\n", b"\x1a", b"\0" * 500):
        (tmp_path / "export.mrc").write_bytes(pack(whole + end))
        assert read(source(tmp_path, "export.mrc")) == ["b1", "b2"]
    for cut in (1, 2, 50):
        (tmp_path / "export.mrc").write_bytes(pack(whole[:-cut]))
        (page,) = source(tmp_path, "export.mrc").pages({}, {}, full=False)
        last = "Decoded" if cut == 1 else "Unreadable"  # without its terminator alone it is still whole
        assert [type(one).__name__ for one in page.results] == ["Decoded", last]
        assert not page.entire
        assert page.reached["files"] == {}


def test_a_file_that_grows_while_it_is_read_never_ends_a_harvest(tmp_path: Path, book: Book) -> None:
    path = tmp_path / "export.mrc"
    path.write_bytes(b"".join(book(n) for n in range(30)))
    pages = source(tmp_path, "export.mrc").pages({}, {}, full=False)
    assert next(pages).reached is None
    with path.open("ab") as more:
        more.write(book(30))
    with pytest.raises(SourceAway, match="written to while it was read"):
        list(pages)


def test_a_file_that_grows_while_it_is_looked_at_is_waited_for(
    tmp_path: Path, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "export.mrc"
    path.write_bytes(book(1))

    def slow(stream: Any, name: str) -> Any:
        with path.open("ab") as more:
            more.write(book(2))
        return file_digest(stream, name)

    monkeypatch.setattr("rabis_sync.harvest.sources.export.file_digest", slow)
    with pytest.raises(SourceAway, match="written to while it was read"):
        read(source(tmp_path, "export.mrc"))


# ── Sizes, checksums, options ───────────────────────────────────────────────────────────────────────────────


def test_a_file_of_another_size_or_checksum_than_told_is_not_read(tmp_path: Path, book: Book) -> None:
    (tmp_path / "export.mrc").write_bytes(book(1))
    right, size = sha256(book(1)).hexdigest(), len(book(1))
    assert read(source(tmp_path, "export.mrc", sha256=right.upper(), size=size)) == ["b1"]
    for wrong in ({"size": size + 1}, {"sha256": "0" * 64}, {"sha256": "beside"}):
        with pytest.raises(SourceAway) as caught:
            read(source(tmp_path, "export.mrc", **wrong))
        assert "still being written" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "{sum}",
        "{SUM}  export.mrc\n",
        "{sum} *export.mrc",
        "SHA256 (export.mrc) = {sum}",
        "{other}  x.mrc\n{sum}  export.mrc\n",
    ],
)
def test_the_checksum_beside_a_file_is_understood_in_every_usual_form(
    tmp_path: Path, book: Book, text: str
) -> None:
    right = sha256(book(1)).hexdigest()
    beside = tmp_path / "export.mrc.sha256"
    beside.write_text(text.format(sum=right, SUM=right.upper(), other="0" * 64))
    (tmp_path / "export.mrc").write_bytes(book(1))
    assert read(source(tmp_path, "export.mrc", sha256="beside")) == ["b1"]
    beside.write_text("no checksum here")
    with pytest.raises(SourceAway, match="no checksum"):
        read(source(tmp_path, "export.mrc", sha256="beside"))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"path": "a", "url": "http://h/x"},
        {"url": "ftp://h/x"},
        {"url": "http://u:s3cret@h/x"},
        {"path": "a", "username": "u"},
        {"path": "a", "sha256": "abc"},
        {"path": "a", "size": -1},
    ],
)
def test_options_that_do_not_go_together_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"[a-z]") as caught:
        Options(**options)
    assert "s3cret" not in str(caught.value)


def test_a_password_comes_from_the_environment_and_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        '[library]\nname = { kk = "К", ru = "Б", en = "L" }\n[sources.cat]\nkind = "export"\n'
        'url = "https://example.kz/x"\nusername = "u"\npassword_env = "RABIS_EXPORT"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("RABIS_EXPORT", "s3cret")
    found = config.load(path, option_types()).sources["cat"].options
    assert found.password == "s3cret"
    assert "s3cret" not in repr(found)


def test_changes_since_a_day_are_the_whole_file_once_more(tmp_path: Path, book: Book) -> None:
    (tmp_path / "export.mrc").write_bytes(book(1))
    reached = list(source(tmp_path, "export.mrc").pages({}, {}, full=False))[-1].reached
    assert reached
    assert list(source(tmp_path, "export.mrc").pages(reached, {}, full=False)) == []
    again = list(source(tmp_path, "export.mrc", since="2026-11-01").pages(reached, {}, full=False))
    assert numbers(again) == ["b1"]


# ── From the web ────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def standing(path: Path) -> Iterator[tuple[StandIn, str]]:
    with StandIn(
        {"/export.mrc": ExportFile(path), "/export.mrc.sha256": ExportFile(path.with_suffix(".sum"))}
    ) as rabis:
        yield rabis, f"{rabis.url}/export.mrc"


def kept(folder: Path) -> list[str]:
    return sorted(one.suffix for one in (folder / ".rabis-sync").iterdir())


def test_what_has_not_changed_is_not_sent_again(library: Any, book: Book, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.write_bytes(book(1) + book(2))
    with standing(served) as (rabis, url):
        web = source(library.folder, url=url)
        assert library.harvest_from(web).counts["new"] == 2
        assert library.harvest_from(web).counts["received"] == 0
        assert library.harvest_from(web, full=True).counts["unchanged"] == 2
        served.write_bytes(book(1) + book(2) + book(3))
        assert library.harvest_from(web).counts["new"] == 1
        assert [one.status for one in rabis.exchanges] == [200, 304, 200, 200]
    assert kept(library.folder) == [], "a copy that was harvested is no longer needed"


@pytest.mark.parametrize("left_out", ["ETag", "Last-Modified", "both"])
def test_one_validator_or_none_is_enough(library: Any, book: Book, tmp_path: Path, left_out: str) -> None:
    served = tmp_path / "served"
    served.write_bytes(book(1))
    gateway, asked = ExportFile(served), []

    def without(request: Asked) -> Answer:
        asked.append(request)
        answer = gateway(request)
        gone = {"ETag", "Last-Modified"} if left_out == "both" else {left_out}
        headers = {name: value for name, value in answer.headers.items() if name not in gone}
        return Answer(answer.status, headers, answer.body)

    with StandIn({"/x": without}) as rabis:
        web = source(library.folder, url=f"{rabis.url}/x")
        assert library.harvest_from(web).counts["new"] == 1
        assert library.harvest_from(web).counts["received"] == 0
        assert [one.status for one in rabis.exchanges] == [200, 200 if left_out == "both" else 304]
    assert ("If-None-Match" in asked[1].headers) is (left_out == "Last-Modified")
    assert ("If-Modified-Since" in asked[1].headers) is (left_out == "ETag")


def test_a_harvest_that_was_interrupted_goes_on_with_the_copy_it_has(
    library: Any, book: Book, tmp_path: Path
) -> None:
    served = tmp_path / "served"
    served.write_bytes(gzip.compress(b"".join(book(n) for n in range(30))))
    with standing(served) as (rabis, url):
        pages = source(library.folder, url=url).pages({}, {}, full=False)
        first = next(pages)
        pages.close()  # type: ignore[attr-defined]
        assert kept(library.folder) == [".fetched", ".json"]
        rest = list(source(library.folder, url=url).pages({}, first.checkpoint, full=False))
        assert numbers([first, *rest]) == [f"b{n}" for n in range(30)]
        assert [one.status for one in rabis.exchanges] == [200, 304]
        assert rest[-1].reached
        assert list(source(library.folder, url=url).pages(rest[-1].reached, {}, full=False)) == []
    assert kept(library.folder) == []


def test_a_guard_that_stopped_the_end_does_not_fetch_again(library: Any, book: Book, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.write_bytes(b"".join(book(n) for n in range(100)))
    with standing(served) as (rabis, url):
        web = source(library.folder, url=url)
        library.harvest_from(web)
        served.write_bytes(b"".join(book(n) for n in range(50)))
        for _ in range(2):
            with pytest.raises(GuardStop):
                library.harvest_from(web)
        assert library.harvest_from(web, max_deleted_share=0.5).counts["absent"] == 50
        assert [one.status for one in rabis.exchanges] == [200, 200, 304, 304]


def test_the_checksum_beside_an_address_is_held_against_the_copy(
    library: Any, book: Book, tmp_path: Path
) -> None:
    served = tmp_path / "served"
    served.write_bytes(book(1))
    with standing(served) as (rabis, url):
        web = source(library.folder, url=url, sha256="beside")
        with pytest.raises(SourceAway, match="404"):
            library.harvest_from(web)
        served.with_suffix(".sum").write_text("0" * 64)
        with pytest.raises(SourceAway, match="should have 0000"):
            library.harvest_from(web)
        served.with_suffix(".sum").write_text(sha256(book(1)).hexdigest())
        assert library.harvest_from(web).counts["new"] == 1
        assert [one.path for one in rabis.exchanges].count("/export.mrc") == 3, "a wrong copy is not kept"


def test_the_address_is_checked_without_fetching_the_file(library: Any, book: Book, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.write_bytes(book(1))
    with standing(served) as (rabis, url):
        told = source(library.folder, url=url).check()
        assert told.startswith(f"{url}, {len(book(1))} bytes, changed ")
        with pytest.raises(SourceAway, match="404"):
            source(library.folder, url=f"{url}x").check()
        assert {one.method for one in rabis.exchanges} == {"HEAD"}
    with StandIn({"/x": lambda _: Answer(405)}) as rabis:
        assert source(library.folder, url=f"{rabis.url}/x").check() == f"{rabis.url}/x"


# ── From a web that breaks off ──────────────────────────────────────────────────────────────────────────────


@dataclass
class Broken:
    """A server on a raw socket: each request is answered by the next answer, every later one by the last.

    An answer is bytes, after which the connection is cut, or what gives them for a request.
    """

    answers: list[bytes | Callable[[str], bytes]]
    url: str = ""
    asked: list[str] = field(default_factory=list)

    def headers(self, number: int) -> dict[str, str]:
        return dict(
            re.findall(
                r"^(Range|If-Range|If-None-Match|Authorization): (.*)\r$", self.asked[number], re.MULTILINE
            )
        )


@contextmanager
def broken(
    *answers: bytes | Callable[[str], bytes], listener: socket.socket | None = None
) -> Iterator[Broken]:
    listener = listener or socket.create_server(("127.0.0.1", 0))
    running = Broken(list(answers), f"http://127.0.0.1:{listener.getsockname()[1]}/export.mrc")

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += connection.recv(65536)
                running.asked.append(request.decode())
                answer = running.answers[min(len(running.asked), len(running.answers)) - 1]
                connection.sendall(answer if isinstance(answer, bytes) else answer(running.asked[-1]))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def whole(content: bytes, *headers: str, sent: int | None = None, tag: str = '"1"') -> bytes:
    head = [
        "HTTP/1.1 200 OK",
        f"Content-Length: {len(content)}",
        *([f"ETag: {tag}"] if tag else []),
        *headers,
    ]
    return "\r\n".join([*head, "", ""]).encode() + content[:sent]


def part(content: bytes, start: int, *, sent: int | None = None, last: int | None = None) -> bytes:
    last = len(content) - 1 if last is None else last
    head = [
        "HTTP/1.1 206 Partial Content",
        f"Content-Length: {last + 1 - start}",
        f"Content-Range: bytes {start}-{last}/{len(content)}",
        'ETag: "1"',
    ]
    return "\r\n".join([*head, "", ""]).encode() + content[start : last + 1][:sent]


@pytest.fixture
def content(book: Book) -> bytes:
    return b"".join(book(n) for n in range(40))


ALL = [f"b{n}" for n in range(40)]


def test_what_broke_off_goes_on_where_it_stopped(tmp_path: Path, content: bytes) -> None:
    with broken(whole(content, sent=3000), part(content, 3000, sent=2000), part(content, 5000)) as running:
        assert read(source(tmp_path, url=running.url)) == ALL
    assert running.headers(0) == {}
    assert running.headers(1) == {"Range": "bytes=3000-", "If-Range": '"1"'}
    assert running.headers(2) == {"Range": "bytes=5000-", "If-Range": '"1"'}


def test_a_later_run_goes_on_where_the_last_one_gave_up(tmp_path: Path, content: bytes) -> None:
    reset = b""
    with broken(whole(content, sent=3000), reset, reset, part(content, 3000)) as running:
        with pytest.raises(SourceAway):
            read(source(tmp_path, url=running.url))
        assert kept(tmp_path) == [".fetched", ".json"]
        assert read(source(tmp_path, url=running.url)) == ALL
    assert [running.headers(n).get("Range") for n in range(4)] == [None, *["bytes=3000-"] * 3]


KILLED = """
import sys
from pathlib import Path
from rabis_sync.harvest.sources import Surroundings
from rabis_sync.harvest.sources.export import Options, Source
from rabis_sync.http import Client
list(Source(Options(url=sys.argv[1]), Surroundings(Path(sys.argv[2]), Client())).pages({}, {}, full=False))
"""


def test_a_killed_process_goes_on_where_it_stopped(tmp_path: Path, book: Book, root: Path) -> None:
    content = b"".join(book(n) for n in range(2000))
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/export.mrc"
    environment = {**os.environ, "PYTHONPATH": str(root)}
    running = subprocess.Popen([sys.executable, "-c", KILLED, url, str(tmp_path)], env=environment)
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(whole(content, sent=len(content) // 2))
        copies = tmp_path / ".rabis-sync"
        for _ in range(1000):
            if any(one.stat().st_size > len(content) // 4 for one in copies.glob("*.fetched")):
                break
            sleep(0.01)
        running.send_signal(signal.SIGKILL)
        running.wait(10)
    came = next(copies.glob("*.fetched")).stat().st_size
    with broken(part(content, came), listener=listener) as server:
        assert read(source(tmp_path, url=url)) == [f"b{n}" for n in range(2000)]
    assert server.headers(0) == {"Range": f"bytes={came}-", "If-Range": '"1"'}
    assert came > len(content) // 4


def test_the_same_content_under_another_tag_is_fetched_once_and_changes_nothing(
    tmp_path: Path, content: bytes, library: Any
) -> None:
    """Some servers give every file a new tag when they are started."""
    unchanged = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    with broken(whole(content), whole(content, tag='"2"'), unchanged) as running:
        fetched = source(tmp_path, url=running.url)
        assert library.harvest_from(fetched).counts["new"] == len(ALL)
        for _ in range(2):
            assert sum(library.harvest_from(fetched).counts.values()) == 0
    assert [running.headers(n).get("If-None-Match") for n in range(3)] == [None, '"1"', '"2"']
    assert len(library.titles()) == len(ALL)


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(
    tmp_path: Path, content: bytes, book: Book
) -> None:
    other = b"".join(book(n, "Иная") for n in range(40))
    with broken(whole(content, sent=3000), whole(other, tag='"2"', sent=4000), part(other, 4000)) as running:
        pages = list(source(tmp_path, url=running.url).pages({}, {}, full=False))
    assert numbers(pages) == ALL
    assert b"".join(one.raw for page in pages for one in page.results) == other  # type: ignore[union-attr]
    assert running.headers(2) == {"Range": "bytes=4000-", "If-Range": '"2"'}


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ([], None),
        (['ETag: W/"1"'], None),
        ([f"Last-Modified: {NIGHT}", f"Date: {MORNING}"], NIGHT),
        ([f"Last-Modified: {NIGHT}", f"Date: {NIGHT}"], None),
        ([f"Last-Modified: {NIGHT}"], None),
        (['ETag: W/"1"', f"Last-Modified: {NIGHT}", f"Date: {MORNING}"], NIGHT),
    ],
)
def test_only_what_tells_two_states_apart_for_certain_joins_parts(
    tmp_path: Path, content: bytes, headers: list[str], validator: str | None
) -> None:
    rest = part(content, 3000) if validator else whole(content, tag="")
    with broken(whole(content, *headers, sent=3000, tag=""), rest) as running:
        assert read(source(tmp_path, url=running.url)) == ALL
    assert running.headers(1).get("If-Range") == validator


NO_SUCH_RANGE = (
    b"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */10\r\nContent-Length: 0\r\n\r\n"
)


def test_a_part_that_does_not_fit_is_not_joined(tmp_path: Path, content: bytes) -> None:
    for wrong in (
        part(content, 2999),
        part(content, 0),
        NO_SUCH_RANGE,
        part(content, 3000).replace(b"bytes 3", b"x"),
    ):
        with broken(whole(content, sent=3000), wrong, whole(content)) as running:
            assert read(source(tmp_path, url=running.url)) == ALL
        assert running.headers(2) == {}


def test_a_part_that_is_not_the_whole_rest_is_no_end(tmp_path: Path, content: bytes) -> None:
    with broken(whole(content, sent=3000), part(content, 3000, last=4999), part(content, 5000)) as running:
        with pytest.raises(SourceAway, match=r"5,000 of [\d,]+ bytes"):
            read(source(tmp_path, url=running.url))
        assert read(source(tmp_path, url=running.url)) == ALL


def test_a_body_cut_short_without_a_length_is_noticed_by_its_end(tmp_path: Path, content: bytes) -> None:
    short = b'HTTP/1.1 200 OK\r\nETag: "1"\r\n\r\n' + content[:3001]
    with broken(short, whole(content)) as running:
        *_, last = source(tmp_path, url=running.url).pages({}, {}, full=False)
        assert not last.entire
        assert last.reached["files"] == {}, "the server would only say that it has not changed"
        assert kept(tmp_path) == []
        assert read(source(tmp_path, url=running.url)) == ALL


def test_notes_that_cannot_be_read_cost_one_download(tmp_path: Path, content: bytes) -> None:
    with broken(whole(content)) as running:
        for notes in ("", "[]", "{", '{"complete": true}', '{"complete": 1, "validators": {"etag": "x"}}'):
            pages = source(tmp_path, url=running.url).pages({}, {}, full=False)
            next(pages)
            pages.close()  # type: ignore[attr-defined]
            next((tmp_path / ".rabis-sync").glob("*.json")).write_text(notes)
        assert read(source(tmp_path, url=running.url)) == ALL
    assert all(running.headers(number) == {} for number in range(6))


def test_a_copy_that_a_fresh_one_began_to_replace_is_no_longer_known(tmp_path: Path, content: bytes) -> None:
    """The file changes, breaks off, and is the old one again: what is left of the copy is not that."""
    cut_short = whole(content[::-1], tag='W/"2"', sent=3000)
    with broken(whole(content), cut_short, whole(content)) as running:
        pages = source(tmp_path, url=running.url).pages({}, {}, full=False)
        next(pages)
        pages.close()  # type: ignore[attr-defined]
        assert read(source(tmp_path, url=running.url)) == ALL
    assert [running.headers(number) for number in range(3)] == [{}, {"If-None-Match": '"1"'}, {}]


def test_a_process_killed_before_it_wrote_down_what_it_fetches_anew_knows_nothing(
    tmp_path: Path, content: bytes
) -> None:
    with broken(whole(content)) as running:
        pages = source(tmp_path, url=running.url).pages({}, {}, full=False)
        next(pages)
        pages.close()  # type: ignore[attr-defined]
        next((tmp_path / ".rabis-sync").glob("*.fetched")).write_bytes(b"")
        assert read(source(tmp_path, url=running.url)) == ALL
    assert running.headers(1) == {}


def test_a_server_that_answers_unchanged_to_whom_knows_nothing_is_not_believed(tmp_path: Path) -> None:
    with (
        broken(b"HTTP/1.1 304 Not Modified\r\n\r\n") as running,
        pytest.raises(SourceAway, match="we know not when"),
    ):
        read(source(tmp_path, url=running.url))


def test_the_account_is_sent_and_a_refusal_says_so(tmp_path: Path, content: bytes) -> None:
    refused = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
    with broken(whole(content), refused) as running:
        web = source(tmp_path, url=running.url, username="u", password="s3cret")
        assert read(web) == ALL
        with pytest.raises(FatalError, match="401") as caught:
            read(web)
    assert running.headers(0)["Authorization"] == "Basic dTpzM2NyZXQ="
    assert "account" in caught.value.hint
    assert "s3cret" not in f"{caught.value} {web!r}"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".rabis-sync").write_text("in the way")
    with broken(whole(content)) as running, pytest.raises(SourceAway, match="cannot be written"):
        read(source(tmp_path, url=running.url))


@pytest.mark.parametrize("seed", range(20))
def test_whatever_breaks_off_or_changes_what_is_read_is_what_the_file_once_was(
    tmp_path: Path, book: Book, seed: int
) -> None:
    """A schedule of chance: the server cuts every answer somewhere and replaces the file now and then."""
    chance = random.Random(seed)
    states = [
        gzip.compress(b"".join(book(n, f"{state} {chance.random()}") for n in range(60)))
        for state in range(4)
    ]
    state = 0

    def now(request: str) -> bytes:
        nonlocal state
        state = min(state + (chance.random() < 0.2), len(states) - 1)
        content, tag = states[state], f'"{state}"'
        sent = chance.choice([0, 100, chance.randrange(len(content)), None])
        begun = re.search(r"\nRange: bytes=(\d+)-", request)
        if begun and f"\nIf-Range: {tag}\r" in request:
            start = int(begun[1])
            return part(content, start, sent=sent) if start < len(content) else NO_SUCH_RANGE
        return whole(content, sent=sent, tag=tag)

    with broken(now) as running:
        for _ in range(50):
            try:
                pages = list(source(tmp_path, url=running.url).pages({}, {}, full=False))
            except SourceAway:
                continue
            break
    found = b"".join(one.raw for page in pages for one in page.results)  # type: ignore[union-attr]
    assert found in [gzip.decompress(one) for one in states]
    assert len(running.asked) > 1 or state == 0


def test_an_export_taken_back_in_the_middle_of_its_harvest_leaves_nothing_of_itself(
    library: Any, book: Book
) -> None:
    library.export(*(book(n) for n in range(30)))
    library.harvest()
    library.export(*(book(n, "Испорчено") for n in range(30)))
    page, *_ = library.source().pages(progress(library).reached, {}, full=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Source, "pages", lambda *_, **__: broken_off(page))
        with pytest.raises(SourceAway):
            library.harvest()
    assert "Испорчено" in library.titles().values()
    library.export(*(book(n) for n in range(30)))
    library.harvest()
    assert library.titles() == {f"b{n}": f"Книга {n}" for n in range(30)}
    assert progress(library).checkpoint == {}


def test_so_does_one_at_an_address_even_where_its_copy_was_cleared_away(
    library: Any, content: bytes, book: Book
) -> None:
    other = b"".join(book(n, "Испорчено") for n in range(40))
    pages = Source.pages
    with broken(whole(content), whole(other, tag='"2"'), whole(content)) as running:
        fetched = source(library.folder, url=running.url)
        library.harvest_from(fetched)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Source, "pages", lambda *a, **b: broken_off(next(pages(*a, **b))))
            with pytest.raises(SourceAway):
                library.harvest_from(fetched)
        assert "Испорчено" in library.titles().values()
        for one in (library.folder / ".rabis-sync").iterdir():
            one.unlink()
        library.harvest_from(fetched)
    assert "If-None-Match" not in running.headers(2)
    assert len(library.titles()) == 40
    assert "Испорчено" not in library.titles().values()


def broken_off(page: Page) -> Iterator[Page]:
    yield page
    raise SourceAway("the disk is gone")


def progress(library: Any) -> Progress:
    with library.store.read() as unit:
        found: Progress = unit.harvests.progress("cat")
    return found
