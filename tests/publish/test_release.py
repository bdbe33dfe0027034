"""A release is whole at every moment, whoever reads and whenever the power goes."""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import FatalError
from rabis_sync.publish import building, pointer, release
from rabis_sync.publish.feeds import documents_of
from rabis_sync.publish.folders import misplaced
from rabis_sync.publish.links import LINKS, read_links
from rabis_sync.publish.manifest import MANIFEST, read_manifest
from rabis_sync.store.database import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.marc.fields import MarcRecord

SITE = "https://library.example/kraeved/"
KEYS = ("control_number", "item_id", "state", "level", "reason")
#: Folders of the pages that speak of the whole collection.
DOORS = ("", "embed/", "new/", "search/")


class Killed(BaseException):
    """The process was killed here."""


def assert_whole(out: Path) -> set[str]:
    """What the pointer names is there, with everything it links to; the records in it."""
    live = (out / "current").resolve()
    contents = json.loads((live / "collection.json").read_bytes())
    assert contents["release"] == live.name
    records = set()
    for address in contents["pages"]:
        for item in json.loads((out / address.removeprefix(SITE)).read_bytes())["items"]:
            records.add(item["record"])
            for file in item["files"]:
                assert (out / file["url"].removeprefix(SITE)).stat().st_size == file["bytes"]
    return records


def test_readers_see_whole_releases_while_others_are_published(
    library: Any, book: Callable[..., MarcRecord]
) -> None:
    library.add("b1", "b2")
    library.publish()
    seen, faults, done = set(), [], threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                assert_whole(library.out)
                seen.add((library.out / "current").resolve().name)
            except (OSError, AssertionError, ValueError) as fault:
                faults.append(repr(fault))
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(12):
        library.store_record(book("b1", f"Книга, издание {number}"))
        assert library.publish().counts["changed"] == 1
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert len(seen) > 1


