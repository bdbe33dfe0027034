"""Encodings: told by the text, whatever it declares, record by record."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import pytest

from rabis_sync.errors import UnknownName
from rabis_sync.marc.charset import EIGHT_BIT, Charset
from rabis_sync.marc.codec import Decoded, Unreadable, decode, encode_iso2709, read
from rabis_sync.marc.fields import Field, MarcRecord, content_hash
from rabis_sync.marc.reading import NotWholeError

if TYPE_CHECKING:
    from pathlib import Path

LEADER = "00000nam0 2200000   450 "
RUSSIAN = (
    ("История Караганды", "очерки", "Б. С. Ахметов", "Караганда", "Болашак-Баспа", "краеведение"),
    ("Ёлка в степи", "повесть", "П. Щёголев", "Алма-Ата", "Жазушы", "детская литература"),
    ("Съезд учителей", "материалы", "под ред. Э. Ю. Фёдоровой", "Москва", "Наука", "педагогика"),
    ("МАТЕМАТИКА", "УЧЕБНИК ДЛЯ 5 КЛАССА", "Н. Я. ВИЛЕНКИН", "МОСКВА", "МНЕМОЗИНА", "УЧЕБНИКИ"),
)
SIGNS = (
    (
        "«Война и мир» — роман",
        "т. 1–2 … “начало”",
        "Л. Н. Толстой",
        "Москва",
        "Эксмо",
        "± 5 %, 20 °C, § 7, №№ 1–3",
    ),
    ("Погрешность измерений ±0,5 %", "при 25°С и 1013 гПа", "сост. И. Иванов", "Томск", "ТПУ", "метрология"),
)
KAZAKH = (
    ("Абай жолы", "роман-эпопея", "М. Әуезов", "Алматы", "Жазушы", "қазақ әдебиеті"),
    ("Қазақ хандығының тарихы", "оқу құралы", "Ғ. Есім", "Қарағанды", "Болашақ", "Ұлы дала"),
    ("Ғасырлар үні", "өлеңдер", "Мағжан Жұмабаев", "Семей", "Өнер", "һәм ойлар"),
    ("ҰЛЫ ДАЛАНЫҢ ЖЕТІ ҚЫРЫ", "МАҚАЛА", "Н. НАЗАРБАЕВ", "НҰР-СҰЛТАН", "ҒЫЛЫМ", "ТӘУЕЛСІЗДІК"),
    ("Әліппе", "1-сынып", "С. Көшкімбаева", "Алматы", "Атамұра", "оқулық"),
)
UKRAINIAN = (
    ("Єдність і боротьба", "нариси історії України", "В'ячеслав Чорновіл", "Київ", "Либідь", "її народ"),
    ("Ґанок", "оповідання", "Є. Гуцало", "Львів", "Каменяр", "українська література"),
)
TATAR = (("Җиңү көне", "хикәяләр", "Ә. Еники", "Казан", "Татарстан китап нәшрияты", "татар әдәбияты"),)
SERBIAN = (("На Дрини ћуприја", "роман", "Иво Андрић", "Београд", "Просвета", "њихова књижевност, ђаци"),)


def book(parts: tuple[str, ...], language: str = "rus") -> MarcRecord:
    title, other, author, place, publisher, subject = parts
    fields = (
        Field("001", "KRG1"),
        Field("100", "  \x1fa20200101d2020    m  y0rusy50      ca"),
        Field("101", f"0 \x1fa{language}"),
        Field("200", f"1 \x1fa{title}\x1fe{other}\x1ff{author}"),
        Field("210", f"  \x1fa{place}\x1fc{publisher}\x1fd2020"),
        Field("606", f"  \x1fa{subject}"),
    )
    return MarcRecord(LEADER, fields)


HELD = {
    "cp1251": RUSSIAN + SIGNS + UKRAINIAN + SERBIAN,
    "kz1048": RUSSIAN + SIGNS + KAZAKH,
    "ptcp154": RUSSIAN + KAZAKH + TATAR,
    "cp866": RUSSIAN,
    "koi8_r": RUSSIAN,
}
CASES = [(encoding, parts) for encoding, all_parts in HELD.items() for parts in all_parts]


@pytest.mark.parametrize(
    ("encoding", "parts"), CASES, ids=lambda value: value if isinstance(value, str) else value[0]
)
def test_a_single_record_alone_gives_its_own_letters(encoding: str, parts: tuple[str, ...]) -> None:
    record = book(parts)
    found = decode(encode_iso2709(record, encoding), "iso2709")
    assert isinstance(found, Decoded)
    assert found.record == record
    assert found.confidence > 0.5


@pytest.mark.parametrize("encoding", HELD)
def test_a_file_gives_its_own_letters_and_one_name(encoding: str) -> None:
    records = [book(parts) for parts in HELD[encoding]] * 3
    found = list(read(io.BytesIO(b"".join(encode_iso2709(record, encoding) for record in records))))
    assert [outcome.record for outcome in found if isinstance(outcome, Decoded)] == records
    assert {outcome.encoding for outcome in found if isinstance(outcome, Decoded)} == {encoding}


def test_a_file_that_mixes_encodings_is_read_record_by_record() -> None:
    rnd = random.Random(7)
    mixed = [(book(parts), encoding) for encoding, parts in CASES * 4]
    mixed += [(book(parts), "utf-8") for parts in KAZAKH + UKRAINIAN]
    rnd.shuffle(mixed)
    found = list(read(io.BytesIO(b"".join(encode_iso2709(record, encoding) for record, encoding in mixed))))
    assert [outcome.record for outcome in found if isinstance(outcome, Decoded)] == [
        record for record, _ in mixed
    ]


@pytest.mark.parametrize(
    ("word", "encoding", "other"), [("Әуезов Әлия", "ptcp154", "kz1048"), ("аға, Ғабит", "kz1048", "ptcp154")]
)
def test_the_byte_that_is_gha_in_one_encoding_and_schwa_in_another_is_told_by_its_word(
    word: str, encoding: str, other: str
) -> None:
    assert word.encode(encoding).decode(other) != word
    record = MarcRecord(LEADER, (Field("101", "0 \x1fakaz"), Field("200", f"1 \x1fa{word} мен қыз үні")))
    found = decode(encode_iso2709(record, encoding), "iso2709")
    assert isinstance(found, Decoded)
    assert found.record == record


@pytest.mark.parametrize("declared", ["89", "79", "99", "50", "01"])
@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r", "cp866", "utf-8"])
def test_the_declared_character_set_does_not_decide(declared: str, encoding: str) -> None:
    record = book(RUSSIAN[0])
    coded = Field("100", f"  \x1fa20200101d2020    m  y0rusy{declared}      ca")
    record = MarcRecord(LEADER.replace("0 22", "0a22"), (record.fields[0], coded, *record.fields[2:]))
    found = decode(encode_iso2709(record, encoding), "iso2709")
    assert isinstance(found, Decoded)
    assert (found.record, found.encoding) == (record, encoding)


def test_confidence_is_low_only_where_two_readings_are_alike() -> None:
    def confidence(text: str, encoding: str) -> float:
        return Charset().read(b"  \x1fa" + text.encode(encoding) + b"\x1e").confidence

    assert confidence("История казахского народа", "cp1251") == 1.0
    assert confidence("Ц", "cp1251") < 0.9
    assert confidence("ASCII", "ascii") == 1.0
    assert 0 <= confidence("я", "koi8_r") < 0.99


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("Les misérables : élève, forêt, château".encode("latin-1"), "undecodable"),
        ("Größe, Übermut, Städte".encode("cp1252"), "undecodable"),
        (bytes(range(128, 256)), "undecodable"),
        ("Қазақ әдебиеті".encode()[:-1], "damaged_utf8"),
        ("Қазақ әдеби".encode() + b"\xff" + "еті".encode(), "damaged_utf8"),
        (b"\x1b(NbEC", "iso2022"),
    ],
)
def test_text_of_no_known_encoding_is_never_guessed(raw: bytes, reason: str) -> None:
    with pytest.raises(NotWholeError) as refused:
        Charset().read(b"  \x1fa" + raw + b"\x1e")
    assert refused.value.reason == reason


def test_a_forced_encoding_is_used_even_against_the_evidence() -> None:
    raw = encode_iso2709(book(RUSSIAN[0]), "cp1251")
    found = decode(raw, "iso2709", "koi8_r")
    assert isinstance(found, Decoded)
    assert found.record != book(RUSSIAN[0])
    refused = decode(raw, "iso2709", "utf-8")
    assert isinstance(refused, Unreadable)
    assert (refused.reason, "0x" in refused.detail) == ("undecodable", True)


@pytest.mark.parametrize("name", ["cp1521", "utf-16", "rot13", "base64", "cp037"])
def test_an_encoding_nobody_knows_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownName) as refused:
        read(io.BytesIO(b"00000"), encoding=name)
    assert name in str(refused.value)
    assert "cp1251" in refused.value.hint


def test_real_records_keep_their_content_in_every_encoding_that_holds_them(shared_data: Path) -> None:
    names = ("tatarstan-500.mrc", "rnb-81-cp1251.iso", "declared-cp1251-is-utf8.iso", "zebra-rusmarc-72.mrc")
    records = []
    for name in names:
        with (shared_data / name).open("rb") as stream:
            records += [outcome.record for outcome in read(stream) if isinstance(outcome, Decoded)]
    assert len(records) == 654
    held = {}
    mixed = []
    for encoding in EIGHT_BIT:
        encoded = [(record, raw) for record in records if (raw := _encoded(record, encoding))]
        held[encoding] = len(encoded)
        expected = [content_hash(record.canonical()) for record, _ in encoded]
        assert [_hash(decode(raw, "iso2709")) for _, raw in encoded] == expected, encoding
        assert [_hash(found) for found in read(io.BytesIO(b"".join(raw for _, raw in encoded)))] == expected
        mixed += encoded
    assert held == {"cp1251": 173, "kz1048": 408, "ptcp154": 653, "cp866": 173, "koi8_r": 172}
    random.Random(5).shuffle(mixed)
    found = [_hash(outcome) for outcome in read(io.BytesIO(b"".join(raw for _, raw in mixed)))]
    assert found == [content_hash(record.canonical()) for record, _ in mixed]


def _encoded(record: MarcRecord, encoding: str) -> bytes:
    try:
        return encode_iso2709(record, encoding)
    except Exception:  # noqa: BLE001 (the record holds letters that the encoding does not)
        return b""


def _hash(outcome: Decoded | Unreadable) -> str:
    return content_hash(outcome.canonical) if isinstance(outcome, Decoded) else outcome.reason
