"""Every code has a sentence in three languages, and a gap never stops a reader."""

from __future__ import annotations

import ast
import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any, get_args

import pytest

from rabis_sync.correct.plan import RULE_FAILED
from rabis_sync.correct.rule import RULES
from rabis_sync.dedup import memory
from rabis_sync.dedup.evidence import FIELDS
from rabis_sync.dedup.merge import Fate
from rabis_sync.dedup.survivor import Worth
from rabis_sync.errors import ConfigError, GuardStop, SourceAway
from rabis_sync.harvest.reading import REASONS as HARVEST_REASONS
from rabis_sync.marc.items import Status
from rabis_sync.marc.numbering import LETTERS
from rabis_sync.marc.reading import REASONS as CODEC_REASONS
from rabis_sync.publish.rights import LEVELS
from rabis_sync.publish.rights import REASONS as RIGHTS_REASONS
from rabis_sync.reconcile.acts import COLUMNS as ACT_COLUMNS
from rabis_sync.reconcile.acts import REFUSALS, REMARKS
from rabis_sync.reconcile.discrepancy import SEVERITY
from rabis_sync.reconcile.scanning import PROBLEMS
from rabis_sync.reconcile.stockcheck import MARKS
from rabis_sync.reconcile.stockcheck import OUTCOMES as OUTCOMES_OF_STOCK
from rabis_sync.reports import render
from rabis_sync.reports.stockcheck import LISTS as STOCK_LISTS
from rabis_sync.reports.texts import LANGUAGES, Texts, placeholders
from rabis_sync.service.execution import EXIT_CODES, WELL
from rabis_sync.service.jobs import STEPS
from rabis_sync.service.notices import NEWS
from rabis_sync.wiring.deciding import UNDO

if TYPE_CHECKING:
    from pathlib import Path

OUTCOMES = ("equal", "similar", "missing", "different", "veto")
#: A notice about the books or a row of them that could not be read, as the code hands it out.
_NOTICE = r'(?:Notice\([^,]+,|RefusedError\(|UnreadableError\()\s*"(\w+)"'
CYRILLIC_KAZAKH = set("әғқңөұүһі")


def promised_codes() -> list[str]:
    """Codes of discrepancies that the schema of the report lists."""
    text = files("rabis_sync.reports").joinpath("schemas", "reconciliation.json").read_text("utf-8")
    codes: list[str] = json.loads(text)["properties"]["discrepancies"]["items"]["properties"]["code"]["enum"]
    return codes


def emitted(package: Path, pattern: str) -> set[str]:
    """Codes that the source of a room hands out as literals."""
    found = {code for file in package.rglob("*.py") for code in re.findall(pattern, file.read_text("utf-8"))}
    assert found, f"nothing in {package} looks like {pattern}"
    return found


def wanted(root: Path) -> list[str]:
    """Every code that something in the code base can emit."""
    package = root / "rabis_sync"
    return [
        *(f"correction.{rule}" for rule in [*RULES.names(), RULE_FAILED]),
        *(f"notice.{one}.{part}" for one in {*NEWS, "not_begun"} for part in ("subject", "text")),
        *(f"outcome.{one}" for one in {*EXIT_CODES, *WELL, "running", "interrupted", "skipped"}),
        *(f"step.{one}" for one in {*STEPS, "configuration"}),
        *(f"discrepancy.{code}" for code in {*promised_codes(), *SEVERITY}),
        *(f"discrepancy.{code}" for code in emitted(package / "reconcile", r'\btext"?[=:] ?"(\w+)"')),
        *(f"notice.{code}" for code in emitted(package / "reconcile", _NOTICE)),
        *(f"code.{code}" for code in promised_codes()),
        *(f"evidence.{field}.{outcome}" for field in FIELDS for outcome in OUTCOMES),
        *(f"part_number.{letter}" for letter in LETTERS),
        *(f"evidence_equal.{field}" for field in [*FIELDS, "all", memory.FIELD]),
        *(f"evidence.{memory.FIELD}.{outcome}" for outcome in OUTCOMES),
        *(f"decision.{kind}" for kind in UNDO),
        *(f"act_refused.{code}" for code in REFUSALS),
        *(f"act_remark.{code}" for code in REMARKS),
        *(f"act_column.{name}" for name in ACT_COLUMNS),
        *(f"stock_outcome.{outcome}" for outcome in OUTCOMES_OF_STOCK),
        *(f"stock_mark.{mark}" for mark in MARKS),
        *(f"stock_problem.{problem}" for problem, told in PROBLEMS.items() if told),
        *(f"stock_list.{name}.{part}" for name in STOCK_LISTS for part in ("title", "sheet", "do")),
        *(f"item_status.{status}" for status in get_args(Status) if status),
        *(f"rights.{reason}" for reason in RIGHTS_REASONS),
        *(f"rights.{reason}" for reason in emitted(package / "publish", r'return "(file_\w+)"')),
        *(
            f"quarantine.{reason}"
            for reason in {**CODEC_REASONS, **HARVEST_REASONS, "repeated_control_number": ""}
        ),
        *emitted(package / "wiring", r'\bsay\(\s*"((?:demo|summary)\.\w+)"'),
        *(f"demo.{what}" for what in ("duplicates", "errors", "discrepancies", "published")),
        *(f"status.{code}" for code in emitted(package / "wiring", r'\bsay\(\s*"(\w+)"')),
        *(f"merge.fate_{fate}" for fate in get_args(Fate)),
        *(f"merge.why_{column}" for column in [*Worth._fields, "name"]),
        *(f"merge.{code}" for code in emitted(package / "wiring", r'\btell\(\s*"(\w+)"')),
        *(f"level.{level}" for level in LEVELS),
        *(f"report.{name}.{part}" for name in render.names() for part in ("title", "empty", "use")),
        *(f"column.{one.key}" for name in render.names() for one in render.REPORTS.get(name).columns),
    ]


