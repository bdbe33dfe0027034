"""`index.html`: the whole collection on one page that needs no script and no network, and prints well."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from rabis_sync.marc.cyrillic import sort_key
from rabis_sync.publish import wording
from rabis_sync.publish.feeds import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Template

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem


class Shelf(NamedTuple):
    """Books whose titles begin with one letter."""

    letter: str
    anchor: str
    items: list[PublicItem]


class Feed:
    """One page in Russian with its Kazakh and English parts marked as such."""

    def documents(self, release: Release) -> Iterator[Document]:
        """`index.html`, and `page.css` for all pages."""
        page = template("index.html.j2").render(
            release=release,
            shelves=shelves(release),
            texts=wording.texts(),
            opened=sum(bool(item.files) for item in release.items),
            in_kazakh=sum("kk" in item.languages for item in release.items),
        )
        yield Document("index.html", page.encode("utf-8"), "text/html; charset=utf-8")
        style = template("page.css").render()
        yield Document("page.css", style.encode("utf-8"), "text/css; charset=utf-8")


def shelves(release: Release) -> list[Shelf]:
    """The books in the order of the Kazakh alphabet, which holds the Russian one, by their first letter."""
    ordered = sorted(release.items, key=lambda item: (sort_key(item.title, "kk"), item.id))
    groups: dict[str, list[PublicItem]] = {}
    for item in ordered:
        groups.setdefault(_letter(item.title), []).append(item)
    return [Shelf(letter, f"letter-{ord(letter):x}", items) for letter, items in groups.items()]


def _letter(title: str) -> str:
    first = next((letter for letter in title if letter.isalnum()), "…")
    return "#" if first.isdigit() else first.upper()[:1]


@cache
def template(name: str) -> Template:
    """A template of the site's pages, with what it may call."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("rabis_sync.publish", "site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        contributor=wording.contributor,
        format_name=wording.format_name,
        imprint=wording.imprint,
        size=wording.size,
        letter=_letter,
    )
    return environment
