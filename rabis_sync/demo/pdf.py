"""Writes small PDF documents of drawn pages whose text can be searched and copied (ISO 32000-1).

The pen letters become a Type 3 font with a ToUnicode map; nothing of the machine, no clock and no chance
goes into the file.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from hashlib import blake2b

from rabis_sync.demo import lettering

#: A5 in points.
WIDTH, HEIGHT = 420, 595
#: Character codes begin after the space.
FIRST_CODE = 33
PEN = 0.9
MARGIN = 48

Colour = tuple[int, int, int]


def colour(rgb: Colour) -> str:
    """A colour of 0-255 as three operands."""
    return " ".join(f"{part / 255:.3f}" for part in rgb)


@dataclass(slots=True)
class Document:
    """Pages drawn one after the other; `finished` gives the file."""

    title: str
    author: str
    language: str
    pages: list[list[str]] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)

    def page(self) -> None:
        """Begin a new page."""
        self.pages.append(["1 J 1 j"])

    def draw(self, *operators: str) -> None:
        """Add drawing operators to the page."""
        self.pages[-1].extend(operators)

    def rectangle(self, box: tuple[int, int, int, int], fill: Colour) -> None:
        """Fill a rectangle (left, bottom, width, height; points)."""
        self.draw(f"{colour(fill)} rg {box[0]} {box[1]} {box[2]} {box[3]} re f")

    def diamonds(self, bottom: int, step: int, fill: Colour) -> None:
        """A band of diamonds from edge to edge, as a felt carpet has it."""
        self.draw(f"{colour(fill)} rg")
        for left in range(0, WIDTH, step):
            middle, half = left + step // 2, step // 2 - 2
            corners = (
                f"{middle} {bottom} m {middle + half} {bottom + half} l "
                f"{middle} {bottom + 2 * half} l {middle - half} {bottom + half} l h f"
            )
            self.draw(corners)

    def line(self, text: str, baseline: float, size: float, ink: Colour, left: float | None = None) -> None:
        """One line of text, from `left` or in the middle of the page; `size` is points a unit of the grid."""
        width = lettering.measure(text) * size
        start = (WIDTH - width) / 2 if left is None else left
        shown = "".join(f"{self._code(letter):02X}" for letter in text)
        # Viewers disagree whether a drawn letter takes the colour of lines or of areas: both are set.
        self.draw(
            f"{colour(ink)} RG {colour(ink)} rg BT /P {size * 10:.2f} Tf "
            f"1 0 0 1 {start:.2f} {baseline - lettering.BASELINE * size:.2f} Tm <{shown}> Tj ET"
        )

    def paragraph(self, text: str, top: float, size: float, ink: Colour, *, middle: bool = False) -> float:
        """Lines between the margins; gives the baseline of the line after them."""
        for part in lettering.wrap(text, int((WIDTH - 2 * MARGIN) / size)):
            self.line(part, top, size, ink, None if middle else MARGIN)
            top -= 13 * size
        return top

    def finished(self) -> bytes:
        """The finished file."""
        objects: list[bytes] = [b""] * 5
        kids = []
        for page in self.pages:
            objects.append(_stream("\n".join(page).encode("ascii")))
            kids.append(f"{len(objects) + 1} 0 R")
            objects.append(
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]"
                f"/Resources<</Font<</P 3 0 R>>>>/Contents {len(objects)} 0 R>>".encode("ascii")
            )
        objects[0] = f"<</Type/Catalog/Pages 2 0 R/Lang({self.language})>>".encode("ascii")
        objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode("ascii")
        objects[2] = self._font(objects)
        objects[3] = _stream(self._to_unicode().encode("ascii"))
        objects[4] = f"<</Title {_text(self.title)}/Author {_text(self.author)}>>".encode("ascii")
        return _file(objects)

    def _code(self, letter: str) -> int:
        return self.codes.setdefault(letter.upper(), FIRST_CODE + len(self.codes))

    def _font(self, objects: list[bytes]) -> bytes:
        drawn = []
        for letter, code in self.codes.items():
            objects.append(_stream(_glyph(letter).encode("ascii")))
            drawn.append(f"/g{code} {len(objects)} 0 R")
        names = "".join(f"/g{code}" for code in self.codes.values())
        widths = " ".join(str(lettering.advance(letter)) for letter in self.codes)
        last = FIRST_CODE + len(self.codes) - 1
        return (
            f"<</Type/Font/Subtype/Type3/FontBBox[-1 -1 10 11]/FontMatrix[.1 0 0 .1 0 0]/Resources<<>>"
            f"/FirstChar {FIRST_CODE}/LastChar {last}/Widths[{widths}]/CharProcs<<{''.join(drawn)}>>"
            f"/Encoding<</Type/Encoding/Differences[{FIRST_CODE}{names}]>>/ToUnicode 4 0 R>>"
        ).encode("ascii")

    def _to_unicode(self) -> str:
        rows = [f"<{code:02X}> <{ord(letter):04X}>" for letter, code in self.codes.items()]
        # A CMap section holds at most 100 entries (ISO 32000-1, 9.10.3).
        parts = [rows[start : start + 100] for start in range(0, len(rows), 100)]
        sections = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CMapName /Pen def /CMapType 2 def\n"
            f"1 begincodespacerange <00> <FF> endcodespacerange\n{sections}\nendcmap end end"
        )


def _glyph(letter: str) -> str:
    """The letter's drawing: a path of straight strokes, a dot for a stroke of no length."""
    parts = [f"{lettering.advance(letter)} 0 d0 {PEN} w 1 J 1 j"]
    for first, *others in lettering.strokes(letter):
        parts.append(f"{first[0]} {first[1]} m")
        parts += [f"{x} {y} l" for x, y in others]
    return " ".join([*parts, "S"])


def _text(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)


def _file(objects: list[bytes]) -> bytes:
    """Objects numbered from 1 in a file with its cross-reference table (ISO 32000-1, 7.5)."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    name = blake2b(bytes(out), digest_size=16).hexdigest().encode("ascii")
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 5 0 R/ID[<%s><%s>]>>\n" % (size, name, name)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
