"""A night of publication: what goes out, what is kept back, what is taken away, and when nothing happens."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import ConfigError, FatalError, GuardStop, SourceAway
from rabis_sync.publish import judging, release
from rabis_sync.publish.plan import Limits
from rabis_sync.publish.rights import Decision

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.marc.fields import MarcRecord
    from rabis_sync.publish.plan import PublicationPlan

PDF = b"%PDF-1.4\n% a very small scan\n%%EOF\n"


def test_a_book_with_a_contract_and_a_scan_is_published(library: Any) -> None:
    library.add("b1", valid_until="2027-12-31")

    report = library.publish()

    assert report.counts == {"published": 1, "withheld": 0, "withdrawn": 0, "changed": 1, "ending": 0}
    item = library.page()["b1"]
    assert item["titles"] == {"ru": "Караганда, книга b1"}
    assert item["contributors"][0]["name"] == "Абаев, С."
    assert (item["place"], item["publisher"], item["year"], item["extent"]) == (
        "Караганда",
        "Арқа",
        1998,
        "120 с.",
    )
    assert item["holdings"] == [{"branch": "ЦГБ", "call_number": "К63.3"}]
    assert (item["level"], item["basis"], item["until"]) == ("open", "contract", "2027-12-31")
    assert (library.live / "files" / item["id"] / "b1.pdf").read_bytes() == PDF + b"b1"
    saved = library.rows_saved()["b1"]
    assert (saved["state"], saved["level"], saved["release"]) == ("published", "open", library.live.name)
    assert saved["files"][0]["sha256"] == item["files"][0]["sha256"]


def test_inventory_numbers_and_contract_numbers_stay_inside(library: Any) -> None:
    library.add("b1", contract_no="ДА-2024/77", holder="Наследник Тайный")
    library.publish()
    documents = b"".join(path.read_bytes() for path in library.live.rglob("*") if path.is_file())
    for secret in ("b1-17", "ДА-2024/77", "Тайный"):
        assert secret.encode() not in documents


def test_a_record_that_is_not_local_history_is_passed_over(
    library: Any, book: Callable[..., MarcRecord]
) -> None:
    library.store_record(book("b1", local=False))
    assert library.publish().counts == {
        "published": 0,
        "withheld": 0,
        "withdrawn": 0,
        "changed": 0,
        "ending": 0,
    }
    assert library.rows_saved() == {}
    assert not library.out.exists()


def test_a_link_without_a_file_is_withheld_with_its_reason(library: Any) -> None:
    library.add("b1")
    (library.settings.scans / "b1.pdf").unlink()

    report = library.publish()

    assert report.counts == {"published": 0, "withheld": 1, "withdrawn": 0, "changed": 0, "ending": 0}
    saved = library.rows_saved()["b1"]
    assert (saved["state"], saved["level"], saved["reason"]) == ("withheld", "closed", "file_missing")


@pytest.mark.parametrize(
    ("body", "reason"), [(b"", "file_empty"), (b"<html>404 not found</html>", "file_unrecognised")]
)
def test_a_file_nobody_should_be_given_is_withheld(library: Any, body: bytes, reason: str) -> None:
    library.add("b1")
    library.scan("b1.pdf", body)
    library.publish()
    assert library.rows_saved()["b1"]["reason"] == reason


def test_two_scans_of_one_name_are_withheld_until_somebody_chooses(library: Any) -> None:
    library.add("b1")
    library.scan("old/b1.pdf", PDF)
    library.publish()
    assert library.rows_saved()["b1"]["reason"] == "file_ambiguous"


def test_without_a_right_only_the_description_is_shown(library: Any) -> None:
    library.add("b1", "b2")
    library.forbid("b2")

    report = library.publish()

    assert (report.counts["published"], report.counts["withheld"]) == (1, 1)
    item = library.page()["b2"]
    assert (item["level"], item["reason"], item["files"]) == ("metadata", "not_in_registry", [])
    assert [path for path in library.files() if "catalogue-b2" in path] == []


@pytest.mark.parametrize("level", ["view", "onsite", "metadata", "closed"])
def test_no_file_leaves_the_house_below_the_open_level(library: Any, level: str) -> None:
    library.add("b1", level=level)
    library.publish()
    assert not list(library.out.rglob("*.pdf"))
    saved = library.rows_saved()["b1"]
    assert (saved["state"], saved["reason"]) == (
        "published" if level == "view" else "withheld",
        f"level_{level}",
    )


def test_nothing_is_published_without_a_registry_and_the_report_says_so(library: Any) -> None:
    library.add("b1")
    library.change(registry=None)
    report = library.publish()
    assert report.counts["published"] == 0
    assert library.rows_saved()["b1"]["reason"] == "no_registry"
    assert "no rights registry" in report.message
    assert not library.out.exists()


def test_a_configured_registry_that_is_absent_is_a_mistake_in_the_configuration(library: Any) -> None:
    library.add("b1")
    library.settings.registry.unlink()
    with pytest.raises(ConfigError, match=r"rights\.csv"):
        library.publish()
    assert not library.out.exists()


def test_a_disk_that_is_not_mounted_is_no_withdrawal(library: Any) -> None:
    library.add("b1")
    library.publish()
    live = library.live
    (library.settings.scans / "b1.pdf").unlink()
    library.settings.scans.rmdir()
    with pytest.raises(SourceAway, match="not there"):
        library.publish()
    assert library.live == live


def test_a_row_nobody_can_read_is_named_and_the_rest_goes_on(library: Any) -> None:
    library.add("b1")
    library.add("b2", valid_until="когда-нибудь")
    report = library.publish()
    assert "rights.csv, row 3: unreadable_date" in report.message
    rows = library.rows_saved()
    assert (rows["b1"]["state"], rows["b2"]["state"], rows["b2"]["reason"]) == (
        "published",
        "withheld",
        "unreadable_date",
    )


# ------------------------------------------------------------------------------------------- unchanged


def test_nothing_changed_means_no_release_and_not_one_byte_written(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    before = {path: path.lstat().st_mtime_ns for path in library.out.rglob("*")}
    rows = library.rows_saved()

    report = library.publish()

    assert report.counts["changed"] == 0
    assert {path: path.lstat().st_mtime_ns for path in library.out.rglob("*")} == before
    assert library.rows_saved() == rows


def test_the_order_of_records_and_rows_never_changes_a_release(library: Any) -> None:
    library.add("b1", "b2", "b3")
    library.publish()
    library.rows.reverse()
    library.write_registry()
    assert library.publish().counts["changed"] == 0


def test_an_unchanged_scan_is_linked_and_not_copied(library: Any) -> None:
    library.add("b1")
    library.publish()
    first = next(library.live.rglob("*.pdf")).stat()
    library.add("b2")
    library.publish()
    again = next(library.live.rglob("b1.pdf")).stat()
    assert (again.st_ino, again.st_nlink) == (first.st_ino, 2)


def test_a_release_never_shares_bytes_with_the_scan_on_disk(library: Any) -> None:
    library.add("b1")
    library.publish()
    assert next(library.live.rglob("*.pdf")).stat().st_nlink == 1


def test_a_scan_made_anew_is_published_anew(library: Any) -> None:
    library.add("b1")
    library.publish()
    path = library.scan("b1.pdf", PDF + b"again")
    os.utime(path, (1, 1))
    assert library.publish().counts["changed"] == 1
    assert next(library.live.rglob("b1.pdf")).read_bytes() == PDF + b"again"


def test_a_release_somebody_tidied_up_is_built_again(library: Any) -> None:
    library.add("b1")
    library.publish()
    next(library.live.rglob("*.pdf")).unlink()
    report = library.publish()
    assert (report.counts["changed"], report.counts["withdrawn"]) == (1, 0)
    assert next(library.live.rglob("*.pdf")).read_bytes() == PDF + b"b1"


def test_a_page_of_the_log_that_somebody_tidied_up_is_built_again(library: Any) -> None:
    library.add("b1")
    library.publish()
    page = next(library.live.rglob("changes/0*.json"))
    told = page.read_bytes()
    page.unlink()
    assert library.publish().counts["changed"] == 1
    assert next(library.live.rglob("changes/0*.json")).read_bytes() == told


def test_a_lost_site_is_built_again_with_the_same_identifiers(library: Any) -> None:
    library.add("b1")
    library.publish()
    identifier = library.page()["b1"]["id"]
    library.out.rename(library.out.with_name("lost"))
    assert library.publish().counts["changed"] == 1
    assert library.page()["b1"]["id"] == identifier


# ------------------------------------------------------------------------------------------ withdrawal


def test_a_withdrawn_file_leaves_every_release_that_is_kept(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    library.add("b3")
    library.publish()
    assert len([path for path in library.files() if path.endswith("b1.pdf")]) == 2
    library.forbid("b1")

    report = library.publish()

    assert report.counts["withdrawn"] == 1
    assert len(library.releases()) == 3
    assert [path for path in library.files() if path.endswith("b1.pdf")] == []
    assert len([path for path in library.files() if path.endswith("b2.pdf")]) == 3
    saved = library.rows_saved()["b1"]
    assert (saved["state"], saved["reason"], saved["files"]) == ("withdrawn", "not_in_registry", [])


def test_a_contract_ends_at_midnight_of_the_library(library: Any) -> None:
    library.add("b1", "b2", valid_until="2026-11-22")
    library.allow("b2")
    library.now = library.now.replace(hour=18, minute=0)  # 23:00 in Karaganda
    assert library.publish().counts["published"] == 2
    library.now = library.now.replace(hour=18, minute=58)  # 23:59 when the run starts
    assert library.publish().counts["withdrawn"] == 0
    assert library.publish().counts["withdrawn"] == 1  # 00:00 of the next day
    saved = library.rows_saved()["b1"]
    assert (saved["state"], saved["level"], saved["reason"]) == ("withdrawn", "metadata", "contract_ended")
    assert [path for path in library.files() if path.endswith("b1.pdf")] == []
    assert library.page()["b1"]["files"] == []


def test_a_deleted_record_leaves_a_tombstone(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    identifier = library.page()["b1"]["id"]
    library.delete("b1")

    library.publish()

    assert list(library.page()) == ["b2"]
    contents = json.loads((library.live / "collection.json").read_bytes())
    assert [(stone["id"], stone["reason"]) for stone in contents["withdrawn"]] == [
        (identifier, "record_deleted")
    ]
    assert library.rows_saved()["b1"]["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("changes", "reason"), [({"local": False}, "not_local_history"), ({"links": ()}, "link_removed")]
)
def test_a_record_that_is_no_candidate_any_more_is_withdrawn(
    library: Any, book: Callable[..., MarcRecord], changes: dict[str, Any], reason: str
) -> None:
    library.add("b1", "b2")
    library.publish()
    library.store_record(book("b1", **changes))
    library.publish()
    saved = library.rows_saved()["b1"]
    assert (saved["state"], saved["level"], saved["reason"]) == ("withdrawn", "closed", reason)


def test_a_renewed_contract_brings_the_book_back_under_its_old_identifier(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    identifier = library.page()["b1"]["id"]
    library.forbid("b1")
    library.publish()
    library.allow("b1")
    report = library.publish()
    assert (report.counts["published"], report.counts["changed"]) == (2, 1)
    assert library.page()["b1"]["id"] == identifier
    assert (library.live / "files" / identifier / "b1.pdf").is_file()
    assert library.rows_saved()["b1"]["state"] == "published"


def test_a_withdrawal_keeps_its_day(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    library.delete("b1")
    library.publish()
    day = library.rows_saved()["b1"]["at"]
    library.add("b3")
    library.publish()
    assert library.rows_saved()["b1"]["at"] == day


# ---------------------------------------------------------------------------------------------- guards


def test_a_run_that_would_withdraw_too_much_stops_before_it_does(library: Any) -> None:
    library.change(limits=Limits(max_withdrawn=2, max_withdrawn_share=0.0))
    library.add("b1", "b2", "b3", "b4")
    library.publish()
    live, rows, files = library.live, library.rows_saved(), library.files()
    library.forbid("b1", "b2", "b3")
    with pytest.raises(GuardStop, match="withdraw 3 items"):
        library.publish()
    assert (library.live, library.rows_saved(), library.files()) == (live, rows, files)


def test_the_share_allows_what_the_number_would_not(library: Any) -> None:
    library.change(limits=Limits(max_withdrawn=0, max_withdrawn_share=0.5))
    library.add("b1", "b2", "b3", "b4")
    library.publish()
    library.forbid("b1", "b2")
    assert library.publish().counts["withdrawn"] == 2


def test_contracts_that_end_are_no_alarm(library: Any) -> None:
    library.change(limits=Limits(max_withdrawn=0, max_withdrawn_share=0.0))
    library.add("b1", "b2", valid_until="2026-12-31")
    library.publish()
    library.now += timedelta(days=60)
    assert library.publish().counts["withdrawn"] == 2


def test_an_empty_source_never_empties_the_site(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    library.delete("b1", "b2")
    with pytest.raises(GuardStop, match="no public file of 2 items"):
        library.publish()
    assert set(library.page()) == {"b1", "b2"}


def test_a_registry_that_lost_its_rows_never_empties_the_site(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    library.forbid("b1", "b2")
    with pytest.raises(GuardStop):
        library.publish()
    assert len(library.files()) == 2


def test_what_somebody_closed_on_purpose_may_leave_the_site_empty(library: Any) -> None:
    library.add("b1")
    library.publish()
    library.allow("b1", level="closed")
    library.publish()
    assert library.page() == {}
    assert library.files() == []
    assert library.rows_saved()["b1"]["reason"] == "level_closed"


# --------------------------------------------------------------------------------------- dry run, gate


def test_a_dry_run_shows_the_plan_and_writes_nothing(library: Any) -> None:
    library.add("b1")
    shown: list[PublicationPlan] = []
    report = library.publish(dry_run=True, show=shown.append)
    assert report.outcome == "planned"
    assert report.counts["published"] == 1
    assert "b1: open" in str(shown[0])
    assert not library.out.exists()
    assert library.rows_saved() == {}


def test_the_gate_stops_a_file_whose_item_is_not_open(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between decision and gate the day's answer changes: the finished release must not go live."""
    library.add("b1", "b2")
    answers: list[str] = []

    def decide_once(control_number: str, *_: object) -> Decision:
        answers.append(control_number)
        level = "closed" if control_number == "b1" and answers.count("b1") > 1 else "open"
        return Decision(level, "http://rightsstatements.org/vocab/InC/1.0/", "contract")

    monkeypatch.setattr(judging, "decide", decide_once)
    with pytest.raises(FatalError, match=r"files/catalogue-b1/b1\.pdf is not open"):
        library.publish()
    assert not (library.out / "current").exists()
    assert library.releases() == []
    assert library.rows_saved() == {}


