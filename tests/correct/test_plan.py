from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from rabis_sync.correct.places import field_place, new_field
from rabis_sync.correct.plan import RULE_FAILED, Examiner, apply
from rabis_sync.correct.rule import Background, Fault, Rule, Ruleset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rabis_sync.correct.plan import CorrectionPlan
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.fields import MarcRecord
    from rabis_sync.marc.record import Record

    AsRecord = Callable[[str], MarcRecord]
    Dialects = dict[str, Dialect]

TWO_FAULTS = "101 $arus\n200 $aCтихотворения  и поэмы"


def plan_of(
    ruleset: Ruleset, dialects: Dialects, marc: MarcRecord, decided: dict[str, str] | None = None
) -> CorrectionPlan:
    return Examiner(ruleset, {"стихотворения": 1, "стихи": 1}, dialects).plan(
        "catalogue", marc, "unimarc", decided
    )


def changes(plan: CorrectionPlan) -> list[tuple[str, str, str | None]]:
    return [(edit.rule, edit.before, edit.after) for edit in plan.edits if edit.rule != "mandatory_fields"]


def test_rules_come_in_declared_order_and_later_ones_see_what_was_fixed(
    ruleset: Ruleset, dialects: Dialects, as_record: AsRecord
) -> None:
    marc = as_record(TWO_FAULTS)
    plan = plan_of(ruleset, dialects, marc)
    assert changes(plan) == [
        ("whitespace", "Cтихотворения  и поэмы", "Cтихотворения и поэмы"),
        ("look_alikes", "Cтихотворения и поэмы", "Стихотворения и поэмы"),
    ]
    assert apply(plan, marc).fields[-1].first("a") == "Стихотворения и поэмы"
    assert marc == as_record(TWO_FAULTS)


def test_a_rejected_fix_is_not_applied_and_an_accepted_suggestion_is(
    ruleset: Ruleset, dialects: Dialects, as_record: AsRecord
) -> None:
    marc = as_record("101 $arus\n200 $aАтамyра  Cтихи")
    marks = {edit.rule + edit.action: edit.fingerprint for edit in plan_of(ruleset, dialects, marc).edits}
    decided = {marks["whitespacefix"]: "rejected", marks["look_alikessuggest"]: "accepted"}
    plan = plan_of(ruleset, dialects, marc, decided)
    assert apply(plan, marc).fields[-1].first("a") == "Атамұра  Стихи"
    assert set(marks.values()) <= {edit.fingerprint for edit in plan.edits}


def test_a_finding_keeps_its_fingerprint_when_other_fields_come_and_go(
    ruleset: Ruleset, dialects: Dialects, as_record: AsRecord
) -> None:
    alone = plan_of(ruleset, dialects, as_record("606 $aАбай  жолы"))
    behind = plan_of(ruleset, dialects, as_record("606 $aӘуезов\n606 $aАбай  жолы\n610 $aроман"))
    marks = [next(edit for edit in plan.edits if edit.rule == "whitespace") for plan in (alone, behind)]
    assert marks[0].path != marks[1].path
    assert marks[0].fingerprint == marks[1].fingerprint


def test_a_finding_gets_another_fingerprint_when_its_text_changes(
    ruleset: Ruleset, dialects: Dialects, as_record: AsRecord
) -> None:
    texts = ("606 $aАбай  жолы", "606 $aАбай  жолы.", "607 $aАбай  жолы")
    plans = [plan_of(ruleset, dialects, as_record(text)) for text in texts]
    marks = {edit.fingerprint for plan in plans for edit in plan.edits if edit.rule == "whitespace"}
    assert len(marks) == len(texts)


def test_the_same_fault_twice_in_a_record_is_two_findings(
    ruleset: Ruleset, dialects: Dialects, as_record: AsRecord
) -> None:
    plan = plan_of(ruleset, dialects, as_record("606 $aАбай  жолы\n606 $aАбай  жолы"))
    assert len({edit.fingerprint for edit in plan.edits if edit.rule == "whitespace"}) == 2


