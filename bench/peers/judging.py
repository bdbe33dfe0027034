"""Pairs held against the truth: precision, recall, F1, and the hard negatives taken for one edition."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Pair = tuple[str, str]


def ordered(a: str, b: str) -> Pair:
    """Both control numbers, the smaller first."""
    return (a, b) if a < b else (b, a)


@dataclass
class Truth:
    """What `bench.catalogue` says: dirt by duplicate, pairs a year apart, kind by hard negative."""

    duplicates: dict[Pair, str] = field(default_factory=dict)
    apart: set[Pair] = field(default_factory=set)
    different: dict[Pair, str] = field(default_factory=dict)

    @staticmethod
    def read(path: Path) -> Truth:
        """From a truth.tsv."""
        truth = Truth()
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                relation, kind, a, b = line.rstrip("\n").split("\t")
                pair = ordered(a, b)
                if relation == "duplicate":
                    truth.duplicates[pair] = kind
                elif relation == "year_apart":
                    truth.apart.add(pair)
                else:
                    truth.different[pair] = kind
        return truth


@dataclass(frozen=True)
class Score:
    """How well a set of pairs does; pairs a year apart count neither way."""

    right: int
    wrong: int
    missed: int
    hard: Counter[str]

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def judge(pairs: Iterable[Pair], truth: Truth) -> Score:
    """Hold pairs (each ordered) against the truth."""
    told = set(pairs) - truth.apart
    right = sum(pair in truth.duplicates for pair in told)
    hard = Counter(truth.different[pair] for pair in told if pair in truth.different)
    return Score(right, len(told) - right, len(truth.duplicates) - right, hard)


@dataclass(frozen=True)
class Curve:
    """A scored peer at the threshold that suits it best, chosen on the truth itself: its upper end."""

    best: Score
    threshold: float
    recall_at: dict[float, float]


PRECISIONS = (0.95, 0.99, 0.999)


def curve(pairs: Sequence[Pair], scores: Sequence[float], truth: Truth) -> Curve:
    """Try every threshold."""
    ranked = sorted(zip(scores, pairs, strict=True), key=lambda one: -one[0])
    right = wrong = 0
    best, limit = -1.0, 1.0
    recalls = dict.fromkeys(PRECISIONS, 0.0)
    whole = len(truth.duplicates)
    for at, (score, pair) in enumerate(ranked):
        if pair in truth.apart:
            continue
        right, wrong = (right + 1, wrong) if pair in truth.duplicates else (right, wrong + 1)
        if at + 1 < len(ranked) and ranked[at + 1][0] == score:
            continue
        f1 = 2 * right / (right + wrong + whole)
        if f1 > best:
            best, limit = f1, score
        for precision in PRECISIONS:
            if right >= precision * (right + wrong):
                recalls[precision] = max(recalls[precision], right / whole)
    told = [pair for score, pair in ranked if score >= limit]
    return Curve(judge(told, truth), limit, recalls)
