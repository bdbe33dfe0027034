"""Exports of the Cataloguer module: files, globs, a drop folder, or one file at an HTTP(S) address.

An export is as a whole what it was, or is read again as a whole: a record's own date of change is not trusted
to tell what is new. A wish for changes since a day therefore only means that the file is read once more.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import file_digest, sha256
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.errors import ConfigError, EmptySource, NotMarc, SourceAway
from rabis_sync.harvest import archives
from rabis_sync.harvest.fetching import Copy
from rabis_sync.harvest.sources import Page, Surroundings
from rabis_sync.marc import codec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rabis_sync.harvest.archives import Part
    from rabis_sync.http import Credentials
    from rabis_sync.marc.reading import Recall

#: What a folder is searched for when the path names a folder.
SUFFIXES = archives.SUFFIXES | archives.PACKED
BESIDE = "beside"
#: Raised whenever the codec comes to read some bytes otherwise: then every export is read as a whole again.
READING = 1
_SUM = ".sha256"
_HEX = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_WRITING = "It is perhaps still being written or copied: wait until it is there whole."


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of an export in ``[sources.NAME]``; one of `path` and `url`."""

    path: str = field(
        default="",
        metadata={"doc": "A file, a glob or a folder, also of .gz and .zip, relative to this file."},
    )
    url: str = field(default="", metadata={"doc": "Or an address the export can be fetched from."})
    username: str = field(default="", metadata={"doc": "Our account at that address, if it wants one."})
    password: str = field(
        default="", repr=False, metadata={"doc": "Its password, which is written as password_env alone."}
    )
    sha256: str = field(
        default="", metadata={"doc": "Checksum the file must have; beside: the one told by FILE.sha256."}
    )
    size: int = field(default=0, metadata={"doc": "Bytes the file must have; 0: any number."})

    def __post_init__(self) -> None:
        """Raises ValueError unless the keys go together."""
        wrong = {
            "give either path or url": bool(self.path) == bool(self.url),
            "url starts with https:// or http://": not re.match(r"https?://|\Z", self.url),
            "url holds a user: give username and password_env": re.match(r"[^/]*//[^/?#]*@", self.url),
            "username and password are for a url": (self.username or self.password) and not self.url,
            "sha256 is 64 hexadecimal digits, or beside": self.sha256.lower() not in {"", BESIDE}
            and not _HEX.fullmatch(self.sha256.lower()),
            "size is a number of bytes": self.size < 0,
        }
        if message := next((message for message, fault in wrong.items() if fault), ""):
            raise ValueError(message)


