"""Asks 1C's OData: never anything but GET, one request at a time, whole sets that stood still meanwhile.

1C compares no references (``Ref_Key gt …`` is an error 500) and orders by what they are called, so pages
cannot go on after a key. They go on after a number of rows (``$skip``), and every page begins with the row
that the one before it ended with: where that is another row, or the number of rows changes, somebody is
working in the infobase and the set is read again.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

from rabis_sync.errors import ConfigError, FatalError, SourceAway
from rabis_sync.reconcile.onec.answer import BrokenAnswerError, Complaint, Page, complaint, page
from rabis_sync.reconcile.onec.metadata import NotMetadataError, Schema, schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rabis_sync.http import Client, Response

SERVICE = "odata/standard.odata/"
#: A set is read so often at most until it stands still.
PASSES = 3
#: Rows asked for by their keys at once: the address stays shorter than any server allows.
KEYS = 20
#: Bytes of a virtual table, which comes in one answer.
LARGEST = 512 * 1024**2
#: Answers that are looked at here; all others are the client's matter.
LOOKED_AT = frozenset({200, 400, 401, 403, 404, 405, 406, 415, 500, 501})
_SLIM, _FULL = "json;odata=nometadata", "json"
_RIGHTS = re.compile(
    r"недостаточно прав|нарушен\w* прав|прав\w* доступа|access violation|rights", re.IGNORECASE
)
_PASSING = re.compile(r"блокиров|монопольн|лиценз|сеанс|locked|exclusive|licen[sc]e|session", re.IGNORECASE)
_ROLE = (
    "In 1C give the user the role «Удаленный доступ OData» and a role that may view {entity} "
    "(«Чтение», «Просмотр»), without limits by record."
)
_PUBLISH = (
    "In 1C open «Администрирование → Синхронизация данных → Настройки стандартного интерфейса OData», tick "
    "{entity} on the page «Состав»; or correct the name in the mapping."
)


class _MovedError(Exception):
    """Rows came or went while a set was read."""


@dataclass
class Asking:
    """A user of one infobase.

    Attributes:
        client: of the house.
        url: of the publication, with or without `SERVICE`.
        user: and
        password: of 1C; both may be empty.
        page_size: rows asked for at once.
    """

    client: Client
    url: str
    user: str
    password: str = field(repr=False)
    page_size: int

    def __post_init__(self) -> None:
        root = self.url.split("?", 1)[0].rstrip("/") + "/"
        self.root = root if root.endswith("/" + SERVICE) else root + SERVICE
        self._format = _SLIM

    def metadata(self) -> Schema:
        """What is published.

        Raises:
            SourceAway, FatalError: as of `everything`.
        """
        answer = self._get(self.root + "$metadata", "$metadata")
        try:
            return schema(answer.body)
        except NotMetadataError as error:
            raise SourceAway(
                f"{self.root}$metadata is no description of an infobase: {error}",
                hint="Check url: it is the address of the publication; or 1C is being maintained: try later.",
            ) from error

    def everything(
        self, entity: str, *, select: Iterable[str] = (), where: str = "", order: str = ""
    ) -> list[dict[str, Any]]:
        """Every row of a set that fulfils a condition.

        Raises:
            SourceAway: 1C does not answer, is locked, or the set changes each time it is read.
            FatalError: the user may not read it, or 1C refuses the question.
            ConfigError: it is not published.
        """
        options = {"select": ",".join(select), "filter": where, "orderby": order, "inlinecount": "allpages"}
        for _ in range(PASSES):
            try:
                return self._pass(entity, options)
            except _MovedError:
                continue
        raise SourceAway(
            f"{entity} changed each of the {PASSES} times it was read",
            hint="Somebody is working in 1C: let the job run at night.",
        )

    def table(self, entity: str, table: str, arguments: str, where: str = "") -> list[dict[str, Any]]:
        """A virtual table of a register, in one answer: each part of it would be worked out anew.

        Raises:
            SourceAway, FatalError, ConfigError: as of `everything`.
        """
        return self._page(f"{entity}/{table}({arguments})", entity, {"filter": where}, LARGEST).rows

    def of_keys(self, entity: str, keys: Iterable[str], select: Iterable[str]) -> list[dict[str, Any]]:
        """Rows by their keys, deleted ones too; at most `KEYS`.

        Raises:
            SourceAway, FatalError, ConfigError: as of `everything`.
        """
        condition = " or ".join(f"Ref_Key eq guid'{key}'" for key in keys)
        return self._page(entity, entity, {"select": ",".join(select), "filter": condition}).rows

    def first(self, entity: str) -> None:
        """Ask for one row, to see whether the user may.

        Raises:
            SourceAway, FatalError, ConfigError: as of `everything`.
        """
        self._page(entity, entity, {"top": "1"})

    def _pass(self, entity: str, options: dict[str, str]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        total: int | None = None
        onward = ""
        while True:
            after = bool(rows) and not onward
            if onward:
                found = self._rows(self._onward(onward, entity), entity)
            else:
                window = {"top": str(self.page_size + after), "skip": str(len(rows) - after)}
                found = self._page(entity, entity, window | options)
            if total is not None and found.count not in {None, total}:
                raise _MovedError
            total = found.count if total is None else total
            fresh = found.rows
            if after:
                if not fresh or _identity(fresh[0]) != _identity(rows[-1]):
                    raise _MovedError
                fresh = fresh[1:]
            rows += fresh
            onward = found.onward
            if not onward and (not fresh or len(rows) == total):
                break
        if total not in {None, len(rows)} or len({_identity(row) for row in rows}) != len(rows):
            raise _MovedError
        return rows

    def _page(self, path: str, entity: str, options: dict[str, str], limit: int = 0) -> Page:
        asked = [f"${name}={quote(value, safe='()/,:')}" for name, value in options.items() if value]
        address = f"{self.root}{quote(path, safe='/(),=')}?{'&'.join(['$format={}', *asked])}"
        if self._format == _SLIM:
            answer = self._get(address.format(_SLIM), entity, limit)
            if answer.status not in {400, 406, 415, 501}:
                return self._read(answer, entity)
            # An older platform; if that was not the reason, it will say so again.
            self._format = _FULL
        return self._rows(address.format(_FULL), entity, limit)

    def _onward(self, address: str, entity: str) -> str:
        """Where the next rows are: nowhere but at the same server."""
        url = urljoin(self.root, quote(address, safe="/(),=:;?&$%'"))
        if urlsplit(url)[:2] != urlsplit(self.root)[:2]:
            raise FatalError(f"{self.root}: the next rows of {entity} are said to be at another server")
        return url

    def _rows(self, url: str, entity: str, limit: int = 0) -> Page:
        return self._read(self._get(url, entity, limit), entity)

    def _read(self, answer: Response, entity: str) -> Page:
        if answer.status != 200:
            raise self._refused(answer, entity)
        try:
            return page(answer.body)
        except BrokenAnswerError as error:
            raise SourceAway(
                f"{self.root}{entity} sends {error}: {complaint(answer.body).text}",
                hint="Check url; or 1C is being maintained: try later.",
            ) from error

    def _get(self, url: str, entity: str, limit: int = 0) -> Response:
        answer = self.client.get(
            url,
            headers={"Accept": "application/json, application/xml"},
            credentials=(self.user, self.password) if self.user else "",
            accept_statuses=LOOKED_AT,
            limit=limit,
        )
        if entity == "$metadata" and answer.status != 200:
            raise self._refused(answer, entity)
        return answer

    def _refused(self, answer: Response, entity: str) -> Exception:
        """What an answer other than 200 comes to."""
        said = complaint(answer.body)
        where = f"{self.root}{entity} answers {answer.status}" + (f": {said.text}" if said.text else "")
        if answer.status == 401:
            hint = "Check username, and the variable that password_env names; 1C's own users, not Windows'."
            return FatalError(
                f"{where} (1C does not know the user {self.user!r} with that password)", hint=hint
            )
        if answer.status == 403 or _RIGHTS.search(said.text):
            hint = _ROLE.format(entity=entity)
            return FatalError(f"{where} (the user {self.user!r} may not read {entity})", hint=hint)
        if answer.status == 404:
            return self._not_there(where, said, entity)
        if answer.status == 500 and (said.for_people or not said.text or _PASSING.search(said.text)):
            return SourceAway(where, hint="1C is busy, locked or out of licences: the next run tries again.")
        hint = "Check the names and the conditions (where, arguments) of this object in the mapping."
        return FatalError(where, hint=hint)

    def _not_there(self, where: str, said: Complaint, entity: str) -> Exception:
        if said.for_people or not said.code:
            return SourceAway(where, hint="Check url: nothing of 1C is published there now.")
        return ConfigError(f"{where} ({entity} is not published)", hint=_PUBLISH.format(entity=entity))


def unhurried(client: Client, seconds: float) -> Client:
    """The same client, which waits longer: 1C works out a table before it sends the first byte of it."""
    return replace(client, limits=replace(client.limits, read=seconds, page_total=4 * seconds))


def not_published(entities: Iterable[str]) -> ConfigError:
    """The error that names objects which no set of the infobase is."""
    names = ", ".join(entities)
    return ConfigError(f"1C does not publish {names}", hint=_PUBLISH.format(entity=names))


def _identity(row: dict[str, Any]) -> str:
    """What tells a row from all others of its set."""
    if "Ref_Key" in row:
        return f"{row['Ref_Key']} {row.get('LineNumber', '')}"
    return json.dumps(row, sort_keys=True, default=str)
