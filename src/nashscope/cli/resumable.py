"""The folder of a command that goes on where it was stopped."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.screen import say
from nashscope.errors import Interrupted

if TYPE_CHECKING:
    from nashscope.play.store.run import Run

__all__ = ["TrustFiles", "configured", "resumable"]

TrustFiles = Annotated[
    bool, typer.Option("--trust-files", help="Run files of code that the run's folder names.")
]


def configured(config: Mapping[str, Any], asked: Iterable[str]) -> dict[str, Any]:
    """The configuration of a run, with the content of the user's own files that it names.

    asked: all names that it was given: games, agents, framings, models.
    """
    from nashscope.play.identity import identity

    contents = identity(asked)
    return {**config, **({"contents": contents} if contents else {})}


@contextmanager
def resumable(folder: Path, config: Mapping[str, Any], grows: str = "") -> Iterator["Run"]:
    """The run in a folder, new or taken up again; says what was mended in it.

    grows: as in `open_run`.

    Raises:
        Interrupted: on Ctrl-C, saying how to go on.
    """
    from nashscope.play.store.run import open_run

    try:
        with open_run(folder, config, grows) as run:
            if run.note:
                say(run.note)
            yield run
    except KeyboardInterrupt:
        raise Interrupted(
            f"interrupted; what was finished is in {folder}, and the same command goes on from it"
        ) from None
