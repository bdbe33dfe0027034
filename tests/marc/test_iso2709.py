"""ISO 2709: what a directory may say, what it may not, and what is written."""

from __future__ import annotations

import io
from itertools import accumulate

import pytest

from rabis_sync.errors import RecordError
from rabis_sync.marc.codec import Decoded, Unreadable, decode, encode_iso2709, read
from rabis_sync.marc.fields import Field, MarcRecord

LEADER = "00000nam0 2200000   450 "
TITLE = Field("200", "1 \x1faҚазақ әдебиеті\x1ff М. Әуезов")
RECORD = MarcRecord(
    LEADER, (Field("001", "KRG1"), Field("100", "  \x1fa20200101d2020"), TITLE, Field("899", "  \x1fp15"))
)


def built(record: MarcRecord, lengths: list[int], starts: list[int], leader: str = "") -> bytes:
    """A record whose directory says what the test wants."""
    directory = "".join(
        f"{field.tag}{length:04}{start:05}"
        for field, length, start in zip(record.fields, lengths, starts, strict=True)
    )
    body = "".join(f"{field.text}\x1e" for field in record.fields)
    return f"{leader or record.leader}{directory}\x1e{body}\x1d".encode()


def sizes(record: MarcRecord, *, characters: bool = False) -> list[int]:
    return [len(field.text if characters else field.text.encode()) + 1 for field in record.fields]


def starts_of(lengths: list[int]) -> list[int]:
    return list(accumulate(lengths[:-1], initial=0))


def taken(raw: bytes) -> MarcRecord:
    outcome = decode(raw, "iso2709")
    assert isinstance(outcome, Decoded), outcome
    assert outcome.canonical == outcome.record.canonical()
    return outcome.record


def reason(raw: bytes) -> str:
    outcome = decode(raw, "iso2709")
    assert isinstance(outcome, Unreadable)
    assert outcome.raw == raw
    return outcome.reason


def test_what_is_written_is_read_back_and_has_lengths_in_bytes() -> None:
    raw = encode_iso2709(RECORD)
    assert raw == built(RECORD, sizes(RECORD), starts_of(sizes(RECORD)), raw[:24].decode())
    assert int(raw[:5]) == len(raw)
    assert int(raw[12:17]) == raw.index(b"\x1e") + 1
    assert taken(raw) == RECORD


def test_a_directory_counted_in_characters_is_understood() -> None:
    lengths = sizes(RECORD, characters=True)
    assert taken(built(RECORD, lengths, starts_of(lengths))) == RECORD


def test_a_directory_counted_half_in_characters_is_not_believed() -> None:
    lengths = sizes(RECORD, characters=True)
    lengths[2] += 1
    assert reason(built(RECORD, lengths, starts_of(lengths))) == "directory"


@pytest.mark.parametrize(
    "leader", ["99999nam0 2299999   450 ", "     nam0 22       450 ", "xxxxxnam0 22-----   450 "]
)
def test_length_and_base_address_of_the_leader_may_be_wrong(leader: str) -> None:
    leader = leader.ljust(24)[:24] if len(leader) > 23 else f"     nam0 22{'':8}450 "
    assert taken(built(RECORD, sizes(RECORD), starts_of(sizes(RECORD)), leader)) == RECORD


@pytest.mark.parametrize(
    "written", [lambda n: n % 10_000, lambda n: min(n, 9999), lambda n: n if n < 10_000 else 0]
)
@pytest.mark.parametrize("from_written", [False, True])
def test_a_field_too_long_for_its_entry_is_read_whole(written, *, from_written: bool) -> None:  # noqa: ANN001 (a lambda)
    record = MarcRecord(
        LEADER, (*RECORD.fields[:3], Field("327", "1 \x1fa" + "глава " * 2500), RECORD.fields[3])
    )
    lengths = [written(size) for size in sizes(record)]
    starts = starts_of(lengths if from_written else sizes(record))
    assert taken(built(record, lengths, starts)) == record


@pytest.mark.parametrize(
    "wrapped", [lambda n: n % 100_000, lambda n: min(n, 99_999), lambda n: n if n < 100_000 else 0]
)
def test_a_record_too_long_for_its_leader_is_read_whole(wrapped) -> None:  # noqa: ANN001 (a lambda)
    record = MarcRecord(
        LEADER, tuple(Field("464", f"  \x1fa{number}" + "часть " * 400) for number in range(40))
    )
    assert sum(sizes(record)) > 100_000
    assert (
        taken(built(record, sizes(record), [wrapped(start) for start in starts_of(sizes(record))])) == record
    )


