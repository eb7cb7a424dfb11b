"""`nashscope runs`: what was run here, and how far it came; and a run by its name."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from nashscope.cli.option import AsJson
from nashscope.cli.screen import print_json, show

__all__ = ["Found", "RunName", "command_of", "found_runs", "located", "runs"]

LATEST = "latest"
"""Names the newest run."""
SHELF = Path("runs")
"""Where runs go that were given no folder."""

RunName = Annotated[
    str, typer.Argument(metavar="[RUN]", help="A run's folder, or latest: the newest below runs/.")
]


@dataclass(frozen=True)
class Found:
    """A run's folder as the list shows it.

    state: done, running, stopped (somebody ended it), or ended (it broke off without a word).
    about: which command made it, and of what. command: as it was typed.
    """

    folder: Path
    state: str
    started: str
    about: str
    command: str


def runs(
    folder: Annotated[Path, typer.Argument(help="Where to look.")] = SHELF,
    every: Annotated[bool, typer.Option("--all", help="Not only the newest 20.")] = False,
    as_json: AsJson = False,
) -> None:
    """Lists the runs below a folder, newest first, and which of them are unfinished.

    `latest` names the newest one in every command that takes a run.
    """
    from nashscope.errors import Unreadable

    if not folder.is_dir():
        raise Unreadable(f"there is no folder {folder}; runs are kept below it once one was made")
    known = found_runs(folder)
    if as_json:
        told = [{**vars(one), "folder": str(one.folder)} for one in known]
        print_json(told)
        return
    if not known:
        typer.echo(f"no run lies below {folder}")
        return
    shown = known if every else known[:20]
    rows = [(str(one.folder), one.state, one.started[:16].replace("T", " ")) for one in shown]
    show(("run", "state", "started"), rows, words=range(3))
    if len(shown) < len(known):
        typer.echo(f"{len(known) - len(shown)} older ones: --all lists them")
    for one in shown:
        if one.state in ("stopped", "ended") and one.command:
            typer.echo(f"{one.folder} goes on by: {one.command}")


def found_runs(folder: Path) -> list[Found]:
    """The runs below a folder, newest first; folders that cannot be read are left out."""
    from nashscope.errors import NashscopeError
    from nashscope.play.store.run import CONFIG, read_run

    known = []
    for config in sorted(folder.glob(f"*/{CONFIG}")):
        try:
            run = read_run(config.parent)
            known.append(_found(config.parent, run.config, run.manifest))
        except (NashscopeError, OSError, UnicodeDecodeError, AttributeError, TypeError):
            continue  # a list of what there is does not end at what is broken
    return sorted(known, key=lambda one: one.started, reverse=True)


def _found(folder: Path, config: Mapping[str, Any], manifest: Mapping[str, Any]) -> Found:
    """A run as the list shows it."""
    from nashscope.play.store.disk import is_locked
    from nashscope.play.store.run import LOCK

    status = str(manifest.get("status", ""))
    state = status.partition(" ")[0] or "ended"
    if state == "running" and not is_locked(folder / LOCK):
        state = "ended"
    starts = manifest.get("started") or []
    made = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(folder.stat().st_mtime))
    return Found(
        folder, state, str(starts[-1]) if starts else made, _about(config), command_of(manifest)
    )


def command_of(manifest: Mapping[str, Any]) -> str:
    """The command that made a run, as it is typed; "" where it is not known."""
    import shlex

    words = [str(word) for word in manifest.get("command", ())][1:]
    return shlex.join(["nashscope", *words]) if words else ""


def _about(config: Mapping[str, Any]) -> str:
    """What a run is of."""
    for key in ("study", "tool"):
        if key in config:
            return str(config[key])
    return next((key for key in ("plan", "tournament", "play", "import") if key in config), "")


def located(name: str) -> Path:
    """The folder of the run that a name stands for: a path, a name below runs/, or `latest`.

    Raises:
        Unreadable: if there is none; names the newest there is.
    """
    from nashscope.errors import Unreadable

    given = Path(name)
    if given.is_dir():
        return given
    known = found_runs(SHELF)
    newest = f"the newest run is {known[0].folder}" if known else "no run lies below runs/"
    if name == LATEST:
        if not known:
            raise Unreadable(f"no run lies below {SHELF}/; name the folder of one")
        return known[0].folder
    if (SHELF / name).is_dir():
        return SHELF / name
    if given.exists():
        raise Unreadable(f"{name} is a file; a run is a folder, and {newest}")
    raise Unreadable(f"there is no folder {name}; {newest}, and `nashscope runs` lists all")
