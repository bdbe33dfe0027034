"""A repository that is not ours: oai_repo of the Michigan State University Libraries, on a real socket."""

# ruff: noqa: ARG002  the arguments are oai_repo's

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import oai_repo
import pytest
from lxml import etree

from rabis_sync.demo.standin import Answer, Asked, StandIn
from rabis_sync.harvest.sources import Surroundings
from rabis_sync.harvest.sources.oai_pmh import Options, Source
from rabis_sync.http import Client
from rabis_sync.marc import codec
from rabis_sync.marc.fields import content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BEGUN = datetime(2024, 3, 1, 12, tzinfo=UTC)
STAMP = "%Y-%m-%dT%H:%M:%SZ"
MARCXML = "http://www.loc.gov/MARC21/slim"


@dataclass
class Held(oai_repo.DataInterface):  # type: ignore[misc]  published without types
    """Records by identifier, as oai_repo asks for them; `asked` counts the requests."""

    records: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    limit: int = 10
    asked: list[dict[str, str]] = field(default_factory=list)
    between: Callable[[int], None] = lambda _: None

    def put(self, identifier: str, when: datetime, xml: str) -> None:
        self.records[identifier] = (when, xml)

    def get_identify(self) -> Any:
        return oai_repo.Identify(
            repository_name="Foreign",
            base_url="http://127.0.0.1/oai",
            admin_email=["nobody@example.org"],
            earliest_datestamp=BEGUN.strftime(STAMP),
            deleted_record="no",  # it has no way to list a deleted record
            granularity="YYYY-MM-DDThh:mm:ssZ",
        )

    def is_valid_identifier(self, identifier: str) -> bool:
        return identifier in self.records

    def get_metadata_formats(self, identifier: str | None = None) -> list[Any]:
        schema = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"
        return [oai_repo.MetadataFormat("marcxml", schema, MARCXML)]

    def get_record_header(self, identifier: str) -> Any:
        return oai_repo.RecordHeader(identifier, self.records[identifier][0].strftime(STAMP), [])

    def get_record_metadata(self, identifier: str, metadataprefix: str) -> Any:
        return etree.fromstring(self.records[identifier][1])

    def get_record_abouts(self, identifier: str) -> list[Any]:
        return []

    def list_set_specs(self, identifier: str | None = None, cursor: int = 0) -> tuple[Any, Any, Any]:
        return None, None, None

    def list_identifiers(
        self,
        metadataprefix: str,
        filter_from: datetime | None = None,
        filter_until: datetime | None = None,
        filter_set: str | None = None,
        cursor: int = 0,
    ) -> tuple[list[str], int, str]:
        found = [
            name
            for name, (when, _) in self.records.items()
            if (filter_from is None or when >= filter_from) and (filter_until is None or when <= filter_until)
        ]
        state = str(sorted((name, when) for name, (when, _) in self.records.items()))
        return found[cursor : cursor + self.limit], len(found), state

    def __call__(self, asked: Asked) -> Answer:
        arguments = {name: values[0] for name, values in asked.query.items()}
        self.asked.append(dict(arguments))
        self.between(len(self.asked))
        body = oai_repo.OAIRepository(self).process(arguments)
        return Answer(200, {"Content-Type": "text/xml; charset=utf-8"}, bytes(body))


@pytest.fixture
def exported(shared_data: Path) -> list[codec.Decoded]:
    with (shared_data / "zebra-rusmarc-72.mrc").open("rb") as stream:
        return [one for one in codec.read(stream) if isinstance(one, codec.Decoded)]


@pytest.fixture
def held(exported: list[codec.Decoded]) -> Held:
    found = Held()
    for number, one in enumerate(exported):
        found.put(f"oai:foreign:{number}", BEGUN + timedelta(hours=number), codec.encode_marcxml(one.record))
    return found


@pytest.fixture
def harvest(held: Held, library: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    with StandIn({"/oai": held}) as running:
        source = Source(Options(url=f"{running.url}/oai"), Surroundings(tmp_path, Client()))
        yield lambda **settings: library.harvest_from(source, **settings).counts


def hashes(library: Any) -> list[str]:
    with library.store.read() as unit:
        return sorted(one.content_hash for batch in unit.records.stream() for one in batch)


def test_every_record_of_a_foreign_repository_arrives_with_its_content(
    held: Held, harvest: Callable[..., Any], library: Any, exported: list[codec.Decoded]
) -> None:
    assert harvest()["new"] == len(exported) == 72
    assert hashes(library) == sorted(content_hash(one.canonical) for one in exported)
    assert sum("resumptionToken" in one for one in held.asked) >= 7


def test_its_changes_arrive_and_nothing_else(held: Held, harvest: Callable[..., Any], library: Any) -> None:
    harvest()
    later = datetime.now(UTC)
    first = next(iter(held.records))
    changed = held.records[first][1]
    held.put(first, later, re.sub(r'(tag="200".*?code="a">)', r"\1Иначе ", changed, flags=re.DOTALL))
    held.put("oai:foreign:new", later, changed.replace('tag="001">', 'tag="001">new'))
    counts = harvest()
    assert {name: number for name, number in counts.items() if number} == {
        "received": 2, "changed": 1, "new": 1,
    }  # fmt: skip
    assert len(hashes(library)) == 73


def test_a_token_that_a_change_has_made_invalid_costs_no_record(
    held: Held, harvest: Callable[..., Any], library: Any, exported: list[codec.Decoded]
) -> None:
    """oai_repo answers badResumptionToken as soon as anything in the list is another."""
    name = next(iter(held.records))

    def touch(asked: int) -> None:
        if asked == 6:
            held.put(name, BEGUN + timedelta(days=300), held.records[name][1])

    held.between = touch
    harvest()
    assert hashes(library) == sorted(content_hash(one.canonical) for one in exported)
