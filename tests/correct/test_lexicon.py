"""What the lexicon says of words, with Debian's dictionaries and small catalogues."""

from __future__ import annotations

import random
import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.correct.lexicon import JOINED, KNOWN, UNKNOWN, Lexicon
from rabis_sync.correct.vocabulary import Counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rabis_sync.correct.dictionary import Dictionary
    from rabis_sync.correct.word_settings import WordSettings

KAZAKH = re.compile("[әғқңөұүһі]")
LOSS = str.maketrans("әғқңөұүһі", "агкноуухи")


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("краеведения", KNOWN),
        ("москва", KNOWN),
        ("кітапхана", KNOWN),
        ("тарихынан", JOINED),
        ("бухгалтериядағы", JOINED),
        ("тарихынен", UNKNOWN),
        ("краеведчиский", UNKNOWN),
    ],
)
def test_a_word_is_known_or_a_stem_with_endings_that_agree_or_neither(
    knowing: Callable[..., Lexicon], word: str, standing: int
) -> None:
    assert knowing({}).standing(word) == standing


@pytest.mark.parametrize(
    ("word", "mended"),
    [("казакстан", "қазақстан"), ("казақстан", "қазақстан"), ("ауыл", None), ("роман", None)],
)
def test_letters_are_put_back_where_the_dictionary_has_the_form(
    knowing: Callable[..., Lexicon], word: str, mended: str | None
) -> None:
    found = knowing({}).loss(word, bare=False)
    assert (found and found.form) == mended


def test_the_catalogue_decides_what_the_dictionary_does_not_know(knowing: Callable[..., Lexicon]) -> None:
    assert knowing({"нургиса": 1}).loss("нургиса", bare=False) is None
    found = knowing({"нұрғиса": 9, "нургиса": 1}).loss("нургиса", bare=False)
    assert found is not None
    assert (found.form, found.occurs) == ("нұрғиса", 9)


def test_a_russian_word_is_read_as_a_kazakh_one_only_against_many_records_or_in_a_bare_text(
    knowing: Callable[..., Lexicon],
) -> None:
    lexicon = knowing({"қала": 3, "кала": 1})
    assert lexicon.loss("кала", bare=False) is None
    assert lexicon.loss("кала", bare=True) is not None
    assert knowing({"қала": 4, "кала": 1}).loss("кала", bare=False) is not None


@pytest.mark.parametrize(
    ("word", "mended"),
    [
        ("казахстна", "казахстана"),
        ("воспризведение", "воспроизведение"),
        ("билиогр", None),
        ("истории", None),
    ],
)
def test_a_rare_word_that_no_dictionary_knows_is_a_slip_of_a_word_near_it(
    knowing: Callable[..., Lexicon], word: str, mended: str | None
) -> None:
    found = knowing({"казахстана": 9, word: 1}).slip(word, "rus")
    assert (found and found.form) == mended


def test_what_many_records_have_is_a_word_though_no_dictionary_has_it(
    knowing: Callable[..., Lexicon],
) -> None:
    assert knowing({"домбры": 30, "добры": 2}).slip("домбры", "rus") is None
    found = knowing({"библиогр": 119, "билиогр": 1}).slip("билиогр", "rus", "part")
    assert found is not None
    assert (found.form, found.occurs) == ("библиогр", 119)


def test_a_word_of_a_heading_is_right(knowing: Callable[..., Lexicon]) -> None:
    words = {"сироткина": 1, "сиротина": 20}
    assert knowing(words).slip("сироткина", "rus") is not None
    assert knowing(words, names=("сироткина",)).slip("сироткина", "rus") is None


def test_a_name_is_held_against_words_that_dictionary_and_catalogue_have(
    knowing: Callable[..., Lexicon],
) -> None:
    lexicon = knowing({"кромвель": 1, "караганда": 40, "карагнада": 1})
    assert lexicon.slip("кромвель", "rus", "name") is None
    assert lexicon.slip("кромвель", "rus", "opening") is None
    assert lexicon.slip("карагнада", "rus", "name") is not None


def test_without_the_kazakh_dictionary_nothing_is_said_of_lost_letters(
    word_settings: WordSettings, dictionaries: dict[str, Dictionary]
) -> None:
    lexicon = Lexicon(word_settings, Counts({"қазақстан": 9}), {"rus": dictionaries["rus"]})
    assert lexicon.loss("казакстан", bare=True) is None
    assert lexicon.standing("тарихынан") == UNKNOWN


# --- how often it is right: words planted in the project's own Kazakh and Russian texts ------------------


def test_lost_letters_come_back_right_in_four_of_five_words_of_any_frequency(
    root: Path, knowing: Callable[..., Lexicon]
) -> None:
    words = Counter(sentence_words(root, "kk"))
    planted = sorted(word for word in words if KAZAKH.search(word))
    right = 0
    for word in planted:
        left = words - Counter([word])
        found = knowing({**left, word.translate(LOSS): 1}).loss(word.translate(LOSS), bare=True)
        right += found is not None and found.form == word
    assert len(planted) > 300
    assert right >= 0.8 * len(planted)


@pytest.mark.parametrize(("language", "code"), [("ru", "rus"), ("kk", "kaz")])
def test_slips_in_words_that_ten_records_have_are_put_right(
    root: Path, knowing: Callable[..., Lexicon], word_settings: WordSettings, language: str, code: str
) -> None:
    words = dict.fromkeys(sentence_words(root, language), 10)
    dice = random.Random(26)
    planted = sorted(word for word in words if len(word) > 4)[::3]
    lexicon = knowing(words)
    right = tried = 0
    for word in planted:
        slipped = slip(word, word_settings.alphabets[code], dice)
        if slipped in words or slipped == word:
            continue
        tried += 1
        found = lexicon.slip(slipped, code)
        right += found is not None and found.form == word
    assert tried > 150
    assert right >= 0.85 * tried


@pytest.mark.parametrize(("language", "code"), [("ru", "rus"), ("kk", "kaz")])
def test_right_words_are_left_alone_though_each_stands_in_one_record(
    root: Path, knowing: Callable[..., Lexicon], language: str, code: str
) -> None:
    words = sorted(set(sentence_words(root, language)))
    lexicon = knowing(dict.fromkeys(words, 1))
    doubted = [word for word in words if len(word) > 3 and lexicon.slip(word, code)]
    doubted += [word for word in words if code == "kaz" and lexicon.loss(word, bare=False)]
    assert len(doubted) <= 0.01 * len(words), doubted


def sentence_words(root: Path, language: str) -> list[str]:
    """Words of our own sentences in a language, in small letters."""

    def walk(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, one in value.items():
                if isinstance(one, dict):
                    yield from walk(one)
                elif key == language:
                    yield re.sub(r"[{`][^}`]*[}`]", " ", one)

    texts = walk(tomllib.loads((root / "mappings/issues.toml").read_text("utf-8")))
    words = re.findall(r"(?<![\w-])[а-яёәғқңөұүһі]{2,}(?![\w-])", " ".join(texts))
    return [word for word in words if language == "kk" or not KAZAKH.search(word)]


def slip(word: str, alphabet: str, dice: random.Random) -> str:
    at, letter = dice.randrange(1, len(word) - 1), dice.choice(alphabet)
    return dice.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )
