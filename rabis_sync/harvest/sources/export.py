"""Exports of the Cataloguer module: files, globs, a drop folder, or one file at an HTTP(S) address."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.errors import ConfigError, EmptySource, SourceAway
from rabis_sync.harvest.sources import Page, Surroundings
from rabis_sync.marc import codec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What a folder is searched for when the path names a folder.
SUFFIXES = {".mrc", ".iso", ".marc", ".mrk8", ".xml"}


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of an export in ``[sources.NAME]``; one of `path` and `url`."""

    path: str = field(default="", metadata={"doc": "A file, a glob or a folder, relative to this file."})
    url: str = field(default="", metadata={"doc": "Or an address the export can be fetched from."})

    def __post_init__(self) -> None:
        """Raises ValueError unless exactly one of the two is given."""
        if bool(self.path) == bool(self.url):
            message = "give either path or url"
            raise ValueError(message)


class ExportFile(NamedTuple):
    """One file as it was found."""

    name: str
    path: Path
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """All files together are the export; nothing is read again while all of them are what they were."""

    options: Options
    around: Surroundings

    def pages(self, reached: dict[str, Any], checkpoint: dict[str, Any], *, full: bool) -> Iterator[Page]:
        """Pages of all files in the order of their names; see `sources.Source.pages`."""
        with self._files(reached, full=full) as (files, headers):
            state = {
                "files": {one.name: {"size": one.size, "sha256": one.sha256} for one in files},
                **headers,
            }
            if files and (full or state["files"] != reached.get("files")):
                yield from self._read(files, state, checkpoint)

    def check(self) -> str:
        """One line on what a harvest would find now.

        Raises:
            SourceAway, ConfigError: it would find nothing.
        """
        if self.options.url:
            return self.options.url
        files = self._found()
        return f"{len(files)} file(s), {sum(path.stat().st_size for path in files):,} bytes"

    def _read(
        self, files: list[ExportFile], state: dict[str, Any], checkpoint: dict[str, Any]
    ) -> Iterator[Page]:
        harvest = sha256(repr(state["files"]).encode()).hexdigest()
        resumed = checkpoint.get("harvest") == harvest
        first, start = (checkpoint["file"], checkpoint["offset"]) if resumed else (0, 0)
        fresh = {} if resumed else {"fresh": True}
        whole = sum(one.size for one in files)
        before = sum(one.size for one in files[:first])
        for number, file in enumerate(files[first:], first):
            for results, offset in self._slices(file, start):
                ended = offset is None
                last = ended and number + 1 == len(files)
                place = {"file": number + 1, "offset": 0} if ended else {"file": number, "offset": offset}
                done = before + (file.size if offset is None else offset)
                goal = state if last else None
                checkpoint = {"harvest": harvest, **place, **fresh}
                yield Page(file.name, results, checkpoint, goal, done, whole, entire=True)
                fresh = {}
            start = 0
            before += file.size
        if first >= len(files):
            checkpoint = {"harvest": harvest, "file": first, "offset": 0}
            yield Page("", (), checkpoint, state, whole, whole, entire=True)

    def _slices(self, file: ExportFile, start: int) -> Iterator[tuple[tuple[Any, ...], int | None]]:
        """Results of one file in pages, each with the offset of the next one, None at the end."""
        with _opened(file.path) as stream:
            results = self._results(stream, start)
            page = tuple(islice(results, self.around.page_size))
            while page:
                following = next(results, None)
                if following is None:
                    break
                yield page, following.offset
                page = tuple(islice(chain([following], results), self.around.page_size))
            yield page, None

    def _results(self, stream: Any, start: int) -> Iterator[Any]:
        """Records of a file; an empty one has none, and what that means is for the step to say."""
        try:
            yield from codec.read(stream, encoding=self.around.encoding, start=start)
        except EmptySource:
            return

    @contextmanager
    def _files(
        self, reached: dict[str, Any], *, full: bool
    ) -> Iterator[tuple[list[ExportFile], dict[str, str]]]:
        if not self.options.url:
            yield [_described(path, self.around.folder) for path in self._found()], {}
            return
        with TemporaryDirectory(prefix="rabis-sync-") as folder:
            path = Path(folder, "export")
            conditional = {"If-None-Match": reached["etag"]} if reached.get("etag") and not full else {}
            with path.open("wb") as target:
                fetched = self.around.client.download(self.options.url, target, headers=conditional)
            etag = {"etag": fetched.headers["etag"]} if "etag" in fetched.headers else {}
            described = _described(path, path.parent)._replace(name=self.options.url)
            yield ([described] if fetched.status == 200 else []), etag

    def _found(self) -> list[Path]:
        base = self.around.folder
        path = base / self.options.path
        if path.is_dir():
            found: Iterable[Path] = (one for one in path.iterdir() if one.suffix.lower() in SUFFIXES)
        elif path.is_file():
            found = [path]
        else:
            found = _glob(base, self.options.path)
        files = sorted(one for one in found if one.is_file())
        if not files:
            raise SourceAway(
                f"there is no export at {path}", hint="Check the path, or wait until the export has run."
            )
        return files


def _glob(base: Path, pattern: str) -> Iterable[Path]:
    path = Path(pattern)
    try:
        return (
            Path(path.anchor).glob(str(path.relative_to(path.anchor)))
            if path.is_absolute()
            else base.glob(pattern)
        )
    except (ValueError, NotImplementedError) as error:
        raise ConfigError(f"{pattern!r} is no path or glob: {error}") from error


def _described(path: Path, base: Path) -> ExportFile:
    with _opened(path) as stream:
        digest = file_digest(stream, "sha256").hexdigest()
        size = stream.tell()
    return ExportFile(
        path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path), path, size, digest
    )


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        stream = path.open("rb")
    except OSError as error:
        raise SourceAway(f"{path} cannot be opened: {error.strerror}") from error
    with stream:
        yield stream
