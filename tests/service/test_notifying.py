"""What people hear of a run, by real channels, whatever is away: once each, and never at the run's cost."""

from __future__ import annotations

import os
import re
import signal
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import ConfigError, GuardStop
from rabis_sync.service.news import of_contracts
from rabis_sync.wiring import notifying
from rabis_sync.wiring.running import Manner, opened, run_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.service.execution import RunReport
    from rabis_sync.store.database import Store

JOB = """
steps = ["harvest", "reconcile", "publish"]
[schedule]
at = "02:30"
"""


@dataclass
class Library:
    """The small library, whose runs are told by mail, by a webhook and to a dead man's switch."""

    path: Path
    mailbox: Any
    listener: Any

    @property
    def folder(self) -> Path:
        return self.path.parent

    def night(self) -> RunReport:
        return run_job(self.path, "short", Manner())

    def heard(self) -> list[str]:
        """Events that the webhook was told of."""
        return [asked.json["event"] for asked in self.listener.asked if asked.path == "/hook"]

    def signs(self) -> list[str]:
        """What the dead man's switch heard."""
        return [asked.path.partition("?")[0] for asked in self.listener.asked if asked.path != "/hook"]

    def letters(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.mailbox.letters]

    def journal(self) -> list[dict[str, Any]]:
        with opened(self.path) as (_, store), store.read() as unit:
            return unit.notices.waiting(unit.runs.latest(200)[-1]["started_at"] - timedelta(days=1))

    def write(self, text: str) -> None:
        self.path.unlink()
        self.path.write_text(text, "utf-8")

    def hide(self, name: str) -> None:
        (self.folder / name).rename(self.folder / f"{name}.away")

    def show(self, name: str) -> None:
        (self.folder / f"{name}.away").rename(self.folder / name)


@pytest.fixture
def library(
    library_copy: Callable[[], Path], mailbox: Any, listener: Any, monkeypatch: pytest.MonkeyPatch
) -> Library:
    monkeypatch.setenv("TEST_HOOK", f"{listener.url}/hook")
    monkeypatch.setenv("TEST_SWITCH", f"{listener.url}/switch")
    monkeypatch.setattr(notifying, "RETRIES", notifying.RETRIES.__class__(tries=1))
    found = Library(library_copy(), mailbox, listener)
    channels = f"""
[notices.mail]
kind = "mail"
host = "127.0.0.1"
port = {mailbox.port}
security = "none"
sender = "rabis@example.kz"
to = ["director@example.kz"]

[notices.hook]
kind = "webhook"
lang = "kk"
url_env = "TEST_HOOK"

[notices.switch]
kind = "ping"
url_env = "TEST_SWITCH"
"""
    found.write(found.path.read_text("utf-8") + channels)
    (found.folder / "jobs").mkdir()
    (found.folder / "jobs" / "short.toml").write_text(JOB, "utf-8")
    return found


def test_a_good_night_is_told_to_the_switch_alone(library: Library) -> None:
    assert library.night().exit_code == 0
    assert library.signs() == ["/switch/start", "/switch"]
    rids = {asked.path.partition("rid=")[2] for asked in library.listener.asked if "rid" in asked.path}
    assert len(rids) == 1
    assert "failure" not in library.heard()


def test_a_source_that_is_away_is_told_once_and_so_is_its_return(library: Library) -> None:
    library.night()
    library.hide("catalogue.mrc")
    library.listener.asked.clear()
    library.mailbox.letters.clear()
    assert library.night().exit_code == 75
    assert library.night().exit_code == 75
    assert library.heard() == ["failure"], "the same failure is told once a day"
    assert [one.partition(": ")[2] for one in library.letters()] == ["задание «short» не выполнено"]
    body = library.mailbox.letters[0].get_content()
    assert "Сбор «catalogue»: нужно повторить позже" in body
    assert "Публикация: выполнено" in body, "publication waits for nobody"
    library.show("catalogue.mrc")
    assert library.night().exit_code == 0
    assert library.heard() == ["failure", "recovery"]
    assert library.night().exit_code == 0
    assert library.heard() == ["failure", "recovery"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGTERM, which Windows lacks")
def test_a_run_told_to_stop_while_it_tells_ends_as_it_did_and_the_next_one_tells(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_notifier: notifying.Notifier, _store: Store) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1_000_000):
            pass
        pytest.fail("the signal was not heard")

    library.hide("catalogue.mrc")
    before = signal.getsignal(signal.SIGTERM)
    with monkeypatch.context() as patched:
        patched.setattr(notifying.Notifier, "_sent", stopped)
        assert library.night().exit_code == 75
    assert (signal.getsignal(signal.SIGTERM), library.heard()) == (before, [])
    assert library.night().exit_code == 75
    assert library.heard() == ["failure"]


