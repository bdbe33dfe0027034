"""The samples in `deploy/` run as they stand, with addresses and ports put in: real nginx, real Caddy."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: What a server of its own needs to run beside the machine's: no user to change to, nothing of /var.
NGINX = """
daemon off;
{user}
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass
class Front:
    """The site as the world meets it."""

    address: str
    verify: str | bool
    releases: list[str]

    def get(self, place: str, **headers: str) -> requests.Response:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.get(
            f"{self.address}{place}", headers=told, timeout=20, verify=self.verify, allow_redirects=False
        )


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def needed(program: str, package: str) -> str:
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.skip(f"needs the Debian package {package}")
    return found


@contextmanager
def started(command: list[str | Path], port: int, **environment: str) -> Iterator[None]:
    """A server that listens; nothing of it is left."""
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    server.kill()
                    pytest.fail(server.communicate()[1])
                time.sleep(0.05)
            else:
                break
        yield
    finally:
        server.terminate()
        server.communicate(timeout=20)


def sample(root: Path, name: str, *changes: tuple[str, str]) -> str:
    """A sample with this test's addresses; each that is put in stands there."""
    text = (root / "deploy" / name).read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(root: Path, folder: Path, out: Path, backend: str) -> Iterator[tuple[str, str | bool]]:
    program, openssl = needed("nginx", "nginx"), needed("openssl", "openssl")
    port, pem, key = free_port(), folder / "chain.pem", folder / "key.pem"
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(pem)]
    subprocess.run(made, check=True, capture_output=True)
    conf = sample(
        root,
        "nginx.conf",
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/letsencrypt/live/example.kz/fullchain.pem", str(pem)),
        ("/etc/letsencrypt/live/example.kz/privkey.pem", str(key)),
        ("/srv/library/site", str(out)),
        ("127.0.0.1:8080", backend),
    )
    (folder / "site.conf").write_text(conf, "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user), "utf-8")
    whole = ["-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", "stderr"]
    tested = subprocess.run([program, "-t", *whole], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr
    with started([program, *whole], port):
        yield f"https://127.0.0.1:{port}/kraeved/", str(pem)


@contextmanager
def caddy(root: Path, folder: Path, out: Path, backend: str) -> Iterator[tuple[str, str | bool]]:
    program, port = needed("caddy", "caddy"), free_port()
    conf = sample(
        root,
        "Caddyfile",
        ("example.kz {", f"http://127.0.0.1:{port} {{"),
        ("/srv/library/site", str(out)),
        ("127.0.0.1:8080", backend),
    )
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + conf, "utf-8")
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    whole: list[str | Path] = ["--config", folder / "Caddyfile", "--adapter", "caddyfile"]
    tested = subprocess.run(
        [program, "validate", *whole], capture_output=True, text=True, check=False, env={**os.environ, **home}
    )
    assert tested.returncode == 0, tested.stderr
    with started([program, "run", *whole], port, **home):
        yield f"http://127.0.0.1:{port}/kraeved/", True


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def front(
    request: pytest.FixtureRequest,
    collection: Any,
    serving: Callable[..., Any],
    root: Path,
    tmp_path: Path,
) -> Iterator[Front]:
    """Three books: one withdrawn, one closed, one open; behind the server of the sample."""
    collection.titles = {1: "Қарағанды", 2: "Караганда", 3: "Балқаш"}
    collection.publish()
    collection.gone, collection.closed = {1}, {2}
    collection.publish()
    (tmp_path / "front").mkdir()
    with (
        serving(collection.out) as backend,
        request.param(
            root, tmp_path / "front", collection.out, backend.removeprefix("http://").rstrip("/")
        ) as (address, verify),
    ):
        yield Front(address, verify, collection.releases)


def test_the_site_is_as_it_is_without_a_server_before_it(front: Front) -> None:
    page = front.get("")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Балқаш" in page.text
    assert front.get("current/").text == page.text
    assert front.get(f"releases/{front.releases[-1]}/").status_code == 200

    types = {
        "collection.json": "application/json",
        "feed.json": "application/feed+json",
        "atom.xml": "application/atom+xml",
        "sitemap.xml": "application/xml",
        "items.csv": "text/csv; charset=utf-8",
        "site.css": "text/css; charset=utf-8",
        "opds/catalog.xml": "application/atom+xml;profile=opds-catalog;kind=navigation",
        "opds/catalog.json": "application/opds+json",
        "search.js": "text/javascript; charset=utf-8",
        "schemas/collection-1.json": "application/schema+json",
        "files/catalogue-b0003/scan.pdf": "application/pdf",
    }
    for where in ("", "current/", f"releases/{front.releases[-1]}/"):
        found = {place: front.get(f"{where}{place}") for place in types}
        assert {place: one.status_code for place, one in found.items()} == dict.fromkeys(types, 200)
        told = {place: one.headers["content-type"] for place, one in found.items()}
        bare = {place: kind.removesuffix("; charset=utf-8") for place, kind in told.items()}
        assert bare == {place: kind.removesuffix("; charset=utf-8") for place, kind in types.items()}


def test_pages_may_load_their_own_site_alone_and_be_framed_where_they_are_made_for_it(front: Front) -> None:
    for place in ("", "ru/search/", "items/catalogue-b0003/"):
        policy = front.get(place).headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert policy.endswith("frame-ancestors 'self'")
    for place in ("embed/", "ru/embed/"):
        assert "frame-ancestors 'self'" not in front.get(place).headers["content-security-policy"]


def test_what_was_taken_back_is_gone_and_what_never_was_is_not_found(front: Front) -> None:
    first = front.releases[0]
    gone = (
        "items/catalogue-b0001/",
        "ru/items/catalogue-b0001.html",
        "en/items/catalogue-b0001.read.html",
        "current/items/catalogue-b0001/",
        "files/catalogue-b0001/scan.pdf",
        "files/catalogue-b0002/scan.pdf",
        f"releases/{first}/files/catalogue-b0001/scan.pdf",
    )
    answers = {place: front.get(place) for place in gone}
    assert {place: one.status_code for place, one in answers.items()} == dict.fromkeys(gone, 410)
    assert {one.headers["access-control-allow-origin"] for one in answers.values()} == {"*"}
    assert not any("immutable" in one.headers.get("cache-control", "") for one in answers.values())
    assert "снято с публикации" in front.get(gone[1]).text
    never = ("items/catalogue-b0009/", "nothing.html", "releases/", "manifest.json", "files/", ".purged")
    never += (f"releases/{first}/manifest.json", "releases/.tmp-x/index.html", "releases/nothing/index.html")
    answers = {place: front.get(place) for place in never}
    assert {place: one.status_code for place, one in answers.items()} == dict.fromkeys(never, 404)
    assert not any("immutable" in one.headers.get("cache-control", "") for one in answers.values())
    for place in ("items/catalogue-b0003/", "ru/items/catalogue-b0003.html"):
        assert front.get(place).status_code == 200


def test_each_answer_says_how_long_it_may_be_kept(front: Front) -> None:
    release = front.releases[-1]
    kept = {
        f"releases/{release}/collection.json": "public, max-age=31536000, immutable",
        f"releases/{release}/items/catalogue-b0003/": "public, max-age=31536000, immutable",
        f"releases/{release}/files/catalogue-b0003/scan.pdf": "public, max-age=3600",
        "files/catalogue-b0003/scan.pdf": "public, max-age=3600",
        "collection.json": "public, no-cache",
        "atom.xml": "public, no-cache",
        "current/": "public, no-cache",
        "latest.json": "no-cache",
    }
    found = {place: front.get(place) for place in kept}
    assert {place: one.headers["cache-control"] for place, one in found.items()} == kept
    assert {one.headers["access-control-allow-origin"] for one in found.values()} == {"*"}
    assert {one.headers["x-content-type-options"] for one in found.values()} == {"nosniff"}


def test_what_did_not_change_is_not_sent_again_and_a_part_of_a_scan_is_a_part(front: Front) -> None:
    for place in ("collection.json", "atom.xml", "items/catalogue-b0003/"):
        first = front.get(place, Accept_Encoding="identity")
        assert front.get(place, If_None_Match=first.headers["etag"]).status_code == 304
    whole = front.get("files/catalogue-b0003/scan.pdf")
    part = front.get("files/catalogue-b0003/scan.pdf", Range="bytes=5-9")
    assert (part.status_code, part.content) == (206, whole.content[5:10])


def test_long_texts_are_packed(front: Front) -> None:
    for place in ("", "collection.json", "atom.xml", "oai?verb=ListRecords&metadataPrefix=oai_dc"):
        packed = front.get(place, Accept_Encoding="gzip")
        assert packed.headers["content-encoding"] == "gzip", place
        assert "accept-encoding" in packed.headers["vary"].lower()


def test_live_answers_come_through(front: Front) -> None:
    oai = front.get("oai?verb=Identify")
    assert oai.headers["content-type"].startswith("text/xml")
    assert "<deletedRecord>persistent</deletedRecord>" in oai.text
    assert front.get("feeds/changes?since=3").json()["head"] == 5
    assert front.get("feeds/changes?since=99").status_code == 410
    assert front.get("latest.json").json()["release"] == front.releases[-1]
    posted = requests.post(f"{front.address}oai", data={"verb": "Identify"}, timeout=20, verify=front.verify)
    assert "<repositoryName>" in posted.text
