"""Whatever happens to a file: whole records are read, broken ones named, and nothing is half taken."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rabis_sync.marc.codec import REASONS, Decoded, Unreadable, encode_iso2709, read
from rabis_sync.marc.fields import Field, MarcRecord, content_hash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

END, MARK = b"\x1d", b"\x1e"
HTML = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    b"<body>\x1d<h1>502</h1>\xd0\xbf\x1d</body></html>"
)
WORDS = ["Қазақ", "тілі", "мен", "әдебиеті", "Город", "Караганда", "история", "края", "сборник", "учебник"]


def synthetic(number: int) -> bytes:
    rnd = random.Random(number)
    text = " ".join(rnd.choice(WORDS) for _ in range(rnd.randrange(3, 12)))
    fields = (
        Field("001", f"KRG{number:06}"),
        Field("100", "  \x1fa20200101d2020    m  y0kazy50      ca"),
        Field("200", f"1 \x1fa{text}\x1ff{rnd.choice(WORDS)}"),
        Field("210", f"  \x1faАлматы\x1fd{rnd.randrange(1950, 2024)}"),
        *(Field("610", f"0 \x1fa{rnd.choice(WORDS)}") for _ in range(rnd.randrange(5))),
        Field("899", f"  \x1fp{number}\x1fc{rnd.choice(WORDS)}"),
    )
    return encode_iso2709(MarcRecord("00000nam  2200000   450 ", fields))


class Records(list[bytes]):
    """Whole records, one string of bytes each; a failing test need not print them all."""

    def __repr__(self) -> str:
        return f"<{len(self)} records>"


@pytest.fixture(scope="module", params=["made up", "tatarstan"])
def records(request: pytest.FixtureRequest) -> Records:
    if request.param == "made up":
        return Records(synthetic(number) for number in range(60))
    shared: Path = request.getfixturevalue("shared_data")
    chunks = (shared / "tatarstan-500.mrc").read_bytes().split(END)[:-1]
    return Records(chunk + END for chunk in chunks[::8][:60])


SPOILS: dict[str, Callable[[bytes, random.Random], bytes]] = {}


def spoil(function: Callable[[bytes, random.Random], bytes]) -> Callable[[bytes, random.Random], bytes]:
    SPOILS[function.__name__] = function
    return function


def _base(raw: bytes) -> int:
    return raw.index(MARK) + 1


def _entry(raw: bytes, rnd: random.Random) -> int:
    return 24 + 12 * rnd.randrange((_base(raw) - 25) // 12)


def _put(raw: bytes, at: int, new: bytes) -> bytes:
    return raw[:at] + new + raw[at + len(new) :]


@spoil
def flip_a_digit_of_the_record_length(raw: bytes, rnd: random.Random) -> bytes:
    at = rnd.randrange(5)
    return _put(raw, at, b"%d" % ((raw[at] - 48 + rnd.randrange(1, 10)) % 10))


@spoil
def write_letters_into_the_record_length(raw: bytes, rnd: random.Random) -> bytes:
    return _put(raw, rnd.randrange(4), b"xx")


@spoil
def write_a_broken_byte_into_the_record_length(raw: bytes, rnd: random.Random) -> bytes:
    return _put(raw, rnd.randrange(5), b"\xff")


@spoil
def flip_a_digit_of_the_base_address(raw: bytes, rnd: random.Random) -> bytes:
    at = 12 + rnd.randrange(5)
    return _put(raw, at, b"%d" % ((raw[at] - 48 + rnd.randrange(1, 10)) % 10))


@spoil
def write_a_symbol_into_the_type_of_record(raw: bytes, rnd: random.Random) -> bytes:
    return _put(raw, rnd.choice((5, 6, 7, 8)), rnd.choice((b"!", b"?", b"\x07", b"\xc0")))


@spoil
def write_a_symbol_into_the_indicator_count(raw: bytes, rnd: random.Random) -> bytes:
    return _put(raw, rnd.choice((10, 11)), rnd.choice((b"x", b"?", b"\x02")))


@spoil
def write_other_digits_over_an_entry(raw: bytes, rnd: random.Random) -> bytes:
    at = _entry(raw, rnd) + 3
    new = b"%09d" % ((int(raw[at : at + 9]) + rnd.randrange(1, 10**9)) % 10**9)
    return _put(raw, at, new)


@spoil
def write_zeros_as_digits_over_the_directory(raw: bytes, rnd: random.Random) -> bytes:
    at = _entry(raw, rnd)
    return _put(raw, at, b"0" * min(36, _base(raw) - 1 - at))


@spoil
def write_blanks_over_the_directory(raw: bytes, rnd: random.Random) -> bytes:
    return _put(raw, _entry(raw, rnd), b" " * 12)


@spoil
def write_a_tag_that_is_none(raw: bytes, rnd: random.Random) -> bytes:
    return _put(raw, _entry(raw, rnd), rnd.choice((b"2 0", b"-1-", b"\xd0\xb0\x31")))


@spoil
def remove_an_entry_of_the_directory(raw: bytes, rnd: random.Random) -> bytes:
    at = _entry(raw, rnd)
    return raw[:at] + raw[at + 12 :]


@spoil
def write_an_entry_twice(raw: bytes, rnd: random.Random) -> bytes:
    at = _entry(raw, rnd)
    return raw[: at + 12] + raw[at:]


@spoil
def exchange_two_entries(raw: bytes, rnd: random.Random) -> bytes:
    at = _entry(raw[:-40] if _base(raw) > 60 else raw, rnd)
    at = min(at, _base(raw) - 1 - 24)
    return _put(raw, at, raw[at + 12 : at + 24] + raw[at : at + 12])


@spoil
def lose_a_byte_of_the_directory(raw: bytes, rnd: random.Random) -> bytes:
    at = rnd.randrange(24, _base(raw) - 1)
    return raw[:at] + raw[at + 1 :]


@spoil
def lose_a_byte_of_the_leader(raw: bytes, rnd: random.Random) -> bytes:
    at = rnd.randrange(24)
    return raw[:at] + raw[at + 1 :]


@spoil
def cut_the_tail_with_the_terminator(raw: bytes, rnd: random.Random) -> bytes:
    return raw[: rnd.randrange(1, len(raw) - 1)]


@spoil
def cut_the_tail_before_the_terminator(raw: bytes, rnd: random.Random) -> bytes:
    return raw[: rnd.randrange(1, len(raw) - 2)] + END


@spoil
def cut_the_head(raw: bytes, rnd: random.Random) -> bytes:
    return raw[rnd.randrange(1, len(raw) - 1) :]


@spoil
def cut_out_a_piece(raw: bytes, rnd: random.Random) -> bytes:
    start, end = sorted(rnd.sample(range(1, len(raw) - 1), 2))
    return raw[:start] + raw[end:]


@spoil
def write_zero_bytes_over_a_piece(raw: bytes, rnd: random.Random) -> bytes:
    at = rnd.randrange(len(raw) - 20)
    return _put(raw, at, bytes(rnd.randrange(1, 20)))


@spoil
def slip_zero_bytes_in(raw: bytes, rnd: random.Random) -> bytes:
    at = rnd.randrange(1, len(raw) - 1)
    return raw[:at] + bytes(rnd.randrange(1, 600)) + raw[at:]


@spoil
def lose_the_terminator(raw: bytes, rnd: random.Random) -> bytes:
    return raw[:-1]


@spoil
def write_over_the_terminator(raw: bytes, rnd: random.Random) -> bytes:
    return raw[:-1] + rnd.choice((b"x", b"0", b"\n", b"\xd0"))


@spoil
def slip_a_record_terminator_in(raw: bytes, rnd: random.Random) -> bytes:
    at = rnd.randrange(1, len(raw) - 1)
    return raw[:at] + END + raw[at:]


@spoil
def write_record_terminators_over_text(raw: bytes, rnd: random.Random) -> bytes:
    for _ in range(3):
        raw = _put(raw, rnd.randrange(len(raw) - 1), END)
    return raw


@spoil
def slip_a_field_terminator_in(raw: bytes, rnd: random.Random) -> bytes:
    at = rnd.randrange(25, len(raw) - 1)
    return raw[:at] + MARK + raw[at:]


@spoil
def write_a_field_terminator_over_text(raw: bytes, rnd: random.Random) -> bytes:
    at = rnd.choice([at for at in range(_base(raw), len(raw) - 2) if raw[at : at + 1] != MARK])
    return _put(raw, at, MARK)


@spoil
def write_over_a_field_terminator(raw: bytes, rnd: random.Random) -> bytes:
    at = rnd.choice([at for at in range(len(raw)) if raw[at : at + 1] == MARK])
    return _put(raw, at, b" ")


@spoil
def lose_a_letter_of_two_bytes(raw: bytes, rnd: random.Random) -> bytes:
    at = rnd.choice([at for at in range(len(raw)) if raw[at] in (0xD0, 0xD1, 0xD2, 0xD3)])
    return raw[:at] + raw[at + 2 :]


@spoil
def break_a_letter(raw: bytes, rnd: random.Random) -> bytes:
    at = rnd.choice([at for at in range(len(raw)) if raw[at] in (0xD0, 0xD1, 0xD2, 0xD3)])
    return _put(raw, at + rnd.randrange(2), rnd.choice((b"?", b"\xff")))


@spoil
def lose_a_field_but_not_its_entry(raw: bytes, rnd: random.Random) -> bytes:
    head, *fields = raw.split(MARK)
    del fields[rnd.randrange(len(fields) - 1)]
    return MARK.join([head, *fields])


@spoil
def write_a_field_twice(raw: bytes, rnd: random.Random) -> bytes:
    head, *fields = raw.split(MARK)
    at = rnd.randrange(len(fields) - 1)
    return MARK.join([head, *fields[:at], fields[at], *fields[at:]])


def hashes(outcomes: list[Decoded | Unreadable]) -> list[str]:
    return [content_hash(found.canonical) for found in outcomes if isinstance(found, Decoded)]


def originals(records: Records) -> list[str]:
    return hashes(list(read(io.BytesIO(b"".join(records)))))


def check_that_nothing_is_half_taken(data: bytes, expected: list[str], whole: list[str]) -> list[Unreadable]:
    """`expected`: content of all records; `whole`: of those that no damage touched, in order."""
    outcomes = list(read(io.BytesIO(data)))
    found = hashes(outcomes)
    assert set(found) <= set(expected), "content that no record had"
    remaining = iter(found)
    assert all(one in remaining for one in whole), "an undamaged record was not delivered"
    for outcome in outcomes:
        assert data[outcome.offset : outcome.offset + len(outcome.raw)] == outcome.raw
    broken = [outcome for outcome in outcomes if isinstance(outcome, Unreadable)]
    assert {outcome.reason for outcome in broken} <= set(REASONS)
    return broken


@pytest.mark.parametrize("name", SPOILS)
def test_a_broken_record_is_read_equal_to_its_original_or_named(records: Records, name: str) -> None:
    expected = originals(records)
    for seed in range(6):
        rnd = random.Random(f"{name} {seed}")
        victims = sorted({0, len(records) - 1, *rnd.sample(range(len(records)), 6)})
        spoilt = [SPOILS[name](raw, rnd) if at in victims else raw for at, raw in enumerate(records)]
        whole = [one for at, one in enumerate(expected) if at not in victims]
        broken = check_that_nothing_is_half_taken(b"".join(spoilt), expected, whole)
        delivered = len(hashes(list(read(io.BytesIO(b"".join(spoilt))))))
        lost = len(records) - delivered
        assert len(broken) >= lost / 3, "a lost record was not named"
        assert bool(broken) >= bool(lost)


JUNK = {
    "text": "Отчёт о выгрузке: 500 записей\r\n".encode(),
    "binary": bytes(range(1, 256)) * 5,
    "terminators": b"\x1d\x1e\x1d\x1d\x1f\x1e",
    "an error page": HTML,
    "half a leader": b"00562nam2 2200",
    "a leader alone": b"00562nam2 2200217 i 450 ",
    "digits": b"0123456789" * 40,
}


@pytest.mark.parametrize("name", JUNK)
@pytest.mark.parametrize("place", [0, 1, 30, 60])
def test_junk_between_records_costs_no_record(records: Records, name: str, place: int) -> None:
    data = b"".join([*records[:place], JUNK[name], *records[place:]])
    expected = originals(records)
    broken = check_that_nothing_is_half_taken(data, expected, expected)
    assert b"".join(outcome.raw for outcome in broken).replace(END, b"") == JUNK[name].replace(END, b"")


PADDING = [b"\r\n", b"\n\n", b"\xef\xbb\xbf", b"\x1a", b"   ", bytes(512), b"\r\n\x1a\0\xef\xbb\xbf\t\0"]


@pytest.mark.parametrize("padding", PADDING)
def test_padding_between_records_is_passed_over_without_a_word(records: Records, padding: bytes) -> None:
    data = padding + padding.join(records) + padding
    outcomes = list(read(io.BytesIO(data)))
    assert hashes(outcomes) == originals(records)
    assert len(outcomes) == len(records)
    assert all(data[found.offset :].startswith(found.raw) for found in outcomes)


def test_a_record_that_follows_ten_megabytes_of_junk_is_read(records: Records) -> None:
    junk = b"x" * (21 * 1024 * 1024)
    outcomes = list(read(io.BytesIO(records[0] + junk + records[1])))
    assert hashes(outcomes) == originals(records)[:2]
    assert max(len(found.raw) for found in outcomes) < 12 * 1024 * 1024
    assert sum(len(found.raw) for found in outcomes) == len(records[0] + junk + records[1])


@st.composite
def accidents(draw: st.DrawFn) -> tuple[str, float, int, int]:
    kind = draw(st.sampled_from(["cut", "zero", "slip zeros in", "slip junk in", "truncate"]))
    return (
        kind,
        draw(st.floats(0, 1, exclude_max=True)),
        draw(st.integers(1, 3000)),
        draw(st.integers(0, 2**30)),
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(accident=accidents())
def test_an_accident_anywhere_costs_only_the_records_it_touches(
    records: Records, accident: tuple[str, float, int, int]
) -> None:
    kind, share, size, seed = accident
    data = b"".join(records)
    at = max(int(share * len(data)), len(records[0]) if kind == "truncate" else 0)
    rnd = random.Random(seed)
    inserted = kind.startswith("slip")
    end = at if inserted else len(data) if kind == "truncate" else min(at + size, len(data))
    new = {
        "zero": bytes(end - at),
        "slip zeros in": bytes(size),
        "slip junk in": bytes(rnd.choice((29, 30, 31, 32, 48, 0xD0, 0xB0, 97)) for _ in range(size)),
    }.get(kind, b"")
    spoilt = data[:at] + new + data[end:]
    whole, place = [], 0
    expected = originals(records)
    for raw, one in zip(records, expected, strict=True):
        if place + len(raw) <= at or place >= end:
            whole.append(one)
        place += len(raw)
    check_that_nothing_is_half_taken(spoilt, expected, whole)
