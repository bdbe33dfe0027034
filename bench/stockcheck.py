"""A stock check measured: `python -m bench.stockcheck [COPIES] [COPIES ELSEWHERE]` tells seconds and memory.

The library is made and harvested first, which takes longer than the check; neither is part of the figures.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from bench.stocktaking import shelves
from rabis_sync import wiring
from rabis_sync.wiring.assembly import HarvestWish
from rabis_sync.wiring.running import Manner, run_step


def main(copies: int, there: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        world = shelves.build(Path(name) / "scans", copies, there=there)
        config = world.library.write(Path(name) / "library")
        for step in ("harvest", "reconcile"):
            run_step(config, step, Manner(), HarvestWish())
        wiring.open_stockcheck(config, shelves.HERE, note="", lang="ru")
        before = getrusage(RUSAGE_SELF).ru_maxrss
        for what, work in (
            ("scan", lambda: wiring.scan(config, 1, world.files, lang="ru")),
            ("show as JSON", lambda: wiring.stockcheck_paper(config, 1, form="json", lang="ru")),
            ("the act as XLSX", lambda: wiring.stockcheck_paper(config, 1, form="xlsx", lang="ru")),
            ("close", lambda: wiring.close_stockcheck(config, 1, note="", lang="ru")),
        ):
            began = time.process_time()
            work()
            print(f"{what:<16} {time.process_time() - began:6.2f} s")
        peak = getrusage(RUSAGE_SELF).ru_maxrss
        memory = f"{before // 1024:,} -> {peak // 1024:,} MB at most"
        print(f"{copies:,} copies of {copies + there:,}; {memory}")


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*(given or (3_000, 600)))
