"""One MARCXML ``record`` element as a record: all of it, or an error that says what is wrong with it.

Two readers give the same. Expat reads anything. Most files were written by one program and hold a few hundred
different tags; their records are split at the angle brackets, and expat reads each different tag once, and
the text where it holds references.
"""

from __future__ import annotations

import re
from itertools import compress
from typing import TYPE_CHECKING
from xml.parsers import expat

from rabis_sync.marc.fields import FIELD_END, LEADER_SHAPE, SUBFIELD, MarcRecord, neutral_leader, normalized
from rabis_sync.marc.reading import NotWholeError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEADER = re.compile(LEADER_SHAPE)
_LEAVES = ("leader", "controlfield", "subfield")
# A field embedded in a linking field is subfield 1; RUSMARC's schema (UNISlim.xsd) makes an element of it.
_EMBEDDING = "s1"
_CHILDREN = {
    "": ("record",),
    "record": ("leader", "controlfield", "datafield"),
    "datafield": ("subfield", _EMBEDDING),
    _EMBEDDING: ("controlfield", "datafield"),
}
_BLANK = " \t\r\n"

# Two letters for each tag: small opens and capital closes an element, 1 and 0 tell whether the text after it
# is content; and the order in which they must come.
_LETTERS = {"record": b"r0", "leader": b"l1", "controlfield": b"c1", "datafield": b"d0", "subfield": b"s1"}
_ODD = b"??"
_ORDER = re.compile(rb"r0(?:l1L0)?(?:c1C0|d0(?:s1S0)*D0)*R0")
# From such letters: which of all tags and texts in turn are part of the record, which texts must be blank.
_PART = bytes.maketrans(b"rlcdsRLCDS01", b"\1\1\1\1\1\0\0\0\0\0\0\1")
_EMPTY = bytes.maketrans(b"01", b"\1\0")
# Control characters that XML forbids or reads as something else (a carriage return becomes a line feed).
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\x1e\x1f")
# Stand for the marks of the canonical form, which XML cannot hold, while expat reads the text.
_STAND_INS = ((b"\x1e", "\ue01e"), (b"\x1f", "\ue01f"))
#: What is remembered of a file; a file with more different tags is none of a program.
_MOST_TAGS, _MOST_PREFIXES = 20_000, 20


class Parser:
    """Reads the records of one file; remembers the tags it met."""

    def __init__(self) -> None:
        self._tags: dict[bytes, _Tags] = {}

    def parse(self, raw: bytes) -> tuple[MarcRecord, str]:
        """The record and its canonical form.

        Args:
            raw: the element in valid UTF-8.

        Raises:
            NotWholeError: the XML is malformed, has foreign elements, or the leader is none.
        """
        content = self._split(raw)
        if content is None:
            content = _Expat().parse(raw)
        leader, mark, fields = content.partition(FIELD_END)
        if not leader and not fields:
            raise NotWholeError("foreign_xml", "The element holds no record.")
        leader = leader.ljust(24) if len(leader) in (0, 23) else leader
        if len(leader) != 24 or (leader.strip() and not _LEADER.fullmatch(leader)):
            raise NotWholeError("leader")
        canonical = normalized(neutral_leader(leader) + mark + fields)
        return MarcRecord.from_canonical(canonical), canonical

    def _split(self, raw: bytes) -> str | None:
        """The record's content, or None where only expat can tell."""
        if raw.count(b"<") != raw.count(b">") or b"\x1e" in raw or b"\x1f" in raw:
            return None
        pieces = raw.replace(b">", b"<").split(b"<")
        del pieces[0]
        tags, texts = pieces[::2], pieces[1::2]
        met = self._met(tags[0])
        letters = b"".join(map(met.letters.__getitem__, tags))
        between = compress(texts, letters[1::2].translate(_EMPTY))
        if not _ORDER.fullmatch(letters) or b"".join(between).strip(_BLANK.encode()):
            return None
        pieces[::2] = map(met.openings.__getitem__, tags)
        content = b"".join(compress(pieces, letters.translate(_PART)))
        plain = b"&" not in content and len(content.translate(None, _CONTROLS)) == len(content)
        return content.decode() if plain and b"\xef\xbf" not in content else _resolved(content)

    def _met(self, opening: bytes) -> _Tags:
        """Tags with the same prefix as the record's own."""
        name = opening.split(None, 1)[0]
        if name not in self._tags:
            if len(self._tags) > _MOST_PREFIXES:
                self._tags.clear()
            prefix, colon, _ = name.rpartition(b":")
            self._tags[name] = _Tags((prefix + colon).decode())
        return self._tags[name]


class _Letters(dict[bytes, bytes]):
    """The two letters of each tag, as it is written between its brackets; found out when first met."""

    def __init__(self, tags: _Tags) -> None:
        super().__init__()
        self._tags = tags

    def __missing__(self, tag: bytes) -> bytes:
        self._tags.learn(tag)
        return self[tag]


