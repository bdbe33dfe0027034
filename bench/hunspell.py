"""What Hunspell proposes first for the misspelt words that were planted: the peer beside our own figures.

Only words that its dictionary knows can come out right, so the kinds that spoil such words are the fair
sample; the kinds that spoil any word are told as well. Needs the Debian package hunspell.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

from bench.planting import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.planting.sowing import Truth

#: Kinds of planted slips, and the language of their words.
KINDS = {
    "typo, kazakh": "kaz",
    "typo, russian": "rus",
    "typo in any kazakh word": "kaz",
    "typo in any russian word": "rus",
}


class Peer(NamedTuple):
    """How Hunspell did on the words of one kind.

    Attributes:
        planted: words.
        flagged: of these, held to be no words.
        first: of all, those whose first proposal is the right form.
    """

    planted: int
    flagged: int
    first: int


def measured(truths: Iterable[Truth]) -> dict[str, Peer]:
    """Hunspell on every planted slip, by kind; none where Hunspell or the dictionary is missing."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for truth in truths:
        if truth.kind.name in KINDS and (pair := _pair(truth)):
            pairs.setdefault(truth.kind.name, []).append(pair)
    found = {}
    for kind, planted in sorted(pairs.items()):
        if words.has_hunspell(KINDS[kind]):
            told = proposals([wrong for wrong, _ in planted], KINDS[kind])
            first = sum(told.get(wrong, [])[:1] == [right] for wrong, right in planted)
            found[kind] = Peer(len(planted), sum(wrong in told for wrong, _ in planted), first)
    return found


def proposals(misspelt: list[str], lang: str) -> dict[str, list[str]]:
    """What Hunspell proposes for each word that it does not know, the likeliest first."""
    done = subprocess.run(
        ["hunspell", "-d", words.NAMES[lang], "-i", "utf-8", "-a"],
        input="\n".join(f"^{word}" for word in misspelt), capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        head, _, told = line.partition(": ")
        if line[:1] in "&#" and line:  # `& word how-many place: one, two` and `# word place`
            found[head.split()[1]] = told.split(", ") if told else []
    return found


def _pair(truth: Truth) -> tuple[str, str] | None:
    before, after = set(words.WORD.findall(truth.before)), set(words.WORD.findall(truth.after))
    wrong, right = before - after, after - before
    return (wrong.pop(), right.pop()) if len(wrong) == len(right) == 1 else None
