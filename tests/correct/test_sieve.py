"""A record is shown to the rules that doubt something in it: what they find is what all rules would find."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.planting.sowing import sow
from rabis_sync.correct.lexicon import Lexicon
from rabis_sync.correct.plan import Examiner
from rabis_sync.correct.rule import RULES, Ruleset
from rabis_sync.correct.vocabulary import Counts, TermReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.correct.dictionary import Dictionary
    from rabis_sync.correct.word_settings import WordSettings
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.fields import MarcRecord


def test_rules_that_doubt_nothing_would_find_nothing(
    ruleset: Ruleset,
    dialects: dict[str, Dialect],
    word_settings: WordSettings,
    dictionaries: dict[str, Dictionary],
) -> None:
    sown = sow(12, 120)
    reader = TermReader(dialects, word_settings.fields)
    drafts = [(draft.family, draft.marc()) for draft in sown.drafts]
    counts = Counts.of(reader.read(marc.canonical(), family) for family, marc in drafts)
    lexicon = Lexicon(word_settings, counts, dictionaries)
    everyone = [replace(rule, looks=None, glance=None) for rule in ruleset.rules]
    all_rules = Ruleset(tuple(everyone), ruleset.settings, ruleset.files)
    sieved, shown = (Examiner(rules, counts.words, dialects, lexicon) for rules in (ruleset, all_rules))
    for family, marc in drafts:
        edits = shown.plan("catalogue", marc, family).edits
        assert sieved.plan("catalogue", marc, family).edits == edits, marc.canonical()


def test_a_field_is_asked_about_once(
    ruleset: Ruleset, dialects: dict[str, Dialect], as_record: Callable[[str], MarcRecord]
) -> None:
    seen: list[str] = []

    def doubts(tag: str, text: str, *_known: object) -> bool:
        seen.append(f"{tag}{text[2:]}")
        return False

    counting = replace(RULES.get("structure"), doubts=doubts, glance=None)
    examiner = Examiner(Ruleset((counting,), ruleset.settings, ruleset.files), {}, dialects)
    for title in ("Абай жолы", "Қан мен тер"):
        examiner.plan("catalogue", as_record(f"101 $akaz\n200 $a{title}\n210 $aАлматы"), "unimarc")
    assert [text for text in seen if text[:3] == "210"] == ["210\x1faАлматы"]
    assert len([text for text in seen if text[:3] == "200"]) == 2


def test_a_rule_that_raises_over_a_field_alone_is_told_of_the_record(
    ruleset: Ruleset, dialects: dict[str, Dialect], as_record: Callable[[str], MarcRecord]
) -> None:
    def find(*_record: object) -> list[object]:
        raise ValueError("no")

    broken = replace(RULES.get("country_code"), find=find)
    examiner = Examiner(Ruleset((broken,), ruleset.settings, ruleset.files), {}, dialects)
    plan = examiner.plan("catalogue", as_record("101 $akaz\n102 $aKZ"), "unimarc")
    assert [edit.rule for edit in plan.edits] == ["rule_failed"]
