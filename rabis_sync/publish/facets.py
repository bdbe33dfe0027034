"""The collection on shelves, by language, decade, author, place, subject, kind: each at a lasting address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from babel import Locale, UnknownLocaleError

from rabis_sync.marc.cyrillic import fold, sort_key
from rabis_sync.publish.naming import slug
from rabis_sync.publish.vocabulary import Labels
from rabis_sync.publish.wording import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rabis_sync.publish.item import PublicItem


@dataclass(frozen=True, slots=True)
class Shelf:
    """Items that have one value in common.

    Attributes:
        facet: one of `FACETS`.
        slug: its name in addresses, the same for ever.
        label: how people call the value.
        items: in the order they were given.
    """

    facet: str
    slug: str
    label: Labels
    items: tuple[PublicItem, ...]


#: Values of an item: how it writes each, and the name of its shelf in addresses.
Values = Sequence[tuple[str, str]]


class Value(NamedTuple):
    """A value of an item: what makes it the same as another's, and how it is written here."""

    key: str
    text: str


def shelves(
    items: Iterable[PublicItem], facet: str, values: Callable[[PublicItem], Values] | None = None
) -> tuple[Shelf, ...]:
    """Shelves of a facet in filing order: decades from the youngest, the rest by the Kazakh alphabet.

    Values that differ in spelling alone are one; it is written as most items write it.

    Args:
        items: in the order in which they stand on each shelf.
        facet: one of `FACETS`.
        values: gives the values of an item as `values_of` does, by which they are made by default.

    Raises:
        KeyError: there is no such facet.
    """
    written: dict[str, dict[str, int]] = {}
    held: dict[str, list[PublicItem]] = {}
    values = values or partial(values_of, facet=facet)
    for item in items:
        for text, name in values(item):
            if name not in held:
                written[name], held[name] = {text: 1}, [item]
                continue
            written[name][text] = written[name].get(text, 0) + 1
            if held[name][-1] is not item:  # it may say one thing in two spellings
                held[name].append(item)
    found = [
        Shelf(facet, name, _label(facet, text), tuple(held[name]))
        for name, forms in written.items()
        for text in [min(forms, key=lambda form: (-forms[form], form))]
    ]
    if facet == "decade":
        return tuple(sorted(found, key=lambda shelf: shelf.slug, reverse=True))
    return tuple(sorted(found, key=lambda shelf: (sort_key(shelf.label.kk, "kk"), shelf.slug)))


def values_of(item: PublicItem, facet: str) -> Values:
    """Values of an item as it writes them, each with the name of its shelf in addresses.

    Raises:
        KeyError: there is no such facet.
    """
    return tuple([(value.text, _address(facet, value.key)) for value in _VALUES[facet](item)])


def all_values_of(item: PublicItem) -> tuple[Values, ...]:
    """Values of an item in every facet, in the order of `FACETS`."""
    return tuple([values_of(item, facet) for facet in FACETS])


def address(facet: str, text: str) -> str:
    """Name in addresses of the shelf for a value as somebody writes it: an author, place or subject."""
    return _address(facet, fold(text) if facet not in _CODED else text)


def type_of(item: PublicItem) -> str:
    """Code of what kind of document it is, by type of record and bibliographic level (leader 06, 07)."""
    leader = item.marc.leader if item.marc else ""
    kind = _TYPES.get(leader[6:7], "text")
    return _LEVELS.get(leader[7:8], "book") if kind == "text" else kind


@cache
def language_name(code: str) -> Labels:
    """Name of a language in kk, ru and en; its code where none is known.

    Args:
        code: BCP 47.
    """
    return Labels(*(_language_name(code, locale) for locale in ("kk", "ru", "en")))


def _language_name(code: str, locale: str) -> str:
    try:
        name = Locale.parse(code, sep="-").get_language_name(locale)
    except (UnknownLocaleError, ValueError):
        name = Locale.parse(locale).languages.get(code)
    return f"{name[:1].upper()}{name[1:]}" if name else code


#: Type of record, alike in UNIMARC and MARC 21 as far as it is used here.
_TYPES: Mapping[str, str] = {
    "c": "music",
    "d": "music",
    "e": "map",
    "f": "map",
    "g": "video",
    "i": "sound",
    "j": "sound",
    "k": "picture",
    "r": "object",
}
_LEVELS: Mapping[str, str] = {"a": "article", "b": "article", "s": "periodical", "i": "periodical"}


def _languages(item: PublicItem) -> Iterator[Value]:
    return (Value(code, code) for code in item.languages)


def _decades(item: PublicItem) -> Iterator[Value]:
    if item.year:
        decade = f"{item.year // 10}0"
        yield Value(decade, decade)


def _authors(item: PublicItem) -> Iterator[Value]:
    """Whoever had a part in it: most local history is compiled, edited or pictured rather than written."""
    return (_spelt(one.name) for one in item.contributors)


def _places(item: PublicItem) -> Iterator[Value]:
    return (_spelt(one.text) for one in item.subjects if one.kind == "place")


def _subjects(item: PublicItem) -> Iterator[Value]:
    return (_spelt(one.text) for one in item.subjects if one.kind != "place")


def _types(item: PublicItem) -> Iterator[Value]:
    kind = type_of(item)
    yield Value(kind, kind)


@lru_cache(maxsize=65_536)
def _spelt(text: str) -> Value:
    return Value(fold(text), text)


_VALUES: Mapping[str, Callable[[PublicItem], Iterator[Value]]] = {
    "language": _languages,
    "decade": _decades,
    "author": _authors,
    "place": _places,
    "subject": _subjects,
    "type": _types,
}
#: Every facet, in the order in which people are offered them.
FACETS = tuple(_VALUES)
#: Facets whose values are codes, and stand in addresses as they are.
_CODED = frozenset({"language", "decade", "type"})


@lru_cache(maxsize=65_536)
def _address(facet: str, key: str) -> str:
    """Of the value alone: neither other items nor another spelling of it move its shelf."""
    if facet in _CODED:
        return slug(key)
    return f"{slug(key)}_{blake2b(key.encode(), digest_size=4).hexdigest()}".lstrip("_")


def _label(facet: str, text: str) -> Labels:
    if facet == "language":
        return language_name(text)
    if facet == "type":
        return texts()[f"type.{text}"]
    if facet == "decade":
        pattern = texts()["decade"]
        return Labels(*(pattern.of(code).format(year=text) for code in ("kk", "ru", "en")))
    return Labels(text, text, text)
