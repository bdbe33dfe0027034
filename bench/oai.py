"""A harvest by OAI-PMH over loopback beside sickle with pymarc: records a second, and the ratios.

    python bench/oai.py tatarstan-500.mrc                    # 20,000 records; made-up ones without a file
    python bench/oai.py tatarstan-500.mrc --records 100000 --page 500 --json figures.json

The records are repeated under control numbers of their own and rendered into pages beforehand, which a server
in a process of its own sends. sickle fetches, pymarc reads every record, and nothing is kept; ours does the
same through the source, and once more through the whole step into a new SQLite database, with items and match
rows. Each side is a process of its own. sickle is no dependency: without it only our figures are told.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "http://www.loc.gov/MARC21/slim"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>2026-11-22T03:00:00Z</responseDate><request>http://localhost/oai</request>"
)
IDENTIFY = (
    "<Identify><repositoryName>bench</repositoryName><protocolVersion>2.0</protocolVersion>"
    "<earliestDatestamp>2020-01-01T00:00:00Z</earliestDatestamp><deletedRecord>no</deletedRecord>"
    "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"
)
FORMATS = (
    "<ListMetadataFormats><metadataFormat><metadataPrefix>marcxml</metadataPrefix>"
    f"<metadataNamespace>{NAMESPACE}</metadataNamespace></metadataFormat></ListMetadataFormats>"
)
EMPTY = '<error code="noRecordsMatch">Nothing has changed.</error>'
#: Ours has to be so many times as quick.
LEAST = 2.0

Figures = dict[str, Any]


# --- the server ---------------------------------------------------------------------------------------


def rendered(source: Path | None, records: int, page: int) -> Iterator[bytes]:
    """The pages of the one list."""
    numbered = enumerate(islice(cycle(_seeds(source)), records))
    for start in range(0, records, page):
        chunk = list(islice(numbered, page))
        following = start + len(chunk)
        token = str(following // page) if following < records else ""
        elements = "".join(_element(number, xml) for number, xml in chunk)
        ending = f'<resumptionToken completeListSize="{records}" cursor="{start}">{token}</resumptionToken>'
        yield f"{HEAD}<ListRecords>{elements}{ending}</ListRecords></OAI-PMH>".encode()


def _element(number: int, xml: str) -> str:
    return (
        f"<record><header><identifier>oai:example.kz:{number}</identifier>"
        f"<datestamp>2020-01-01T00:00:00Z</datestamp></header><metadata>{xml % number}</metadata></record>"
    )


def _seeds(source: Path | None) -> list[str]:
    """Records as MARCXML with room for their control number."""
    from codec import made_up  # noqa: PLC0415  bench/codec.py

    from rabis_sync.marc import codec  # noqa: PLC0415
    from rabis_sync.marc.fields import Field, MarcRecord  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "seed.mrc")
        path.write_bytes(source.read_bytes() if source else made_up())
        with path.open("rb") as stream:
            found = [one.record for one in codec.read(stream) if isinstance(one, codec.Decoded)]
    bare = [[field for field in record.fields if field.tag != "001"] for record in found]
    numbered = [
        MarcRecord(record.leader, (Field("001", "NUMBER"), *rest))
        for record, rest in zip(found, bare, strict=True)
    ]
    return [
        codec.encode_marcxml(one).replace("%", "%%").replace(">NUMBER<", ">ru\\%09d<") for one in numbered
    ]


def serve(folder: Path) -> None:
    """Send the pages until the process is ended; the port is the first line written."""
    pages = [path.read_bytes() for path in sorted(folder.glob("*.xml"))]
    plain = {verb: f"{HEAD}{text}</OAI-PMH>".encode() for verb, text in _PLAIN.items()}

    class Talker(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            verb = asked["verb"][0]
            body = (
                plain["from" if "from" in asked else verb]
                if verb != "ListRecords" or "from" in asked
                else (pages[int(asked.get("resumptionToken", ["0"])[0])])
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Talker)
    print(server.server_port, flush=True)
    server.serve_forever()


_PLAIN = {"Identify": IDENTIFY, "ListMetadataFormats": FORMATS, "from": EMPTY}


# --- the sides ----------------------------------------------------------------------------------------


def sickle(url: str) -> int:
    """Fetched by sickle, read by pymarc, kept nowhere."""
    from io import BytesIO  # noqa: PLC0415

    from lxml import etree  # noqa: PLC0415
    from pymarc import parse_xml_to_array  # noqa: PLC0415
    from sickle import Sickle  # noqa: PLC0415

    count = 0
    for record in Sickle(url).ListRecords(metadataPrefix="marcxml"):
        element = record.xml.find(f".//{{{NAMESPACE}}}record")
        (read,) = parse_xml_to_array(BytesIO(etree.tostring(element)))
        count += bool(read["001"].data)
    return count


def ours(url: str) -> int:
    """Fetched and read by ours, kept nowhere."""
    from rabis_sync.harvest.sources import Named  # noqa: PLC0415
    from rabis_sync.marc.codec import Decoded  # noqa: PLC0415

    count = 0
    for page in _source(url, Path()).pages({}, {}, full=False):
        for one in page.results:
            assert isinstance(one, Named)
            assert isinstance(one.outcome, Decoded)
            count += bool(one.outcome.record.control_number)
    return count


def stored(url: str) -> int:
    """Fetched, read and stored by the step that every run takes."""
    from rabis_sync import config  # noqa: PLC0415
    from rabis_sync.harvest import step  # noqa: PLC0415
    from rabis_sync.harvest.reading import Reader  # noqa: PLC0415
    from rabis_sync.marc.dialect import Dialect  # noqa: PLC0415
    from rabis_sync.marc.items import ItemProfile  # noqa: PLC0415
    from rabis_sync.store.database import Store  # noqa: PLC0415
    from rabis_sync.store.runs import StepContext  # noqa: PLC0415

    mappings = config.bundled("mappings")
    reader = Reader(
        {path.stem: config.read_toml(path, Dialect) for path in (mappings / "dialects").glob("*.toml")},
        {path.stem: config.read_toml(path, ItemProfile) for path in (mappings / "items").glob("*.toml")},
    )
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/bench.db")
        with store.write() as unit:
            run = unit.runs.start("bench", versions={}, config_hash="")
        settings = step.Settings("bench", _source(url, Path(folder)), reader)
        report = step.run(store, settings, StepContext(run, datetime.now(UTC)))
        store.close()
    return report.counts["new"]


def _source(url: str, folder: Path) -> Any:
    from rabis_sync.harvest.sources import Surroundings  # noqa: PLC0415
    from rabis_sync.harvest.sources.oai_pmh import Options, Source  # noqa: PLC0415
    from rabis_sync.http import Client  # noqa: PLC0415

    return Source(Options(url=url), Surroundings(folder, Client("bench")))


SIDES = {"sickle": sickle, "ours": ours, "stored": stored}


def side(name: str, url: str) -> None:
    """Run one side in this process and tell its figures as a line of JSON."""
    began = time.perf_counter()
    count = SIDES[name](url)
    wall = time.perf_counter() - began
    cpu = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"records": count, "wall_s": wall, "cpu_s": round(cpu, 2), "peak_mb": round(peak)}))


# --- the run ------------------------------------------------------------------------------------------


def measured(names: list[str], url: str, records: int, rounds: int) -> dict[str, Figures]:
    """The median of some rounds in which each side has its turn."""
    found: dict[str, list[Figures]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            command = [sys.executable, __file__, "--side", name, "--url", url]
            told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            if told["records"] != records:
                raise SystemExit(f"{name} read {told['records']} of {records} records")
            found[name].append(told)
    figures = {}
    for name, told in found.items():
        wall = median(one["wall_s"] for one in told)
        cpu = median(one["cpu_s"] for one in told)
        figures[name] = {**told[0], "wall_s": round(wall, 2), "cpu_s": cpu, "per_s": round(records / wall)}
    return figures


def main() -> None:
    """Render, serve, measure, tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("source", type=Path, nargs="?", help="ISO 2709 file whose records are repeated")
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--page", type=int, default=100, help="records of a page")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve)
    elif asked.side:
        side(asked.side, asked.url)
    else:
        compare(asked)


