"""Capitals drawn with a pen of one width: scans show Kazakh and Russian where no font is installed."""

from __future__ import annotations

from functools import cache

Point = tuple[int, int]
Stroke = tuple[Point, ...]

#: Heights on the grid: foot of a descender, baseline, capital, mark above it.
BASELINE, CAPITAL, TOP = 2, 8, 10
GAP = 2
SPACE = 3

#: A letter's strokes on the grid: points «xy» (x from 0, y in hexadecimal) joined by «-».
_LETTERS = {
    "А": "02-28-42 15-35",
    "Б": "48-08-02-32-43-44-35-05",
    "В": "05-35-46-47-38-08-02-32-43-44-35",
    "Г": "02-08-48",
    "Д": "01-02-52-51 12-25-28-48-42",
    "Е": "48-08-02-42 05-35",
    "Ж": "02-35-08 62-35-68 32-38",
    "З": "07-18-38-47-46-35-15 35-44-43-32-12-03",
    "И": "08-02-48-42",
    "К": "02-08 48-05-42",
    "Л": "02-12-28-48-42",
    "М": "02-08-35-68-62",
    "Н": "02-08 42-48 05-45",
    "О": "12-03-07-18-38-47-43-32-12",
    "П": "02-08-48-42",
    "Р": "02-08-38-47-46-35-05",
    "С": "47-38-18-07-03-12-32-43",
    "Т": "08-48 22-28",
    "У": "08-25 48-12-02",
    "Ф": "32-38 14-05-06-17-57-66-65-54-14",
    "Х": "02-48 08-42",
    "Ц": "08-02-52-51 48-42",
    "Ч": "08-06-15-45 48-42",
    "Ш": "08-02-62-68 38-32",
    "Щ": "08-02-72-71 68-62 38-32",
    "Ъ": "08-18-12-42-53-54-45-15",
    "Ы": "08-02-32-43-44-35-05 62-68",
    "Ь": "08-02-32-43-44-35-05",
    "Э": "07-18-38-47-43-32-12-03 45-25",
    "Ю": "02-08 05-25 32-23-27-38-58-67-63-52-32",
    "Я": "42-48-18-07-06-15-45 25-02",
    "Ё": "48-08-02-42 05-35 1a-1a 3a-3a",
    "Й": "08-02-48-42 1a-29-3a",
    "Ә": "07-18-38-47-43-32-12-03-05-45",
    "Ғ": "12-18-58 05-35",
    "Қ": "02-08 48-05-42-52-51",
    "Ң": "02-08 48-42-52-51 05-45",
    "Ө": "12-03-07-18-38-47-43-32-12 05-45",
    "Ұ": "08-25-48 25-22 14-34",
    "Ү": "08-25-48 25-22",
    "Һ": "02-08 05-35-44-42",
    "І": "02-08",
    "S": "47-38-18-07-06-15-35-44-43-32-12-03",
    "N": "02-08-42-48",
    "0": "12-03-07-18-28-37-33-22-12",
    "1": "06-18-12 02-22",
    "2": "07-18-28-37-36-02-32",
    "3": "07-18-28-37-36-25-15 25-34-33-22-12-03",
    "4": "22-28-04-34",
    "5": "38-08-05-25-34-33-22-02",
    "6": "38-18-07-03-12-22-33-34-25-05",
    "7": "08-38-12",
    "8": "15-06-07-18-28-37-36-25-15-04-03-12-22-33-34-25",
    "9": "02-22-33-37-28-18-07-06-15-35",
    ".": "02-02",
    ",": "13-01",
    ":": "03-03 06-06",
    ";": "13-01 16-16",
    "-": "05-25",
    "–": "05-45",
    "—": "05-65",
    "«": "26-14-22 46-34-42",
    "»": "06-14-02 26-34-22",
    "№": "02-08-42-48 65-56-57-68-78-87-86-75-65 53-83",
    "(": "18-07-03-12",
    ")": "08-17-13-02",
    "/": "02-38",
}
#: Latin capitals that look like ours are drawn as ours.
_SAME = str.maketrans("ABCEHIKMOPTX", "АВСЕНІКМОРТХ")


@cache
def strokes(letter: str) -> tuple[Stroke, ...]:
    """The strokes of a letter; none for a space or a letter that is not drawn."""
    drawn = _LETTERS.get(capitals(letter), "")
    return tuple(
        tuple((int(point[0]), int(point[1], 16)) for point in stroke.split("-")) for stroke in drawn.split()
    )


def capitals(text: str) -> str:
    """The text as it is drawn."""
    return text.upper().translate(_SAME)


@cache
def advance(letter: str) -> int:
    """Width of a letter with the gap after it, in units of the grid."""
    points = [point for stroke in strokes(letter) for point in stroke]
    return (max(x for x, _ in points) if points else SPACE - GAP) + GAP


def measure(text: str) -> int:
    """Width of a line, in units of the grid."""
    return sum(map(advance, text)) - GAP if text else 0


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of that width in units of the grid; a word that is longer stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
