"""ISBNs of the made-up publishers: valid, hyphenated, none given twice (ISO 2108; ISSN by ISO 3297)."""

from __future__ import annotations

from dataclasses import dataclass, field

#: ISBN-13 came into force on 1 January 2007.
FIRST_YEAR_OF_13 = 2007
#: Books of the region bear ISBNs since about this year.
FIRST_YEAR = 1992


def check10(nine: str) -> str:
    """Check character of nine digits: weights 10 to 2, modulo 11."""
    rest = -sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def check13(twelve: str) -> str:
    """Check digit of twelve digits: weights 1 and 3 in turn, modulo 10."""
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve)) % 10)


def issn(serial: int) -> str:
    """A valid ISSN of our own invention, «2790-0017» and on."""
    seven = f"2790{serial:03d}"
    rest = -sum(int(digit) * weight for digit, weight in zip(seven, range(8, 1, -1), strict=True)) % 11
    return f"{seven[:4]}-{seven[4:]}{'X' if rest == 10 else rest}"


def digits(text: str) -> str:
    """The ISBN without its hyphens."""
    return text.replace("-", "")


def other_form(text: str) -> str:
    """The same book's ISBN in the other length, hyphenated in the same places."""
    stem = text.rpartition("-")[0]
    if len(digits(text)) == 13:
        short = stem.removeprefix("978-")
        return f"{short}-{check10(digits(short))}"
    return f"978-{stem}-{check13(digits('978-' + stem))}"


@dataclass(slots=True)
class Numbers:
    """Gives each publisher's numbers in their order."""

    given: dict[str, int] = field(default_factory=dict)

    def next(self, prefix: str, *, check: str = "") -> str:
        """The publisher's next ISBN, or its next one that ends so; both lengths share their numbers."""
        series = prefix.removeprefix("978-")
        length = 12 if prefix.startswith("978-") else 9
        width = length - len(digits(prefix))
        while True:
            serial = self.given.get(series, -1) + 1
            self.given[series] = serial
            stem = f"{prefix}-{serial:0{width}d}"
            last = check10(digits(stem)) if length == 9 else check13(digits(stem))
            if check in ("", last):
                return f"{stem}-{last}"
