"""Which kind of book a subtitle names: a text book, its workbook and its reader share every other word."""

from __future__ import annotations

from functools import lru_cache

from rabis_sync.marc.cyrillic import fold

#: Kind -> beginnings of the words that name it, in Russian, Kazakh and Tatar; a + joins words of one name,
#: and after = stands a whole word: «приложение к учебнику» is one, a text book «с приложением» none.
_WORDS = {
    "textbook": "учебник оқулық дәреслек учеб+для students+book pupils+book",
    "workbook": "рабоч+тетрад тетрад дәптер дәфтәр эш+дәфтәр жұмыс+дәптер workbook activity+book",
    "reader": "хрестомат",
    "tasks": "задачник сборник+задач сб+задач есептер+жинағы мәсьәләләр+җыентыг",
    "tests": "тест контрольн",
    "didactic": "дидакт диктант",
    "answers": "ответ жауап",
    "atlas": "атлас контурн+карт кескін+карта",
    "abstract": "автореферат",
    "supplement": "=приложение",
    "teacher": "метод әдіст учител мұғалім укытучы teachers",
    "dictionary": "словар сөздік сүзлек",
    "programme": "программ бағдарлама",
    "novel": "роман",
    "stories": "рассказ әңгіме хикәя",
    "poems": "стих өлең шигыр",
    "play": "пьес драм",
}
_NAMES = [
    (kind, frozenset("=" * part.startswith("=") + fold(part) for part in name.split("+")))
    for kind, listed in _WORDS.items()
    for name in listed.split()
]
_PARTS = sorted(frozenset[str]().union(*(name for _, name in _NAMES)))
_NOTHING: frozenset[str] = frozenset()


def genres(subtitle: str) -> frozenset[str]:
    """Kinds of book that a folded subtitle names."""
    told = _NOTHING.union(*map(_begun, subtitle.split()))
    return frozenset(kind for kind, name in _NAMES if name <= told) if told else _NOTHING


# Of the words of a catalogue few begin so, and each stands in many titles.
@lru_cache(maxsize=1 << 15)
def _begun(word: str) -> frozenset[str]:
    """The beginnings of names that a word has."""
    return frozenset(part for part in _PARTS if word.startswith(part) or part == f"={word}") or _NOTHING


#: Kinds that go with a text book and are books of their own.
_COMPANIONS = frozenset(
    {
        *("workbook", "reader", "tasks", "tests", "didactic", "answers", "atlas", "abstract", "supplement"),
        *("teacher", "dictionary", "programme"),
    }
)


#: Beginnings of other words that name a kind of text, and stand in subtitles more often than in titles.
_KINDS_OF_TEXT = (
    "монограф исследован очерк воспоминан мемуар пособи документ материал сборник сб практикум лекци "
    "справочник каталог указател поэм сказк зерттеу құрал естелік жинағ жин мақала құжат дәріс "
    "анықтамалық көрсеткіш хикаят ертегі басылым повест"
)
_BEGINNINGS = (
    *(fold(beginning) for beginning in _KINDS_OF_TEXT.split()),
    *(part for kind, name in _NAMES if kind not in _COMPANIONS for part in name),
)


@lru_cache(maxsize=1 << 13)
def is_kind_of_text(word: str) -> bool:
    """True for a folded word that names a kind of book or text, and no companion of a text book."""
    return word.startswith(_BEGINNINGS)


def companions(text: str) -> frozenset[str]:
    """Kinds of companion to a text book that a folded text names."""
    return genres(text) & _COMPANIONS


def contradict(one: str, other: str) -> bool:
    """True where two texts name kinds of book and have none in common, or only one names a companion."""
    first, second = genres(one), genres(other)
    if first & _COMPANIONS != second & _COMPANIONS:
        return True
    return bool(first) and bool(second) and first.isdisjoint(second)
