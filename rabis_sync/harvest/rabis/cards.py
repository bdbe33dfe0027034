"""The card of one record, as the circulation service of Web-RABIS gives it in JSON: its copies, or why not.

Nothing is assumed of what comes: every value is looked at before it is used.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from binascii import Error
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rabis_sync.harvest.rabis.building import field_text
from rabis_sync.harvest.rabis.texts import Row
from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.marc.items import read_items
from rabis_sync.marc.path import FieldIndex

if TYPE_CHECKING:
    from rabis_sync.harvest.rabis.mapping import BlockMapping
    from rabis_sync.marc.items import Item, ItemProfile

SYNTAX = "rabis_card"
REASON = "rabis_card"
#: Copies that a card may have; more is no card.
MOST = 100_000

#: How the service says that there is no such record; it answers 400 for that, too.
_NO_SUCH = re.compile(r"code = NotFound|not found|not exist|no rows|не найден|табылмады", re.IGNORECASE)
_NAMES = {"inv_number": "invNumber", "barcode": "barcode", "department": "department", "state": "state"}


class NoCardError(Exception):
    """What came is no card; the message says why."""


def document(body: bytes) -> Any:
    """The JSON of a body.

    Raises:
        NoCardError: it is none.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoCardError("the body is no JSON") from error


def says_no_such_record(body: bytes) -> bool:
    """True where the JSON of a refusal says that there is no such record."""
    return bool(_NO_SUCH.search(explanation(body)))


def explanation(body: bytes) -> str:
    """What the JSON of a refusal says to people; empty for none."""
    try:
        found = document(body)
    except NoCardError:
        return ""
    if not isinstance(found, dict):
        return ""
    said = [
        found[name]
        for name in ("error", "message", "status", "detail", "code", "validation")
        if name in found
    ]
    return " ".join(" ".join(str(one) for one in said if isinstance(one, (str, int))).split())[:300]


def copies(card: object, asked: str, mapping: BlockMapping, profile: ItemProfile) -> tuple[Item, ...] | None:
    """The copies that a card tells; None where the record has no card.

    Args:
        card: the JSON, read.
        asked: id that was asked for.
        mapping: what a row of copies becomes.
        profile: how that is read.

    Raises:
        NoCardError: it has not the shape of a card, or is another record's.
    """
    if card is None:
        return None
    if not isinstance(card, dict) or "inv" not in card:
        raise NoCardError("the JSON is no card: it has no inv")
    listed = card["inv"]
    if listed is None:  # how Go writes an empty list
        return ()
    if not isinstance(listed, list) or len(listed) > MOST:
        raise NoCardError("inv is no list of copies")
    rule = mapping.rule_for("inv", "")
    fields = [
        Field(one.tag, text)
        for copy in listed
        for one in (rule.fields if rule else ())
        if (text := field_text(one, Row.of(_row(copy, asked)), mapping)) is not None
    ]
    return read_items(profile, FieldIndex(MarcRecord("", tuple(fields))))


def _row(copy: object, asked: str) -> dict[str, Any]:
    """A copy as a row of the database is: texts, and entries of dictionaries."""
    if not isinstance(copy, dict):
        raise NoCardError("a copy in inv is no object")
    owner = copy.get("ebookId")
    if owner and str(owner) != asked:
        raise NoCardError(f"a copy in inv belongs to the record {str(owner)[:40]}")
    row: dict[str, Any] = {}
    for column, name in _NAMES.items():
        value = copy.get(name)
        if isinstance(value, bool) or not isinstance(value, (str, int, dict, type(None))):
            raise NoCardError(f"{name} of a copy is neither text nor object")
        if isinstance(value, dict) != (column in {"department", "state"}) and value is not None:
            raise NoCardError(f"{name} of a copy has not its shape")
        row[column] = (
            {part: value.get(part) for part in ("id", "code", "name")} if isinstance(value, dict) else value
        )
    return row


def expiry(token: str) -> datetime | None:
    """Until when a JSON Web Token is good (RFC 7519, 4.1.4); None where it does not say, or is none."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (Error, ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError):
        return None
