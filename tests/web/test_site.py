"""The site as readers get it: content marks, ranges, what was taken back, what was never there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from rabis_sync.web.limits import RateLimit

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def address(collection: Any, serving: Any) -> Iterator[str]:
    collection.titles = {1: "Қарағанды", 2: "Караганда", 3: "Балқаш"}
    collection.publish()
    collection.gone, collection.closed = {1}, {2}
    collection.publish()
    with serving(collection.out) as served:
        yield served


def get(url: str, **headers: str) -> requests.Response:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(url, headers=told, timeout=20, allow_redirects=False)


def test_the_root_is_the_live_collection(address: str) -> None:
    page = get(address)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Балқаш" in page.text
    assert get(f"{address}current/").text == page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert policy.endswith("frame-ancestors 'self'")


def test_other_sites_may_frame_what_is_made_for_it_alone(address: str) -> None:
    for place in ("embed/", "ru/embed/", "current/en/embed/"):
        assert get(f"{address}{place}").headers["content-security-policy"].endswith("frame-ancestors *")
    for place in ("ru/", "new/embed/"):
        assert "frame-ancestors 'self'" in get(f"{address}{place}").headers["content-security-policy"]


def test_what_did_not_change_is_not_sent_again(address: str) -> None:
    first = get(f"{address}collection.json")
    again = get(f"{address}collection.json", If_None_Match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert get(f"{address}collection.json", If_None_Match='"other"').status_code == 200
    assert first.headers["cache-control"] == "public, no-cache"
    assert first.headers["access-control-allow-origin"] == "*"


def test_a_document_of_a_named_release_may_be_kept_for_ever(collection: Any, address: str) -> None:
    found = get(f"{address}releases/{collection.releases[0]}/collection.json")
    assert "immutable" in found.headers["cache-control"]
    assert found.json()["release"] == collection.releases[0]


def test_a_head_request_tells_the_same_without_the_body(address: str) -> None:
    whole = get(f"{address}collection.json", Accept_Encoding="identity")
    head = requests.head(f"{address}collection.json", headers={"Accept-Encoding": "identity"}, timeout=20)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "content-type"):
        assert head.headers[name] == whole.headers[name]


def test_a_scan_is_given_in_parts_to_who_asks_for_them(address: str) -> None:
    url = f"{address}files/catalogue-b0003/scan.pdf"
    whole = get(url)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "application/pdf")
    part = get(url, Range="bytes=5-9")
    assert (part.status_code, part.content) == (206, whole.content[5:10])


def test_what_was_taken_back_is_gone_and_what_never_was_is_not_found(collection: Any, address: str) -> None:
    page = get(f"{address}ru/items/catalogue-b0001.html")
    assert (page.status_code, "снято с публикации" in page.text) == (410, True)
    page = get(f"{address}items/catalogue-b0001/")
    assert (page.status_code, "жинақтан алынды" in page.text) == (410, True)
    for place in ("items/catalogue-b0001/read.html", "en/items/catalogue-b0001.read.html"):
        assert get(f"{address}{place}").status_code == 410
    for place in ("files/catalogue-b0001/scan.pdf", "files/catalogue-b0002/scan.pdf"):
        answer = get(f"{address}{place}")
        assert (answer.status_code, answer.headers["cache-control"]) == (410, "public, no-cache")
    first = collection.releases[0]
    assert get(f"{address}releases/{first}/files/catalogue-b0001/scan.pdf").status_code == 410
    for place in ("items/catalogue-b0009/", "ru/items/catalogue-b0009.html", "ru/items/catalogue-b0003/"):
        assert get(f"{address}{place}").status_code == 404
    assert get(f"{address}items/catalogue-b0002/").status_code == 200


@pytest.mark.parametrize(
    "place",
    [
        "releases/../latest.json",
        "..%2f..%2fscan.pdf",
        "%2e%2e/scan.pdf",
        "releases/nothing/index.html",
        "manifest.json",
        ".rabis-sync.key",
        "releases/",
        "files/",
    ],
)
def test_nothing_but_what_a_release_holds_is_ever_given(address: str, place: str) -> None:
    prepared = requests.Request("GET", address).prepare()
    prepared.url = f"{address}{place}"
    with requests.Session() as session:
        assert session.send(prepared, timeout=20).status_code == 404


def test_the_changes_since_a_number_are_told_and_a_number_never_given_is_gone(address: str) -> None:
    found = get(f"{address}feeds/changes?since=3").json()
    assert [(one["seq"], one["kind"]) for one in found["changes"]] == [(4, "withdraw"), (5, "delete")]
    assert (found["head"], found["next"]) == (5, None)
    assert get(f"{address}feeds/changes?since=5").json()["changes"] == []
    for wrong in ("6", "-1", "x", "²"):
        assert get(f"{address}feeds/changes?since={wrong}").status_code == 410


def test_latest_names_the_live_release_and_is_asked_for_anew(collection: Any, address: str) -> None:
    latest = get(f"{address}latest.json")
    assert latest.json()["release"] == collection.releases[-1]
    assert latest.headers["cache-control"] == "no-cache"
    assert get(f"{address}feeds/atom.xml").headers["content-type"] == "application/atom+xml"


def test_long_texts_are_packed_for_who_can_unpack_them(address: str) -> None:
    packed = get(address, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == get(address, Accept_Encoding="identity").text


def test_a_reader_who_asks_too_often_is_told_when_to_come_back(collection: Any, serving: Any) -> None:
    collection.publish()
    with serving(collection.out, rate=0.1, burst=2) as served:
        answers = [get(f"{served}latest.json") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_a_form_that_is_no_form_is_not_read_to_its_end(address: str) -> None:
    assert requests.post(f"{address}oai", data=b"x" * 100_000, timeout=20).status_code == 413


def test_patience_fills_the_bucket_again() -> None:
    limit = RateLimit(rate=1, burst=2)
    assert [limit.wait("a", 0.0), limit.wait("a", 0.0)] == [0, 0]
    assert limit.wait("a", 0.0) == 1
    assert limit.wait("b", 0.0) == 0
    assert limit.wait("a", 1.0) == 0
    assert RateLimit(rate=0, burst=0).wait("a", 0.0) == 0
