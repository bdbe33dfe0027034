"""A small infobase that answers as 1C does, complaints included."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from rabis_sync.demo.standin import Answer, Asked

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = "/lib/odata/standard.odata/"
NO_KEY, NO_DATE = "00000000-0000-0000-0000-000000000000", "0001-01-01T00:00:00"
LICENCE = b"""<html><head><title>1C:Enterprise 8 application error</title><style>b{}</style></head><body>
<b>1C:Enterprise 8 application error:</b><br>Licence manager<br><b>by reason:</b><br>No free licence found
</body></html>"""
Row = dict[str, Any]


def guid(number: int) -> str:
    """A key as 1C makes them."""
    return f"{number:08x}-954f-11e3-814b-005056c00008"


def complaint(status: int, code: str, text: str) -> Answer:
    """1C's own error."""
    error = {"odata.error": {"code": code, "message": {"lang": "ru", "value": text}}}
    return Answer(
        status, {"Content-Type": "application/json"}, json.dumps(error, ensure_ascii=False).encode()
    )


@dataclass(repr=False)
class OneC:
    """Sets of rows by name; `fault` may answer instead; `asked` are the addresses after the root."""

    sets: dict[str, list[Row]] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    #: (set, reference) -> set
    references: dict[tuple[str, str], str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)
    fault: Callable[[str, int], Answer | None] = lambda _path, _number: None
    asked: list[str] = field(default_factory=list)
    methods: set[str] = field(default_factory=set)
    user: str = "Библиотека"
    password: str = "пароль"
    slim: bool = True
    onward: int = 0
    obedient: bool = True
    url: str = ""

    def __repr__(self) -> str:
        return f"OneC({self.asked})"

    def __call__(self, asked: Asked) -> Answer:
        """The answer to one request."""
        self.methods.add(asked.method)
        path = unquote(asked.path).removeprefix(ROOT)
        options = {name: texts[0] for name, texts in asked.query.items()}
        self.asked.append(path + "?" + "&".join(f"{name}={text}" for name, text in options.items()))
        token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        if asked.headers.get("Authorization") != f"Basic {token}":
            return Answer(401, {"WWW-Authenticate": "Basic"}, b"")
        if path == "$metadata":
            here = Answer(200, {"Content-Type": "application/xml"}, self.metadata().encode())
        else:
            here = self.answer(path, options)
        return self.fault(path, len(self.asked)) or here

    def answer(self, path: str, options: dict[str, str]) -> Answer:
        """Rows, or why there are none."""
        if not self.slim and "nometadata" in options.get("$format", ""):
            return complaint(406, "3", "Запрошенный тип представления не поддерживается")
        name, _, call = path.partition("/")
        if name in self.forbidden:
            return complaint(403, "0", "Недостаточно прав доступа на таблицу")
        if name not in self.sets or name in self.hidden:
            return complaint(404, "8", f"Тип сущности {name} не найден")
        rows = self.tables[call.partition("(")[0]] if call else self.sets[name]
        return self.rows(name, rows, options)

    def rows(self, name: str, rows: list[Row], options: dict[str, str]) -> Answer:
        """Rows of a set by the options of the address."""
        condition = options.get("$filter", "")
        if " gt guid" in condition:
            return complaint(500, "-1", "Нельзя сравнивать поля неограниченной длины")
        rows = [row for row in rows if not self.obedient or _fulfils(row, condition)]
        order = options.get("$orderby", "").split(",")
        rows = sorted(rows, key=lambda row: [str(row.get(name, "")) for name in order])
        count = len(rows)
        skip, top = int(options.get("$skip", 0)), int(options.get("$top", count or 1))
        if self.onward:
            top = self.onward
        rows = rows[skip : skip + top]
        select = options.get("$select", "").split(",") if options.get("$select") else None
        unknown = [one for one in select or () if one not in self.properties(name)]
        if unknown:
            return complaint(400, "10", f"Запрошенное свойство не найдено: {unknown[0]}")
        found: dict[str, Any] = {"odata.metadata": f"{self.url}$metadata#{name}"}
        if options.get("$inlinecount") or self.onward:
            found["odata.count"] = str(count)
        found["value"] = [{k: v for k, v in row.items() if select is None or k in select} for row in rows]
        if self.onward and skip + top < count:
            found["odata.nextLink"] = f"{name}?$format=json&$skip={skip + top}&$orderby={','.join(order)}"
        body = json.dumps(found, ensure_ascii=False).encode("utf-8-sig")
        return Answer(200, {"Content-Type": "application/json;charset=utf-8"}, body)

    def properties(self, name: str) -> list[str]:
        """Names of the attributes of a set, and of its table."""
        rows = self.sets.get(name) or [{}]
        return list(dict.fromkeys(key for row in rows for key in row))

    def metadata(self) -> str:
        """The description of what is published."""
        shown = [name for name in self.sets if name not in self.hidden]
        types = {name: self.properties(name) for name in shown}
        for name in shown:
            for row in self.sets[name]:
                for part, rows in row.items():
                    if isinstance(rows, list):
                        types[f"{name}_{part}"] = list(rows[0]) if rows else ["LineNumber"]
        told = []
        for name, properties in types.items():
            lines = [f'<Property Name="{one}" Type="Edm.String" Nullable="true"/>' for one in properties]
            lines += [
                f'<NavigationProperty Name="{reference}" Relationship="StandardODATA.{name}_{reference}"'
                ' FromRole="Begin" ToRole="End"/>'
                for owner, reference in self.references
                if owner == name
            ]
            told.append(f'<EntityType Name="{name}">{"".join(lines)}</EntityType>')
        told += [
            f'<Association Name="{owner}_{reference}"><End Role="Begin" Type="StandardODATA.{owner}"/>'
            f'<End Role="End" Type="StandardODATA.{target}"/></Association>'
            for (owner, reference), target in self.references.items()
        ]
        sets = "".join(f'<EntitySet Name="{one}" EntityType="StandardODATA.{one}"/>' for one in shown)
        return (
            '<?xml version="1.0" encoding="UTF-8"?><edmx:Edmx Version="1.0" '
            'xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices>'
            '<Schema Namespace="StandardODATA" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">'
            f'{"".join(told)}<EntityContainer Name="StandardODATA">{sets}</EntityContainer></Schema>'
            "</edmx:DataServices></edmx:Edmx>"
        )


def _fulfils(row: Row, condition: str) -> bool:
    keys = re.findall(r"Ref_Key eq guid'([^']+)'", condition)
    if keys:
        return row.get("Ref_Key") in keys
    equal = re.findall(r"(\w+) eq (true|false)", condition)
    return all(str(row.get(name, value)).lower() == value for name, value in equal)


class Under(dict[str, Any]):
    """Every address of the infobase; all others are nothing."""

    def get(self, path: str, default: Any = None) -> Any:
        return self[ROOT] if path.startswith(ROOT) else default
