"""Multi-volume sets and periodicals: the description of the whole, and one of each part that points to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.demo import isbn

if TYPE_CHECKING:
    from rabis_sync.demo.book import Group
    from rabis_sync.demo.press import Press
    from rabis_sync.demo.vocabulary import Multipart

ISSUES = 8


def volumes(press: Press, plan: Multipart, *, own_isbn: bool) -> Group:
    """The whole and its volumes, one a year; with `own_isbn` its number is repeated in every volume."""
    first = press.year(1999, 2018)
    people = {"authors": (press.person(),)} if plan.udc.startswith("821") else {"compiler": press.person()}
    common = {"udc": plan.udc, "bbk": plan.bbk, **people}
    whole = press.book(
        "set",
        plan.language,
        first,
        kind="set",
        title=plan.title,
        other=plan.other,
        last_year=first + len(plan.volumes) - 1,
        volumes=len(plan.volumes),
        **common if own_isbn else {**common, "isbn": ""},
    )
    parts = [
        press.book(
            "set",
            plan.language,
            first + place,
            kind="volume",
            title=f"{place + 1}-том" if plan.language == "kaz" else f"Т. {place + 1}",
            other=name,
            host_title=plan.title,
            set_isbn=whole.isbn,
            publisher=whole.publisher,
            **common,
        )
        for place, name in enumerate(plan.volumes)
    ]
    return [whole, *parts]


def issues(press: Press, plan: Multipart, place: int) -> Group:
    """A periodical and its issues of two years."""
    first = press.year(2012, 2020)
    common = {"udc": plan.udc, "bbk": plan.bbk, "compiler": press.person(), "isbn": ""}
    whole = press.book(
        "serial",
        plan.language,
        first,
        kind="serial",
        title=plan.title,
        other=plan.other,
        last_year=9999,
        issn=isbn.issn(place + 1),
        **common,
    )
    parts = [
        press.book(
            "serial",
            plan.language,
            first + issue // 4,
            kind="issue",
            title=f"№ {issue % 4 + 1}",
            host_title=plan.title,
            pages=press.rng.randrange(48, 96, 4),
            publisher=whole.publisher,
            **common,
        )
        for issue in range(ISSUES)
    ]
    return [whole, *parts]
