"""The stand-in answers as a careful web server does."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest
import requests

from rabis_sync.demo.standin import Answer, Asked, ExportFile, StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = bytes(range(256)) * 4
ADDRESS = "/export/catalogue.mrc"
CHANGED = 1_700_000_000


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.mrc"
    path.write_bytes(CONTENT)
    os.utime(path, (CHANGED, CHANGED))
    return path


@pytest.fixture
def rabis(export: Path) -> Iterator[StandIn]:
    with StandIn({ADDRESS: ExportFile(export)}) as standing:
        yield standing


@pytest.fixture
def client() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def ask(client: requests.Session, rabis: StandIn, **headers: str) -> requests.Response:
    wanted = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(rabis.url + ADDRESS, headers=wanted, timeout=5)


def test_the_export_comes_whole_with_its_validators(client: requests.Session, rabis: StandIn) -> None:
    answer = ask(client, rabis)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_head_tells_the_same_without_the_body(client: requests.Session, rabis: StandIn) -> None:
    whole = ask(client, rabis)
    head = client.head(rabis.url + ADDRESS, timeout=5)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "ETag", "Last-Modified"):
        assert head.headers[name] == whole.headers[name]


def test_who_has_it_already_is_told_so(client: requests.Session, rabis: StandIn) -> None:
    first = ask(client, rabis)
    for condition in (
        {"If_None_Match": first.headers["ETag"]},
        {"If_None_Match": f'"other", W/{first.headers["ETag"]}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": first.headers["Last-Modified"]},
    ):
        answer = ask(client, rabis, **condition)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == first.headers["ETag"]


def test_a_changed_export_is_sent_again(client: requests.Session, rabis: StandIn, export: Path) -> None:
    first = ask(client, rabis)
    export.write_bytes(CONTENT + b"more")
    os.utime(export, (CHANGED + 60, CHANGED + 60))
    assert ask(client, rabis, If_None_Match=first.headers["ETag"]).status_code == 200
    assert ask(client, rabis, If_Modified_Since=first.headers["Last-Modified"]).content.endswith(b"more")


def test_the_tag_goes_before_the_date(client: requests.Session, rabis: StandIn) -> None:
    date = ask(client, rabis).headers["Last-Modified"]
    assert ask(client, rabis, If_None_Match='"other"', If_Modified_Since=date).status_code == 200


def test_a_date_that_is_none_is_no_condition(client: requests.Session, rabis: StandIn) -> None:
    assert ask(client, rabis, If_Modified_Since="yesterday").status_code == 200


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=100-199", 100, 200),
        ("bytes=1000-", 1000, 1024),
        ("bytes=-24", 1000, 1024),
        ("bytes=0-9999", 0, 1024),
    ],
)
def test_a_part_is_sent_alone(
    client: requests.Session, rabis: StandIn, wanted: str, start: int, end: int
) -> None:
    answer = ask(client, rabis, Range=wanted)
    assert (answer.status_code, answer.content) == (206, CONTENT[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"


def test_a_part_beyond_the_end_is_refused_with_the_size(client: requests.Session, rabis: StandIn) -> None:
    answer = ask(client, rabis, Range="bytes=5000-")
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */1024")


@pytest.mark.parametrize("wanted", ["lines=1-2", "bytes=", "bytes=-", "bytes=9-3", "bytes=0-1,5-6"])
def test_what_is_no_single_range_brings_the_whole(
    client: requests.Session, rabis: StandIn, wanted: str
) -> None:
    assert ask(client, rabis, Range=wanted).content == CONTENT


def test_a_part_of_an_older_export_brings_the_whole_new_one(client: requests.Session, rabis: StandIn) -> None:
    first = ask(client, rabis)
    same = ask(client, rabis, Range="bytes=500-", If_Range=first.headers["ETag"])
    assert (same.status_code, same.content) == (206, CONTENT[500:])
    dated = ask(client, rabis, Range="bytes=500-", If_Range=first.headers["Last-Modified"])
    assert dated.status_code == 206
    older = ask(client, rabis, Range="bytes=500-", If_Range='"older"')
    assert (older.status_code, older.content) == (200, CONTENT)


def test_nothing_is_found_elsewhere_or_before_the_export_ran(
    client: requests.Session, rabis: StandIn, export: Path
) -> None:
    assert client.get(f"{rabis.url}/elsewhere", timeout=5).status_code == 404
    export.unlink()
    assert ask(client, rabis).status_code == 404


def test_nothing_can_be_written(client: requests.Session, rabis: StandIn, export: Path) -> None:
    answer = client.post(rabis.url + ADDRESS, data=b"changed", timeout=5)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert export.read_bytes() == CONTENT


def test_another_gateway_gets_its_query_and_body(client: requests.Session) -> None:
    def echo(asked: Asked) -> Answer:
        text = f"{asked.method} {asked.query['verb'][0]} {asked.body.decode()}"
        return Answer(200, {"Content-Type": "text/plain"}, text.encode())

    with StandIn({"/oai": echo}) as rabis:
        assert client.get(f"{rabis.url}/oai?verb=Identify", timeout=5).text == "GET Identify "
        assert client.post(f"{rabis.url}/oai?verb=Identify", data=b"x", timeout=5).text == "POST Identify x"


def test_the_stand_in_remembers_in_silence(
    client: requests.Session, rabis: StandIn, capfd: pytest.CaptureFixture[str]
) -> None:
    ask(client, rabis)
    client.get(f"{rabis.url}/elsewhere?x=1", timeout=5)
    assert [tuple(one) for one in rabis.exchanges] == [("GET", ADDRESS, 200), ("GET", "/elsewhere?x=1", 404)]
    assert capfd.readouterr() == ("", "")


def test_a_client_that_hangs_up_harms_nobody(
    client: requests.Session, rabis: StandIn, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", rabis.port), timeout=5) as rude:
        rude.sendall(b"GET " + ADDRESS.encode() + b" HTTP/1.1\r\nContent-Length: many\r\n\r\n")
    assert ask(client, rabis).status_code == 200
    assert capfd.readouterr().err == ""


def test_it_listens_on_this_machine_only_and_stops(client: requests.Session, export: Path) -> None:
    with StandIn({ADDRESS: ExportFile(export)}) as rabis:
        assert rabis.url == f"http://127.0.0.1:{rabis.port}"
        assert ask(client, rabis).status_code == 200
    with pytest.raises(requests.ConnectionError):
        requests.get(rabis.url + ADDRESS, timeout=5)
