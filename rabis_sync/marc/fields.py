"""A record as leader and fields, before anyone asks what they mean.

The text of a field is kept in one string as ISO 2709 has it: for a control field its value, for a data field
two indicators followed by subfields, each opened by U+001F and its code. Splitting is done when asked for:
most fields of most records are never looked at.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b
from itertools import repeat
from operator import add, itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIELD_END = "\x1e"
SUBFIELD = "\x1f"
RECORD_END = "\x1d"

#: What every leader looks like outside record length and base address (regular expression, 24 characters).
LEADER_SHAPE = "(?s:.{5}[a-zA-Z0-9 |#^*_-]{5}[0-9 ]{2}.{5}[ -~]{7})"

Subfield = tuple[str, str]


class Field(NamedTuple):
    """One field: tag and text (see the module's sentence for the text's shape)."""

    tag: str
    text: str

    @property
    def is_control(self) -> bool:
        """True for 001-009, which have neither indicators nor subfields."""
        return self.tag < "010"

    @property
    def indicators(self) -> str:
        """Both indicators; an exporter that dropped blanks gets them back."""
        return (self.text.split(SUBFIELD, 1)[0] + "  ")[:2]

    def subfields(self) -> list[Subfield]:
        """All subfields in order, as (code, value); an opening mark without a code is passed over."""
        return [(part[0], part[1:]) for part in self.text.split(SUBFIELD)[1:] if part]

    def values(self, codes: str) -> list[str]:
        """Values of the subfields with one of these codes, in the order of the field."""
        return [part[1:] for part in self.text.split(SUBFIELD)[1:] if part and part[0] in codes]

    def first(self, codes: str) -> str:
        """The first such value, or an empty string."""
        return next(iter(self.values(codes)), "")

    def embedded(self) -> list[Field]:
        """Fields carried inside a linking field by ``$1`` (UNIMARC manual, 4-- block).

        ``$1`` holds the tag, then for a control field its value, else the indicators; the subfields up to the
        next ``$1`` belong to it. Indicators that an exporter trimmed are padded. Empty for the technique of
        standard subfields (``$t $v $x``), which is read as ordinary subfields.
        """
        found: list[Field] = []
        for part in self.text.split(SUBFIELD)[1:]:
            if part[:1] == "1" and part[1:4].isalnum():
                tag, rest = part[1:4], part[4:]
                found.append(Field(tag, rest if tag < "010" else (rest + "  ")[:2]))
            elif found and part and not found[-1].is_control:
                found[-1] = Field(found[-1].tag, f"{found[-1].text}{SUBFIELD}{part}")
        return found

    @staticmethod
    def data(tag: str, indicators: str, subfields: list[Subfield]) -> Field:
        """Build a data field from its parts."""
        return Field(tag, indicators + "".join(f"{SUBFIELD}{code}{value}" for code, value in subfields))


class MarcRecord:
    """Leader (24 characters) and fields in their order; never altered once it is made.

    Most records of a harvest are asked for tags and texts alone: `fields` are made when somebody wants them.

    Args:
        leader: 24 characters.
        fields: in their order.
    """

    __slots__ = ("_fields", "leader", "tags", "texts")

    def __init__(self, leader: str, fields: Iterable[Field]) -> None:
        self.leader = leader
        self._fields: tuple[Field, ...] | None = tuple(fields)
        self.tags: Sequence[str] = [field.tag for field in self._fields]
        self.texts: Sequence[str] = [field.text for field in self._fields]

    @staticmethod
    def of(leader: str, tags: Sequence[str], texts: Sequence[str]) -> MarcRecord:
        """The record whose fields have these tags and these texts, in this order."""
        made = MarcRecord.__new__(MarcRecord)
        made.leader = leader
        made.tags = tags
        made.texts = texts
        made._fields = None
        return made

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in their order."""
        if self._fields is None:
            # Without the Python frame of NamedTuple's own constructor: large files hold millions of fields.
            pairs = zip(self.tags, self.texts, strict=True)
            self._fields = tuple(map(tuple.__new__, repeat(Field), pairs))
        return self._fields

    def __eq__(self, other: object) -> bool:
        """Equal in the leader and in every field."""
        if not isinstance(other, MarcRecord):
            return NotImplemented
        return self.leader == other.leader and self.fields == other.fields

    def __hash__(self) -> int:
        return hash((self.leader, self.fields))

    def __repr__(self) -> str:
        return f"MarcRecord(leader={self.leader!r}, fields={self.fields!r})"

    def __reduce__(self) -> tuple[type[MarcRecord], tuple[str, tuple[Field, ...]]]:
        return MarcRecord, (self.leader, self.fields)

    def canonical(self) -> str:
        """The whole record as one text: the same for ISO 2709 and MARCXML, whatever the encoding was.

        Lengths and the base address are zero, since they belong to a transport. Inverse of `from_canonical`.
        """
        return FIELD_END.join([neutral_leader(self.leader), *map(add, self.tags, self.texts)])

    @staticmethod
    def from_canonical(canonical: str) -> MarcRecord:
        """Read back what `canonical` wrote."""
        leader, *fields = canonical.split(FIELD_END)
        return MarcRecord.of(leader, [*map(_TAG, fields)], [*map(_TEXT, fields)])

    @property
    def control_number(self) -> str:
        """Value of 001, stripped; empty when the record has none."""
        return self.texts[self.tags.index("001")].strip() if "001" in self.tags else ""


_TAG, _TEXT = itemgetter(slice(3)), itemgetter(slice(3, None))


def neutral_leader(leader: str) -> str:
    """The leader without record length and base address, which belong to a transport."""
    return f"00000{leader[5:12]}00000{leader[17:24]}"


_MARKS = re.compile(f"({FIELD_END}[^{FIELD_END}{SUBFIELD}]{{0,3}}|{SUBFIELD}.?)", re.DOTALL)


def normalized(canonical: str) -> str:
    """The canonical form with all text in Unicode normalization form C.

    Tags and subfield codes stay as they are, even where a value begins with a combining accent.
    """
    if canonical.isascii() or unicodedata.is_normalized("NFC", canonical):
        return canonical
    parts = _MARKS.split(canonical)
    parts[::2] = [unicodedata.normalize("NFC", part) for part in parts[::2]]
    return "".join(parts)


def assembled(leader: str, tags: Sequence[str], texts: Sequence[str]) -> tuple[MarcRecord, str]:
    """A record and its canonical form at once, text in normalization form C.

    Args:
        leader: made neutral already, since canonical form and record must agree.
        tags: of the fields, in order.
        texts: of the fields, in the same order.
    """
    canonical = FIELD_END.join([leader, *map(add, tags, texts)])
    if (text := normalized(canonical)) is canonical:
        return MarcRecord.of(leader, tags, texts), canonical
    return MarcRecord.from_canonical(text), text


def content_hash(canonical: str) -> str:
    """32 hexadecimal digits that are equal exactly when the content is.

    Leader/09 is left out: writers set it to ``a`` or blank by the encoding they use, in UNIMARC too, where it
    means something else (docs/adr/0003).
    """
    content = canonical[:9] + canonical[10:]
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
