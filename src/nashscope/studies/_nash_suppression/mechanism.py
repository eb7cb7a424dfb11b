"""What goes on inside an open model at the decision: lens, direction, steering, steered play.

All of it is about prisoner's dilemmas with payoffs of their own, drawn for this and split in two:
directions, layer and strength are chosen on one half of the games and measured on the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from numpy.random import Generator

from nashscope.chance import stream
from nashscope.framing import PlainStyle
from nashscope.games import JointAction, NormalForm, Repeated
from nashscope.metrics import Measure, mean_over, row
from nashscope.studies import Progress
from nashscope.studies._nash_suppression.plan import Plan

__all__ = ["SITUATIONS", "Look", "Prompts", "Steering", "dilemmas", "look", "prompts", "steering"]

STUDY = "nash-suppression"
COOPERATE, DEFECT = 0, 1

SITUATIONS = ("at the start", "after cooperation", "after defection")
"""No history; the other player cooperated in all rounds seen; it defected in all of them. The
player itself cooperated in both, so that the two differ by the other's action alone."""


@dataclass(frozen=True)
class Prompts:
    """Prompts of one situation: for every game all its tellings, game by game.

    nash: for every prompt the place of the Nash action (to defect) among its labels.
    """

    texts: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    tellings: int

    def by_game(self, values: Float[ndarray, "*more prompts"]) -> Float[ndarray, "*more games"]:
        """The mean over the tellings of each game."""
        return np.asarray(values.reshape(*values.shape[:-1], -1, self.tellings).mean(axis=-1))


def dilemmas(count: int, chance: Generator) -> list[NormalForm]:
    """Different prisoner's dilemmas: whole numbers 0 to 9, T > R > P > S and 2R > T + S."""
    found: dict[tuple[int, ...], NormalForm] = {}
    while len(found) < count:
        t, r, p, s = sorted(
            (int(x) for x in chance.choice(10, size=4, replace=False)), reverse=True
        )
        if 2 * r > t + s:
            table = [[[r, s], [t, p]], [[r, t], [s, p]]]
            found[t, r, p, s] = NormalForm(table, (("cooperate", "defect"),) * 2)
    return list(found.values())


def prompts(games: Sequence[NormalForm], situation: str, plan: Plan, seed: int) -> Prompts:
    """The prompts of a situation, labels and cell order counterbalanced over the tellings."""
    other = {"at the start": None, "after cooperation": COOPERATE, "after defection": DEFECT}
    action = other[situation]
    played: list[JointAction] = [] if action is None else [(COOPERATE, action)] * plan.history
    texts, labels = [], []
    for number, stage in enumerate(games):
        view = Repeated(stage, 50, plan.memory).view(0, played, (None, None))
        for telling in range(plan.tellings):
            # 5 and 8 share no factor: over the games, every telling meets every label and order.
            place = number * plan.tellings + telling + number // 2
            chance = stream(seed, "look", number, telling)
            framing = PlainStyle("neutral").draw(stage, place, chance)
            texts.append(framing.render(view))
            labels.append(framing.labels[0])
    return Prompts(tuple(texts), tuple(labels), plan.tellings)


@dataclass(frozen=True)
class Look:
    """What was seen inside a model.

    rows: records. fit, test: the prompts of the two halves of the games, by situation.
    streams, tested: what was captured of them.
    """

    rows: list[dict[str, Any]]
    fit: dict[str, Prompts]
    test: dict[str, Prompts]
    streams: dict[str, Float[ndarray, "prompts layers width"]]
    tested: dict[str, Float[ndarray, "prompts layers width"]]


def look(model: Any, name: str, plan: Plan, seed: int, progress: Progress) -> Look:
    """The lens at every layer, in every situation, on the test games; the fit games are captured
    as well, for the directions."""
    from nashscope.interp import capture

    games = dilemmas(plan.looked, stream(seed, "dilemmas"))
    half = len(games) // 2
    fit = {s: prompts(games[:half], s, plan, seed) for s in SITUATIONS}
    test = {s: prompts(games[half:], s, plan, seed + 1) for s in SITUATIONS}
    rows: list[dict[str, Any]] = []
    streams, tested = {}, {}
    for number, situation in enumerate(SITUATIONS):
        progress(f"looking inside {name}", number, len(SITUATIONS))
        own = test[situation]
        seen = capture(model, own.texts, own.labels)
        nash = own.by_game(np.moveaxis(seen.lens_policy[:, :, DEFECT], 0, -1))
        mass = own.by_game(np.moveaxis(np.exp(seen.lens).sum(axis=-1), 0, -1))
        output = own.by_game(seen.policy[:, DEFECT])
        condition = {"model": name, "situation": situation, "layers": model.layers}
        for layer in range(model.layers + 1):
            where = condition | {"layer": layer}
            unit = "probability"
            rows.append(
                row(
                    STUDY,
                    "lens",
                    where,
                    mean_over("nash probability by the lens", nash[layer], unit, span=(0.0, 1.0)),
                )
            )
            rows.append(
                row(
                    STUDY,
                    "lens",
                    where,
                    mean_over("label mass by the lens", mass[layer], unit, span=(0.0, 1.0)),
                )
            )
        measure = mean_over(
            "nash probability at the output", output, "probability", span=(0.0, 1.0)
        )
        rows.append(row(STUDY, "lens", condition, measure))
        given = fit[situation]
        streams[situation] = capture(model, given.texts, given.labels).stream
        tested[situation] = seen.stream
    progress(f"looking inside {name}", len(SITUATIONS), len(SITUATIONS))
    return Look(rows, fit, test, streams, tested)


