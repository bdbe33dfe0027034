"""MARCXML and MarcXchange records from a stream of bytes and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from rabis_sync.errors import RecordError
from rabis_sync.marc.fields import SUBFIELD
from rabis_sync.marc.reading import MARCXML, Decoded, Familiar, NotWholeError, Unreadable
from rabis_sync.marc.xml_fragments import Fragment, Kind, fragments
from rabis_sync.marc.xml_record import Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.charset import Charset
    from rabis_sync.marc.fields import Field, MarcRecord
    from rabis_sync.marc.reading import Recall

NAMESPACE = "http://www.loc.gov/MARC21/slim"
COLLECTION = f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{NAMESPACE}">\n'
COLLECTION_END = "</collection>\n"

_LOST = {Kind.REMAINS: "truncated", Kind.ENDLESS: "too_long", Kind.DOCTYPE: "doctype"}
_REMAINS = "The element of the record does not begin or end where it should."
#: What XML 1.0 cannot hold at all (section 2.2).
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What has to be written as a reference, or cannot be written.
_SPECIAL = re.compile('[&<>"\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]')
#: The same of a whole field: what opens its subfields is not written.
_SPECIAL_OF_FIELD = re.compile('[&<>"\x00-\x08\x0b-\x1e\ud800-\udfff\ufffe\uffff]')
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}


def read(
    stream: BinaryIO, charset: Charset, offset: int = 0, recall: Recall | None = None
) -> Iterator[Decoded | Familiar | Unreadable]:
    """Every record of the stream, and what is left of broken ones.

    Args:
        stream: XML in an encoding that holds ASCII as it is; only `read` is called.
        charset: reads the text.
        offset: place of the stream's next byte in the file.
        recall: asked for every record; what is known is not read again.
    """
    parser = Parser()
    for fragment in fragments(stream, offset):
        kind, raw, place = fragment
        known = recall(raw) if recall is not None and kind is Kind.RECORD else None
        yield _outcome(fragment, charset, parser) if known is None else Familiar(raw, place, MARCXML, known)


def decode(raw: bytes, charset: Charset, offset: int = 0) -> Decoded | Unreadable:
    """One ``record`` element."""
    return _outcome(Fragment(Kind.RECORD, raw, offset), charset, Parser())


def _outcome(fragment: Fragment, charset: Charset, parser: Parser) -> Decoded | Unreadable:
    kind, raw, offset = fragment
    if kind is not Kind.RECORD:
        lost = NotWholeError(_LOST[kind], _REMAINS if kind is Kind.REMAINS else "")
        return lost.unreadable(raw, offset, MARCXML)
    try:
        text, encoding, confidence = charset.read(raw)
        record, canonical = parser.parse(raw if encoding == "utf-8" else text.encode())
    except NotWholeError as error:
        return error.unreadable(raw, offset, MARCXML)
    return Decoded(record, canonical, raw, offset, MARCXML, encoding, confidence)


def encode(record: MarcRecord, opening: str = f'<record xmlns="{NAMESPACE}">') -> str:
    """One ``record`` element of the MARCXML schema.

    Args:
        record: written as it is; indicators that it lacks are blank.
        opening: first tag; inside a collection that declares the namespace plain ``<record>``.

    Raises:
        RecordError: the record holds what MARCXML cannot: a control character, a data field without
            subfields, a leader that is not 24 characters long.
    """
    if len(record.leader) != 24:
        raise RecordError(f"the leader is {len(record.leader)} characters long, not 24")
    fields = "".join([_element(field) for field in record.fields])
    return f"{opening}\n  <leader>{_escaped('leader', record.leader)}</leader>\n{fields}</record>\n"


def _element(field: Field) -> str:
    tag, text = field
    first, *parts = text.split(SUBFIELD)
    if len(tag) != 3 or not (tag.isascii() and tag.isalnum()):
        raise RecordError(f"tag {tag!r} is not three letters or digits")
    if field.is_control and not parts:
        return f'  <controlfield tag="{tag}">{_escaped(tag, text)}</controlfield>\n'
    if len(first) > 2 or not (parts and all(parts)):
        raise RecordError(f"field {tag} has text outside its subfields, or a subfield without a code")
    one, two = tuple(first.ljust(2))
    pairs = [(part[0], part[1:]) for part in parts]
    if _SPECIAL_OF_FIELD.search(text):
        one, two = _escaped(tag, one), _escaped(tag, two)
        pairs = [(_escaped(tag, code), _escaped(tag, value)) for code, value in pairs]
    subfields = "".join([f'    <subfield code="{code}">{value}</subfield>\n' for code, value in pairs])
    return f'  <datafield tag="{tag}" ind1="{one}" ind2="{two}">\n{subfields}  </datafield>\n'


def _escaped(place: str, text: str) -> str:
    """Text as XML holds it; a carriage return stays one only as a reference.

    Raises:
        RecordError: XML cannot hold one of the characters at all.
    """
    if not _SPECIAL.search(text):
        return text
    if found := FORBIDDEN.search(text):
        raise RecordError(f"field {place} holds U+{ord(found[0]):04X}, which XML cannot hold")
    for char, entity in _ENTITIES.items():
        text = text.replace(char, entity)
    return text
