"""What is taken over from the last release: the next one is, byte for byte, what it would be without it."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync import crew
from rabis_sync.crew import shared
from rabis_sync.demo.pdf import Document
from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.publish import differing, judging, scans, twins
from rabis_sync.publish.folders import link_all
from rabis_sync.publish.links import LINKS, read_links
from rabis_sync.publish.look import Look
from rabis_sync.publish.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

PDF = b"%PDF-1.4\n% a very small scan\n%%EOF\n"


def volume(number: str, title: str, author: str, subject: str, place: str, year: int) -> MarcRecord:
    fields = (
        Field("001", number),
        Field.data("101", "0 ", [("a", "kaz" if year % 2 else "rus")]),
        Field.data("200", "1 ", [("a", title)]),
        Field.data("210", "  ", [("a", "Қарағанды"), ("c", "Арқа"), ("d", str(year))]),
        Field.data("606", "0 ", [("a", subject)]),
        Field.data("607", "  ", [("a", place)]),
        Field.data("700", " 1", [("a", author), ("4", "070")]),
        Field.data("856", "4 ", [("u", f"http://scans.example/files/{number}.pdf")]),
        Field.data("979", "  ", [("k", "1")]),
    )
    return MarcRecord("00000nam0 2200000   450 ", fields)


@pytest.fixture
def linked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Places of all that is linked from now on."""
    found: list[str] = []

    def link(source: str, target: str, places: str, *more: Any) -> list[str]:
        found.extend(places.splitlines())
        return link_all(source, target, places, *more)

    monkeypatch.setattr(twins, "link_all", link)
    return found


def two_pages() -> bytes:
    document = Document("Степь", "Иванов", "ru")
    for _ in range(2):
        document.page()
        document.rectangle((20, 20, 200, 300), (40, 90, 99))
    return document.finished()


