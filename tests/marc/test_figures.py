from __future__ import annotations

from decimal import Decimal

import pytest

from rabis_sync.marc.figures import iso_date, pages, price, year


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1997", 1997),
        ("[1997]", 1997),
        ("cop. 2001", 2001),
        ("1997-1999", 1997),
        ("1998 жыл", 1998),
        ("1399", None),
        ("2100", None),
        ("19--", None),
        ("19987", None),
        ("Б. г.", None),
        ("", None),
    ],
)
def test_a_year_stands_by_itself_and_is_plausible(text: str, found: int | None) -> None:
    assert year(text) == found


@pytest.mark.parametrize(
    ("extent", "count"),
    [
        ("121, [3] с.", 121),
        ("2 т. 512 с.", 512),
        ("2 т. (512, 480 с.)", 512),
        ("424", 424),
        ("[20с.]", 20),
        ("160с.", 160),
        ("810,6с.", 810),
        ("С. 174-271", 98),
        ("с.350-435", 86),
        ("С. 4", 1),
        ("Б. 15-17", 3),
        ("[2],450-886 с.", 437),
        ("[4],XVII, 342-691, XXIV c.", 350),
        ("[3],ХVII,340,ХХIV с.", 340),
        ("X, 499, [1] с.", 499),
        ("594 с., [1] л. портр.", 594),
        ("352 б.", 352),
        ("352 бет", 352),
        ("20b.", 20),
        ("xii, 250 p.", 250),
        ("250 pages", 250),
        ("1 ак.,стерео", None),
        ("2 т.", None),
        ("24 л. ил.", None),
        ("1 CD-ROM", None),
        ("0 с.", None),
        ("", None),
    ],
)
def test_pages_are_counted_and_volumes_are_not(extent: str, count: int | None) -> None:
    assert pages(extent) == count


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("45 р. 00 к.", "45", "SUR"),
        ("1 р. 10 к.", "1.10", "SUR"),
        ("0 р. 22 к.", "0.22", "SUR"),
        ("30 р.", "30", "SUR"),
        ("30 руб.", "30", "SUR"),
        ("45 к.", "0.45", "SUR"),
        ("1380.00", "1380.00", "KZT"),
        ("1 380,50", "1380.50", "KZT"),
        ("1-20", "1.20", "KZT"),
        ("17-30(20-00)", "17.30", "KZT"),
        ("1 500,00 тг", "1500.00", "KZT"),
        ("1500 тенге", "1500", "KZT"),
        ("1\u00a0500 ₸", "1500", "KZT"),
        ("150 тг 50 т", "150.50", "KZT"),
        ("80 тиын", "0.80", "KZT"),
        ("2500", "2500", "KZT"),
    ],
)
def test_a_price_is_read_with_its_currency(text: str, amount: str, currency: str) -> None:
    assert price(text, "KZT", "SUR") == (Decimal(amount), currency)


@pytest.mark.parametrize("text", ["", "б/ц", "бесплатно", "—", "к."])
def test_where_there_is_no_price_there_is_no_currency(text: str) -> None:
    assert price(text, "KZT", "SUR") == (None, "")


def test_roubles_are_those_of_the_catalogue() -> None:
    assert price("45 р.", "KZT", "RUB") == (Decimal(45), "RUB")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20160324", "2016-03-24"),
        ("20160324101500.0", "2016-03-24"),
        ("24.03.2016", "2016-03-24"),
        ("24.03.2016 г.", "2016-03-24"),
        ("24.03.2016 0:00:00", "2016-03-24"),
        ("24/03/2016", "2016-03-24"),
        ("4.3.16", "2016-03-04"),
        ("24.03.98", "1998-03-24"),
        ("2016-03-24", "2016-03-24"),
        ("2016-03-24T10:00:00", "2016-03-24"),
        ("31.02.2016", ""),
        ("2016", ""),
        ("03.2016", ""),
        ("", ""),
    ],
)
def test_a_date_is_a_whole_day_or_nothing(text: str, day: str) -> None:
    assert iso_date(text) == day
