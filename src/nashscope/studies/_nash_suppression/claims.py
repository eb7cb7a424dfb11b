"""The claims of the paper, each with its test. Written before any of our data was seen.

The paper's figures are of other models, prompts and payoffs. A verdict is about the claim on *this*
model with *these* prompts; it says nothing about whether the paper is right on its own.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from nashscope.report import number, pick, with_interval
from nashscope.studies._nash_suppression.claim import (
    Claim,
    Finding,
    Row,
    above,
    decided,
    untested,
)
from nashscope.studies._nash_suppression.lookup import DILEMMA, slug
from nashscope.studies._nash_suppression.mechanism import SITUATIONS

__all__ = ["CLAIMS", "findings"]

AFTER_COOPERATION, AFTER_DEFECTION = SITUATIONS[1], SITUATIONS[2]
MOVED = 0.2
"""By how much, in probability, an edit must move the answer to be said to move it."""
LASTING = 0.9
"""Cooperation from here on counts as kept up."""


def findings(results: Sequence[Row], model: str) -> list[tuple[Claim, Finding]]:
    """What came of every claim for one model."""
    return [(claim, claim.decide(results, model)) for claim in CLAIMS]


def _lens(results: Sequence[Row], model: str) -> list[Row]:
    """The lens after mutual cooperation, layer by layer."""
    return pick(
        results, "lens", "nash probability by the lens", model=model, situation=AFTER_COOPERATION
    )


def _output(results: Sequence[Row], model: str) -> Row | None:
    """The output after mutual cooperation."""
    found = pick(
        results, "lens", "nash probability at the output", model=model, situation=AFTER_COOPERATION
    )
    return found[0] if found else None


def _half_way(lens: Sequence[Row]) -> list[Row]:
    """The layers from the middle on, without the last one, which is the output."""
    return [row for row in lens if 2 * row["condition"]["layer"] >= row["condition"]["layers"]][:-1]


def _middle_favours_nash(results: Sequence[Row], model: str) -> Finding:
    """Some layer from half-way on gives the Nash action more than a half."""
    late = _half_way(_lens(results, model))
    if not late:
        return untested("needs an open model")
    best = max(late, key=lambda row: row["value"])
    said = f"P(Nash) {with_interval(best)} after layer {best['condition']['layer']}"
    return Finding(decided(above(best, 0.5)), said, "lens")


def _late_reversal(results: Sequence[Row], model: str) -> Finding:
    """A layer from half-way on favours the Nash action, and the output does not."""
    lens, output = _half_way(_lens(results, model)), _output(results, model)
    if not lens or output is None:
        return untested("needs an open model")
    favouring = [row for row in lens if above(row, 0.5)]
    held = above(output, 0.5)
    against = None if held is None else not held
    last = favouring[-1]["condition"]["layer"] if favouring else None
    where = "no layer from half-way on" if last is None else f"layers up to {last}"
    said = f"{where} favour it; P(Nash) {with_interval(output)} at the output"
    open_ones = any(above(row, 0.5) is None for row in lens)
    early = True if favouring else (None if open_ones else False)
    return Finding(decided(early, against), said, "lens")


def _steers_both_ways(results: Sequence[Row], model: str) -> Finding:
    """The direction moves the answer to Nash after cooperation and away from it after defection."""
    towards = _moved(results, model, AFTER_COOPERATION, 1)
    away = _moved(results, model, AFTER_DEFECTION, -1)
    if towards is None or away is None:
        return untested("needs an open model")
    said = f"to the Nash action: {towards[1]}; away from it: {away[1]}"
    return Finding(decided(towards[0], away[0]), said, f"steering-{slug(model)}")


def _moved(
    results: Sequence[Row], model: str, situation: str, sign: int
) -> tuple[bool | None, str] | None:
    """Whether the strength chosen on the fit games moves P(Nash), and a random direction less."""
    chosen = pick(results, "dial", "strength", model=model, situation=situation)
    own = pick(results, "steering", "nash probability", model=model, situation=situation)
    told = [row for row in own if row["condition"]["direction"] == "history"]
    null = {
        row["condition"]["strength"]: row
        for row in own
        if row["condition"]["direction"] == "random"
    }
    zero = next((row for row in told if row["condition"]["strength"] == 0), None)
    if zero is None or not null or not chosen:
        return None
    strength = chosen[0]["value"]
    best = next(row for row in told if row["condition"]["strength"] == strength)
    random = null[strength]
    said = (
        f"{number(zero['value'])} → {with_interval(best)} at {strength:+g} "
        f"(random {with_interval(random)})"
    )
    clear = _beyond(best, zero["value"] + sign * MOVED, sign)
    return _all(clear, _beyond(best, _edge(random, sign), sign)), said


def _edge(row: Row, sign: int) -> float:
    """The end of an interval that lies in a direction."""
    end = row["high"] if sign > 0 else row["low"]
    return float(row["value"] if end is None else end)


def _beyond(row: Row, bound: float, sign: int) -> bool | None:
    """Whether a value is beyond a bound, upwards or downwards, with its whole interval."""
    over = above(row, bound)
    return over if sign > 0 else (None if over is None else not over)


def _all(*conditions: bool | None) -> bool | None:
    """Whether all hold; None if that is open."""
    if any(condition is False for condition in conditions):
        return False
    return None if any(condition is None for condition in conditions) else True


def _clamps_monotonely(results: Sequence[Row], model: str) -> Finding:
    """P(Nash) after cooperation falls or rises all the way as the clamped value does."""
    rows = pick(results, "clamping", "nash probability", model=model, situation=AFTER_COOPERATION)
    rows = [row for row in rows if row["condition"]["direction"] == "history"]
    if len(rows) < 3:
        return untested("needs an open model and a plan that clamps")
    rows = sorted(rows, key=lambda row: row["condition"]["clamped to"])
    values = [row["value"] for row in rows]
    steps = [b - a for a, b in pairwise(values)]
    sign = 1 if values[-1] > values[0] else -1
    monotone = all(sign * step > -0.02 for step in steps)
    ends = sorted((rows[0], rows[-1]), key=lambda row: row["value"])
    wide = above(ends[1], ends[0]["value"] + MOVED)
    said = f"P(Nash) {number(values[0])} → {number(values[-1])}" + (
        "" if monotone else ", not monotone"
    )
    return Finding(decided(monotone, wide), said, f"clamping-{slug(model)}")


def _history_at_first_layer(results: Sequence[Row], model: str) -> Finding:
    """The other player's last action is read off best at the first layer, and worse at the last."""
    rows = _probe(results, model, "other's last action")
    if not rows:
        return untested("needs an open model and a plan that probes")
    first = rows[1]
    best = max(rows[1:], key=lambda row: row["value"])
    last = rows[-1]
    said = (
        f"{with_interval(first)} after layer 1, best {with_interval(best)} after layer "
        f"{best['condition']['layer']}, {with_interval(last)} after the last"
    )
    falls = above(first, _edge(last, 1))
    is_best = best is first or (above(best, _edge(first, 1)) is not True)
    return Finding(decided(is_best, falls), said, f"probes-{slug(model)}")