class _Tags:
    """What each different tag of a file means.

    Attributes:
        letters: kind of the tag, see `_ORDER`.
        openings: what it begins in the canonical form.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.letters = _Letters(self)
        self.openings: dict[bytes, bytes] = {}

    def learn(self, tag: bytes) -> None:
        """Read one tag and remember it."""
        if len(self.openings) > _MOST_TAGS:
            self.letters.clear()
            self.openings.clear()
        closing = tag.startswith(b"/")
        self.letters[tag], self.openings[tag] = self._closing(tag) if closing else self._opening(tag)

    def _closing(self, tag: bytes) -> tuple[bytes, bytes]:
        name = tag[1:].decode().rstrip(_BLANK)
        letters = _LETTERS.get(name.removeprefix(self._prefix)) if name.startswith(self._prefix) else None
        return (letters[:1].upper() + b"0" if letters else _ODD), b""

    def _opening(self, tag: bytes) -> tuple[bytes, bytes]:
        met: list[tuple[str, dict[str, str]]] = []
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = lambda name, attributes: met.append((name, attributes))
        try:
            parser.Parse(b"<" + tag + b"/>", True)  # noqa: FBT003 (expat takes no keyword)
            ((name, attributes),) = met
            local = name.removeprefix(self._prefix)
            opening = _begins(local, attributes).encode()
        except (expat.ExpatError, NotWholeError):
            return _ODD, b""
        known = local in _LETTERS and name.startswith(self._prefix) and not tag.endswith(b"/")
        return (_LETTERS[local] if known else _ODD), opening


def _resolved(content: bytes) -> str | None:
    """Content with its references and line ends read by expat; None where that cannot be told apart."""
    if b"\xee\x80" in content:
        return None
    marked = content
    for mark, stand_in in _STAND_INS:
        marked = marked.replace(mark, stand_in.encode())
    found: list[str] = []
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.CharacterDataHandler = found.append
    try:
        parser.Parse(b"<a>" + marked + b"</a>", True)  # noqa: FBT003 (expat takes no keyword)
    except expat.ExpatError:
        return None
    text = "".join(found)
    for mark, stand_in in _STAND_INS:
        if text.count(stand_in) != content.count(mark):
            return None
        text = text.replace(stand_in, mark.decode())
    return text


class _Expat:
    """Reads one record's element by expat."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._content: list[str] = []
        self._text: list[str] = []

    def parse(self, raw: bytes) -> str:
        """Canonical content: the leader as written, then the fields.

        Raises:
            NotWholeError: malformed XML, an element or attribute that MARCXML does not have.
        """
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        try:
            parser.Parse(raw, True)  # noqa: FBT003 (expat takes no keyword)
        except expat.ExpatError as error:
            raise NotWholeError(
                "malformed_xml", f"The XML of the record is not well formed: {error}."
            ) from None
        return "".join(self._content)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        parent = self._path[-1] if self._path else ""
        if local not in _CHILDREN.get(parent, ()):
            raise NotWholeError(
                "foreign_xml", f"MARCXML has no element {name!r} inside {parent or 'a document'}."
            )
        if local == "leader" and len(self._content) > 1:
            raise NotWholeError("foreign_xml", "The leader does not stand first.")
        self._between()
        self._path.append(local)
        self._content.append(
            _begins(local, attributes, SUBFIELD + "1" if parent == _EMBEDDING else FIELD_END)
        )

    def _end(self, _name: str) -> None:
        if self._path.pop() in _LEAVES:
            self._content.append("".join(self._text))
            self._text.clear()
        else:
            self._between()

    def _between(self) -> None:
        """Text between elements has to be blank: anything else would be lost without a word."""
        if self._text and "".join(self._text).strip(_BLANK):
            raise NotWholeError("foreign_xml", "Text stands between the fields or subfields.")
        self._text.clear()


def _begins(local: str, attributes: Mapping[str, str], mark: str = FIELD_END) -> str:
    """What an element begins in the canonical form; indicators that are not there are blank."""
    if local == "subfield":
        code = attributes.get("code", "")
        if len(code) != 1:
            raise NotWholeError("foreign_xml", f"A subfield has the code {code!r}.")
        return SUBFIELD + code
    if local not in _CHILDREN["record"] or local == "leader":
        return ""
    tag = attributes.get("tag", "")
    if len(tag) != 3 or not (tag.isascii() and tag.isalnum()):
        raise NotWholeError("foreign_xml", f"A field has the tag {tag!r}.")
    indicators = "".join(attributes.get(name) or " " for name in ("ind1", "ind2"))
    if len(indicators) != 2:
        raise NotWholeError("foreign_xml", f"Field {tag} has the indicators {indicators!r}.")
    return mark + tag + (indicators if local == "datafield" else "")
