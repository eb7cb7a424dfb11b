"""`nashscope show RUN [MATCH]`: the matches of a run in the terminal, turn by turn."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from nashscope.cli.match import show_match
from nashscope.cli.measured import show_measures
from nashscope.cli.runs import LATEST, RunName, located
from nashscope.cli.screen import show as show_table

if TYPE_CHECKING:
    from nashscope.play import Cell, Transcript

__all__ = ["show"]

MOST = 40
"""Matches that are listed."""


def show(
    run: RunName = LATEST,
    match: Annotated[
        int | None, typer.Argument(metavar="[MATCH]", help="Its number in the list; from 1.")
    ] = None,
    prompts: Annotated[
        bool, typer.Option("--prompts", help="Also the prompt of each player's first decision.")
    ] = False,
) -> None:
    """Lists the matches of a run, or shows one turn by turn with what was written.

    Without a run, the newest below runs/.
    """
    from nashscope.errors import Misuse, Unreadable
    from nashscope.play import transcripts
    from nashscope.play.store.run import read_run

    folder = located(run)
    found = read_run(folder)
    cells = found.cells
    played = transcripts(cells, found.events())
    if not played:
        raise Unreadable(
            f"{folder} holds no match; `nashscope report {folder}` shows what it is about"
        )
    if match is None:
        _list(played, cells)
        return
    if not 1 <= match <= len(played):
        raise Misuse(f"there is no match {match}; {folder} has 1 to {len(played)}")
    chosen = played[match - 1]
    cell = cells[chosen.cell]
    if prompts:
        _show_prompts(chosen)
    show_match(chosen, f"match {match}: {_condition(cell)}", replies=True)
    show_measures([chosen])


def _list(played: "Sequence[Transcript]", cells: "Mapping[str, Cell]") -> None:
    """One row for every match, up to `MOST`."""
    from nashscope import metrics
    from nashscope.report.table import number

    rows = []
    for place, match in enumerate(played[:MOST], start=1):
        paying = metrics.earned if match.events else metrics.payoff
        paid = [paying([match], p).value for p in range(len(match.agents))]
        rows.append(
            (
                str(place),
                _condition(cells[match.cell]),
                " – ".join(match.agents),
                str(len(match.rounds) or len(match.answers)),
                ", ".join(map(number, paid)),
            )
        )
    show_table(("match", "game", "agents", "rounds", "payoff"), rows, words=(0, 1, 2))
    if len(played) > MOST:
        typer.echo(f"the first {MOST} of {len(played)} matches; any has its number")
    typer.echo("nashscope show RUN MATCH shows one turn by turn")


def _condition(cell: "Cell") -> str:
    """What is played, as far as it is not at its default."""
    told = [cell.game]
    if cell.framing not in ("", "plain"):
        told.append(f"framing {cell.framing}")
    if cell.mode != "direct":
        told.append(f"mode {cell.mode}")
    if cell.mechanism:
        told.append(cell.mechanism)
    if cell.seed:
        told.append(f"seed {cell.seed}")
    return ", ".join(told)


def _show_prompts(match: "Transcript") -> None:
    """The prompts of the first round, which are stored with it."""
    for player, decision in enumerate(match.rounds[0] if match.rounds else ()):
        if decision.prompt:
            name = match.game.stage.player_name(player)
            typer.echo(f"{name} is asked:\n\n{decision.prompt}\n")
