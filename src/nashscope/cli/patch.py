"""`nashscope patch --model M --game G`: which activations carry what the other player did."""

from typing import TYPE_CHECKING, Annotated

import typer

from nashscope.cli.inside import (
    Answer,
    Labels,
    Rounds,
    answered,
    cells,
    entry,
    listed,
    opened,
    target_of,
    told,
)
from nashscope.cli.option import DeviceMap, Dtype, FramingName, GameName, OpenModel, Out, Seed

if TYPE_CHECKING:
    from nashscope.agents.situation import Situations
    from nashscope.games import NormalForm
    from nashscope.interp import Patched
    from nashscope.models.hf import HFModel

__all__ = ["patch"]

AXES = ("position", "head")
SHOWN = 10
"""Parts in the table; the data and the figure have all."""


def patch(
    model: OpenModel,
    game: GameName = "prisoners-dilemma",
    by: Annotated[
        str, typer.Option(help="position: the stream at each token; head: at the decision token.")
    ] = "position",
    action: Annotated[
        str | None, typer.Option(help="Whose log-odds are told [default: Nash, else the first].")
    ] = None,
    framing: FramingName = "plain",
    labels: Labels = "",
    games: Annotated[int, typer.Option(help="Games with payoffs in the same order.")] = 8,
    rounds: Rounds = 3,
    seed: Seed = 0,
    out: Out = None,
    dtype: Dtype = None,
    device_map: DeviceMap = None,
) -> None:
    """Puts activations of a run with another last action of the other player into the run.

    The two prompts differ in that action alone, from the first action of the game to the next.
    Beside what each part moves stands a random change of equal norm in its place.
    """
    from nashscope.agents.situation import Situation, situations
    from nashscope.errors import Misuse
    from nashscope.names import nearest

    if by not in AXES:
        raise nearest(by, AXES, "axis to patch by")
    if rounds < 1:
        raise Misuse("--rounds 0 leaves no last action to exchange; give 1 or more")
    situation = Situation(game, framing, listed(labels), games, 2, rounds, seed)

    def find() -> Answer:
        stage, prompts = situations(situation)
        subject = opened(model, dtype, device_map)
        return _answer(subject, stage, prompts, by, target_of(stage, action), seed)

    options = {"by": by, "action": action, "dtype": dtype}
    answered("patch", model, situation, options, out, find)


def _answer(
    model: "HFModel",
    stage: "NormalForm",
    prompts: "Situations",
    by: str,
    target: int,
    seed: int,
) -> Answer:
    """Patches each prompt with the one in which the other player did its next action."""
    import numpy as np

    from nashscope.interp import patching_by_head, patching_by_position

    run, source = prompts[prompts.other == 0], prompts[prompts.other == 1]
    tool = patching_by_position if by == "position" else patching_by_head
    texts, labels = told(run)
    found = tool(
        model,
        texts,
        source.texts.tolist(),
        labels,
        target=np.full(len(texts), target),
        groups=run.game,
        seed=seed,
    )
    return _shown(model, stage, found, by, target, len(texts))


def _shown(
    model: "HFModel", stage: "NormalForm", found: "Patched", by: str, target: int, count: int
) -> Answer:
    """The parts that move most as a table, all of them as a map."""
    import numpy as np

    from nashscope.report import Figure, matrix, number

    name, (before, after) = stage.actions[0][target], stage.actions[1][:2]
    data = [
        {"layer": layer, by: column, "series": series, **entry(part, (i, j))}
        for i, layer in enumerate(found.rows)
        for j, column in enumerate(found.columns)
        # before the first token that differs there is nothing to exchange
        if found.moved.value[:, j].any()
        for series, part in (("patched", found.moved), ("random", found.null))
    ]
    order = np.argsort(-np.abs(found.moved.value), axis=None, kind="stable")[:SHOWN]
    rows = []
    for i, j in zip(*np.unravel_index(order, found.moved.value.shape), strict=True):
        place = (int(i), int(j))
        where = f"layer {found.rows[place[0]]}, {by} {found.columns[place[1]]}"
        share = f"{number(100 * float(found.share[place]), 0)}%"
        null = number(float(found.null.value[place]))
        rows.append((where, *cells(found.moved, place), share, null))
    whole = found.whole
    facts = [
        f"the whole other prompt moves the log-odds of {name} by {whole}; "
        f"{count} prompts of {whole.groups} games",
    ]
    if float(whole.low) <= 0 <= float(whole.high):
        facts.append("that may be nothing, so shares of it say nothing")
    squares = [row for row in data if row["series"] == "patched"]
    most = float(np.abs(found.moved.value).max()) or 1.0
    chart = matrix(
        squares,
        x=by,
        y="layer",
        x_title=by,
        y_title="layer",
        value_title=f"log-odds of {name}",
        span=(-most, most),
        numbers=len({row[by] for row in squares}) <= 12,
    )
    question = (
        f"Which part of {model.name} carries that the other player chose {after}, not {before}?"
    )
    caption = (
        f"Change of the log-odds of {name} when one part comes from the run on the other prompt. "
        "Positions are counted back from the decision token, -1. The data hold the random changes."
    )
    figure = Figure("patch", f"Patched by {by}", caption, [("", chart)], data)
    return Answer(question, ("part", "moved", "95 %", "share", "random"), rows, facts, figure)