def _nash_weakly_encoded(results: Sequence[Row], model: str) -> Finding:
    """The label of the Nash action is read off with at most 60 % at every layer."""
    rows = _probe(results, model, "label of the nash action")
    if not rows:
        return untested("needs an open model and a plan that probes")
    best = max(rows, key=lambda row: row["value"])
    over = above(best, 0.6)
    said = f"best {with_interval(best)} after layer {best['condition']['layer']} (chance 0.50)"
    return Finding(decided(None if over is None else not over), said, f"probes-{slug(model)}")


def _probe(results: Sequence[Row], model: str, read: str) -> list[Row]:
    """The accuracy of the logistic probe, layer by layer."""
    return pick(results, "probes", "accuracy", model=model, read=read, kind="logistic")


def _no_single_head(results: Sequence[Row], model: str) -> Finding:
    """Ablating any one head moves P(Nash) by less than 0.2."""
    rows = pick(results, "heads", "change of nash probability", model=model)
    if not rows:
        return untested("needs an open model and a plan that ablates heads")
    most = max(rows, key=lambda row: abs(row["value"]))
    sign = 1 if most["value"] > 0 else -1
    moved = _beyond(most, sign * MOVED, sign)
    where = most["condition"]
    said = (
        f"the most that one head moves P(Nash): {with_interval(most)}, "
        f"layer {where['layer']} head {where['head']}"
    )
    return Finding(decided(None if moved is None else not moved), said, f"heads-{slug(model)}")


