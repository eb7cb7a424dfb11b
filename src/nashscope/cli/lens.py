"""`nashscope lens --model M --game G`: what a model would say if it stopped after each layer."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from nashscope.cli.inside import (
    Answer,
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
from nashscope.cli.option import DeviceMap, Dtype, FramingName, GameName, OpenModel, Out, Seed

if TYPE_CHECKING:
    from nashscope.agents.situation import Situation, Situations
    from nashscope.games import JointAction, NormalForm
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
    after: Annotated[
        str | None,
        typer.Option(
            help="One situation: GAME itself after these rounds, own action first, as in "
            "'cooperate,defect; defect,defect'; or 'start'.",
        ),
    ] = None,
    framing: FramingName = "plain",
    labels: Labels = "",
    games: Games = 24,
    rounds: Rounds | None = None,
    seed: Seed = 0,
    out: Out = None,
    dtype: Dtype = None,
    device_map: DeviceMap = None,
) -> None:
    """Decodes the decision after every layer: which action it would be, and how surely.

    What is shown is a mean over games with payoffs in the order of GAME's, each after random
    rounds; with --after it is one situation in GAME itself, over tellings. Where the labels have
    little of the probability the policy says little; the last row is the answer.
    """
    from nashscope.agents.situation import Situation, situations
    from nashscope.errors import Misuse

    if after is not None and rounds is not None:
        raise Misuse("--after says which rounds were played; leave out --rounds, or --after")
    history = None if after is None else _history(after, game)
    many = 3 if rounds is None else rounds
    situation = Situation(game, framing, listed(labels), games, 2, many, seed, history)

    def find() -> Answer:
        stage, prompts = situations(situation)
        subject = opened(model, dtype, device_map)
        found = _answer(subject, stage, prompts, tuned=tuned, seed=seed)
        return replace(found, facts=[_averaged(situation, len(prompts)), *found.facts])

    answered("lens", model, situation, {"tuned": tuned, "dtype": dtype}, out, find)


def _history(text: str, game: str) -> "tuple[JointAction, ...]":
    """The rounds that a text spells out, each as the actions of both players.

    Raises:
        Misuse: if a round has not two actions. UnknownName: for an action that the game has not.

    >>> _history("cooperate,defect; defect,defect", "prisoners-dilemma")
    ((0, 1), (1, 1))
    """
    from nashscope.errors import Misuse
    from nashscope.games import game as named
    from nashscope.names import nearest

    if text.strip() == "start":
        return ()
    actions = named(game).actions
    rounds = []
    for round in filter(None, (part.strip() for part in text.split(";"))):
        chosen = [name.strip() for name in round.split(",")]
        if len(chosen) != 2:
            raise Misuse(
                f"--after: {round!r} is no round; say 'cooperate,defect; defect,defect', or 'start'"
            )
        for name, known in zip(chosen, actions, strict=False):
            if name not in known:
                raise nearest(name, known, "action of this player")
        rounds.append(tuple(own.index(name) for name, own in zip(chosen, actions, strict=False)))
    return tuple(rounds)


def _averaged(situation: "Situation", prompts: int) -> str:
    """What the numbers are a mean over."""
    if situation.history is not None:
        count = len(situation.history)
        when = f"after {count} given rounds" if count else "before any round"
        return f"mean over {prompts} tellings of {situation.game} itself, {when}; 95 % over them"
    what = f"{situation.games} games with payoffs in the order of those of {situation.game}"
    when = (
        f"each after {situation.rounds} random rounds" if situation.rounds else "before any round"
    )
    return (
        f"mean over {what}, {when}, {prompts} prompts; 95 % over games. `--after start` asks about "
        "the first round of the game itself"
    )


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
        "that the labels have together."
    )
    which = "tuned lens" if tuned else "logit lens"
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