def test_the_gate_stops_a_file_planted_in_the_finished_tree(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("b1")
    fill = release.fill

    def fill_and_leak(tree: Any, *rest: Any) -> Any:
        filled = fill(tree, *rest)
        folder = Path(tree.root, "files", "catalogue-b9")
        folder.mkdir()
        (folder / "b9.pdf").write_bytes(PDF)
        return filled

    monkeypatch.setattr(release, "fill", fill_and_leak)
    with pytest.raises(FatalError, match=r"b9\.pdf belongs to nothing"):
        library.publish()
    assert library.releases() == []


def test_what_the_registry_closes_at_the_last_moment_never_goes_live(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("b1")
    build = release.build

    def build_later(out: Path, plan: Any, feeds: Any, before: Any, _: Any, *rest: Any, **more: Any) -> Any:
        return build(out, plan, feeds, before, lambda item: item.record != "b1", *rest, **more)

    monkeypatch.setattr(release, "build", build_later)
    with pytest.raises(FatalError, match=r"files/catalogue-b1/b1\.pdf is not open to everybody"):
        library.publish()
    assert library.releases() == []


@pytest.mark.parametrize(
    ("until", "told"), [("2026-11-28", 1), ("2027-02-20", 1), ("2027-02-21", 0), ("", 0)], ids=str
)
def test_a_permission_that_ends_soon_is_told_in_time(library: Any, until: str, told: int) -> None:
    library.add("b1", valid_until=until)
    report = library.publish()
    assert report.counts["ending"] == told
    assert (f"permissions that end soon: b1 on {until}" in report.message) == bool(told)


def test_a_contract_that_ended_is_kept_even_when_a_guard_stops_the_run(library: Any) -> None:
    library.add("b1", "b2", "b3", "b4")
    library.publish()
    library.change(limits=Limits(0, 0.0))
    library.allow("b1", valid_until="2026-11-21")
    library.forbid("b2", "b3")
    with pytest.raises(GuardStop):
        library.publish()
    assert not [path for path in library.files() if "catalogue-b1" in path]
    assert [path for path in library.files() if "catalogue-b2" in path]
    library.allow("b2")
    library.allow("b3")
    assert library.publish().counts["changed"] == 1
    assert library.page()["b1"]["level"] == "metadata"
