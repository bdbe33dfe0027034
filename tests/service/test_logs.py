"""Log lines say which run they belong to, and hold no secret."""

from __future__ import annotations

import io
import json
import logging

import pytest

from rabis_sync.service import logs


def logged(form: str, message: str, *arguments: object, secrets: tuple[str, ...] = ()) -> str:
    stream = io.StringIO()
    logs.set_up(form, secrets, stream)
    with logs.about(7, "nightly"):
        logging.getLogger("rabis_sync.test").info(message, *arguments)
    return stream.getvalue()


def test_a_line_for_people_names_job_and_run() -> None:
    assert logged("console", "harvest: %s", "done").endswith("INFO    [nightly 7] harvest: done\n")


def test_a_line_for_machines_is_one_object() -> None:
    told = json.loads(logged("json", "дайын\nекінші жол"))
    assert (told["run"], told["job"], told["level"], told["message"]) == (
        7, "nightly", "info", "дайын\nекінші жол",
    )  # fmt: skip


@pytest.mark.parametrize("form", ["console", "json"])
def test_secrets_and_accounts_in_addresses_are_hidden(form: str) -> None:
    told = "%s and postgresql://rabis:pa55@db/x and https://host/t0ken-1"
    line = logged(form, told, "pass-word", secrets=("pass-word", "t0ken-1"))
    assert "pass-word" not in line
    assert "pa55" not in line
    assert "t0ken-1" not in line
    assert "db/x" in line
    assert line.count(logs.HIDDEN) == 3


def test_a_traceback_holds_no_secret_either() -> None:
    stream = io.StringIO()
    logs.set_up("console", ["pass-word"], stream)
    try:
        int("pass-word")
    except ValueError:
        logging.getLogger("rabis_sync.test").exception("broke off")
    assert "literal for int() with base 10: '***'" in stream.getvalue()
    assert all(line.startswith("    ") for line in stream.getvalue().splitlines()[1:])
