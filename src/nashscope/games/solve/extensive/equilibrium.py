"""Equilibria of trees in behaviour strategies, with their proof, and play off the path."""

from dataclasses import dataclass, field
from fractions import Fraction

from nashscope.errors import NotAnEquilibrium, OutOfTime
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.rational import Number
from nashscope.games.solve.extensive.behaviour import Table
from nashscope.games.solve.extensive.best_response import (
    expected_payoffs,
    tree_best_response,
    tree_regrets,
)
from nashscope.games.tree import Chance, Leaf, Move, Node, Tree

__all__ = ["TreeEquilibria", "TreeEquilibrium", "improved_off_path", "tree_equilibrium"]

TREMBLE = Fraction(1, 10**6)
"""How often the others err, where a best response is sought to what never happens."""

MOST = 40
"""Up to this many sets that others keep a player away from, replies are sought one after another:
each takes a proof of its own, 1 s in Leduc poker. More of them are changed together or not at all.
"""

Key = tuple[int, str]


@dataclass(frozen=True)
class TreeEquilibrium:
    """An equilibrium of a tree in behaviour strategies.

    policy: probabilities at every information set of every player, by player and name.
    payoffs: what every player expects.
    regrets: what every player would gain by its best response: the proof; 0 where it is exact.
    unreached: the information sets to which this play never leads. What is done there matters to
        the equilibrium only as a threat.
    labels: what else is known of it.
    """

    tree: Tree = field(repr=False)
    policy: Table
    payoffs: tuple[Number, ...]
    regrets: tuple[Number, ...]
    unreached: tuple[Key, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class TreeEquilibria:
    """The equilibria of a tree that were found.

    complete: whether these are all.
    stopped: what the time limit ended before it was finished; None where it did not.
    """

    tree: Tree
    equilibria: tuple[TreeEquilibrium, ...]
    complete: bool
    stopped: str | None = None


def tree_equilibrium(
    tree: Tree,
    policy: Table,
    deadline: Deadline,
    *,
    labels: tuple[str, ...] = (),
    allowed: tuple[Number, ...] | None = None,
) -> TreeEquilibrium:
    """A policy with the proof that it is an equilibrium.

    allowed: the regret that each player may have; by default 0.

    Raises:
        NotAnEquilibrium: if a player has more.
        OutOfTime: beyond the deadline.
    """
    ordered = {key: policy[key] for key in tree.information}
    regrets = tree_regrets(tree, ordered, time_limit=deadline)
    for player, regret in enumerate(regrets):
        if regret > (0 if allowed is None else allowed[player]):
            raise NotAnEquilibrium(f"{tree.player_name(player)} gains {regret} by leaving")
    payoffs = expected_payoffs(tree, ordered, time_limit=deadline)
    unreached = tuple(key for key, weight in _reached(tree, ordered).items() if not weight[2])
    return TreeEquilibrium(tree, ordered, payoffs, regrets, unreached, labels)


def improved_off_path(
    equilibrium: TreeEquilibrium, *, time_limit: TimeLimit = 60.0
) -> TreeEquilibrium:
    """The same play, with better replies where it never leads.

    Where a player's own moves keep it away, it takes its best response to the others. Where others
    keep it away, it takes a best response to others who err once in a million moves, if nobody
    then gains by leaving: sets further down first, as in backward induction. Beyond the time
    limit, what is improved by then.
    """
    deadline = Deadline.of(time_limit)
    tree, best = equilibrium.tree, equilibrium
    own_doing = {
        key for key, (own, others, _) in _reached(tree, best.policy).items() if not own and others
    }
    depths = _depths(tree)
    threats = [key for key in best.unreached if key not in own_doing]
    threats.sort(key=lambda key: -depths[key])
    one_by_one = [{key} for key in threats] if len(threats) <= MOST else [set(threats)]
    for group in [own_doing, *one_by_one]:
        try:
            best = _with_best_replies(best, group, deadline)
        except OutOfTime:
            return best
        except NotAnEquilibrium:  # the threat is needed
            continue
    return best


def _with_best_replies(
    equilibrium: TreeEquilibrium, keys: set[Key], deadline: Deadline
) -> TreeEquilibrium:
    """The equilibrium with best replies at some information sets.

    Raises:
        NotAnEquilibrium: if somebody then gains more than before.
    """
    tree, policy = equilibrium.tree, dict(equilibrium.policy)
    if not keys:
        return equilibrium
    erring = {key: _erring(row) for key, row in policy.items()}
    for player in {player for player, _ in keys}:
        actions = tree_best_response(tree, player, erring, time_limit=deadline).actions
        for who, name in keys:
            if who == player:
                count = len(tree.information[who, name].actions)
                policy[who, name] = tuple(Fraction(int(a == actions[name])) for a in range(count))
    return tree_equilibrium(
        tree, policy, deadline, labels=equilibrium.labels, allowed=equilibrium.regrets
    )


def _erring(row: tuple[Number, ...]) -> tuple[Number, ...]:
    """A row of probabilities of somebody who errs sometimes."""
    return tuple((1 - TREMBLE) * p + TREMBLE / len(row) for p in row)


def _depths(tree: Tree) -> dict[Key, int]:
    """How many moves and draws come before each information set, at most."""
    depths: dict[Key, int] = {}
    waiting: list[tuple[Node, int]] = [(tree.root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, Leaf):
            continue
        if isinstance(node, Move):
            key = (node.player, node.information)
            depths[key] = max(depth, depths.get(key, 0))
        waiting += [(child, depth + 1) for child in node.children]
    return depths


def _reached(tree: Tree, policy: Table) -> dict[Key, tuple[bool, bool, bool]]:
    """Whether each information set can be reached by the own moves, by the others', and by all."""
    reached = dict.fromkeys(tree.information, (False, False, False))
    waiting: list[tuple[Node, frozenset[int]]] = [(tree.root, frozenset())]
    while waiting:
        # against: the players (and chance, -1) some move of whom before has probability 0
        node, against = waiting.pop()
        if isinstance(node, Leaf):
            continue
        mover = node.player if isinstance(node, Move) else -1
        odds: tuple[Number, ...]
        if isinstance(node, Chance):
            odds = node.probabilities
        else:
            key = (node.player, node.information)
            odds = policy[key]
            own, others, everyone = reached[key]
            reached[key] = (
                own or mover not in against,
                others or not against - {mover},
                everyone or not against,
            )
        for p, child in zip(odds, node.children, strict=True):
            waiting.append((child, against if p else against | {mover}))
    return reached
