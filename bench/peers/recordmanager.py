"""The matching rules of RecordManager (commit e34e0d58), written anew for UNIMARC.

Candidates share an ISBN, or a title key with the author; the rules then decide in their order. Its rule that
a record never meets one of its own source is left out, or it would find nothing here. The title has its
statement of responsibility, as RecordManager compares it. Nothing of the program uses this.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Levenshtein

from .features import raw_fields

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: ICU's Any-Latin for Russian; Kazakh letters of their own stay as they are, қ becomes kˌ.
_LATIN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e ž z i j k l m n o p r s t u f h c č š ŝ ʺ y ʹ è û â".split(),
        strict=True,
    )
) | {"қ": "kˌ", "ё": "ë"}
#: Candidates looked at under one key.
LIMIT = 101
_PAGES, _ISBN = re.compile(r"\d+"), re.compile(r"[0-9]{9,12}[0-9Xx]")


class Entry(NamedTuple):
    """What the rules compare."""

    id: str
    component: bool
    format: str
    isbns: frozenset[str]
    issn: str
    year: str
    pages: int
    title: str
    author: str
    title_key: str


def key_of(text: str) -> str:
    """Its default folding: NFD, small letters, Latin, letters and digits only, NFKC."""
    letters = unicodedata.normalize("NFC", text.lower())
    latin = "".join(_LATIN.get(letter, letter) for letter in letters)
    kept = "".join(one for one in unicodedata.normalize("NFD", latin) if one.isalnum() or one == "ˌ")
    return unicodedata.normalize("NFKC", kept)


def title_key(title: str) -> str:
    """Words until more than three of them are longer than three letters, or 35 letters are full."""
    words, long, letters = [], 0, 0
    for word in title.split():
        words.append(word)
        letters += len(word)
        long += len(word) > 3
        if long > 3 or letters > 35:
            break
    return key_of("".join(words))


def entry(record: bytes) -> Entry:
    """Read one record as its MARC driver reads 020, 245 $a $b $n $p $c, 260, 300, 490 and 100."""
    leader, fields = raw_fields(record)
    first: dict[str, str] = {}
    isbns = set()
    title: list[str] = []
    for tag, subfields in fields:
        for code, value in subfields:
            first.setdefault(tag + code, value)
            if tag == "010" and code == "a":
                isbns.update(_as_13(found) for found in _ISBN.findall(value.replace("-", "")))
            if tag == "200" and code in "aehif":
                title.append(value)
    pages = _PAGES.search(first.get("215a", ""))
    year = _PAGES.search(first.get("210d", ""))
    whole = " ".join(title)
    author = ", ".join(filter(None, (first.get("700a", ""), first.get("700b", ""))))
    return Entry(
        first["001"],
        leader[7] == "a",
        leader[6:9],
        frozenset(isbns),
        first.get("011a", ""),
        year[0] if year else "",
        int(pages[0]) if pages else 0,
        key_of(whole)[:255],
        key_of(author),
        f"{title_key(whole)} {key_of(author.split(', ')[0])}" if whole and author else "",
    )


def _as_13(isbn: str) -> str:
    if len(isbn) != 10:
        return isbn
    stem = "978" + isbn[:9]
    return stem + str(-sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(stem)) % 10)


def same(one: Entry, other: Entry) -> bool:
    """Rules 1 to 14 in their order."""
    if one.component != other.component or one.format != other.format:
        return False
    if one.isbns & other.isbns:
        return True
    known = (
        (one.issn, other.issn, one.issn != other.issn),
        (one.year, other.year, one.year != other.year),
        (one.pages, other.pages, abs(one.pages - other.pages) > 10),
    )
    if any(a and b and apart for a, b, apart in known) or not (one.title and other.title):
        return False
    a, b = one.title.encode(), other.title.encode()
    if 100 * Levenshtein.distance(a[:255], b[:255]) / len(a) >= 10:
        return False
    if bool(one.author) != bool(other.author):
        return False
    return not one.author or _authors(one.author, other.author)


def _authors(one: str, other: str) -> bool:
    shared = min(len(one), len(other))
    if shared >= 6 and one[:shared] == other[:shared]:
        return True
    return 100 * Levenshtein.distance(one.encode(), other.encode()) / max(1, len(one.encode())) <= 20


def pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Pairs that the rules join, found by ISBN, then by title key."""
    by_key: dict[str, list[Entry]] = {}
    rest = b""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            *whole, rest = (rest + block).split(b"\x1d")
            for record in whole:
                read = entry(record + b"\x1d")
                for key in (
                    *(f"i{isbn}" for isbn in read.isbns),
                    *([f"t{read.title_key}"] * bool(read.title_key)),
                ):
                    by_key.setdefault(key, []).append(read)
    found: set[tuple[str, str]] = set()
    for entries in by_key.values():
        for one, other in combinations(entries[:LIMIT], 2):
            if same(one, other):
                found.add((one.id, other.id) if one.id < other.id else (other.id, one.id))
    yield from sorted(found)