def told(folder: Path) -> Iterator[tuple[str, Any]]:
    """Everything that lies in a release; of its bookkeeping what does not come from its past."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    places = manifest["entries"]["path"]
    links = read_links(folder, places)
    assert links
    for path in folder.rglob("*"):
        place = path.relative_to(folder).as_posix()
        if path.is_dir():
            yield place, "folder"
        elif place == LINKS:
            yield place, {one: sorted(links.of(number)) for number, one in enumerate(places)}
        elif place == MANIFEST:
            yield place, manifest | {"lived": {}}
        else:
            yield place, path.read_bytes()


def assert_as_if_new(library: Any) -> None:
    """The release just published is the one that the same moment gives in an empty folder."""
    taken = dict(told(library.live))
    out = library.out
    library.change(out=out.with_name(f"empty-{library.live.name}"))
    library.now -= timedelta(minutes=1)
    library.publish()
    new = dict(told(library.live))
    library.change(out=out)
    assert sorted(taken) == sorted(new)
    assert [place for place in taken if taken[place] != new[place]] == []


def test_a_release_after_any_change_is_what_an_empty_folder_would_get(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twins, "FEW", 0)
    monkeypatch.setattr(differing, "FEW", 0)
    monkeypatch.setattr(crew, "cores", lambda: 2)
    library.store_record(volume("b1", "Дала", "Абаев С.", "Тарих", "Қарағанды", 1950))
    library.store_record(volume("b2", "Көмір", "Абаев С.", "Шахта", "Теміртау", 1961))
    library.store_record(volume("b3", "Степь", "Иванов", "Тарих", "Қарағанды", 1972))
    library.store_record(volume("b4", "Ақын", "Ким", "Өлең", "Балқаш", 1983))
    for number in ("b1", "b2", "b3", "b4"):
        library.scan(f"{number}.pdf", PDF + number.encode())
        library.allow(number)
    library.scan("b3.pdf", two_pages())
    library.publish()

    def another_spelling_and_a_new_book() -> None:
        library.store_record(volume("b2", "Көмір", "АБАЕВ С.", "Шахта", "Теміртау", 1961))
        library.store_record(volume("b5", "Аққу", "Абаев С.", "Тарих", "Қарағанды", 1994))
        library.scan("b5.pdf", PDF + b"b5")
        library.allow("b5")

    def other_shelves() -> None:
        library.store_record(volume("b4", "Ақын", "Лим", "Ән", "Ақтау", 2005))
        library.forbid("b1")

    def gone_and_back() -> None:
        library.delete("b4")
        library.allow("b1")
        library.scan("b5.pdf", PDF + b"b5 again")

    def tidied_up() -> None:
        library.store_record(volume("b2", "Көмір", "АБАЕВ С.", "Шахта", "Екібастұз", 1961))
        (library.live / "items" / "catalogue-b1" / "index.html").unlink()
        (library.live / "files" / "catalogue-b2" / "b2.pdf").unlink()
        (library.live / "files" / "catalogue-b3" / "page-0002.jpg").unlink()
        os.truncate(library.live / "ru" / "index.html", 10)
        os.truncate(library.live / "oai" / "catalogue-b3.json", 10)

    changes: list[Callable[[], Any]] = [
        lambda: library.store_record(volume("b3", "Жайлау", "Иванов", "Тарих", "Қарағанды", 1972)),
        another_spelling_and_a_new_book,
        other_shelves,
        gone_and_back,
        tidied_up,
        lambda: library.change(look=Look("ru", b":root{}")),
    ]
    for change in changes:
        change()
        assert library.publish().counts["changed"] == 1
        assert_as_if_new(library)


def test_what_was_linked_in_vain_is_gone_again_and_what_nobody_sees_links_nothing(
    library: Any, linked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = volume("b1", "Дала", "Абаев С.", "Тарих", "Қарағанды", 1950)
    library.store_record(first)
    library.scan("b1.pdf", PDF)
    library.allow("b1")
    library.publish()
    linked.clear()

    ours = Field.data("910", "  ", [("a", "ишкі белгі")])
    library.store_record(MarcRecord(first.leader, (*first.fields, ours)))
    assert library.publish().counts["changed"] == 0
    assert linked == []

    # New, but nobody may see it: what was linked when it came is not shown.
    monkeypatch.setattr(twins, "link_all", link_all)  # a helper is sent it by its name
    monkeypatch.setattr(twins, "FEW", 0)
    monkeypatch.setattr(crew, "cores", lambda: 2)
    library.store_record(volume("b2", "Көмір", "Абаев С.", "Шахта", "Теміртау", 1961))
    assert library.publish().counts["changed"] == 0
    assert [path.name for path in (library.out / "releases").iterdir()] == [library.live.name]


def test_a_file_that_is_not_given_any_more_is_not_taken_over_for_a_moment(
    library: Any, linked: list[str]
) -> None:
    library.add("b1", "b2", "b3")
    library.publish()
    library.forbid("b1")
    library.scan("b3.pdf", PDF + b"mended")
    library.publish()
    assert [place for place in linked if place.startswith("files/")] == ["files/catalogue-b2/b2.pdf"]
    assert "items/catalogue-b1/index.html" in linked


def test_what_cannot_be_linked_is_made_however_much_it_is(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differing, "FEW", 0)
    monkeypatch.setattr(differing, "MOST", 0)

    def link_nothing(_source: str, _target: str, places: str, *_more: Any) -> list[str]:
        return places.splitlines()

    library.add("b1", "b2")
    library.publish()
    library.add("b3")
    monkeypatch.setattr(twins, "link_all", link_nothing)
    library.publish()
    assert_as_if_new(library)


def test_a_disk_that_is_slow_is_left_a_core(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 2)
    monkeypatch.setattr(differing, "FEW", 0)
    monkeypatch.setattr(twins, "FEW", 0)
    asked: list[int] = []

    def counted(work: Callable[[Any], Any], pages: Sequence[Any]) -> list[Any]:
        asked.append(len(pages))
        return shared(work, pages)

    monkeypatch.setattr(differing, "shared", counted)
    library.add("b1", "b2")
    library.publish()
    library.add("b3")
    monkeypatch.setattr(crew.Hand, "behind", lambda _hand: 1)
    library.publish()
    assert len(asked) == 1
    library.add("b4")
    monkeypatch.setattr(crew.Hand, "behind", lambda _hand: 2)
    library.publish()
    assert len(asked) == 1
    assert_as_if_new(library)


def test_nothing_is_written_into_a_file_that_another_release_has(library: Any) -> None:
    library.add("b1")
    library.publish()
    first = library.live
    before = dict(told(first))
    library.store_record(volume("b1", "Дала", "Абаев С.", "Тарих", "Қарағанды", 1950))
    library.publish()
    assert dict(told(first)) == before


def test_a_scan_that_did_not_change_is_not_opened_again(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("b1")
    library.publish()
    opened: list[bytes] = []

    def sniff(head: bytes) -> tuple[str, str]:
        opened.append(head)
        return "application/pdf", "pdf"

    monkeypatch.setattr(scans, "sniff", sniff)
    assert library.publish().counts["changed"] == 0
    assert opened == []
    library.scan("b1.pdf", PDF + b"another")
    assert library.publish().counts["changed"] == 1
    assert opened == [PDF + b"another"]


def test_a_scan_that_was_only_touched_is_read_through_once(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("b1")
    library.publish()
    read: list[str] = []
    sha256_of = judging.sha256_of

    def told(path: Path) -> str:
        read.append(path.name)
        return sha256_of(path)

    monkeypatch.setattr(judging, "sha256_of", told)
    os.utime(library.settings.scans / "b1.pdf", (1, 1))
    for _ in range(2):
        assert library.publish().counts["changed"] == 0
    assert read == ["b1.pdf"]
