"""The words of the made-up catalogues: real works and names from `words/`, and rare ones of the dictionaries.

Debian's Hunspell dictionaries give the long tail of a catalogue, words met once or twice. Without them the
tail is shorter, and nothing else changes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "words"
DICTIONARIES = Path("/usr/share/hunspell")
NAMES = {"kaz": "kk_KZ", "rus": "ru_RU"}
KAZAKH = "әғқңөұүһіӘҒҚҢӨҰҮҺІ"
CYRILLIC = "А-Яа-яЁё" + KAZAKH
WORD = re.compile(f"[{CYRILLIC}]+(?:-[{CYRILLIC}]+)*")


@cache
def read(name: str) -> dict[str, Any]:
    """One file of words."""
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))


@cache
def dictionary(lang: str) -> tuple[str, ...]:
    """Entries of a dictionary that may stand in a title by themselves; none where it is not installed."""
    file = DICTIONARIES / f"{NAMES[lang]}.dic"
    if not file.is_file():
        return ()
    noun = {"kaz": re.compile(r"([а-яёәғқңөұүһі]{4,10})/A"), "rus": re.compile(r"([а-яё]{5,12})/[IJK]+")}[
        lang
    ]
    found = (noun.match(line) for line in file.read_text("utf-8-sig").splitlines()[1:])
    return tuple(dict.fromkeys(match[1] for match in found if match))


@cache
def has_hunspell(lang: str) -> bool:
    """True where Hunspell and its dictionary of the language are installed."""
    return shutil.which("hunspell") is not None and (DICTIONARIES / f"{NAMES[lang]}.dic").is_file()


def unknown(words: list[str], lang: str) -> set[str]:
    """Those of the words that Hunspell does not know in the language; all where it is not installed."""
    if not has_hunspell(lang):
        return set(words)
    done = subprocess.run(
        ["hunspell", "-d", NAMES[lang], "-i", "utf-8", "-l"],
        input="\n".join(words), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.split())


def plural_kk(word: str) -> str:
    """The Kazakh plural: -лар after vowels and р й у, -дар after л м н ң з ж, -тар after the voiceless."""
    vowel = next((letter for letter in reversed(word) if letter in "аоұыэяёюуәеөүіи"), "а")
    soft = vowel in "әеөүі" or (vowel in "иую" and any(letter in "әеөүі" for letter in word))
    first = "л" if word[-1] in "аәеёиоөұүуыіэюярй" else "д" if word[-1] in "лмнңзж" else "т"
    return word + first + ("ер" if soft else "ар")


def ending_kk(word: str, ending: str) -> str:
    """An ending given with hard vowels, as it follows this plural."""
    return ending.replace("ы", "і").replace("а", "е").replace("ғ", "г") if word.endswith("ер") else ending


@cache
def prepositional_ru() -> tuple[str, ...]:
    """Plurals in the prepositional case, by the affixes of the Russian dictionary («домах»)."""
    affixes = DICTIONARIES / "ru_RU.aff"
    if not affixes.is_file():
        return ("книгах", "городах", "степях")
    rules: dict[str, list[tuple[str, str, re.Pattern[str]]]] = {}
    for line in affixes.read_text("utf-8").splitlines():
        found = re.fullmatch(r"SFX +([IJK]) +(\S+) +([ая]?х) +(\S+)", line.strip())
        if found:
            rules.setdefault(found[1], []).append(
                (found[2].replace("0", ""), found[3], re.compile(f"{found[4]}$"))
            )
    forms: dict[str, None] = {}
    for line in (DICTIONARIES / "ru_RU.dic").read_text("utf-8").splitlines()[1:]:
        word, _, flags = line.partition("/")
        if flags in rules and re.fullmatch("[а-яё]{4,11}", word):
            for gone, ending, where in rules[flags]:
                if where.search(word) and word.endswith(gone):
                    forms[word[: len(word) - len(gone)] + ending] = None
    return tuple(forms)


def with_kk(word: str) -> str:
    """The Kazakh «and» that follows this word: мен, бен or пен."""
    return "бен" if word[-1] in "зж" else "мен" if word[-1] in "аәеёиоөұүуыіэюярйлмнң" else "пен"