def test_every_code_that_is_emitted_has_a_text(root: Path, texts: Texts) -> None:
    assert [code for code in wanted(root) if not texts.knows(code)] == []


def test_every_code_of_a_discrepancy_is_promised() -> None:
    assert set(SEVERITY) <= set(promised_codes())


def test_every_mandatory_element_has_a_name(root: Path, texts: Texts) -> None:
    dialects = [file.read_text("utf-8") for file in (root / "mappings" / "dialects").glob("*.toml")]
    elements = {
        name for text in dialects for name in re.findall(r'\[\[mandatory\]\]\s+element = "(\w+)"', text)
    }
    assert elements
    assert [name for name in sorted(elements) if not texts.knows(f"element.{name}")] == []


def test_what_a_message_is_known_by_is_what_the_program_says(root: Path, texts: Texts) -> None:
    """Each piece between the values stands in the program; the system says the number of its error itself."""
    trees = [ast.parse(file.read_text("utf-8")) for file in sorted((root / "rabis_sync").rglob("*.py"))]
    said = {one.value for tree in trees for one in ast.walk(tree) if isinstance(one, ast.Constant)}
    program = "\n".join(one for one in said if isinstance(one, str))
    lost = [
        (code, piece)
        for code, leaf in texts.sentences.items()
        if code.startswith(("said.", "hint."))
        for piece in re.split(r"'?\{[\w:]+\}'?|\[Errno|\] ", leaf["en"])
        if piece.strip(" :") not in program
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("message", "lang", "told"),
    [
        (
            SourceAway("catalogue.mrc cannot be read: Permission denied").told,
            "ru",
            "«catalogue.mrc» не читается: нет прав доступа. {}",
        ),
        (
            GuardStop("ledger 'books' is empty but had 12 entries; nothing was changed", hint="").told,
            "kk",
            "«books» есебі бос, бұрын жол саны: 12; ештеңе өзгертілген жоқ",
        ),
        (
            "https://x.kz/ cannot be fetched: [Errno 111] Connection refused (tries: 3)",
            "ru",
            "https://x.kz/ не отвечает: соединение отклонено (ошибка 111, попыток: 3)",
        ),
        (
            "scans that could not be drawn: a.pdf; permissions that end soon: K1 on 2026-12-01",
            "ru",
            "не удалось сделать картинки сканов: a.pdf; скоро кончаются разрешения: K1 on 2026-12-01",
        ),
        ("something nobody foresaw. Check the address.", "ru", "something nobody foresaw. Проверьте адрес."),
        ("something nobody foresaw; twice", "kk", "something nobody foresaw; twice"),
        ("", "kk", ""),
    ],
)
def test_what_the_program_says_is_told_in_the_language_of_the_reader(
    texts: Texts, message: str, lang: str, told: str
) -> None:
    assert texts.retold(message, lang) == told.format(texts.say("hint.again", lang))
    assert texts.retold(message, "en") == message


