from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rabis_sync.correct.lexicon import Lexicon

Examine = Callable[..., list[tuple[Any, ...]]]
TITLE = "Қазақ тілінің тарихы, өлең мен ұлттық үн"


def misread(text: str, encoding: str) -> str:
    """Bytes of an encoding read as Windows-1251, which lacks the byte 98."""
    return "".join(
        chr(byte) if byte == 0x98 else bytes([byte]).decode("cp1251") for byte in text.encode(encoding)
    )


@pytest.mark.parametrize("encoding", ["kz1048", "ptcp154", "utf-8"])
def test_a_record_that_was_misread_is_mended_whole(
    examine: Examine, knowing: Callable[..., Lexicon], encoding: str
) -> None:
    record = f"101 $akaz\n200 $a{misread(TITLE, encoding)}\n700 $a{misread('Мұқанов', encoding)}"
    found = examine("mojibake", record, lexicon=knowing({}))
    assert [(action, after) for action, _, _, after in found] == [("fix", TITLE), ("fix", "Мұқанов")]


def test_one_value_read_as_the_wrong_utf_8_is_mended_beside_right_ones(examine: Examine) -> None:
    record = f"101 $arus\n200 $aПовести\n330 $a{misread('Сборник рассказов', 'utf-8')}"
    assert [(one[0], one[3]) for one in examine("mojibake", record)] == [("fix", "Сборник рассказов")]


def test_a_no_break_space_among_the_bytes_is_not_tidied_away_before(examine: Examine) -> None:
    record = f"101 $arus\n200 $a{misread('Россия и Россия', 'utf-8')}"
    assert "\xa0" in record
    assert [one[3] for one in examine("mojibake", record)] == ["Россия и Россия"]


def test_letters_of_both_code_pages_are_told_apart_by_the_words(
    examine: Examine, knowing: Callable[..., Lexicon]
) -> None:
    record = "101 $akaz\n200 $aЄдебиет єлемі, ќазаќ єні"
    found = examine("mojibake", record, lexicon=knowing({}))
    assert [(one[0], one[3]) for one in found] == [("fix", "Әдебиет әлемі, қазақ әні")]
    assert [(one[0], one[3]) for one in examine("mojibake", record)] == [
        ("suggest", "Єдебиет єлемі, қазақ єні")
    ]


def test_words_that_nobody_knows_are_only_proposed(examine: Examine, knowing: Callable[..., Lexicon]) -> None:
    found = examine("mojibake", "101 $akaz\n200 $aЌўґїј", lexicon=knowing({}))
    assert [one[0] for one in found] == ["suggest"]


@pytest.mark.parametrize(
    "text",
    [
        "101 $aukr\n200 $aКонтакт їжака, Європа",
        "101 $asrp\n200 $aЂорђе Ћопић, њива",
        "101 $amac\n200 $aЌе дојде Љубов",
        "101 $akaz\n200 $aҚазақ тілі ±5 µm, 10 ‰",
        "101 $arus\n200 $aРоссия – Россия",
        "101 $atar\n200 $aТатарстан һәм җыр",
    ],
)
def test_what_is_right_in_its_language_is_left(
    examine: Examine, knowing: Callable[..., Lexicon], text: str
) -> None:
    assert examine("mojibake", text, lexicon=knowing({})) == []
