"""What an SRU server answered: records with their own bytes, diagnostics with their meaning, its explanation.

Versions 1.1 and 1.2 (Library of Congress) and 2.0 (OASIS) differ in namespaces only, so names alone are
looked at. A document type declaration is refused, and nothing is fetched to read XML.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from rabis_sync.errors import EmptySource, FatalError, NotMarc
from rabis_sync.marc import codec
from rabis_sync.marc.codec import MARCXML, Decoded, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Numbers of info:srw/diagnostic/1 that a configuration or a harvest meets, with what to do about them.
MEANING = {
    1: "the server failed in a general way",
    2: "the server is unavailable for now",
    3: "the server does not know who asks: `username` and `password` are wanted, or are wrong",
    4: "the server has no such operation: the address is perhaps not that of a database",
    5: "the server speaks another version: change `version`",
    6: "the server does not take the value of a parameter: try another `packing`, `version` or `page_size`",
    7: "the server misses a parameter that it needs",
    8: "the server does not know a parameter",
    10: "the query is not written as the server reads it",
    15: "the query uses a context set that the server does not have",
    16: "the query uses an index that the server does not have",
    19: "the query uses a relation that the server does not have for this index",
    60: "the query finds more than the server is willing to list: narrow it, or ask the administrator",
    61: "the position lies behind the end of the list",
    64: "the record is unavailable for now",
    65: "the record does not exist any more",
    66: "the server does not know the record schema: change `schema`",
    67: "the record is not available in this schema",
    68: "we may not have the record",
    69: "we may not have the record in this schema",
    70: "the record is too large to be sent",
    71: "the server does not take this packing: change `packing`",
}  # fmt: skip
#: Said of the whole answer because of a single record in it.
OF_ONE_RECORD = {63, 64, 65, 67, 68, 69, 70}
PASSING = {1, 2, 52}
BEHIND_THE_END = 61

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_BLANK = b" \t\r\n\xef\xbb\xbf"
_NUMBER = re.compile(r"(?:^|/)(\d+)$")


class MalformedError(Exception):
    """The page is no well-formed XML, or something else than an answer."""


class DoctypeError(MalformedError):
    """The page declares a document type, which is never read: entities could stand for anything."""


class Diagnostic(NamedTuple):
    """What the server has to say instead of a record, or of all of them."""

    number: int
    message: str
    details: str

    def __str__(self) -> str:
        told = " ".join(part for part in (self.message, f"({self.details})" if self.details else "") if part)
        meaning = MEANING.get(self.number)
        return f"diagnostic {self.number}: {told}" + (f" – {meaning}" if meaning else "")


class Answer(NamedTuple):
    """One page.

    Attributes:
        total: length of the whole list; None where the server does not say or only estimates.
        results: records, readable or not, in their order.
        diagnostics: of the page as a whole.
    """

    total: int | None
    results: Sequence[Decoded | Unreadable]
    diagnostics: Sequence[Diagnostic]


class Explanation(NamedTuple):
    """What a server says of itself (ZeeRex).

    Attributes:
        title: of the database.
        schemas: names and identifiers of the record schemas that it gives; empty: not told.
    """

    title: str
    schemas: Sequence[str]


def sentence(error: Exception) -> str:
    """What an error says, as a sentence."""
    told = str(error)
    return f"{told[:1].upper()}{told[1:]}."


def parse(body: bytes, encoding: str = "auto") -> Answer:
    """Read one page of an answer to searchRetrieve.

    Args:
        body: bytes as they came.
        encoding: ``auto``, or the one in which all pages are, whatever they say themselves.

    Raises:
        MalformedError: it is none.
        FatalError: it holds records of another schema than MARCXML.
    """
    root = _root(body, encoding)
    if _name(root) != "searchRetrieveResponse":
        raise MalformedError(f"the answer is a {_name(root)}, not a searchRetrieveResponse")
    wrappers = [one for group in _children(root, "records") for one in _children(group, "record")]
    cut = _cut(body, encoding) if wrappers else []
    own = cut if len(cut) == len(wrappers) else [None] * len(wrappers)
    results = [_result(*pair) for pair in zip(wrappers, own, strict=True)]
    return Answer(_total(root), results, _diagnostics(root))


def parse_explanation(body: bytes) -> Explanation | None:
    """Read an answer to explain; None when it is none, which servers are free to give."""
    try:
        root = _root(body, "auto")
    except MalformedError:
        return None
    titles = [one.text or "" for one in root.iter("{*}title") if _name(one.getparent()) == "databaseInfo"]
    schemas = [
        value
        for one in root.iter("{*}schema")
        for value in (one.get("name"), one.get("identifier"))
        if value and _name(one.getparent()) == "schemaInfo"
    ]
    return Explanation(" ".join("".join(titles[:1]).split()), schemas)


def is_html(body: bytes) -> bool:
    """Whether a page for people came instead."""
    return _HTML.match(body.lstrip(_BLANK)) is not None


def broken_record(body: bytes) -> Unreadable | None:
    """The only record that is broken in a page, by its own bytes; None when that cannot be told."""
    broken = [one for one in _cut(body, "auto") if isinstance(one, Unreadable)]
    return broken[0] if len(broken) == 1 else None


def _root(body: bytes, encoding: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding=None if encoding == "auto" else encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body.lstrip(_BLANK), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedError(f"the XML is not well formed: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DoctypeError("the XML declares a document type, which is never read")
    return root


def _cut(body: bytes, encoding: str) -> list[Decoded | Unreadable]:
    """One outcome for each innermost element called ``record``, read from its own bytes."""
    try:
        return list(codec.read(BytesIO(body), encoding=encoding))
    except (NotMarc, EmptySource):
        return []


def _result(wrapper: etree._Element, own: Decoded | Unreadable | None) -> Decoded | Unreadable:
    """A record of the answer: packed as XML, as text, or a diagnostic in its place (a surrogate)."""
    schema = "".join(_texts(wrapper, "recordSchema"))
    content = next(_children(wrapper, "recordData"), None)
    if content is None:
        return _unreadable(wrapper, "The server gives a place in the list, but no record.")
    packed = next(iter(content), None)
    if packed is None:
        return _unpacked(wrapper, content.text or "", schema)
    if _name(packed) == "diagnostic":
        return _unreadable(wrapper, f"The server gives {_diagnostic(packed)}.")
    _refuse_other_schema(packed, schema)
    if own is not None:
        return own
    inner = packed if _name(packed) == "record" else next(packed.iter("{*}record"))
    return codec.decode(etree.tostring(inner, with_tail=False, encoding="utf-8"), MARCXML, "utf-8")


def _unpacked(wrapper: etree._Element, text: str, schema: str) -> Decoded | Unreadable:
    """A record that was sent as text: its bytes are those of the text."""
    raw = text.strip().encode()
    if not raw:
        return _unreadable(wrapper, "The server gives a place in the list, but no record.")
    if "diagnostic" in schema:
        try:
            return _unreadable(wrapper, f"The server gives {_diagnostic(_root(raw, 'utf-8'))}.")
        except MalformedError:
            return _unreadable(wrapper, "The server gives a diagnostic that cannot be read.")
    found = _cut(raw, "utf-8")
    if len(found) == 1:
        return found[0]
    try:
        _refuse_other_schema(_root(raw, "utf-8"), schema)
    except MalformedError as error:
        reason = "doctype" if isinstance(error, DoctypeError) else "malformed_xml"
        return Unreadable(raw, 0, MARCXML, reason, sentence(error))
    return Unreadable(raw, 0, MARCXML, "foreign_xml", "The text holds more than one record.")


def _refuse_other_schema(packed: etree._Element, schema: str) -> None:
    """Raises FatalError for what is no MARC at all, e.g. Dublin Core."""
    if _name(packed) != "record" and next(packed.iter("{*}record"), None) is None:
        raise FatalError(
            f"the server gives {_name(packed)!r} instead of MARCXML (record schema {schema or 'not named'})",
            hint="Put the server's name for MARCXML into `schema`; `rabis-sync check` tells those it has.",
        )


def _unreadable(wrapper: etree._Element, detail: str) -> Unreadable:
    raw = etree.tostring(wrapper, with_tail=False, encoding="utf-8")
    return Unreadable(raw, 0, MARCXML, "not_delivered", detail)


def _total(root: etree._Element) -> int | None:
    precision = "".join(_texts(root, "resultCountPrecision")).rpartition("/")[2]
    number = "".join(_texts(root, "numberOfRecords"))
    return int(number) if number.isdecimal() and precision in {"", "exact"} else None


def _diagnostics(root: etree._Element) -> list[Diagnostic]:
    groups = _children(root, "diagnostics")
    return [_diagnostic(one) for group in groups for one in _children(group, "diagnostic")]


def _diagnostic(element: etree._Element) -> Diagnostic:
    uri = "".join(_texts(element, "uri"))
    number = _NUMBER.search(uri)
    message = " ".join(_texts(element, "message")) or uri or "no reason given"
    return Diagnostic(int(number[1]) if number else 0, message, " ".join(_texts(element, "details")))


def _texts(element: etree._Element, name: str) -> Iterator[str]:
    for child in _children(element, name):
        if text := " ".join((child.text or "").split()):
            yield text


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if _name(child) == name)


def _name(element: etree._Element | None) -> str:
    return "" if element is None else str(etree.QName(element).localname)
