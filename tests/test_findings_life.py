"""A finding's life: applied or waiting, accepted or rejected, taken back, taken over by the library."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.marc import codec
from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord
from rabis_sync.wiring.running import opened
from tests.correct.conftest import HUNSPELL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FRAME = "100 $a20200315d2019    m  y0rusy50      ca\n101 $arus\n102 $aKZ\n801 $aKZ$bЦБС\n899 $aЦБС$p1"
SPACED = "200 $aДорога  к зимовке"
WRONG_NUMBER = "010 $a5-7443-0020-4"


class Library:
    """A library with one record, and its cataloguer at the command line."""

    def __init__(self, folder: Path, call: Callable[..., tuple[int, str, str]]) -> None:
        self.folder, self.call = folder, call

    def catalogue(self, *lines: str) -> str:
        """The record in the catalogue becomes this; a night passes; what the correction told."""
        fields = [Field("001", "1")]
        for line in sorted("\n".join([*lines, FRAME]).split("\n")):
            tag, _, rest = line.partition(" ")
            fields.append(Field(tag, "  " + rest.replace("$", SUBFIELD)))
        with (self.folder / "catalogue.mrc").open("wb") as stream:
            codec.write(stream, [MarcRecord("00000nam0 2200000   450 ", tuple(fields))], syntax="iso2709")
        assert self.call("harvest")[0] == 0
        return self.call("correct")[1]

    def view(self, tag: str) -> list[str]:
        """Fields of the corrected view."""
        with opened(self.folder / "config.toml") as (_, store), store.read() as unit:
            [stored] = unit.records.find("1")
        fields = MarcRecord.from_canonical(stored.canonical).fields
        return [field.text.replace(SUBFIELD, "$").strip() for field in fields if field.tag == tag]

    def findings(self) -> dict[str, dict[str, Any]]:
        """What stands open, by rule."""
        told = json.loads(self.call("report", "corrections", "--format", "json")[1])["corrections"]
        return {one["rule"]: one for one in told}

    def number(self, rule: str) -> int:
        return int(self.findings()[rule]["id"])

    def journal(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.call("decisions", "--json")[1])["decisions"]
        return found


@pytest.fixture
def anywhere(configured: Callable[[str], Path], any_url: str, told: Callable[..., Any]) -> Library:
    return Library(configured(any_url), told)


@pytest.fixture
def library(configured: Callable[[str], Path], sqlite_url: str, told: Callable[..., Any]) -> Library:
    return Library(configured(sqlite_url), told)


def test_an_accepted_proposal_is_in_the_corrected_view_at_once_and_undone_out_of_it(
    anywhere: Library,
) -> None:
    anywhere.catalogue(WRONG_NUMBER, "200 $aДорога к зимовке")
    assert anywhere.view("010") == ["$a5-7443-0020-4"]
    number = anywhere.number("isbn_check_digit")
    assert anywhere.call("accept", number)[0] == 0
    assert anywhere.view("010") == ["$z5-7443-0020-4"]
    assert "isbn_check_digit" not in anywhere.findings()
    [decision] = anywhere.journal()
    told = {name: decision["subject"][name] for name in ("record", "rule", "before", "after")}
    assert told == {
        "record": "1", "rule": "isbn_check_digit", "before": "$a5-7443-0020-4", "after": "$z5-7443-0020-4",
    }  # fmt: skip
    assert anywhere.call("undo", decision["id"])[0] == 0
    assert anywhere.view("010") == ["$a5-7443-0020-4"]
    assert anywhere.number("isbn_check_digit") == number


def test_a_rejected_fix_leaves_the_view_at_once_and_stays_away_until_the_field_changes(
    anywhere: Library,
) -> None:
    anywhere.catalogue(SPACED)
    assert anywhere.view("200") == ["$aДорога к зимовке"]
    assert anywhere.call("reject", anywhere.number("whitespace"))[0] == 0
    assert anywhere.view("200") == ["$aДорога  к зимовке"]
    anywhere.catalogue(SPACED, "300 $aПримечание")
    assert anywhere.view("200") == ["$aДорога  к зимовке"]
    assert "whitespace" not in anywhere.findings()
    anywhere.catalogue("200 $aДорога  к дому")
    assert anywhere.view("200") == ["$aДорога к дому"]
    assert "whitespace" in anywhere.findings()


def test_what_the_library_has_taken_over_is_closed_and_told(library: Library) -> None:
    library.catalogue(SPACED, WRONG_NUMBER)
    library.call("accept", library.number("isbn_check_digit"))
    told = library.catalogue("200 $aДорога к зимовке", "010 $z5-7443-0020-4")
    assert "2 taken over" in told
    assert "whitespace" not in library.findings()
    code, out, _ = library.call("export", "corrections", "-o", library.folder / "out.mrc")
    assert (code, "nothing was written" in out) == (0, True)


def test_what_the_library_mended_in_its_own_way_is_closed_too(library: Library) -> None:
    library.catalogue(SPACED)
    assert "1 found no more" in library.catalogue("200 $aПуть к зимовке")


def test_two_proposals_for_one_place_are_both_in_the_view_when_both_are_accepted(library: Library) -> None:
    library.catalogue("200 $aДорога\u00ad к  зимовке", WRONG_NUMBER)
    for rule in ("whitespace", "isbn_check_digit"):
        assert library.call("accept", library.number(rule))[0] == 0
    assert library.view("200") == ["$aДорога- к зимовке"]
    assert library.view("010") == ["$z5-7443-0020-4"]
    [whitespace, isbn] = library.journal()
    assert library.call("undo", whitespace["id"])[0] == 0
    assert library.view("010") == ["$z5-7443-0020-4"]
    assert library.call("undo", isbn["id"])[0] == 0
    assert library.view("010") == ["$a5-7443-0020-4"]


def test_a_night_after_a_decision_examines_only_what_changed(library: Library) -> None:
    library.catalogue(WRONG_NUMBER, "200 $aДорога к зимовке")
    library.call("accept", library.number("isbn_check_digit"))
    assert "examined" not in library.call("correct")[1]


def test_a_finding_is_not_decided_twice_nor_after_its_record_is_gone(library: Library) -> None:
    library.catalogue(SPACED)
    number = library.number("whitespace")
    assert library.call("reject", number)[0] == 0
    code, _, err = library.call("reject", number)
    assert (code, "was rejected already" in err) == (2, True)
    library.catalogue("200 $aПуть к зимовке")
    assert library.call("accept", number)[0] == 2
    assert library.view("200") == ["$aПуть к зимовке"]
    assert len(library.journal()) == 1


def test_findings_that_change_the_same_text_alike_are_decided_together(library: Library) -> None:
    library.catalogue(
        "200 $aДорога к зимовке", "610 $aДом\u00ad$aБаня", "610 $aДом\u00ad$aВода", "610 $aДым\u00ad"
    )
    told = json.loads(library.call("report", "corrections", "--format", "json")[1])["corrections"]
    numbers = [one["id"] for one in told if one["before"] == "Дом\u00ad"]
    assert len(numbers) == 2
    assert library.call("accept", numbers[1], "--alike")[0] == 0
    assert library.view("610") == ["$aДом-$aБаня", "$aДом-$aВода", "$aДым\u00ad"]
    assert sorted(one["subject"]["finding"] for one in library.journal()) == numbers


def test_the_same_word_mended_in_several_texts_is_one_line_and_one_decision(library: Library) -> None:
    library.catalogue("101 $akaz", "200 $aЖол", "610 $aАтамyра баспасы", "610 $aАтамyра үйі")
    told = json.loads(library.call("report", "corrections", "--format", "json")[1])["corrections"]
    numbers = [one["id"] for one in told if one["rule"] == "look_alikes"]
    assert len(numbers) == 2
    shown = library.call("report", "corrections", "--format", "html", "--lang", "en")[1]
    assert re.search(r">2</td>\s*<td[^>]*>610\$a</td>", shown)
    assert library.call("accept", numbers[0], "--alike")[0] == 0
    assert library.view("610") == ["$aАтамұра баспасы", "$aАтамұра үйі"]


@pytest.mark.skipif(not any(HUNSPELL.glob("kk*.dic")), reason="needs the Debian package hunspell-kk")
def test_a_better_duplicate_that_comes_later_tells_which_letters_were_lost(library: Library) -> None:
    config = library.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace('dictionaries = "none"', ""), "utf-8")
    worse = {"200": "$aТоктаржайлау жоли$fС. Абаев", "210": "$aАлматы$cЖазушы$d2019"}
    better = worse | {"200": "$aТоқтаржайлау жолы$fС. Абаев"}

    def night(*records: dict[str, str]) -> dict[str, str]:
        made = []
        for number, told in enumerate(records, 1):
            lines = told | {"101": "$akaz", "215": "$a120 б.", "700": "$aАбаев$bС."}
            fields = [Field(tag, f"  {text.replace('$', SUBFIELD)}") for tag, text in sorted(lines.items())]
            made.append(MarcRecord("00000nam0 2200000   450 ", (Field("001", str(number)), *fields)))
        with (library.folder / "catalogue.mrc").open("wb") as stream:
            codec.write(stream, made, syntax="iso2709")
        for step in ("harvest", "correct", "dedup"):
            assert library.call(step)[0] == 0
        return {rule: one["after"] for rule, one in library.findings().items() if rule == "lost_letters"}

    assert night(worse) == {}
    assert night(worse, better) == {}
    assert night(worse, better) == {"lost_letters": "Тоқтаржайлау жоли"}
    assert library.call("correct")[1] == "correct: done\n"