def _cooperates_with_itself(results: Sequence[Row], model: str) -> Finding:
    """Cooperation in self-play in the prisoner's dilemma is above a half, in the last round too."""
    whole = _cell(results, "cooperation rate", first=model, second=model)
    rounds = pick(
        results,
        "behaviour by round",
        "cooperation rate",
        game=DILEMMA,
        first=model,
        second=model,
        order="simultaneous",
    )
    if whole is None or not rounds:
        return untested("needs repeated play")
    last = max(rounds, key=lambda row: (row["condition"]["rounds"], row["condition"]["round"]))
    said = f"cooperation {with_interval(whole)}, in the last round {with_interval(last)}"
    return Finding(decided(above(whole, 0.5), above(last, 0.5)), said, "nash-distance")


def _keeps_cooperating(results: Sequence[Row], model: str) -> Finding:
    """After mutual cooperation a pair of models cooperates again, nearly always, to the end."""
    row = _cell(results, "mutual cooperation persists", first=model, second=model)
    if row is None or row["value"] is None:
        return untested("needs repeated play in which cooperation occurs")
    said = f"mutual cooperation is followed by itself in {with_interval(row)} of rounds"
    return Finding(decided(above(row, LASTING)), said, "nash-distance")


def _unravels(results: Sequence[Row], model: str) -> Finding:
    """Against every other model this one defects first, and the partner follows."""
    partners = sorted(
        {
            row["condition"]["second"]
            for row in pick(results, "behaviour", "defects first", game=DILEMMA, first=model)
            if row["condition"]["second"] != model and "+" not in row["condition"]["second"]
        }
    )
    if not partners:
        return untested("needs a second model: repeat --model")
    conditions: list[bool | None] = []
    said = []
    for partner in partners:
        first = _cell(results, "defects first", first=model, second=partner, player=0)
        own = _cell(results, "cooperation rate", first=model, second=partner, player=0)
        theirs = _cell(results, "cooperation rate", first=model, second=partner, player=1)
        conditions += [above(first, 0.5), _below(own), _below(theirs)]
        said.append(
            f"{partner}: first to defect {with_interval(first)}, cooperation "
            f"{with_interval(own)} and {with_interval(theirs)}"
        )
    return Finding(decided(*conditions), "; ".join(said), "cross-play")


def _below(row: Row | None) -> bool | None:
    """Whether a share is below a half, with its whole interval."""
    over = above(row, 0.5)
    return None if over is None else not over


def _first_mover(results: Sequence[Row], model: str) -> Finding:
    """In the sequential battle of the sexes matches settle on what the first mover prefers."""
    rows = pick(
        results,
        "behaviour",
        "settles on this equilibrium",
        game="battle_of_the_sexes",
        first=model,
        second=model,
        order="sequential",
    )
    if not rows:
        return untested("needs a plan with sequential rounds, such as --plan standard")
    mine = max(rows, key=lambda row: (row["condition"]["rounds"], -rows.index(row)))
    equilibrium = mine["condition"]["equilibrium"]
    said = f"settles on {equilibrium}, the first mover's, in {with_interval(mine)} of matches"
    return Finding(decided(above(mine, 0.5)), said, "cross-play")


