"""Python's collector of cycles, held back where very many values are made and none of them is in a cycle.

It would walk them all again and again, which takes up to a fifth of a big step.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def rarely(objects: int) -> Iterator[None]:
    """Cycles are looked for only when so many objects were made and not given up."""
    before = gc.get_threshold()
    gc.set_threshold(objects, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def uncollected() -> Iterator[None]:
    """Cycles are not looked for at all; also for a whole function, as `@uncollected()`."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
