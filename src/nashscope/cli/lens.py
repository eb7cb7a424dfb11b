"""`nashscope lens --model M --game G`: what a model would say if it stopped after each layer."""

from typing import TYPE_CHECKING, Annotated

import typer

from nashscope.cli.inside import (
    Answer,
    GameName,
    Games,
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
from nashscope.cli.option import DeviceMap, Dtype, FramingName, OpenModel, Out, Seed

if TYPE_CHECKING:
    from nashscope.agents.situation import Situations
    from nashscope.games import NormalForm
    from nashscope.interp import Lens
    from nashscope.models.hf import HFModel

__all__ = ["lens"]

HARDLY = 0.5
"""Below this share of the probability a model is not answering the question."""


def lens(
    model: OpenModel,
    game: GameName = "prisoners-dilemma",
    tuned: Annotated[
        bool, typer.Option(help="Train a tuned lens on one half of the games, read the other.")
    ] = False,
    framing: FramingName = "plain",
    labels: Labels = "",
    games: Games = 24,
    rounds: Rounds = 3,
    seed: Seed = 0,
    out: Out = None,
    dtype: Dtype = None,
    device_map: DeviceMap = None,
) -> None:
    """Decodes the decision after every layer: which action it would be, and how surely.

    The prompts tell games with payoffs in the order of GAME's, after random rounds. Where the
    labels have little of the probability the policy says little; the last row is the answer.
    """
    from nashscope.agents.situation import Situation, situations

    situation = Situation(game, framing, listed(labels), games, 2, rounds, seed)

    def find() -> Answer:
        stage, prompts = situations(situation)
        return _answer(opened(model, dtype, device_map), stage, prompts, tuned=tuned, seed=seed)

    answered("lens", model, situation, {"tuned": tuned, "dtype": dtype}, out, find)


def _answer(
    model: "HFModel", stage: "NormalForm", prompts: "Situations", *, tuned: bool, seed: int
) -> Answer:
    """The lens of a model on prompts, one row for every layer."""
    from nashscope.interp import capture, tuned_lens
    from nashscope.interp import lens as read

    trained, seen, facts = None, prompts, []
    if tuned:
        fit, seen = prompts.halves
        trained = tuned_lens(model, capture(model, *told(fit)).stream, fit.game, seed=seed)
        facts.append(
            f"tuned on {len(fit)} prompts of other games; nats from the output on games held out "
            f"of training: {trained.tuned.mean():.3f}, logit lens {trained.plain.mean():.3f}"
        )
    found = read(model, *told(seen), trained)
    return _shown(model, stage, seen, found, facts, tuned=tuned)


def _shown(
    model: "HFModel",
    stage: "NormalForm",
    seen: "Situations",
    found: "Lens",
    facts: list[str],
    *,
    tuned: bool,
) -> Answer:
    """Policies, mass, rank, entropy and divergence as a table and a figure."""
    import numpy as np

    from nashscope.interp import interval
    from nashscope.report import Figure, curve, number

    target, actions = target_of(stage, None), stage.actions[0]
    policy = interval(np.moveaxis(found.policy, 0, -1), seen.game)
    others = {
        "label mass": interval(found.mass.T, seen.game),
        "entropy": interval(found.entropy.T, seen.game),
        "divergence from the output": interval(found.divergence.T, seen.game),
    }
    rank = np.median(found.rank[:, :, target], axis=0)
    rows, data = [], []
    for k in range(model.layers + 1):
        mass, entropy, apart = (number(float(part.value[k])) for part in others.values())
        shown = cells(policy, (k, target))
        rows.append((str(k), *shown, mass, f"{rank[k]:g}", entropy, apart))
        for action, name in enumerate(actions):
            data.append({"layer": k, "series": name, **entry(policy, (k, action))})
        for name, part in others.items():
            data.append({"layer": k, "series": name, **entry(part, k)})
        data.append({"layer": k, "series": f"median rank of {actions[target]}", "value": rank[k]})
    order = [*actions, "label mass"]
    drawn = [row for row in data if row["series"] in order]
    chart = curve(
        drawn, x="layer", x_title="layers run", y_title="probability", series="series", order=order
    )
    caption = (
        "Probability of each action, of the labels alone, and the share of the whole vocabulary "
        f"that the labels have together; {len(seen)} prompts of {policy.groups} games, intervals "
        "over games."
    )
    which = "tuned lens" if tuned else "logit lens"
    facts = [f"{len(seen)} prompts of {policy.groups} games; intervals (95 %) over games", *facts]
    said = float(others["label mass"].value[-1])
    if said < HARDLY:
        facts.append(
            f"the labels have {said:.1%} of the probability at the output: it says something else, "
            "and what it would choose says little; try another --framing"
        )
    return Answer(
        f"What would {model.name} choose if it stopped after each layer? ({which})",
        ("layer", actions[target], "95 %", "labels", "rank", "nats", "to output"),
        rows,
        facts,
        Figure("lens", which, caption, [("", chart)], data, order),
    )
