"""One answer of 1C's OData: rows of JSON, or what the platform or somebody before it complains of.

1C complains in four ways: JSON ``odata.error`` with a code and a text; JSON ``exception`` of the application
server, whose ``descr`` lie one in the other; the same error as XML; an HTML page of the web extension
(«…by reason: …», no licence, an exclusive lock). Whole numbers of 64 bits come as strings, money as either.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any

#: The longest complaint that is worth showing.
_LONGEST = 300
_TAGS = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_REASON = re.compile(r"by reason:(.*)", re.DOTALL | re.IGNORECASE)
_XML_MESSAGE = re.compile(r"<(?:\w+:)?message[^>]*>(.*?)</(?:\w+:)?message>", re.DOTALL | re.IGNORECASE)
_XML_CODE = re.compile(r"<(?:\w+:)?code>\s*(-?\d+)", re.IGNORECASE)


class BrokenAnswerError(ValueError):
    """The body is no answer of OData; the message says what it is."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of an answer.

    Attributes:
        rows: each an object of JSON, numbers with a fraction as Decimal.
        count: how many there are in all, where it was asked for and told.
        onward: address of the next rows; empty when these are the last, or paging is ours.
    """

    rows: list[dict[str, Any]]
    count: int | None = None
    onward: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What an answer says is wrong.

    Attributes:
        code: of 1C (8: no such entity, 14: the condition); empty for none.
        text: one line.
        for_people: it is a page of HTML, of the web extension or of somebody before it.
    """

    code: str
    text: str
    for_people: bool = False


def page(body: bytes) -> Page:
    """The rows of an answer.

    Raises:
        BrokenAnswerError: it is a page for people, no JSON, or JSON of another kind.
    """
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<":
        raise BrokenAnswerError("a page for people instead of rows")
    try:
        found = json.loads(start, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise BrokenAnswerError(f"no JSON: {error}") from error
    rows = found.get("value") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BrokenAnswerError("JSON without rows")
    return Page(rows, _count(found.get("odata.count")), str(found.get("odata.nextLink") or ""))


def complaint(body: bytes) -> Complaint:
    """What is wrong, of whatever form the body has; an empty text when it says nothing."""
    text = body.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return _of_json(text)
    if not text.startswith("<"):
        return Complaint("", _line(text))
    message = _XML_MESSAGE.search(text)
    if message:
        code = _XML_CODE.search(text)
        return Complaint(code[1] if code else "", _line(unescape(message[1])))
    plain = unescape(_TAGS.sub(" ", text))
    reason = _REASON.search(plain)
    return Complaint("", _line(reason[1] if reason else plain), for_people=True)


def _of_json(text: str) -> Complaint:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return Complaint("", _line(text))
    error = found.get("odata.error") or found.get("error")
    if isinstance(error, dict):
        message = error.get("message")
        said = message.get("value") if isinstance(message, dict) else message
        return Complaint(str(error.get("code") or ""), _line(str(said or "")))
    return Complaint("", _line(" | ".join(_described(found.get("exception") or found))))


def _described(exception: Any) -> list[str]:
    """Descriptions from the outer exception to the innermost, without one that another one repeats.

    The outermost only says which request failed, which we know.
    """
    said: list[str] = []
    while isinstance(exception, dict):
        one = str(exception.get("descr") or "").strip()
        if one and not any(one in other for other in said):
            said.append(one)
        exception = exception.get("inner")
    return [one for one in said if not one.startswith("HTTP:")] or said


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _count(told: Any) -> int | None:
    try:
        return int(told)
    except (TypeError, ValueError):
        return None
