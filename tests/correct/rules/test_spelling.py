from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rabis_sync.correct.lexicon import Lexicon

Examine = Callable[..., list[tuple[Any, ...]]]

WORDS = {"история": 40, "казахстана": 40, "казахстна": 1, "библиогр": 119, "билиогр": 1, "чазова": 1}


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("200 $aИстория Казахстна", "История Казахстана"),
        ("200 $aИСТОРИЯ КАЗАХСТНА", "ИСТОРИЯ КАЗАХСТАНА"),
        ("320 $aБилиогр. в конце ст.", "Библиогр. в конце ст."),
        ("205 $aРепр. воспризведение изд.", "Репр. воспроизведение изд."),
    ],
)
def test_a_slip_is_proposed_with_its_capitals(
    examine: Examine, knowing: Callable[..., Lexicon], line: str, after: str
) -> None:
    found = examine("spelling", f"101 $arus\n{line}", lexicon=knowing(WORDS))
    assert [(action, mended) for action, _, _, mended in found] == [("suggest", after)]


@pytest.mark.parametrize(
    "text",
    [
        "101 $atat\n200 $aИстория Казахстна",
        "101 $arus$atar\n200 $aИстория Казахстна",
        "200 $aИстория Казахстна",
        "101 $arus\n200 $aАвтореф. дис.",
        "101 $arus\n200 $aПод ред. акад. Е. И. Чазова",
        "101 $arus\n200 $aМоторно-двигательный",
        "101 $arus\n700 $aКазахстна",
        "101 $arus\n200 $aВзлёт СвЕнцового дирижабля",
        "101 $arus\n200 $aКСНР и ГНС",
    ],
)
def test_unknown_languages_abbreviations_parts_and_names_are_left(
    examine: Examine, knowing: Callable[..., Lexicon], text: str
) -> None:
    assert examine("spelling", text, lexicon=knowing(WORDS)) == []


def test_a_word_whose_letters_were_lost_is_told_once(
    examine: Examine, knowing: Callable[..., Lexicon]
) -> None:
    text, lexicon = "101 $akaz\n200 $aҚазакстан тарихы", knowing({"қазақстан": 50})
    assert examine("spelling", text, lexicon=lexicon) == []
    assert len(examine("lost_letters", text, lexicon=lexicon)) == 1
