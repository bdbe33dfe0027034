"""One OAI-PMH answer, read strictly: the records are cut out as they came, all the rest must be well formed.

A page holds two things: MARCXML, which `rabis_sync.marc.codec` reads record by record, and an envelope. The
MARCXML is cut out by its bytes, the envelope that remains is parsed whole, and nothing is ever repaired. So a
record that is malformed spoils itself alone, and a page whose envelope is broken is no page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from rabis_sync.errors import EmptySource, FatalError, NotMarc
from rabis_sync.harvest.sources import Gone, Named
from rabis_sync.marc import codec
from rabis_sync.marc.opening import wide_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.harvest.sources import Result

_BLANK = b"\xef\xbb\xbf \t\r\n"
# What may hold a "<" that begins no tag; comments and CDATA cannot nest, so the leftmost one counts.
_OPAQUE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|br|b)\b", re.IGNORECASE)
_METADATA = re.compile(rb"<((?:[^\s<>/:!?]{1,40}:)?metadata)[\s>]")
_RECORD = re.compile(rb"<((?:[^\s<>/:!?]{1,40}:)?record)[\s>]")


class BrokenPageError(Exception):
    """What the server sent is no OAI-PMH answer, or one whose envelope is damaged.

    Args:
        why: what is wrong with it, for people.
        body: what came.
    """

    def __init__(self, why: str, body: bytes = b"") -> None:
        super().__init__(why)
        self.body = body


class Header(NamedTuple):
    """What the repository says of a record."""

    identifier: str
    datestamp: str
    deleted: bool


class Entry(NamedTuple):
    """One record of an answer; `element` is empty where only headers are listed."""

    header: Header
    element: bytes


class Token(NamedTuple):
    """The resumption token: `text` empty at the end of a list; `size` of the whole list, 0 when not told."""

    text: str
    size: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was read.

    Attributes:
        moment: responseDate as it stands.
        error: code and message; the code is empty when there is no error.
        content: local name and text of each leaf of an answer that lists no records, one tuple of pairs for
            each child of the verb's element.
        entries: records or headers.
        token: None where the answer has no such element.
    """

    moment: str
    error: tuple[str, str] = ("", "")
    content: tuple[tuple[tuple[str, str], ...], ...] = ()
    entries: tuple[Entry, ...] = ()
    token: Token | None = None


def read(body: bytes, verb: str) -> Answer:
    """Read what a server sent.

    Args:
        body: the answer's bytes.
        verb: that was asked for.

    Raises:
        BrokenPageError: it is no answer to this verb, or malformed outside the records' MARCXML.
        FatalError: it declares a document type, which no OAI-PMH answer has.
    """
    wide = wide_of(body)
    page = (_narrow(body, wide) if wide else body).lstrip(_BLANK)
    seen = _OPAQUE.sub(lambda found: b" " * len(found[0]), page)
    _refuse(seen, body)
    elements, envelope = _cut(page, seen) if verb in {"ListRecords", "GetRecord"} else ([], page)
    root = _parsed(envelope, body, "utf-8" if wide else None)
    named = {_local(child): child for child in root if isinstance(child.tag, str)}
    moment = (named["responseDate"].text or "").strip() if "responseDate" in named else ""
    if "error" in named:
        error = named["error"]
        return Answer(moment, (error.get("code", "unknown"), " ".join((error.text or "").split())))
    if verb not in named:
        raise BrokenPageError(f"the answer holds no {verb}", body)
    return _listed(moment, named[verb], elements)


def results(entries: Sequence[Entry], encoding: str) -> Iterator[Result]:
    """What each record of a page is: read, unreadable, or gone.

    Args:
        entries: of an answer to ListRecords or GetRecord.
        encoding: of the MARCXML, see `codec.read`.
    """
    elements = [entry.element for entry in entries if not entry.header.deleted]
    outcomes = iter(_outcomes(elements, encoding))
    for entry in entries:
        identifier = entry.header.identifier
        yield Gone(identifier) if entry.header.deleted else Named(next(outcomes), identifier)


def _outcomes(elements: list[bytes], encoding: str) -> Iterator[codec.Decoded | codec.Unreadable]:
    """Each element read: all at once, as one file; and alone where that does not give just itself."""
    try:
        together = codec.read(BytesIO(b"".join(elements)), encoding=encoding)
        found = {outcome.offset: outcome for outcome in together}
    except (NotMarc, EmptySource):
        found = {}
    for element, place in zip(elements, accumulate(map(len, elements), initial=0), strict=False):
        outcome = found.get(place)
        if outcome is None or len(outcome.raw) != len(element):
            outcome = codec.decode(element, codec.MARCXML, encoding)
        yield outcome._replace(offset=0)


