"""An extent that does not say of what: «424», «80 c.» with a Latin letter, «80 с» without its full stop.

Before: 101 $arus
        215 $a424$cил.
After:  101 $arus
        215 $a424 с.$cил.

The unit is that of the document's language («с.», «б.»). Fixed for texts; proposed for other kinds and where
the language is not known; an extent of nothing is reported. A number glued to its unit is parted only where
the TOML says so. A size that stands in the extent is proposed for its own subfield.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.moves import moves, rearranged
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in
from rabis_sync.correct.style import is_set_close

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.correct.slots import Found
    from rabis_sync.marc.record import Record

_FIGURES = re.compile(
    r"\[?\d{1,5}\]?(?:, ?\[?(?:\d{1,4}|[IVXLC]{1,6})\]?)*|[IVXLC]{1,6}, ?\[?\d{1,5}\]?(?:, ?\[\d{1,3}\])?"
)
_UNIT = re.compile(
    r"(?P<figures>.*\d\]?)(?P<gap>\s*)(?P<unit>[сcбb]|бет|стр|p)(?P<stop>\.?)(?P<rest>(?:, ?\[\d+\] л\..*)?)"
)
_NOTHING = re.compile(r"0+\s*(?:[сcбb]\.?|бет|стр\.?)?")
_SIZE = re.compile(
    r"(?P<extent>.*(?:\d\]?|[сcбb]\.?))\s*[;,]\s*(?P<size>\d{2}(?:[xх×]\d{2})?\s*(?:см|cm))\.?"
)


@dataclass(frozen=True)
class Settings:
    """How extents are written.

    Attributes:
        extents: slots by family.
        size: by family, the subfield of the size.
        units: language -> unit of pages.
        kinds: kinds of documents of which pages are counted for certain.
        part: True parts «80с.» into «80 с.», but in records that are set without spaces.
    """

    extents: dict[str, list[str]]
    size: dict[str, str]
    units: dict[str, str]
    kinds: list[str]
    part: bool


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Extents without unit, or with one that is not written in full."""
    settings: Settings = background.settings
    for one in found(record, slots_of(settings.extents, record)):
        text = one.value.strip()
        if not text:
            continue
        if _NOTHING.fullmatch(text):
            yield Fault(one.place(record), "report", params={"extent": text, "mended": ""})
        elif size := _SIZE.fullmatch(text):
            yield _sized(one, record, size, settings.size[record.dialect.family])
        elif mended := _mended(text, record, settings):
            parted = " " not in text and mended.replace(" ", "") == text
            certain = record.kind() in settings.kinds and not mended.startswith("?") and not parted
            params = {"extent": text, "mended": mended.lstrip("?")}
            yield Fault(one.place(record), "fix" if certain else "suggest", params=params)


def _sized(one: Found, record: Record, size: re.Match[str], code: str) -> Fault:
    pairs = [(one.code, size["extent"]), (code, size["size"])]
    params = {"extent": size[0], "mended": size["size"], **moves({(one.code, one.value): pairs})}
    return Fault(one.field(record), "suggest", one.value, params)


def _mended(text: str, record: Record, settings: Settings) -> str:
    """The extent in full, empty where it is; a question mark before it says that it is not certain."""
    languages = record.languages()
    known = settings.units.get(languages[0]) if languages else None
    if _FIGURES.fullmatch(text):
        return f"{text} {known}" if known else f"?{text} {settings.units['']}"
    parts = _UNIT.fullmatch(text)
    if parts is None:
        return ""
    unit, doubt = parts["unit"], ""
    if unit == "b":
        unit, doubt = "б", "?"
    unit = {"c": "с"}.get(unit, unit)
    gap = " " if settings.part and not parts["gap"] and not is_set_close(record) else parts["gap"]
    stop = "." if unit in {"с", "б", "стр", "p"} else parts["stop"]
    mended = f"{parts['figures']}{gap}{unit}{stop}{parts['rest']}"
    return "" if mended == text else f"{doubt}{mended}"


def mend(text: str, fault: Fault) -> str:
    """The extent in full, or the field with the size in its own subfield."""
    return rearranged(text, fault) if "moves" in fault.params else str(fault.params["mended"])


RULE = Rule(
    id="extent_unit",
    version=1,
    order=88,
    severity="info",
    actions=("fix", "suggest", "report"),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni2.htm",
    find=find,
    mend=mend,
    settings=Settings,
    independent=True,
    looks=lambda known, dialect: tags_in(dialect, known.settings.extents),
)
