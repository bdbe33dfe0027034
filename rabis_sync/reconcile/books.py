"""One ledger, read whole before anything is written; its new entries wait on disk, not in memory."""

from __future__ import annotations

import marshal
from dataclasses import dataclass, field
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Self

from rabis_sync.reconcile.entry import Entry, Notice, Summary, UnreadRow
from rabis_sync.reconcile.recall import Recall, Recalled
from rabis_sync.store.ledgers import ENTRY_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from rabis_sync.reconcile.ledgers import Ledger
    from rabis_sync.reconcile.series import Numbering
    from rabis_sync.store.ledgers import Remark
    from rabis_sync.store.runs import StepContext

#: Progress is told after so many rows.
OFTEN = 10_000
#: Rows written to disk at once.
BUNDLE = 2_000

_KEY, _BRANCH = ENTRY_COLUMNS.index("inventory_key"), ENTRY_COLUMNS.index("branch")
_NUMBER = ENTRY_COLUMNS.index("inventory_number")

Row = tuple[Any, ...]


class Spool:
    """Rows of plain values in a nameless file that goes with the program.

    Attributes:
        rows: how many there are, with those that were passed over.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115  it is closed with the books
        self._bundle: list[Row] = []
        #: Bytes of each bundle, and below 0 rows passed over.
        self._lengths: list[int] = []
        self.rows = 0

    def append(self, row: Row) -> None:
        """Keep a row."""
        self._bundle.append(row)
        self.rows += 1
        if len(self._bundle) == BUNDLE:
            self._flush()

    def pass_over(self, rows: int) -> None:
        """So many rows that follow are known: they are only counted."""
        self._flush()
        self._lengths.append(-rows)
        self.rows += rows

    def __iter__(self) -> Iterator[Row | int]:
        """Every row, in order, from the beginning; for those passed over, their number."""
        self._flush()
        self._file.seek(0)
        for length in self._lengths:
            if length < 0:
                yield -length
                continue
            # Loading from the file itself would read it value by value.
            yield from marshal.loads(self._file.read(length))  # noqa: S302  our own file, nobody else's
        self._file.seek(0, 2)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _flush(self) -> None:
        if self._bundle:
            self._lengths.append(self._file.write(marshal.dumps(self._bundle)))
            self._bundle = []


@dataclass(frozen=True, slots=True)
class Books:
    """One ledger, read whole.

    Attributes:
        name: its name in the configuration.
        recall: what the store has of its rows from the last reading.
        entries: rows for the store.
        unread: rows that cannot be taken.
        notices: what a person should look at.
        summaries: totals that the books state.
    """

    name: str
    recall: Recall = field(default_factory=Recall)
    entries: Spool = field(default_factory=Spool)
    unread: list[UnreadRow] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    summaries: list[Summary] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Books whose rows go at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Let the rows go."""
        self.entries.close()

    def read(self, ledger: Ledger, numbering: Numbering, context: StepContext) -> None:
        """Take in a ledger whole.

        Raises:
            SourceAway, ConfigError, FatalError: of the ledger.
        """
        for told in ledger.entries(self.recall):
            if isinstance(told, Entry):
                self.entries.append(_ruled(told.row(), numbering))
                self.recall.position += 1
                if not self.entries.rows % OFTEN:
                    context.progress(f"ledger {self.name}", self.entries.rows, None)
            elif isinstance(told, Recalled):
                self.entries.pass_over(told.entries)
                self.recall.position += told.entries
            elif isinstance(told, UnreadRow):
                self.unread.append(told)
            elif isinstance(told, Summary):
                self.summaries.append(told)
            else:
                self.notices.append(told)

    def remarks(self) -> Iterator[Remark]:
        """Rows not read and notices as the store keeps them."""
        yield from ((row.place, row.reason, row.detail, True, dict(row.params)) for row in self.unread)
        yield from ((row.place, row.code, row.detail, False, dict(row.params)) for row in self.notices)


def _ruled(row: Row, numbering: Numbering) -> Row:
    """The row with its number as the library's rules compare it."""
    key = row[_KEY]
    ruled = numbering.key(key, row[_BRANCH], row[_NUMBER]) if key else key
    return row if ruled == key else (*row[:_KEY], ruled, *row[_KEY + 1 :])


def message(books: Iterable[Books]) -> str:
    """The first row that could not be read, since counts alone do not say where to look."""
    unread = [row for one in books for row in islice(one.unread, 1)]
    total = sum(len(one.unread) for one in books)
    if not unread:
        return ""
    more = f" (and {total - 1} more)" if total > 1 else ""
    return f"{unread[0].place}: {unread[0].detail}{more}"
