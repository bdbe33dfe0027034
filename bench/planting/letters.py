"""Errors in letters: wrong script, lost Kazakh letters, broken encodings, slips of the finger."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.planting import words
from bench.planting.kind import TITLE, Kind, like, spoil_word, spoil_word_of_rarity, spots

if TYPE_CHECKING:
    from bench.planting.draft import Draft
    from bench.planting.kind import Around

LATIN = dict(zip("АВСЕНКМОРТХасеорх", "ABCEHKMOPTXaceopx", strict=True))
CYRILLIC = {latin: letter for letter, latin in LATIN.items()}
#: Letters that tell one Kazakh encoding from the other, as they look when read as Windows-1251.
MARKS = {"kz1048": "јЈѕЅґҐўЎїЇ", "ptcp154": "ѓЃњЊµ±‰‡"}
LOST = str.maketrans("ӘәҒғҚқҢңӨөҰұҮүҺһІі", "АаГгКкНнОоУуУуХхИи")
NAMES = {"unimarc": {"700": "a", "701": "a", "702": "a"}, "marc21": {"100": "a", "700": "a"}}
PROSE = {"unimarc": {"330": "a", "200": "ae"}, "marc21": {"520": "a", "245": "ab"}}


def _replaced(word: str, table: dict[str, str], around: Around, least: int = 4) -> str | None:
    """The word with one of its letters exchanged."""
    places = [at for at, letter in enumerate(word) if letter in table]
    if len(word) < least or not places or "-" in word:
        return None
    at = around.dice.choice(places)
    return word[:at] + table[word[at]] + word[at + 1 :]


def latin_in_known_word(draft: Draft, around: Around) -> bool:
    return spoil_word(
        draft, around, lambda word: _replaced(word, LATIN, around) if around.known(word) else None
    )


def latin_several_letters(draft: Draft, around: Around) -> bool:
    def change(word: str) -> str | None:
        twins = sum(letter in LATIN for letter in word)
        if not around.known(word) or twins < 2 or twins > len(word) - 2 or "-" in word:
            return None
        return "".join(LATIN.get(letter, letter) for letter in word)

    return spoil_word(draft, around, change)


def latin_in_unknown_word(draft: Draft, around: Around) -> bool:
    if draft.lang not in around.unknown:
        return False
    return spoil_word(
        draft,
        around,
        lambda word: _replaced(word, LATIN, around) if around.doubtful(word, draft.lang) else None,
    )


def latin_in_heading(draft: Draft, around: Around) -> bool:
    return spoil_word(
        draft,
        around,
        lambda word: _replaced(word, LATIN, around) if around.known(word) else None,
        NAMES,
    )


def latin_in_publisher(draft: Draft, around: Around) -> bool:
    where = {"unimarc": {"210": "ac"}, "marc21": {"260": "ab"}}
    return spoil_word(
        draft,
        around,
        lambda word: _replaced(word, LATIN, around) if around.known(word) else None,
        where,
    )


def cyrillic_in_latin_word(draft: Draft, around: Around) -> bool:
    for _, pair in spots(draft, PROSE):
        for match in re.finditer(r"(?<!\w)[A-Za-z]{5,}(?!\w)", pair[1]):
            places = [at for at, letter in enumerate(match[0]) if letter in CYRILLIC]
            if places:
                at = around.dice.choice(places)
                wrong = match[0][:at] + CYRILLIC[match[0][at]] + match[0][at + 1 :]
                pair[1] = pair[1][: match.start()] + wrong + pair[1][match.end() :]
                return True
    return False


def y_in_kazakh_word(draft: Draft, around: Around) -> bool:
    if draft.lang != "kaz":
        return False
    table = dict.fromkeys("ұүу", "y") | dict.fromkeys("ҰҮУ", "Y")
    return spoil_word(draft, around, lambda word: _replaced(word, table, around))


def y_in_russian_word(draft: Draft, around: Around) -> bool:
    if draft.lang != "rus":
        return False
    return spoil_word(
        draft,
        around,
        lambda word: _replaced(word, {"у": "y", "У": "Y"}, around) if around.known(word) else None,
    )


def roman_in_cyrillic(draft: Draft, around: Around) -> bool:
    table = str.maketrans("XIVCM", "ХІVСМ")
    for _, pair in spots(draft, PROSE):
        match = re.search(r"(?<!\w)(?:XX|XXI|XI|XIX|IX|I|XIII?)(?!\w)(?= (?:в|ғасыр))", pair[1])
        if match:
            pair[1] = pair[1][: match.start()] + match[0].translate(table) + pair[1][match.end() :]
            return True
    return False


def sha_for_three(draft: Draft, around: Around) -> bool:
    for _, pair in spots(draft, PROSE):
        if "XVIII" in pair[1]:
            pair[1] = pair[1].replace("XVIII", "XVШ")
            return True
    return False


def _kazakh(table: dict[str, str], least: int = 3):  # noqa: ANN202
    def spoil(draft: Draft, around: Around) -> bool:
        if draft.lang != "kaz":
            return False
        return spoil_word(draft, around, lambda word: _replaced(word, table, around, least))

    return spoil


def lost_in_word(draft: Draft, around: Around) -> bool:
    """One word typed on a Russian keyboard; one that another word of the catalogue would be is left."""
    if draft.lang != "kaz":
        return False

    def change(word: str) -> str | None:
        wrong = word.translate(LOST)
        return wrong if len(word) >= 4 and wrong != word and wrong.lower() not in around.counts else None

    return spoil_word_of_rarity(draft, around, "lost", change)


def lost_in_title(draft: Draft, around: Around) -> bool:
    """A whole title typed on a Russian keyboard."""
    if draft.lang != "kaz":
        return False
    for _, pair in spots(draft, TITLE):
        found = words.WORD.findall(pair[1])
        wrong = [word.translate(LOST) for word in found]
        changed = [one for one, word in zip(wrong, found, strict=True) if one != word]
        if len(changed) >= 2 and all(one.lower() not in around.counts for one in changed):
            pair[1] = pair[1].translate(LOST)
            return True
    return False


def lost_in_heading(draft: Draft, around: Around) -> bool:
    """A Kazakh heading typed on a Russian keyboard."""
    if draft.lang != "kaz":
        return False

    def change(word: str) -> str | None:
        wrong = word.translate(LOST)
        return wrong if len(word) >= 4 and around.known(word) and wrong.lower() not in around.counts else None

    return spoil_word(draft, around, change, {"unimarc": {"700": "a", "701": "a", "702": "a"}, "marc21": {}})


def _typo(lang: str, *, known: bool):  # noqa: ANN202
    def spoil(draft: Draft, around: Around) -> bool:
        if draft.lang != lang:
            return False
        forms = around.typos[lang]

        def change(word: str) -> str | None:
            wrong = forms.get(word.lower())
            if not wrong or (known and word.lower() in around.unknown[lang]):
                return None
            return like(word, around.dice.choice(wrong))

        return spoil_word_of_rarity(draft, around, f"typo {lang} {known}", change)

    return spoil


def _misread(text: str, written: str) -> str:
    """Bytes of one encoding read as Windows-1251; the byte 98, which it lacks, becomes U+0098."""
    return "".join(
        chr(byte) if byte == 0x98 else bytes([byte]).decode("cp1251") for byte in text.encode(written)
    )


def _whole(written: str):  # noqa: ANN202
    def spoil(draft: Draft, around: Around) -> bool:
        if draft.lang != ("rus" if written == "utf-8" and around.dice.random() < 0.5 else "kaz"):
            return False
        before = draft.by_tag()
        for part in draft.parts:
            for pair in part.subfields:
                try:
                    pair[1] = _misread(pair[1], written)
                except UnicodeError:
                    return False  # a letter that this encoding never had
        text = "".join(pair[1] for part in draft.parts for pair in part.subfields)
        decided = written not in MARKS or any(letter in text for letter in MARKS[written])
        return decided and sum(before[tag] != now for tag, now in draft.by_tag().items()) >= 3

    return spoil


def mojibake_in_field(draft: Draft, around: Around) -> bool:
    for _, pair in spots(draft, PROSE):
        if len(words.WORD.findall(pair[1])) >= 3 and around.dice.random() < 0.5:
            pair[1] = _misread(pair[1], "utf-8")
            return True
    return False


KINDS = (
    Kind("latin in a known word", 1, "fix", latin_in_known_word, weight=2),
    Kind("latin, several letters", 1, "fix", latin_several_letters),
    Kind("latin in a heading", 1, "fix", latin_in_heading),
    Kind("latin in place or publisher", 1, "fix", latin_in_publisher),
    Kind("latin in an unknown word", 1, "suggest", latin_in_unknown_word),
    Kind("cyrillic in a latin word", 1, "fix", cyrillic_in_latin_word, either=True, weight=0.5),
    Kind("y in a kazakh word", 1, "suggest", y_in_kazakh_word),
    Kind("y in a russian word", 1, "fix", y_in_russian_word),
    Kind("roman numeral in cyrillic", 2, "suggest", roman_in_cyrillic, either=True, weight=0.5),
    Kind("Ш for III", 2, "suggest", sha_for_three, weight=0.3),
    Kind("latin i in kazakh", 3, "fix", _kazakh({"і": "i", "І": "I"}), weight=2),
    Kind("latin h in kazakh", 3, "fix", _kazakh({"һ": "h", "Һ": "H"}, 2), weight=0.5),
    Kind("latin schwa in kazakh", 3, "fix", _kazakh({"ә": "ə", "Ә": "Ə"})),
    Kind("barred o in kazakh", 3, "fix", _kazakh({"ө": "ɵ"}), either=True),
    Kind("digit 1 for і", 3, "suggest", _kazakh({"і": "1"}), either=True),
    Kind("kazakh letters lost in a word", 4, "suggest", lost_in_word, weight=5),
    Kind("kazakh letters lost in a title", 4, "suggest", lost_in_title, weight=2),
    Kind("kazakh letters lost in a heading", 4, "suggest", lost_in_heading),
    Kind("UTF-8 read as cp1251", 5, "fix", _whole("utf-8")),
    Kind("UTF-8 read as cp1251, one field", 5, "fix", mojibake_in_field, either=True),
    Kind("KZ-1048 read as cp1251", 5, "fix", _whole("kz1048")),
    Kind("PT154 read as cp1251", 5, "fix", _whole("ptcp154")),
    Kind("typo, russian", 27, "suggest", _typo("rus", known=True), weight=5),
    Kind("typo, kazakh", 27, "suggest", _typo("kaz", known=True), weight=5),
    Kind("typo in any russian word", 27, "suggest", _typo("rus", known=False), weight=3),
    Kind("typo in any kazakh word", 27, "suggest", _typo("kaz", known=False), weight=3),
)
