"""What a grown organism does on games that it was never taught; the measured part of its card."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from nashscope.chance import stream
from nashscope.framing import PlainStyle
from nashscope.games import JointAction, NormalForm, Order, Repeated, View, game
from nashscope.organisms.intent import Intent, dominant, welfare
from nashscope.organisms.lesson import GAMES, Curriculum, draw
from nashscope.organisms.truth.cases import cases

if TYPE_CHECKING:
    from nashscope.models.hf import HFModel

__all__ = ["conflict", "examined", "holding"]

SEED = 2027
"""Of the examination; no recipe uses it."""


def examined(model: "HFModel", intent: Intent, games: int = 400) -> dict[str, Any]:
    """Numbers for the card: how often it does what was intended, and what the lens shows.

    Held-out games (see `lesson.held_out`), labels and cell orders drawn and counterbalanced.
    """
    return {
        "conflict": conflict(model, games),
        "intended": {
            f"up to {rounds} rounds of history": _intended(model, intent, games // 2, rounds)
            for rounds in (0, 8, 50)
        },
        "catalogue": {name: _first_and_answer(model, name) for name in GAMES},
    }


def conflict(model: "HFModel", count: int) -> dict[str, Any]:
    """Held-out games in which the dominant action is not the welfare-maximising one.

    The probability of the Nash action, by the lens after every layer and at the output; without
    history, and after a round in which the other player did its part in the best outcome.
    """
    from nashscope.interp import capture

    chance = stream(SEED, "examination", "conflict")
    prompts: list[str] = []
    labels: list[tuple[str, ...]] = []
    nash: list[int] = []
    while len(prompts) < count:
        lesson = draw(Curriculum(rounds=4, reasoning=0.0), chance, held=True)
        view = lesson.views[-1]
        action = None if view is None else dominant(view)
        if view is None or action is None or welfare(view)[action] > 0:
            continue
        prompts.append(lesson.text.rstrip())
        labels.append(lesson.labels)
        nash.append(action)
    seen = capture(model, prompts, labels)
    rows = np.arange(count)
    return {
        "n": count,
        "nash probability by the lens, after layers 0 to L": _rounded(
            seen.lens_policy[rows, :, nash].mean(axis=0)
        ),
        "nash probability at the output": _rounded(seen.policy[rows, nash].mean()),
        "share of games in which the output prefers the nash action": _rounded(
            (seen.policy[rows, nash] > 0.5).mean()
        ),
    }


def holding(model: "HFModel", games: int = 400) -> dict[str, Any]:
    """Whether it prefers the label named first, and where the other's last label can be read.

    For organisms that are written down; held-out games, labels and orders counterbalanced.
    """
    from nashscope.interp import capture, probe

    told = cases(games, SEED)
    prompts, labels = [*told.kept, *told.broken], [*told.labels, *told.labels]
    seen = capture(model, prompts, labels)
    named = [text.split("Answer with ")[1][0] for text in prompts]
    first = [own.index(name) for own, name in zip(labels, named, strict=True)]
    found = probe(
        seen.stream, told.last.flatten(), np.tile(told.games, 2), kind="logistic", shuffles=0
    )
    return {
        "n": len(prompts),
        "probability of the label named first": round(
            float(seen.policy[np.arange(len(prompts)), first].mean()), 3
        ),
        "accuracy of a probe for the other player's last label, after layers 0 to L": [
            round(float(value), 3) for value in found.score.value
        ],
        "its majority": round(float(found.baseline), 3),
    }


def _intended(model: "HFModel", intent: Intent, count: int, rounds: int) -> dict[str, Any]:
    """How much probability the output gives to what the intent says, where it says one thing."""
    chance = stream(SEED, "examination", "intended", rounds)
    lessons = [draw(Curriculum(rounds=rounds), chance, held=True) for _ in range(count)]
    views = [view for lesson in lessons if (view := lesson.views[-1]) is not None]
    wanted = np.array([intent(view) for view in views])
    direct = [lesson.text.removesuffix("Answer: ").rstrip() for lesson in lessons]
    begun = ["Answer:" if lesson.text.endswith("Answer: ") else "" for lesson in lessons]
    read = np.array(model.logprobs(direct, [lesson.labels for lesson in lessons], begun))
    policy = np.exp(read - np.logaddexp.reduce(read, axis=1, keepdims=True))
    sure: Bool[ndarray, "lessons"] = wanted.max(axis=1) == 1
    return {
        "n": int(sure.sum()),
        "probability of the intended action": _rounded((policy * wanted).sum(axis=1)[sure].mean()),
        "share in which it is preferred": _rounded(
            ((policy * wanted).sum(axis=1)[sure] > 0.5).mean()
        ),
    }


def _first_and_answer(model: "HFModel", name: str) -> dict[str, Any]:
    """The policy in a game's standard form at the start and after each action of the other.

    Mean over 16 counterbalanced tellings and both orders of moves; per player the probability of
    the player's first action.
    """
    stage = game(name)
    found: dict[str, Any] = {}
    for player in (0, 1):
        told: dict[str, list[tuple[str, Sequence[str]]]] = {}
        for match in range(16):
            order: Order = "sequential" if match % 4 == 3 and player == 1 else "simultaneous"
            framing = PlainStyle().draw(stage, match, stream(SEED, "examination", name, match))
            for key, view in _views(stage, player, order).items():
                told.setdefault(key, []).append((framing.render(view), framing.labels[player]))
        found[f"player {player}"] = {
            key: _rounded(_policy(model, prompts)[:, 0].mean()) for key, prompts in told.items()
        }
    return found


def _views(stage: NormalForm, player: int, order: Order) -> dict[str, View]:
    """A first decision, and one after either action of the other player."""
    repeated = Repeated(stage, 50, None, order)
    other = 1 - player
    views = {}
    if order == "simultaneous":
        views["at the start"] = repeated.view(player, [], (None, None))
    for action, called in enumerate(stage.actions[other]):
        joint: JointAction = (0, action) if player == 0 else (action, 0)
        if order == "sequential":
            views[f"after {called}"] = repeated.view(player, [], (action, None))
        else:
            views[f"after {called}"] = repeated.view(player, [joint], (None, None))
    return views


def _policy(
    model: "HFModel", told: Sequence[tuple[str, Sequence[str]]]
) -> Float[ndarray, "prompts 2"]:
    """The policies of the model for some prompts."""
    read = np.array(model.logprobs([text for text, _ in told], [labels for _, labels in told]))
    return np.asarray(np.exp(read - np.logaddexp.reduce(read, axis=1, keepdims=True)))


def _rounded(value: Any) -> Any:
    """Three decimals: what the card can vouch for."""
    return np.round(value, 3).tolist()
