"""What our columns hold: moments in UTC, and text from outside that both databases can keep."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa

#: What no database text can hold: U+0000 (PostgreSQL) and lone surrogates (no UTF-8 for them).
_UNSTORABLE = re.compile("[\\0\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy calls it so
        """Refuse a moment without a zone: it would be some local time.

        Raises:
            ValueError: the moment has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy calls it so
        """Give the moment its zone; a server may answer in its own."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class OutsideText(sa.types.TypeDecorator[str]):
    """Text that others wrote (spreadsheet cells, file names, parts of broken records), kept as far as can be.

    Characters that no database text can hold become U+FFFD, so that a stray byte in somebody's file cannot
    stop a run, and both databases keep the same. Records never need it: the codec refuses such a record.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy calls it so
        """Replace what cannot be stored."""
        return storable(value)


def storable(text: str | None) -> str | None:
    """A text without what no database can hold."""
    # What must go is not printable, and nearly everything is: quicker than a search, for millions of texts.
    return text if text is None or text.isprintable() else _UNSTORABLE.sub(_REPLACEMENT, text)


def json_text(value: object) -> str:
    """JSON as it is stored: letters as they are, names sorted, storable in either database."""
    return _UNSTORABLE.sub(_REPLACEMENT, json.dumps(value, ensure_ascii=False, sort_keys=True))


def json_value(text: str | bytes) -> Any:
    """The value of what `json_text` wrote, and of whatever else a database holds as JSON.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # it knows no number of more than 64 bits
        return json.loads(text)
