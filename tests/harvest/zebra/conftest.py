"""A Zebra server on loopback that holds real records and answers by Z39.50 and SRU at one port."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rabis_sync.marc import codec

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
FILES = ("zebra.cfg", "dom.xml", "index.xsl", "words.idx", "words.xml", "cql.properties", "server.xml")
PACKAGE = "needs the Debian package idzebra-2.0"


@dataclass
class Zebra:
    """A running server, its records as files, and the means to change what it holds."""

    folder: Path
    port: int
    export: bytes

    def update(self, records: bytes) -> None:
        """Put records in, or in the place of those with the same control number."""
        self._index("update", records)

    def delete(self, records: bytes) -> None:
        """Take records out."""
        self._index("delete", records)

    def create(self) -> None:
        """An empty database."""
        self._run("init")

    def records(self) -> list[codec.Decoded]:
        """What was loaded at first, as it stands in the file."""
        path = self.folder / "first.mrc"
        with path.open("rb") as stream:
            return [one for one in codec.read(stream) if isinstance(one, codec.Decoded)]

    def _index(self, what: str, records: bytes) -> None:
        path = self.folder / "records.mrc"
        path.write_bytes(records)
        self._run(what, str(path))
        path.unlink()

    def _run(self, *what: str) -> None:
        command = ["zebraidx", "-c", "zebra.cfg", *what]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, timeout=60)


@pytest.fixture
def zebra(tmp_path: Path, shared_data: Path) -> Iterator[Zebra]:
    """A server loaded with 72 records of the National Library of Russia in KOI8-R."""
    modules = next(iter(sorted(Path("/usr/lib").glob("*/idzebra-2.0/modules"))), None)
    if modules is None or not (shutil.which("zebraidx") and shutil.which("zebrasrv")):
        pytest.skip(PACKAGE)
    folder = tmp_path / "zebra"
    (folder / "register").mkdir(parents=True)
    export = (shared_data / "zebra-rusmarc-72.mrc").read_bytes()
    (folder / "first.mrc").write_bytes(export)
    server = Zebra(folder, free_port(), export)
    for name in FILES:
        text = (HERE / name).read_text(encoding="utf-8")
        for mark, value in (("here", folder), ("modules", modules), ("port", server.port)):
            text = text.replace(f"@{mark}@", str(value))
        (folder / name).write_text(text, encoding="utf-8")
    server.create()
    server.update(export)
    with running(["zebrasrv", "-f", "server.xml"], folder, server.port):
        yield server


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """A server that is there until the block ends."""
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{command[0]} does not start:\n{(folder / 'log').read_text(errors='replace')}")
            time.sleep(0.02)
        yield
    finally:
        server.terminate()
        server.wait(timeout=10)
