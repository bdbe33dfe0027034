"""What may be shown of a record on a given day: default deny, every holder must allow, the strictest wins.

Terms follow the Law of the Republic of Kazakhstan № 6-I of 10 June 1996 "On Copyright and Related Rights":
article 8 (official documents are not protected), article 28 (life and seventy years, counted from 1 January
of the next year; from rehabilitation where the author was rehabilitated after death; from publication for
anonymous and posthumous works) and article 29 (public domain). Years are data: `mappings/rights.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: From the widest to the narrowest: viewing and taking the file, viewing only, inside the library, the
#: description without the file, nothing at all.
LEVELS = ("open", "view", "onsite", "metadata", "closed")

IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"
NOT_EVALUATED = "http://rightsstatements.org/vocab/CNE/1.0/"
UNDETERMINED = "http://rightsstatements.org/vocab/UND/1.0/"
PUBLIC_DOMAIN = "http://creativecommons.org/publicdomain/mark/1.0/"

#: Why something is not open, the weightiest first; texts in kk, ru, en stand under [rights.<code>].
REASONS = (
    "no_registry",
    "not_in_registry",
    "broken_row",
    "unknown_level",
    "unreadable_date",
    "unreadable_year",
    "unknown_uri",
    "dates_reversed",
    "holder_unknown",
    "rehabilitation_unknown",
    "publication_year_unknown",
    "death_year_unknown",
    "no_contract",
    "level_missing",
    "contract_ended",
    "contract_not_begun",
    "level_closed",
    "level_metadata",
    "level_onsite",
    "level_view",
)

#: The rights are known well enough to say that the work is protected.
_PROTECTED = frozenset({"no_contract", "level_missing", "contract_ended", "contract_not_begun"})
#: What another contract of the same holder heals.
_TIMELY = frozenset({"contract_ended", "contract_not_begun"})
_BASES = ("contract", "licence", "public_domain", "official")

#: What a row may say of the work itself (article 8, article 28 paragraphs 3 and 4).
WORKS = ("official", "anonymous", "posthumous")

_STATEMENT = re.compile(
    r"https?://(?:www\.)?rightsstatements\.org/(?:vocab|page)/"
    r"(InC(?:-OW-EU|-EDU|-NC|-RUU)?|NoC-(?:CR|NC|OKLR|US)|CNE|UND|NKC)/1\.0/?",
    re.IGNORECASE,
)
_COMMONS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/"
    r"(licenses/by(?:-sa|-nd|-nc|-nc-sa|-nc-nd)?/[1-4]\.[05]|publicdomain/(?:mark|zero)/1\.0)"
    r"(/igo)?(?:/(?:deed|legalcode)(?:\.[\w-]+)?)?/?",
    re.IGNORECASE,
)
_STATEMENT_NAMES = {
    name.lower(): name
    for name in (
        *("InC", "InC-OW-EU", "InC-EDU", "InC-NC", "InC-RUU"),
        *("NoC-CR", "NoC-NC", "NoC-OKLR", "NoC-US", "CNE", "UND", "NKC"),
    )
}


@dataclass(frozen=True, slots=True)
class RightsRow:
    """One row of the rights registry: what one holder has allowed.

    Attributes:
        place: file and row, as a reader finds it.
        records: control numbers the row speaks of.
        holder: name of the holder, empty when unknown.
        role: author, illustrator, translator …; free text.
        contract_no: number of the written contract, empty when there is none.
        contract_date: day of signing.
        valid_from: first day of the permission; None: from the day of signing.
        valid_until: last day of the permission; None: no end.
        level: one of `LEVELS`; empty when the cell is.
        rights_uri: statement or licence in its exact form (see `exact_uri`); empty when the cell is.
        death_year: year in which the author died.
        rehabilitated_year: year in which a repressed author was rehabilitated.
        repressed: the row says that the author was repressed.
        work: one of `WORKS`; empty: a work of a known author published in lifetime.
        problems: codes of `REASONS` for what could not be read; such a row never allows anything.
    """

    place: str
    records: tuple[str, ...]
    holder: str = ""
    role: str = ""
    contract_no: str = ""
    contract_date: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    level: str = ""
    rights_uri: str = ""
    death_year: int | None = None
    rehabilitated_year: int | None = None
    repressed: bool = False
    work: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What may be shown, by which right, and until when.

    Attributes:
        level: one of `LEVELS`.
        rights_uri: statement or licence, in its exact form.
        basis: contract, licence, public_domain or official; empty when nothing was granted.
        until: last day of the permission, or the day it ended; None: no end.
        reason: empty when open, else one of `REASONS`.
    """

    level: str
    rights_uri: str
    basis: str = ""
    until: date | None = None
    reason: str = ""

    @property
    def granted(self) -> bool:
        """True when every holder has allowed at least something."""
        return bool(self.basis)


