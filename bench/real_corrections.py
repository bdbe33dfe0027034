"""What becomes of every word of mixed script and of every ISBN field without a valid ISBN in real exports.

    python -m bench.real_corrections FILE… [--actions]

Words and numbers are found here by the plainest means (a run of letters with both scripts in it; check digits
by the standard's formula), whatever the rules think of them, in every subfield of every record. Printed are
the record, the place, what stands there and its fate: fixed, suggested, reported, or left as it is.
`--actions` prints every fix and suggestion of every rule instead, to be read by a person.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.marc.fields import MarcRecord
from rabis_sync.wiring.assembly import HarvestWish
from rabis_sync.wiring.running import Manner, opened, run_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.store.database import Unit

CONFIGURATION = """
[library]
name = {{ ru = "ЦБС", kk = "ОКЖ", en = "Library" }}
timezone = "Asia/Almaty"
site_url = "https://example.kz/"
[store]
url = "sqlite:///real.db"
[publish]
out = "site"
{sources}
"""
SOURCE = """
[sources.{name}]
kind = "export"
path = "{path}"
"""
RUN = re.compile(r"[^\W\d_]+")
DIGITS = re.compile(r"\d[\d \-‐‑‒–—−]{7,15}[\dXxХх]")


@cache
def script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]


def mixed(text: str) -> list[str]:
    """Runs of letters that hold Latin and Cyrillic ones."""
    return [run for run in RUN.findall(text) if {"LATIN", "CYRILLIC"} <= {script(letter) for letter in run}]


def valid(text: str) -> bool:
    """The text is one ISBN whose check digit is right (ISO 2108), with a Latin X."""
    number = text.replace("-", "").strip()
    if re.fullmatch(r"\d{9}[\dX]", number):
        return sum((10 - at) * (10 if sign == "X" else int(sign)) for at, sign in enumerate(number)) % 11 == 0
    if re.fullmatch(r"97[89]\d{10}", number):
        return sum(int(sign) * (1, 3)[at % 2] for at, sign in enumerate(number)) % 10 == 0
    return False


def places(marc: MarcRecord) -> Iterator[tuple[str, str]]:
    """Addresses and texts of all subfields."""
    tags: Counter[str] = Counter()
    for field in marc.fields:
        tags[field.tag] += 1
        codes: Counter[str] = Counter()
        for code, value in [] if field.is_control else field.subfields():
            codes[code] += 1
            yield f"{field.tag}[{tags[field.tag]}]${code}[{codes[code]}]", value


def questions(unit: Unit) -> Iterator[tuple[str, Any, str, str]]:
    """What is asked about: kind, record, address, and the word or number."""
    for page in unit.records.stream(harvested=True):
        for stored in page:
            for path, value in places(MarcRecord.from_canonical(stored.canonical)):
                for word in mixed(value):
                    yield "mixed script", stored, path, word
                isbn_field = path[:3] == ("010" if stored.family == "unimarc" else "020")
                if isbn_field and "$a[" in path and value.strip() and not valid(value):
                    yield "no valid ISBN", stored, path, value


def fate(path: str, what: str, findings: list[dict[str, Any]]) -> str:
    """What the step did with it."""
    told = []
    for one in findings:
        same = one["path"] in {path, path.partition("$")[0]} and what in str(one["before"])
        if same and (one["after"] is None or what not in one["after"] or one["path"] != path):
            done = {"fix": "fixed", "suggest": "suggested", "report": "reported"}[one["action"]]
            told.append(f"{done} ({one['rule']})" + ("" if one["after"] is None else f": {one['after']}"))
    return "; ".join(told) or "left"


class Fate(NamedTuple):
    """One question with its answer."""

    kind: str
    file: str
    record: str
    path: str
    what: str
    became: str


def corrected(files: list[Path], folder: Path) -> Path:
    """A library of these exports, harvested and corrected; its configuration."""
    config = folder / "config.toml"
    sources = [SOURCE.format(name=f"s{at}", path=file.resolve()) for at, file in enumerate(files)]
    config.write_text(CONFIGURATION.format(sources="".join(sources)), "utf-8")
    for step in ("harvest", "correct"):
        run_step(config, step, Manner(), HarvestWish())
    return config


def fates(files: list[Path], folder: Path) -> list[Fate]:
    """Every word of mixed script and every number that is none, with what became of it."""
    names = {f"s{at}": file.name for at, file in enumerate(files)}
    with opened(corrected(files, folder)) as (_, store), store.read() as unit:
        findings: dict[int, list[dict[str, Any]]] = {}
        for one in unit.corrections.findings():
            findings.setdefault(one["record_id"], []).append(one)
        return [
            Fate(kind, names[stored.source], stored.control_number, path, what,
                 fate(path, what, findings.get(stored.id, [])))
            for kind, stored, path, what in questions(unit)
        ]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--actions", action="store_true")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if wish.actions:
            _print_actions(corrected(wish.files, Path(folder)))
        else:
            _print_fates(fates(wish.files, Path(folder)))
    return 0


def _print_fates(found: list[Fate]) -> None:
    for one in found:
        print(" | ".join(one))
    print()
    for (kind, became), number in sorted(
        Counter((one.kind, one.became.split(" ")[0]) for one in found).items()
    ):
        print(f"{kind}: {became} {number}")


def _print_actions(config: Path) -> None:
    with opened(config) as (_, store), store.read() as unit:
        every = unit.corrections.findings()
    for one in sorted(every, key=lambda one: (one["action"], one["rule"], one["id"])):
        if one["action"] != "report":
            place = f"{one['source']} {one['control_number']} {one['path']}"
            print(f"{one['action']} | {one['rule']} | {place} | {one['before']!r} | {one['after']!r}")
    print()
    for (action, rule), number in sorted(Counter((one["action"], one["rule"]) for one in every).items()):
        print(f"{action} {rule}: {number}")


if __name__ == "__main__":
    sys.exit(main())
