"""Where a command starts and how it ends.

Exit codes: 0 done; 1 the request was fine, and the work failed; 2 wrong usage; 3 the budget for
hosted models is spent; 130 interrupted, by Ctrl-C, SIGTERM or SIGHUP.
"""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from nashscope import __version__
from nashscope.cli.bench import bench
from nashscope.cli.doctor import doctor
from nashscope.cli.ending import ended_like_ctrl_c
from nashscope.cli.export import export
from nashscope.cli.figure import figure
from nashscope.cli.fingerprint import fingerprint
from nashscope.cli.games import games
from nashscope.cli.import_ import import_
from nashscope.cli.invariance import invariance
from nashscope.cli.lens import lens
from nashscope.cli.organism import organism
from nashscope.cli.patch import patch
from nashscope.cli.play import play
from nashscope.cli.probe import probe
from nashscope.cli.refusal import any_terminal, nowhere, refusal, say
from nashscope.cli.run import run
from nashscope.cli.runs import runs
from nashscope.cli.shelf import agents, framings, models
from nashscope.cli.show import show
from nashscope.cli.solve import solve
from nashscope.cli.steer import steer
from nashscope.cli.study import report, studies, study
from nashscope.cli.tournament import tournament
from nashscope.cli.train import train
from nashscope.cli.truth import truth
from nashscope.cli.view import view

__all__ = ["app", "main"]

app = typer.Typer(
    name="nashscope",
    help="A laboratory for the strategic play of language models.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> bool:
    """Prints the version and leaves, if it was asked for."""
    if asked:
        typer.echo(__version__)
        raise typer.Exit
    return asked


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and leave.", callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    """A laboratory for the strategic play of language models."""


PANELS: dict[str, tuple[Callable[..., object], ...]] = {
    "Play": (play, tournament, run, fingerprint, invariance, view),
    "Look inside": (lens, probe, steer, patch, doctor, truth),
    "Studies": (study, studies),
    "Runs": (runs, show, report, figure, export),
    "Games, agents, models": (games, solve, agents, framings, models),
}
"""The commands, as `--help` groups them."""

for panel, commands in PANELS.items():
    for command in commands:
        # the payoffs of a game may begin with a minus
        minus = {"ignore_unknown_options": command is solve}
        app.command(context_settings=minus, rich_help_panel=panel)(command)
app.command("import", rich_help_panel="Runs")(import_)
app.add_typer(organism, rich_help_panel="Games, agents, models")
app.add_typer(bench, rich_help_panel="Studies")
app.add_typer(train, rich_help_panel="Studies")


def main() -> None:
    """Runs the command line; what cannot be done is one line on stderr, never a traceback."""
    any_terminal()
    try:
        with ended_like_ctrl_c():
            code = app(standalone_mode=False)
    except BrokenPipeError:
        nowhere()
        code = 1
    except typer.Abort:  # the input that it waited for has ended
        code = 1
    except (Exception, SystemExit) as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()  # type: ignore[union-attr]
            sys.exit(2)
        told = refusal(error)
        if told is None:
            raise
        message, code = told
        say(message)
    sys.exit(code)
