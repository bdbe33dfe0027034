from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rabis_sync.correct.lexicon import Lexicon

Examine = Callable[..., list[tuple[Any, ...]]]


def test_a_text_that_lost_its_letters_gets_a_proposal_for_each_word(
    examine: Examine, knowing: Callable[..., Lexicon]
) -> None:
    found = examine("lost_letters", "101 $akaz\n200 $aКазакстан тарихынын тарихы", lexicon=knowing({}))
    assert [(action, after) for action, _, _, after in found] == [
        ("suggest", "Қазақстан тарихынын тарихы"),
        ("suggest", "Казакстан тарихының тарихы"),
    ]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("200 $aҚАЗАКСТАН ЖӘНЕ ӘЛЕМ", "ҚАЗАҚСТАН ЖӘНЕ ӘЛЕМ"),
        ("330 $aбалаларга арналған", "балаларға арналған"),
        ("225 $aҚазакстан-2050", "Қазақстан-2050"),
    ],
)
def test_capitals_and_neighbours_stay(
    examine: Examine, knowing: Callable[..., Lexicon], line: str, after: str
) -> None:
    assert [one[3] for one in examine("lost_letters", f"101 $akaz\n{line}", lexicon=knowing({}))] == [after]


@pytest.mark.parametrize(
    "text",
    [
        "101 $arus\n200 $aКазакстан тарихы",
        "101 $akaz\n200 $aҚазақстан тарихы",
        "101 $akaz\n200 $aРоман және повесть",
        "101 $akaz\n700 $aКазаков$bА. К.",
        "101 $akaz\n461 $12001 $aҚазақ тілі$1700 1$aКазаков$bА. К.",
        "101 $akaz\n856 $uhttp://казак.kz/казак",
        "101 $akaz\n$a1 200",
    ],
)
def test_other_languages_right_words_and_names_are_left(
    examine: Examine, knowing: Callable[..., Lexicon], text: str
) -> None:
    assert examine("lost_letters", text, lexicon=knowing({})) == []


def test_it_is_never_applied_without_a_person(examine: Examine, knowing: Callable[..., Lexicon]) -> None:
    lexicon = knowing({"қазақстан": 100_000})
    found = examine("lost_letters", "101 $akaz\n200 $aКазакстан", lexicon=lexicon)
    assert {action for action, *_ in found} == {"suggest"}


@pytest.mark.parametrize(
    ("text", "after"),
    [("б1лім кітабы", ["білім кітабы"]), ("жаз1 кітап", []), ("том1 және B12", []), ("11", [])],
)
def test_a_digit_for_a_letter_is_proposed_where_it_makes_a_word(
    examine: Examine, knowing: Callable[..., Lexicon], text: str, after: list[str]
) -> None:
    found = examine("lost_letters", f"101 $akaz\n200 $a{text}", lexicon=knowing({}))
    assert [one[3] for one in found] == after
