"""Names that stand in addresses for ever: ASCII, safe in a URL and in every file system, one a thing."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b
from itertools import count
from typing import NamedTuple

#: Kazakh and Russian letters in Latin ones; meant for addresses, not for a standard's transliteration.
_LATIN = dict(zip("абвгдезийклмнопрстуфыэё", "abvgdeziyklmnoprstufyee", strict=True))
_LATIN |= dict(zip("әғқөұүһі", "agqouuhi", strict=True))
_LATIN |= {
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "yu",
    "я": "ya",
    "ң": "ng",
}
_LATIN |= {"ъ": "", "ь": "", "№": "no"}
_TRANSLATION = str.maketrans(_LATIN)
_PLAIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLAIN_NUMBER = re.compile(r"[a-z0-9]+")
#: Letters of a slug; addresses stay readable and file names far below the 255 bytes of most file systems.
_LONGEST = 60


class Place(NamedTuple):
    """Address of a page within the tree at the root of the site, and within that of any other language."""

    root: str
    below: str


def slug(text: str) -> str:
    """Small Latin letters, digits and single hyphens; empty where nothing is left."""
    if len(text) <= _LONGEST and _PLAIN.fullmatch(text):
        return text
    latin = unicodedata.normalize("NFKC", text).lower().translate(_TRANSLATION)
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST].strip("-")


def identify(source: str, control_number: str) -> str:
    """Identifier of the published item: the same for ever, another for every other record.

    A control number of small letters and digits stands in it as it is. Any other is made readable and
    followed by `_` and a checksum of the very name, so that two records never share an identifier, even where
    letter case is not kept apart.
    """
    if _PLAIN.fullmatch(source) and _PLAIN_NUMBER.fullmatch(control_number):
        return f"{source}-{control_number}"
    exact = blake2b(f"{source}\0{control_number}".encode(), digest_size=5).hexdigest()
    readable = slug(f"{source}-{control_number}")
    return f"{readable}_{exact}"


def item_page(item_id: str) -> Place:
    """Where the page of an item lies: a folder at the root, whose address is cited for ever; else a file.

    For a file system a folder is several times the work of a file.
    """
    return Place(f"items/{item_id}/", f"items/{item_id}.html")


def item_reader(item_id: str) -> Place:
    """Where the reader of an item lies: no identifier has a dot, so that none is another item's page."""
    return Place(f"items/{item_id}/read.html", f"items/{item_id}.read.html")


def file_names(stems: list[str], extensions: list[str]) -> list[str]:
    """Safe names for an item's files, in order; a name that was given already gets the next free number."""
    names: list[str] = []
    for stem, extension in zip(stems, extensions, strict=True):
        plain = slug(stem) or "file"
        name = f"{plain}.{extension}"
        if name in names:
            numbered = (f"{plain}-{number}.{extension}" for number in count(2))
            name = next(wished for wished in numbered if wished not in names)
        names.append(name)
    return names
