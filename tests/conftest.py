"""What every test may use: the real exports, a store on each database, a library, the rules of a run."""

from __future__ import annotations

import contextlib
import getpass
import itertools
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import settings

from rabis_sync import cli
from rabis_sync.demo import library
from rabis_sync.marc import codec
from rabis_sync.publish.pictures import Studio
from rabis_sync.service import logs
from rabis_sync.store.database import Store
from tests.honest import pytest_collection_modifyitems, pytest_configure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["pytest_collection_modifyitems", "pytest_configure"]

# A run says the same twice: properties are tried on the same examples, and a busy machine fails none of them.
# `HYPOTHESIS_PROFILE=search` looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

ROOT = Path(__file__).resolve().parent.parent

#: A server to test on instead of one started here, which asks for a password; databases come and go there.
POSTGRESQL_ENV = "RABIS_SYNC_TEST_POSTGRESQL"

#: PostgreSQL refuses to run as root; Debian's package brings this user.
SERVER_USER = "postgres"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real catalogue exports that lie beside the checkout and are never part of it."""
    folder = Path(os.environ.get("RABIS_SYNC_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "tatarstan-500.mrc").is_file():
        pytest.skip(f"real catalogue exports are not here: {folder} (set RABIS_SYNC_SHARED_DATA)")
    return folder


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """A run sets up the logging of its process; the next test finds it as it was."""
    loggers = [logging.getLogger(name) for name in (None, *logs.NOISY)]
    root, before = loggers[0], [(logger, logger.level) for logger in loggers]
    handlers = list(root.handlers)
    yield
    root.handlers = handlers
    for logger, level in before:
        logger.setLevel(level)


# --- stores ---------------------------------------------------------------------------------------


@cache
def _empty() -> bytes:
    """A migrated, empty database: copied for each test, which is quicker than migrating each."""
    with tempfile.TemporaryDirectory() as folder:
        Store.open(f"sqlite:///{folder}/empty.db").close()
        return Path(folder, "empty.db").read_bytes()


def new_store(file: Path) -> Store:
    """An empty store in a new file."""
    file.write_bytes(_empty())
    return Store.open(f"sqlite:///{file}")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of an empty store in a file of this test."""
    file = tmp_path / "rabis_sync.db"
    file.write_bytes(_empty())
    return f"sqlite:///{file}"


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """An empty store in a SQLite file of this test."""
    opened = Store.open(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[sa.URL]:
    """Address of a PostgreSQL server: the environment's, or our own, started once and stopped at the end."""
    given = os.environ.get(POSTGRESQL_ENV)
    if given:
        yield sa.make_url(given).set(drivername="postgresql+psycopg")
        return
    binaries = _postgresql_binaries()
    if binaries is None:
        pytest.skip("needs the Debian package postgresql")
    with _running_server(binaries) as address:
        yield address


@pytest.fixture(scope="session")
def _postgresql_template(postgresql_server: sa.URL) -> Iterator[tuple[sa.Engine, str]]:
    """The server's maintenance engine, and the name of a migrated, empty database."""
    engine = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    name = f"rabis_sync_test_{os.getpid()}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" ENCODING "UTF8" TEMPLATE template0')
    Store.open(_url(postgresql_server, name)).close()
    yield engine, name
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    engine.dispose()


_numbers = itertools.count(1)


@contextlib.contextmanager
def _database(engine: sa.Engine, template: str) -> Iterator[str]:
    name = f"rabis_sync_test_{os.getpid()}_{next(_numbers)}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield _url(engine.url, name)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgresql_url(_postgresql_template: tuple[sa.Engine, str]) -> Iterator[str]:
    """Address of an empty store of this test on the PostgreSQL server."""
    with _database(*_postgresql_template) as url:
        yield url


@pytest.fixture
def bare_postgresql_url(_postgresql_template: tuple[sa.Engine, str]) -> Iterator[str]:
    """Address of a database of this test on the PostgreSQL server, without any table."""
    with _database(_postgresql_template[0], "template0") as url:
        yield url


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=BOTH)
def any_url(request: pytest.FixtureRequest) -> str:
    """Address of an empty store, once on each database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=BOTH)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database without any table, once on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.db'}"
    url: str = request.getfixturevalue("bare_postgresql_url")
    return url


@pytest.fixture
def any_store(any_url: str) -> Iterator[Store]:
    """An empty store, once on each database."""
    opened = Store.open(any_url)
    yield opened
    opened.close()


def _url(server: sa.URL, database: str) -> str:
    return server.set(database=database).render_as_string(hide_password=False)


def _postgresql_binaries() -> Path | None:
    """The folder of initdb and postgres: the newest that Debian installed, or the one in PATH."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: float(file.parts[-3]), reverse=True
    )
    found = shutil.which("initdb")
    return next((file.parent for file in [*debian, *([Path(found)] if found else [])]), None)


