"""A numbered list is read whole, whatever moves, breaks or is missing in it meanwhile."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.errors import FatalError, SourceAway
from rabis_sync.harvest.positions import BrokenRangeError, Place, Range, Walk
from rabis_sync.harvest.questions import Question, pages, since_clause
from rabis_sync.marc import codec
from rabis_sync.marc.codec import Unreadable
from rabis_sync.marc.fields import Field, MarcRecord

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def decoded(name: str) -> Any:
    record = MarcRecord(
        "00000nam0 2200000   450 ", (Field("001", name), Field.data("200", "1 ", [("a", "Т")]))
    )
    return codec.decode(codec.encode_iso2709(record), "iso2709")


class Fake:
    """A list that a test may change between two requests."""

    def __init__(self, names: list[str], *, cap: int = 1000, poison: set[str] | None = None) -> None:
        self.name = "fake"
        self.opened = NOW
        self.names = list(names)
        self.cap = cap
        self.poison = poison or set()
        self.swallowed: set[str] = set()
        self.counted = True
        self.requests: list[tuple[int, int]] = []
        self.before: Callable[[Fake], None] = lambda _: None

    def fetch(self, start: int, count: int) -> Range:
        self.requests.append((start, count))
        self.before(self)
        given = self.names[start - 1 : start - 1 + min(count, self.cap)]
        if bad := [name for name in given if name in self.poison]:
            raise BrokenRangeError("It is broken.", bad[0].encode(), "marcxml", "malformed_xml")
        results = [decoded(name) for name in given if name not in self.swallowed]
        return Range(results, len(self.names) if self.counted else None)


def read(fake: Fake, size: int = 10, place: Place | None = None) -> list[str]:
    """What was delivered: control numbers, and ``?`` with the bytes for what could not be read."""
    return [
        "?" + one.raw.decode() if isinstance(one, Unreadable) else one.record.control_number
        for results, _ in Walk(fake, size).steps(place or Place())
        for one in results
    ]


NAMES = [f"r{n}" for n in range(1, 48)]


@pytest.mark.parametrize("size", [1, 2, 3, 10, 47, 100])
def test_every_record_is_delivered_once_and_in_order(size: int) -> None:
    assert read(Fake(NAMES), size) == NAMES


@pytest.mark.parametrize("cap", [1, 2, 3, 7])
@pytest.mark.parametrize("size", [1, 4, 10])
def test_a_server_that_gives_only_a_few_at_once_is_read_whole(size: int, cap: int) -> None:
    assert read(Fake(NAMES, cap=cap), size) == NAMES


def test_a_cap_once_known_costs_no_further_requests() -> None:
    fake = Fake([f"r{n}" for n in range(1000)], cap=50)
    assert len(read(fake, 100)) == 1000
    assert len(fake.requests) < 25


def test_a_list_without_a_known_length_is_read_to_its_end() -> None:
    fake = Fake(NAMES)
    fake.counted = False
    assert read(fake) == NAMES
    fake = Fake([])
    fake.counted = False
    assert read(fake) == []


def test_an_empty_list_has_one_empty_page_that_ends_it() -> None:
    steps = list(Walk(Fake([]), 10).steps(Place()))
    assert [(list(results), place.ended) for results, place in steps] == [([], True)]


@pytest.mark.parametrize("bad", [{"r1"}, {"r10"}, {"r11"}, {"r47"}, {"r10", "r11", "r12"}, {"r3", "r30"}])
def test_a_record_that_breaks_its_page_is_isolated_and_the_rest_delivered(bad: set[str]) -> None:
    fake = Fake(NAMES, poison=bad)
    assert read(fake) == ["?" + name if name in bad else name for name in NAMES]


def test_isolating_one_record_of_a_large_page_takes_few_requests() -> None:
    names = [f"r{n}" for n in range(1, 501)]
    fake = Fake(names, poison={"r333"})
    read(fake, 500)
    assert len(fake.requests) < 25


@pytest.mark.parametrize("left_out", ["r1", "r5", "r10", "r11", "r20", "r47"])
def test_a_record_that_the_server_leaves_out_without_a_word_is_missed(left_out: str) -> None:
    fake = Fake(NAMES)
    fake.swallowed = {left_out}
    told = read(fake)
    assert set(NAMES) - {left_out} <= set(told)
    assert f"?position {NAMES.index(left_out) + 1}" in told


def test_a_server_that_delivers_nothing_any_more_is_given_up() -> None:
    names = [f"r{n}" for n in range(1000)]
    fake = Fake(names)
    fake.swallowed = set(names[100:])
    with pytest.raises(SourceAway, match="none of 51 records"):
        read(fake, 100)


def test_a_server_that_repeats_a_page_for_every_position_is_a_failure() -> None:
    fake = Fake(NAMES)
    whole = fake.fetch
    fake.fetch = lambda _start, count: whole(1, count)  # type: ignore[method-assign]
    with pytest.raises(FatalError, match="does not heed the position"):
        read(fake)


def once(number: int, change: Callable[[Fake], None]) -> Callable[[Fake], None]:
    """Change the list before the request of that number."""

    def before(fake: Fake) -> None:
        if len(fake.requests) == number:
            change(fake)

    return before


def test_deletions_behind_us_make_us_skip_nothing() -> None:
    fake = Fake(NAMES)
    fake.before = once(3, lambda fake: fake.names.__delitem__(slice(0, 7)))
    told = read(fake)
    assert set(told) == set(NAMES)
    assert told.count("r8") == 1, "a look at the page before is enough"


def test_a_deletion_while_a_broken_page_is_halved_makes_us_skip_nothing() -> None:
    for number in range(2, 12):
        fake = Fake(NAMES, poison={"r13"})
        fake.before = once(number, lambda fake: fake.names.__delitem__(slice(0, 3)))
        assert {one.lstrip("?") for one in read(fake)} == set(NAMES)


def test_the_deletion_of_the_last_record_read_makes_us_skip_nothing() -> None:
    fake = Fake(NAMES)
    fake.before = once(3, lambda fake: fake.names.remove("r20"))
    assert set(read(fake)) == set(NAMES)


def test_insertions_behind_us_are_no_reason_to_stop() -> None:
    fake = Fake(NAMES)
    fake.before = once(3, lambda fake: fake.names.insert(0, "new"))
    assert set(NAMES) <= set(read(fake))


def test_a_list_that_shrinks_below_our_place_is_read_again() -> None:
    fake = Fake(NAMES)
    fake.before = once(4, lambda fake: fake.names.__delitem__(slice(0, 40)))
    assert set(read(fake)) >= set(NAMES[:30]) | set(NAMES[40:])


def test_a_list_that_never_keeps_still_is_given_up_for_now() -> None:
    fake = Fake(NAMES)
    fake.before = lambda fake: fake.names.__setitem__(
        slice(None), [f"{len(fake.requests)}-{n}" for n in range(47)]
    )
    with pytest.raises(SourceAway, match="keep still"):
        read(fake)


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.booleans(), st.integers(0, 60), st.integers(1, 12)), max_size=5
    ),
    st.integers(2, 15),
)
def test_what_stays_in_a_list_is_delivered_whatever_comes_and_goes(
    changes: list[tuple[int, bool, int, int]], size: int
) -> None:
    fake = Fake(NAMES)
    removed: set[str] = set()
    added = iter(range(10_000))

    def before(fake: Fake) -> None:
        for number, removing, place, many in changes:
            if number != len(fake.requests):
                continue
            if removing:
                removed.update(fake.names[place : place + many])
                del fake.names[place : place + many]
            else:
                fake.names[place:place] = [f"n{next(added)}" for _ in range(many)]

    fake.before = before
    try:
        told = set(read(fake, size))
    except SourceAway:
        return
    assert set(NAMES) - removed <= told


# --- pages and what is known about them -------------------------------------------------------------


def told_pages(
    fake: Fake, checkpoint: dict[str, Any] | None = None, *, reached: Any = None, question: Any = None
) -> list[Any]:
    asked = question or Question("all")
    return list(pages(fake, asked, 10, reached or {}, checkpoint or {}))


def test_the_first_page_begins_anew_and_the_last_has_the_watermark() -> None:
    made = told_pages(Fake(NAMES))
    assert [page.checkpoint.get("fresh") for page in made] == [True, None, None, None, None]
    assert [page.reached for page in made[:-1]] == [None] * 4
    assert made[-1].reached == {"question": "all", "since": "2026-11-20"}
    assert [page.done for page in made] == [10, 20, 30, 40, 47]
    assert {page.whole for page in made} == {47}
    assert all(page.entire for page in made)


@pytest.mark.parametrize("number", range(4))
def test_a_harvest_goes_on_after_any_page(number: int) -> None:
    fake = Fake(NAMES)
    made = told_pages(fake)
    rest = told_pages(fake, made[number].checkpoint)
    numbers = [one.record.control_number for page in rest for one in page.results]
    assert numbers == NAMES[10 * (number + 1) :]
    assert not any("fresh" in page.checkpoint for page in rest)
    assert rest[-1].reached == made[-1].reached


def test_a_harvest_held_back_at_its_end_ends_again_without_reading() -> None:
    fake = Fake(NAMES)
    last = told_pages(fake)[-1]
    again = told_pages(fake, last.checkpoint)
    assert [(page.results, page.reached) for page in again] == [((), last.reached)]


def test_a_harvest_held_back_at_its_end_begins_anew_when_the_list_is_another() -> None:
    fake = Fake(NAMES)
    last = told_pages(fake)[-1]
    fake.names.append("r48")
    assert told_pages(fake, last.checkpoint)[0].checkpoint["fresh"]


def test_another_question_begins_anew() -> None:
    checkpoint = told_pages(Fake(NAMES))[1].checkpoint
    assert told_pages(Fake(NAMES), checkpoint, question=Question("other"))[0].checkpoint["fresh"]


def test_what_could_not_be_read_holds_the_watermark_and_forbids_deletions() -> None:
    reached = {"question": "all", "since": "2026-01-01"}
    made = told_pages(Fake(NAMES, poison={"r15"}), reached=reached)
    assert made[-1].reached == reached
    assert not made[-1].entire
    resumed = told_pages(Fake(NAMES), made[2].checkpoint, reached=reached)
    assert resumed[-1].reached == reached
    assert not resumed[-1].entire


def test_a_question_for_changes_is_not_one_for_everything() -> None:
    made = told_pages(Fake(NAMES), question=Question("all", date(2026, 11, 1)))
    assert not any(page.entire for page in made)


def test_the_watermark_asks_only_the_question_that_it_is_of() -> None:
    reached = {"question": "all", "since": "2026-11-20"}
    day = date(2026, 11, 20)
    assert Question.of("all", wish="", reached=reached, full=False) == Question("all", day)
    assert Question.of("all", wish="", reached=reached, full=True) == Question("all")
    assert Question.of("other", wish="", reached=reached, full=False) == Question("other")
    assert Question.of("all", wish="2026-11-01", reached=reached, full=True).since == date(2026, 11, 1)


def test_a_wish_that_leaves_a_gap_does_not_move_the_watermark() -> None:
    reached = {"question": "all", "since": "2026-11-10"}
    assert Question("all", date(2026, 11, 15)).goal(NOW, reached) == reached
    assert Question("all", date(2026, 11, 15)).goal(NOW, {}) == {}
    assert Question("all", date(2026, 11, 5)).goal(NOW, reached)["since"] == "2026-11-20"


def test_a_day_is_written_as_the_server_reads_it() -> None:
    day = date(2026, 1, 2)
    assert (
        since_clause('rec.lastModificationDate >= "{since}"', day)
        == 'rec.lastModificationDate >= "2026-01-02"'
    )
    assert since_clause("@attr 1=1012 {since:%Y%m%d}", day) == "@attr 1=1012 20260102"


@pytest.mark.parametrize("template", ["rec.date > 2020", "{other}", "{0}", "{since.nothing}", "{since"])
def test_a_condition_without_the_day_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"since|brace|'\}'"):
        since_clause(template, date(2026, 1, 2))


def test_a_place_survives_the_checkpoint() -> None:
    place = Place(11, "r10", 10, 47, 1)
    assert replace(place) == Place(**asdict(place))
