"""The stand-in's circulation service: the card of each record in JSON, for those who bring the token.

As the real one it leaves out copies that are ordered or lent, writes an empty list as ``null``, answers 400
for a record that it does not know, and 401 without a token.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rabis_sync.demo.standin import Answer, Asked

from rabis_sync.demo import standin

PATH = "/api/v1/ebook/{id}/card"


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy as the card shows it.

    Attributes:
        number: inventory number.
        barcode: of the copy.
        department: code and name.
        state: code and name in ``directory_state``.
        lent: ordered or with a reader: the card leaves it out.
    """

    number: str
    barcode: str = ""
    department: tuple[str, str] = ("", "")
    state: tuple[str, str] = ("Inv.InStorage", "В фонде")
    lent: bool = False


@dataclass(frozen=True, slots=True)
class Cards:
    """All cards behind one token; `gateways` are for `standin.StandIn`.

    Attributes:
        copies: copies by id of the record.
        token: the only one that is let in.
    """

    copies: Mapping[int, Sequence[Copy]]
    token: str = field(repr=False)

    def gateways(self, *unknown: int) -> dict[str, Callable[[Asked], Answer]]:
        """A gateway for each record, and for ids that are asked for and nobody knows."""
        return {PATH.format(id=number): self._gateway(number) for number in (*self.copies, *unknown)}

    def _gateway(self, number: int) -> Callable[[Asked], Answer]:
        def answer(asked: Asked) -> Answer:
            if asked.headers.get("Authorization") != f"Bearer {self.token}":
                return _said(401, {"status": "Unauthorized", "error": "token is incorrect or expired"})
            if number not in self.copies:
                said = "rpc error: code = NotFound desc = ebook not found"
                return _said(400, {"status": "Bad Request", "error": said})
            return _said(200, card(number, self.copies[number]))

        return answer


def card(number: int, copies: Sequence[Copy]) -> dict[str, Any]:
    """The card of a record as an object."""
    shown = [_copy(number, place, one) for place, one in enumerate(copies, 1) if not one.lent]
    return {
        "volumeNumber": 0,
        "author": "",
        "title": "",
        "rAvt": "",
        "main": "",
        "rCipher": "",
        "authorMark": None,
        "language": None,
        "indexes": None,
        "inv": shown or None,
    }


def _copy(number: int, place: int, copy: Copy) -> dict[str, Any]:
    return {
        "id": number * 1000 + place,
        "ebookId": number,
        "invNumber": copy.number,
        "barcode": copy.barcode,
        "department": {"id": 1, "code": copy.department[0], "name": copy.department[1]},
        "state": {"id": 1, "code": copy.state[0], "name": copy.state[1]},
    }


def _said(status: int, value: object) -> Answer:
    body = json.dumps(value, ensure_ascii=False).encode()
    return standin.Answer(status, {"Content-Type": "application/json; charset=utf-8"}, body)