@contextlib.contextmanager
def _running_server(binaries: Path) -> Iterator[sa.URL]:
    """A server on a free port of this machine, in a folder of its own; nothing of it outlives the run."""
    # Not under pytest's folder: root's is closed to the server's user, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="rabis-pg-"))
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, SERVER_USER, SERVER_USER)
        owner = {"user": SERVER_USER, "group": SERVER_USER, "extra_groups": []}
    superuser = SERVER_USER if owner else getpass.getuser()
    cluster = folder / "cluster"
    password = folder / "password"
    password.write_text("only for tests")
    create: list[str | Path] = [binaries / "initdb", "-D", cluster, "-U", superuser, "-E", "UTF8"]
    create += ["-A", "scram-sha-256", f"--pwfile={password}"]
    subprocess.run(
        [*create, "--locale=C.UTF-8", "--no-sync"], check=True, capture_output=True, cwd=folder, **owner
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}"]
    settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    command: list[str | Path] = [
        binaries / "postgres",
        "-D",
        cluster,
        *itertools.chain(*(("-c", one) for one in settings)),
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **owner)
    address = sa.URL.create(
        "postgresql+psycopg", superuser, password.read_text(), "127.0.0.1", port, database="postgres"
    )
    try:
        _wait_until_it_answers(address, server, folder / "log")
        yield address
    finally:
        server.send_signal(2)  # SIGINT: a fast shutdown, which waits for no client
        server.wait(timeout=30)
        shutil.rmtree(folder)


def _wait_until_it_answers(address: sa.URL, server: subprocess.Popen[bytes], log: Path) -> None:
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    deadline = time.monotonic() + 60
    while True:
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the PostgreSQL server does not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        else:
            return


# --- a library at the command line --------------------------------------------------------------------


#: A library whose catalogue is one export; no dictionary of the machine has a say in its corrections.
ONE_EXPORT = """
[library]
name = {{ ru = "ЦБС", kk = "ОКЖ", en = "Library" }}
timezone = "Asia/Almaty"
site_url = "https://example.kz/"
[store]
url = "{url}"
[sources.catalogue]
kind = "export"
path = "catalogue.mrc"
[correct]
dictionaries = "none"
[publish]
out = "site"
"""


@pytest.fixture
def configured(tmp_path: Path) -> Callable[[str], Path]:
    """Writes the configuration of a library with one export on a database; its folder."""

    def write(url: str) -> Path:
        (tmp_path / "config.toml").write_text(ONE_EXPORT.format(url=url), "utf-8")
        return tmp_path

    return write


@pytest.fixture
def config_path(tmp_path: Path) -> Path:
    """Configuration of the library that `told` speaks to; a module with a library of its own says which."""
    return tmp_path / "config.toml"


@pytest.fixture
def told(
    config_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """A command given to this test's library: exit code, what it said, what it complained of."""

    def call(*arguments: object) -> tuple[int, str, str]:
        command = ["rabis-sync", "--config", str(config_path), *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", command)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out, said.err

    return call


# --- a library ------------------------------------------------------------------------------------

#: Records of the small library: every step has something to do with them.
SMALL = 60
#: Its store, empty.
LIBRARY_STORE = "rabis_sync.db"


def draw_scans(folder: Path) -> None:
    """Draw the pages of a library's books, which most of a night would go into."""
    scans = sorted((folder / "scans").rglob("*.pdf"))
    Studio(folder / "pictures").draw(
        (sha256(path.read_bytes()).hexdigest(), path, "application/pdf") for path in scans
    )


@pytest.fixture(scope="session")
def small_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo library cut to sixty records that give every step something to do; its folder."""
    folder = tmp_path_factory.mktemp("small")
    planted = library.build(folder)
    chosen = [number for pair in planted.duplicates[:8] for number in (pair.a, pair.b)]
    chosen += [*planted.publishable[:12], *(one.record for one in planted.withheld)]
    chosen += [one.record for one in planted.errors]
    wanted = set(list(dict.fromkeys(chosen))[:SMALL])
    export = folder / "catalogue.mrc"
    with export.open("rb") as stream:
        kept = [one.raw for one in codec.read(stream) if one.record.control_number in wanted]
    assert len(kept) == SMALL
    export.write_bytes(b"".join(raw.rstrip(b"\x1d") + b"\x1d" for raw in kept))
    settings = folder / "config.toml"
    settings.write_text(settings.read_text("utf-8") + '[correct]\ndictionaries = "none"\n', "utf-8")
    draw_scans(folder)
    new_store(folder / LIBRARY_STORE).close()
    return folder


@pytest.fixture(scope="session")
def library_copy(small_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes a fresh copy of it each time and gives its configuration; its files are shared: replace them."""

    def make() -> Path:
        folder = tmp_path_factory.mktemp("copy")
        for source in sorted(small_library.rglob("*")):
            target = folder / source.relative_to(small_library)
            if source.is_dir():
                target.mkdir(exist_ok=True)
            elif source.name == LIBRARY_STORE:
                shutil.copy(source, target)
            else:
                os.link(source, target)
        return folder / "config.toml"

    return make