class ExportFile(NamedTuple):
    """One file as it was found; `changed` in nanoseconds."""

    name: str
    path: Path
    size: int
    changed: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """All files together are the export; nothing is read again while all of them are what they were."""

    options: Options
    around: Surroundings
    recall: Recall | None = None

    def recalling(self, recall: Recall) -> Source:
        """The same source, which does not read the records again of whose bytes something is known."""
        return replace(self, recall=recall)

    def pages(self, reached: dict[str, Any], checkpoint: dict[str, Any], *, full: bool) -> Iterator[Page]:
        """Pages of all files in the order of their names; see `sources.Source.pages`."""
        full = full or bool(self.around.since)
        with self._files({} if full or checkpoint else reached) as (files, validators):
            state = {
                "files": {one.name: {"size": one.size, "sha256": one.sha256} for one in files},
                "read_as": f"{READING}/{self.around.encoding}",
                **validators,
            }
            as_before = state["read_as"] == reached.get("read_as")
            # An unfinished harvest of other files may have stored a part of them: then these are read again.
            begun = full or not as_before or bool(checkpoint)
            if files and (begun or state["files"] != reached.get("files")):
                recall = self.recall if as_before and not full else None
                yield from self._read(files, state, checkpoint, recall)
            elif files and state != reached:  # what is the same has other validators now
                yield Page("", (), {}, state)

    def check(self) -> str:
        """One line on what a harvest would find now.

        Raises:
            SourceAway, ConfigError: it would find nothing.
            FatalError: the server refuses us.
        """
        if self.options.url:
            # A server that does not know HEAD (405, 501) is there all the same.
            found = self.around.client.get(
                self.options.url,
                method="HEAD",
                credentials=self._credentials,
                accept_statuses=frozenset({200, 405, 501}),
            )
            told = {"content-length": "{} bytes", "last-modified": "changed {}"}
            known = [text.format(found.headers[name]) for name, text in told.items() if name in found.headers]
            return ", ".join([self.options.url, *(known if found.status == 200 else [])])
        files = self._found()
        return f"{len(files)} file(s), {sum(path.stat().st_size for path in files):,} bytes"

    def weight(self) -> int:
        """Bytes of the files; what has to be fetched first counts as nothing."""
        try:
            return 0 if self.options.url else sum(path.stat().st_size for path in self._found())
        except (SourceAway, OSError):
            return 0  # the harvest itself will say so

    @property
    def _credentials(self) -> Credentials:
        return (self.options.username, self.options.password) if self.options.username else ""

    def _read(
        self,
        files: list[ExportFile],
        state: dict[str, Any],
        checkpoint: dict[str, Any],
        recall: Recall | None,
    ) -> Iterator[Page]:
        """Pages of all parts of all files, from the checkpoint on if it is one of these very files."""
        parts = [(file, part) for file in files for part in archives.parts(file.path, file.name)]
        told = [(file.name, file.size, file.sha256) for file in files]
        harvest = sha256(repr((state["read_as"], told)).encode()).hexdigest()
        resumed = checkpoint.get("harvest") == harvest
        first, start = (checkpoint["file"], checkpoint["offset"]) if resumed else (0, 0)
        fresh = {} if resumed else {"fresh": True}
        whole = sum(part.size for _, part in parts)
        entire = all(part.whole for _, part in parts)
        if not entire:  # what was cut short is read again next time, whatever its validators say
            state = {"files": {}, "read_as": state["read_as"]}
        before = sum(part.size for _, part in parts[:first])
        for number, (file, part) in enumerate(parts[first:], first):
            for results, offset in self._slices(part, start, recall):
                ended = offset is None
                if ended:
                    _unaltered(file)
                place = {"file": number + 1, "offset": 0} if ended else {"file": number, "offset": offset}
                goal = state if ended and number + 1 == len(parts) else None
                done = before + (part.size if offset is None else offset)
                checkpoint = {"harvest": harvest, **place, **fresh}
                yield Page(part.name, results, checkpoint, goal, done, whole, entire=entire)
                fresh = {}
            start = 0
            before += part.size
        if first >= len(parts):
            checkpoint = {"harvest": harvest, "file": first, "offset": 0}
            yield Page("", (), checkpoint, state, whole, whole, entire=entire)

    def _slices(
        self, part: Part, start: int, recall: Recall | None
    ) -> Iterator[tuple[tuple[Any, ...], int | None]]:
        """Results of one part in pages, each with the offset of the next one, None at the end."""
        with archives.opened(part) as stream:
            results = self._results(part.name, stream, start, recall)
            page = tuple(islice(results, self.around.page_size))
            while page:
                following = next(results, None)
                if following is None:
                    break
                yield page, following.offset
                page = tuple(islice(chain([following], results), self.around.page_size))
            yield page, None

    def _results(self, name: str, stream: Any, start: int, recall: Recall | None) -> Iterator[Any]:
        """Records of a part; an empty one has none, and what that means is for the step to say."""
        try:
            how: dict[str, Any] = {"encoding": self.around.encoding, "start": start}
            yield from codec.read_news(stream, recall, **how) if recall else codec.read(stream, **how)
        except EmptySource:
            return
        except NotMarc as error:
            raise NotMarc(f"{name}: {error}") from error

    @contextmanager
    def _files(self, reached: dict[str, Any]) -> Iterator[tuple[list[ExportFile], dict[str, str]]]:
        """The files as they are now, none if there is nothing new, with the validators of a fetched one."""
        if not self.options.url:
            yield [self._described(path, _name(path, self.around.folder)) for path in self._found()], {}
            return
        copy = Copy(self.options.url, self.around.folder)
        known: dict[str, str] = {name: reached[name] for name in ("etag", "last_modified") if name in reached}
        validators = copy.refresh(self.around.client, known, self._credentials)
        if validators is None:
            yield [], {}
            return
        try:
            yield [self._described(copy.path, self.options.url)], validators
        except SourceAway:
            copy.drop()  # it has come, and yet is not whole: the server would only say that it is the same
            raise
        copy.drop()

    def _described(self, path: Path, name: str) -> ExportFile:
        """A file that nobody wrote to while it was looked at, of the size and checksum it should have."""
        found = ExportFile(name, path, *_size_and_time(path, name), "")
        try:
            with path.open("rb") as stream:
                found = found._replace(sha256=file_digest(stream, "sha256").hexdigest())
        except OSError as error:
            raise SourceAway(f"{name} cannot be read: {error.strerror}") from error
        _unaltered(found)
        if self.options.size not in {0, found.size}:
            told = f"{found.size:,} bytes and should have {self.options.size:,}"
            raise SourceAway(f"{name} has {told}", hint=_WRITING)
        if self.options.sha256 and (wanted := self._wanted_sum(found)) != found.sha256:
            raise SourceAway(
                f"{name} has the checksum {found.sha256} and should have {wanted}", hint=_WRITING
            )
        return found

    def _wanted_sum(self, file: ExportFile) -> str:
        if self.options.sha256.lower() != BESIDE:
            return self.options.sha256.lower()
        if self.options.url:
            address, mark, query = self.options.url.partition("?")
            answer = self.around.client.get(f"{address}{_SUM}{mark}{query}", credentials=self._credentials)
            text, name = answer.body.decode("utf-8", "replace"), address.rpartition("/")[2]
        else:
            beside, name = file.path.with_name(file.path.name + _SUM), file.path.name
            try:
                text = beside.read_text(encoding="utf-8", errors="replace")
            except OSError as error:
                raise SourceAway(f"{beside} cannot be read: {error.strerror}", hint=_WRITING) from error
        lines = text.lower().splitlines()
        found = _HEX.search("\n".join([*(line for line in lines if name.lower() in line), *lines]))
        if not found:
            raise SourceAway(f"there is no checksum beside {file.name}", hint=_WRITING)
        return found[0]

    def _found(self) -> list[Path]:
        base = self.around.folder
        path = base / self.options.path
        if path.is_dir():
            found: Iterable[Path] = (one for one in path.iterdir() if one.suffix.lower() in SUFFIXES)
        elif path.is_file():
            found = [path]
        else:
            found = _glob(base, self.options.path)
        files = sorted(one for one in found if one.is_file() and one.suffix.lower() != _SUM)
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


def _name(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)


def _size_and_time(path: Path, name: str) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise SourceAway(f"{name} cannot be read: {error.strerror}") from error
    return found.st_size, found.st_mtime_ns


def _unaltered(file: ExportFile) -> None:
    """Raises SourceAway if the file was written to since it was first looked at."""
    if _size_and_time(file.path, file.name) != (file.size, file.changed):
        raise SourceAway(f"{file.name} was written to while it was read", hint=_WRITING)
