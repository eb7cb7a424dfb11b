"""`nashscope steer --model M --game G`: add a direction, and see how far the answer moves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.inside import (
    Answer,
    Games,
    Labels,
    Rounds,
    answered,
    cells,
    entry,
    layer_of,
    listed,
    numbers,
    opened,
    target_of,
    told,
)
from nashscope.cli.option import DeviceMap, Dtype, FramingName, GameName, OpenModel, Out, Seed

if TYPE_CHECKING:
    from nashscope.agents.situation import Situation, Situations
    from nashscope.games import NormalForm
    from nashscope.interp import Direction, SideEffect, SteeringEffect, SteeringMap
    from nashscope.models.hf import HFModel

__all__ = ["steer"]

DRAWS = 39
"""Random directions at the chosen layer: the least for which p can be 0.025."""
LARGEST = 1e4
"""Largest entry of a direction that is given; half precision ends at 65,504."""
FAMILIES = ("prisoners-dilemma", "stag-hunt", "chicken", "battle-of-the-sexes", "matching-pennies")
"""Games on which the edit should do nothing if it is about the one asked about."""


def steer(
    model: OpenModel,
    game: GameName = "prisoners-dilemma",
    layer: Annotated[
        int | None, typer.Option(help="Where [default: where it moves most on half the games].")
    ] = None,
    strengths: Annotated[
        str, typer.Option(help="In units of the direction's own length, with commas.")
    ] = "-2,-1,-0.5,0,0.5,1,2",
    method: Annotated[
        str, typer.Option(help="How the direction is found: means, pca or probe.")
    ] = "means",
    direction: Annotated[
        Path | None, typer.Option(help="A direction of your own: an .npy file of [width] numbers.")
    ] = None,
    action: Annotated[
        str | None, typer.Option(help="Whose probability is told [default: Nash, else the first].")
    ] = None,
    budget: Annotated[
        float | None, typer.Option(help="Also find the strength that costs this many nats.")
    ] = None,
    framing: FramingName = "plain",
    labels: Labels = "",
    games: Games = 24,
    rounds: Rounds = 3,
    seed: Seed = 0,
    out: Out = None,
    dtype: Dtype = None,
    device_map: DeviceMap = None,
) -> None:
    """Adds the direction of the other player's last action at each layer, beside random ones.

    The direction, the layer and the strength of the p-value are chosen on one half of the games and
    measured on the other. Written beside the table: a map of layers and strengths, and the
    direction as an .npy file.
    """
    from nashscope.agents.situation import Situation, situations
    from nashscope.errors import Misuse
    from nashscope.interp import METHODS

    amounts = numbers(strengths, "--strengths")
    if not any(amounts):
        raise Misuse("--strengths 0 pushes nothing; name one that is not 0")
    if method not in METHODS:
        raise Misuse(f"--method {method}: a direction is found by {', '.join(METHODS)}")
    if rounds < 1 and direction is None:
        raise Misuse("--rounds 0 leaves no last action to take a direction from; give 1 or more")
    if budget is not None and not budget > 0:
        raise Misuse(f"--budget {budget}: it is a positive number of nats")
    situation = Situation(game, framing, listed(labels), games, 2, rounds, seed)
    options = {
        "layer": layer,
        "strengths": amounts,
        "method": method,
        "direction": None if direction is None else str(direction),
        "action": action,
        "budget": budget,
        "dtype": dtype,
    }

    def find() -> Answer:
        stage, prompts = situations(situation)
        subject = opened(model, dtype, device_map)
        given = None if direction is None else _read(direction, subject.width)
        layers = range(1, subject.layers + 1) if layer is None else [layer_of(subject, layer)]
        fit, test = prompts.halves
        found = _directions(subject, fit, layers, method, given)
        task = _Task(subject, stage, test, target_of(stage, action), amounts, situation)
        return _answer(task, found, _dial(task, fit, found), budget)

    answered("steer", model, situation, options, out, find)


@dataclass(frozen=True)
class _Task:
    """What is steered, and what is asked of it. test: the prompts that effects are measured on."""

    model: "HFModel"
    stage: "NormalForm"
    test: "Situations"
    target: int
    strengths: tuple[float, ...]
    situation: "Situation"

    @property
    def seed(self) -> int:
        """The root of all chance."""
        return self.situation.seed


def _read(file: Path, width: int) -> Any:
    """The direction in a file.

    Raises:
        IllFormedEdit: if it is not as wide as the residual stream.
        Unreadable: if there is no array of numbers in it.
    """
    import numpy as np

    from nashscope.errors import IllFormedEdit, Unreadable

    try:
        given = np.asarray(np.load(file, allow_pickle=False), dtype=float)
    except OSError as error:
        raise Unreadable(f"--direction {file} cannot be read: {error.strerror}") from None
    except (ValueError, EOFError):
        raise Unreadable(
            f"--direction {file} is no .npy file of numbers; numpy.save writes one"
        ) from None
    if given.shape != (width,):
        raise IllFormedEdit(
            f"--direction {file} has shape {given.shape}; the residual stream has width {width}"
        )
    if not np.isfinite(given).all() or not given.any():
        raise IllFormedEdit(f"--direction {file} is zero or not finite; it points nowhere")
    if np.abs(given).max() > LARGEST:
        raise IllFormedEdit(
            f"--direction {file} has entries up to {np.abs(given).max():.0e}, which networks in "
            f"half precision cannot add; scale it to {LARGEST:g} or less"
        )
    return given


def _directions(
    model: "HFModel", fit: "Situations", layers: Sequence[int], method: str, given: Any
) -> list["Direction"]:
    """A direction for every layer: the one given, else that of the other's last action.

    Raises:
        Misuse: if the prompts do not differ there, so that there is none.
    """
    from nashscope.errors import Misuse
    from nashscope.interp import Direction, capture
    from nashscope.interp import direction as found

    if given is not None:
        return [Direction(given, k, "given") for k in layers]
    seen = capture(model, *told(fit)).stream
    every = [found(seen[:, k], fit.other == 0, k, method) for k in layers]
    kept = [one for one in every if one.norm > 0]
    if not kept:
        raise Misuse(f"the stream does not depend on the last action after layers {list(layers)}")
    return kept


def _dial(
    task: _Task, fit: "Situations", found: Sequence["Direction"]
) -> tuple["Direction", float]:
    """The direction and the strength that move the action's probability most, on other games."""
    import numpy as np

    from nashscope.interp import capture, policy, steering_sweep

    swept = policy(steering_sweep(task.model, *told(fit), found, task.strengths))
    plain = capture(task.model, *told(fit)).policy[:, task.target].mean()
    moved = np.abs(swept[..., task.target].mean(axis=-1) - plain)
    moved[:, np.array(task.strengths) == 0] = -1
    layer, strength = np.unravel_index(moved.argmax(), moved.shape)
    return found[int(layer)], task.strengths[int(strength)]


