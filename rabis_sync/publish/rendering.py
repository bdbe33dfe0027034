"""Pages of the site from templates: a tree of pages a language, and each page knows its other languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from jinja2 import Environment, FileSystemBytecodeCache, FunctionLoader, PackageLoader, StrictUndefined

from rabis_sync.publish import wording
from rabis_sync.publish.facets import address, language_name, type_of, values_of
from rabis_sync.publish.feeds import Document, Sheaf
from rabis_sync.publish.look import LANGUAGES
from rabis_sync.publish.naming import Place, item_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
#: What a page fills in itself, in the order of `base.html.j2`; the signs that stand for it and for its place.
_BLOCKS = ("title", "head", "body_class", "main")
_HOLE, _PLACE = "\0", Place("\1", "\2")
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

    def at(self, place: str | Place) -> str:
        """Address of a page within this tree; one that is the same in every tree is text."""
        return place if isinstance(place, str) else place.below if self.prefix else place.root

    def item(self, item_id: str) -> str:
        """Address of an item's page within this tree."""
        return self.at(item_page(item_id))

    def path(self, place: str | Place) -> str:
        """Where a page lies in the release."""
        here = self.at(place)
        return f"{self.prefix}{here}" if here.endswith(".html") else f"{self.prefix}{here}index.html"


class Version(NamedTuple):
    """A page in one of its languages: the language, its name, the way there, the address."""

    language: str
    name: str
    way: str
    url: str


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


def in_all(release: Release, place: str | Place, key: str, make: Callable[[Tree], bytes]) -> Sheaf:
    """A page in every language.

    Args:
        release: what it belongs to.
        place: its address within each tree.
        key: as in `feeds.Document`.
        make: gives the page of a tree.
    """
    return Sheaf(
        tuple(tree.path(place) for tree in trees(release)),
        key,
        lambda: (Document(tree.path(place), partial(make, tree), HTML, key=key) for tree in trees(release)),
    )


def page(
    template: str,
    release: Release,
    tree: Tree,
    place: str | Place,
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
        place: address of the page within its tree: empty, ending in a slash, or in `.html`.
        room: the facet it belongs to; empty for any other page.
        quick: it has a small field for searching in its head.
        values: what else the template asks for.
    """
    here = tree.at(place)
    to_tree = "../" * here.count("/")
    up = f"../{to_tree}" if tree.prefix else to_tree
    told: dict[str, Any] = {
        "library": release.library.of(tree.language),
        "vocabulary": release.vocabulary,
        "t": tree.words,
        "lang": tree.language,
        "up": up,
        "home": to_tree or "./",
        "to": to_tree,
        "item_place": tree.item,
    }
    key = ("frame", tree.language, to_tree, bool(here), room, quick)
    frame = release.pieces.get(key)
    if frame is None:
        frame = _frame(release, tree, told, here and _PLACE, room=room, quick=quick)
        release.pieces[key] = frame
    made = _template(template, tree.language)
    told |= {
        "parts": _parts(tree.language),
        "piece": partial(_piece, release, tree, to_tree, up),
        "url": f"{release.current_url()}{tree.prefix}{here}",
        **values,
    }
    if "main" not in made.blocks:
        return made.render(told).encode("utf-8")
    context = made.new_context(told)
    inside = ["".join(made.blocks[name](context)) if name in made.blocks else "" for name in _BLOCKS]
    root, below = (place, place) if isinstance(place, str) else place
    around = frame.replace(_PLACE.root, root).replace(_PLACE.below, below).split(_HOLE)
    return "".join(chain.from_iterable(zip_longest(around, inside, fillvalue=""))).encode("utf-8")


def _frame(
    release: Release, tree: Tree, told: Mapping[str, Any], place: str | Place, *, room: str, quick: bool
) -> str:
    """What is the same around all pages of one depth in a tree, with holes for what a page has of its own."""
    root, up = release.current_url(), told["up"]
    versions = [
        Version(
            one.language,
            OWN_NAMES[one.language],
            f"{up}{one.prefix}{one.at(place)}" or "./",
            f"{root}{one.prefix}{one.at(place)}",
        )
        for one in trees(release)
    ]
    logo = release.look.logo_name
    return _template("holes.html.j2", tree.language).render(
        told,
        hole=_HOLE,
        versions=versions,
        url=f"{root}{tree.prefix}{tree.at(place)}",
        logo=logo,
        icon=f"{up}{logo}" if logo else "data:,",
        room=room,
        quick=quick,
    )


def _piece(release: Release, tree: Tree, to_tree: str, up: str, name: str, item: PublicItem) -> str:
    """An item as lists show it, by a macro of `parts.html.j2`: made once for pages of one depth in a tree."""
    key = (name, tree.language, up, item.id)
    made: str | None = release.pieces.get(key)
    if made is None:
        macro = getattr(_parts(tree.language), name)
        way = f"{to_tree}{tree.item(item.id)}"
        made = macro(item, way, up, tree.words, tree.language, release.vocabulary)
        release.pieces[key] = made
    return made


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


def _compiled(language: str) -> FileSystemBytecodeCache | None:
    """Where templates are kept compiled, in a folder of the user's own; None where none is safe.

    What a template becomes depends on this module too.
    """
    of_this = crc32(Path(__file__).read_bytes())
    try:
        return FileSystemBytecodeCache(pattern=f"__rabis_{of_this:08x}_{language}_%s.cache")
    except (OSError, RuntimeError):
        return None


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
        bytecode_cache=_compiled(language),
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
