"""A game in extensive form as a game in strategic form."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

import numpy as np

from nashscope.errors import NotSolved
from nashscope.games.normal import NormalForm
from nashscope.games.tree import Chance, Leaf, Node, Tree

__all__ = ["LARGEST", "Plan", "plans", "strategic_form"]

LARGEST = 100_000
"""The largest number of cells of a strategic form that is written out."""

Plan = tuple[tuple[str, int], ...]
"""What a player will do: the information sets that its own moves leave reachable, with actions."""


def plans(tree: Tree, player: int) -> list[Plan]:
    """All reduced strategies of a player: no action is fixed where its own moves forbid to come."""
    own = [known for known in tree.information.values() if known.player == player]

    def extended(plan: Plan, rest: list[int]) -> list[Plan]:
        if not rest:
            return [plan]
        known, later = own[rest[0]], rest[1:]
        if not set(known.own) <= set(plan):
            return extended(plan, later)
        return [
            full
            for action in range(len(known.actions))
            for full in extended((*plan, (known.name, action)), later)
        ]

    # an information set comes after those that lead to it
    order = sorted(range(len(own)), key=lambda n: len(own[n].own))
    return extended((), order)


def strategic_form(tree: Tree) -> NormalForm:
    """The reduced strategic form; actions are named by the moves of each plan.

    Raises:
        NotSolved: if it would have more than `LARGEST` cells.
    """
    choices = [plans(tree, player) for player in range(tree.players)]
    shape = tuple(map(len, choices))
    if np.prod([float(count) for count in shape]) > LARGEST:
        sizes = "×".join(map(str, shape))
        raise NotSolved(f"the strategic form of {tree!r} has {sizes} cells; solve the tree itself")
    table = np.empty((tree.players, *shape), dtype=object)
    for cell in product(*(range(count) for count in shape)):
        chosen = [dict(own[place]) for own, place in zip(choices, cell, strict=True)]
        for player, payoff in enumerate(_outcome(tree.root, chosen)):
            table[(player, *cell)] = payoff
    names = [
        [_named(tree, player, plan) for plan in own] or ["nothing"]
        for player, own in enumerate(choices)
    ]
    return NormalForm(table, names, tree.name)


def _outcome(node: Node, chosen: list[dict[str, int]]) -> list[Fraction]:
    """The expected payoffs when every player follows its plan."""
    if isinstance(node, Leaf):
        return list(node.payoffs)
    if isinstance(node, Chance):
        parts = [_outcome(child, chosen) for child in node.children]
        return [
            sum((p * u for p, u in zip(node.probabilities, own, strict=True)), Fraction(0))
            for own in zip(*parts, strict=True)
        ]
    return _outcome(node.children[chosen[node.player][node.information]], chosen)


def _named(tree: Tree, player: int, plan: Plan) -> str:
    """A plan in words: one move by its name alone, several by where they are made."""
    moves: Mapping[str, str] = {
        name: tree.information[player, name].actions[action] for name, action in plan
    }
    if len(moves) == 1:
        return next(iter(moves.values()))
    return ", ".join(f"{name}: {move}" for name, move in moves.items()) or "nothing"
