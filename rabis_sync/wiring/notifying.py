"""People are told how runs went: by every channel there is, once each, and never at the cost of a run."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from rabis_sync.errors import ConfigError, RabisSyncError
from rabis_sync.http import Client, Limits, Retries
from rabis_sync.publish.rights import ends_soon
from rabis_sync.publish.standing import known
from rabis_sync.reports.lists.runs import step_said
from rabis_sync.service import news
from rabis_sync.service.execution import EXIT_CODES
from rabis_sync.service.logs import Redaction
from rabis_sync.service.notices import CHANNELS, HEARS, NEWS, SIGNS, Message, Surroundings
from rabis_sync.service.timetable import SUCCESS
from rabis_sync.wiring.assembly import Assembly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rabis_sync.config.sections import NoticeSection
    from rabis_sync.service.execution import RunReport
    from rabis_sync.service.news import News
    from rabis_sync.service.notices import Channel
    from rabis_sync.store.database import Store, Unit

_log = logging.getLogger(__name__)

#: What could not be sent is tried again for so long: older news would only confuse.
KEPT = timedelta(days=3)
#: Contracts are told of once for each distance; the longest is 90 days.
REMEMBERED = timedelta(days=400)
#: A notice waits for nobody: what does not answer now is asked again after the next run.
LIMITS = Limits(connect=5, read=10, page_total=20, page_size=1024**2)
RETRIES = Retries(tries=3, first=1, longest=4, patience=10)
#: How far back the runs before are looked for.
_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Notifier:
    """Tells of the runs of one job.

    Attributes:
        assembly: the configuration.
        job: of which job; empty: of none.
        sign: what signs of one run have in common.
    """

    assembly: Assembly
    job: str = ""
    sign: str = field(default_factory=lambda: str(uuid4()))

    def begins(self) -> None:
        """A run begins: dead man's switches hear of it."""
        self._signal("start", "")

    def ended(self, done: RunReport) -> None:
        """A run ended: news of it are noted, then everything that waits is sent, now or after a later run."""
        if self._channels:
            self._safely(self._note_run)
            self._signal("success" if done.outcome in SUCCESS else "failure", done.outcome)
            self._safely(lambda: self._note([]))

    def broke_off(self, error: BaseException) -> None:
        """A run could not begin, or a defect ended it; told at once where the database cannot note it."""
        if not self._channels:
            return
        told = error.told if isinstance(error, RabisSyncError) else repr(error)
        self._signal("failure", told)
        one = news.of_error(self.job, self._redaction(told), self._today())
        try:
            self._note([one])
        except RabisSyncError:
            self._safely(lambda: self._send_unnoted(one))

    def digest(self, lines: Sequence[tuple[str, dict[str, Any]]]) -> int:
        """Note the week's digest with these sentences, send what waits, and tell how many were noted."""
        year, week, _ = self._today().isocalendar()
        one = news.News("digest", f"digest:{year}-{week}", "digest", {"week": week}, lines)
        return self._note([one]) if self._channels else 0

    def test(self) -> Iterator[tuple[str, RabisSyncError | None]]:
        """Send a test by every channel; its name, and what went wrong."""
        one = news.News("test", "", "test", {"at": datetime.now(UTC)})
        for name, (section, channel) in self._channels.items():
            try:
                channel.send(self._message(one, section.lang))
            except RabisSyncError as error:
                yield name, error
            else:
                yield name, None

    def checks(self) -> Iterator[tuple[str, str, int]]:
        """Whom each channel would tell, or what is wrong with it; with the exit code."""
        for name, section in self.assembly.configuration.notices.items():
            try:
                yield name, self._made(name, section).check(), 0
            except RabisSyncError as error:
                yield name, error.told, error.exit_code

    @cached_property
    def _channels(self) -> dict[str, tuple[NoticeSection, Channel]]:
        """Channels that hear of this job and can be made; of the others the log tells."""
        made: dict[str, tuple[NoticeSection, Channel]] = {}
        for name, section in self.assembly.configuration.notices.items():
            if self.job and section.jobs and self.job not in section.jobs:
                continue
            try:
                channel = self._made(name, section)
                channel.check()
            except RabisSyncError as error:
                _log.error("channel %s tells nothing: %s", name, error)
            else:
                made[name] = (section, channel)
        return made

    def _made(self, name: str, section: NoticeSection) -> Channel:
        unknown = [job for job in section.jobs if job not in self.assembly.job_files()]
        if unknown:
            raise ConfigError(f"notices.{name}.jobs: there is no job {unknown[0]!r}")
        http, library = self.assembly.configuration.http, self.assembly.configuration.library
        ca_file = str(self.assembly.folder / http.ca_file) if http.ca_file else ""
        contact = http.contact or library.site_url
        client = Client(contact, LIMITS, RETRIES, proxy=http.proxy, ca_file=ca_file)
        channel: Channel = CHANNELS.get(section.kind)(section.options, Surroundings(client, ca_file))
        return channel

    @cached_property
    def _redaction(self) -> Redaction:
        return Redaction(self.assembly.configuration.secrets)

    def _signal(self, event: str, text: str) -> None:
        """One sign to every dead man's switch; what is not heard now is never told."""
        for name, (section, channel) in self._channels.items():
            if event in HEARS.get(section.kind) and HEARS.get(section.kind) == SIGNS:
                sign = self._message(news.News(event, "", "", {}), section.lang, text=self._redaction(text))
                self._safely(lambda: channel.send(sign), name)  # noqa: B023  called here

    def _note_run(self) -> None:
        with closing(self.assembly.store()) as store:
            with store.read() as unit:
                found = self._news(unit)
            self._noted(store, found)

    def _note(self, found: Sequence[News]) -> int:
        with closing(self.assembly.store()) as store:
            number = self._noted(store, found)
            self._sent(store)
            return number

    def _news(self, unit: Unit) -> list[News]:
        """What is to be told of the last run of the job, and of contracts when it published."""
        run, *earlier = unit.runs.of_job(self.job, datetime.now(UTC) - _BEFORE)
        run = next(one for one in unit.runs.latest(100) if one["id"] == run["id"])
        found = news.of_run(run, [one["outcome"] for one in earlier], self._today())
        published = any(step["name"] == "publish" and step["outcome"] == "done" for step in run["steps"])
        return found + (self._contracts(unit) if published else [])

    def _contracts(self, unit: Unit) -> list[News]:
        on = self._today()
        ending = {}
        for (source, record), standing in known(unit.publications.all(), ()).items():
            last = date.fromisoformat(standing.until) if standing.shown and standing.until else None
            if (days := ends_soon(last, on)) is not None:
                ending[source, record, standing.until] = days
        return news.of_contracts(ending, unit.notices.told("contracts", datetime.now(UTC) - REMEMBERED))

    def _noted(self, store: Store, found: Sequence[News]) -> int:
        rows = [
            row
            for one in found
            for name, (section, _) in self._channels.items()
            if (row := self._row(name, section, one))
        ]
        with store.write() as unit:
            return len(unit.notices.plan(rows))

    def _row(self, name: str, section: NoticeSection, one: News) -> dict[str, Any] | None:
        """A row of the journal, where the channel hears of such news."""
        hears = HEARS.get(section.kind)
        if hears != NEWS or one.event not in (section.events or NEWS):
            return None
        message = self._message(one, section.lang)
        return {
            "channel": name, "key": one.key, "event": one.event, "job": message.job, "run_id": message.run,
            "outcome": message.outcome, "exit_code": message.exit_code, "subject": message.subject,
            "body": message.text, "about": list(one.about), "at": message.at,
        }  # fmt: skip

    def _sent(self, store: Store) -> None:
        """Send what waits; a program that dies between sending and noting it sends once more."""
        with store.read() as unit:
            waiting = unit.notices.waiting(datetime.now(UTC) - KEPT)
        for row in waiting:
            if row["channel"] not in self._channels:
                continue
            error = self._tried(row)
            with store.write() as unit:
                if error is None:
                    unit.notices.sent(row["id"], datetime.now(UTC))
                else:
                    unit.notices.failed(row["id"], error)

    def _tried(self, row: dict[str, Any]) -> str | None:
        """Send one notice of the journal; what went wrong, if anything did."""
        message = Message(
            row["event"], row["subject"], row["body"], self._library(self._channels[row["channel"]][0].lang),
            row["at"], row["job"], row["run_id"], row["outcome"], row["exit_code"],
        )  # fmt: skip
        return self._safely(lambda: self._channels[row["channel"]][1].send(message), row["channel"])

    def _send_unnoted(self, one: News) -> None:
        for name, (section, channel) in self._channels.items():
            if self._row(name, section, one):
                message = self._message(one, section.lang)
                self._safely(lambda: channel.send(message), name)  # noqa: B023  called here

    def _safely(self, act: Any, name: str = "") -> str | None:
        """Do something that may fail in any way without any harm to the run; what went wrong."""
        try:
            act()
        except Exception as error:  # noqa: BLE001  a notice that cannot be sent breaks nothing
            told = self._redaction(str(error) if isinstance(error, RabisSyncError) else repr(error))
            _log.warning("a notice was not sent%s: %s", f" by {name}" if name else "", told)
            return told
        return None

    def _message(self, one: News, lang: str, *, text: str = "") -> Message:
        """News in the language of a channel."""
        texts, params = self.assembly.texts, dict(one.params)
        if "error" in params:
            params["error"] = texts.retold(str(params["error"]), lang)
        if "at" in params:
            params["at"] = self._moment(params["at"], lang)
        said = [texts.say(f"notice.{one.text}.text", lang, **params)] if one.text else [text]
        said += [texts.say(code, lang, **self._days(values, lang)) for code, values in one.lines]
        said += [step_said(texts, lang, step) for step in one.steps]
        return Message(
            event=one.event,
            subject=texts.say(f"notice.{one.text}.subject", lang, **params) if one.text else one.event,
            text=self._redaction("\n".join(said)),
            library=self._library(lang),
            at=datetime.now(UTC),
            job=self.job,
            run=params.get("run"),
            outcome=str(one.params.get("outcome", "")),
            exit_code=EXIT_CODES.get(str(one.params.get("outcome", "")), 0),
            sign=self.sign,
        )

    def _library(self, lang: str) -> str:
        return str(getattr(self.assembly.configuration.library.name, lang))

    def _moment(self, at: datetime, lang: str) -> str:
        shown = "%Y-%m-%d %H:%M" if lang == "en" else "%d.%m.%Y %H:%M"
        return at.astimezone(self.assembly.zone).strftime(shown)

    def _days(self, values: Any, lang: str) -> dict[str, Any]:
        """Values of a sentence, with an ISO day as people write it."""
        until = values.get("until")
        if not until or lang == "en":
            return dict(values)
        return {**values, "until": date.fromisoformat(until).strftime("%d.%m.%Y")}

    def _today(self) -> date:
        return datetime.now(self.assembly.zone).date()


def notify_test(path: Path) -> Iterator[tuple[str, RabisSyncError | None]]:
    """Send a test by every channel of a configuration; its name, and what went wrong.

    Raises:
        ConfigError: of the configuration; or it names no channel.
    """
    assembly = Assembly.of(path)
    if not assembly.configuration.notices:
        raise ConfigError(
            f"{assembly.configuration.path} names no channel", hint="Add a [notices.NAME] section."
        )
    return Notifier(assembly).test()
