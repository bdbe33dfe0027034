"""The made-up library is the same every time, and what it says was planted is what is in it."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from rabis_sync.demo import faults
from rabis_sync.demo.library import build, compose
from rabis_sync.marc.cyrillic import fold, single_script, words
from rabis_sync.marc.identifiers import isbn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rabis_sync.demo.planted import Planted
    from rabis_sync.marc.fields import MarcRecord

MANDATORY = {"001", "100", "101", "102", "200", "210", "215", "675", "686", "801"}
FAMILIES = {"whitespace", "look_alike", "isbn_check", "isbn_form", "missing", "capitals", "full_stop"}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def values(record: MarcRecord, tag: str, code: str) -> list[str]:
    return [value for field in record.fields if field.tag == tag for value in field.values(code)]


def full_title(record: MarcRecord) -> str:
    whole = [
        field.first("a")
        for link in record.fields
        if link.tag == "461"
        for field in link.embedded()
        if field.tag == "200"
    ]
    own = values(record, "200", "a")[0], *values(record, "200", "h")
    return ". ".join(dict.fromkeys([*whole, *own]))


def identity(record: MarcRecord) -> tuple[str, str]:
    return fold(full_title(record)), values(record, "210", "d")[0]


def mended(records: dict[str, MarcRecord], planted: Planted) -> dict[str, MarcRecord]:
    clean = dict(records)
    for fault in planted.errors:
        clean[fault.record] = faults.mend(clean[fault.record], fault)
    return clean


def prose(record: MarcRecord) -> Iterator[str]:
    """Everything that people read and no position is fixed in."""
    for field in record.fields:
        if field.tag not in {"001", "005", "100", "105", "110", "461"}:
            yield from (value for _, value in field.subfields())


def test_the_same_seed_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    build(tmp_path)
    assert files(tmp_path) == files(folder)


def test_another_seed_writes_another_library(records: dict[str, MarcRecord]) -> None:
    other = compose(7)
    assert len(other.records) == len(records)
    assert {record.canonical() for record in other.records} != {one.canonical() for one in records.values()}


@pytest.mark.parametrize("seed", [1, 7, 1991, 31337])
def test_any_seed_has_room_for_all_that_is_planted(seed: int) -> None:
    planted = compose(seed).planted
    counts = [len(planted.duplicates), len(planted.errors), len(planted.discrepancies)]
    assert [*counts, planted.records, planted.items] == [30, 60, 40, 600, 1500]
    assert (len(planted.publishable), len(planted.withheld)) == (34, 6)


def test_the_library_is_as_large_as_it_says(
    folder: Path, records: dict[str, MarcRecord], planted: Planted
) -> None:
    copies = [field for record in records.values() for field in record.fields if field.tag == "899"]
    assert (len(records), len(copies)) == (planted.records, planted.items) == (600, 1500)
    assert sum(map(len, files(folder).values())) < 3_000_000


def test_records_are_written_in_the_order_of_their_numbers(records: dict[str, MarcRecord]) -> None:
    assert list(records) == sorted(records)


def test_four_records_in_ten_are_kazakh_and_use_every_kazakh_letter(records: dict[str, MarcRecord]) -> None:
    kazakh = [record for record in records.values() if values(record, "101", "a") == ["kaz"]]
    assert 0.38 < len(kazakh) / len(records) < 0.43
    titles = "".join(values(record, "200", "a")[0] for record in kazakh)
    assert set("әғқңөұүһі") <= set(titles.lower())


def test_every_volume_and_issue_points_to_its_whole(records: dict[str, MarcRecord]) -> None:
    parts = [record for record in records.values() if record.leader[8] == "2"]
    kinds = Counter(record.leader[7:9] for record in records.values())
    assert (kinds["m1"], kinds["s1"]) == (13, 6)
    assert len(parts) == kinds["m2"] + kinds["s2"] > 80
    for part in parts:
        (link,) = [field for field in part.fields if field.tag == "461"]
        number, title = link.embedded()
        whole = records[number.text]
        assert whole.leader[7:9] == f"{part.leader[7]}1"
        assert fold(title.first("a")) == fold(values(whole, "200", "a")[0])


def test_grades_of_one_subject_differ_by_the_grade_alone(
    records: dict[str, MarcRecord], planted: Planted
) -> None:
    algebra = [
        one for one in mended(records, planted).values() if full_title(one).lower().startswith("алгебра. ")
    ]
    first = [one for one in algebra if not values(one, "205", "a") and values(one, "101", "a") == ["rus"]]
    assert {full_title(one).title() for one in first} == {f"Алгебра. {grade} Класс" for grade in (7, 8, 9)}
    assert len({(*values(one, "700", "a"), *values(one, "210", "d")) for one in first}) == 1


def test_the_records_hold_every_field_a_cataloguer_uses(records: dict[str, MarcRecord]) -> None:
    used = {field.tag for record in records.values() for field in record.fields}
    wanted = "001 005 010 011 100 101 102 105 110 200 205 210 215 225 300 330 461 600 601 606 607 610 675 686"
    assert {*wanted.split(), "700", "701", "702", "801", "856", "899", "979"} == used


def test_without_what_was_planted_every_record_is_clean(
    records: dict[str, MarcRecord], planted: Planted
) -> None:
    for record in mended(records, planted).values():
        assert {field.tag for field in record.fields} >= MANDATORY
        assert all(not isbn(value).problem for value in values(record, "010", "a"))
        for text in prose(record):
            assert text == " ".join(text.split()), text
            assert text.isprintable(), text
            assert not any(single_script(word) for word in words(text)), text


def test_every_planted_error_is_in_the_file_at_its_place(
    records: dict[str, MarcRecord], planted: Planted
) -> None:
    for fault in planted.errors:
        record = records[fault.record]
        assert faults.read(record, fault.path) == fault.planted != fault.clean
        assert faults.read(faults.mend(record, fault), fault.path) == fault.clean
    assert {fault.family for fault in planted.errors} == FAMILIES
    assert len({fault.record for fault in planted.errors}) == len(planted.errors)


def test_a_planted_error_is_what_its_family_says(planted: Planted) -> None:
    for fault in planted.errors:
        if fault.family == "look_alike":
            spoiled = [word for word in words(fault.planted) if single_script(word)]
            assert [single_script(word) for word in spoiled] == [
                clean
                for clean, word in zip(words(fault.clean), words(fault.planted), strict=True)
                if clean != word
            ]
            assert len(spoiled) == 1
        elif fault.family == "isbn_check":
            assert isbn(fault.planted).problem == "check_digit"
            assert not isbn(fault.clean).problem
        elif fault.family == "isbn_form":
            assert isbn(fault.planted).canonical == isbn(fault.clean).canonical
            assert re.search(r"[ Х]", fault.planted)
        elif fault.family == "whitespace":
            assert re.search(r"  | $|[\t\x02\u00a0\u00ad]", fault.planted)


def test_duplicates_are_the_pairs_planted_and_no_others(
    records: dict[str, MarcRecord], planted: Planted
) -> None:
    alike: dict[tuple[str, str], list[str]] = {}
    for number, record in records.items():
        alike.setdefault(identity(record), []).append(number)
    assert {tuple(found) for found in alike.values() if len(found) > 1} == {
        (pair.a, pair.b) for pair in planted.duplicates
    }


def test_only_duplicates_and_volumes_of_a_set_share_an_isbn(
    records: dict[str, MarcRecord], planted: Planted
) -> None:
    bearers: dict[str, list[str]] = {}
    for number, record in records.items():
        for canonical in {isbn(value).canonical for value in values(record, "010", "a")} - {None}:
            bearers.setdefault(str(canonical), []).append(number)
    shared = [found for found in bearers.values() if len(found) > 1]
    of_sets = [found for found in shared if all(records[number].leader[8] in "12" for number in found)]
    pairs = {(pair.a, pair.b): pair.kind for pair in planted.duplicates}
    assert {pairs[found[0], found[1]] for found in shared if found not in of_sets or len(found) == 2} == {
        "other_isbn",
        "bare_isbn",
    }
    assert len([found for found in of_sets if len(found) > 2]) == 2


def test_both_descriptions_of_a_book_hold_some_of_its_copies(
    records: dict[str, MarcRecord], planted: Planted
) -> None:
    for pair in planted.duplicates:
        assert values(records[pair.a], "899", "p")
        assert values(records[pair.b], "899", "p")


def test_the_kazakh_and_the_russian_edition_are_no_duplicates(records: dict[str, MarcRecord]) -> None:
    translated = [one for one in records.values() if values(one, "101", "c")]
    notes = [values(one, "300", "a") for one in translated]
    assert len(translated) > 60
    assert sum(bool(note) for note in notes) > 50


def test_forty_local_books_have_a_scan_and_a_cover(folder: Path, records: dict[str, MarcRecord]) -> None:
    linked = [record for record in records.values() if values(record, "856", "u")]
    assert len(linked) == 40
    for record in linked:
        assert values(record, "979", "k") == ["1"]
        scan = folder / values(record, "856", "u")[0]
        assert scan.read_bytes().startswith(b"%PDF-1.4")
        assert scan.with_suffix(".jpg").read_bytes().startswith(b"\xff\xd8\xff")


def test_every_scan_is_let_out_or_withheld_and_six_for_six_reasons(
    folder: Path, records: dict[str, MarcRecord], planted: Planted
) -> None:
    linked = {number for number, record in records.items() if values(record, "856", "u")}
    withheld = {one.record for one in planted.withheld}
    assert {*planted.publishable, *withheld} == linked
    assert len({one.reason for one in planted.withheld}) == len(withheld) == 6
    with (folder / "rights.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter=";"))
    assert {row["record"] for row in rows} == linked - {planted.withheld[0].record}
    free = [row for row in rows if row["death_year"]]
    assert all(int(row["death_year"]) <= 1950 for row in free)
    assert free


def test_one_more_of_everything_leaves_what_was_there(planted: Planted) -> None:
    more = compose(planted.seed, 1).planted
    assert more.records == planted.records + 1
    assert more.items == planted.items
    assert set(planted.duplicates) < set(more.duplicates)
    assert set(planted.errors) < set(more.errors)
    assert set(planted.discrepancies) < set(more.discrepancies)
    assert [len(more.duplicates), len(more.errors), len(more.discrepancies)] == [31, 61, 41]


def test_more_than_the_books_have_room_for_is_refused() -> None:
    with pytest.raises(ValueError, match="no book is left"):
        compose(2023, 500)


def test_the_configuration_reads_the_folder_itself(folder: Path) -> None:
    settings = tomllib.loads((folder / "config.toml").read_text("utf-8"))
    assert set(settings["library"]["name"]) == {"kk", "ru", "en"}
    for path in (settings["sources"]["catalogue"]["path"], settings["rights"]["path"]):
        assert (folder / path).is_file()
    assert list(folder.glob(settings["ledgers"]["accounting"]["path"]))
    assert (folder / settings["publish"]["scans"]).is_dir()


def test_copies_of_one_series_have_rising_numbers(records: dict[str, MarcRecord], planted: Planted) -> None:
    numbers = [number for record in records.values() for number in values(record, "899", "p")]
    children = sorted(number for number in numbers if number.startswith("Д"))
    assert len(children) > 300
    assert all(first < second for first, second in pairwise(children))
    doubled = sorted(number for number, count in Counter(numbers).items() if count > 1)
    assert doubled == sorted(one.inventory_number for one in planted.discrepancies if one.code == "INV_DUP")
