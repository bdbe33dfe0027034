"""The page that leads to the reports of a day: a section a language, each report with its number of lines."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from jinja2 import Template

    from rabis_sync.reports.texts import Texts


class Entry(NamedTuple):
    """One report in one language: `NAME.LANG.html` and `NAME.LANG.xlsx` lie beside the page."""

    lang: str
    name: str
    title: str
    lines: int


def page(entries: Sequence[Entry], texts: Texts, library: Mapping[str, str], now: datetime) -> bytes:
    """The page.

    Args:
        entries: in the order of reading, language by language.
        texts: sentences for people.
        library: name of the library by language.
        now: the day, in the library's zone.
    """
    languages = list(dict.fromkeys(one.lang for one in entries))
    sections = [
        {
            "lang": lang,
            "heading": texts.say("contents.heading", lang, library=library[lang], day=_day(now, lang)),
            "words": {
                word: texts.say(f"contents.{word}", lang) for word in ("list", "lines", "files", "use")
            },
            "entries": [one for one in entries if one.lang == lang],
        }
        for lang in languages
    ]
    return _template().render(sections=sections).encode()


def _day(now: datetime, lang: str) -> str:
    return now.strftime("%Y-%m-%d" if lang == "en" else "%d.%m.%Y")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = files("rabis_sync.reports").joinpath("templates", "contents.html").read_text("utf-8")
    return environment.from_string(source)
