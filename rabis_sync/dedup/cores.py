"""Batches are worked at on every core at once, and come back in their order.

The workers are forked when everything they need to know is in memory: they share it with us, and only the
batch and its result are sent. Where a system cannot fork, or has one core, the work is done here.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from rabis_sync.errors import FatalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Batch = TypeVar("Batch")
Result = TypeVar("Result")

#: Batches under way or waiting for each worker.
AHEAD = 2

#: What is done with a batch; set before the workers are forked, so that it is never sent.
_work: Callable[[Any], Any] | None = None


def cores() -> int:
    """Processor cores that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(work: Callable[[Batch], Result], batches: Iterable[Batch], workers: int) -> Iterator[Result]:
    """What becomes of each batch, in order.

    Args:
        work: from a batch to its result; both can be pickled.
        batches: taken one by one, never more than a few ahead.
        workers: processes beside this one; fewer than two: the work is done here.

    Raises:
        FatalError: a worker was killed.
    """
    global _work  # noqa: PLW0603  a forked worker finds it here; an argument would be sent
    if workers < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work, batches)
        return
    _work = work
    rest = iter(batches)
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork"))
    try:
        under_way = deque(pool.submit(_worked, batch) for batch in islice(rest, workers * AHEAD))
        while under_way:
            result = under_way.popleft().result()
            under_way.extend(pool.submit(_worked, batch) for batch in islice(rest, 1))
            yield result
    except BrokenProcessPool as error:
        raise FatalError(
            "a process that compared records was killed",
            hint="The system may have been short of memory: look into its log, then run the step again.",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)
        _work = None


def _worked(batch: Any) -> Any:
    assert _work is not None
    return _work(batch)