@dataclass(frozen=True)
class Steering:
    """The dial that was found: a direction at a layer, and the strength that favours Nash most.

    before, after: the probability of the Nash action on the fit games without it and with it.
    """

    rows: list[dict[str, Any]]
    vector: Float[ndarray, "width"]
    layer: int
    strength: float
    before: float
    after: float


def steering(
    model: Any, name: str, seen: Look, plan: Plan, seed: int, progress: Progress
) -> Steering:
    """Adds the direction of the other player's cooperation, at every layer and strength.

    The direction is the difference of means between the situations after cooperation and after
    defection. The layer is the one at which some strength raises the probability of the Nash action
    most, after cooperation, on the fit games; everything reported is on the test games, beside
    random directions of equal norm.
    """
    from nashscope.interp import difference_of_means, random_like, residual_norms, steering_sweep

    good, bad = (seen.streams[s] for s in SITUATIONS[1:])
    both = np.concatenate([good, bad])
    positive = np.arange(len(both)) < len(good)
    directions = [
        difference_of_means(both[:, layer], positive, layer) for layer in range(1, model.layers)
    ]
    subject = SITUATIONS[1]
    progress(f"steering {name}", 0, 3)
    fitted = _nash(
        steering_sweep(
            model, seen.fit[subject].texts, seen.fit[subject].labels, directions, plan.strengths
        )
    ).mean(axis=-1)
    place = int(fitted.max(axis=1).argmax())
    chosen = directions[place]
    dial = int(fitted[place].argmax())
    other = seen.fit[SITUATIONS[2]]
    away = _nash(steering_sweep(model, other.texts, other.labels, [chosen], plan.strengths))
    rows = [
        _chosen(name, situation, chosen.layer, plan.strengths[best], len(seen.fit[subject].texts))
        for situation, best in ((subject, dial), (SITUATIONS[2], int(away.mean(axis=-1).argmin())))
    ]
    progress(f"steering {name}", 1, 3)
    whole = steering_sweep(
        model, seen.test[subject].texts, seen.test[subject].labels, directions, plan.strengths
    )
    by_game = seen.test[subject].by_game(_nash(whole))
    for i, direction in enumerate(directions):
        for j, strength in enumerate(plan.strengths):
            where = {"model": name, "situation": subject, "layer": direction.layer}
            measure = mean_over("nash probability", by_game[i, j], "probability", span=(0.0, 1.0))
            rows.append(row(STUDY, "steering map", where | {"strength": strength}, measure))
    chance = stream(seed, "null directions")
    nulls = [random_like(chosen, chance) for _ in range(plan.nulls)]
    size = float(residual_norms(seen.tested[subject])[chosen.layer])
    progress(f"steering {name}", 2, 3)
    for situation in SITUATIONS:
        own = seen.test[situation]
        found = _nash(
            steering_sweep(model, own.texts, own.labels, [chosen, *nulls], plan.strengths)
        )
        for j, strength in enumerate(plan.strengths):
            where = {"model": name, "situation": situation, "layer": chosen.layer}
            where |= {"strength": strength, "norm": strength * chosen.norm}
            where["residual norms"] = strength * chosen.norm / size
            value = mean_over(
                "nash probability", own.by_game(found[0, j]), "probability", span=(0.0, 1.0)
            )
            null = mean_over(
                "nash probability", found[1:, j].mean(axis=-1), "probability", span=(0.0, 1.0)
            )
            rows.append(row(STUDY, "steering", where | {"direction": "history"}, value))
            rows.append(row(STUDY, "steering", where | {"direction": "random"}, null))
    progress(f"steering {name}", 3, 3)
    zero = plan.strengths.index(0) if 0 in plan.strengths else dial
    return Steering(
        rows,
        chosen.vector,
        chosen.layer,
        plan.strengths[dial],
        float(fitted[place, zero]),
        float(fitted[place, dial]),
    )


def _chosen(name: str, situation: str, layer: int, strength: float, prompts: int) -> dict[str, Any]:
    """The strength that moves the answer of a situation most, on the fit games."""
    where = {"model": name, "situation": situation, "layer": layer}
    return row(STUDY, "dial", where, Measure("strength", strength, "direction norms", prompts))


def _nash(logprobs: Float[ndarray, "*more choices"]) -> Float[ndarray, "*more"]:
    """The probability of the Nash action, of the two labels alone."""
    likely = np.exp(logprobs - logprobs.max(axis=-1, keepdims=True))
    return np.asarray(likely[..., DEFECT] / likely.sum(axis=-1))
