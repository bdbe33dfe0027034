"""The service: the site and its live feeds are served, and jobs run when due, until it is stopped."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import closing
from functools import partial
from threading import Event, Thread, current_thread, main_thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn

from rabis_sync.errors import RetryableError
from rabis_sync.service import logs, systemd
from rabis_sync.service.child import Runner, ourselves
from rabis_sync.service.scheduler import Scheduler, watch_clock
from rabis_sync.service.timetable import Past
from rabis_sync.web.app import Settings, create_app
from rabis_sync.web.health import health_router
from rabis_sync.web.tokens import kept_key
from rabis_sync.wiring.assembly import Assembly
from rabis_sync.wiring.monitoring import Monitor, schedules
from rabis_sync.wiring.notifying import Notifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from rabis_sync.config.sections import WebSection

#: Signs resumption tokens; made on the first day in the library's folder, and never served.
_KEY_FILE = ".rabis-sync.key"
#: Seconds that requests under way have when the service is told to stop.
_PATIENCE = 10
#: Seconds between two looks at the clock; systemd hears of each that we are alive.
_LOOK = 30


def settings(assembly: Assembly) -> Settings:
    """What the application is told of the library."""
    section, address = assembly.configuration.web, assembly.configuration.library.site_url
    return Settings(
        out=assembly.folder / assembly.configuration.publish.out,
        base_url=f"{address}oai",
        admin_email=section.admin_email or f"admin@{urlsplit(address).hostname or 'localhost'}",
        key=kept_key(assembly.folder / _KEY_FILE),
        rate=section.rate,
        burst=section.rate * 10,
    )


def past_runs(assembly: Assembly, job: str, since: datetime) -> list[Past]:
    """Runs of a job since a moment; the database is opened for the question alone, so that it may be away."""
    with closing(assembly.store()) as store, store.read() as unit:
        return [
            Past(row["started_at"], row["ended_at"], row["outcome"]) for row in unit.runs.of_job(job, since)
        ]


def serve(path: Path, tell: Callable[[str], None], stop: Event | None = None) -> None:
    """Serve what is published and run the jobs until SIGTERM or SIGINT.

    Args:
        path: the configuration.
        tell: hears the address, and when each job is due next.
        stop: may be set to stop the service from another thread.

    Raises:
        ConfigError: of the configuration or a job.
        RetryableError: the port is taken.
    """
    stop = stop or Event()
    _hear(stop)  # before anything that can be seen from outside: whoever sees it may tell us to stop
    assembly = Assembly.of(path)
    configuration = assembly.configuration
    logs.set_up(configuration.service.log, configuration.secrets)
    command = ourselves("--config", str(configuration.path), "run", "--log")
    runner = Runner(command, stop, configuration.service.stop_seconds)
    runs = partial(past_runs, assembly)
    away = Notifier(assembly).broke_off
    scheduler = Scheduler(schedules(assembly), assembly.zone, runs, runner.start, stop, away=away)
    with _listening(configuration.web) as listener:
        server = uvicorn.Server(_web(settings(assembly), configuration.web, Monitor(assembly)))
        web = Thread(target=_run, args=(server, listener, stop), name="web")
        web.start()
        scheduler.begin()
        tell(f"serving http://{configuration.web.host}:{configuration.web.port}/")
        for name, moment in scheduler.following().items():
            tell(f"next {name}  {moment.astimezone(assembly.zone):%F %H:%M}")
        systemd.notify("READY=1")
        watch_clock(scheduler, stop, time.monotonic, lambda: systemd.notify("WATCHDOG=1"), _LOOK)
        systemd.notify("STOPPING=1")
        runner.end()
        scheduler.end()
        server.should_exit = True
        web.join()


def _hear(stop: Event) -> None:
    """Stop at SIGTERM and SIGINT; only the main thread hears them."""
    if current_thread() is main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())


def _run(server: uvicorn.Server, listener: socket.socket, stop: Event) -> None:
    """The web server in its own thread: a service that no longer answers stops, and is started again."""
    try:
        server.run(sockets=[listener])
    finally:
        stop.set()


def _web(told: Settings, web: WebSection, monitor: Monitor) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(told, health_router(monitor)),
        host=web.host,
        port=web.port,
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=True,
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE,
    )


def _listening(web: WebSection) -> socket.socket:
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        return socket.create_server((web.host, web.port), family=family, backlog=2048)
    except OSError as error:
        raise RetryableError(
            f"port {web.port} of {web.host} cannot be listened on: {error.strerror}",
            hint="Another program has it: choose another port in [web].",
        ) from error
