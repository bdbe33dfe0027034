"""What cannot be seen is made visible, and what can is left alone."""

from __future__ import annotations

import pytest

from rabis_sync.reports.table import legible, spaces_shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Абай жолы", "Абай жолы"),
        ("a\nb", "a\nb"),
        ("a\x03b", "a‹U+0003›b"),
        ("a\u00adb", "a‹U+00AD›b"),
        ("a\u200bb", "a‹U+200B›b"),
        ("a\ud800b", "a‹U+D800›b"),
        ("", ""),
    ],
)
def test_hidden_characters_are_named(text: str, shown: str) -> None:
    assert legible(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b", "a b"),
        (" a", "␣a"),
        ("a ", "a␣"),
        ("a  b", "a␣␣b"),
        ("a   b", "a␣␣␣b"),
        ("   ", "␣␣␣"),
        ("a\u00a0b", "a‹U+00A0›b"),
        ("a\tb", "a‹U+0009›b"),
        ("", ""),
    ],
)
def test_superfluous_spaces_are_marked(text: str, shown: str) -> None:
    assert spaces_shown(text) == shown
