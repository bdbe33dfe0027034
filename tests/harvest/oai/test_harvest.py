"""A harvest by OAI-PMH brings what the repository holds, by the repository's own clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import ConfigError, FatalError, SourceAway
from rabis_sync.harvest.sources.oai_pmh import Options
from rabis_sync.http import Client

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.demo.standin import Answer

BOOKS = {f"b{n}": f"Книга {n}" for n in range(35)}


def replaced(old: str, new: str, verb: str = "Identify") -> Callable[[dict[str, str], Answer], Any]:
    """A fault that puts other words into the answers to a verb."""

    def fault(arguments: dict[str, str], answer: Answer) -> Answer | None:
        if arguments["verb"] != verb:
            return None
        return replace(answer, body=answer.body.replace(old.encode(), new.encode()))

    return fault


def test_every_record_is_stored_once(server: Any, harvester: Any) -> None:
    server.shelve(35)
    assert harvester.harvest() == {"received": 35, "new": 35}
    assert harvester.library.titles() == BOOKS
    assert [one["verb"] for one in server.asked[:3]] == ["Identify", "ListMetadataFormats", "ListRecords"]


def test_only_what_changed_is_asked_for_the_next_time(server: Any, harvester: Any) -> None:
    server.shelve(35)
    harvester.harvest()
    server.now += timedelta(days=1)
    server.hold(3, "Новая")
    server.repository.delete("b4")
    server.asked.clear()
    assert harvester.harvest() == {"received": 2, "changed": 1, "deleted": 1}
    assert server.verbs("ListRecords") == [
        {"verb": "ListRecords", "metadataPrefix": "marcxml", "from": "2024-03-01T11:00:00Z"}
    ]
    titles = harvester.library.titles()
    assert titles["b3"] == "Новая"
    with harvester.library.store.read() as unit:
        assert [one["control_number"] for one in unit.harvests.tombstones("cat")] == ["b4"]


def test_a_deleted_record_that_comes_back_is_stored_again(server: Any, harvester: Any) -> None:
    server.shelve(3)
    harvester.harvest()
    for change in (lambda: server.repository.delete("b1"), lambda: server.hold(1, "Снова")):
        server.now += timedelta(days=1)
        change()
        harvester.harvest()
    with harvester.library.store.read() as unit:
        assert unit.harvests.tombstones("cat") == []
        assert unit.records.counts("cat") == {"active": 3}


def test_the_watermark_is_the_moment_the_list_was_opened(server: Any, harvester: Any) -> None:
    server.shelve(35)
    opened = server.now

    def later(arguments: dict[str, str], _: Answer) -> None:
        server.now += timedelta(hours=1) if arguments["verb"] == "ListRecords" else timedelta(0)

    server.fault = later
    harvester.harvest()
    assert harvester.progress().reached["sets"] == {"": f"{opened:%Y-%m-%dT%H:%M:%SZ}"}


def test_a_clock_that_writes_local_time_is_not_believed(server: Any, harvester: Any) -> None:
    server.now = datetime.now(UTC) + timedelta(hours=5)
    server.hold(1)
    harvester.harvest()
    mark = datetime.fromisoformat(harvester.progress().reached["sets"][""])
    assert abs(mark - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_server_without_any_clock_is_refused(server: Any, harvester: Any) -> None:
    server.shelve(1)

    def timeless(arguments: dict[str, str], answer: Answer) -> Answer | None:
        body = answer.body.replace(b"responseDate", b"moment")
        return type(answer)(200, {"Date": "soon"}, body) if arguments["verb"] == "ListRecords" else None

    server.fault = timeless
    with pytest.raises(FatalError, match="what time it is"):
        _clockless(harvester)


def _clockless(harvester: Any) -> None:
    source = harvester.source()
    get: Any = Client.get

    def without_date(self: Any, *arguments: Any, **named: Any) -> Any:
        response = get(self, *arguments, **named)
        return response._replace(headers={k: v for k, v in response.headers.items() if k != "date"})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "get", without_date)
        list(source.pages({}, {}, full=False))


def test_days_are_asked_for_where_the_server_knows_no_seconds(server: Any, harvester: Any) -> None:
    server.repository.seconds = False
    server.shelve(5)
    harvester.harvest()
    server.asked.clear()
    assert harvester.harvest() == {}
    assert server.verbs("ListRecords")[0]["from"] == "2024-03-01"


def test_nothing_new_moves_the_watermark_on(server: Any, harvester: Any) -> None:
    server.shelve(3)
    harvester.harvest()
    server.now += timedelta(days=7)
    assert harvester.harvest() == {}
    assert harvester.progress().reached["sets"] == {"": "2024-03-08T12:00:00Z"}


def test_a_full_harvest_asks_for_everything_and_changes_nothing(server: Any, harvester: Any) -> None:
    server.shelve(35)
    harvester.harvest()
    server.asked.clear()
    assert harvester.harvest(full=True) == {"received": 35, "unchanged": 35}
    assert "from" not in server.verbs("ListRecords")[0]


def test_what_a_complete_repository_no_longer_holds_was_deleted(server: Any, harvester: Any) -> None:
    server.shelve(35)
    harvester.harvest(complete=True)
    del server.repository.held["oai:rabis.example.kz:b7"]
    assert harvester.harvest(complete=True) == {}
    assert harvester.harvest(complete=True, full=True)["absent"] == 1


def test_sets_are_read_one_after_the_other(server: Any, harvester: Any) -> None:
    server.repository.sets = {"kraeved": "Өлкетану", "kraeved:maps": "Карталар", "other": "Басқа"}
    for number, name in enumerate(("kraeved", "kraeved:maps", "other", "other")):
        server.hold(number, sets=(name,))
    server.now += timedelta(days=1)
    harvester.options["set"] = ("kraeved", "other")
    assert harvester.harvest() == {"received": 4, "new": 4}
    assert [one["set"] for one in server.verbs("ListRecords") if "from" not in one] == ["kraeved", "other"]


def test_a_set_that_is_added_later_is_read_from_its_beginning(server: Any, harvester: Any) -> None:
    server.repository.sets = {"a": "A", "b": "B"}
    server.hold(1, sets=("a",))
    server.hold(2, sets=("b",))
    server.now += timedelta(days=1)
    harvester.options["set"] = "a"
    assert harvester.harvest() == {"received": 1, "new": 1}
    harvester.options["set"] = ("a", "b")
    assert harvester.harvest() == {"received": 1, "new": 1}
    assert set(harvester.progress().reached["sets"]) == {"a", "b"}


def test_a_set_that_is_not_there_is_told_with_the_nearest_name(server: Any, harvester: Any) -> None:
    server.repository.sets = {"kraeved": "Өлкетану"}
    harvester.options["set"] = "kraevet"
    with pytest.raises(ConfigError, match="no set 'kraevet'") as caught:
        harvester.harvest()
    assert "kraeved" in caught.value.hint


def test_a_repository_without_sets_has_none_of_them(server: Any, harvester: Any) -> None:
    harvester.options["set"] = "kraeved"
    with pytest.raises(ConfigError, match="noSetHierarchy"):
        harvester.harvest()


def test_a_broken_list_of_sets_proves_nothing(server: Any, harvester: Any, html: Answer) -> None:
    server.repository.sets = {"a": "A"}
    server.hold(1, sets=("a",))
    server.fault = lambda arguments, _: html if arguments["verb"] == "ListSets" else None
    harvester.options["set"] = "a"
    assert harvester.harvest()["new"] == 1


def offering(*formats: tuple[str, str]) -> Callable[[dict[str, str], Answer], Any]:
    """A fault by which other formats are offered."""
    told = "".join(
        f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema/>"
        f"<metadataNamespace>{namespace}</metadataNamespace></metadataFormat>"
        for prefix, namespace in formats
    )
    return replaced("<ListMetadataFormats>", f"<ListMetadataFormats>{told}", "ListMetadataFormats")


@pytest.mark.parametrize(
    ("prefix", "namespace"),
    [
        ("slim", "http://www.loc.gov/MARC21/slim"),
        ("rusmarc", "info:lc/xmlns/marcxchange-v2"),
        ("unimarc", "http://example.kz/marc"),
    ],
)
def test_the_prefix_is_the_first_one_whose_namespace_is_of_marc(
    server: Any, harvester: Any, prefix: str, namespace: str
) -> None:
    server.fault = offering(("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/"), (prefix, namespace))
    assert f", {prefix}, " in harvester.source().check()


def test_a_repository_without_marc_is_told_with_what_it_has(server: Any, harvester: Any) -> None:
    server.fault = lambda arguments, answer: (
        type(answer)(
            200, {}, answer.body.replace(b"marcxml<", b"oai_dc<").replace(b"loc.gov/MARC21", b"purl.org/dc")
        )
        if arguments["verb"] == "ListMetadataFormats"
        else None
    )
    with pytest.raises(ConfigError, match="no MARC, only: oai_dc"):
        harvester.source().check()


def test_a_prefix_that_is_not_offered_is_told_with_those_that_are(server: Any, harvester: Any) -> None:
    harvester.options["prefix"] = "unimarc"
    with pytest.raises(ConfigError, match=r"no format 'unimarc', only: marcxml"):
        harvester.source().check()


def test_another_prefix_is_another_catalogue(server: Any, harvester: Any) -> None:
    server.shelve(3)
    pages = harvester.pages({"url": server.url, "prefix": "other", "sets": {"": "2023-01-01T00:00:00Z"}})
    assert "from" not in server.verbs("ListRecords")[0]
    assert pages[-1].entire


@pytest.mark.parametrize("version", ["1.1", ""])
def test_only_version_two_is_harvested(server: Any, harvester: Any, version: str) -> None:
    server.fault = replaced("<protocolVersion>2.0<", f"<protocolVersion>{version}<")
    with pytest.raises(FatalError, match="speaks OAI-PMH"):
        harvester.harvest()


def test_a_check_tells_what_is_there(server: Any, harvester: Any) -> None:
    server.shelve(3)
    line = harvester.source().check()
    assert line == "Web-RABIS, OAI-PMH 2.0, marcxml, since 2020-01-01, deletions: persistent"


def test_a_page_of_the_web_is_no_repository(server: Any, harvester: Any, html: Answer) -> None:
    server.fault = lambda _arguments, _answer: html
    with pytest.raises(SourceAway, match="HTML page"):
        harvester.source().check()


def test_what_the_server_refuses_is_told_in_its_own_words(server: Any, harvester: Any) -> None:
    server.shelve(1)
    server.fault = lambda arguments, answer: (
        type(answer)(200, {}, b"<OAI-PMH><error code='badArgument'>not today</error></OAI-PMH>")
        if arguments["verb"] == "ListRecords"
        else None
    )
    with pytest.raises(FatalError, match="badArgument: not today"):
        harvester.harvest()


@pytest.mark.parametrize("status", [400, 404, 422])
def test_an_error_of_the_protocol_counts_whatever_its_status(
    server: Any, harvester: Any, status: int
) -> None:
    server.shelve(1)
    harvester.harvest()
    server.fault = lambda arguments, answer: (
        type(answer)(status, {}, answer.body) if arguments["verb"] == "ListRecords" else None
    )
    assert harvester.harvest() == {}


def test_an_address_that_is_gone_is_a_matter_of_trying_later(server: Any, harvester: Any) -> None:
    server.url += "/moved"
    with pytest.raises(SourceAway, match="404"):
        harvester.harvest()


@pytest.mark.parametrize(
    ("options", "header"),
    [
        ({"username": "aigul", "password": "сыр"}, "Basic YWlndWw60YHRi9GA"),
        ({"token": "abc.def"}, "Bearer abc.def"),
        ({}, None),
    ],
)
def test_who_asks_is_told_with_every_request(
    server: Any, harvester: Any, options: dict[str, str], header: str | None
) -> None:
    server.shelve(12)
    harvester.options = options
    harvester.harvest()
    assert {one.get("authorization") for one in server.headers} == {header}


def test_windows_bound_what_is_asked_for_and_share_their_borders(server: Any, harvester: Any) -> None:
    server.shelve(35)
    server.now = datetime(2020, 3, 1, tzinfo=UTC)
    harvester.options["window_days"] = 20
    harvester.harvest()
    asked = [
        (one.get("from"), one.get("until"))
        for one in server.verbs("ListRecords")
        if "resumptionToken" not in one
    ]
    assert asked == [
        (None, "2020-01-21T00:00:00Z"),
        ("2020-01-21T00:00:00Z", "2020-02-10T00:00:00Z"),
        ("2020-02-10T00:00:00Z", None),
        ("2020-03-01T00:00:00Z", None),
    ]
    assert harvester.library.titles() == BOOKS


def test_windows_of_a_server_of_days_end_too(server: Any, harvester: Any) -> None:
    server.repository.seconds = False
    server.shelve(35)
    server.now = datetime(2020, 3, 1, tzinfo=UTC)
    harvester.options["window_days"] = 20
    harvester.harvest()
    assert harvester.library.titles() == BOOKS
    assert len({str(one) for one in server.verbs("ListRecords")}) == len(server.verbs("ListRecords"))


def test_records_are_fetched_one_by_one_where_that_is_wanted(server: Any, harvester: Any) -> None:
    server.shelve(25)
    server.repository.delete("b3")
    harvester.options["verb"] = "ListIdentifiers"
    harvester.page_size = 4
    assert harvester.harvest()["new"] == 24
    assert server.verbs("ListRecords") == []
    assert len(server.verbs("GetRecord")) == 24


def test_a_record_that_went_after_it_was_listed_is_passed_over(server: Any, harvester: Any) -> None:
    server.shelve(5)
    harvester.options["verb"] = "ListIdentifiers"

    def vanish(arguments: dict[str, str], _: Answer) -> None:
        if arguments["verb"] == "ListIdentifiers":
            server.repository.held.pop("oai:rabis.example.kz:b2", None)

    server.fault = vanish
    assert harvester.harvest() == {"received": 4, "new": 4}


def test_since_asks_for_what_changed_since_then(server: Any, harvester: Any) -> None:
    server.shelve(35)
    harvester.harvest()
    harvester.since = "2020-02-01"
    server.now += timedelta(days=1)
    assert harvester.harvest() == {"received": 4, "unchanged": 4}
    assert harvester.progress().reached["sets"] == {"": "2024-03-02T12:00:00Z"}


def test_a_wish_later_than_the_watermark_does_not_move_it(server: Any, harvester: Any) -> None:
    server.shelve(3)
    harvester.harvest()
    before = harvester.progress().reached
    server.now += timedelta(days=10)
    server.hold(1, "Пропущенная")
    server.now += timedelta(days=10)
    harvester.since = f"{server.now:%F}"
    harvester.harvest()
    assert harvester.progress().reached == before
    harvester.since = ""
    assert harvester.harvest() == {"received": 1, "changed": 1}


def test_a_wish_before_the_first_harvest_leaves_the_first_harvest_to_do(server: Any, harvester: Any) -> None:
    server.shelve(35)
    harvester.since = "2020-02-01"
    assert harvester.harvest() == {"received": 4, "new": 4}
    harvester.since = ""
    assert harvester.harvest()["new"] == 31


def test_progress_tells_how_much_there_is(server: Any, harvester: Any) -> None:
    server.shelve(35)
    pages = harvester.pages()
    assert [(page.done, page.whole) for page in pages[:3]] == [(10, 35), (20, 35), (30, 35)]


def test_the_bytes_are_kept_as_they_came(server: Any, harvester: Any) -> None:
    server.shelve(1)
    harvester.harvest()
    sent = server.repository.held["oai:rabis.example.kz:b0"].xml.strip()
    with harvester.library.store.read() as unit:
        ((stored,),) = [list(batch) for batch in unit.records.stream()]
        assert unit.records.raw(stored.id)[0] == sent.encode()


@pytest.mark.parametrize(
    "options", [{"window_days": -1}, {"overlap_minutes": -1}], ids=["window_days", "overlap_minutes"]
)
def test_numbers_below_zero_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="not below 0"):
        Options(url="http://example.kz/oai", **options)  # type: ignore[arg-type]


def test_a_real_catalogue_comes_as_its_export_has_it(server: Any, harvester: Any, shared_data: Path) -> None:
    server.now = datetime(2024, 1, 1, tzinfo=UTC)
    server.repository.page_size = 150
    server.repository.fill(shared_data / "tatarstan-500.mrc")
    server.now += timedelta(days=1)
    assert harvester.harvest()["new"] == 500
    (harvester.library.folder / "catalogue.mrc").write_bytes((shared_data / "tatarstan-500.mrc").read_bytes())
    again = harvester.library.harvest()
    assert (again.counts["unchanged"], again.counts["changed"]) == (500, 0)
