"""Chance that repeats: every part of the generator draws from a stream of its own, so one may grow alone."""

from __future__ import annotations

from random import Random


def stream(seed: int, name: str) -> Random:
    """The stream of that name; the same seed and name give the same draws on every machine."""
    return Random(f"{seed}/{name}")  # noqa: S311 - a repeatable library is wanted, not a secret