def _reasoning_worsens(results: Sequence[Row], model: str) -> Finding:
    """With a chain of thought play is further from equilibrium than without."""
    direct = _cell(results, "nash distance", first=model, second=model, mode="direct")
    aloud = _cell(results, "nash distance", first=model, second=model, mode="cot")
    if direct is None or aloud is None or aloud["value"] is None or direct["value"] is None:
        return untested("needs a plan with the mode cot, and a model that reasons")
    said = f"Nash distance {with_interval(direct)} direct, {with_interval(aloud)} with reasoning"
    return Finding(decided(above(aloud, _edge(direct, 1))), said, "nash-distance")


def _cell(results: Sequence[Row], metric: str, **condition: Any) -> Row | None:
    """The record of the dilemma's longest simultaneous cell, of all players unless one is named."""
    found = [
        row
        for row in pick(results, "behaviour", metric, game=DILEMMA, **condition)
        if ("player" in condition or "player" not in row["condition"])
        and row["condition"]["order"] == "simultaneous"
        and ("mode" in condition or row["condition"]["mode"] == "direct")
    ]
    return max(found, key=lambda row: row["condition"]["rounds"], default=None)


def _claim(
    id: str, claim: str, paper: str, plan: str, decide: Callable[[Sequence[Row], str], Finding]
) -> Claim:
    """A claim; the rule of decision is the first line of its function."""
    rule = (decide.__doc__ or "").strip().splitlines()[0]
    return Claim(id, claim, paper, f"{plan} Supported if: {rule[0].lower()}{rule[1:]}", decide)


CLAIMS: tuple[Claim, ...] = (
    _claim(
        "middle",
        "Most layers favour the Nash action",
        "the lens favours Defect to about layer 23 of 32",
        "Logit lens over whole labels, prisoner's dilemmas, after mutual cooperation.",
        _middle_favours_nash,
    ),
    _claim(
        "reversal",
        "The last layers reverse it",
        "P(Cooperate) 84 % at layer 30 of 32; 61.6 % defection at the output of the same model",
        "The same lens against the output.",
        _late_reversal,
    ),
    _claim(
        "steering",
        "Steering moves behaviour both ways",
        "P(Defect) .616 unsteered, .992 at α = −5; P(Cooperate) .887 at α = +10",
        "The direction of the other's cooperation, chosen on other games; by 0.2 and beyond the "
        "interval of random directions.",
        _steers_both_ways,
    ),
    _claim(
        "clamping",
        "Clamping the concept does the same, monotone in its value",
        "observed",
        "The component along the same direction is set to fixed values.",
        _clamps_monotonely,
    ),
    _claim(
        "history",
        "The opponent's history is read off best at the first layer and consumed later",
        "probe 96 % at the first layer, falling",
        "Logistic probe, games held out, at every layer.",
        _history_at_first_layer,
    ),
    _claim(
        "weak",
        "The Nash action is encoded weakly everywhere",
        "probe never above 56 %",
        "Logistic probe for which of the two letters stands for the Nash action, games held out.",
        _nash_weakly_encoded,
    ),
    _claim(
        "heads",
        "No single head carries it",
        "ablating the most likely heads changes nothing",
        "Every head is ablated alone at the decision token.",
        _no_single_head,
    ),
    _claim(
        "self-play",
        "The model cooperates with itself",
        "Llama-3-8B cooperates in self-play",
        "Prisoner's dilemma, longest horizon, simultaneous.",
        _cooperates_with_itself,
    ),
    _claim(
        "reinforcement",
        "Two of a kind keep each other cooperating",
        "two large models, all 50 rounds",
        "Self-play in the prisoner's dilemma; nearly always is 90 %.",
        _keeps_cooperating,
    ),
    _claim(
        "unravelling",
        "A model that defects early unravels any partner's cooperation",
        "Llama-3-8B defects 98 % in every cross-play pair",
        "Cross-play in the prisoner's dilemma.",
        _unravels,
    ),
    _claim(
        "first mover",
        "In a coordination game who moves first decides the equilibrium",
        "observed",
        "Sequential self-play.",
        _first_mover,
    ),
    _claim(
        "reasoning",
        "Chain of thought worsens Nash play in small models",
        "above 70B it gives near-perfect Nash play",
        "The same cells in two modes.",
        _reasoning_worsens,
    ),
)