def falling(_record: Record, _background: Background) -> Iterator[Fault]:
    message = "no such page"
    raise LookupError(message)


def test_a_rule_that_raises_is_a_finding_and_the_others_go_on(
    ruleset: Ruleset, dialects: Dialects, as_record: AsRecord
) -> None:
    broken = Rule(
        id="broken",
        version=1,
        order=15,
        severity="info",
        actions=("fix",),
        definition="https://x",
        find=falling,
    )
    marc = as_record(TWO_FAULTS)
    plan = plan_of(Ruleset.of([*ruleset.rules, broken], ruleset.settings, ruleset.files), dialects, marc)
    [failed] = [edit for edit in plan.edits if edit.rule == RULE_FAILED]
    assert failed.params == {"rule": "broken", "error": "LookupError: no such page"}
    assert apply(plan, marc).fields[-1].first("a") == "Стихотворения и поэмы"


def test_a_rule_that_fails_while_mending_changes_nothing(
    ruleset: Ruleset, dialects: Dialects, as_record: AsRecord
) -> None:
    def mend(text: str, _fault: Fault) -> str:
        if "поэмы" in text:
            raise ValueError(text)
        return text.upper()

    def find(record: Record, _background: Background) -> Iterator[Fault]:
        yield from (Fault(place, "fix") for place in record.places("title"))

    shouting = Rule(
        id="shouting",
        version=1,
        order=1,
        severity="info",
        actions=("fix",),
        definition="https://x",
        find=find,
        mend=mend,
    )
    marc = as_record("200 $aстихи$aпоэмы")
    plan = plan_of(Ruleset.of([shouting], {}), dialects, marc)
    assert apply(plan, marc) == marc
    assert [edit.rule for edit in plan.edits] == [RULE_FAILED]


def test_the_fingerprint_of_the_rules_changes_with_a_version_a_setting_or_a_dialect(
    ruleset: Ruleset, dialects: Dialects
) -> None:
    first, *others = ruleset.rules
    newer = Ruleset.of([replace(first, version=first.version + 1), *others], ruleset.settings, ruleset.files)
    reset = Ruleset.of(ruleset.rules, {**ruleset.settings, "isbn_form": None}, ruleset.files)
    marks = {one.fingerprint(dialects) for one in (ruleset, newer, reset)}
    marks.add(ruleset.fingerprint({"unimarc": dialects["unimarc"]}))
    assert len(marks) == 4
    assert ruleset.fingerprint(dialects) == Ruleset.of(
        reversed(ruleset.rules), ruleset.settings, ruleset.files
    ).fingerprint(dialects)


HEADS = [
    "010 $a",
    "011 $a",
    "101 $a",
    "102 $a",
    "200 $a",
    "200 $aЖол$f",
    "205 $a",
    "210 $aАлматы$d",
    "210 $c",
    "215 $a",
    "225 $a",
    "300 $a",
    "606 $a",
    "610 $a",
    "675 $a",
    "686 $2rubbk$a",
    "700 $a",
    "700 $aӘуезов$b",
    "702 $aКим$4",
    "908 $a",
]
PIECES = [
    "А",
    "a",
    "с",
    "c",
    "М. О. ",
    "Әуезов",
    " и ",
    "Т. 2",
    "роман",
    "; ",
    ", ",
    " /",
    "..",
    ".",
    "$b",
    "[Текст]",
    "199О",
    "94(574)",
    "84(5Каз)7",
    "5-7761-0596-Х",
    "рус",
    "kz",
    "KAZ",
    "424",
    " с.",
    "2 изд",
    "  ",
    "\u00a0",
    "N 3",
    "(Серия «Ж»)",
    "45-00",
    "-",
    "V",
]
LETTERS = st.text(alphabet="аеиоКХхтcCeoyixXIV әқі \u00a0\u00ad\t-.5017", max_size=14)
LINES = st.lists(
    st.tuples(st.sampled_from(HEADS), st.lists(st.sampled_from(PIECES), max_size=4).map("".join) | LETTERS),
    max_size=6,
).map(lambda lines: "\n".join(f"{head}{text}" for head, text in lines))


