"""What a person meets at the command line: one clear message, a hint, and the promised exit code."""

from __future__ import annotations

import json
import sqlite3
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from rabis_sync import cli
from rabis_sync.demo import library
from rabis_sync.service.lock import run_lock
from rabis_sync.store import schema
from rabis_sync.wiring.running import LOCK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Run = "Callable[..., Said]"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    def call(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["rabis-sync", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return Said(int(ended.value.code or 0), told.out, told.err)

    return call


@pytest.fixture
def home(tmp_path: Path, run: Callable[..., Said]) -> Path:
    """A new library's folder as `init` leaves it."""
    folder = tmp_path / "library"
    assert run("init", folder).code == 0
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo library before its first night."""
    folder = tmp_path_factory.mktemp("kept")
    library.build(folder)
    return folder


def put(home: Path, content: bytes, name: str = "catalogue.mrc") -> Path:
    (home / "exports").mkdir(exist_ok=True)
    (home / "exports" / name).write_bytes(content)
    return home / "config.toml"


def test_init_writes_everything_a_library_edits_and_never_over_it(
    home: Path, run: Callable[..., Said]
) -> None:
    assert (home / "config.toml").is_file()
    assert (home / "mappings" / "dialects" / "unimarc.toml").is_file()
    assert (home / "jobs" / "nightly.toml").is_file()
    again = run("init", home)
    assert again.code == 2
    assert "is there already" in again.err


def test_check_tells_every_problem_in_a_line_of_its_own(home: Path, run: Callable[..., Said]) -> None:
    told = run("--config", home / "config.toml", "check")
    assert told.code == 75
    lines = told.out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("!!")] == ["source"]
    for name in (
        "configuration",
        "dictionaries",
        "mappings",
        "job nightly",
        "database",
        "disk",
        "clock",
        "time zone",
    ):
        assert any(line.startswith(f"ok  {name}") for line in lines), name


def test_check_names_the_package_of_a_dictionary_that_is_not_there(
    home: Path, run: Callable[..., Said]
) -> None:
    path = home / "config.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('dictionaries = "/usr/share/hunspell"', 'dictionaries = "none"'), "utf-8")
    line = next(line for line in run("--config", path, "check").out.splitlines() if "dictionaries" in line)
    assert line.startswith("ok")
    assert "install hunspell-ru" in line
    assert "install hunspell-kk" in line


def test_a_configuration_with_five_mistakes_is_one_message(home: Path, run: Callable[..., Said]) -> None:
    path = home / "config.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("timezone =", "timezon =").replace('kind = "export"', 'kind = "exprt"')
    text = text.replace('out = "site"', "out = 5").replace("keep_days = 14", 'keep_days = "x"')
    path.write_text(text + "\n[storr]\n", encoding="utf-8")
    told = run("--config", path, "harvest")
    assert told.code == 2
    assert told.err.count("\n  ") == 5
    assert "5 problems" in told.err
    assert not (home / "rabis_sync.db").exists()


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (None, 75, "there is no export"),
        (b"", 1, "brought no record"),
        (b"\n\n\x1a", 1, "brought no record"),
        (b"%PDF-1.4\n1 0 obj\n", 1, "PDF"),
        (b"<!DOCTYPE html>\n<html><head></head><body>Error</body></html>", 1, "HTML"),
        (b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", 1, "XLSX"),
    ],
)
def test_an_export_that_is_none_is_one_clear_message(
    home: Path, run: Callable[..., Said], content: bytes | None, code: int, word: str
) -> None:
    path = home / "config.toml" if content is None else put(home, content)
    told = run("--config", path, "harvest")
    assert (told.code, word in told.err) == (code, True), told.err
    with sqlite3.connect(home / "rabis_sync.db") as database:
        assert database.execute("SELECT count(*) FROM record").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM watermark").fetchone() == (0,)
    database.close()


def test_a_database_of_a_later_version_is_left_alone(
    home: Path, run: Callable[..., Said], kept: Path
) -> None:
    path = put(home, (kept / "catalogue.mrc").read_bytes())
    assert run("--config", path, "harvest").code == 0
    with sqlite3.connect(home / "rabis_sync.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = (home / "rabis_sync.db").read_bytes()
    told = run("--config", path, "correct")
    assert told.code == 2
    assert "9999" in told.err
    assert (home / "rabis_sync.db").read_bytes() == before


def test_something_new_in_quarantine_is_exit_code_four_once(
    home: Path, run: Callable[..., Said], kept: Path
) -> None:
    path = put(home, (kept / "catalogue.mrc").read_bytes() + b"00099nam0 broken")
    told = run("--config", path, "harvest")
    assert told.code == 4
    assert "quarantine list" in told.out
    assert run("--config", path, "harvest", "--full").code == 0
    listed = json.loads(run("--config", path, "report", "quarantine", "--format", "json").out)
    shown = run("--config", path, "quarantine", "show", listed["records"][0]["id"])
    assert "broken" in shown.out
    assert run("--config", path, "quarantine", "retry").out == "0 taken, 1 still unreadable\n"


def test_an_unknown_name_is_answered_with_the_known_ones(home: Path, run: Callable[..., Said]) -> None:
    for arguments, known in [
        (("run", "nightli"), "nightly"),
        (("harvest", "catalog"), "catalogue"),
        (("report", "duplicate"), "duplicates"),
        (("quarantine", "show", "7"), "Known"),
    ]:
        told = run("--config", home / "config.toml", *arguments)
        assert told.code == 2
        assert known in told.err


def test_a_mistake_on_the_command_line_is_told(run: Callable[..., Said]) -> None:
    assert run("harvest", "--ful").code == 2
    assert run("--version").out.strip()


def test_a_dry_run_shows_the_plan_and_leaves_no_trace(
    home: Path, run: Callable[..., Said], kept: Path
) -> None:
    path = put(home, (kept / "catalogue.mrc").read_bytes())
    told = run("--config", path, "harvest", "--dry-run")
    assert told.code == 0
    assert "harvest catalogue: 600 received, 600 new" in " ".join(told.out.split())
    with sqlite3.connect(home / "rabis_sync.db") as database:
        assert database.execute("SELECT count(*) FROM record").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM run").fetchone() == (0,)
    database.close()


@pytest.mark.parametrize("form", ["iso2709", "marcxml", "jsonl"])
def test_the_stored_catalogue_can_be_written_and_harvested_again(
    home: Path, run: Callable[..., Said], kept: Path, form: str
) -> None:
    path = put(home, (kept / "catalogue.mrc").read_bytes())
    assert " records/s)" in run("--config", path, "harvest").err
    target = home / f"copy.{form}"
    told = run("--config", path, "export", "records", "-o", target, "--as", "harvested", "--format", form)
    refused = told.err.count("which XML cannot hold")
    assert (told.code, f"{600 - refused} records" in told.out) == (4 if refused else 0, True)
    assert bool(refused) is (form == "marcxml")
    if form == "jsonl":
        assert len([json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]) == 600
        return
    put(home, target.read_bytes())
    again = run("--config", path, "harvest", "--full")
    assert f"{600 - refused} unchanged" in again.out


def test_a_second_run_at_once_is_told_to_wait(home: Path, run: Callable[..., Said]) -> None:
    with run_lock(home / LOCK):
        told = run("--config", home / "config.toml", "run", "nightly")
    assert told.code == 75
    assert "another run is under way" in told.err


def test_the_status_is_told_in_the_readers_language(home: Path, run: Callable[..., Said], kept: Path) -> None:
    path = put(home, (kept / "catalogue.mrc").read_bytes())
    assert run("--config", path, "status").out == "Программа ещё ни разу не запускалась.\n"
    run("--config", path, "harvest")
    assert "600" in run("--config", path, "status", "--lang", "kk").out
    assert json.loads(run("--config", path, "status", "--json").out)["sources"]["catalogue"]["records"] == {
        "active": 600
    }


def test_a_backup_can_be_put_back(home: Path, run: Callable[..., Said], kept: Path) -> None:
    path = put(home, (kept / "catalogue.mrc").read_bytes())
    run("--config", path, "harvest")
    assert run("--config", path, "db", "backup", home / "backup.db").code == 0
    for file in home.glob("rabis_sync.db*"):
        file.unlink()
    assert run("--config", path, "db", "restore", home / "backup.db").code == 0
    assert json.loads(run("--config", path, "status", "--json").out)["sources"]["catalogue"]["records"] == {
        "active": 600
    }
    assert run("--config", path, "db", "upgrade").out == f"schema {schema.wanted()} -> {schema.wanted()}\n"
