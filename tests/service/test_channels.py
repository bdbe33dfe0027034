"""What arrives on the other side of each channel."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import ConfigError, FatalError, RetryableError
from rabis_sync.http import Client, Limits, Retries
from rabis_sync.service.notices import CHANNELS, OPTIONS, Message, Surroundings

if TYPE_CHECKING:
    from pathlib import Path

QUICK = Client(limits=Limits(connect=2, read=5, page_total=10), retries=Retries(tries=2, first=0.01))
AT = datetime(2026, 11, 27, 2, 30, tzinfo=UTC)
TEXT = "Сбор «catalogue»: не удалось\nҚайталау керек"
MESSAGE = Message(
    "failure", "задание «nightly» не выполнено", TEXT, "Қарағанды ОКЖ", AT, "nightly", 7, "retry", 75, "r-1"
)


def channel(kind: str, ca_file: str = "", **options: Any) -> Any:
    return CHANNELS.get(kind)(OPTIONS.get(kind)(**options), Surroundings(QUICK, ca_file))


def mail(mailbox: Any, ca_file: str = "", **options: Any) -> Any:
    given = {"host": "localhost", "port": mailbox.port, "security": "none", "sender": "rabis@example.kz"}
    return channel("mail", ca_file, **{**given, "to": ["a@example.kz", "b@example.kz"], **options})


def test_a_letter_says_whose_it_is_in_its_own_script(mailbox: Any) -> None:
    mail(mailbox).send(MESSAGE)
    (letter,) = mailbox.letters
    assert letter["Subject"] == "Қарағанды ОКЖ: задание «nightly» не выполнено"
    assert letter["To"] == "a@example.kz, b@example.kz"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.kz>")
    assert letter.get_content().splitlines() == TEXT.splitlines()


def test_a_letter_goes_encrypted_and_with_a_password_where_the_server_wants_it(
    guarded_mailbox: Any, certificate: Path
) -> None:
    options = {"security": "starttls", "username": "rabis"}
    mail(guarded_mailbox, str(certificate), password="secret-word", **options).send(MESSAGE)
    assert len(guarded_mailbox.letters) == 1
    with pytest.raises(FatalError, match="refuses user or password") as caught:
        mail(guarded_mailbox, str(certificate), password="wrong-word", **options).send(MESSAGE)
    assert "wrong-word" not in str(caught.value)
    with pytest.raises(FatalError, match="certificate that cannot be trusted"):
        mail(guarded_mailbox, password="secret-word", **options).send(MESSAGE)


def test_a_server_without_encryption_gets_no_letter_that_wants_it(mailbox: Any) -> None:
    with pytest.raises(FatalError, match="cannot do what is wanted"):
        mail(mailbox, security="starttls").send(MESSAGE)
    assert mailbox.letters == []


@pytest.mark.parametrize(
    ("answer", "error"), [("450 mailbox busy", RetryableError), ("550 no such user", FatalError)]
)
def test_a_refused_recipient_is_for_later_or_for_good(mailbox: Any, answer: str, error: type) -> None:
    mailbox.refuses = answer
    with pytest.raises(error, match="a@example.kz: " + answer[:3]):
        mail(mailbox).send(MESSAGE)


def test_an_address_that_is_none_is_told_by_check(mailbox: Any) -> None:
    with pytest.raises(ConfigError, match="'director' is no e-mail address"):
        mail(mailbox, to=["director"]).check()


def test_telegram_gets_the_text_and_no_more_than_it_takes(listener: Any) -> None:
    bot = channel("telegram", chat="-100", token="12:ab", api=listener.url)
    bot.send(MESSAGE)
    bot.send(Message("failure", "x", "ә" * 5000, "y", AT))
    first, second = listener.asked
    assert first.path == "/bot12:ab/sendMessage"
    assert first.json["chat_id"] == "-100"
    assert first.json["text"] == f"Қарағанды ОКЖ\nзадание «nightly» не выполнено\n\n{TEXT}"
    assert len(second.json["text"]) == 4096
    assert second.json["text"].endswith("…")


def test_a_server_that_is_busy_is_asked_again(listener: Any) -> None:
    answers = iter([503, 200])
    listener.answer = lambda _path: next(answers)
    channel("telegram", chat="1", token="12:ab", api=listener.url).send(MESSAGE)
    assert len(listener.asked) == 2


def test_a_webhook_gets_everything_as_json(listener: Any) -> None:
    listener.answer = lambda _path: 204
    channel("webhook", url=f"{listener.url}/hook?k=1", token="t0k3n").send(MESSAGE)
    (asked,) = listener.asked
    assert asked.path == "/hook?k=1"
    assert asked.headers["authorization"] == "Bearer t0k3n"
    assert asked.json == {
        "schema": "rabis-sync/notice/1",
        "event": "failure",
        "library": "Қарағанды ОКЖ",
        "job": "nightly",
        "run": 7,
        "outcome": "retry",
        "exit_code": 75,
        "at": "2026-11-27T02:30:00+00:00",
        "subject": "задание «nightly» не выполнено",
        "text": TEXT,
    }


def test_a_dead_mans_switch_hears_the_beginning_and_the_end_of_one_run(listener: Any) -> None:
    switch = channel("ping", url=f"{listener.url}/uuid/")
    for event in ("start", "success", "failure", "test"):
        switch.send(Message(event, "", "done", "", AT, "nightly", None, sign="r-1"))
    assert [one.path for one in listener.asked] == [
        "/uuid/start?rid=r-1", "/uuid?rid=r-1", "/uuid/fail?rid=r-1", "/uuid/log?rid=r-1",
    ]  # fmt: skip
    assert {one.body for one in listener.asked} == {"done"}


@pytest.mark.parametrize("kind", ["telegram", "webhook", "ping"])
def test_a_refusal_is_not_for_later_and_tells_no_secret(kind: str, listener: Any) -> None:
    listener.answer = lambda _path: 403
    secret = "5f3c-very-secret-5f3c"
    options = {"telegram": {"api": listener.url, "chat": "1", "token": secret}}
    with pytest.raises(FatalError, match="403") as caught:
        channel(kind, **options.get(kind, {"url": f"{listener.url}/{secret}"})).send(MESSAGE)
    assert secret not in str(caught.value)
