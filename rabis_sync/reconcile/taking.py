"""The cells of one row, by field, become an entry; one that cannot be taken says which cell and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rabis_sync.marc import figures
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.entry import CENT, COPY, Entry, Notice, Summary, UnreadRow, plain
from rabis_sync.reconcile.numbers import NOTHING, UnreadableError, day, inventory_number, money, text, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from decimal import Decimal

    from rabis_sync.reconcile.columns import LedgerColumns
    from rabis_sync.reconcile.entry import Told
    from rabis_sync.reconcile.recall import Words
    from rabis_sync.reconcile.terms import LedgerTerms

#: Texts that are kept because they repeat; beyond it they are forgotten and gathered anew.
MOST_KNOWN = 1 << 14
#: Notices of one kind about the rows of one sheet, or one infobase.
MOST_ALIKE = 100
#: Fields that are taken as text, as a date, and as a word that has a code.
_TEXTS = frozenset(
    (
        *("title", "author", "branch", "document", "ksu", "act_out", "reason"),
        *("moved_from", "moved_to", "moved_document", "account"),
    )
)
_DAYS = ("acquired", "act_date", "moved")
_TEXTS_OF_A_TOTAL = ("part", "number", "branch", "document", "act", "reason")
_CODED = frozenset(("kind", "supply", "content_class", "language"))
#: Words of these that have no code are told; suppliers are too many, and a class may be one of the УДК.
_TOLD_WORDS = ("reason", "kind", "language")
_MOST_TOLD = 20


class RefusedError(Exception):
    """A row that cannot be taken, with what is wrong in it.

    Args:
        reason: of `UnreadRow`.
        detail: which cell holds what.
        params: of `UnreadRow`.
    """

    def __init__(self, reason: str, detail: str, **params: Any) -> None:
        super().__init__(detail)
        self.reason, self.params = reason, params

    @classmethod
    def of(cls, name: str, bad: UnreadableError) -> RefusedError:
        """For a cell of a field."""
        return cls(bad.reason, f"{name} {bad}", field=name, cell=bad.cell)


class Taking:
    """Takes rows of one file or one answer; it remembers words that have no code.

    Args:
        columns: what stands for no number, and names of currencies.
        terms: what words mean.
        currency: of figures without one.
        roubles_before: day (ISO 8601) before which such figures of what was acquired are Soviet roubles;
            empty: never.
    """

    def __init__(
        self, columns: LedgerColumns, terms: LedgerTerms, currency: str, roubles_before: str = ""
    ) -> None:
        self._columns, self._terms, self._currency = columns, terms, currency
        self._roubles_before = roubles_before
        self._told: Counter[str] = Counter()
        self._known: dict[Any, str] = {}
        self._strange: Words = {}

    def told(
        self,
        place: str,
        cells: Mapping[str, Any],
        standing: Mapping[str, str] | None = None,
        movement: str = COPY,
    ) -> Iterator[Told]:
        """The entry of a row, or the row as unread, with what a person should see of it.

        Args:
            place: of the row.
            cells: field of an entry -> cell, those that the row has.
            standing: field -> what holds for the rows around it where the row itself says nothing.
            movement: what the row tells.
        """
        key = ""
        try:
            cell = cells.get("inventory_number", "")
            number, restored = self.number(cell)
            key = inventory_key(number) if number else ""
            entry = self.entry(place, number, key, {**standing, **cells} if standing else cells, movement)
        except RefusedError as bad:
            yield UnreadRow(place, bad.reason, str(bad), key, bad.params)
            return
        if restored:
            detail = f"{text(cell)!r} was taken for {number!r}"
            yield from self._notice(place, "number_restored", detail, cell=text(cell), number=number)
        yield entry
        if _disagrees(entry):
            detail = f"{entry.quantity} x {entry.price} is not {entry.amount}"
            sums = {"price": plain(entry.price), "amount": plain(entry.amount)}
            yield from self._notice(place, "amount_differs", detail, quantity=entry.quantity, **sums)

    def number(self, cell: Any) -> tuple[str, bool]:
        """An inventory number, empty where there is none, and whether it had to be restored.

        Raises:
            RefusedError: its digits are lost.
        """
        try:
            number, restored = inventory_number(cell)
        except UnreadableError as bad:
            raise RefusedError.of("inventory_number", bad) from bad
        return ("", False) if number.casefold() in self._columns.numberless else (number, restored)

    def entry(self, place: str, number: str, key: str, cells: Mapping[str, Any], movement: str) -> Entry:
        """The entry itself.

        Raises:
            RefusedError: a figure or a date cannot be read.
        """
        known = self.text
        values: dict[str, Any] = {}
        for name, cell in cells.items():
            if name in _TEXTS:
                values[name] = known(cell)
            elif name in _CODED:
                values[name] = self.coded(name, known(cell), place)
        for name in _DAYS:
            if name in cells:
                values[name] = self.read(name, cells, day, "")
        if values.get("reason"):
            values["reason_code"] = self.coded("reason", values["reason"], place, otherwise="")
        currency = self.currency(cells, values.get("acquired", ""))
        price, currency = self.read("price", cells, lambda cell: money(cell, currency), (None, currency))
        amount, _ = self.read("amount", cells, lambda cell: money(cell, currency), (None, currency))
        quantity = self.read("quantity", cells, whole, None)
        quantity = 1 if quantity is None else quantity
        if price is None and amount is not None and quantity > 0:
            price = _share(amount, quantity)
        return Entry(
            place,
            number,
            key,
            year=figures.year(known(cells["year"])) if "year" in cells else None,
            price=price,
            quantity=quantity,
            amount=amount,
            currency=currency,
            movement=movement,
            **values,
        )

    def read(self, name: str, cells: Mapping[str, Any], reader: Callable[[Any], Any], otherwise: Any) -> Any:
        """A cell as a figure or a date.

        Raises:
            RefusedError: it is none.
        """
        cell = cells.get(name, "")
        if cell == "" or cell is None:
            return otherwise
        try:
            return reader(cell)
        except UnreadableError as bad:
            raise RefusedError.of(name, bad) from bad

    def text(self, cell: Any) -> str:
        """A cell as text; what repeats from row to row is worked out, and kept in memory, once."""
        line = self._known.get(cell)
        if line is None:
            line = text(cell)
            line = "" if len(line) < 5 and line.casefold() in NOTHING else line
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            self._known[cell] = line
        return line

    def coded(self, what: str, word: str, place: str, otherwise: str | None = None) -> str:
        """The code of a word, else the word itself, or `otherwise`; a word without a code is remembered."""
        code = self._terms.code(what, word) if word else ""
        if word and not code and what in _TOLD_WORDS and len(self._strange) < _MOST_TOLD:
            self._strange.setdefault((what, word), place)
        return code or (word if otherwise is None else otherwise)

    def words_apart(self) -> Words:
        """Gather words without a code anew; gives those so far, for `together`."""
        before, self._strange = self._strange, {}
        return before

    def together(self, before: Words) -> Words:
        """Put the words since `words_apart` behind those before; gives them, each with its first place."""
        since, self._strange = self._strange, before
        self.meet(since)
        return since

    def meet(self, words: Words) -> None:
        """Words without a code that rows have, as if the rows were taken now."""
        for word, place in words.items():
            if len(self._strange) < _MOST_TOLD:
                self._strange.setdefault(word, place)

    def currency(self, cells: Mapping[str, Any], acquired: str = "") -> str:
        """ISO 4217 code of the row's figures: as written, else by the day of acquisition."""
        written = self.text(cells["currency"]) if "currency" in cells else ""
        if not written:
            return "SUR" if acquired and acquired < self._roubles_before else self._currency
        return self._columns.currency_codes.get(written.casefold(), written)

    def total(self, place: str, cells: Mapping[str, Any]) -> Iterator[Told]:
        """A record of the КСУ or a balance, or the row as unread.

        Args:
            place: of the row.
            cells: field of a `Summary` -> cell; ``shares`` as it has them, ``span`` for a date of two days.
        """
        try:
            yield self._summary(place, cells)
        except RefusedError as bad:
            yield UnreadRow(place, bad.reason, str(bad), "", bad.params)

    def _summary(self, place: str, cells: Mapping[str, Any]) -> Summary:
        values = {name: self.text(cells[name]) for name in _TEXTS_OF_A_TOTAL if name in cells}
        if values.get("reason"):
            values["reason_code"] = self.coded("reason", values["reason"], place, otherwise="")
        if "supply" in cells:
            values["supply"] = self.coded("supply", self.text(cells["supply"]), place)
        currency = self.currency(cells)
        amount, currency = self.read("amount", cells, lambda cell: money(cell, currency), (None, currency))
        return Summary(
            place,
            date=cells.get("span") or self.read("date", cells, day, ""),
            titles=self.read("titles", cells, whole, None),
            copies=self.read("copies", cells, whole, None),
            amount=amount,
            currency=currency,
            shares=cells.get("shares", {}),
            **values,
        )

    def _notice(self, place: str, code: str, detail: str, **params: Any) -> Iterator[Notice]:
        """A notice about a row; of very many rows with one fault the first ones are enough."""
        self._told[code] += 1
        if self._told[code] <= MOST_ALIKE:
            yield Notice(place, code, detail, params)

    def closing(self, place: str) -> Iterator[Notice]:
        """What is to be told when all rows are taken: words without a code, and what was cut short.

        Args:
            place: of the whole.
        """
        yield from self._words()
        for code, rows in self._told.items():
            if rows > MOST_ALIKE:
                more = {"code": code, "rows": rows - MOST_ALIKE}
                yield Notice(place, "more_alike", f"{code}: {rows - MOST_ALIKE} rows more", more)

    def _words(self) -> Iterator[Notice]:
        """Words that have no code, each once, with the first place; then they are forgotten."""
        for (what, word), place in self._strange.items():
            detail = f"{what} {word!r} has no code: add the word to [{what}] in mappings/ledger_terms.toml"
            yield Notice(place, "unknown_word", detail, {"field": what, "word": word})
        self._strange.clear()


def _disagrees(entry: Entry) -> bool:
    """Number of copies times price is not the amount, to half a tiyn a copy."""
    if entry.price is None or entry.amount is None or entry.quantity <= 0:
        return False
    return abs(entry.price * entry.quantity - entry.amount) > CENT * entry.quantity / 2 + CENT / 2


def _share(amount: Decimal, quantity: int) -> Decimal | None:
    """Price of one copy out of the amount of all, where it comes out even."""
    price = (amount / quantity).quantize(CENT)
    return price if price * quantity == amount else None
