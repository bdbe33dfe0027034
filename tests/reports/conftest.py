"""A small real store, filled through the repositories, with something in it for every report."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.fields import Field, MarcRecord, content_hash
from rabis_sync.reconcile.content import ContentClasses
from rabis_sync.reconcile.fund_reading import FundSettings, read
from rabis_sync.reconcile.matching import Policy
from rabis_sync.reconcile.rules import FundRules
from rabis_sync.reconcile.statement import statement
from rabis_sync.reports import render
from rabis_sync.reports.period import Period
from rabis_sync.reports.texts import Texts
from rabis_sync.store import match_tables, tables
from rabis_sync.store.harvests import Refused
from rabis_sync.store.records import Incoming
from rabis_sync.store.runs import StepReport
from rabis_sync.wiring.counting import window
from tests.conftest import new_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from rabis_sync.reports.inquiry import Count
    from rabis_sync.reports.table import Table
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.statements import Statement

NIGHT = datetime(2026, 3, 21, 20, 30, tzinfo=UTC)
#: A morning in the library: five hours ahead of UTC.
MORNING = (NIGHT + timedelta(hours=9)).astimezone(ZoneInfo("Asia/Almaty"))

FORMULA = "=1+1"
SCRIPT = "<script>alert(1)</script>"

#: In the order of the Kazakh alphabet, which no order by code points gives.
TITLES = ("Абай жолы", "Әйгілі адамдар", "Бала тәрбиесі", FORMULA, SCRIPT)


def record(number: int, title: str, branch: str) -> Incoming:
    """One catalogued book with one copy."""
    fields = [
        Field("001", f"KZ{number}"),
        Field.data("100", "  ", [("a", "20260321d2019    k  y0kazy50      ca")]),
        Field.data("200", "1 ", [("a", title)]),
    ]
    canonical = MarcRecord("00000nam0 2200000   450 ", tuple(fields)).canonical()
    text_columns = dict.fromkeys(_columns(match_tables.MatchRow), "")
    match = {**text_columns, "level": "monograph", "kind": "text", "year": 2019, "pages": 100, "items": 1}
    item = {
        **dict.fromkeys(_columns(tables.ItemRow), ""),
        "position": 1,
        "inventory_number": f"{number:05d}",
        "inventory_key": str(number),
        "branch": branch,
        "price": 150_000,
        "currency": "KZT",
        "withdrawn": False,
        "quantity": 1,
    }
    return Incoming(
        f"KZ{number}", "unimarc", "rusmarc_899", content_hash(canonical), "iso2709", "utf-8", 1.0,
        canonical.encode(), canonical, [tuple(item.values())], tuple(match.values()),
    )  # fmt: skip


def _columns(model: Any) -> list[str]:
    return [column.name for column in tables.table(model).c if column.name != "record_id"]


def finding(record_id: int, rule: str, **changed: Any) -> dict[str, Any]:
    """One finding as the correction step stores it."""
    row = {
        "fingerprint": f"{rule}-{record_id}",
        "record_id": record_id,
        "rule": rule,
        "path": "200[1]$a[1]",
        "before": "Сtихи  ",
        "after": "Стихи",
        "action": "fix",
        "severity": "warning",
        "params": {},
        "first_run": 1,
    }
    return {**row, **changed}


def discrepancy(code: str, number: str, branch: str, **changed: Any) -> dict[str, Any]:
    """One discrepancy as the reconciliation stores it."""
    book = {"ledger": "accounting", "place": "fond.xlsx · Лист1 · 17", "number": number, "title": FORMULA}
    money = {"price": "1250.50", "currency": "KZT", "quantity": 1, "acquired": "2019-03-01"}
    row = {
        "fingerprint": f"{code}-{number}",
        "code": code,
        "severity": "error",
        "inventory_number": number,
        "branch": branch,
        "record_id": None,
        "catalogue": None,
        "ledger": {**book, **money},
        "params": {},
    }
    return {**row, **changed}


def standing(number: int, state: str, **changed: Any) -> dict[str, Any]:
    """One publication as the publishing step stores it."""
    scan = {"name": "book.pdf", "mime": "application/pdf", "bytes": 10, "sha256": "ab" * 32, "stamp": 1}
    row = {
        "source": "catalogue",
        "control_number": f"KZ{number}",
        "item_id": f"kz{number}-abai",
        "state": state,
        "level": "open",
        "rights_uri": "http://creativecommons.org/publicdomain/mark/1.0/",
        "basis": "public_domain",
        "until": "",
        "reason": "",
        "files": [scan],
        "release": "20260321T203000Z-1f",
        "at": NIGHT,
    }
    return {**row, **changed}


def fill(unit: Unit) -> None:
    """Something for every report."""
    run = unit.runs.start("nightly", versions={"rabis-sync": "0.1.0"}, config_hash="ab12")
    unit.runs.add_step(run, StepReport("harvest catalogue", {"received": 6, "quarantined": 1}, "quarantined"))
    unit.runs.add_step(run, StepReport("publish", {"published": 1}, "guard", "3 books would vanish"))
    books = [record(at, title, "Абай") for at, title in enumerate(TITLES, 1)]
    ids = unit.records.add("catalogue", books, run=run, at=NIGHT)
    unit.harvests.quarantine(
        "catalogue",
        [
            Refused(b"junk", "iso2709", "junk", "no record", FORMULA, 512),
            Refused(b"lost", "marcxml", "malformed_xml", "broken", "", 0, "oai:example:17"),
        ],
        run=run,
        at=NIGHT,
    )
    unit.corrections.replace(
        ids,
        [
            finding(ids[1], "whitespace", severity="info"),
            finding(ids[0], "look_alikes", params={"word": "Сtихи", "mended": "Стихи", "occurs": 3}),
            finding(ids[0], "whitespace", before=FORMULA, after=None, action="report", severity="info"),
            finding(ids[4], "mandatory_fields", severity="error", before=SCRIPT, params={"element": "title"}),
        ],
    )
    unit.duplicates.replace(*_duplicates(ids), run=run)
    unit.ledgers.replace_entries("accounting", [_entry(1), _entry(9), _entry(2, act_out="17")])
    unit.comparisons.replace_uncatalogued([("accounting", 2)])
    unit.comparisons.replace_coverage([("Абай", "", 2, 1)])
    unit.ledgers.replace_discrepancies(
        [
            discrepancy("ONLY_ACCOUNTING", "00009", "Гоголь"),
            discrepancy(
                "PRICE_MISMATCH",
                "00001",
                "Абай",
                record_id=ids[0],
                severity="warning",
                catalogue={"number": "00001", "price": "125050.00", "currency": "KZT", "branch": "Абай"},
                params={"catalogue": "125050.00", "ledger": "1250.50", "currency": "KZT", "cause": "tiyn"},
            ),
            discrepancy("ONLY_CATALOG", FORMULA, "Абай", record_id=ids[1], ledger=None),
        ],
        at=NIGHT,
    )
    unit.ledgers.replace_notices(
        "accounting",
        [
            (
                *("fond.xlsx · Лист1", "unknown_heading", FORMULA, False),
                {"column": 3, "heading": FORMULA, "near": "price"},
            ),
            ("fond.xlsx · Лист1 · 20", "bad_figure", SCRIPT, True, {"field": "price", "cell": SCRIPT}),
        ],
    )
    unit.publications.save(
        [
            standing(2, "published"),
            standing(1, "published"),
            standing(3, "withheld", level="metadata", basis="", reason="no_contract", files=[]),
            standing(4, "withdrawn", level="metadata", reason="contract_ended", until="2026-03-20", files=[]),
        ]
    )
    unit.runs.end(run, "guard", 3)


def _duplicates(ids: list[int]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    evidence = [
        {"field": "title", "outcome": "similar", "a": "абай", "b": SCRIPT, "weight": 0.4},
        {"field": "year", "outcome": "equal", "a": "2019", "b": "2019", "weight": 0.2},
        {"field": "part", "outcome": "missing", "a": "g5 p1", "b": "g5", "weight": -0.1},
        {"field": "isbn", "outcome": "missing", "a": "", "b": "9786010000000", "weight": 0.0},
    ]
    sure = {"record_a": ids[0], "record_b": ids[1], "verdict": "duplicate", "score": 0.95}
    open_question = {"record_a": ids[3], "record_b": ids[4], "verdict": "review", "score": 0.81}
    pairs = [{**one, "evidence": evidence} for one in (sure, open_question)]
    return pairs, [
        {"id": ids[0], "survivor": ids[1], "verdict": "duplicate", "why": ["items", 3, 1], "records": ids[:2]}
    ]


def _entry(number: int, **changed: Any) -> tuple[Any, ...]:
    row = {
        **{name: "" for name in _columns(tables.LedgerEntry) if name not in {"ledger", "position"}},
        "inventory_key": str(number),
        "year": None,
        "price": None,
        "quantity": 1,
        "amount": None,
        "branch": "Абай",
        "movement": "copy",
    }
    return tuple({**row, **changed}.values())


@pytest.fixture(scope="session")
def tree(root: Path) -> dict[str, Any]:
    """The bundled texts as parsed."""
    return tomllib.loads((root / "mappings" / "issues.toml").read_text("utf-8"))


@pytest.fixture(scope="session")
def texts(tree: dict[str, Any]) -> Texts:
    return Texts.of(tree)


@pytest.fixture(scope="session")
def dialects(root: Path) -> Mapping[str, Dialect]:
    toml = tomllib.loads((root / "mappings" / "dialects" / "unimarc.toml").read_text("utf-8"))
    return {"unimarc": TypeAdapter(Dialect).validate_python(toml)}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    store = new_store(tmp_path / "empty.db")
    yield store
    store.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = new_store(tmp_path_factory.mktemp("store") / "filled.db")
    with store.write() as unit:
        fill(unit)
    yield store
    store.close()


@pytest.fixture(scope="session")
def count(root: Path, dialects: Mapping[str, Dialect]) -> Count:
    """Counts the fund by the bundled mappings."""

    def mapping(name: str, kind: type[Any]) -> Any:
        content = tomllib.loads((root / "mappings" / name).read_text("utf-8"))
        return TypeAdapter(kind).validate_python(content)

    classes, rules = mapping("content_classes.toml", ContentClasses), mapping("fund.toml", FundRules)
    settings = FundSettings(dialects, classes, rules, Policy())

    def counted(unit: Unit, period: Period | None, branch: str | None) -> Statement:
        asked = period or Period.parse("2026")
        return statement(read(unit, settings), window(asked), rules, classes.classes, branch or "")

    return counted


@pytest.fixture(scope="module")
def counted_once(count: Count) -> Count:
    """The same for a store that does not change: counted once a period and branch."""
    known: dict[tuple[object, ...], Statement] = {}

    def counted(unit: Unit, period: Period | None, branch: str | None) -> Statement:
        asked = unit.connection.engine, period, branch
        if asked not in known:
            known[asked] = count(unit, period, branch)
        return known[asked]

    return counted


@pytest.fixture(scope="session")
def ask(texts: Texts, dialects: Mapping[str, Dialect], count: Count) -> Callable[..., bytes]:
    """A report as a file: ``ask(store, name, form, lang="ru", branch=…, period=…)``."""

    def asked(
        store: Store, name: str, form: str, lang: str = "ru", count: Count = count, **narrowed: str
    ) -> bytes:
        with store.read() as unit:
            return render.render(
                name, unit, form=form, lang=lang, texts=texts, dialects=dialects, now=MORNING, count=count,
                **narrowed,
            )  # fmt: skip

    return asked


@pytest.fixture(scope="session")
def show(texts: Texts, dialects: Mapping[str, Dialect], count: Count) -> Callable[..., Table]:
    """A report as plain values: ``show(store, name, lang="ru", branch=…, period=…)``."""

    def shown(store: Store, name: str, lang: str = "ru", **narrowed: str) -> Table:
        with store.read() as unit:
            return render.table(
                name, unit, lang=lang, texts=texts, dialects=dialects, now=MORNING, count=count, **narrowed
            )

    return shown


@pytest.fixture
def fill_discrepancies() -> Callable[..., None]:
    """Make these the only ones: ``fill_discrepancies(store, "INV_DUP", branches=("Абай", ""), params=…)``."""

    def filled(store: Store, code: str, branches: tuple[str, ...] = ("Абай",), **changed: Any) -> None:
        found = [discrepancy(code, f"0000{at}", name, **changed) for at, name in enumerate(branches)]
        with store.write() as unit:
            unit.ledgers.replace_discrepancies(found, at=NIGHT)

    return filled
