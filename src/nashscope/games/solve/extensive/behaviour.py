"""Policies for trees: a probability for every action at every information set."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from nashscope.errors import IllFormedProfile
from nashscope.games.distribution import SLACK
from nashscope.games.rational import Number
from nashscope.games.tree import Information, Tree

__all__ = ["Policy", "Table", "policy_table", "uniform_policy"]

Policy = Mapping[tuple[int, str], Any] | Callable[[Information], Any]
"""What all players do: probabilities by `(player, information set name)`, or a function."""

Table = dict[tuple[int, str], tuple[Number, ...]]
"""A policy written out and checked."""


def uniform_policy(known: Information) -> list[Fraction]:
    """The policy that plays every action equally often."""
    return [Fraction(1, len(known.actions))] * len(known.actions)


def policy_table(tree: Tree, policy: Policy, players: tuple[int, ...] | None = None) -> Table:
    """The policy at every information set of some players (all by default), each asked for once.

    Raises:
        IllFormedProfile: naming the first information set at which it is not a distribution.
    """
    table: Table = {}
    for key, known in tree.information.items():
        if players is not None and known.player not in players:
            continue
        where = f"the policy of player {known.player} at {known.name!r}"
        if callable(policy):
            given = policy(known)
        elif key in policy:
            given = policy[key]
        else:
            raise IllFormedProfile(f"{where} is missing; a table has an entry for {key!r}")
        try:
            row: tuple[Number, ...] = tuple(
                Fraction(p) if isinstance(p, Fraction | int) else float(p) for p in given
            )
        except (TypeError, ValueError):
            raise IllFormedProfile(f"{where} is {given!r}; it must be a row of numbers") from None
        if len(row) != len(known.actions):
            raise IllFormedProfile(
                f"{where} has {len(row)} entries; there are {len(known.actions)} actions"
            )
        # NaN fails both comparisons
        floats = [float(p) for p in row]
        if not (min(floats) >= -SLACK and abs(sum(floats) - 1) <= SLACK):
            told = ", ".join(f"{p:.6g}" for p in floats)
            raise IllFormedProfile(f"{where} is [{told}] with sum {sum(floats):.6g}, not 1")
        table[key] = row
    return table
