"""Where a command starts and how it ends.

Exit codes: 0 done, 1 something in the run failed, 2 wrong usage, 130 interrupted.
"""

import sys
from typing import Annotated

import typer

from nashscope import __version__
from nashscope.cli.bench import bench
from nashscope.cli.doctor import doctor
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
    add_completion=False,
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


for command in (
    study,
    studies,
    report,
    figure,
    play,
    solve,
    games,
    view,
    tournament,
    fingerprint,
    invariance,
    lens,
    probe,
    steer,
    patch,
    doctor,
    truth,
    export,
    run,
):
    # the payoffs of a game may begin with a minus
    app.command(context_settings={"ignore_unknown_options": command is solve})(command)
app.command("import")(import_)
app.add_typer(organism)
app.add_typer(bench)
app.add_typer(train)


def main() -> None:
    """Runs the command line; what cannot be done is one line on stderr, never a traceback."""
    any_terminal()
    try:
        code = app(standalone_mode=True)
    except BrokenPipeError:
        nowhere()
        code = 1
    except (Exception, SystemExit) as error:
        told = refusal(error)
        if told is None:
            raise
        message, code = told
        say(message)
    sys.exit(code)
