"""A game in extensive form as a game in strategic form."""

import math
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from itertools import product

import numpy as np

from nashscope.errors import NotSolved
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.normal import NormalForm
from nashscope.games.tree import Chance, Information, Leaf, Node, Tree

__all__ = ["LARGEST", "Plan", "plan_count", "plans", "strategic_form"]

LARGEST = 100_000
"""The largest number of cells of a strategic form that is written out."""

Plan = tuple[tuple[str, int], ...]
"""What a player will do: the information sets that its own moves leave reachable, with actions."""


def plans(tree: Tree, player: int) -> list[Plan]:
    """All reduced strategies of a player: no action is fixed where its own moves forbid to come."""
    found: list[Plan] = [()]
    for known in _in_turn(tree, player):
        needed = set(known.own)
        found = [
            longer
            for plan in found
            for longer in (
                [(*plan, (known.name, action)) for action in range(len(known.actions))]
                if needed <= set(plan)
                else [plan]
            )
        ]
    return found


def _in_turn(tree: Tree, player: int) -> list[Information]:
    """A player's information sets, each after those that lead to it."""
    own = (known for known in tree.information.values() if known.player == player)
    return sorted(own, key=lambda known: len(known.own))


def plan_count(tree: Tree, player: int) -> int:
    """The number of reduced strategies, without writing them out."""
    # by the last own move, the ways to plan for all that may come after it
    ways: dict[tuple[str, int] | None, int] = defaultdict(lambda: 1)
    for known in reversed(_in_turn(tree, player)):
        before = known.own[-1] if known.own else None
        ways[before] *= sum(ways[known.name, action] for action in range(len(known.actions)))
    return ways[None]


def strategic_form(tree: Tree, *, time_limit: TimeLimit = 60.0) -> NormalForm:
    """The reduced strategic form; actions are named by the moves of each plan.

    Raises:
        NotSolved: if it would have more than `LARGEST` cells, or the time limit, in seconds,
            passes.
    """
    shape = tuple(plan_count(tree, player) for player in range(tree.players))
    if math.prod(shape) > LARGEST:
        sizes = "×".join(str(count) if count < 10**9 else "more than 10⁹" for count in shape)
        raise NotSolved(
            f"the strategic form of {tree!r} has {sizes} cells, more than {LARGEST:,}; "
            "solve the tree itself (games.solve.solve_tree, games.solve.minimise_regret)"
        )
    choices = [plans(tree, player) for player in range(tree.players)]
    table = np.empty((tree.players, *shape), dtype=object)
    deadline = Deadline.of(time_limit)
    for cell in product(*(range(count) for count in shape)):
        deadline.check("writing out a strategic form")
        chosen = [dict(own[place]) for own, place in zip(choices, cell, strict=True)]
        for player, payoff in enumerate(_outcome(tree, chosen)):
            table[(player, *cell)] = payoff
    names = [
        [_named(tree, player, plan) for plan in own] or ["nothing"]
        for player, own in enumerate(choices)
    ]
    return NormalForm(table, names, tree.name, tree.player_names)


def _outcome(tree: Tree, chosen: list[dict[str, int]]) -> list[Fraction]:
    """The expected payoffs when every player follows its plan."""
    total = [Fraction(0)] * tree.players
    waiting: list[tuple[Node, Fraction]] = [(tree.root, Fraction(1))]
    while waiting:
        node, weight = waiting.pop()
        if isinstance(node, Leaf):
            total = [t + weight * u for t, u in zip(total, node.payoffs, strict=True)]
        elif isinstance(node, Chance):
            pairs = zip(node.probabilities, node.children, strict=True)
            waiting += [(child, weight * p) for p, child in pairs]
        else:
            waiting.append((node.children[chosen[node.player][node.information]], weight))
    return total


def _named(tree: Tree, player: int, plan: Plan) -> str:
    """A plan in words: one move by its name alone, several by where they are made."""
    moves: Mapping[str, str] = {
        name: tree.information[player, name].actions[action] for name, action in plan
    }
    if len(moves) == 1:
        return next(iter(moves.values()))
    return ", ".join(f"{name}: {move}" for name, move in moves.items()) or "nothing"
