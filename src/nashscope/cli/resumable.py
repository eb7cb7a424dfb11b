"""The folder of a command that goes on where it was stopped."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nashscope.cli.screen import say
from nashscope.errors import Interrupted

if TYPE_CHECKING:
    from nashscope.play.store.run import Run

__all__ = ["resumable"]


@contextmanager
def resumable(folder: Path, config: Mapping[str, Any]) -> Iterator["Run"]:
    """The run in a folder, new or taken up again; says what was mended in it.

    Raises:
        Interrupted: on Ctrl-C, saying how to go on.
    """
    from nashscope.play.store.run import open_run

    try:
        with open_run(folder, config) as run:
            if run.note:
                say(run.note)
            yield run
    except KeyboardInterrupt:
        raise Interrupted(
            f"interrupted; what was finished is in {folder}, and the same command goes on from it"
        ) from None
