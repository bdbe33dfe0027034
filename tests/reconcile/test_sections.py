"""A section comes back from the store as it was."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields

from rabis_sync.reconcile.discrepancy import Discrepancy
from rabis_sync.reconcile.sections import Astray, Section
from rabis_sync.reconcile.sides import Booking, Copy
from rabis_sync.reconcile.totals import Flow


def test_what_numbers_told_comes_back_as_it_was() -> None:
    plain = ("1", 7, 1, "c", "KZ1", "1", "", "ЦГБ", 500, "KZT", "2016", "", "", "")
    copy = Copy(*plain, withdrawn=False, quantity=1)
    booking = Booking._make([*"12345", "Қан", "", 2016, 500, 1, None, "KZT", *[""] * 14])
    told = Discrepancy("ONLY_CATALOG", ("1", "c"), "1", "ЦГБ", 7, {"б": 1, "а": None}, None, {"alike": 0.61})
    other = Discrepancy("INV_DUP", ("1", ""), informs=True)
    section = Section(
        Counter(items=3),
        [told, other],
        [Astray(other, copy, booking), Astray(told, copy, None)],
        [("books", 4)],
        Counter({("ЦГБ", "FIC"): 3}),
        Counter({("ЦГБ", ""): 2}),
        Counter(c=2),
        "2016-03-24",
        met={("Детский", 9)},
        asked=True,
    )
    section.shelves.add("цгб", "А12", catalogued=True)
    flow = Flow("books", "acquired", "7", "2016", "цгб", "KZT", "FIC", "kaz")
    section.flows.sums[flow] = [3, 1500, 1]
    text = section.text()
    found = Section.read(text)
    assert json.loads(text).keys() == {one.name for one in fields(Section)}
    for name in {one.name for one in fields(Section)} - {"shelves", "flows"}:
        assert getattr(found, name) == getattr(section, name)
    assert (found.shelves.runs, found.flows.sums) == (section.shelves.runs, section.flows.sums)
    assert str(found.found[0].catalogue) == str(told.catalogue)
    assert found.astray[0].finding is found.found[1]
    assert isinstance(found.astray[0].copy, Copy)
    assert isinstance(found.astray[0].booking, Booking)
