"""A report for machines: JSON, UTF-8, letters as they are, readable as it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def write(document: Mapping[str, Any]) -> bytes:
    """The document as a file; what JSON has no number for (NaN, infinity) is refused.

    Raises:
        ValueError: a number is none.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"
