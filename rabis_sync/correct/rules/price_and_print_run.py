"""Price or print run where the number of the book belongs, or in each other's subfields.

Before:    010 $a5-7761-0596-X : 45 р.$b3000 экз.
Suggested: 010 $a5-7761-0596-X$d45 р.$93000

What is a price is known by its currency, its kopecks («45-00») or by saying that there is none («б/ц»); what
is a print run by «экз.» or «дана». Where the format has no subfield for print runs they are left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.lines import line
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import Found, slots_of, tags_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_MONEY = r"(?:тг|теңге|тенге|₸|kzt|р|руб|рублей|к|коп|тиын|usd|eur|долл|\$|€)"
_AMOUNT = rf"\d[\d  ]*(?:[.,-]\d\d)?\s*{_MONEY}\.?(?:\s*\d+\s*{_MONEY}\.?)?"
_PRICE = rf"(?:(?:цена|бағасы)\s*:?\s*)?(?:{_AMOUNT}|\d+[-,.]\d\d)"
_FREE = r"(?:б/ц|б\.\s?ц\.?|без цены|бағасыз)"
_RUN = r"(?:(?:тираж|таралымы|тир\.)\s*:?\s*)?(?P<run>\d[\d  ]*)\s*(?:экз(?:емпляров)?|дана)\.?"
_IS_PRICE = re.compile(rf"\s*(?:{_PRICE}|{_FREE})\s*", re.IGNORECASE)
_IS_RUN = re.compile(rf"\s*{_RUN}\s*", re.IGNORECASE)
_WITH_NUMBER = re.compile(
    r"(?P<number>[\d–—-]{9,}[\dXxХх])\s*(?P<words>\([^()]*\))?\s*[:;,.]?\s+"
    rf"(?P<rest>(?:{_PRICE}|{_FREE})|{_RUN})\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Settings:
    """Which subfield holds what, by family.

    Attributes:
        looked_at: slots.
        price: the subfield of prices and terms.
        run: the subfield of print runs; empty where the format has none.
    """

    looked_at: dict[str, list[str]]
    price: dict[str, str]
    run: dict[str, str]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Prices and print runs out of place, once a field."""
    settings: Settings = background.settings
    family = record.dialect.family
    slots = slots_of(settings.looked_at, record)
    for tag in record.index.texts:
        if codes := slots[tag]:
            for nth, parts in enumerate(record.index.parts(tag), 1):
                yield from _field(
                    record, Found(tag, nth, 0, parts), codes, (settings.price[family], settings.run[family])
                )


def _field(record: Record, one: Found, codes: str, homes: tuple[str, str]) -> Iterator[Fault]:
    moved = {
        at: pairs
        for at, part in enumerate(one.parts)
        if at and part and part[0] in codes and (pairs := _moved(part[0], part[1:], *homes))
    }
    if moved:
        pairs = [
            pair
            for at, part in enumerate(one.parts)
            if at and part
            for pair in moved.get(at, [(part[0], part[1:])])
        ]
        value = "; ".join(one.parts[at][1:].strip() for at in moved)
        yield Fault(one.field(record), "suggest", value, {"value": value, "after": line(*pairs)})


def _moved(code: str, text: str, price: str, run: str) -> list[tuple[str, str]]:
    """The subfields in place of this one; none where it is in its place."""
    counted = _IS_RUN.fullmatch(text)
    if counted:
        return [(run, counted["run"].strip())] if run and code != run else []
    if _IS_PRICE.fullmatch(text):
        return [] if code == price else [(price, text.strip())]
    both = _WITH_NUMBER.fullmatch(text) if code not in {price, run} else None
    if both is None or (both["run"] and not run):
        return []
    words, rest = (both["words"] or "").strip(), both["rest"].strip()
    number = (code, f"{both['number']}{f' {words}' if words else ''}")
    return [number, (run, both["run"].strip()) if both["run"] else (price, rest)]


def mend(_text: str, fault: Fault) -> str:
    """The field with each value in its own subfield."""
    return str(fault.params["after"])


RULE = Rule(
    id="price_and_print_run",
    version=1,
    order=28,
    severity="info",
    actions=("suggest",),
    definition="https://unimarc.org.ua/wiki/010",
    find=find,
    mend=mend,
    settings=Settings,
    independent=True,
    looks=lambda known, dialect: tags_in(dialect, known.settings.looked_at),
)