def _answer(
    task: _Task,
    found: Sequence["Direction"],
    dial: tuple["Direction", float],
    budget: float | None,
) -> Answer:
    """The map over layers and strengths, and what the chosen push does here and elsewhere."""
    from nashscope.interp import on_text, steering_effect, steering_map
    from nashscope.interp import steer as added

    model, (chosen, strength) = task.model, dial
    asked = partial(_asked_of, task)
    drawn = asked(steering_map, found, task.strengths)
    effect = asked(steering_effect, chosen, strength, draws=DRAWS)
    edit = {chosen.layer: added(chosen.vector, strength)}
    facts = _facts(task, dial, effect)
    facts.append(f"on unrelated sentences: {on_text(model, edit, seed=task.seed).divergence} nats")
    facts.append(f"on games of other families: {_on_others(task, edit).divergence} nats")
    if budget is not None:
        facts.append(_spent(task, chosen, budget))
    return _shown(task, drawn, dial, effect.size / abs(strength) if strength else 0.0, facts)


def _asked_of(task: _Task, tool: Callable[..., Any], *given: Any, **more: Any) -> Any:
    """A tool on the prompts that effects are measured on."""
    import numpy as np

    target = np.full(len(task.test), task.target)
    own = {"target": target, "groups": task.test.game, "seed": task.seed}
    return tool(task.model, *told(task.test), *given, **own, **more)


