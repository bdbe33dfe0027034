"""Pages of the site from templates: a tree of pages a language, and each page knows its other languages.

A template is filled in once for all languages; what differs between them is set in for each (`slots`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from jinja2 import Environment, FileSystemBytecodeCache, FunctionLoader, PackageLoader, StrictUndefined

from rabis_sync.publish import wording
from rabis_sync.publish.facets import address, language_name, type_of, values_of
from rabis_sync.publish.feeds import Document, Sheaf
from rabis_sync.publish.look import LANGUAGES
from rabis_sync.publish.naming import Place, item_page
from rabis_sync.publish.slots import MARK, Slots, Words, Written, slot
from rabis_sync.publish.vocabulary import Labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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
    found = trees(release)
    places = tuple([tree.path(place) for tree in found])
    return Sheaf(places, key, partial(_in_each, found, places, key, make))


def _in_each(
    found: Sequence[Tree], places: Sequence[str], key: str, make: Callable[[Tree], bytes]
) -> Iterator[Document]:
    for tree, place in zip(found, places, strict=True):
        yield Document(place, partial(make, tree), HTML, key=key)


class Made(NamedTuple):
    """A page made for all languages.

    Attributes:
        place: address of the page.
        parts: text and names of slots, in turns; the frame stands in slots too.
        of_tree: what stands in its own slots, by their names.
    """

    place: str | Place
    parts: list[str]
    of_tree: Mapping[str, Callable[[Tree], str]]


class Filling(dict[str, str]):
    """What stands in slots on pages of one depth in a tree: texts, names of levels, ways."""

    def __init__(self, release: Release, tree: Tree, to_tree: str) -> None:
        super().__init__({code: _escaped(text) for code, text in tree.words.items()})
        for name, level in release.vocabulary.levels.items():
            self[f"level.{name}"] = _escaped(level.label.of(tree.language))
        self["/lang"] = tree.language
        self["/library"] = _escaped(release.library.of(tree.language))
        self["/to"] = to_tree
        self["/up"] = f"../{to_tree}" if tree.prefix else to_tree
        self["/home"] = to_tree or "./"
        self._tree = tree

    def __missing__(self, name: str) -> str:
        """The way to an item's page."""
        of_item, _, item_id = name.partition(":")
        if of_item != "item":
            raise KeyError(name)
        return f"{self['/to']}{self._tree.item(item_id)}"


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
        values: what else the template asks for, the same in every language; what is not is a function of the
            tree.
    """
    made: Made | None = release.pieces.get(template)
    if made is None or made.place != place:
        made = release.pieces[template] = _made(template, release, place, values)
    here = tree.at(place)
    filling, frame = _around(release, tree, here, room, quick=quick)
    root, below = (place, place) if isinstance(place, str) else place
    own = {name: _escaped(of_tree(tree)) for name, of_tree in made.of_tree.items()}
    around = frame.replace(_PLACE.root, root).replace(_PLACE.below, below).split(_HOLE)
    own |= {f"/{number}": part for number, part in enumerate(around)}
    own["/url"] = f"{release.current_url()}{tree.prefix}{here}"
    parts = made.parts.copy()
    parts[1::2] = [own[name] if name in own else filling[name] for name in parts[1::2]]
    return "".join(parts).encode("utf-8")


def _made(template: str, release: Release, place: str | Place, values: Mapping[str, Any]) -> Made:
    """A page for all languages."""
    slots = Slots()
    told = {
        "vocabulary": release.vocabulary,
        "t": Words(slots),
        "said": slots.said,
        "parts": _parts(),
        "piece": partial(_piece, release),
        **{name: slots.put(value) if callable(value) else value for name, value in values.items()},
    }
    made = _environment().get_template(template)
    if "main" in made.blocks:
        context = made.new_context(told)
        inside = ["".join(made.blocks[name](context)) if name in made.blocks else "" for name in _BLOCKS]
        text = "".join(f"{slot(f'/{number}')}{one}" for number, one in enumerate([*inside, ""]))
    else:
        text = made.render(told)
    return Made(place, text.split(MARK), slots)


def _around(release: Release, tree: Tree, here: str, room: str, *, quick: bool) -> tuple[Filling, str]:
    """What stands in the slots of a page, and the frame around it, with holes for what it has of its own."""
    to_tree = "../" * here.count("/")
    key = ("frame", tree.language, to_tree, bool(here), room, quick)
    found: tuple[Filling, str] | None = release.pieces.get(key)
    if found is None:
        filling = Filling(release, tree, to_tree)
        parts = _frame(release, tree, filling["/up"], here and _PLACE, room=room, quick=quick).split(MARK)
        parts[1::2] = [filling[name] for name in parts[1::2]]
        found = release.pieces[key] = filling, "".join(parts)
    return found


def _frame(release: Release, tree: Tree, up: str, place: str | Place, *, room: str, quick: bool) -> str:
    """What is the same around all pages of one depth in a tree."""
    root = release.current_url()
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
    return (
        _environment()
        .get_template("holes.html.j2")
        .render(
            t=Words(Slots()),
            language=tree.language,
            hole=_HOLE,
            versions=versions,
            url=f"{root}{tree.prefix}{tree.at(place)}",
            logo=logo,
            icon=f"{up}{logo}" if logo else "data:,",
            room=room,
            quick=quick,
        )
    )


def _piece(release: Release, name: str, item: PublicItem) -> str:
    """An item as lists show it, by a macro of `parts.html.j2`: made once for all pages."""
    key = (name, item.id)
    made: str | None = release.pieces.get(key)
    if made is None:
        made = release.pieces[key] = getattr(_parts(), name)(item)
    return made


def _way(item_id: str) -> Written:
    """The way to an item's page."""
    return slot(f"item:{item_id}")


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


def _role(code: str) -> str:
    """Code of the text for a contributor's role; empty where he is simply the author, or has none we know."""
    return f"role.{code}" if code != "aut" and f"role.{code}" in wording.texts() else ""


def _level_name(level: str) -> Written:
    return slot(f"level.{level}")


def _size(number: int) -> Labels:
    return Labels(*(wording.size(number, language) for language in ("kk", "ru", "en")))


def _escaped(text: str) -> str:
    """A text as it stands in a page."""
    return str(_environment().filters["escape"](text))


@cache
def _parts() -> Any:
    return _environment().get_template("parts.html.j2").module


def _compiled() -> FileSystemBytecodeCache | None:
    """Where templates are kept compiled, in a folder of the user's own; None where none is safe.

    What a template becomes depends on this module too.
    """
    of_this = crc32(Path(__file__).read_bytes())
    try:
        return FileSystemBytecodeCache(pattern=f"__rabis_{of_this:08x}_%s.cache")
    except (OSError, RuntimeError):
        return None


@cache
def _environment() -> Environment:
    files = PackageLoader("rabis_sync.publish", "site")

    def with_slots(name: str) -> str:
        source, _, _ = files.get_source(environment, name)
        return _TEXT.sub(rf"{MARK}\1{MARK}", source)

    environment = Environment(
        loader=FunctionLoader(with_slots),
        bytecode_cache=_compiled(),
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
        home=slot("/home"),
        imprint=wording.imprint,
        lang=slot("/lang"),
        language_name=language_name,
        level_name=_level_name,
        library=slot("/library"),
        role=_role,
        rooms=ROOMS,
        size=_size,
        to=slot("/to"),
        type_of=type_of,
        up=slot("/up"),
        url=slot("/url"),
        values_of=values_of,
        way=_way,
    )
    environment.filters["figure"] = figure
    return environment
