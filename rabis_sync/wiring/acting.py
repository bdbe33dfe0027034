"""Acts of write-off and of acceptance: a list is judged, and only what may be signed becomes a paper."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from rabis_sync.errors import ConfigError, GuardStop, UnknownName
from rabis_sync.reconcile import act_list
from rabis_sync.reconcile.acts import ActRules, Drafting
from rabis_sync.reconcile.stock import SameBranch, describe, walk
from rabis_sync.reports import acts, paper
from rabis_sync.reports.forms import paper_page, paper_sheet
from rabis_sync.wiring.running import opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path

    from rabis_sync.reconcile.acts import ActPlan, ActRow, Instruction, Word
    from rabis_sync.reconcile.sides import Booking, Copy
    from rabis_sync.reconcile.stock import Holding
    from rabis_sync.store.database import Unit
    from rabis_sync.wiring.assembly import Assembly

#: Forms of a paper by the ending of its file.
PAPERS: Mapping[str, paper.Form] = {
    ".xlsx": paper_sheet.write, ".html": paper_page.write, ".htm": paper_page.write,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ActWish:
    """What is asked of an act.

    Attributes:
        kind: ``writeoff`` or ``acceptance``.
        day: its date; None: today.
        number: of the act; empty: a line to fill in.
        branch: whose act it is; copies of another branch are refused. Empty: of the whole library.
        reason: code for lines that name none.
        basis: the document it rests on.
        giver: whom accepted copies come from.
        leave_out: go on without the lines that are refused.
        lang: of the paper and of what is told.
    """

    kind: Literal["writeoff", "acceptance"]
    day: date | None = None
    number: str = ""
    branch: str = ""
    reason: str = ""
    basis: str = ""
    giver: str = ""
    leave_out: bool = False
    lang: str = "ru"


class ActMade(NamedTuple):
    """An act written: copies and amount in it, lines left out and remarks in sentences."""

    copies: int
    amount: Decimal
    refused: list[str]
    remarks: list[str]


def make_act(path: Path, source: Path, output: Path, wish: ActWish) -> ActMade:
    """Write an act of the copies that a list names.

    Args:
        path: the configuration.
        source: the list: TXT, CSV or XLSX.
        output: an .xlsx or .html file.
        wish: what is asked.

    Raises:
        GuardStop: lines may not stand in it, and nobody said to go on without them.
        ConfigError: the list cannot be understood, no line of it is left, no instruction is known for the
            date, or the file cannot be written.
        UnknownName: no such reason or branch.
        SourceAway, FatalError: of the list.
    """
    form = paper.form_of(output, PAPERS)
    with opened(path) as (assembly, store), store.read() as unit:
        now = datetime.now(assembly.zone)
        wish = replace(wish, day=wish.day or now.date())
        rules = act_rules(assembly)
        instruction = _in_force(rules, wish)
        plan = _plan(assembly, unit, source, rules, wish)
        refused = _sentences(assembly, plan.refused, "act_refused", wish.lang)
        _guard(plan, refused, wish)
        act = _act(assembly, instruction, plan, wish)
        content = form(acts.paper(act, assembly.texts, wish.lang), now)
        remarks = _sentences(assembly, plan.remarks, "act_remark", wish.lang)
    put(output, content)
    return ActMade(plan.copies, plan.amount, refused, remarks)


def _in_force(rules: ActRules, wish: ActWish) -> Instruction:
    assert wish.day is not None
    found = rules.of(wish.day)
    if found is None:
        raise ConfigError(
            f"no instruction is known for acts of {wish.day.isoformat()}",
            hint="Add it to mappings/acts.toml, or look at --date.",
        )
    return found


def _guard(plan: ActPlan, refused: Sequence[str], wish: ActWish) -> None:
    if refused and not wish.leave_out:
        raise GuardStop(
            f"{len(refused)} of {len(refused) + len(plan.rows)} lines may not stand in the act; "
            "nothing was written:\n" + "\n".join(refused),
            hint="Correct the list, or go on without these lines: --without-refused.",
        )
    if not plan.rows:
        raise ConfigError("no line of the list is left for the act", hint="Look at what was refused.")


def _act(assembly: Assembly, instruction: Instruction, plan: ActPlan, wish: ActWish) -> acts.Act:
    assert wish.day is not None
    return acts.Act(
        kind=wish.kind,
        library=in_languages(assembly.configuration.library.name),
        instruction=in_languages(instruction),
        columns=instruction.writeoff if wish.kind == "writeoff" else instruction.acceptance,
        lines=[_line(row) for row in plan.rows],
        day=wish.day,
        number=wish.number,
        branch=wish.branch,
        basis=wish.basis,
        giver=wish.giver,
        commission=commission(assembly),
    )


def act_rules(assembly: Assembly) -> ActRules:
    """By which instruction acts are made, and their columns."""
    return assembly.mapping("acts.toml", ActRules)


def commission(assembly: Assembly) -> acts.Commission:
    """Who signs, by the configuration."""
    told = assembly.configuration.commission
    return acts.Commission(told.approver, told.chairman, tuple(told.members), told.accountant, told.keeper)


def put(output: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        ConfigError: it cannot be written.
    """
    draft = output.with_name(f".{output.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(output)
    except OSError as error:
        raise ConfigError(
            f"{output} cannot be written: {error.strerror}", hint="Choose another place; close it in Excel."
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _plan(assembly: Assembly, unit: Unit, source: Path, rules: ActRules, wish: ActWish) -> ActPlan:
    policy, terms = assembly.policy, assembly.ledger_terms
    if wish.reason and wish.reason not in terms.reason:
        raise UnknownName("reason", wish.reason, terms.reason)
    same = SameBranch(policy.branches, unit.comparisons.branch_names())
    known = unit.ledgers.branches()
    if wish.branch and same.of(wish.branch) not in {same.of(name) for name in known}:
        raise UnknownName("branch", wish.branch, known)
    listed = [
        replace(line, key=policy.numbering.key(line.key, wish.branch, line.number)) if line.key else line
        for line in act_list.read(source, assembly.ledger_columns, rules.headings)
    ]
    wanted = {line.key for line in listed if line.key}

    def asked(key: str, _copies: Sequence[Copy], _bookings: Sequence[Booking]) -> bool:
        return key in wanted

    held: dict[str, list[Holding]] = {}
    for holdings in walk(unit, policy, same, asked):
        held[holdings[0].key] = holdings
    described = describe(unit, (one for many in held.values() for one in many), assembly.families)
    booked = bool(unit.ledgers.entry_counts())
    drafting = Drafting(wish.kind, terms, same, wish.branch, wish.reason, booked=booked)
    return drafting.plan(listed, held, described)


def _line(row: ActRow) -> acts.Line:
    known = row.described
    return acts.Line(
        row.number, known.author, known.title, known.year, row.price, row.coefficient, row.quantity,
        row.amount, row.reason, known.language, row.content_class, row.branch,
    )  # fmt: skip


def _sentences(assembly: Assembly, words: Sequence[Word], group: str, lang: str) -> list[str]:
    told = []
    for word in words:
        sentence = assembly.texts.say(f"{group}.{word.code}", lang, **word.params)
        told.append(f"{word.place}: {word.number or '—'}: {sentence}")
    return told


def in_languages(named: object) -> dict[str, str]:
    """The attributes `kk`, `ru` and `en` of something named in every language."""
    return {lang: getattr(named, lang) for lang in ("kk", "ru", "en")}
