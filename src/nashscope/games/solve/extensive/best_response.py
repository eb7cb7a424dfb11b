"""Best responses in a tree, and how much players gain by them.

Every decision of a player is judged by its counterfactual worth: the sum, over the nodes that look
alike to the player, of the chance that all *others* bring the play there, times what follows. With
perfect recall the best action at an information set depends on those after it alone.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from nashscope.errors import IllFormedProfile
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.rational import Number
from nashscope.games.solve.extensive.behaviour import Policy, Table, policy_table
from nashscope.games.tree import Chance, Leaf, Move, Node, Tree

__all__ = [
    "Response",
    "expected_payoffs",
    "tree_best_response",
    "tree_exploitability",
    "tree_nash_conv",
    "tree_regrets",
]


@dataclass(frozen=True)
class Response:
    """A best response to what the others do.

    player: whose response.
    value: its expected payoff; a fraction where the others' policies are fractions.
    actions: the best action at every information set of the player, by name; the first among
        equals, and among all where the others never let the play come.
    """

    player: int
    value: Number
    actions: dict[str, int]


def expected_payoffs(
    tree: Tree, policy: Policy, *, time_limit: TimeLimit = 60.0
) -> tuple[Number, ...]:
    """What every player expects when all follow the policy.

    Raises:
        IllFormedProfile: naming the first information set at which it is not a distribution.
        NotSolved: if the time limit, in seconds, passes.
    """
    return _expected(tree, policy_table(tree, policy), Deadline.of(time_limit))


def tree_best_response(
    tree: Tree, player: int, policy: Policy, *, time_limit: TimeLimit = 60.0
) -> Response:
    """The exact best response of one player to what the others do under `policy`.

    Raises:
        IllFormedProfile: if there is no such player, or the others' policy is not one.
        NotSolved: if the time limit, in seconds, passes.

    >>> from nashscope.games import tree
    >>> choice = tree.Move(0, "start", ("stop", "go"), (tree.leaf(1), tree.leaf(2)))
    >>> tree_best_response(tree.Tree(choice, 1), 0, {}).value
    Fraction(2, 1)
    """
    if not 0 <= player < tree.players:
        raise IllFormedProfile(
            f"there is no player {player}; players are numbered 0 to {tree.players - 1}"
        )
    others = tuple(p for p in range(tree.players) if p != player)
    table = policy_table(tree, policy, others)
    return _Search(tree, player, table, Deadline.of(time_limit)).response()


def tree_regrets(tree: Tree, policy: Policy, *, time_limit: TimeLimit = 60.0) -> tuple[Number, ...]:
    """What every player would gain by its best response to the policy of the others.

    The policy, a table or a function, is asked once per information set.

    Raises:
        IllFormedProfile: naming the first information set at which it is not a distribution.
        NotSolved: if the time limit, in seconds, passes.
    """
    deadline = Deadline.of(time_limit)
    table = policy_table(tree, policy)
    means = _expected(tree, table, deadline)
    gains = (
        _Search(tree, player, table, deadline).response().value - mean
        for player, mean in enumerate(means)
    )
    # rounding leaves small negative numbers; fractions have none
    return tuple(gain if isinstance(gain, Fraction) else max(0.0, gain) for gain in gains)


def tree_nash_conv(tree: Tree, policy: Policy, *, time_limit: TimeLimit = 60.0) -> Number:
    """The sum of the players' regrets: OpenSpiel's `nash_conv`; 0 at equilibrium."""
    return sum(tree_regrets(tree, policy, time_limit=time_limit), Fraction(0))


def tree_exploitability(tree: Tree, policy: Policy, *, time_limit: TimeLimit = 60.0) -> Number:
    """The mean of the players' regrets: OpenSpiel's `exploitability`."""
    return tree_nash_conv(tree, policy, time_limit=time_limit) / tree.players


def _expected(tree: Tree, table: Table, deadline: Deadline) -> tuple[Number, ...]:
    """The expected payoffs under a policy: the ends, weighted by how likely they are reached."""
    total: list[Number] = [Fraction(0)] * tree.players
    waiting: list[tuple[Node, Number]] = [(tree.root, Fraction(1))]
    while waiting:
        deadline.check("evaluating a policy")
        node, weight = waiting.pop()
        if isinstance(node, Leaf):
            total = [t + weight * u for t, u in zip(total, node.payoffs, strict=True)]
            continue
        odds = _odds(node, table)
        waiting += [(c, weight * p) for p, c in zip(odds, node.children, strict=True) if p]
    return tuple(total)


def _odds(node: Chance | Move, table: Table) -> Sequence[Number]:
    """The probabilities of a node's branches."""
    if isinstance(node, Chance):
        return node.probabilities
    return table[node.player, node.information]