def _on_others(task: _Task, edit: Any) -> "SideEffect":
    """What the push does to prompts of other games, told in the same way; intervals over games."""
    from dataclasses import replace

    import numpy as np

    from nashscope.agents.situation import situations
    from nashscope.interp import on_prompts

    names = [name for name in FAMILIES if name != task.situation.game.replace("_", "-")]
    texts, labels, groups = [], [], []
    for place, name in enumerate(names):
        own = replace(task.situation, game=name, games=4, tellings=1)
        if len(own.labels) > 2:
            own = replace(own, labels=())
        _, prompts = situations(own)
        more, words = told(prompts)
        texts += more
        labels += words
        groups += [place * own.games + int(one) for one in prompts.game]
    return on_prompts(task.model, edit, texts, labels, np.array(groups), seed=task.seed)


def _facts(task: _Task, dial: tuple["Direction", float], effect: "SteeringEffect") -> list[str]:
    """What the chosen push does, in sentences."""
    import numpy as np

    chosen, strength = dial
    facts = [
        f"chosen on {task.test.game.min()} other games: strength {strength:g} after layer "
        f"{chosen.layer} ({chosen.method}), {effect.size:.2f} of the residual stream's norm",
        f"log-odds moved: {effect.effect}; by {len(effect.random)} random directions at most "
        f"{np.abs(effect.random).max():.3f}, p {effect.p:.3f}",
    ]
    if effect.layers:
        most = int(np.abs(effect.wrong_layer.value).argmax())
        facts.append(
            f"the same direction at the wrong layer: most after layer {effect.layers[most]}, "
            f"{effect.wrong_layer[most]}"
        )
    return facts


def _spent(task: _Task, chosen: "Direction", budget: float) -> str:
    """The strength that costs a budget, in a sentence."""
    from nashscope.interp import steer as added
    from nashscope.interp import strength_at

    def edit(strength: float) -> Any:
        return {chosen.layer: added(chosen.vector, strength)}

    spent = strength_at(task.model, *told(task.test), edit, budget)
    return (
        f"{spent.divergence:.3g} nats are spent at strength {spent.strength:.3g} "
        f"({spent.strength * chosen.norm:.3g} long)"
    )


def _shown(
    task: _Task,
    drawn: "SteeringMap",
    dial: tuple["Direction", float],
    size: float,
    facts: list[str],
) -> Answer:
    """The chosen layer as a table, all layers as a map, both with their nulls."""
    import numpy as np

    from nashscope.report import Figure, curve, matrix, number

    name, (chosen, _) = task.stage.actions[0][task.target], dial
    data = [
        {"layer": layer, "strength": strength, "series": series, **entry(part, (i, j))}
        for i, layer in enumerate(drawn.layers)
        for j, strength in enumerate(drawn.strengths)
        for series, part in (("direction", drawn.target), ("random", drawn.random))
    ]
    place = drawn.layers.index(chosen.layer)
    rows = []
    for j, strength in enumerate(drawn.strengths):
        null = number(float(drawn.random.value[place, j]))
        norms = number(abs(strength) * size)
        rows.append((f"{strength:g}", norms, *cells(drawn.target, (place, j)), null))
    here = [row for row in data if row["layer"] == chosen.layer]
    line = curve(
        here,
        x="strength",
        x_title="strength",
        y_title=f"probability of {name}",
        series="series",
        order=("direction", "random"),
        mark=0.0,
    )
    squares = [row for row in data if row["series"] == "direction"]
    grid = matrix(
        squares,
        x="strength",
        y="layer",
        x_title="strength",
        y_title="layer",
        value_title=f"probability of {name}",
        numbers=len(drawn.strengths) <= 9,
    )
    question = f"What does pushing along {chosen.method} do to {name} in {task.model.name}?"
    caption = (
        f"Probability of {name} of the labels alone, on {len(task.test)} prompts of games that had "
        "no part in choosing; intervals over games. Random: directions of equal norm."
    )
    panels = [(f"after layer {chosen.layer}", line), ("every layer", grid)]
    return Answer(
        question,
        ("strength", "norms", name, "95 %", "random"),
        rows,
        facts,
        Figure("steer", "Pushed along a direction", caption, panels, data),
        {"direction.npy": partial(_save, np.asarray(chosen.vector))},
    )


def _save(vector: Any, file: Path) -> None:
    """Writes a direction."""
    import numpy as np

    np.save(file, vector)
