"""In real catalogues every mixed word and every number that is no ISBN has the fate that was agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.real_corrections import Fate, fates

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("tatarstan-500.mrc", "rnb-81-cp1251.iso", "declared-cp1251-is-utf8.iso", "zebra-rusmarc-72.mrc")

#: Whole words only a person may change: Tatar in Latin letters, a badly typed «№», a numeral at a letter.
LEFT = {
    "nigezendә",
    "әlifba",
    "Әlifba",
    "Xikәjәlәr",
    "Wәlitova",
    "nәsrlәr",
    "Nш",
    "XVIг",
    "XVIIIг",
    "ХолдеманII",
}
#: Right forms without doubt.
MENDED = {
    "Cтихотворения": "Стихотворения", "KДПУ": "КДПУ", "tаr": "tar", "Сiмферополь": "Сімферополь",
    "Горiшна": "Горішна", "Бiблiогр": "Бібліогр", "Клiнiко": "Клініко-лабораторнi",
}  # fmt: skip


@pytest.fixture(scope="module")
def found(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Fate]:
    return fates([shared_data / name for name in FILES], tmp_path_factory.mktemp("real"))


def test_words_that_are_right_or_doubtful_are_left(found: list[Fate]) -> None:
    left = {one.what for one in found if one.kind == "mixed script" and not one.became.startswith("fixed")}
    assert left >= LEFT


def test_words_that_read_in_one_way_are_mended(found: list[Fate]) -> None:
    became = {one.what: one.became for one in found if one.kind == "mixed script"}
    for word, mended in MENDED.items():
        assert became[word].startswith("fixed"), word
        assert mended in became[word]


def test_a_kazakh_word_with_a_latin_y_is_proposed_and_not_mended(found: list[Fate]) -> None:
    [word] = [one for one in found if one.what == "Атамyра"]
    assert word.became.startswith("suggested")
    assert word.became.endswith(": Атамұра")


def test_no_number_that_is_no_isbn_is_passed_over_in_silence(found: list[Fate]) -> None:
    numbers = [one for one in found if one.kind == "no valid ISBN"]
    assert len(numbers) > 40
    assert [one for one in numbers if one.became == "left"] == []
    cyrillic = [one for one in numbers if one.what[-1] in "Хх"]
    assert len(cyrillic) > 10
    assert all(one.became.startswith("fixed (isbn_form)") for one in cyrillic)
    assert all(one.became.endswith(one.what[:-1] + "X") for one in cyrillic)
