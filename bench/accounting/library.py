"""A made-up library of any size: its catalogue and its books, planted discrepancies, and the truth of them.

Made from the field's own rules alone: nothing here comes from `rabis_sync.reconcile`, and a test holds that.
A third of the copies is catalogued, most of them in runs of neighbouring numbers. Bookkeepers write titles
shortened, with the author before, Kazakh on a Russian keyboard; children's branches leave the letter of
their series out; numbers come with noughts and Latin letters. None of that is a discrepancy.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import groupby
from random import Random
from typing import TYPE_CHECKING, Any

from bench.accounting import totals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CODES = (
    *("INV_MISSING", "INV_DUP", "INV_FORMAT", "INV_GAP", "ONLY_CATALOG", "ONLY_ACCOUNTING"),
    *("WRITTEN_OFF_ACTIVE", "ACTIVE_WRITTEN_OFF", "PRICE_MISMATCH", "BRANCH_MISMATCH", "TITLE_MISMATCH"),
    *(
        "DATE_BEFORE_PUB",
        "KSU_BALANCE",
        "QTY_MISMATCH",
        "BATCH_TOTAL",
        "CLASS_LANG_MISMATCH",
        "TRANSFER_LOOP",
    ),
)
#: Planted apart from the codes: what they are told as depends on what the wrong number meets.
SLIPS = ("digit", "swapped_digits", "lost_digit", "extra_digit", "swapped_pair", "no_number")

BRANCHES = tuple(f"Филиал № {number}" for number in range(1, 13))
CHILDREN = tuple(f"Детская библиотека № {number}" for number in range(1, 4))
LETTER = "Д"
CLASSES = ("OPL", "ENL", "TECH", "AGR", "ART", "PHIL", "FIC", "CHILD", "OTHER")
FIRST_YEAR, LAST_YEAR = totals.FIRST_YEAR, totals.LAST_YEAR
#: Copies of one record of the КСУ, and numbers left between two faults.
BATCH, APART = 40, 12

_ROOTS = [
    "вод",
    "лес",
    "степ",
    "город",
    "звезд",
    "камен",
    "трав",
    "снег",
    "ветр",
    "мор",
    "гор",
    "пол",
    "сад",
    "дом",
    "хлеб",
    "свет",
    "огон",
    "небес",
    "зим",
    "весн",
    "лет",
    "земл",
    "книг",
    "школ",
    "песн",
    "сказ",
    "мастер",
    "колод",
    "корен",
    "стран",
    "дорог",
    "берег",
    "остров",
]
_ENDS = [
    "ная",
    "ные",
    "ский",
    "ение",
    "ость",
    "ник",
    "ица",
    "арь",
    "овы",
    "инка",
    "ушка",
    "ество",
    "анин",
    "ичка",
    "ач",
    "ун",
    "няк",
    "иха",
    "овод",
]
_KAZAKH = [
    "дала",
    "тау",
    "өзен",
    "көл",
    "қыран",
    "жұлдыз",
    "ән",
    "күй",
    "дастан",
    "қоғам",
    "тарих",
    "ғасыр",
    "әлем",
    "өмір",
    "ұрпақ",
    "бала",
    "ана",
    "еңбек",
]
_KAZAKH_ENDS = [
    "лар",
    "дың",
    "шы",
    "лық",
    "ның",
    "ға",
    "дан",
    "мен",
    "сыз",
    "лы",
    "дағы",
    "тар",
    "ұлы",
    "қызы",
]
_SURNAMES = [
    "Ахметов",
    "Сейтказин",
    "Омаров",
    "Иванова",
    "Петренко",
    "Жумабаев",
    "Ли",
    "Ким",
    "Мукашева",
    "Шварц",
    "Дулатова",
    "Есенов",
]
_FOREIGN = (
    "Фонетика ацтекского языка",
    "Термодинамика плазмы в кубе",
    "Хроники марсианских хоббитов",
    "Джазовая импровизация у пингвинов",
)
_RUSSIAN_KEYBOARD = str.maketrans("ӘәҒғҚқҢңӨөҰұҮүҺһІі", "АаГгКкНнОоУуУуХхИи")


@dataclass(frozen=True, slots=True)
class Book:
    """One record of the catalogue."""

    number: str
    title: str
    author: str
    year: int
    volume: int
    content_class: str
    language: str

    @property
    def whole(self) -> str:
        return f"{self.title}. {self.volume}-том" if self.volume else self.title


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy in the catalogue; `number` as typed there."""

    book: Book
    number: str
    branch: str
    price: int | None
    acquired: str
    quantity: int = 1
    act_out: str = ""
    withdrawn: bool = False


Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Planted:
    """One discrepancy.

    Attributes:
        code: as the report calls it.
        subject: inventory number; record where there is none; gap; batch or period.
        partner: the number that a second look should propose; empty: none.
        slip: kind of a mistyped number.
    """

    code: str
    subject: str
    partner: str = ""
    slip: str = ""