def test_a_run_killed_at_any_effect_leaves_a_whole_site_and_the_next_one_ends_right(
    library: Any, book: Callable[..., MarcRecord], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("b1", "b2", "b3")
    library.publish()
    library.store_record(book("b2", "Новое название"))
    library.forbid("b1")
    library.delete("b3")
    library.add("b4")
    library.store.close()
    base = tmp_path / "base"
    shutil.copytree(tmp_path / "site", base / "site", symlinks=True)
    shutil.copy(tmp_path / "rabis.db", base)

    def trial(kill_at: int, *, after: bool) -> list[str]:
        """Run, killed at one effect; then run again. Effects met in the first run."""
        work = tmp_path / "work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(base, work, symlinks=True)
        again = replace(library, store=Store.open(f"sqlite:///{work / 'rabis.db'}"))
        again.change(out=work / "site")
        with monkeypatch.context() as patch:
            met = _killing(patch, kill_at, after=after)
            try:
                again.publish()
            except Killed:
                assert assert_whole(again.out) in ({"b1", "b2", "b3"}, {"b1", "b2", "b4"})
        again.publish()
        assert assert_whole(again.out) == {"b1", "b2", "b4"}
        assert {path.rsplit("/", 1)[1] for path in again.files()} == {"b2.pdf", "b4.pdf"}
        assert not list((again.out / "releases").glob(".tmp-*"))
        latest = json.loads((again.out / "latest.json").read_bytes())
        assert latest["release"] == again.live.name
        rows = {number: tuple(row[key] for key in KEYS) for number, row in again.rows_saved().items()}
        assert rows == {
            "b1": ("b1", "catalogue-b1", "withdrawn", "metadata", "not_in_registry"),
            "b2": ("b2", "catalogue-b2", "published", "open", ""),
            "b3": ("b3", "catalogue-b3", "withdrawn", "closed", "record_deleted"),
            "b4": ("b4", "catalogue-b4", "published", "open", ""),
        }
        assert again.publish().counts["changed"] == 0
        again.store.close()
        return met

    effects = trial(10**6, after=False)
    assert len(effects) > 15
    for number in _of_their_own(effects):
        trial(number, after=False)
        trial(number, after=True)


def _of_their_own(effects: list[str]) -> list[int]:
    """Numbers of effects to be killed at: of a long row of equal ones its ends and its middle."""
    rows = [list(row) for _, row in groupby(range(len(effects)), key=effects.__getitem__)]
    return sorted({row[at] + 1 for row in rows for at in (0, len(row) // 2, -1)})


def _killing(patch: pytest.MonkeyPatch, kill_at: int, *, after: bool) -> list[str]:
    """Raise `Killed` before or after the n-th effect, and at every effect after it: the process is gone."""
    met: list[str] = []

    def wrap(owner: Any, name: str) -> None:
        effect = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            met.append(name)
            if len(met) > kill_at or (len(met) == kill_at and not after):
                raise Killed
            result = effect(*args, **kwargs)
            if len(met) == kill_at:
                raise Killed
            return result

        patch.setattr(owner, name, wrapped)

    wrap(pointer, "write")
    wrap(shutil, "copyfile")
    wrap(shutil, "rmtree")
    wrap(os, "link")
    wrap(Store, "write")
    for name in ("rename", "replace", "symlink_to", "unlink"):
        wrap(Path, name)
    return met


def test_old_releases_stay_for_slow_readers_and_then_go(library: Any) -> None:
    library.add("b1")
    library.publish()
    first = library.live.name
    library.now += timedelta(days=30)
    library.add("b2")
    library.publish()
    assert first in library.releases()  # replaced just now, however old it is
    library.now += timedelta(days=13)
    library.publish()
    assert first in library.releases()
    library.now += timedelta(days=2)
    library.publish()
    assert library.releases() == [library.live.name]


def test_what_is_none_of_our_releases_is_left_alone(library: Any) -> None:
    library.add("b1")
    library.publish()
    foreign = library.out / "releases" / "notes"
    foreign.mkdir()
    library.now += timedelta(days=60)
    library.add("b2")
    library.publish()
    assert foreign.is_dir()


def test_without_symbolic_links_the_pointer_is_a_file(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("symbolic links need a privilege here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    library.add("b1")
    library.publish()
    assert (library.out / "current").read_text("utf-8") == f"releases/{pointer.live_release(library.out)}\n"
    assert library.publish().counts["changed"] == 0
    library.add("b2")
    assert library.publish().counts["changed"] == 1
    assert (library.out / "releases" / pointer.live_release(library.out) / "index.html").is_file()


def test_without_hard_links_files_are_copied(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no hard links on this file system")

    monkeypatch.setattr(os, "link", refuse)
    library.add("b1")
    library.publish()
    library.add("b2")
    library.publish()
    assert assert_whole(library.out) == {"b1", "b2"}


def test_a_scan_that_changes_while_it_is_copied_is_not_published(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("b1")

    def tear(_: Path, target: str) -> None:
        Path(target).write_bytes(b"%PDF-1.4 something of the same size\n"[:36].ljust(36))

    monkeypatch.setattr(shutil, "copyfile", tear)
    with pytest.raises(FatalError, match=r"b1\.pdf is not what was meant"):
        library.publish()
    assert not (library.out / "current").exists()


@pytest.mark.parametrize(
    ("document", "change", "fault"),
    [
        (
            "items/catalogue-b1/index.html",
            lambda body: body.replace(b"files/catalogue-b1/b1.pdf", b"files/none.pdf"),
            "links to",
        ),
        (
            "collection.json",
            lambda body: body.replace(b"0001.json", b"0009.json"),
            "links to collection/0009",
        ),
        ("feed.json", lambda body: body[:-1], "feed.json cannot be read"),
    ],
)
def test_a_broken_document_never_goes_live(
    library: Any, document: str, change: Callable[[bytes], bytes], fault: str
) -> None:
    feeds = dict(library.settings.feeds)

    class Broken:
        def __init__(self, feed: Any) -> None:
            self.feed = feed

        def documents(self, of: Any) -> Any:
            for one in documents_of([self.feed], of):
                yield replace(one, content=change(one.body)) if one.path == document else one

    library.change(feeds={name: Broken(feed) for name, feed in feeds.items()})
    library.add("b1")
    with pytest.raises(FatalError, match=fault):
        library.publish()
    assert not (library.out / "current").exists()


def test_a_page_that_is_taken_over_must_not_lead_to_what_is_gone(library: Any) -> None:
    library.add("b1")
    library.publish()
    feeds = dict(library.settings.feeds)

    class Careless:
        def documents(self, of: Any) -> Any:
            return (one for one in documents_of([feeds["site_files"]], of) if one.path != "site.js")

    library.change(feeds={**feeds, "site_files": Careless()})
    library.add("b2")
    with pytest.raises(FatalError, match=r"b1/index\.html links to site\.js, which is not there"):
        library.publish()


def test_without_the_kept_links_every_page_is_looked_through_again(library: Any) -> None:
    library.add("b1")
    library.publish()
    (library.live / LINKS).unlink()
    library.add("b2")
    library.publish()
    manifest = json.loads((library.live / MANIFEST).read_bytes())
    places = manifest["entries"]["path"]
    links = read_links(library.live, places)
    assert links
    assert len(links.of(places.index("items/catalogue-b1/index.html"))) > 10


def test_a_manifest_of_before_that_tells_its_files_one_by_one_is_still_read(library: Any) -> None:
    library.add("b1")
    library.publish()
    now = read_manifest(library.live)
    path = library.live / MANIFEST
    told = json.loads(path.read_bytes())
    columns = told["entries"]
    told["entries"] = [
        {name: value for name, value in zip(columns, one, strict=True) if value}
        for one in zip(*columns.values(), strict=True)
    ]
    path.write_text(json.dumps(told), encoding="utf-8")
    assert read_manifest(library.live) == now


def test_a_release_made_on_two_cores_is_that_made_on_one(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tree() -> dict[str, bytes]:
        return {str(path.relative_to(library.live)): path.read_bytes() for path in files_below(library.live)}

    library.add("b1", "b2")
    library.publish()
    first = tree()
    library.out.rename(library.out.with_name("alone"))
    library.now -= timedelta(minutes=1)
    monkeypatch.setattr(building, "FEW", 0)
    monkeypatch.setattr(building, "BATCH", 20)
    monkeypatch.setattr(release, "cores", lambda: 2)
    library.publish()
    assert tree() == first


def files_below(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def test_latest_names_the_release_and_the_checksums_of_its_documents(library: Any) -> None:
    library.add("b1", "b2")
    library.forbid("b2")
    library.publish()
    latest = json.loads((library.out / "latest.json").read_bytes())
    assert latest["schema"] == "rabis-sync/latest/1"
    assert latest["release"] == library.live.name
    assert latest["counts"] == {"items": 2, "open": 1, "withdrawn": 0}
    paths = {file["path"] for file in latest["files"]}
    assert paths == {
        *(
            f"{tree}{place}index.html"
            for tree in ("", "ru/", "en/")
            for place in ("", "embed/", "new/", "search/")
        ),
        *("site.css", "theme.css", "site.js", "search.js", "reader.js", "search/index.json"),
        *("collection.json", "collection/0001.json", "items.csv", "feed.json"),
        "schemas/collection-1.json",
        *("atom.xml", "sitemap.xml", "changes/index.json", "changes/00001.json", "oai/headers.json"),
        *("iiif/collection.json", "iiif/changes.json", "iiif/changes/00001.json"),
    }


def test_a_repaired_feed_makes_a_new_release_of_the_same_content(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("b1")
    library.publish()
    monkeypatch.setattr(release, "_own_files", lambda: iter([("feeds/item_pages.py", b"other")]))
    assert library.publish().counts["changed"] == 1


def test_whatever_of_a_tree_is_not_in_its_place_is_named(tmp_path: Path) -> None:
    there = ["index.html", "stray.html", "items/b1/index.html", "items/b3/deep/x.html", MANIFEST, LINKS]
    there += ["files/b1/b1.pdf", "files/b1/other.pdf", "files/b9/b9.pdf"]
    for place in there:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(b"")
    (tmp_path / "left").mkdir()
    places = ["files/b1/b1.pdf", "index.html", "items/b1/gone.html", "items/b1/index.html"]
    places.append("items/b2/index.html")
    assert misplaced(tmp_path, "\n".join(places)) == [
        "files/b1/other.pdf belongs to nothing",
        "files/b9/b9.pdf belongs to nothing",
        "items/b1/gone.html is missing",
        "items/b2/index.html is missing",
        "items/b3/deep/x.html belongs to nothing",
        "left belongs to nothing",
        "stray.html belongs to nothing",
    ]
    assert misplaced(tmp_path, "files/b1/b1.pdf", "files/") == [
        "files/b1/other.pdf belongs to nothing",
        "files/b9/b9.pdf belongs to nothing",
    ]
    documents = "\n".join(places[1:])
    assert [told for told in misplaced(tmp_path, documents, "", "files/") if "files" in told] == []
