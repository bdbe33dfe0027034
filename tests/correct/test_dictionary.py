from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rabis_sync.correct import dictionary
from rabis_sync.correct.slips import one_slip_away
from rabis_sync.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

AFF = """\ufeffSET UTF-8
TRY аби
SFX A Y 2
SFX A 0 лар [аоуұы]
SFX A а ы/B [^к]а
SFX B N 1
SFX B 0 сы .
"""


@pytest.fixture
def small(tmp_path: Path) -> dictionary.Dictionary:
    (tmp_path / "xx_XX.aff").write_text(AFF, "utf-8")
    (tmp_path / "xx_XX.dic").write_text("\ufeff4\nбала/A\nкнига/AB\nАбай\nЧУК\n", "utf-8")
    found = dictionary.load(tmp_path, "xx_XX", "kaz")
    assert found is not None
    return found


@pytest.mark.parametrize(
    "word", ["бала", "балалар", "балы", "книгасы", "Бала", "БАЛАЛАР", "Абай", "АБАЙ", "ЧУК"]
)
def test_a_stem_with_an_ending_of_its_flags_is_a_word(small: dictionary.Dictionary, word: str) -> None:
    assert small.knows(word)


@pytest.mark.parametrize("word", ["баласы", "бал", "абай", "чук", "Чук", "сы", "лар", ""])
def test_another_ending_or_a_small_letter_where_the_dictionary_has_a_capital_makes_none(
    small: dictionary.Dictionary, word: str
) -> None:
    assert not small.knows(word)


def test_a_dictionary_that_is_not_installed_is_none(tmp_path: Path) -> None:
    assert dictionary.load(tmp_path, "kk_KZ", "kaz") is None


def test_one_that_is_no_text_in_utf_8_is_named_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "xx_XX.aff").write_text("SET KOI8-R", "utf-8")
    (tmp_path / "xx_XX.dic").write_bytes("1\nкнига\n".encode("koi8-r"))
    with pytest.raises(ConfigError, match=r"xx_XX\.dic cannot be read"):
        dictionary.load(tmp_path, "xx_XX", "rus")


def test_other_words_are_another_version(small: dictionary.Dictionary, tmp_path: Path) -> None:
    with (tmp_path / "xx_XX.dic").open("a", encoding="utf-8") as stream:
        stream.write("жол\n")
    changed = dictionary.load(tmp_path, "xx_XX", "kaz")
    assert changed is not None
    assert changed.version != small.version


def test_debians_dictionaries_know_their_languages(dictionaries: dict[str, dictionary.Dictionary]) -> None:
    assert all(map(dictionaries["rus"].knows, ["краеведческого", "Москва", "КАЗАХСТАНА", "ёлка"]))
    assert all(map(dictionaries["kaz"].knows, ["қазақстан", "кітаптың", "тарихы", "Балалар"]))
    assert not any(map(dictionaries["rus"].knows, ["краеведчиского", "москва", "кітаптар"]))


def test_a_word_that_is_missing_is_inflected_like_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "xx_XX.aff").write_text("SET UTF-8\nSFX I Y 1\nSFX I а ы а\n", "utf-8")
    (tmp_path / "xx_XX.dic").write_text("1\nарфа/I\n", "utf-8")
    found = dictionary.load(tmp_path, "xx_XX", "rus", {"домбра": "арфа", "жыр": "слово"})
    assert found is not None
    assert found.knows("домбры")
    assert not found.knows("жыр")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("балв", {"бала", "балы"}),  # a stem, with an ending or without
        ("баллар", {"балалар"}),  # a letter left out at its end
        ("балалра", {"балалар"}),  # two in the wrong order, in the ending
        ("балаларр", {"балалар"}),
        ("книгсы", {"книгасы", "книгы"}),
        ("блаы", {"балы"}),  # the ending takes a letter off the stem
        ("книгв", {"книга", "книгы"}),
        ("абай", set()),  # a name of the dictionary is none in small letters
        ("ббб", set()),
    ],
)
def test_words_one_slip_away(small: dictionary.Dictionary, written: str, meant: set[str]) -> None:
    assert set(small.near(written, "абвгийклнорсы")) == meant


def test_words_one_slip_away_are_all_of_them(dictionaries: dict[str, dictionary.Dictionary]) -> None:
    alphabet = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
    for word in ("краеведчиский", "сылка", "питьсот", "ёлак", "государства"):
        strings = one_slip_away(word, alphabet)
        assert set(dictionaries["rus"].near(word, alphabet)) == set(
            filter(dictionaries["rus"].knows, strings)
        )