@dataclass(slots=True)
class World:
    """Both sides and the truth about them."""

    copies: list[Copy]
    rows: list[Row]
    summaries: list[Row]
    planted: list[Planted]
    last: dict[str, int]
    books: list[Book] = field(default_factory=list)


@dataclass(slots=True)
class _Shelf:
    """A library while it is made: entry and copy by running number of each series."""

    rng: Random
    entries: dict[str, Row]
    copies: dict[str, Copy]
    order: list[str]
    extra: list[Row] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    single: set[str] = field(default_factory=set)


def build(copies: int, planted: int, seed: int = 2026) -> World:
    """A library of so many copies on the books, a third of them catalogued, with so many discrepancies."""
    rng = Random(seed)
    shelf = _stocked(rng, copies)
    quota = Counter(kind for kind, _ in zip(_round(), range(planted), strict=False))
    makers: dict[str, Callable[[_Shelf, str], bool]] = {
        **_MAKERS,
        **{
            slip: _slip(slip)
            for slip in SLIPS
            if slip in {"digit", "swapped_digits", "lost_digit", "extra_digit"}
        },
        "swapped_pair": _swapped_pair,
        "no_number": _no_number,
    }
    dense = _dense(shelf)
    rng.shuffle(dense)
    places = iter(dense)
    for kind in (*CODES, *SLIPS):
        for _ in range(quota[kind] if kind in makers else 0):
            while True:
                number = next(places)
                if _free(shelf, number) and makers[kind](shelf, number):
                    _occupy(shelf, number)
                    break
    summaries = totals.stated([*shelf.entries.values(), *shelf.extra], quota, rng)
    shelf.planted += [Planted(code, subject) for code, subject in summaries.planted]
    return World(
        copies=[copy for _, copy in sorted(shelf.copies.items())],
        rows=[*(row for _, row in sorted(shelf.entries.items())), *shelf.extra],
        summaries=summaries.rows,
        planted=shelf.planted,
        last={
            "": sum(not one.startswith(LETTER) for one in shelf.order),
            LETTER: sum(one.startswith(LETTER) for one in shelf.order),
        },
    )


def _round() -> Iterator[str]:
    while True:
        yield from (*CODES, *SLIPS)


# --- a library in order -----------------------------------------------------------------------------