@dataclass(frozen=True, slots=True)
class Terms:
    """Years the law protects a work.

    Attributes:
        life: years after the author's death (article 28, paragraph 1).
    """

    life: int = field(default=70)


def decide(
    control_number: str,
    rows: Iterable[RightsRow],
    on: date,
    terms: Terms | None = None,
    published: int | None = None,
) -> Decision:
    """What may be shown of the record on that day, in the library's zone.

    Args:
        control_number: of the record.
        rows: of the registry, in any order; those of other records are passed over.
        on: the day.
        terms: years of the law.
        published: year in which the work was published, as the record has it; of a reprint it is later than
            the first one, and the work is free later than the law would have it, never earlier.

    The order of the rows never matters. Rows of one holder in one role are contracts one after another: the
    one in force counts. Both days of a contract belong to it.
    """
    law = terms or Terms()
    concerned = [row for row in rows if control_number in row.records]
    if not concerned:
        return Decision("metadata", NOT_EVALUATED, reason="not_in_registry")
    if len(concerned) == 1:
        return _of_row(concerned[0], on, law, published)
    concerned.sort(key=_holder)
    standings = [
        _of_holder([_of_row(row, on, law, published) for row in group])
        for _, group in groupby(concerned, key=_holder)
    ]
    return _together(standings) if all(one.granted for one in standings) else _refused(standings)


def exact_uri(text: str) -> str:
    """The statement or licence in its exact form (http, no language, last slash); empty for anything else."""
    if found := _STATEMENT.fullmatch(text.strip()):
        return f"http://rightsstatements.org/vocab/{_STATEMENT_NAMES[found[1].lower()]}/1.0/"
    if found := _COMMONS.fullmatch(text.strip()):
        return f"http://creativecommons.org/{found[1].lower()}{(found[2] or '').lower()}/"
    return ""


def free_from(row: RightsRow, terms: Terms, published: int | None) -> date | None:
    """First day of the public domain, None when the row does not let us know it (articles 28 and 29).

    An author who became known after all has the term of any other; a posthumous work has the later one.
    """
    if row.work == "anonymous" and row.death_year is None:
        return _after(published, terms)
    if row.death_year is None or (row.repressed and row.rehabilitated_year is None):
        return None
    if row.work == "posthumous" and published is None:
        return None
    later = (row.rehabilitated_year, published if row.work == "posthumous" else None)
    return _after(max(row.death_year, *(year or 0 for year in later)), terms)


def ends_soon(until: date | None, on: date, notice: Sequence[int] = (7, 30, 90)) -> int | None:
    """The shortest of the notices (in days) within which a permission ends; None where none is due.

    Args:
        until: last day of the permission.
        on: the day.
        notice: days before the end at which people are warned, in rising order.
    """
    if until is None or until < on:
        return None
    return next((days for days in notice if (until - on).days <= days), None)


def _after(year: int | None, terms: Terms) -> date | None:
    return None if year is None else date(year + terms.life + 1, 1, 1)


def stricter(one: str, other: str) -> str:
    """The narrower of two levels."""
    return max(one, other, key=LEVELS.index)


def _holder(row: RightsRow) -> tuple[str, str]:
    return " ".join(row.holder.casefold().split()), " ".join(row.role.casefold().split())


