from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rabis_sync.correct.dictionary import Dictionary
from rabis_sync.correct.lexicon import Lexicon
from rabis_sync.correct.plan import CorrectionPlan, Examiner, apply
from rabis_sync.correct.step import Settings, run
from rabis_sync.correct.vocabulary import Counts, TermReader
from rabis_sync.marc import codec
from rabis_sync.marc.fields import MarcRecord
from rabis_sync.store import tables
from rabis_sync.store.runs import StepContext

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.correct.rule import Ruleset
    from rabis_sync.correct.word_settings import WordSettings
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.store.database import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)
RUSSIAN = Dictionary("rus", {"стихотворения": ""}, {})
GOOD, SPACED, MIXED = "200 $aПтицы", "200 $aАбай  жолы", "200 $aCтихотворения"


@pytest.fixture
def step_settings(dialects: dict[str, Dialect], ruleset: Ruleset, word_settings: WordSettings) -> Settings:
    rules = [rule for rule in ruleset.rules if rule.id in {"whitespace", "look_alikes", "lost_letters"}]
    chosen = type(ruleset).of(rules, ruleset.settings)
    return Settings(dialects, chosen, word_settings, {"rus": RUSSIAN}, page=2)


def correct(store: Store, settings: Settings, **options: Any) -> dict[str, int]:
    return run(store, settings, StepContext(**{"run": 5, "now": NOW, **options})).counts


def titles(store: Store, *, harvested: bool = False) -> list[str]:
    with store.read() as unit:
        stored = [one for page in unit.records.stream(harvested=harvested) for one in page]
    return [MarcRecord.from_canonical(one.canonical).fields[-1].first("a") for one in stored]


def findings(store: Store) -> list[tuple[str, str, str]]:
    with store.read() as unit:
        return [
            (one["control_number"], one["rule"], one["state"])
            for one in unit.corrections.findings(state=None)
        ]


def decide(store: Store, rule: str, state: str) -> None:
    finding = tables.table(tables.Finding)
    with store.write() as unit:
        unit.connection.execute(sa.update(finding).where(finding.c.rule == rule).values(state=state))


def test_fixes_go_to_the_corrected_view_and_the_harvested_record_stays(
    store: Store, harvested: Callable[..., None], step_settings: Settings
) -> None:
    harvested(GOOD, SPACED, MIXED)
    assert correct(store, step_settings) == {
        "examined": 3,
        "fixed": 2,
        "suggested": 0,
        "reported": 0,
        "failed": 0,
        "taken_over": 0,
        "found_no_more": 0,
    }
    assert titles(store) == ["Птицы", "Абай жолы", "Стихотворения"]
    assert titles(store, harvested=True) == ["Птицы", "Абай  жолы", "Cтихотворения"]


def test_a_second_run_examines_nothing_and_a_changed_record_alone_is_examined_again(
    store: Store, harvested: Callable[..., None], step_settings: Settings
) -> None:
    harvested(GOOD, SPACED, MIXED)
    correct(store, step_settings)
    before = findings(store)
    assert correct(store, step_settings)["examined"] == 0
    assert findings(store) == before
    harvested(GOOD, "200 $aАбай жолы", MIXED, run=2)
    assert titles(store) == ["Птицы", "Абай жолы", "Стихотворения"]
    assert correct(store, step_settings)["examined"] == 1
    assert findings(store) == [("2", "whitespace", "closed"), ("3", "look_alikes", "open")]


def test_a_rejected_finding_returns_only_when_the_field_changed(
    store: Store, harvested: Callable[..., None], step_settings: Settings
) -> None:
    harvested(SPACED)
    correct(store, step_settings)
    decide(store, "whitespace", "rejected")
    harvested(f"101 $akaz\n{SPACED}", run=2)
    correct(store, step_settings)
    assert (titles(store), findings(store)) == (["Абай  жолы"], [("1", "whitespace", "rejected")])
    harvested("200 $aАбай  жолы.", run=3)
    correct(store, step_settings)
    assert titles(store) == ["Абай жолы."]
    assert findings(store) == [("1", "whitespace", "rejected"), ("1", "whitespace", "open")]


def test_a_closed_finding_that_is_found_again_is_open_again_under_its_old_number(
    store: Store, harvested: Callable[..., None], step_settings: Settings
) -> None:
    def ids() -> list[tuple[int, str]]:
        with store.read() as unit:
            return [(one["id"], one["state"]) for one in unit.corrections.findings(state=None)]

    for number, text in enumerate((SPACED, GOOD, SPACED), 1):
        harvested(text, run=number)
        correct(store, step_settings)
    assert ids() == [(1, "open")]


def test_the_catalogue_itself_is_evidence_for_a_short_word(
    store: Store, harvested: Callable[..., None], step_settings: Settings
) -> None:
    harvested("101 $arus\n200 $aCб. статей", "101 $arus\n200 $aСб. задач")
    correct(store, step_settings)
    assert titles(store)[0] == "Сб. статей"


def test_a_dry_run_shows_the_plans_and_writes_nothing(
    store: Store, harvested: Callable[..., None], step_settings: Settings
) -> None:
    harvested(GOOD, SPACED, MIXED)
    shown: list[object] = []
    assert correct(store, step_settings, run=0, dry_run=True, show=shown.append)["fixed"] == 2
    assert all(isinstance(plan, CorrectionPlan) for plan in shown)
    assert str(shown[0]) == "2 fix whitespace 200[1]$a[1]: 'Абай  жолы' -> 'Абай жолы'"
    assert findings(store) == []
    assert correct(store, step_settings)["examined"] == 3