def test_the_three_languages_ask_for_the_same_values(texts: Texts) -> None:
    uneven = {
        code: leaf
        for code, leaf in texts.sentences.items()
        if len({placeholders(leaf[lang]) for lang in LANGUAGES}) != 1
    }
    assert uneven == {}


def test_a_value_is_looked_up_in_a_table_that_exists(texts: Texts) -> None:
    asked = {group for leaf in texts.sentences.values() for group in re.findall(r"\{\w+:(\w+)\}", leaf["ru"])}
    assert asked
    assert [
        group for group in asked if not any(code.startswith(f"{group}.") for code in texts.sentences)
    ] == []


def test_kazakh_sentences_are_kazakh(texts: Texts) -> None:
    """A Russian text left in the place of the Kazakh one has none of the letters that Kazakh alone has."""
    long = {code: leaf["kk"] for code, leaf in texts.sentences.items() if len(leaf["kk"]) > 40}
    assert [code for code, text in long.items() if CYRILLIC_KAZAKH.isdisjoint(text.lower())] == []


def test_no_brace_is_left_open(texts: Texts) -> None:
    left = re.compile(r"[{}]")
    said = {code: texts.say(code, lang) for code in texts.sentences for lang in LANGUAGES}
    assert [code for code, text in said.items() if left.search(text)] == []


def test_values_take_their_places() -> None:
    texts = Texts.of({"greeting": {"kk": "Сәлем, {name}!", "ru": "Привет, {name}!", "en": "Hello, {name}!"}})
    assert texts.say("greeting", "kk", name="Абай") == "Сәлем, Абай!"
    assert texts.in_all("greeting", name="Абай")["en"] == "Hello, Абай!"


def test_a_missing_value_shows_its_name() -> None:
    assert (
        Texts.of({"price": dict.fromkeys(LANGUAGES, "{was} → {is_now}")}).say("price", "ru", was=5)
        == "5 → is_now"
    )


def test_an_unknown_code_shows_itself() -> None:
    assert Texts.of({}).say("discrepancy.NEW", "kk", number=1) == "discrepancy.NEW"


def test_a_value_with_braces_is_not_filled_in_again() -> None:
    texts = Texts.of({"line": dict.fromkeys(LANGUAGES, "{title}")})
    assert texts.say("line", "ru", title="{branch}", branch="x") == "{branch}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "—"), ("", "—"), ([], "—"), (["а", "б"], "а, б"), (0.5, "0.5"), (0, "0"), (False, "False")],
)
def test_every_kind_of_value_can_be_shown(value: Any, shown: str) -> None:
    assert Texts.of({"line": dict.fromkeys(LANGUAGES, "{value}")}).say("line", "en", value=value) == shown


def test_a_code_among_the_values_is_said_in_words() -> None:
    texts = Texts.of(
        {
            "lacks": dict.fromkeys(LANGUAGES, "нет: {element:element}"),
            "element": {"title": {"kk": "атауы", "ru": "заглавие", "en": "title"}},
        }
    )
    assert texts.say("lacks", "ru", element="title") == "нет: заглавие"
    assert texts.say("lacks", "ru", element="unheard") == "нет: unheard"


def test_all_incomplete_tables_are_named_at_once() -> None:
    tree = {"a": {"ru": "а", "en": "a"}, "b": {"kk": " ", "ru": "б", "en": "b", "de": "b"}}
    with pytest.raises(ConfigError) as refused:
        Texts.of(tree)
    assert "[a] has no text in kk" in str(refused.value)
    assert "[b] has no text in kk" in str(refused.value)
    assert "[b] has 'de'" in str(refused.value)


def test_what_an_older_file_of_the_library_lacks_is_said_as_we_say_it() -> None:
    own, ours = (
        {"a": dict.fromkeys(LANGUAGES, "own")},
        {one: dict.fromkeys(LANGUAGES, "ours") for one in "ab"},
    )
    texts = Texts.of(own, ours)
    assert [texts.say(code, "kk") for code in "ab"] == ["own", "ours"]


def test_a_text_outside_a_table_is_refused() -> None:
    with pytest.raises(ConfigError, match="title"):
        Texts.of({"report": {"title": "Runs", "runs": dict.fromkeys(LANGUAGES, "x")}})