def _stocked(rng: Random, copies: int) -> _Shelf:
    shelf = _Shelf(rng, {}, {}, [])
    children = copies // 5
    number, book_number = 0, 0
    for series, total, branches in (("", copies - children, BRANCHES), (LETTER, children, CHILDREN)):
        runs = _catalogued_runs(rng, total)
        at = 0
        while at < total:
            book_number += 1
            book = _book(rng, book_number, FIRST_YEAR + (LAST_YEAR - FIRST_YEAR) * at // total)
            same = min(total - at, rng.choice((1, 1, 1, 2, 3)))
            acquired_year = min(LAST_YEAR, FIRST_YEAR + (LAST_YEAR - FIRST_YEAR) * at // total + 1)
            branch = branches[at * len(branches) // total]
            price = rng.randrange(10_000, 900_000, 500)
            for _ in range(same):
                at += 1
                number += 1
                key = f"{series}{at}"
                _put(shelf, key, book, branch, price, acquired_year, at, catalogued=runs[at - 1])
                if same == 1:
                    shelf.single.add(key)
    return shelf


def _catalogued_runs(rng: Random, total: int) -> list[bool]:
    """A third of the numbers: runs of one to four hundred, and a few alone."""
    done = [False] * total
    wanted = total // 3
    while sum(done) < wanted:
        start, length = rng.randrange(total), rng.randrange(100, 400)
        done[start : start + length] = [True] * len(done[start : start + length])
    for _ in range(total // 300):
        done[rng.randrange(total)] = True
    # A few numbers left between two runs would rightly be told as holes: they belong to the runs.
    at = 0
    for known, run in groupby(done):
        length = len(list(run))
        if not known and length < 2 * APART:
            done[at : at + length] = [True] * length
        at += length
    return done


def _put(  # noqa: PLR0917
    shelf: _Shelf, key: str, book: Book, branch: str, price: int, year: int, at: int, *, catalogued: bool
) -> None:
    rng = shelf.rng
    batch = at // BATCH
    acquired = f"{year}-{batch % 12 + 1:02d}-15"
    quantity = rng.randrange(2, 30) if rng.random() < 0.02 else 1
    shelf.order.append(key)
    shelf.entries[key] = {
        "inventory_number": _typed_in_books(rng, key),
        "title": _title_in_books(rng, book),
        "author": book.author,
        "year": book.year,
        "price": price,
        "quantity": quantity,
        "amount": price * quantity,
        "branch": branch,
        "acquired": acquired,
        "ksu": f"{batch + 1}/{key[0] if key[0] == LETTER else ''}{year}",
        "content_class": book.content_class,
        "language": book.language,
    }
    if catalogued:
        known = price if rng.random() < 0.7 else None
        shelf.copies[key] = Copy(book, _typed_in_catalogue(rng, key), branch, known, acquired, quantity)


def _book(rng: Random, number: int, year: int) -> Book:
    kazakh = rng.random() < 0.35
    if kazakh:
        words = [rng.choice(_KAZAKH) + rng.choice(_KAZAKH_ENDS) for _ in range(rng.choice((2, 3, 3, 4)))]
    else:
        words = [rng.choice(_ROOTS) + rng.choice(_ENDS) for _ in range(rng.choice((2, 3, 3, 4)))]
    volume = rng.randrange(1, 6) if rng.random() < 0.1 else 0
    return Book(
        number=f"KZ{number:07d}",
        title=" ".join(words).capitalize(),
        author=f"{rng.choice(_SURNAMES)} {rng.choice('АБВГДЕЖ')}. {rng.choice('КЛМНОПР')}.",
        year=year,
        volume=volume,
        content_class=rng.choice(CLASSES),
        language="kaz" if kazakh else "rus",
    )


def _title_in_books(rng: Random, book: Book) -> str:
    title = book.whole
    if book.language == "kaz" and rng.random() < 0.3:
        title = title.translate(_RUSSIAN_KEYBOARD)
    if rng.random() < 0.3:
        title = f"{book.author} {title}"
    if rng.random() < 0.15 and not book.volume and len(title) > 26:
        title = title[:-5]
    return title.upper() if rng.random() < 0.1 else title


def _typed_in_books(rng: Random, key: str) -> str:
    """Children's branches leave their letter out half of the time; noughts come and go."""
    digits = key.removeprefix(LETTER)
    zeros = digits.zfill(7) if rng.random() < 0.3 else digits
    return zeros if key == digits or rng.random() < 0.5 else f"{LETTER}-{zeros}"


def _typed_in_catalogue(rng: Random, key: str) -> str:
    digits = key.removeprefix(LETTER)
    return digits if key == digits else f"{LETTER}{rng.choice(('', '-', ' '))}{digits}"


# --- planting ---------------------------------------------------------------------------------------


def _dense(shelf: _Shelf) -> list[str]:
    """Catalogued numbers with catalogued neighbours all around: a hole there is a fault."""
    found = []
    known = [key in shelf.copies for key in shelf.order]
    for at, key in enumerate(shelf.order):
        low, high = max(0, at - APART), min(len(known), at + APART + 1)
        same = shelf.order[low].startswith(LETTER) == shelf.order[high - 1].startswith(LETTER)
        one_branch = (
            shelf.entries[shelf.order[low]]["branch"] == shelf.entries[shelf.order[high - 1]]["branch"]
        )
        if same and one_branch and high - low == 2 * APART + 1 and all(known[low:high]):
            found.append(key)
    return found


def _neighbours(key: str) -> Iterator[str]:
    series = LETTER if key.startswith(LETTER) else ""
    at = int(key.removeprefix(LETTER))
    yield from (f"{series}{other}" for other in range(at - 2, at + 3))


def _free(shelf: _Shelf, key: str) -> bool:
    return not any(one in shelf.used for one in _neighbours(key))


def _occupy(shelf: _Shelf, key: str) -> None:
    shelf.used.add(key)


def _note(shelf: _Shelf, code: str, subject: str, partner: str = "", slip: str = "") -> bool:
    shelf.planted.append(Planted(code, subject, partner, slip))
    return True


def _missing_number(shelf: _Shelf, key: str) -> bool:
    copy = shelf.copies[key]
    if copy.quantity > 1 or key not in shelf.single:
        return False
    del shelf.entries[key]
    shelf.copies[key] = replace(copy, number="")
    shelf.extra.append(_stand_in(key))
    return _note(shelf, "INV_MISSING", copy.book.number)


def _stand_in(key: str) -> Row:
    """A row written off long ago under a number of which nothing is left: the number is met, and no more."""
    return {
        "inventory_number": key.removeprefix(LETTER) if not key.startswith(LETTER) else key,
        "title": "Списано давно",
        "quantity": 1,
        "branch": CHILDREN[0] if key.startswith(LETTER) else BRANCHES[0],
        "act_out": "Акт № 0",
        "act_date": "1984-12-01",
    }


def _no_number(shelf: _Shelf, key: str) -> bool:
    """The copy lost its number, the books still have it: a second look should bring them together."""
    copy = shelf.copies[key]
    if copy.quantity > 1 or key not in shelf.single or copy.price is None:
        return False
    shelf.copies[key] = replace(copy, number="")
    return _note(shelf, "INV_MISSING", copy.book.number, shelf.entries[key]["inventory_number"], "no_number")


def _given_twice(shelf: _Shelf, key: str) -> bool:
    """The number of another book of the branch, whose own entry is gone from the books."""
    copy = shelf.copies[key]
    if key not in shelf.single or copy.quantity > 1:
        return False
    twin = next((one for one in _near(shelf, key) if _free(shelf, one)), None)
    if twin is None:
        return False
    shelf.entries.pop(key)
    shelf.extra.append(_stand_in(key))
    shelf.copies[key] = replace(copy, number=shelf.copies[twin].number)
    _occupy(shelf, twin)
    return _note(shelf, "INV_DUP", shelf.copies[twin].number)


def _near(shelf: _Shelf, key: str) -> Iterator[str]:
    """Single catalogued copies of the same branch a little further on."""
    series = LETTER if key.startswith(LETTER) else ""
    at = int(key.removeprefix(LETTER))
    for other in range(at + 5, at + 90):
        name = f"{series}{other}"
        copy = shelf.copies.get(name)
        if copy and name in shelf.single and copy.quantity == 1 and copy.branch == shelf.copies[key].branch:
            yield name


def _letter_for_digit(shelf: _Shelf, key: str) -> bool:
    copy = shelf.copies[key]
    digits = copy.number.removeprefix(LETTER)
    if key.startswith(LETTER) or "0" not in digits[1:] or not digits.isdecimal():
        return False
    at = digits.index("0", 1)
    if not 1 <= at < len(digits) - 1:
        return False
    typed = f"{digits[:at]}О{digits[at + 1 :]}"
    shelf.copies[key] = replace(copy, number=typed)
    return _note(shelf, "INV_FORMAT", typed)


def _gap(shelf: _Shelf, key: str) -> bool:
    del shelf.entries[key], shelf.copies[key]
    return _note(shelf, "INV_GAP", key.removeprefix(LETTER))


def _only_catalogue(shelf: _Shelf, key: str) -> bool:
    if key not in shelf.single:
        return False
    del shelf.entries[key]
    return _note(shelf, "ONLY_CATALOG", shelf.copies[key].number)


def _only_books(shelf: _Shelf, key: str) -> bool:
    if key not in shelf.single:
        return False
    del shelf.copies[key]
    return _note(shelf, "ONLY_ACCOUNTING", shelf.entries[key]["inventory_number"])


def _written_off(shelf: _Shelf, key: str) -> bool:
    row = shelf.entries[key]
    act = {
        "act_out": f"Акт № {shelf.rng.randrange(1, 30)}",
        "act_date": _later(row, shelf.rng),
        "reason": "ветхость",
        "reason_code": "worn",
    }
    if shelf.rng.random() < 0.5:
        row.update(act)
    else:
        shelf.extra.append({**row, **act, "movement": "written_off", "ksu": "", "acquired": ""})
    return _note(shelf, "WRITTEN_OFF_ACTIVE", shelf.copies[key].number)


def _later(row: Row, rng: Random) -> str:
    return f"{rng.randrange(int(row['acquired'][:4]), LAST_YEAR + 1)}-12-20"


def _withdrawn(shelf: _Shelf, key: str) -> bool:
    act = shelf.rng.choice(("", "Акт 12"))
    shelf.copies[key] = replace(shelf.copies[key], withdrawn=True, quantity=0, act_out=act)
    return _note(shelf, "ACTIVE_WRITTEN_OFF", shelf.copies[key].number)


def _price(shelf: _Shelf, key: str) -> bool:
    copy, row = shelf.copies[key], shelf.entries[key]
    if copy.price is None:
        return False
    factor = shelf.rng.choice((100, 1000, 500, 0))
    price = row["price"] * factor if factor else row["price"] + 777_00
    shelf.copies[key] = replace(copy, price=price)
    return _note(shelf, "PRICE_MISMATCH", copy.number)


def _elsewhere(shelf: _Shelf, key: str) -> bool:
    copy, row = shelf.copies[key], shelf.entries[key]
    if key.startswith(LETTER):
        return False
    other = shelf.rng.choice([one for one in BRANCHES if one != row["branch"]])
    shelf.copies[key] = replace(copy, branch=other)
    if shelf.rng.random() < 0.5:
        moved = {"movement": "moved", "moved": "2024-05-05", "moved_from": row["branch"], "moved_to": other}
        shelf.extra.append({**row, **moved, "ksu": "", "acquired": ""})
    return _note(shelf, "BRANCH_MISMATCH", copy.number)


def _other_title(shelf: _Shelf, key: str) -> bool:
    title = f"{shelf.rng.choice(_FOREIGN)} {key[::-1]}"
    shelf.entries[key].update(title=title)
    return _note(shelf, "TITLE_MISMATCH", shelf.copies[key].number)


def _too_early(shelf: _Shelf, key: str) -> bool:
    copy = shelf.copies[key]
    if key not in shelf.single:
        return False
    shelf.copies[key] = replace(copy, acquired=f"{copy.book.year - 3}-02-01")
    return _note(shelf, "DATE_BEFORE_PUB", copy.number)


def _quantity(shelf: _Shelf, key: str) -> bool:
    copy = shelf.copies[key]
    shelf.copies[key] = replace(copy, quantity=copy.quantity + 2)
    return _note(shelf, "QTY_MISMATCH", copy.number)


def _loop(shelf: _Shelf, key: str) -> bool:
    row = shelf.entries[key]
    if key.startswith(LETTER):
        return False
    other = shelf.rng.choice([one for one in BRANCHES if one != row["branch"]])
    act = {
        "act_out": f"Акт № {shelf.rng.randrange(30, 40)}", "act_date": _later(row, shelf.rng),
        "reason": "передача", "reason_code": "transfer", "moved_to": other,
    }  # fmt: skip
    row.update(act)
    return _note(shelf, "TRANSFER_LOOP", shelf.copies[key].number)


_MAKERS: dict[str, Callable[[_Shelf, str], bool]] = {
    "INV_MISSING": _missing_number, "INV_DUP": _given_twice, "INV_FORMAT": _letter_for_digit, "INV_GAP": _gap,
    "ONLY_CATALOG": _only_catalogue, "ONLY_ACCOUNTING": _only_books, "WRITTEN_OFF_ACTIVE": _written_off,
    "ACTIVE_WRITTEN_OFF": _withdrawn, "PRICE_MISMATCH": _price, "BRANCH_MISMATCH": _elsewhere,
    "TITLE_MISMATCH": _other_title, "DATE_BEFORE_PUB": _too_early, "QTY_MISMATCH": _quantity,
    "TRANSFER_LOOP": _loop,
}  # fmt: skip


def _slip(kind: str) -> Callable[[_Shelf, str], bool]:
    """A number mistyped in the catalogue; its entry stands on the books, and nobody has it."""

    def plant(shelf: _Shelf, key: str) -> bool:
        copy, series = shelf.copies[key], LETTER if key.startswith(LETTER) else ""
        digits = key.removeprefix(LETTER)
        if key not in shelf.single or copy.quantity > 1 or len(digits) < 4:
            return False
        typed = _mistyped(shelf.rng, kind, digits)
        wrong = f"{series}{typed}"
        if typed == digits or typed.startswith("0") or not _free(shelf, wrong):
            return False
        met = shelf.entries.get(wrong)
        if met is not None and (
            met["quantity"] > 1 or (met["branch"] != copy.branch and wrong in shelf.copies)
        ):
            return False
        if wrong in shelf.copies and wrong not in shelf.single:
            return False
        if met is not None and not _unlike(met["title"], copy.book.title):
            return False
        code = "INV_DUP" if wrong in shelf.copies else "TITLE_MISMATCH" if met else "ONLY_CATALOG"
        shelf.copies[key] = replace(copy, number=f"{series}{typed}")
        _occupy(shelf, wrong)
        return _note(shelf, code, f"{series}{typed}", shelf.entries[key]["inventory_number"], kind)

    return plant


def _unlike(one: str, other: str) -> bool:
    """True where no word of one title begins like a word of the other."""
    ours, theirs = (
        {word[:4] for word in title.lower().translate(_RUSSIAN_KEYBOARD).split()} for title in (one, other)
    )
    return not ours & theirs


def _mistyped(rng: Random, kind: str, digits: str) -> str:
    at = rng.randrange(len(digits) - 1)
    if kind == "digit":
        return f"{digits[:at]}{(int(digits[at]) + rng.randrange(1, 9)) % 10}{digits[at + 1 :]}"
    if kind == "swapped_digits":
        return f"{digits[:at]}{digits[at + 1]}{digits[at]}{digits[at + 2 :]}"
    if kind == "lost_digit":
        return digits[:at] + digits[at + 1 :]
    return f"{digits[:at]}{rng.randrange(1, 10)}{digits[at:]}"


def _swapped_pair(shelf: _Shelf, key: str) -> bool:
    """Two books of a branch under each other's number."""
    copy = shelf.copies[key]
    if key not in shelf.single or copy.quantity > 1:
        return False
    twin = next((one for one in _near(shelf, key) if _free(shelf, one)), None)
    if twin is None:
        return False
    other = shelf.copies[twin]
    if not _unlike(copy.book.title, other.book.title):
        return False
    shelf.copies[key] = replace(copy, number=other.number)
    shelf.copies[twin] = replace(other, number=copy.number)
    _occupy(shelf, twin)
    _note(shelf, "TITLE_MISMATCH", other.number, copy.number, "swapped_pair")
    return _note(shelf, "TITLE_MISMATCH", copy.number, other.number, "swapped_pair")
