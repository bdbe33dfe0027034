"""What every channel of notices promises: no secret in what it shows, clear words for what is missing."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rabis_sync.errors import RabisSyncError, RetryableError
from rabis_sync.http import Client, Limits, Retries
from rabis_sync.service.notices import CHANNELS, HEARS, NEWS, OPTIONS, SIGNS, Message, Surroundings

QUICK = Client(limits=Limits(connect=1, read=1, page_total=2), retries=Retries(tries=1))
SECRET = "5f3c-very-secret-5f3c"
MESSAGE = Message(
    "failure", "Ұйықтау", "мәтін", "Кітапхана", datetime(2026, 11, 27, tzinfo=UTC), "nightly", 7
)

#: Options of each kind that lead nowhere: port 9 of this machine, where nothing listens.
NOWHERE: dict[str, dict[str, Any]] = {
    "mail": {
        "host": "127.0.0.1", "port": 9, "security": "none", "sender": "a@example.kz", "to": ["b@example.kz"],
        "username": "a", "password": SECRET,
    },
    "telegram": {"chat": "1", "token": SECRET, "api": "http://127.0.0.1:9"},
    "webhook": {"url": f"http://127.0.0.1:9/{SECRET}?key={SECRET}", "token": SECRET},
    "ping": {"url": f"http://127.0.0.1:9/{SECRET}"},
}  # fmt: skip


def channel(kind: str, **options: Any) -> Any:
    return CHANNELS.get(kind)(OPTIONS.get(kind)(**options), Surroundings(QUICK))


def test_every_kind_is_tried_here() -> None:
    assert sorted(NOWHERE) == CHANNELS.names()


@pytest.mark.parametrize("kind", CHANNELS.names())
def test_a_channel_that_reaches_nobody_says_so_without_its_secrets(kind: str) -> None:
    with pytest.raises(RetryableError) as caught:
        channel(kind, **NOWHERE[kind]).send(MESSAGE)
    assert SECRET not in f"{caught.value} {caught.value.hint}"
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("kind", CHANNELS.names())
def test_what_a_channel_shows_of_itself_holds_no_secret(kind: str) -> None:
    options = OPTIONS.get(kind)(**NOWHERE[kind])
    assert SECRET not in repr(options)
    told = CHANNELS.get(kind)(options, Surroundings(QUICK)).check()
    assert told
    assert SECRET not in told


@pytest.mark.parametrize("kind", CHANNELS.names())
def test_secrets_are_named_as_such(kind: str) -> None:
    named = {one.name for one in fields(OPTIONS.get(kind)) if one.metadata.get("secret")}
    holding = {name for name, value in NOWHERE[kind].items() if SECRET in str(value)}
    assert named == holding


@pytest.mark.parametrize("kind", ["telegram", "webhook", "ping"])
def test_a_secret_that_is_missing_is_told_before_anything_is_sent(kind: str) -> None:
    bare = replace(OPTIONS.get(kind)(**NOWHERE[kind]), **{"token" if kind == "telegram" else "url": ""})
    with pytest.raises(RabisSyncError) as caught:
        CHANNELS.get(kind)(bare, Surroundings(QUICK)).check()
    assert "_env" in caught.value.hint


@pytest.mark.parametrize("kind", CHANNELS.names())
def test_a_channel_hears_news_or_signs(kind: str) -> None:
    assert HEARS.get(kind) in (NEWS, SIGNS)