@settings(max_examples=300)
@given(text=LINES)
def test_a_corrected_record_needs_no_correction(
    ruleset: Ruleset, dialects: Dialects, as_record: AsRecord, text: str
) -> None:
    marc = as_record(text)
    corrected = apply(plan_of(ruleset, dialects, marc), marc)
    again = plan_of(ruleset, dialects, corrected)
    assert [str(edit) for edit in again.edits if edit.applied] == []


def dividing(record: Record, _background: Background) -> Iterator[Fault]:
    """A rule that parts glued keywords, takes away empty ones and adds a field for «Абай»."""
    for index, field in enumerate(record.marc.fields):
        if field.tag == "610" and (";" in field.text or not field.first("a")):
            nth = sum(one.tag == "610" for one in record.marc.fields[: index + 1])
            yield Fault(field_place(record.marc, f"610[{nth}]"), "fix")
    if "Абай" in record.keywords():
        yield Fault(new_field(record.marc, "600"), "fix")


def divided(text: str, fault: Fault) -> str:
    if not fault.place.value:
        return "600 #1$aАбай"
    return "\n".join(f"$a{word.strip()}" for word in text[2:].split(";") if word.strip())


DIVIDING = Rule(
    id="dividing",
    version=1,
    order=5,
    severity="info",
    actions=("fix",),
    definition="https://x",
    find=dividing,
    mend=divided,
)


def test_fields_are_parted_taken_away_and_added_in_one_plan(dialects: Dialects, as_record: AsRecord) -> None:
    marc = as_record("610 $aАбай;поэзия\n610 $a\n610 $aтарих; өлке\n610 $aөнер")
    plan = plan_of(Ruleset.of([DIVIDING], {}), dialects, marc)
    assert apply(plan, marc) == as_record(
        "600  1$aАбай\n610 $aАбай\n610 $aпоэзия\n610 $aтарих\n610 $aөлке\n610 $aөнер"
    )
    assert [(edit.path, edit.before, edit.after) for edit in plan.edits] == [
        ("610[3]", "$aтарих; өлке", "$aтарих\n$aөлке"),
        ("610[2]", "$a", ""),
        ("610[1]", "$aАбай;поэзия", "$aАбай\n$aпоэзия"),
        ("600[1]", "", "600 #1$aАбай"),
    ]


def test_a_decision_holds_though_a_rule_before_takes_fields_away(
    ruleset: Ruleset, dialects: Dialects, as_record: AsRecord
) -> None:
    both = Ruleset.of([*ruleset.rules, DIVIDING], ruleset.settings, ruleset.files)
    before = plan_of(both, dialects, as_record("610 $a\n610 $aқазақ  әні"))
    after = plan_of(both, dialects, as_record("610 $aқазақ  әні"))
    another = plan_of(both, dialects, as_record("610 $a\n610 $aқазақ  күйі"))
    marks = [
        next(edit.fingerprint for edit in plan.edits if edit.rule == "whitespace")
        for plan in (before, after, another)
    ]
    assert marks[0] == marks[1] != marks[2]


def test_two_new_fields_of_a_tag_are_accepted_one_by_one(
    ruleset: Ruleset, dialects: Dialects, as_record: AsRecord
) -> None:
    marc = as_record("200 $aПесни$fА. Б. Иванов, В. Г. Петров, Д. Е. Сидоров")
    marks = [
        edit.fingerprint for edit in plan_of(ruleset, dialects, marc).edits if edit.rule == "author_missing"
    ]
    assert len(set(marks)) == 3
    corrected = apply(plan_of(ruleset, dialects, marc, {marks[2]: "accepted", marks[1]: "accepted"}), marc)
    assert [field.first("a") for field in corrected.fields if field.tag > "700"] == ["Петров", "Сидоров"]
