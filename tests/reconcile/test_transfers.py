"""A copy passed on inside the system is no write-off, and a transfer that one side lacks names that side."""

from __future__ import annotations

from typing import Any

import pytest

Make = Any

ACT = {"act_out": "Акт 9", "act_date": "2020-01-01", "reason_code": "transfer"}


def codes(found: Any) -> list[tuple[str, str]]:
    return [(one.code, one.params.get("cause", "")) for one in found]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"moved_to": "ЦГБ"}, "TRANSFER_LOOP"),
        ({"reason": "передано в ЦГБ по акту"}, "TRANSFER_LOOP"),
        ({"branch": "ЦГБ"}, "TRANSFER_LOOP"),
        ({"reason": "передано в школу № 5"}, "WRITTEN_OFF_ACTIVE"),
        ({"moved_to": "ЦГБ", "reason_code": "worn"}, "WRITTEN_OFF_ACTIVE"),
    ],
)
def test_what_was_written_off_as_passed_on_to_a_branch_is_a_loop(
    reconciled: Make, copy: Make, entry: Make, changed: dict[str, Any], code: str
) -> None:
    others = [copy("9", branch="ЦГБ", record="KZ9", record_id=9)], [entry("9", branch="ЦГБ")]
    found = reconciled([copy("1"), *others[0]], [entry("1", **{**ACT, **changed}), *others[1]])[0]
    assert codes(found) == [(code, "")]


def test_an_act_at_one_branch_and_an_entry_at_another_are_a_loop(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    rows = [entry("1"), entry("1", branch="ЦГБ", **ACT)]
    assert codes(reconciled([copy("1")], rows)[0]) == [("TRANSFER_LOOP", "")]
    worn = [entry("1"), entry("1", branch="ЦГБ", **{**ACT, "reason_code": "worn"})]
    assert codes(reconciled([copy("1")], worn)[0]) == []


@pytest.mark.parametrize(
    ("left", "came", "cause"),
    [
        ("ЦГБ", "Филиал № 3", "transfer_not_posted"),
        ("Филиал № 3", "ЦГБ", "transfer_not_recorded"),
        ("Филиал № 7", "Филиал № 8", ""),
    ],
)
def test_a_transfer_names_the_side_that_has_not_recorded_it(
    reconciled: Make, copy: Make, entry: Make, left: str, came: str, cause: str
) -> None:
    moved = {"movement": "moved", "moved": "2024-05-05", "moved_from": left, "moved_to": came}
    rows = [entry("1", branch="ЦГБ"), entry("1", branch="ЦГБ", **moved)]
    assert codes(reconciled([copy("1")], rows)[0]) == [("BRANCH_MISMATCH", cause)]