class Killed(BaseException):
    """As good as SIGKILL: nothing in the step catches it."""


@pytest.mark.parametrize("survived", [0, 1, 2])
def test_a_run_killed_between_two_pages_is_completed_by_the_next(
    store: Store, harvested: Callable[..., None], step_settings: Settings, survived: int
) -> None:
    harvested(SPACED, MIXED, SPACED, MIXED, SPACED)
    pages = iter(range(10))

    def die(*_: object) -> None:
        if next(pages) == survived:
            raise Killed

    with pytest.raises(Killed):
        correct(store, step_settings, progress=die)
    assert correct(store, step_settings)["examined"] == max(0, 5 - 2 * (survived + 1))
    assert titles(store) == ["Абай жолы", "Стихотворения", "Абай жолы", "Стихотворения", "Абай жолы"]
    assert len(findings(store)) == 5


#: Every fix of a mixed word in the real catalogues, read one by one: none that a cataloguer would undo.
FIXED_WORDS = {
    "Сiмферополь",
    "tаr",
    "Тatizdat",
    "KДПУ",
    "Клiнiко",
    "лабораторнi",
    "дiтей",
    "корекцiя",
    "Бiблiогр",
    "Горiшна",
    "Iванна",
    "Любомирiвна",
    "iм",
    "Cтихотворения",
}
SUGGESTED_WORDS = {"Атамyра": "Атамұра", "ХVII": "XVII", "ХХIV": "XXIV"}


#: Rules whose every fix in the real catalogues was read and found right.
READ = {
    "coded_positions",
    "country_code",
    "extent_unit",
    "isbn_form",
    "language_code",
    "stored_punctuation",
    "whitespace",
}


def test_in_the_real_catalogues_only_what_a_cataloguer_would_mend_is_fixed(
    shared_data: Path,
    dialects: dict[str, Dialect],
    ruleset: Ruleset,
    word_settings: WordSettings,
    dictionaries: dict[str, Dictionary],
) -> None:
    reader = TermReader(dialects, word_settings.fields)
    words: dict[str, dict[str, str]] = {"fix": {}, "suggest": {}}
    for name in (
        "tatarstan-500.mrc",
        "rnb-81-cp1251.iso",
        "declared-cp1251-is-utf8.iso",
        "zebra-rusmarc-72.mrc",
    ):
        with (shared_data / name).open("rb") as stream:
            records = [one.record for one in codec.read(stream) if isinstance(one, codec.Decoded)]
        counts = Counts.of(reader.read(one.canonical(), "unimarc") for one in records)
        examiner = Examiner(ruleset, counts.words, dialects, Lexicon(word_settings, counts, dictionaries))
        for record in records:
            plan = examiner.plan(name, record, "unimarc")
            for edit in plan.edits:
                assert edit.rule != "rule_failed", edit.params
                if edit.rule == "look_alikes":
                    words[edit.action][edit.params["word"]] = edit.params["mended"]
                elif edit.applied:
                    assert edit.rule in READ, edit
                    if edit.rule in {"whitespace", "isbn_form"}:
                        assert spoken(edit.before) == spoken(edit.after or "")
            corrected = apply(plan, record)
            assert [
                str(edit) for edit in examiner.plan(name, corrected, "unimarc").edits if edit.applied
            ] == []
    assert set(words["fix"]) == FIXED_WORDS
    assert words["suggest"] == SUGGESTED_WORDS


def spoken(text: str) -> str:
    """A text without what whitespace and ISBN form may change."""
    return (
        "".join(text.split())
        .replace("-", "")
        .replace(".", "")
        .replace("Х", "X")
        .replace("х", "X")
        .replace("x", "X")
    )


def test_helpers_find_what_one_process_finds(
    store: Store, harvested: Callable[..., None], step_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    harvested(*[SPACED, MIXED, GOOD] * 4)
    monkeypatch.setattr("rabis_sync.correct.step.FEW", 1)
    shown: dict[int, list[str]] = {1: [], 2: []}
    for helpers, plans in shown.items():
        settings = replace(step_settings, helpers=helpers)
        correct(store, settings, run=0, dry_run=True, show=lambda plan, plans=plans: plans.append(str(plan)))
    assert shown[1] == shown[2] != []
    assert correct(store, replace(step_settings, helpers=2))["fixed"] == 8
    assert titles(store)[:3] == ["Абай жолы", "Стихотворения", "Птицы"]


def test_all_is_examined_again_with_another_dictionary_and_nothing_with_the_same(
    store: Store, harvested: Callable[..., None], step_settings: Settings
) -> None:
    harvested("101 $akaz\n200 $aКазакстан", "101 $akaz\n200 $aҚазақ")
    known = [
        Dictionary("kaz", dict.fromkeys(words, ""), {}, " ".join(words))
        for words in (["бала"], ["қазақстан"])
    ]
    for dictionary, suggested in zip(known, (0, 1), strict=True):
        settings = replace(step_settings, dictionaries={"kaz": dictionary})
        counts = correct(store, settings)
        assert (counts["examined"], counts["suggested"]) == (2, suggested)
        assert correct(store, settings)["examined"] == 0


def test_what_was_corrected_is_no_evidence_for_itself(
    store: Store, harvested: Callable[..., None], step_settings: Settings
) -> None:
    harvested("101 $arus\n200 $aCб. статей")
    correct(store, step_settings)
    decide(store, "look_alikes", "accepted")
    harvested("101 $arus\n200 $aCб. статей\n300 $a1", "101 $arus\n200 $aCб. задач", run=2)
    correct(store, step_settings)
    assert titles(store)[1] == "Cб. задач"
