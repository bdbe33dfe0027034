"""Discrepancies planted in a made-up library, each on another number, with what should be told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.accounting import words
from bench.accounting.shelf import APART, BRANCHES, CHILDREN, LAST_YEAR, LETTER, Planted, Row, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

#: Planted apart from the codes: what they are told as depends on what the wrong number meets.
SLIPS = ("digit", "swapped_digits", "lost_digit", "extra_digit", "swapped_pair", "no_number")


def dense(shelf: Shelf) -> list[str]:
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


def free(shelf: Shelf, key: str) -> bool:
    return not any(one in shelf.used for one in _neighbours(key))


def occupy(shelf: Shelf, key: str) -> None:
    shelf.used.add(key)


def _note(shelf: Shelf, code: str, subject: str, partner: str = "", slip: str = "") -> bool:
    shelf.planted.append(Planted(code, subject, partner, slip))
    return True


def _missing_number(shelf: Shelf, key: str) -> bool:
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


def _no_number(shelf: Shelf, key: str) -> bool:
    """The copy lost its number, the books still have it: a second look should bring them together."""
    copy = shelf.copies[key]
    if copy.quantity > 1 or key not in shelf.single or copy.price is None:
        return False
    shelf.copies[key] = replace(copy, number="")
    return _note(shelf, "INV_MISSING", copy.book.number, shelf.entries[key]["inventory_number"], "no_number")


def _given_twice(shelf: Shelf, key: str) -> bool:
    """The number of another book of the branch, whose own entry is gone from the books."""
    copy = shelf.copies[key]
    if key not in shelf.single or copy.quantity > 1:
        return False
    twin = next((one for one in _near(shelf, key) if free(shelf, one)), None)
    if twin is None:
        return False
    shelf.entries.pop(key)
    shelf.extra.append(_stand_in(key))
    shelf.copies[key] = replace(copy, number=shelf.copies[twin].number)
    occupy(shelf, twin)
    return _note(shelf, "INV_DUP", shelf.copies[twin].number)


def _near(shelf: Shelf, key: str) -> Iterator[str]:
    """Single catalogued copies of the same branch a little further on."""
    series = LETTER if key.startswith(LETTER) else ""
    at = int(key.removeprefix(LETTER))
    for other in range(at + 5, at + 90):
        name = f"{series}{other}"
        copy = shelf.copies.get(name)
        if copy and name in shelf.single and copy.quantity == 1 and copy.branch == shelf.copies[key].branch:
            yield name


def _letter_for_digit(shelf: Shelf, key: str) -> bool:
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


def _gap(shelf: Shelf, key: str) -> bool:
    del shelf.entries[key], shelf.copies[key]
    return _note(shelf, "INV_GAP", key.removeprefix(LETTER))


def _only_catalogue(shelf: Shelf, key: str) -> bool:
    if key not in shelf.single:
        return False
    del shelf.entries[key]
    return _note(shelf, "ONLY_CATALOG", shelf.copies[key].number)


def _only_books(shelf: Shelf, key: str) -> bool:
    if key not in shelf.single:
        return False
    del shelf.copies[key]
    return _note(shelf, "ONLY_ACCOUNTING", shelf.entries[key]["inventory_number"])


def _written_off(shelf: Shelf, key: str) -> bool:
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


def _withdrawn(shelf: Shelf, key: str) -> bool:
    act = shelf.rng.choice(("", "Акт 12"))
    shelf.copies[key] = replace(shelf.copies[key], withdrawn=True, quantity=0, act_out=act)
    return _note(shelf, "ACTIVE_WRITTEN_OFF", shelf.copies[key].number)


def _price(shelf: Shelf, key: str) -> bool:
    copy, row = shelf.copies[key], shelf.entries[key]
    if copy.price is None:
        return False
    factor = shelf.rng.choice((100, 1000, 500, 0))
    price = row["price"] * factor if factor else row["price"] + 777_00
    shelf.copies[key] = replace(copy, price=price)
    return _note(shelf, "PRICE_MISMATCH", copy.number)


def _elsewhere(shelf: Shelf, key: str) -> bool:
    copy, row = shelf.copies[key], shelf.entries[key]
    if key.startswith(LETTER):
        return False
    other = shelf.rng.choice([one for one in BRANCHES if one != row["branch"]])
    shelf.copies[key] = replace(copy, branch=other)
    if shelf.rng.random() < 0.5:
        moved = {"movement": "moved", "moved": "2024-05-05", "moved_from": row["branch"], "moved_to": other}
        shelf.extra.append({**row, **moved, "ksu": "", "acquired": ""})
    return _note(shelf, "BRANCH_MISMATCH", copy.number)


def _other_title(shelf: Shelf, key: str) -> bool:
    title = f"{shelf.rng.choice(words.FOREIGN)} {key[::-1]}"
    shelf.entries[key].update(title=title)
    return _note(shelf, "TITLE_MISMATCH", shelf.copies[key].number)


def _too_early(shelf: Shelf, key: str) -> bool:
    copy = shelf.copies[key]
    if key not in shelf.single:
        return False
    shelf.copies[key] = replace(copy, acquired=f"{copy.book.year - 3}-02-01")
    return _note(shelf, "DATE_BEFORE_PUB", copy.number)


def _quantity(shelf: Shelf, key: str) -> bool:
    copy = shelf.copies[key]
    shelf.copies[key] = replace(copy, quantity=copy.quantity + 2)
    return _note(shelf, "QTY_MISMATCH", copy.number)


def _loop(shelf: Shelf, key: str) -> bool:
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


_MAKERS: dict[str, Callable[[Shelf, str], bool]] = {
    "INV_MISSING": _missing_number, "INV_DUP": _given_twice, "INV_FORMAT": _letter_for_digit, "INV_GAP": _gap,
    "ONLY_CATALOG": _only_catalogue, "ONLY_ACCOUNTING": _only_books, "WRITTEN_OFF_ACTIVE": _written_off,
    "ACTIVE_WRITTEN_OFF": _withdrawn, "PRICE_MISMATCH": _price, "BRANCH_MISMATCH": _elsewhere,
    "TITLE_MISMATCH": _other_title, "DATE_BEFORE_PUB": _too_early, "QTY_MISMATCH": _quantity,
    "TRANSFER_LOOP": _loop,
}  # fmt: skip


def _slip(kind: str) -> Callable[[Shelf, str], bool]:
    """A number mistyped in the catalogue; its entry stands on the books, and nobody has it."""

    def plant(shelf: Shelf, key: str) -> bool:
        copy, series = shelf.copies[key], LETTER if key.startswith(LETTER) else ""
        digits = key.removeprefix(LETTER)
        if key not in shelf.single or copy.quantity > 1 or len(digits) < 4:
            return False
        typed = _mistyped(shelf.rng, kind, digits)
        wrong = f"{series}{typed}"
        if typed == digits or typed.startswith("0") or not free(shelf, wrong):
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
        occupy(shelf, wrong)
        return _note(shelf, code, f"{series}{typed}", shelf.entries[key]["inventory_number"], kind)

    return plant


def _unlike(one: str, other: str) -> bool:
    """True where no word of one title begins like a word of the other."""
    ours, theirs = (
        {word[:4] for word in title.lower().translate(words.RUSSIAN_KEYBOARD).split()}
        for title in (one, other)
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


def _swapped_pair(shelf: Shelf, key: str) -> bool:
    """Two books of a branch under each other's number."""
    copy = shelf.copies[key]
    if key not in shelf.single or copy.quantity > 1:
        return False
    twin = next((one for one in _near(shelf, key) if free(shelf, one)), None)
    if twin is None:
        return False
    other = shelf.copies[twin]
    if not _unlike(copy.book.title, other.book.title):
        return False
    shelf.copies[key] = replace(copy, number=other.number)
    shelf.copies[twin] = replace(other, number=copy.number)
    occupy(shelf, twin)
    _note(shelf, "TITLE_MISMATCH", other.number, copy.number, "swapped_pair")
    return _note(shelf, "TITLE_MISMATCH", copy.number, other.number, "swapped_pair")


MAKERS: dict[str, Callable[[Shelf, str], bool]] = {
    **_MAKERS,
    **{slip: _slip(slip) for slip in SLIPS[:4]},
    "swapped_pair": _swapped_pair,
    "no_number": _no_number,
}
