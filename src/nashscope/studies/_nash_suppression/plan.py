"""What is played and what is looked at, in how much detail."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from nashscope.agents import Question, agent, decide, strategies
from nashscope.chance import stream
from nashscope.errors import IllegalDecision, Misuse
from nashscope.framing import Mode, PlainStyle
from nashscope.games import JointAction, Order, Repeated
from nashscope.games import game as stage_named
from nashscope.names import nearest
from nashscope.play import Cell
from nashscope.play.cast import model_of
from nashscope.records import dump, load

__all__ = ["GAMES", "PLANS", "Plan", "cells", "planned"]

GAMES = (
    "prisoners_dilemma",
    "stag_hunt",
    "chicken",
    "battle_of_the_sexes",
    "matching_pennies",
)
Tool = Literal[
    "clamping", "directions", "heads", "patching", "tuned lens", "side effects", "layer swap"
]
ALL_TOOLS: tuple[Tool, ...] = get_args(Tool)
STRENGTHS = (-6.0, -4.0, -3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 4.0)


@dataclass(frozen=True)
class Plan:
    """A plan of the study.

    games, horizons, orders, framings, modes: every combination is played.
    matches: of every combination and pairing. memory: rounds that a player sees; None for all.
    fingerprints: tellings in which each model is asked what it does after every outcome; 0 to leave
    that out.
    looked: number of games drawn for the look inside; tellings: of each, counterbalanced.
    history: rounds of history in the prompts that have one.
    strengths: of the steering, in units of the direction's own norm. nulls: random directions.
    shuffles: of the labels of every probe; 0 for no probes. nonlinear: whether to try a network as
        well as a linear probe.
    tools: what acts inside is asked with these. clamps: values that the component along the
        direction is set to; 0 is its mean after defection, 1 its mean after cooperation.
    """

    games: tuple[str, ...] = GAMES
    horizons: tuple[int, ...] = (1, 50)
    orders: tuple[Order, ...] = ("simultaneous", "sequential")
    framings: tuple[str, ...] = ("plain",)
    modes: tuple[Mode, ...] = ("direct",)
    matches: int = 16
    fingerprints: int = 8
    memory: int | None = None
    looked: int = 48
    tellings: int = 4
    history: int = 3
    strengths: tuple[float, ...] = STRENGTHS
    nulls: int = 19
    shuffles: int = 200
    nonlinear: bool = True
    tools: tuple[Tool, ...] = ALL_TOOLS
    clamps: tuple[float, ...] = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0)


PLANS: dict[str, tuple[str, Plan]] = {
    "demo": (
        "five games, 50 rounds, 6 matches per pairing: on two cores two minutes with organisms, "
        "about an hour with a model of 135 million parameters",
        Plan(
            horizons=(50,),
            orders=("simultaneous",),
            matches=6,
            looked=24,
            nulls=4,
            nonlinear=False,
            tools=("clamping", "directions", "heads", "side effects", "layer swap"),
        ),
    ),
    "standard": (
        "one-shot and 50 rounds, simultaneous and sequential, 16 matches per pairing",
        Plan(),
    ),
    "full": (
        "the same with letters and words as labels, and answers given at once and after reasoning",
        Plan(framings=("plain", "plain-words"), modes=("direct", "cot", "scratchpad"), matches=4),
    ),
}


def planned(name: str, changes: Mapping[str, Any]) -> Plan:
    """A plan by name, with some of its fields set otherwise.

    Raises:
        UnknownName: if there is no such plan. Misuse: if a field cannot have such a value.
    """
    if name not in PLANS:
        raise nearest(name, PLANS, "plan of this study")
    fields = dump(PLANS[name][1])
    for key in changes:
        if key not in fields:
            raise nearest(key, fields, "field of the plan")
    plan = load(Plan, fields | dict(changes))
    for key in ("games", "horizons", "orders", "framings", "modes"):
        if not getattr(plan, key):
            raise Misuse(f"the plan has no {key}; name at least one")
    if 0 < plan.shuffles < 19 or plan.shuffles < 0 or plan.history < 0:
        raise Misuse(
            f"{plan.shuffles} shuffles and {plan.history} rounds of history: at least 19 (no p "
            "below 0.05 can be found with fewer) and 0"
        )
    if plan.looked < 8 or plan.tellings < 1:
        raise Misuse(f"{plan.looked} games looked at in {plan.tellings} tellings; at least 8 in 1")
    wrong = [x for x in plan.strengths if not math.isfinite(x)]
    if wrong or not plan.strengths:
        raise Misuse(f"a strength is {wrong or 'missing'}; strengths are finite numbers")
    if not all(map(math.isfinite, plan.clamps)):
        raise Misuse("a value to clamp to is not a finite number")
    if plan.fingerprints < 0:
        raise Misuse(f"{plan.fingerprints} tellings cannot be asked; 0 leaves the fingerprint out")
    if plan.nulls < 1:
        raise Misuse(f"{plan.nulls} random directions are no null; at least 1")
    return plan


def cells(plan: Plan, models: tuple[str, ...], opponents: tuple[str, ...], seed: int) -> list[Cell]:
    """Every cell: self-play and every ordered pair of the models, and each against opponents."""
    pairs = [(one, two) for one in models for two in models]
    pairs += [
        pair for own in models for other in opponents for pair in ((own, other), (other, own))
    ]
    for other in opponents:
        if not model_of(other):
            agent(other)  # a name that nobody has is said before anything is played
    known = set(strategies())
    return [
        Cell(
            game,
            pair,
            rounds=horizon,
            memory=plan.memory,
            order=order,
            framing=framing,
            mode=mode,
            matches=plan.matches,
            seed=seed,
        )
        for game in plan.games
        for horizon in plan.horizons
        for order in plan.orders
        for framing in plan.framings
        for mode in plan.modes
        for pair in pairs
        if all(_can_play(name, game, seat) for seat, name in enumerate(pair) if name in known)
    ]


def _can_play(strategy: str, game: str, player: int) -> bool:
    """Whether a classic strategy knows what to do in a game.

    Those that cooperate or defect do not where several outcomes are best for all together, as in
    matching pennies; such cells are left out of the plan.
    """
    repeated = Repeated(stage_named(game), 3)
    chance = stream(0, "can play")
    framing = PlainStyle().draw(repeated.stage, 0, chance)
    opponent = agent(strategy)
    pasts: list[list[JointAction]] = [[], [(0, 0)], [(0, 1), (1, 0)]]
    try:
        for history in pasts:
            view = repeated.view(player, history, (None, None))
            decide(opponent, [Question(view, framing, chance)])
    except IllegalDecision:
        raise
    except Misuse:
        return False
    return True
