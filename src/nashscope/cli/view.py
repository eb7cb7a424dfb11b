"""`nashscope view RUN|MODEL`: a live page for one decision."""

import contextlib
from typing import Annotated

import typer

__all__ = ["view"]


def view(
    what: Annotated[
        str,
        typer.Argument(help="A run's folder, or a model: organism/NAME, hf/…", metavar="RUN|MODEL"),
    ],
    port: Annotated[int, typer.Option(help="Where to listen; 0 takes any free port.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    dtype: Annotated[str | None, typer.Option(help="Of hf/ weights: float32, bfloat16, …")] = None,
    device_map: Annotated[
        str | None, typer.Option(help="Of hf/ models, as in transformers.")
    ] = None,
) -> None:
    """Opens a live page: choose a game, turn an edit up, see policy and lens move.

    Served to this machine only, at an address with a random token; Ctrl-C ends it.
    """
    import webbrowser

    from nashscope.view import desk, serve

    options = {k: v for k, v in {"dtype": dtype, "device_map": device_map}.items() if v is not None}
    chosen = desk(what, **options)

    def told(address: str) -> None:
        typer.echo(address)
        if browser:
            webbrowser.open(address)

    with contextlib.suppress(KeyboardInterrupt):
        serve(chosen, told, port)