@dataclass
class _Place:
    """A node that the others let the play come to, and what it is worth to the searching player.

    reach: the probability that chance and the others bring the play here.
    turn: how often the player has moved before.
    branches: the places after it, each with the probability that chance or the others go there.
    """

    node: Node
    reach: Number
    turn: int
    branches: list[tuple[Number, "_Place"]] = field(default_factory=list)
    worth: Number = Fraction(0)


class _Search:
    """The search for one player's best response, each information set settled once.

    By perfect recall all nodes of an information set follow equally many own moves, so the player's
    last moves can be settled first, then those before them: no recursion, for any depth of tree.
    """

    def __init__(self, tree: Tree, player: int, table: Table, deadline: Deadline) -> None:
        self.tree, self.player, self.table, self.deadline = tree, player, table, deadline

    def response(self) -> Response:
        """The best response from the root."""
        root = _Place(self.tree.root, Fraction(1), 0)
        own = [i.name for i in self.tree.information.values() if i.player == self.player]
        best = dict.fromkeys(own, 0)
        for places in reversed(self._turns(root)):
            self._settle(places, best)
            # each place stands before those after it
            for place in reversed(places):
                self.deadline.check("finding a best response in a tree")
                if isinstance(place.node, Leaf):
                    place.worth = place.node.payoffs[self.player]
                elif not self._mine(place.node):
                    place.worth = sum((p * after.worth for p, after in place.branches), Fraction(0))
        return Response(self.player, root.worth, best)

    def _mine(self, node: Node) -> bool:
        """Whether the player moves at a node."""
        return isinstance(node, Move) and node.player == self.player

    def _turns(self, root: _Place) -> list[list[_Place]]:
        """All places, by the number of the player's own moves before them."""
        found: list[list[_Place]] = []
        waiting = [root]
        while waiting:
            self.deadline.check("finding a best response in a tree")
            place = waiting.pop()
            if place.turn == len(found):
                found.append([])
            found[place.turn].append(place)
            node = place.node
            if isinstance(node, Leaf):
                continue
            after: list[tuple[Number, _Place]]
            if self._mine(node):
                after = [(1, _Place(c, place.reach, place.turn + 1)) for c in node.children]
            else:
                pairs = zip(_odds(node, self.table), node.children, strict=True)
                after = [(p, _Place(c, place.reach * p, place.turn)) for p, c in pairs if p]
            place.branches += after
            waiting += [each for _, each in after]
        return found

    def _settle(self, places: list[_Place], best: dict[str, int]) -> None:
        """Chooses at the player's information sets among these places: those after it are known."""
        nodes: dict[str, list[_Place]] = defaultdict(list)
        for place in places:
            if isinstance(place.node, Move) and self._mine(place.node):
                nodes[place.node.information].append(place)
        for name, alike in nodes.items():
            worths = [
                sum((place.reach * place.branches[a][1].worth for place in alike), Fraction(0))
                for a in range(len(alike[0].branches))
            ]
            best[name] = worths.index(max(worths))
            for place in alike:
                place.worth = place.branches[best[name]][1].worth
