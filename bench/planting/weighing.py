"""Holds what a correction made of a planted catalogue against the truth: found, right, wrong, by kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.planting import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.planting.sowing import Truth

    Fields = dict[str, list[str]]

Record = tuple[str, str]


@dataclass(frozen=True)
class Told:
    """One finding of the program under test.

    Attributes:
        record: family and control number.
        rule: name of what found it.
        action: fix, suggest or report.
        path: address of the place.
        before: what stood there.
        after: what was proposed; None for a report.
        tags: fields it touches.
        alone: the record's fields after this finding is accepted beside what was fixed, of a suggestion.
    """

    record: Record
    rule: str
    action: str
    path: str
    before: str
    after: str | None
    tags: frozenset[str]
    alone: Fields = field(default_factory=dict)


@dataclass
class Tally:
    """What became of the errors of one kind."""

    planted: int = 0
    found: int = 0
    right: int = 0
    missed: list[Truth] = field(default_factory=list)
    mended_wrongly: list[Truth] = field(default_factory=list)


@dataclass
class Weighed:
    """Everything that is shown."""

    kinds: dict[str, Tally]
    fixes: int = 0
    wrong_fixes: list[Told] = field(default_factory=list)
    suggestions: int = 0
    wrong_suggestions: list[Told] = field(default_factory=list)
    on_clean: Counter[str] = field(default_factory=Counter)
    lost_words: int = 0
    restored_words: int = 0
    by_rarity: dict[tuple[str, str], list[int]] = field(default_factory=dict)


def weigh(
    truths: Iterable[Truth],
    told: Iterable[Told],
    fixed: dict[Record, Fields],
    accepted: dict[Record, Fields],
    counts: Counter[str],
) -> Weighed:
    """Every planted error and every finding, each judged once.

    Args:
        truths: what was planted.
        told: what was found, in the order in which it was found.
        fixed: fields of each record after what is certain was mended.
        accepted: the same after every suggestion was accepted too.
        counts: how often each word stands in the clean catalogue.
    """
    by_record: dict[Record, list[Truth]] = defaultdict(list)
    for truth in truths:
        by_record[truth.family, truth.record].append(truth)
    result = Weighed(defaultdict(Tally))
    of_truth: dict[int, list[Told]] = defaultdict(list)
    for one in told:
        own = [truth for truth in by_record.get(one.record, []) if truth.tags & one.tags]
        for truth in own:
            of_truth[id(truth)].append(one)
        if one.record not in by_record:
            result.on_clean[one.action] += 1
        _judge(result, one, own, fixed[one.record], accepted[one.record])
    for truth in truths:
        record = truth.family, truth.record
        good = _count(
            result.kinds[truth.kind.name], truth, of_truth[id(truth)], fixed[record], accepted[record]
        )
        _count_rarity(result, truth, counts, good=good)
        if truth.kind.name.startswith("kazakh letters lost"):
            _count_words(result, truth, accepted[record])
    return result


def right(truth: Truth, fields: Fields, tags: frozenset[str] | None = None) -> bool:
    """The fields that the error touches, or those of them named, stand as one right answer has them."""
    asked = truth.tags if tags is None else truth.tags & tags
    return any(all(fields.get(tag, []) == answer[tag] for tag in asked) for answer in truth.rights)


def _judge(result: Weighed, one: Told, own: list[Truth], fixed: Fields, accepted: Fields) -> None:
    if one.action == "fix":
        result.fixes += 1
        certain = [truth for truth in own if truth.kind.action == "fix" or truth.kind.either]
        if not any(right(truth, fixed, one.tags) for truth in certain):
            result.wrong_fixes.append(one)
    elif one.action == "suggest" and not any(truth.kind.action == "report" for truth in own):
        result.suggestions += 1
        if not any(right(truth, now, one.tags) for truth in own for now in (one.alone, accepted)):
            result.wrong_suggestions.append(one)


def _count(tally: Tally, truth: Truth, told: list[Told], fixed: Fields, accepted: Fields) -> bool:
    tally.planted += 1
    tally.found += bool(told)
    if truth.kind.action == "report":
        good = bool(told)
    else:
        by_fix = right(truth, fixed) and any(one.action == "fix" for one in told)
        proposed = [one for one in told if one.action == "suggest"]
        by_suggestion = bool(proposed) and (right(truth, proposed[0].alone) or right(truth, accepted))
        wanted = {"fix": by_fix, "suggest": by_suggestion}
        good = any(wanted.values()) if truth.kind.either else wanted[truth.kind.action]
    if good:
        tally.right += 1
    elif told:
        tally.mended_wrongly.append(truth)
    else:
        tally.missed.append(truth)
    return good


def _count_rarity(result: Weighed, truth: Truth, counts: Counter[str], *, good: bool) -> None:
    """Of one spoilt word, in how many other places of the catalogue its right form stands."""
    if truth.kind.name not in ONE_WORD:
        return
    lost = set(words.WORD.findall(truth.after)) - set(words.WORD.findall(truth.before))
    elsewhere = min((counts[word.lower()] - 1 for word in lost), default=0)
    how = "nowhere else" if elsewhere < 1 else "1 to 4 times" if elsewhere < 5 else "5 times or more"
    tally = result.by_rarity.setdefault((truth.kind.name, how), [0, 0])
    tally[0] += good
    tally[1] += 1


def _count_words(result: Weighed, truth: Truth, accepted: Fields) -> None:
    """Words that lost letters, and those of them that stand right again, one by one."""
    for tag, texts in truth.rights[0].items():
        for text, now in zip(texts, accepted.get(tag, []), strict=False):
            wanted = words.WORD.findall(text)
            got = words.WORD.findall(now)
            spoilt = [word for word in wanted if word.translate(LOST) in _spoilt(truth)]
            result.lost_words += len(spoilt)
            result.restored_words += sum(word in got for word in spoilt)


#: Kinds that spoil one word, of which the catalogue may have the right form elsewhere.
ONE_WORD = (
    "kazakh letters lost in a word",
    "typo, kazakh",
    "typo, russian",
    "typo in any kazakh word",
    "typo in any russian word",
)
LOST = str.maketrans("ӘәҒғҚқҢңӨөҰұҮүҺһІі", "АаГгКкНнОоУуУуХхИи")


def _spoilt(truth: Truth) -> set[str]:
    """The words of the planted text that the right text does not have."""
    return set(words.WORD.findall(truth.before)) - set(words.WORD.findall(truth.after))
