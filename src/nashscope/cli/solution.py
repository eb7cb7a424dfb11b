"""What `nashscope solve` prints as JSON: one form for all games and all ways of solving them.

A player's strategy is a list of what it does at each place where it decides: `at` is the name of
an information set, or null where there is one decision only or a plan for all of them is chosen;
`plays` has the probability of every action, or plan, by its name. Fractions are text, floats are
numbers. What is not known, or has no meaning for a game, is null.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nashscope.games import NormalForm, Tree
    from nashscope.games.solve import (
        Correlated,
        Elimination,
        Equilibria,
        QuantalResponse,
        TreeEquilibria,
    )

__all__ = [
    "as_number",
    "correlated_data",
    "dominance_data",
    "quantal_data",
    "solution",
    "tree_data",
]


def solution(known: "Equilibria") -> dict[str, Any]:
    """The equilibria of a game in strategic form.

    regrets: what each player would gain by leaving, as the proof has it: "0" where it is exact.
    """
    game = known.game
    return {
        **_head(game),
        "equilibria": [
            {
                "strategies": [
                    [_plays(names, strategy)]
                    for names, strategy in zip(game.actions, e.strategies, strict=True)
                ],
                "payoffs": [as_number(u) for u in e.payoffs],
                "regrets": [_regret(r) for r in e.certificate.regrets],
                "labels": None if (labels := e.known_labels) is None else list(labels),
                "index": e.index,
                "unreached": None,
            }
            for e in known
        ],
        "components": [
            {
                "strategies": [
                    [[_plays(names, strategy)] for strategy in extreme]
                    for names, extreme in zip(game.actions, part.strategies, strict=True)
                ],
                "members": list(part.members),
            }
            for part in known.components
        ],
        "connected": [list(places) for places in known.connected],
        "continua": [list(places) for places in known.continua],
        "complete": known.complete,
        "stopped": known.stopped,
        "degenerate": known.degenerate,
    }


def tree_data(known: "TreeEquilibria") -> dict[str, Any]:
    """The equilibria of a tree in behaviour strategies.

    unreached: per player the information sets to which the equilibrium never leads.
    """
    tree = known.tree
    players = range(tree.players)
    return {
        **_head(tree),
        "equilibria": [
            {
                "strategies": [
                    [
                        _plays(tree.information[key].actions, row, at=key[1])
                        for key, row in e.policy.items()
                        if key[0] == player
                    ]
                    for player in players
                ],
                "payoffs": [as_number(u) for u in e.payoffs],
                "regrets": [_regret(r) for r in e.regrets],
                "labels": list(e.labels),
                "index": None,
                "unreached": [
                    [name for who, name in e.unreached if who == player] for player in players
                ],
            }
            for e in known.equilibria
        ],
        "components": None,
        "connected": None,
        "continua": None,
        "complete": known.complete,
        "stopped": known.stopped,
        "degenerate": None,
    }


def correlated_data(game: "NormalForm", best: "Correlated") -> dict[str, Any]:
    """A correlated equilibrium: the cells that are played, by the names of the actions."""
    return {
        "cells": [
            {
                "actions": [names[a] for names, a in zip(game.actions, cell, strict=True)],
                "probability": as_number(p),
            }
            for cell, p in zip(game.cells(), best.joint, strict=True)
            if p
        ],
        "payoffs": [as_number(u) for u in best.payoffs],
    }


def quantal_data(
    game: "NormalForm", responses: Iterable["QuantalResponse"]
) -> list[dict[str, Any]]:
    """Logit equilibria at several rationalities."""
    return [
        {
            "rationality": response.rationality,
            "strategies": [
                [_plays(names, strategy.tolist())]
                for names, strategy in zip(game.actions, response.profile, strict=True)
            ],
        }
        for response in responses
    ]


def dominance_data(game: "NormalForm", cut: "Elimination") -> dict[str, Any]:
    """What iterated strict dominance leaves, and the steps."""
    return {
        "left": [
            [names[a] for a in kept] for names, kept in zip(game.actions, cut.kept, strict=True)
        ],
        "steps": [
            {
                "player": step.player,
                "action": game.actions[step.player][step.action],
                "by": _plays(game.actions[step.player], step.by)["plays"],
                "round": step.round,
            }
            for step in cut.steps
        ],
    }


def as_number(value: Any) -> str | float:
    """A fraction as text, a float as it is."""
    return value if isinstance(value, float) else str(value)


def _head(game: "NormalForm | Tree") -> dict[str, Any]:
    """What the game and its players are called."""
    players = [game.player_name(player) for player in range(game.players)]
    return {"game": game.name or None, "players": players}


def _plays(names: Sequence[str], strategy: Sequence[Any], at: str | None = None) -> dict[str, Any]:
    """What is done at one place."""
    pairs = zip(names, strategy, strict=True)
    return {"at": at, "plays": {name: as_number(p) for name, p in pairs}}


def _regret(value: Any) -> str | float:
    """A regret: rounding of floats may have left it just below 0."""
    return as_number(max(value, 0.0) if isinstance(value, float) else value)