def _of_row(row: RightsRow, on: date, terms: Terms, published: int | None) -> Decision:
    """Standing of one row on that day."""
    nobody = not row.holder and row.work not in {"official", "anonymous"}
    if row.problems or nobody:
        return _denied(row, min(row.problems or ("holder_unknown",), key=REASONS.index))
    if row.work == "official":
        return _granted(row, row.level or "open", "official", PUBLIC_DOMAIN)
    free = free_from(row, terms, published)
    if free is not None and free <= on:
        return _granted(row, row.level or "open", "public_domain", PUBLIC_DOMAIN)
    if row.contract_no:
        return _of_contract(row, on)
    if _is_licence(row.rights_uri) and row.valid_until is None:
        return _granted(row, row.level or "open", "licence", row.rights_uri)
    return _denied(row, _obstacle(row, published))


def _obstacle(row: RightsRow, published: int | None) -> str:
    """Why a work that nobody has permitted is not known to be free."""
    if row.repressed and row.rehabilitated_year is None:
        return "rehabilitation_unknown"
    of_nobody_known = row.work == "anonymous" and row.death_year is None
    if published is None and (of_nobody_known or row.work == "posthumous"):
        return "publication_year_unknown"
    return "death_year_unknown" if row.death_year is None and not of_nobody_known else "no_contract"


def _of_contract(row: RightsRow, on: date) -> Decision:
    begins = max((day for day in (row.contract_date, row.valid_from) if day), default=date.min)
    if row.valid_until is not None and row.valid_until < on:
        return _denied(row, "contract_ended")
    if on < begins:
        return _denied(row, "contract_not_begun")
    if not row.level:
        return _denied(row, "level_missing")
    return _granted(row, row.level, "contract", _contract_uri(row))


def _contract_uri(row: RightsRow) -> str:
    """A licence that cannot be taken back never stands on a permission that ends; nor is the work free."""
    lasting = "creativecommons.org" not in row.rights_uri or (
        _is_licence(row.rights_uri) and row.valid_until is None
    )
    return row.rights_uri if row.rights_uri and lasting else IN_COPYRIGHT


def _is_licence(uri: str) -> bool:
    return "creativecommons.org" in uri and uri != PUBLIC_DOMAIN


def _granted(row: RightsRow, level: str, basis: str, uri: str) -> Decision:
    until = row.valid_until if basis == "contract" else None
    return Decision(level, uri, basis, until, _restriction(level))


def _restriction(level: str) -> str:
    """Reason of a level that somebody chose."""
    return "" if level == "open" else f"level_{level}"


def _denied(row: RightsRow, reason: str) -> Decision:
    floor = "closed" if reason in {"broken_row", "unknown_level", "rehabilitation_unknown"} else "metadata"
    uri = IN_COPYRIGHT if reason in _PROTECTED else UNDETERMINED
    until = row.valid_until if reason == "contract_ended" else None
    return Decision(stricter(floor, row.level or "metadata"), uri, until=until, reason=reason)


def _of_holder(standings: list[Decision]) -> Decision:
    """Rows of one holder: a contract in force heals those that ended or have not begun, and nothing else."""
    in_force = [standing for standing in standings if standing.granted]
    denied = [standing for standing in standings if not standing.granted]
    if in_force and all(standing.reason in _TIMELY for standing in denied):
        return _together(in_force)
    return _refused(standings)


def _refused(standings: Sequence[Decision]) -> Decision:
    """Somebody has not allowed it: the weightiest reason, and the narrowest level that anybody asks for."""
    denied = (one for one in standings if not one.granted)
    weightiest = max(
        denied, key=lambda one: (LEVELS.index(one.level), -REASONS.index(one.reason), str(one.until))
    )
    return replace(weightiest, level=max((one.level for one in standings), key=LEVELS.index))


def _together(granted: Sequence[Decision]) -> Decision:
    """Everybody has allowed something: the narrowest level, the earliest end, the heaviest basis."""
    level = max((one.level for one in granted), key=LEVELS.index)
    basis = min((one.basis for one in granted), key=_BASES.index)
    until = min((one.until for one in granted if one.until), default=None)
    uris = {one.rights_uri for one in granted} - {PUBLIC_DOMAIN} or {PUBLIC_DOMAIN}
    uri = uris.pop() if len(uris) == 1 else IN_COPYRIGHT
    return Decision(level, uri, basis, until, _restriction(level))
