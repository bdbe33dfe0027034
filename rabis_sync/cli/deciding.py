"""Commands by which people decide, see what was decided, and take it back."""

from __future__ import annotations

from typing import Annotated

import typer

from rabis_sync import wiring
from rabis_sync.cli.options import Lang, Language, Note, State
from rabis_sync.cli.terminal import deliver, machine_readable, out
from rabis_sync.errors import ConfigError

Findings = Annotated[list[str], typer.Argument(help="Numbers as the reports show them.", metavar="FINDING…")]

Alike = Annotated[
    bool, typer.Option("--alike", help="And every open finding that changes the same text alike.")
]

commands = typer.Typer()


@commands.command()
def accept(finding: Findings, alike: Alike = False, note: Note = "", lang: Lang = Language.RU) -> None:
    """Accept what findings propose (12), or let discrepancies stand (d12)."""
    _print_decided(
        wiring.decide_findings(State.config, finding, "accepted", note=note, lang=lang.value, alike=alike)
    )


@commands.command()
def reject(finding: Findings, alike: Alike = False, note: Note = "", lang: Lang = Language.RU) -> None:
    """Reject findings: they do not come back until the field changes."""
    _print_decided(
        wiring.decide_findings(State.config, finding, "rejected", note=note, lang=lang.value, alike=alike)
    )


Named = Annotated[str, typer.Argument(help="Control number, or SOURCE:NUMBER.", metavar="SOURCE:NUMBER")]


@commands.command()
def decide(
    one: Named,
    other: Named,
    same: Annotated[
        bool | None, typer.Option("--same/--different", help="One edition, or two.", show_default=False)
    ] = None,
    note: Note = "",
    lang: Lang = Language.RU,
) -> None:
    """Say of two records that they are one edition, or that they are not: that is remembered."""
    if same is None:
        raise ConfigError(
            "nothing was decided", hint="Add --same (one edition) or --different (two editions)."
        )
    decided = wiring.decide_pair(
        State.config, one, other, "same" if same else "different", note=note, lang=lang.value
    )
    _print_decided([decided])


@commands.command()
def decisions(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False, lang: Lang = Language.RU
) -> None:
    """List everything that people decided, the latest last."""
    if as_json:
        deliver(machine_readable(wiring.decisions(State.config)), None)
        return
    for line in wiring.decision_lines(State.config, lang.value):
        out.print(line, markup=False, soft_wrap=True)


@commands.command()
def undo(decision: int, note: Note = "", lang: Lang = Language.RU) -> None:
    """Take a decision back."""
    _print_decided([wiring.undo_decision(State.config, decision, note=note, lang=lang.value)])


def _print_decided(decided: list[wiring.Decided]) -> None:
    for one in decided:
        out.print(f"{one.number}: {one.sentence}", markup=False, soft_wrap=True)
