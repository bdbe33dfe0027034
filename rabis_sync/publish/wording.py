"""How the published pages and feeds say things to people: texts in kk, ru, en, imprints, sizes of files."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from rabis_sync.publish.vocabulary import Labels

if TYPE_CHECKING:
    from rabis_sync.marc.record import Contributor
    from rabis_sync.publish.item import PublicItem

_UNITS = {"ru": ("Б", "КБ", "МБ", "ГБ"), "kk": ("Б", "КБ", "МБ", "ГБ"), "en": ("B", "kB", "MB", "GB")}
#: Names of file types that people know.
_FORMATS = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "image/tiff": "TIFF",
    "image/vnd.djvu": "DjVu",
    "application/epub+zip": "EPUB",
}


@cache
def texts() -> dict[str, Labels]:
    """Every text of the pages by its code; one of a table stands under ``<table>.<code>``."""
    source = resources.files("rabis_sync.publish").joinpath("site/texts.toml").read_text("utf-8")
    found: dict[str, Labels] = {}
    for code, text in tomllib.loads(source).items():
        if "kk" in text:
            found[code] = Labels(**text)
        else:
            found |= {f"{code}.{inner}": Labels(**labels) for inner, labels in text.items()}
    return found


def imprint(item: PublicItem, *, with_extent: bool = True) -> str:
    """Place, publisher, year and extent, as a catalogue card has them: «Караганда: Арқа, 2005. — 120 с.»."""
    published = ": ".join(part for part in (item.place, item.publisher) if part)
    dated = ", ".join(part for part in (published, item.date or str(item.year or "")) if part)
    told = [part.rstrip(". ") for part in (dated, item.extent if with_extent else "") if part]
    return f"{'. — '.join(told)}." if told else ""


#: The mark of an electronic resource and the words before its address (GOST 7.1-2003, GOST 7.82-2001).
_RESOURCE = {
    "ru": ("[Электронный ресурс]", "Режим доступа"),
    "kk": ("[Электрондық ресурс]", "Қол жеткізу режимі"),
    "en": ("[Electronic resource]", "Mode of access"),
}


def citation(item: PublicItem, url: str, language: str) -> str:
    """How to name the item in a list of sources, after GOST 7.1-2003; the reader adds the day of access.

    Args:
        item: what is cited.
        url: address of its page.
        language: kk, ru or en.
    """
    mark, words = _RESOURCE[language]
    author = next((one.name for one in item.contributors if one.primary and one.kind == "person"), "")
    head = f"{author} " if author.endswith(".") else f"{author}. " if author else ""
    title = f"{item.title.rstrip('. ')} {mark}"
    if item.responsibility:
        title += f" / {item.responsibility}"
    place = " : ".join(part for part in (item.place, item.publisher) if part)
    published = ", ".join(part for part in (place, item.date or str(item.year or "")) if part)
    areas = [area.rstrip(". ") for area in (title, published, item.extent) if area]
    return head + ". — ".join([*areas, f"{words}: {url}"])


def contributor(one: Contributor, language: str) -> str:
    """A name with its dates, and with its role where that is not simply the author."""
    role = texts().get(f"role.{one.role}")
    dated = f"{one.name} ({one.dates})" if one.dates else one.name
    return f"{dated}, {role.of(language)}" if role and one.role != "aut" else dated


def size(number: int, language: str) -> str:
    """A size in bytes as people read it, in units of 1000: 1,2 МБ; the unit stays with its number."""
    value, unit = float(number), 0
    while value >= 999.5 and unit < 3:
        value, unit = value / 1000, unit + 1
    digits = f"{value:.1f}" if unit and value < 9.95 else f"{value:.0f}"
    said = digits if language == "en" else digits.replace(".", ",")
    return f"{said}\N{NO-BREAK SPACE}{_UNITS[language][unit]}"


def format_name(mime: str) -> str:
    """What people call files of this type."""
    return _FORMATS.get(mime, mime)