def test_overflow_explains_nothing_in_a_record_that_has_none() -> None:
    lengths = sizes(RECORD)
    assert reason(built(RECORD, [0, *lengths[1:]], starts_of(lengths))) == "directory"


def test_a_directory_sorted_by_tag_gives_the_fields_in_its_order() -> None:
    shuffled = MarcRecord(LEADER, (RECORD.fields[0], TITLE, RECORD.fields[3], RECORD.fields[1]))
    lengths, starts = sizes(shuffled), starts_of(sizes(shuffled))
    order = [0, 3, 1, 2]
    raw = built(shuffled, lengths, starts)
    entries = [raw[24 + 12 * at : 36 + 12 * at] for at in order]
    assert taken(raw[:24] + b"".join(entries) + raw[72:]) == RECORD


def test_two_entries_that_changed_places_are_not_believed() -> None:
    raw = encode_iso2709(RECORD)
    assert reason(raw[:36] + raw[48:60] + raw[36:48] + raw[60:]) == "directory"


def test_missing_or_surplus_blank_indicators_are_made_two() -> None:
    sloppy = MarcRecord(
        LEADER,
        (
            Field("001", "1"),
            Field("200", "\x1faТитул"),
            Field("610", "   \x1faТема"),
            Field("300", "1\x1faП"),
        ),
    )
    found = taken(built(sloppy, sizes(sloppy), starts_of(sizes(sloppy))))
    assert [field.text for field in found.fields] == ["1", "  \x1faТитул", "  \x1faТема", "1 \x1faП"]


def test_text_is_composed_but_codes_are_not() -> None:
    record = MarcRecord(LEADER, (Field("001", "й"), Field("200", "1 \x1fa\u0301Чаи\u0306")))
    found = taken(built(record, sizes(record), starts_of(sizes(record))))
    assert [field.text for field in found.fields] == ["й", "1 \x1fa\u0301Чай"]


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda raw: raw[:30] + b"\0" + raw[31:], "zero_bytes"),
        (lambda raw: raw[:-4] + b"\x1ex\x1e\x1d", "directory"),
        (lambda raw: raw[:-1] + b"x", "truncated"),
        (lambda raw: raw[: len(raw) // 2], "truncated"),
        (lambda raw: raw[:6] + b"\x07" + raw[7:], "leader"),
        (lambda raw: raw[:24] + b"-01" + raw[27:], "directory"),
        (lambda raw: raw[:25] + raw[26:], "directory"),
        (lambda raw: raw.replace("Қазақ".encode(), b"\x1b(N" + b"x" * 7), "iso2022"),
        (lambda raw: raw.replace("Қ".encode(), b"\xd2\xd2"), "damaged_utf8"),
        (lambda _: b"hello", "junk"),
    ],
)
def test_each_damage_has_its_reason(spoil, expected: str) -> None:  # noqa: ANN001 (a lambda)
    assert reason(spoil(encode_iso2709(RECORD))) == expected


def test_a_file_is_read_on_from_the_place_of_any_record() -> None:
    data = b"\r\n".join(encode_iso2709(RECORD) for _ in range(30))
    outcomes = list(read(io.BytesIO(data)))
    for place in (outcomes[7].offset, outcomes[7].offset + len(outcomes[7].raw)):
        rest = list(read(io.BytesIO(data), start=place))
        assert rest == [outcome for outcome in outcomes if outcome.offset >= place]


@pytest.mark.parametrize(
    ("field", "encoding", "named"),
    [
        (Field("327", "1 \x1fa" + "я" * 5000), "utf-8", ["327", "9999"]),
        (TITLE, "koi8_r", ["200", "'Қ'", "U+049A", "koi8_r"]),
        (Field("20", "1 \x1fa"), "utf-8", ["'20'"]),
        (Field("200", "1 \x1fa\x1e"), "utf-8", ["200", "U+001E"]),
    ],
)
def test_what_cannot_be_written_is_named(field: Field, encoding: str, named: list[str]) -> None:
    with pytest.raises(RecordError) as refused:
        encode_iso2709(MarcRecord(LEADER, (field,)), encoding)
    assert all(word in str(refused.value) for word in named)


def test_a_record_too_long_to_be_written_is_refused_with_its_longest_field() -> None:
    fields = tuple(Field("464", f"  \x1fa{'x' * 9000}") for _ in range(12))
    with pytest.raises(RecordError, match=r"99999.*464"):
        encode_iso2709(MarcRecord(LEADER, fields))
