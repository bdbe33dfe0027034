"""Resumption tokens: all that the next page needs, signed, kept nowhere, valid after any restart."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_SIGNATURE = 12


def seal(value: dict[str, Any], key: bytes) -> str:
    """A token of letters that stand in an address as they are."""
    body = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    return urlsafe_b64encode(_signature(body, key) + body).decode().rstrip("=")


def opened(token: str, key: bytes) -> dict[str, Any] | None:
    """What `seal` was given; None for a token that is none of ours."""
    try:
        sealed = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except ValueError:
        return None
    signature, body = sealed[:_SIGNATURE], sealed[_SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(body, key)):
        return None
    value: dict[str, Any] = json.loads(body)
    return value


def kept_key(path: Path) -> bytes:
    """The key in the file, made on the first day: nobody but the service's user may read it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text("ascii").strip())
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        key = secrets.token_hex(32)
        stream.write(key)
    return bytes.fromhex(key)


def _signature(body: bytes, key: bytes) -> bytes:
    return blake2b(body, key=key, digest_size=_SIGNATURE).digest()
