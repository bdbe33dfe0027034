"""What stands and what should stand, as a cataloguer reads it."""

from __future__ import annotations

import pytest

from rabis_sync.reports.texts import Texts
from rabis_sync.reports.wording import both_shown

TEXTS = Texts.of(
    {
        "change": {
            "new": {"kk": "(болған жоқ)", "ru": "(не было)", "en": "(was not there)"},
            "gone": {"kk": "(алып тасталды)", "ru": "(убрано)", "en": "(taken away)"},
        }
    }
)


@pytest.mark.parametrize(
    ("both", "shown"),
    [
        (("$aЦена 5 т.", "010[1] ##$a978$d5 т."), ("$aЦена 5 т.", "010 ##$a978$d5 т.")),
        (("$aЦена", "610[2] 0#$aДом"), ("$aЦена", "610 (2) 0#$aДом")),
        (("$a1; 2", "$a1\n$a2"), ("$a1; 2", "$a1\n$a2")),
        (("$a5 {dollar}", ""), ("$a5 $", "(убрано)")),
        (("", "700 #1$aАбай"), ("(не было)", "700 #1$aАбай")),
        (("$a ", None), ("$a␣", "")),
    ],
)
def test_whole_fields_are_lines_and_nothing_is_said_to_be_so(
    both: tuple[str, str | None], shown: tuple[str, str]
) -> None:
    assert both_shown(TEXTS, both, [], "ru", whole_field=True) == shown


def test_foreign_letters_and_blanks_are_marked_in_a_value() -> None:
    words = [("Cтихи", "Стихи")]
    assert both_shown(TEXTS, ("Cтихи ", "Стихи"), words, "ru") == ("‹C›тихи␣", "Стихи")
