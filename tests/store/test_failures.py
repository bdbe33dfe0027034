"""What cannot be a database of ours: one clear error each, its exit code, and nothing changed."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rabis_sync.errors import ConfigError, FatalError, RabisSyncError, RetryableError
from rabis_sync.store.database import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: A user without rights: the tests may run as root, whom no file refuses.
NOBODY = 65534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="rabis-rights-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Have no more rights than anybody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def refused(kind: type[RabisSyncError], url: str, text: str) -> RabisSyncError:
    """Open, and be refused in these words, on one line, with a hint."""
    with pytest.raises(kind, match=text) as caught:
        Store.open(url)
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 no database", b"x" * 5000, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    refused(RabisSyncError, f"sqlite:///{file}", "report.pdf is (no SQLite database|damaged)")
    assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    refused(ConfigError, f"sqlite:///{tmp_path}", "is a folder")


def test_a_file_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    refused(ConfigError, f"sqlite:///{tmp_path}/no/such.db", "there is no folder")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_may_not_be_written_is_refused(
    open_folder: Path, sqlite_url: str, request: pytest.FixtureRequest
) -> None:
    file = open_folder / "rabis_sync.db"
    shutil.copy(sqlite_url.removeprefix("sqlite:///"), file)
    before = file.read_bytes()
    file.chmod(0o444)
    open_folder.chmod(0o555)
    request.getfixturevalue("as_nobody")
    assert "right to write" in refused(ConfigError, f"sqlite:///{file}", "may not be written").hint
    assert file.read_bytes() == before


def test_a_file_that_may_not_be_read_is_refused(open_folder: Path, request: pytest.FixtureRequest) -> None:
    file = open_folder / "rabis_sync.db"
    file.write_bytes(b"")
    file.chmod(0)
    request.getfixturevalue("as_nobody")
    refused(ConfigError, f"sqlite:///{file}", "cannot be opened")


def test_a_damaged_database_is_told_as_such_with_the_way_back(
    sqlite_url: str, add: Callable[..., list[int]]
) -> None:
    store = Store.open(sqlite_url)
    add(store, *range(500))
    store.close()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    whole = file.read_bytes()
    file.write_bytes(whole[: 8192 * 30] + b"\xff" * (len(whole) - 8192 * 30))

    def read() -> None:
        with Store.open(sqlite_url).read() as unit:
            for _ in unit.records.stream():
                pass
            list(unit.records.items())

    with pytest.raises(FatalError, match="is damaged") as caught:
        read()
    assert "db restore" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("rabis_sync.db", "is no database address"),
        ("mysql://me@here/x", "databases are sqlite and postgresql, not 'mysql'"),
        ("postgresql+asyncpg://me@here/x", r"not 'postgresql\+asyncpg'"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
    ],
)
def test_an_address_that_is_none_of_ours_is_a_fault_of_the_configuration(url: str, text: str) -> None:
    assert refused(ConfigError, url, text).exit_code == 2


def test_a_password_is_never_repeated(tmp_path: Path) -> None:
    for url in ("postgresql://me:geheim@127.0.0.1:port/x", "mysql://me:geheim@here/x"):
        with pytest.raises(ConfigError) as caught:
            Store.open(url)
        assert "geheim" not in f"{caught.value} {caught.value.hint}"


def test_a_server_that_does_not_answer_is_tried_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        port = taken.getsockname()[1]
        error = refused(RetryableError, f"postgresql://me:geheim@127.0.0.1:{port}/x", "refused")
    assert error.exit_code == 75
    assert "geheim" not in str(error)


def test_a_host_that_is_not_there_is_tried_later() -> None:
    refused(RetryableError, "postgresql://me@no-such-host.invalid/x", "no-such-host")


@pytest.mark.postgresql
def test_a_wrong_password_is_a_fault_of_the_configuration(postgresql_server: sa.URL) -> None:
    url = postgresql_server.set(password="falsch").render_as_string(hide_password=False)
    error = refused(ConfigError, url, "password authentication failed")
    assert error.exit_code == 2
    assert "falsch" not in str(error)


@pytest.mark.postgresql
def test_a_missing_password_is_a_fault_of_the_configuration(
    postgresql_server: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSFILE", "/nowhere")
    bare = sa.URL.create(
        "postgresql", postgresql_server.username, host=postgresql_server.host, port=postgresql_server.port
    )
    refused(ConfigError, bare.render_as_string(), "no password supplied")


@pytest.mark.postgresql
def test_a_database_that_the_server_has_not_is_a_fault_of_the_configuration(
    postgresql_server: sa.URL,
) -> None:
    url = postgresql_server.set(database="no_such_db").render_as_string(hide_password=False)
    assert refused(ConfigError, url, "no_such_db").exit_code == 2


@pytest.mark.postgresql
def test_a_user_without_rights_is_a_fault_of_the_configuration(
    postgresql_url: str, postgresql_server: sa.URL
) -> None:
    admin = sa.create_engine(postgresql_url)
    with admin.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE stranger LOGIN PASSWORD 'right'")
        connection.exec_driver_sql("GRANT SELECT ON alembic_version TO stranger")
    try:
        url = sa.make_url(postgresql_url).set(username="stranger", password="right")
        store = Store.open(url.render_as_string(hide_password=False))
        with pytest.raises(ConfigError, match="permission denied"), store.write() as unit:
            unit.harvests.forget_seen("catalogue")
        store.close()
    finally:
        with admin.begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY stranger")
            connection.exec_driver_sql("DROP ROLE stranger")
        admin.dispose()


def test_a_defect_of_ours_stays_what_it_is(any_store: Store) -> None:
    with pytest.raises(sa.exc.DBAPIError), any_store.read() as unit:
        unit.connection.exec_driver_sql("SELECT nonsense FROM nowhere")
