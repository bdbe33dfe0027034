"""Pages of the site from templates: a tree of pages a language, and each page knows its other languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import Environment, FunctionLoader, PackageLoader, StrictUndefined

from rabis_sync.publish import wording
from rabis_sync.publish.encoding import to_json
from rabis_sync.publish.facets import address, language_name, type_of, values_of
from rabis_sync.publish.look import LANGUAGES, Look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem

HTML = "text/html; charset=utf-8"
#: Folders of the facets' pages, and of the titles by letter, in the order in which people are offered them.
ROOMS: Mapping[str, str] = {
    "title": "titles",
    "author": "authors",
    "subject": "subjects",
    "place": "places",
    "decade": "decades",
    "language": "languages",
    "type": "types",
}
#: A text of the site, as templates write it.
_TEXT = re.compile(r'\{\{ t\["([a-z_.]+)"\] \}\}')
#: What the languages call themselves.
OWN_NAMES: Mapping[str, str] = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


@dataclass(frozen=True, slots=True)
class Tree:
    """All pages in one language.

    Attributes:
        language: of the pages.
        prefix: folder of the tree in the release; empty for the library's first language.
        words: texts of the pages by their codes.
    """

    language: str
    prefix: str
    words: Mapping[str, str]

    def path(self, place: str) -> str:
        """Where a page lies in the release, by its folder within the tree (empty or ending in a slash)."""
        return f"{self.prefix}{place}index.html"


class Version(NamedTuple):
    """A page in one of its languages: the language, its name, the way there, the address."""

    language: str
    name: str
    way: str
    url: str


class Frame(NamedTuple):
    """What stands around a page, escaped: who shows the collection, its rooms with the search, the foot."""

    brand: str
    doors: str
    bottom: str


class Cover(NamedTuple):
    """A picture of a cover: its place in the release, and its size in pixels."""

    path: str
    width: int
    height: int


def trees(release: Release) -> tuple[Tree, ...]:
    """The languages of the site, the library's first one before the others."""
    return _trees(release.look.language)


@lru_cache(maxsize=8)
def _trees(first: str) -> tuple[Tree, ...]:
    ordered = [first, *(code for code in LANGUAGES if code != first)]
    return tuple(
        Tree(
            code,
            "" if code == first else f"{code}/",
            {name: label.of(code) for name, label in wording.texts().items()},
        )
        for code in ordered
    )


def page(
    template: str,
    release: Release,
    tree: Tree,
    place: str,
    room: str = "",
    *,
    quick: bool = True,
    **values: Any,
) -> bytes:
    """A page made of its template.

    Args:
        template: its name.
        release: what the page belongs to.
        tree: the language.
        place: folder of the page within the tree: empty, or ending in a slash.
        room: the facet it belongs to; empty for any other page.
        quick: it has a small field for searching in its head.
        values: what else the template asks for.
    """
    to_tree = "../" * place.count("/")
    up = f"../{to_tree}" if tree.prefix else to_tree
    root = release.current_url()
    versions = [
        Version(
            one.language,
            OWN_NAMES[one.language],
            f"{up}{one.prefix}{place}" or "./",
            f"{root}{one.prefix}{place}",
        )
        for one in trees(release)
    ]
    library = release.library.of(tree.language)
    made = _template(template, tree.language).render(
        piece=partial(_piece, release, tree, to_tree, up),
        library=library,
        vocabulary=release.vocabulary,
        t=tree.words,
        lang=tree.language,
        up=up,
        icon=f"{up}{release.look.logo_name}" if release.look.logo else "data:,",
        home=to_tree or "./",
        to=to_tree,
        versions=versions,
        url=f"{root}{tree.prefix}{place}",
        frame=_frame(library, release.look, tree.language, up, to_tree, room, quick=quick),
        **values,
    )
    return made.encode("utf-8")


def _piece(release: Release, tree: Tree, to_tree: str, up: str, name: str, item: PublicItem) -> str:
    """An item as lists show it, by a macro of `parts.html.j2`: made once for pages of one depth in a tree."""
    key = (name, tree.language, up, item.id)
    made: str | None = release.pieces.get(key)
    if made is None:
        macro = getattr(_parts(tree.language), name)
        made = macro(item, to_tree, up, tree.words, tree.language, release.vocabulary)
        release.pieces[key] = made
    return made


@lru_cache(maxsize=256)
def _frame(
    library: str, look: Look, language: str, up: str, to_tree: str, room: str, *, quick: bool
) -> Frame:
    """What is the same around all pages of one depth in a tree: made once for them all."""
    words = next(one.words for one in _trees(look.language) if one.language == language)
    told: dict[str, Any] = {"library": library, "logo": look.logo_name, "t": words, "up": up, "to": to_tree}
    told |= {"home": to_tree or "./", "room": room, "quick": quick}
    return Frame(*(_template(f"{part}.html.j2", language).render(told) for part in Frame._fields))


def fingerprint(*parts: Any) -> str:
    """32 digits of JSON values, for the key of a document."""
    return blake2b(to_json(parts), digest_size=16).hexdigest()


def cover_of(item: PublicItem) -> Cover | None:
    """The picture of an item's cover; a size that nobody measured is that of most books."""
    found = item.cover
    return Cover(item.path(found), found.width or 360, found.height or 480) if found else None


def letter(title: str) -> str:
    """The letter under which a title stands; `#` for a number."""
    first = next((sign for sign in title if sign.isalnum()), "…")
    return "#" if first.isdigit() else first.upper()[:1]


def figure(number: int) -> str:
    """A count with its thousands parted by narrow spaces."""
    return f"{number:,}".replace(",", "\u202f")


def _language_label(code: str, language: str) -> str:
    return language_name(code).of(language)


def _role(code: str, words: Mapping[str, str]) -> str:
    """Role of a contributor, where it is not simply the author."""
    return "" if code == "aut" else words.get(f"role.{code}", "")


@cache
def _template(name: str, language: str) -> Template:
    return _environment(language).get_template(name)


@cache
def _parts(language: str) -> Any:
    return _template("parts.html.j2", language).module


@cache
def _environment(language: str) -> Environment:
    """Templates with the texts of a language set in: they are the same on all of its pages."""
    words = {name: label.of(language) for name, label in wording.texts().items()}
    files = PackageLoader("rabis_sync.publish", "site")

    def set_in(name: str) -> str:
        source, _, _ = files.get_source(environment, name)
        return _TEXT.sub(lambda found: environment.filters["escape"](words[found[1]]), source)

    environment = Environment(
        loader=FunctionLoader(set_in),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        address=address,
        cover_of=cover_of,
        format_name=wording.format_name,
        imprint=wording.imprint,
        language_label=_language_label,
        role=_role,
        rooms=ROOMS,
        size=wording.size,
        type_of=type_of,
        values_of=values_of,
    )
    environment.filters["figure"] = figure
    return environment
