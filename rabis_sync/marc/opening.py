"""What a stream holds, told from its beginning, before anything of it is taken."""

from __future__ import annotations

import re
from typing import NamedTuple

from rabis_sync.errors import EmptySource, NotMarc
from rabis_sync.marc.iso2709 import ENTRY_AT_24, LANDMARK
from rabis_sync.marc.reading import ISO2709, MARCXML

#: Bytes of the beginning that are looked at.
HEAD = 1024 * 1024

_PADDING = b"\r\n\t \x1a\0\xef\xbb\xbf\xff\xfe"
_FIELD = re.compile(rb"\x1e[ -~]{2}\x1f[0-9a-z]")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|meta)\b", re.IGNORECASE)
_RECORD = re.compile(rb"<(?:[^\s<>/:!?]{1,40}:)?record[\s/>]")
_ROOT = re.compile(rb"<(?:[^\s<>/:!?]{1,40}:)?([A-Za-z_][A-Za-z0-9_.-]*)")
#: Roots of documents that may rightly hold no record at all.
_EMPTY_ROOTS = (b"collection", b"OAI-PMH", b"searchRetrieveResponse")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")

#: First bytes of what people hand over by mistake.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive, such as an XLSX or DOCX file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word document (XLS, DOC)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"AT&TFORM", "a DjVu document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{", "a JSON file"),
    (b"[", "a JSON file"),
)


class Opening(NamedTuple):
    """What the beginning tells.

    Attributes:
        syntax: ``iso2709`` or ``marcxml``.
        declared: encoding that an XML declaration names, else empty.
        wide: ``utf-16-le`` or ``utf-16-be`` for XML with two bytes a letter, else empty.
    """

    syntax: str
    declared: str = ""
    wide: str = ""


def recognize(head: bytes) -> Opening:
    """Tell what a file is from its first `HEAD` bytes.

    Raises:
        EmptySource: there is nothing but padding.
        NotMarc: it is something else; the message says what it looks like.
    """
    body = head.lstrip(_PADDING)
    if not body:
        raise EmptySource("the file is empty" if not head else "the file holds nothing but blanks")
    # The usual XML export is spared the search for leaders, which costs 15 ms a megabyte.
    if body[:1] == b"<" and _RECORD.search(body, 0, 4096):
        return _xml(body, "")
    if LANDMARK.search(head) or ENTRY_AT_24.match(body, 24):
        return Opening(ISO2709)
    if wide := wide_of(head):
        body = head.decode(wide, "ignore").lstrip("\ufeff \r\n\t").encode()
    if _HTML.match(body) or (body[:1] == b"<" and _HTML.search(body[:2000])):
        raise _not_marc("an HTML page")
    if body[:1] == b"<":
        return _xml(body, wide)
    for signature, name in _SIGNATURES:
        if body.startswith(signature):
            raise _not_marc(name)
    if _FIELD.search(head):
        return Opening(ISO2709)
    raise _not_marc("plain text or a table" if _is_text(body) else "no kind of file that we know")


def _xml(body: bytes, wide: str) -> Opening:
    root = _ROOT.search(body)
    if not _RECORD.search(body) and not (root and root[1] in _EMPTY_ROOTS):
        raise _not_marc("XML without a MARC record")
    found = _DECLARED.match(body)
    return Opening(MARCXML, found[1].decode().lower() if found else "", wide)


def _not_marc(name: str) -> NotMarc:
    return NotMarc(f"this is no MARC: it looks like {name}")


def wide_of(head: bytes) -> str:
    """The UTF-16 in which the head begins an XML document, or an empty string."""
    for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return name
    bare = head.lstrip(b"\r\n\t ")[:2]
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(bare, "")


def _is_text(body: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", body[:4096])
