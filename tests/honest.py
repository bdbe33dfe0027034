"""The rules of an honest run, as a plugin of pytest.

A run in which no test was executed fails. With ``RABIS_SYNC_NO_SKIP=1`` a skipped test is an error that the
summary names. Trials marked ``soak`` run with ``-m soak`` only. Temporary files stand in memory where it has
room.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile

import pytest

NO_SKIP_ENV = "RABIS_SYNC_NO_SKIP"

#: Linux's file system in memory, and how many bytes of it a run may need.
MEMORY, ROOM = "/dev/shm", 4 << 30


class HonestRun:
    """Counts what was really executed, and what was skipped and why."""

    def __init__(self) -> None:
        self.executed = 0
        self.skipped: list[tuple[str, str]] = []

    @property
    def refuses_skips(self) -> bool:
        """True where the environment has everything that a test may need."""
        return os.environ.get(NO_SKIP_ENV, "") not in {"", "0"}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note one phase of one test."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self._note(report)
        elif report.when == "call":
            self.executed += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a whole module that skipped itself."""
        if report.skipped:
            self._note(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn a run that proves nothing into a failed one."""
        if session.config.option.collectonly or session.config.option.setupplan:
            return
        idle = not self.executed and session.exitstatus in {
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        }
        forbidden = self.refuses_skips and self.skipped and session.exitstatus == pytest.ExitCode.OK
        if idle or forbidden:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say why such a run failed."""
        if terminalreporter.config.option.collectonly:
            return
        if not self.executed:
            terminalreporter.section("no test was executed: the run fails", red=True)
        if self.refuses_skips and self.skipped:
            terminalreporter.section(f"{NO_SKIP_ENV} is set: a skipped test is an error", red=True)
            for name, reason in self.skipped:
                terminalreporter.line(f"ERROR {name}: {reason}", red=True)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        self.skipped.append((report.nodeid, reason.removeprefix("Skipped: ")))


def pytest_configure(config: pytest.Config) -> None:
    """Watch the run; where it is shared out among processes, only the one that gathers the results judges."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(HonestRun(), "honest-run")
        _keep_files_in_memory()


def _keep_files_in_memory() -> None:
    """Have temporary files in memory where there is room: hundreds of stores are made durable."""
    with contextlib.suppress(OSError):
        if "TMPDIR" not in os.environ and shutil.disk_usage(MEMORY).free > ROOM:
            os.environ["TMPDIR"] = tempfile.tempdir = MEMORY


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long trials out unless they are asked for."""
    if "soak" in config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
