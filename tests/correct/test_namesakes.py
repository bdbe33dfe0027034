from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rabis_sync.correct.namesakes import Namesakes
from rabis_sync.correct.vocabulary import Heading

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.correct.word_settings import WordSettings

AUEZOV = Heading("person", "Әуезов", "М. О.", language="kaz")
CATALOGUE = {
    AUEZOV: 20,
    Heading("person", "Ауэзов", "М. О.", language="rus"): 90,
    Heading("person", "Ауэзов", "М. О.", language="kaz"): 1,
    Heading("person", "Дулатұлы", "М. Ж.", dates="1885-1935", language="kaz"): 9,
    Heading("person", "Гумилёв", "Л. Н.", language="rus"): 9,
    Heading("person", "Есенберлин", "И. С.", language="rus"): 9,
    Heading("person", "Петрова", "А. Б.", language="rus"): 9,
    Heading("person", "Иванов", "А.", language="rus"): 9,
    Heading("body", "Университет им. Е. А. Букетова", language="rus"): 9,
}


@pytest.fixture(scope="module")
def namesakes(root: object) -> Callable[[WordSettings], Namesakes]:
    return lambda settings: Namesakes(
        {one.text: records for one, records in CATALOGUE.items()}, settings.headings
    )


@pytest.mark.parametrize(
    ("heading", "preferred"),
    [
        (Heading("person", "Ауэзов", "М. О.", language="kaz"), "Әуезов"),
        (Heading("person", "Ауэзов", "М.О.", language="kaz"), "Әуезов"),
        (Heading("person", "Әуэзов, Мұхтар Омарханұлы", language="kaz"), "Әуезов"),
        (Heading("person", "Дулатов", "М. Ж.", language="kaz"), "Дулатұлы"),
        (Heading("person", "Гумилев", "Л. Н.", language="rus"), "Гумилёв"),
        (Heading("person", "Есемберлин", "И. С.", language="rus"), "Есенберлин"),
        (
            Heading("body", "Университет имени Е.А. Букетова", language="rus"),
            "Университет им. Е. А. Букетова",
        ),
    ],
)
def test_another_way_to_write_a_heading_gives_way_to_the_one_most_records_have(
    namesakes: Callable[..., Namesakes], word_settings: WordSettings, heading: Heading, preferred: str
) -> None:
    found = namesakes(word_settings).preferred(heading)
    assert found is not None
    assert found.name == preferred


@pytest.mark.parametrize(
    "heading",
    [
        AUEZOV,
        Heading("person", "Ауэзов", "М. О.", language="rus"),
        Heading("person", "Ауэзов", "М. М.", language="kaz"),
        Heading("person", "Дулатов", "М. Ж.", dates="1950-", language="kaz"),
        Heading("person", "Петров", "А. Б.", language="rus"),
        Heading("person", "Иванев", "А.", language="rus"),
        Heading("person", "Абай", language="kaz"),
        Heading("body", "Институт им. Е. А. Букетова", language="rus"),
    ],
)
def test_other_languages_initials_dates_and_women_are_others(
    namesakes: Callable[..., Namesakes], word_settings: WordSettings, heading: Heading
) -> None:
    assert namesakes(word_settings).preferred(heading) is None


def test_a_heading_linked_to_an_authority_record_comes_before_a_more_frequent_one(
    word_settings: WordSettings,
) -> None:
    headings = {
        Heading("person", "Мүсірепов", "Ғ. М.", link="kz7", language="kaz").text: 5,
        Heading("person", "Мусірепов", "Ғ. М.", language="kaz").text: 8,
    }
    found = Namesakes(headings, word_settings.headings).preferred(
        Heading("person", "Мусрепов", "Ғ. М.", language="kaz")
    )
    assert found is not None
    assert (found.name, found.occurs) == ("Мүсірепов", 5)


def test_two_ways_that_are_about_as_frequent_are_both_left(word_settings: WordSettings) -> None:
    ways = {Heading("person", name, "Г. М.", language="rus").text: 9 for name in ("Мусрепов", "Мусирепов")}
    namesakes = Namesakes(ways, word_settings.headings)
    assert [namesakes.preferred(Heading.of_text(text)) for text in ways] == [None, None]
