"""`nashscope view RUN|MODEL`: a live page for one decision."""

import contextlib
from typing import Annotated

import typer

from nashscope.cli.option import DeviceMap, Dtype, loading
from nashscope.cli.runs import LATEST, located
from nashscope.cli.screen import say

__all__ = ["view"]


def view(
    what: Annotated[
        str,
        typer.Argument(help="A run's folder, or a model: organism/NAME, hf/…", metavar="RUN|MODEL"),
    ],
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Where to listen; 0 takes any free port.")
    ] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    dtype: Dtype = None,
    device_map: DeviceMap = None,
) -> None:
    """Opens a live page: choose a game, turn an edit up, see policy and lens move.

    Served to this machine only, at an address with a random token; Ctrl-C ends it.
    """
    import webbrowser

    from nashscope.view import desk, serve

    options = loading(dtype, device_map)
    if what == LATEST:
        what = str(located(what))
    chosen = desk(what, **options)

    def told(address: str) -> None:
        typer.echo(address)
        say("Ctrl-C ends it")
        if browser:
            webbrowser.open(address)

    with contextlib.suppress(KeyboardInterrupt):
        serve(chosen, told, port)
