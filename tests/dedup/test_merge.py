"""The plan of a merge: who stays and why, and that every field and copy of the others is accounted for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rabis_sync.dedup.merge import Member, MergePlan, plan
from rabis_sync.errors import ConfigError
from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.dedup.merging import Merger
    from rabis_sync.store.records import Incoming

BOOK = """
100 $a19860101d1986    |||y0kazy50      ca
101 $akaz
200 $aАлтын бесік$fС. Мұратбеков
210 $aАлматы$cЖазушы$d1986
215 $a256 б.
801 $aKZ$bKARCBS
"""
AMERICAN = """
040 $aKARCBS
245 10$aАлтын бесік /$cС. Мұратбеков
260 $aАлматы :$bЖазушы,$c1986
300 $a256 б.
"""


@pytest.fixture
def member(brought: Callable[[str, int], Incoming]) -> Callable[..., Member]:
    def make(text: str, number: int, source: str = "catalogue") -> Member:
        one = brought(text, number)
        return Member(
            number, source, one.control_number, one.family, one.profile,
            MarcRecord.from_canonical(one.canonical), tuple(one.items),
        )  # fmt: skip

    return make


@pytest.fixture
def planned(merger: Merger, member: Callable[..., Member]) -> Callable[..., MergePlan]:
    def make(*texts: str) -> MergePlan:
        members = [member(text, number) for number, text in enumerate(texts, 1)]
        return plan(members, merger.dialects, merger.profiles, merger.rules)

    return make


def fates(made: MergePlan) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in made.lines:
        found.setdefault(line.fate, []).append(line.tag)
    return found


@pytest.mark.parametrize(
    ("first", "second", "stays", "why"),
    [
        ("899 $aФ1$p1", "899 $aФ1$p2\n899 $aФ1$p3\n", "2", "items"),
        ("606 $aПовестер\n606 $aҚазақ әдебиеті", "010 $a9965-34-003-X", "2", "identifiers"),
        ("300 $aЕскерту\n300 $aЕскерту 2", "606 $aПовестер", "2", "subjects"),
        ("300 $aЕскерту", "856 $uhttp://example.kz/1", "2", "full_text"),
        ("LDR nam03\n300 $aЕскерту", "LDR nam0 \n", "2", "level"),
        ("", "300 $aЕскерту", "2", "fields"),
        ("", "", "1", "name"),
    ],
)
def test_the_record_that_is_used_and_described_most_stays(
    planned: Callable[..., MergePlan], first: str, second: str, stays: str, why: str
) -> None:
    made = planned(BOOK + first, BOOK + second)
    assert (made.survivor.control_number, made.why[0]) == (stays, why)


def test_every_field_of_the_other_is_taken_there_already_or_listed_as_dropped(
    planned: Callable[..., MergePlan],
) -> None:
    made = planned(
        f"{BOOK}606 $aПовестер\n899 $aФ1$p1\n899 $aФ1$p3",
        f"{BOOK.replace('256', '254')}606 $aпoвестер.\n606 $aБалалар әдебиеті\n205 $a2-бас.\n899 $aФ2$p2",
    )
    assert fates(made) == {
        "dropped_own": ["001"],
        "same": ["100", "101", "200", "210", "801", "606"],
        "dropped_single": ["215"],
        "kept": ["606", "205"],
        "copy": ["899"],
        "number": ["035"],
    }
    merged = [f"{one.tag} {one.text}" for one in made.merged.fields]
    assert "606   \x1faБалалар әдебиеті" in merged
    assert "035   \x1fa(KARCBS)2" in merged
    assert [line[:3] for line in merged[:2]] == ["001", "035"]


@pytest.mark.parametrize(
    ("number", "fate"),
    [
        ("$a601-442-015-0", "same"),
        ("$a9786014420157", "same"),
        ("$a601-442-015-Х", "kept"),
        ("$a601-442-015-0 (1-кітап)", "kept"),
        ("$a601-442-015-0$d900 тг", "kept"),
    ],
)
def test_an_isbn_in_its_older_form_is_there_already(
    planned: Callable[..., MergePlan], number: str, fate: str
) -> None:
    made = planned(f"{BOOK}010 $a978-601-442-015-7\n606 $aПовестер", f"{BOOK}010 {number}")
    assert [line.fate for line in made.lines if line.tag == "010"] == [fate]


def test_the_number_of_the_other_goes_to_035_in_marc_21_too(planned: Callable[..., MergePlan]) -> None:
    made = planned(AMERICAN, AMERICAN)
    assert Field("035", f"  {SUBFIELD}a(KARCBS)2") in made.merged.fields


def test_an_article_stands_in_one_document_after_a_merge_too(planned: Callable[..., MergePlan]) -> None:
    article = f"LDR naa0\n{BOOK}463 $12001 $a"
    made = planned(f"{article}Жұлдыз$v№ 3", f"{article}Жулдыз$v№ 3")
    assert [one.tag for one in made.merged.fields].count("463") == 1


def test_copies_are_all_taken_even_one_number_twice(planned: Callable[..., MergePlan]) -> None:
    made = planned(f"{BOOK}899 $aФ1$p7", f"{BOOK}899 $aФ1$p7\n899 $aФ2$p8")
    assert sorted(one.text for one in made.merged.fields if one.tag == "899") == sorted(
        one.text for member in made.members for one in member.marc.fields if one.tag == "899"
    )


def test_a_price_that_would_become_another_stops_the_merge(planned: Callable[..., MergePlan]) -> None:
    """In 090 a copy has the price of its record, 010 $d: in the merged record that would be the first."""
    first = f"010 $a9965-34-003-X$d1500 тг\n{BOOK}090 $e1535648-рф;1565185-рф"
    second = f"010 $a9965-34-003-X$d900 тг\n{BOOK}090 $e1565186-фк"
    with pytest.raises(ConfigError, match=r"the copies would not be the same afterwards \(numbers 1565186"):
        planned(first, second)
    assert planned(first, second.replace("900", "1500")).survivor.control_number == "1"


def test_records_of_two_sources_or_formats_do_not_become_one(
    merger: Merger, member: Callable[..., Member]
) -> None:
    for others, what in (
        ([member(BOOK, 1), member(BOOK, 2, "second")], "several sources"),
        ([member(BOOK, 1), member(AMERICAN, 2)], "several formats"),
        (
            [member(f"{BOOK}899 $aФ1$p1", 1), member(f"{BOOK}090 $e1535648-рф", 2)],
            "write their copies in different fields",
        ),
    ):
        with pytest.raises(ConfigError, match=what):
            plan(others, merger.dialects, merger.profiles, merger.rules)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["606 $aПовестер", "606 $aТарих", "899 $aФ1$p1", "899 $aФ2$p2", "205 $a2-бас.",
                 "300 $aЕскерту", "010 $a9965-34-003-X", "700 $aМұратбеков$bС.", "675 $a821.512"]
            ),
            max_size=6,
        ),
        min_size=2,
        max_size=4,
    )
)  # fmt: skip
def test_nothing_is_lost_whatever_the_records_hold(
    merger: Merger, brought: Callable[[str, int], Incoming], lists: list[list[str]]
) -> None:
    made = plan(
        [
            Member(
                number, "catalogue", one.control_number, one.family, one.profile,
                MarcRecord.from_canonical(one.canonical), tuple(one.items),
            )
            for number, fields in enumerate(lists, 1)
            for one in [brought(BOOK + "\n".join(fields), number)]
        ],
        merger.dialects, merger.profiles, merger.rules,
    )  # fmt: skip
    told = Counter((line.record, line.tag, line.text) for line in made.lines if line.fate != "number")
    assert told == Counter(
        (other.control_number, one.tag, one.text) for other in made.others for one in other.marc.fields
    )
    left = Counter(made.merged.fields)
    left.subtract(made.survivor.marc.fields)
    taken = Counter(
        Field(line.tag, line.text) for line in made.lines if line.fate in {"kept", "copy", "number"}
    )
    assert +left == taken
    assert min(left.values(), default=0) >= 0
