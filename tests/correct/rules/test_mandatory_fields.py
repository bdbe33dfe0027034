from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rabis_sync.correct.plan import Examiner

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.correct.rule import Ruleset
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.fields import MarcRecord

WHOLE = (
    "100 $a20050101d2005    k  y0rusy50      ca\n101 $arus\n102 $aKZ\n200 $aПтицы\n210 $aАлматы$d2005\n"
    "215 $a9 с.\n675 $a598\n700 $aГаврилов\n801 $aKZ$bЦБС\n899 $aЦГБ$p123"
)


def test_a_whole_record_lacks_nothing(examine: Callable[..., Any]) -> None:
    assert examine("mandatory_fields", WHOLE) == []


def test_what_is_missing_is_reported_where_it_would_stand(examine: Callable[..., Any]) -> None:
    without_title = WHOLE.replace("200 $aПтицы", "200 $a  ")
    assert examine("mandatory_fields", without_title) == [("report", "200$a", "", None)]


def test_how_grave_it_is_stands_in_the_dialect(
    dialects: dict[str, Dialect], ruleset: Ruleset, as_record: Callable[[str], MarcRecord]
) -> None:
    plan = Examiner(ruleset, {}, dialects).plan("catalogue", as_record("300 $aнет ничего"), "unimarc")
    severity = {edit.params["element"]: edit.severity for edit in plan.edits}
    assert severity["title"] == "error"
    assert severity["extent"] == "warning"
