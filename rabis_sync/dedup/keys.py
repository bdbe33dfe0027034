"""Match keys: two records that share one are compared; each key only puts folded fields together.

Kinds: ``i`` an ISBN · ``s`` ISSN, part, year · ``n`` a national number · ``t`` a title with its part · ``y``
the same with the year · ``p`` the title's first letters with the year · ``a`` surname, year and pages.
No kind needs an author: laws, albums and periodicals have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rabis_sync.dedup.row import Row

BAR = "|"


def keys(row: Row, title_letters: int) -> list[str]:
    """The match keys of a record, each once, sorted.

    Args:
        row: the record.
        title_letters: letters of the title in a ``p`` key.
    """
    part, year = " ".join(row.part), "" if row.year is None else str(row.year)
    found = {f"i{BAR}{isbn}" for isbn in row.isbns}
    found |= {f"n{BAR}{number}" for number in row.identifiers}
    found |= {BAR.join(("s", issn, part, year)) for issn in row.issns}
    for title in filter(None, (row.title, row.title_full, *row.other_titles)):
        found.add(BAR.join(("t", title, part)))
        if year:
            found.add(BAR.join(("y", title, part, year)))
    if row.title and year:
        found.add(BAR.join(("p", row.title[:title_letters], year)))
    if year and row.pages:
        surnames = {name.partition(" ")[0] for name in row.contributors}
        found |= {BAR.join(("a", surname, year, str(row.pages))) for surname in surnames}
    return sorted(found)
