"""How values stand in published documents: canonical JSON, moments as RFC 3339 has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


def to_json(value: Any) -> bytes:
    """Canonical JSON: UTF-8, keys in order, no blanks."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def moment(at: datetime) -> str:
    """A UTC moment as RFC 3339 has it, in whole seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
