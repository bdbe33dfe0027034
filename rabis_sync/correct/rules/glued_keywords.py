"""Several keywords in one subfield: a search by one of them does not find the record.

Before: 610 0#$aәдебиет; роман;ХХ ғасыр
After:  610 0#$aәдебиет$aроман$aХХ ғасыр

Parted for certain at semicolons; proposed at commas where every part is short and none is abbreviated or in
brackets («Тихий океан, юж. часть»), nor two of them a surname and a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.moves import moves, rearranged
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.correct.rule import Action
    from rabis_sync.marc.record import Record

_WORTH = re.compile("[;,]")
_ENTITY = re.compile(r"&#?\w+;")


@dataclass(frozen=True)
class Settings:
    """Keywords.

    Attributes:
        keywords: slots by family.
        words: most words that a keyword of a list parted by commas has.
    """

    keywords: dict[str, list[str]]
    words: int


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Keywords glued together, once a field."""
    settings: Settings = background.settings
    fields: dict[tuple[str, int], list[tuple[str, list[str], Action]]] = {}
    places = {}
    for one in found(record, slots_of(settings.keywords, record), _WORTH):
        pieces = [piece.strip() for piece in one.value.split(";") if piece.strip()]
        action: Action = "fix"
        if ";" not in one.value:
            pieces, action = _by_commas(one.value, settings.words), "suggest"
        if len(pieces) > 1 and not _ENTITY.search(one.value) and all(map(_is_closed, pieces)):
            fields.setdefault((one.tag, one.nth), []).append((one.code + one.value, pieces, action))
            places[one.tag, one.nth] = one
    for key, glued in fields.items():
        for wanted in ("fix", "suggest"):
            chosen = [(old, pieces) for old, pieces, action in glued if action == wanted]
            if chosen:
                changed = {(old[0], old[1:]): [(old[0], piece) for piece in pieces] for old, pieces in chosen}
                count = sum(len(pieces) for _old, pieces in chosen)
                params = {"count": count, "first": chosen[0][1][0], **moves(changed)}
                yield Fault(places[key].field(record), wanted, wanted, params)


def _is_closed(piece: str) -> bool:
    """True where no bracket or quotation mark was opened before a sign that parts."""
    pairs = ("()", "[]", "«»", "“”")
    return all(piece.count(pair[0]) == piece.count(pair[1]) for pair in pairs) and piece.count('"') % 2 == 0


def _by_commas(text: str, most: int) -> list[str]:
    """The parts, where each may be a keyword; none otherwise."""
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    whole = all("." not in piece and "(" not in piece and len(piece.split()) <= most for piece in pieces)
    person = len(pieces) == 2 and all(" " not in piece and piece[0].isupper() for piece in pieces)
    return pieces if len(pieces) > 1 and whole and not person else []


RULE = Rule(
    id="glued_keywords",
    version=1,
    order=76,
    severity="info",
    actions=("fix", "suggest"),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni6.htm",
    find=find,
    mend=rearranged,
    settings=Settings,
    independent=True,
    looks=lambda known, dialect: tags_in(dialect, known.settings.keywords),
    worth=_WORTH.search,
)