@pytest.mark.parametrize("smtp", ["there", "away"])
@pytest.mark.parametrize("ledger", ["there", "away"])
@pytest.mark.parametrize("source", ["there", "away"])
def test_whatever_is_away_the_night_does_what_it_can_and_says_so(
    library: Library, source: str, ledger: str, smtp: str
) -> None:
    """The table of docs/service.md: outcome, exit code and notices for each."""
    if source == "away":
        library.hide("catalogue.mrc")
    if ledger == "away":
        library.hide("ledger")
    if smtp == "away":
        library.write(library.path.read_text("utf-8").replace(f"port = {library.mailbox.port}", "port = 9"))
    report = library.night()
    away = {name for name, state in (("harvest catalogue", source), ("reconcile", ledger)) if state == "away"}
    assert {step.name for step in report.steps if step.outcome == "retry"} == away
    assert (report.outcome, report.exit_code) == (("retry", 75) if away else ("done", 0))
    assert [step.outcome for step in report.steps if step.name == "publish"] == ["done"]
    failures = [event for event in library.heard() if event == "failure"]
    assert failures == (["failure"] if away else [])
    assert library.signs() == ["/switch/start", "/switch/fail" if away else "/switch"]
    waiting = [row["channel"] for row in library.journal() if row["event"] == "failure"]
    assert waiting == (["mail"] if away and smtp == "away" else [])


def test_a_letter_that_could_not_be_sent_goes_with_the_next_run(library: Library) -> None:
    text = library.path.read_text("utf-8")
    library.hide("catalogue.mrc")
    library.write(text.replace(f"port = {library.mailbox.port}", "port = 9"))
    library.night()
    assert library.letters() == []
    (waiting,) = [row for row in library.journal() if row["event"] == "failure"]
    assert waiting["tries"] == 1
    assert "cannot be reached" in waiting["error"]
    library.write(text)
    library.night()
    assert len([one for one in library.letters() if "не выполнено" in one]) == 1
    assert library.journal() == []


def test_a_guard_stop_asks_for_a_decision(library: Library) -> None:
    library.night()
    job = library.folder / "jobs" / "short.toml"
    job.write_text(JOB + "[guards]\nmax_deleted = { share = 0, number = 0 }\n", "utf-8")
    export = library.folder / "catalogue.mrc"
    whole = export.read_bytes()
    export.unlink()
    export.write_bytes(whole[: whole.index(b"\x1d") + 1])
    report = library.night()
    assert (report.outcome, report.exit_code) == ("guard", GuardStop.exit_code)
    assert library.heard()[-1] == "guard"
    assert library.listener.asked[-1].json["exit_code"] == 3


def test_a_job_that_is_wrong_is_told_and_journalled_as_a_run_that_did_nothing(library: Library) -> None:
    (library.folder / "jobs" / "short.toml").write_text('steps = ["harvst"]', "utf-8")
    with pytest.raises(ConfigError):
        library.night()
    with opened(library.path) as (_, store), store.read() as unit:
        (run,) = unit.runs.latest()
    assert (run["outcome"], run["exit_code"], run["steps"][0]["name"]) == ("failed", 2, "configuration")
    assert library.heard() == ["failure"]
    assert "harvst" in library.listener.asked[-1].json["text"]
    assert library.signs() == ["/switch/start", "/switch/fail"]


def test_a_database_that_is_away_is_told_without_a_journal(library: Library) -> None:
    text = re.sub(r'\[store\]\nurl = "[^"]*"', "", library.path.read_text("utf-8"))
    library.write(text + '\n[store]\nurl = "postgresql+psycopg://nobody@127.0.0.1:9/none"\n')
    with pytest.raises(Exception, match=r"127\.0\.0\.1") as caught:
        library.night()
    assert getattr(caught.value, "exit_code", None) == 75
    assert library.heard() == ["failure"]
    assert len(library.letters()) == 1


def test_a_defect_is_told_and_raised(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rabis_sync.reconcile.step.run", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        library.night()
    assert library.heard() == ["failure"]


def test_a_test_goes_by_every_channel(library: Library, told: Any) -> None:
    code, out, _ = told("--config", library.path, "notify", "--test")
    assert code == 0
    assert [line.split() for line in out.splitlines()] == [
        ["mail", "sent"], ["hook", "sent"], ["switch", "sent"],
    ]  # fmt: skip
    assert library.heard() == ["test"]
    assert library.signs() == ["/switch/log"]
    library.mailbox.refuses = "550 no"
    code, _, err = told("--config", library.path, "notify", "--test")
    assert code == 1
    assert "refuses director@example.kz" in err


def test_a_secret_in_the_file_is_refused(library: Library) -> None:
    library.write(library.path.read_text("utf-8").replace('url_env = "TEST_HOOK"', 'url = "http://a/b"'))
    with pytest.raises(ConfigError, match=r"notices\.hook\.url: a secret does not stand here"):
        library.night()


def test_each_contract_is_told_of_once_for_each_distance() -> None:
    until = date(2027, 1, 31).isoformat()
    (first,) = of_contracts({("cat", "b1", until): 90, ("cat", "b2", until): 30}, set())
    assert first.params["items"] == 2
    assert of_contracts({("cat", "b1", until): 90}, set(first.about)) == []
    (second,) = of_contracts({("cat", "b1", until): 30, ("cat", "b2", until): 30}, set(first.about))
    assert list(second.about) == [f"cat:b1:{until}:30"]
