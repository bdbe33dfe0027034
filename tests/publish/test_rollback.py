"""Back to an earlier release, as far as it may still be shown."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from rabis_sync.errors import GuardStop, UnknownName
from rabis_sync.publish.rollback import rollback


def undated(source: str, control_number: str) -> None:
    """No year of publication is known."""


def latest(library: Any) -> str:
    return str(json.loads((library.out / "latest.json").read_bytes())["release"])


def test_the_site_shows_the_earlier_release_and_websites_are_told(library: Any, book: Any) -> None:
    library.add("b1")
    library.publish()
    library.store_record(book("b1", title="Ошибочное заглавие"))
    library.publish()
    first, second = library.releases()
    rollback(library.settings, first, library.now, undated)
    assert (library.live.name, latest(library)) == (first, first)
    assert library.page()["b1"]["titles"] == {"ru": "Караганда, книга b1"}
    library.publish()
    assert library.live.name not in {first, second}
    assert library.page()["b1"]["titles"] == {"ru": "Ошибочное заглавие"}


def test_a_release_that_gives_what_was_taken_back_is_refused(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    library.forbid("b1")
    library.publish()
    first, second = library.releases()
    with pytest.raises(GuardStop, match="not whole any more"):
        rollback(library.settings, first, library.now, undated)
    assert library.live.name == second


def test_a_release_that_shows_what_may_not_be_shown_today_is_refused(library: Any, book: Any) -> None:
    library.add("b1", valid_until="2026-12-31")
    library.publish()
    library.store_record(book("b1", title="Другое заглавие"))
    library.publish()
    first = library.releases()[0]
    with pytest.raises(GuardStop, match="may not be shown today: b1"):
        rollback(library.settings, first, library.now + timedelta(days=60), undated)


def test_a_name_that_is_no_release_is_answered_with_those_there_are(library: Any) -> None:
    library.add("b1")
    library.publish()
    with pytest.raises(UnknownName, match="unknown release") as refused:
        rollback(library.settings, "../../etc", library.now, undated)
    assert library.live.name in refused.value.hint
