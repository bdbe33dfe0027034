"""Where the documents of a release lead: found as a document is made, and kept beside the manifest.

The links of a document that is taken over are those it had. They are kept as numbers of files (their places
in the manifest), for a release of five thousand books has millions of them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

import numpy as np

from rabis_sync.errors import FatalError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.feeds import Document

#: No server gives what begins with a dot.
LINKS = ".links"
#: What to do where a release is not what it should be.
HINT = "Nothing was published. Keep the folder and the log, and report this as a defect."
#: Numbers of 32 bits, the same on every machine.
_NUMBERS = np.dtype("<u4")
#: A link of a page that may lead within the release: our templates quote every attribute, and no quote of a
#: record's own stays one.
_LINK = re.compile(rb' (?:href|src|action)="(?!https?://)([^"]*)')
#: A link that is more than a way along folders.
_UNUSUAL = re.compile(r"[:&%?\\]|^/")
#: The rest of an address, as far as it goes on within a text.
_PART = r"[^\s\"'<>#?,\\&]*"
_ADDRESS_REST = rf"({_PART}(?:&(?!quot;|#3[49];){_PART})*)"
_REST = re.compile(_ADDRESS_REST)


def links_of(body: bytes, document: Document, release: Release) -> set[str]:
    """Places in the release that a document leads to: of a folder its page.

    Raises:
        FatalError: it names the release, although its key says that it is the same in every one.
    """
    if document.mime.startswith("image/"):
        return set()
    found = _meant(body, release.url())
    if found and document.key and not document.pinned:
        raise FatalError(
            f"{document.path} names release {release.id} but is kept for others",
            hint=HINT,
        )
    if document.past:
        return set()
    found.update(_meant(body, release.current_url()))
    if document.path.endswith(".html"):
        found.update(_relative(body, document.path))
    return found


class Links(NamedTuple):
    """Where the documents of a finished release lead.

    Attributes:
        places: of all its files, in the order of the manifest.
        ends: how many numbers stand before the links of each file; and of all.
        numbers: of the files that one file after the other leads to.
    """

    places: Sequence[str]
    ends: NDArray[np.int64]
    numbers: NDArray[np.uint32]

    def of(self, number: int) -> NDArray[np.uint32]:
        """Numbers of the files that a file leads to."""
        return self.numbers[self.ends[number] : self.ends[number + 1]]


#: Of a release that is not there.
NONE = Links((), np.zeros(1, np.int64), np.zeros(0, _NUMBERS))
#: Number of a file that is not there any more.
_GONE = 0xFFFF_FFFF
#: Of a file that was not there: the last of all, which leads nowhere.
_NEW = -1


def read_links(folder: Path, places: Sequence[str]) -> Links | None:
    """What is kept of a release; None where it is not there in full.

    Args:
        folder: of the release.
        places: of all its files, in the order of the manifest.
    """
    try:
        kept = np.frombuffer((folder / LINKS).read_bytes(), _NUMBERS)
    except (OSError, ValueError):
        return None
    ends = np.append(0, kept[: len(places)].cumsum(dtype=np.int64))
    if len(ends) != len(places) + 1 or ends[-1] != len(kept) - len(places):
        return None
    return Links(places, ends, kept[len(places) :])


def next_links(before: Links, places: Sequence[str], made: Mapping[str, bytes]) -> tuple[bytes, list[str]]:
    """What is kept of a new release, and the faults of what it takes over.

    Args:
        before: of the last release, in order: what is not made anew leads where it led.
        places: of all files of the new one, in order.
        made: numbers of the files that each document leads to which is made anew.
    """
    now = set(places)
    # What was there and what is there stand in one order: the first that stays is the first that stayed.
    stays, stayed = _among(now, before.places), _among(set(before.places), places)
    moved = np.full(len(before.places), _GONE, _NUMBERS)
    moved[stays] = np.flatnonzero(stayed)
    numbers = moved[before.numbers]
    source = np.full(len(places), _NEW, np.int64)
    source[stayed] = np.flatnonzero(stays)
    source[_among(made, places)] = _NEW
    counts = np.append(np.diff(before.ends), 0)[source].astype(_NUMBERS)
    bodies: list[bytes | memoryview] = []
    size, kept = numbers.itemsize, memoryview(numbers.tobytes())
    # What stands in one order before and now is taken over in one piece.
    breaks = np.flatnonzero(np.diff(source) != 1) + 1
    for start, end in pairwise([0, *breaks.tolist(), len(places)] if places else []):
        if source[start] == _NEW:
            bodies.append(made.get(places[start], b""))
            counts[start] = len(bodies[-1]) // size
        else:
            first, last = before.ends[source[start]], before.ends[source[end - 1] + 1]
            bodies.append(kept[first * size : last * size])
    gone = np.flatnonzero(numbers == _GONE)
    faults = []
    leading = np.searchsorted(before.ends, gone, "right") - 1
    for number, end in zip(leading, before.numbers[gone], strict=True):
        place = before.places[number]
        if place in now and place not in made:  # it is taken over although it leads to what is gone
            faults += dead(place, [before.places[end]])
    return b"".join((counts.tobytes(), *bodies)), sorted(faults)


def _among(known: Collection[str], places: Sequence[str]) -> NDArray[np.bool_]:
    """Of each place whether it is known."""
    return np.fromiter(map(known.__contains__, places), np.bool_, len(places))


def dead(path: str, places: Iterable[str]) -> list[str]:
    """Faults of a document that leads to places that are not there."""
    return [f"{path} links to {place}, which is not there" for place in places]


def packed(places: Collection[str], numbers: Mapping[str, int]) -> bytes:
    """Numbers of files as they are kept."""
    return np.fromiter(map(numbers.__getitem__, places), _NUMBERS, len(places)).tobytes()


def _meant(body: bytes, base: str) -> set[str]:
    """Places that absolute addresses anywhere in a document mean."""
    return set(map(_end, set(_address(base).findall(body)))) if base.encode() in body else set()


@lru_cache(maxsize=65_536)
def _end(rest: bytes) -> str:
    """The place that the rest of an address means: it stands in all documents of an item."""
    text = rest.decode()
    if not text.isascii():  # it ends at a blank of any script
        text = _REST.findall(text)[0]
    return _page(unquote(unescape(text)) if _UNUSUAL.search(text) else text)


@lru_cache(maxsize=8)
def _address(base: str) -> re.Pattern[bytes]:
    return re.compile(re.escape(base).encode() + _ADDRESS_REST.encode())


def _relative(body: bytes, path: str) -> Iterator[str]:
    """Places in this release that a page's own links mean."""
    heads = [""]
    for folder in path.split("/")[:-1]:
        heads.append(f"{heads[-1]}{folder}/")
    last = len(heads) - 1
    for way in map(_way, set(_LINK.findall(body))):
        if way:
            yield heads[max(0, last - way[0])] + way[1]


@lru_cache(maxsize=65_536)
def _way(written: bytes) -> tuple[int, str] | None:
    """How many folders up a link leads, and whereto from there; None where it leaves the release.

    Most links of a page stand on thousands of others too.
    """
    link = written.decode()
    parts = urlsplit(unescape(link)) if _UNUSUAL.search(link) else None
    if parts is None:
        way = link.partition("#")[0]
    elif parts.scheme or parts.netloc:
        return None
    else:
        way = unquote(parts.path)
    if not way:
        return None
    up = 0
    while way.startswith(("../", "./")):
        up += way.startswith("../")
        way = way.partition("/")[2]
    return up, _page(way)


def _page(place: str) -> str:
    """Of a folder its page."""
    return f"{place}index.html" if not place or place.endswith("/") else place