def _narrow(body: bytes, wide: str) -> bytes:
    try:
        return body.decode(wide).encode()
    except UnicodeDecodeError:
        raise BrokenPageError("the answer is no UTF-16, though it begins so", body) from None


def _refuse(seen: bytes, body: bytes) -> None:
    if _HTML.match(seen.lstrip()) or (_DOCTYPE.search(seen) and _HTML.search(seen[:2000])):
        raise BrokenPageError("the answer is an HTML page", body)
    if _DOCTYPE.search(seen):
        raise FatalError(
            "the answer declares a document type; such XML is never read",
            hint="OAI-PMH has none: ask the repository's administrator.",
        )
    if not seen.startswith((b"<", b" ")):
        raise BrokenPageError("the answer is no XML", body)


def _cut(page: bytes, seen: bytes) -> tuple[list[bytes], bytes]:
    """The records' MARCXML, and the page with a number in place of each.

    Args:
        page: as it came.
        seen: of the same length, without comments and CDATA: what looks like a tag there is one.
    """
    elements: list[bytes] = []
    pieces: list[bytes] = []
    at = 0
    for start, end in _places(seen):
        pieces += page[at:start], b"%d" % len(elements)
        elements.append(page[start:end])
        at = end
    return elements, b"".join([*pieces, page[at:]])


def _places(seen: bytes) -> Iterator[tuple[int, int]]:
    """Where the content of each ``metadata`` element stands, without wrappers around the record."""
    found = _METADATA.search(seen)
    if found is None:
        return
    opening, closing = b"<" + found[1], b"</" + found[1]
    at = found.start()
    while at >= 0:
        start = seen.find(b">", at) + 1
        end = seen.find(closing, start)
        following = seen.find(opening, start)
        closed = start > 0 and end >= 0 and (following < 0 or following > end)
        if closed and seen[start - 2 : start - 1] != b"/":
            yield _record(seen, start, end)
        at = following


def _record(seen: bytes, start: int, end: int) -> tuple[int, int]:
    """From the first opening of a ``record`` to the last closing; everything where there is none."""
    first = _RECORD.search(seen, start, end)
    if first is None:
        return start, end
    closing = seen.rfind(b"</" + first[1], first.end(), end)
    return first.start(), end if closing < 0 else seen.find(b">", closing, end) + 1 or end


def _parsed(envelope: bytes, body: bytes, encoding: str | None) -> etree._Element:
    """The envelope's root; what a server appends after its end (notices of PHP) is not part of it."""
    parser = etree.XMLParser(
        encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    closing = envelope.rfind(b"OAI-PMH")
    end = envelope.find(b">", closing) + 1 if closing >= 0 else 0
    try:
        root = etree.fromstring(envelope[: end or None], parser)
    except etree.XMLSyntaxError as error:
        raise BrokenPageError(f"the answer is not well formed: {error.msg}", body) from None
    if _local(root) != "OAI-PMH":
        raise BrokenPageError(f"the answer is no OAI-PMH but {_local(root)}", body)
    return root


def _listed(moment: str, element: etree._Element, elements: list[bytes]) -> Answer:
    entries: list[Entry] = []
    content: list[tuple[tuple[str, str], ...]] = []
    token = None
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = _local(child)
        if name == "record":
            entries.append(_entry(child, elements))
        elif name == "header":
            entries.append(Entry(_header(child), b""))
        elif name == "resumptionToken":
            token = Token((child.text or "").strip(), _number(child.get("completeListSize", "")))
        else:
            content.append(_leaves(child))
    return Answer(moment, content=tuple(content), entries=tuple(entries), token=token)


def _entry(record: etree._Element, elements: list[bytes]) -> Entry:
    """A record; without its metadata it is itself what cannot be read."""
    header, content = Header("", "", deleted=False), b""
    for child in record:
        name = _local(child) if isinstance(child.tag, str) else ""
        if name == "header":
            header = _header(child)
        elif name == "metadata":
            place = "".join(map(str, child.itertext())).strip()
            content = elements[int(place)].strip() if place.isdigit() and int(place) < len(elements) else b""
    return Entry(header, content or etree.tostring(record, with_tail=False))


def _header(element: etree._Element) -> Header:
    texts = {_local(child): child.text or "" for child in element if isinstance(child.tag, str)}
    identifier, datestamp = texts.get("identifier", "").strip(), texts.get("datestamp", "").strip()
    return Header(identifier, datestamp, element.get("status") == "deleted" and bool(identifier))


def _leaves(element: etree._Element) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_local(one), (one.text or "").strip())
        for one in element.iter()
        if isinstance(one.tag, str) and len(one) == 0
    )


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
