from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.dedup.genres import contradict
from rabis_sync.dedup.likeness import continues, is_slip, shared_words

TEXT = st.text(alphabet="абв 12", max_size=25)


@given(TEXT, TEXT)
def test_likeness_does_not_depend_on_the_order_of_the_texts(one: str, other: str) -> None:
    assert is_slip(one, other) == is_slip(other, one)
    assert continues(one, other) == continues(other, one)
    assert shared_words(one, other) == shared_words(other, one)


def test_a_number_is_never_a_slip() -> None:
    assert is_slip("краеведческий календарь караганди", "краеведческий календар караганди")
    assert not is_slip("краеведческий календарь 1995", "краеведческий календарь 1996")


def test_a_short_title_has_no_room_for_a_slip() -> None:
    assert not is_slip("абай", "абак")


def test_an_abbreviation_counts_as_its_word() -> None:
    assert shared_words("учеб пособие для вузов", "учебное пособие для вузов") == 1.0
    assert shared_words("очерки", "повести и рассказы") == 0.0


def test_a_subtitle_that_names_another_kind_of_book_contradicts() -> None:
    assert contradict("учебник для 7 класса", "рабочая тетрадь для 7 класса")
    assert contradict("окулик", "хрестоматия")
    assert not contradict("учебник для 7 класса", "для 7 класса")
    assert not contradict("стихи и рассказы", "стихи")
