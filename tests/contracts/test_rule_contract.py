"""What every correction rule promises, asked of every rule there is."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from rabis_sync.correct.dictionary import Dictionary
from rabis_sync.correct.lexicon import Lexicon
from rabis_sync.correct.places import slot, value_at, with_value
from rabis_sync.correct.plan import turn
from rabis_sync.correct.rule import RULES, Background, Rule
from rabis_sync.correct.vocabulary import Counts, Heading
from rabis_sync.correct.word_settings import WordSettings
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.marc.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from rabis_sync.correct.rule import Fault

pytestmark = pytest.mark.parametrize("name", RULES.names())

#: One line a field; further fields of the record on indented lines below.
_EXAMPLE = re.compile(r"^(Before|After|Suggested|Reported): +(.*(?:\n {8,}\S.*)*)$", re.MULTILINE)
_FIELD = re.compile(r"(?P<tag>\w{3}) (?:(?P<indicators>[^$]{2}) ?)?(?=\$)")
LEADER = "00000nam0 2200000   450 "


@pytest.fixture(scope="module")
def dialect(root: Path) -> Dialect:
    found: Dialect = read(root / "mappings/dialects/unimarc.toml", Dialect)
    return found


@pytest.fixture(scope="module")
def background(root: Path) -> Callable[[Rule], Background]:
    """What a small catalogue with small dictionaries knows."""
    counts = Counts(
        {"қазақстан": 9, "казахстана": 9, "история": 9, "стихотворения": 9},
        {},
        {Heading("person", "Әуезов", "М. О.", language="kaz").text: 9},
    )
    stems = {"kaz": ["қазақстан", "тарих", "тарихы", "тілінің", "қазақ"], "rus": ["история", "казахстана"]}
    dictionaries = {
        language: Dictionary(language, dict.fromkeys(known, ""), {}) for language, known in stems.items()
    }
    lexicon = Lexicon(read(root / "mappings/words.toml", WordSettings), counts, dictionaries)

    def of(rule: Rule) -> Background:
        if rule.settings is None:
            return Background(lexicon=lexicon)
        settings = read(root / f"mappings/rules/{rule.id}.toml", rule.settings)
        files = {name: (root / "mappings" / name).read_text("utf-8") for name in rule.files}
        return Background(lexicon.words, settings, lexicon, files)

    return of


def read(path: Path, kind: type[Any]) -> Any:
    return TypeAdapter(kind).validate_python(tomllib.loads(path.read_text("utf-8")))


def record_of(text: str) -> MarcRecord:
    """A record written as in the docstrings: ``200 $aАбай жолы``, ``200 1#$aАбай жолы``, ``leader …``.

    Of a leader only what stands there is given: the rest is that of a printed book.
    """
    leader, fields = LEADER, [Field("001", "1")]
    for line in text.split("\n"):
        tag, _, rest = line.strip(" ").partition(" ")
        if tag == "leader":
            leader = rest + LEADER[len(rest) :]
        elif tag < "010":
            fields.append(Field(tag, rest))
        else:
            fields.append(field_of(line.strip(" ")))
    return MarcRecord(leader, tuple(fields))


def field_of(line: str) -> Field:
    head = _FIELD.match(line)
    assert head is not None, line
    subfields = [
        (part[0], part[1:].rstrip(" "))
        for part in line[head.end() :].replace("{dollar}", "$").split("$")
        if part
    ]
    return Field.data(head["tag"], (head["indicators"] or "##").replace("#", " "), subfields)


def example(name: str) -> dict[str, str]:
    return dict(_EXAMPLE.findall(import_module(f"rabis_sync.correct.rules.{name}").__doc__ or ""))


def test_a_rule_is_named_as_its_file_and_points_to_its_definition(name: str) -> None:
    rule = RULES.get(name)
    address = urlsplit(rule.definition)
    assert rule.id == name
    assert rule.version >= 1
    assert rule.actions
    assert address.scheme == "https"
    assert "." in address.netloc


def test_its_order_is_its_own(name: str) -> None:
    orders = [rule.order for rule in RULES.all().values()]
    assert orders.count(RULES.get(name).order) == 1


def test_the_example_in_its_docstring_is_true(
    name: str, dialect: Dialect, background: Callable[[Rule], Background]
) -> None:
    rule, told = RULES.get(name), example(name)
    marc = record_of(told["Before"])
    faults = list(rule.find(Record(marc, dialect), background(rule)))
    if "Reported" in told:
        assert told["Reported"].replace(" ", "") in {
            fault.place.path for fault in faults if fault.action == "report"
        }
        return
    for fault in sorted(faults, key=turn):
        if fault.action == ("fix" if "After" in told else "suggest"):
            marc = mended(rule, marc, fault)
    assert marc == record_of(told.get("After") or told["Suggested"])


def mended(rule: Rule, marc: MarcRecord, fault: Fault) -> MarcRecord:
    path = fault.place.path
    return with_value(marc, path, rule.mend(value_at(marc, path), fault))


TEXT = st.text(alphabet="аеиоКХхтcCeoyixXIV әқі \u00a0\u00ad\t-.;()501978", max_size=16)
SUBFIELDS = st.lists(st.tuples(st.sampled_from("abcdz"), TEXT), min_size=1, max_size=3)
FIELD = st.builds(
    lambda tag, parts: Field.data(tag, "  ", parts),
    st.sampled_from(["010", "101", "200", "210", "461", "606"]),
    SUBFIELDS,
)
LANGUAGE = st.sampled_from(["kaz", "rus", "tat"]).map(lambda code: Field.data("101", "  ", [("a", code)]))
RECORD = st.lists(FIELD | LANGUAGE, max_size=5).map(
    lambda fields: MarcRecord("00000nam0 2200000   450 ", tuple(fields))
)


@settings(max_examples=20)
@given(marc=RECORD)
def test_it_finds_the_same_again_and_only_what_it_says_it_does(
    name: str, dialect: Dialect, background: Callable[[Rule], Background], marc: MarcRecord
) -> None:
    rule = RULES.get(name)
    faults = list(rule.find(Record(marc, dialect), background(rule)))
    assert list(rule.find(Record(marc, dialect), background(rule))) == faults
    assert {fault.action for fault in faults} <= set(rule.actions)
    assert len({(fault.place.path, fault.what, fault.action) for fault in faults}) == len(faults)
    json.dumps([dict(fault.params) for fault in faults])


@settings(max_examples=20)
@given(marc=RECORD)
def test_what_it_mended_it_does_not_find_again(
    name: str, dialect: Dialect, background: Callable[[Rule], Background], marc: MarcRecord
) -> None:
    rule = RULES.get(name)
    faults = list(rule.find(Record(marc, dialect), background(rule)))
    for fault in faults:
        if fault.action == "report":
            continue
        changed = mended(rule, marc, fault)
        assert changed != marc
        again = rule.find(Record(changed, dialect), background(rule))
        assert counted(again)[seen(fault)] < counted(faults)[seen(fault)]


def seen(fault: Fault) -> tuple[str, str, str]:
    """A fault as one knows it again where fields were taken away or added before it."""
    return slot(fault.place.path), fault.what, fault.place.value


def counted(faults: Iterable[Fault]) -> Counter[tuple[str, str, str]]:
    return Counter(seen(fault) for fault in faults if fault.action != "report")


def test_people_can_read_its_findings_in_three_languages(
    name: str, root: Path, dialect: Dialect, background: Callable[[Rule], Background]
) -> None:
    texts = tomllib.loads((root / "mappings/issues.toml").read_text("utf-8"))["correction"][name]
    assert set(texts) >= {"kk", "ru", "en"}
    rule = RULES.get(name)
    for fault in rule.find(Record(record_of(example(name)["Before"]), dialect), background(rule)):
        for text in texts.values():
            assert set(re.findall(r"\{(\w+)", text)) <= set(fault.params)
