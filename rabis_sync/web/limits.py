"""How often one reader may ask: a bucket that fills by the clock, for a bounded number of readers."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

#: Readers remembered; who has not asked for long is forgotten first.
_READERS = 10_000


@dataclass
class RateLimit:
    """Requests a second of one reader, and how many he may save up.

    Attributes:
        rate: requests a second; 0: no limit.
        burst: requests at once after a pause.
    """

    rate: float
    burst: float
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, reader: str, now: float) -> float:
        """Seconds until the reader may ask; 0: now, and the request is counted.

        Args:
            reader: whoever asks, e.g. an address.
            now: seconds of a clock that never goes back.
        """
        if not self.rate:
            return 0.0
        left, at = self._left.pop(reader, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.rate)
        allowed = left >= 1
        self._left[reader] = (left - 1 if allowed else left, now)
        if len(self._left) > _READERS:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self.rate
