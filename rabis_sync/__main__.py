"""`python -m rabis_sync` is `rabis-sync`: the program is loaded and given the command line."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Carry out the command line.

    A service that is told to stop while it is still being loaded has nothing to end: it ends well, as it does
    later. An exception would not do, for what is being imported may swallow it.
    """
    if "serve" in sys.argv[1:]:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: os._exit(0))
    gc.disable()  # what is loaded stays: to look for cycles in it takes a fifth of the time, then and later
    from rabis_sync.cli import main as obey  # noqa: PLC0415  loading takes a second or two

    gc.freeze()
    gc.enable()
    obey()


if __name__ == "__main__":
    main()
