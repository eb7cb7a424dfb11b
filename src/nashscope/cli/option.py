"""Options that several commands have, each said once, and the condition that some of them make."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from nashscope.framing import Mode
    from nashscope.play import Cell

__all__ = [
    "AsJson",
    "DeviceMap",
    "Dtype",
    "FramingName",
    "GameName",
    "GoesOn",
    "Mechanism",
    "Memory",
    "ModeName",
    "OpenModel",
    "Out",
    "Quiet",
    "Seed",
    "Sequential",
    "Talk",
    "Tremble",
    "conditions",
    "loading",
    "reasoning",
]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]
DeviceMap = Annotated[
    str | None, typer.Option("--device-map", help="Of hf/ models, as in transformers.")
]
Dtype = Annotated[
    str | None, typer.Option("--dtype", help="Of hf/ weights: float32, bfloat16, float16 or auto.")
]
FramingName = Annotated[
    str, typer.Option("--framing", help="How the game is told; see `nashscope framings`.")
]
GameName = Annotated[
    str,
    typer.Option(
        "--game",
        help="NAME, NAME:KEY=VALUE, a file (.nfg, .efg), FILE.py:OBJECT, or '3,3 0,5; 5,0 1,1'.",
    ),
]
GoesOn = Annotated[
    float | None,
    typer.Option(
        "--goes-on", help="Random ending: probability of another round; ROUNDS is the most."
    ),
]
Mechanism = Annotated[str, typer.Option("--mechanism", help="mediation or contract:FINE.")]
Memory = Annotated[
    int | None, typer.Option("--memory", help="Rounds a player sees [default: all].")
]
ModeName = Annotated[str, typer.Option("--mode", help="direct, cot or scratchpad.")]
OpenModel = Annotated[str, typer.Option("--model", help="organism/NAME or hf/HUB-ID-OR-FOLDER.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="The run's folder [default: below runs/].", show_default=False),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]
Seed = Annotated[int, typer.Option("--seed", help="The root of all chance.")]
Sequential = Annotated[bool, typer.Option("--sequential", help="Players move in turn and see it.")]
Talk = Annotated[int, typer.Option("--talk", help="Spoken rounds before the first.")]
Tremble = Annotated[float, typer.Option("--tremble", help="Probability that a choice goes wrong.")]

SHORT = {"bf16": "bfloat16", "fp16": "float16", "half": "float16", "fp32": "float32"}
"""What others call the types of weights."""
DTYPES = ("float32", "bfloat16", "float16", "auto")


ROUNDS = 10
"""How many rounds `play` has where nobody says."""


def loading(dtype: str | None, device_map: str | None) -> dict[str, str]:
    """What the loader of a model is given: the options that were said.

    Raises:
        UnknownName: for a type of weights that is none.
    """
    from nashscope.names import nearest

    given = {}
    if dtype is not None:
        given["dtype"] = SHORT.get(dtype, dtype)
        if given["dtype"] not in DTYPES:
            raise nearest(dtype, DTYPES, "type of weights (--dtype)")
    if device_map is not None:
        given["device_map"] = device_map
    return given


def reasoning(mode: str) -> "Mode":
    """The mode of this name.

    Raises:
        UnknownName: with those there are.
    """
    from nashscope.framing import MODES
    from nashscope.names import nearest

    for known in MODES:
        if known == mode:
            return known
    raise nearest(mode, MODES, "mode")


def conditions(
    game: str,
    agents: Sequence[str],
    *,
    mode: str = "direct",
    sequential: bool = False,
    goes_on: float | None = None,
    **same: Any,
) -> "Cell":
    """The cell that the options of a command describe.

    same: what a cell calls as the command does: rounds, matches, memory, framing, seed,
        tremble, talk, mechanism.

    Raises:
        Misuse: if it cannot be played, or is larger than a command plays.
    """
    from nashscope.agents.library import normal_name
    from nashscope.games import NormalForm, read
    from nashscope.play import Cell

    # rounds are of games in strategic form alone: of others a default would be a condition
    if same.get("rounds", 0) is None:
        same["rounds"] = ROUNDS
        if not isinstance(read(game), NormalForm):
            del same["rounds"]
    return Cell(
        game,
        tuple(map(normal_name, agents)),
        mode=reasoning(mode),
        order="sequential" if sequential else "simultaneous",
        discount=goes_on,
        ending="fixed" if goes_on is None else "random",
        **same,
    )