def compare(asked: argparse.Namespace) -> None:
    """Measure the sides that are here and print the ratios."""
    there = find_spec("sickle") is not None
    if not there:
        print("sickle is not installed: no comparison, our figures alone")
    with tempfile.TemporaryDirectory() as folder:
        size = 0
        for number, page in enumerate(rendered(asked.source, asked.records, asked.page)):
            size += Path(folder, f"{number:06d}.xml").write_bytes(page)
        command = [sys.executable, __file__, "--serve", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                url = f"http://127.0.0.1:{int(server.stdout.readline())}/oai"
                names = [*(["sickle"] if there else []), "ours", "stored"]
                figures = measured(names, url, asked.records, asked.rounds)
            finally:
                server.terminate()
    print(f"{asked.records:,} records, {size / 1e6:.0f} MB, pages of {asked.page}, median of {asked.rounds}")
    for name, told in figures.items():
        print(
            f"{name:8} {told['per_s']:8,} records/s {told['wall_s']:8.2f} s "
            f"{told['cpu_s']:8.2f} s of processor {told['peak_mb']:6} MB"
        )
    if there:
        for name in ("ours", "stored"):
            ratio = figures[name]["per_s"] / figures["sickle"]["per_s"]
            work = figures["sickle"]["cpu_s"] / figures[name]["cpu_s"]
            figures[name] |= {"ratio": round(ratio, 2), "cpu_ratio": round(work, 2)}
            print(f"{name} / sickle + pymarc: {ratio:.2f} (at least {LEAST}); by processor time {work:.2f}")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
