"""Best responses in a tree, and how much players gain by them.

Every decision of a player is judged by its counterfactual worth: the sum, over the nodes that look
alike to the player, of the chance that all *others* bring the play there, times what follows. With
perfect recall the best action at an information set depends on those after it alone.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from nashscope.games.rational import Number
from nashscope.games.solve.policy import Policy, Table, policy_table
from nashscope.games.tree import Chance, Decision, Leaf, Node, Tree

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


def expected_payoffs(tree: Tree, policy: Policy) -> tuple[Number, ...]:
    """What every player expects when all follow the policy."""
    return _expected(tree.root, policy_table(tree, policy))


def tree_best_response(tree: Tree, player: int, policy: Policy) -> Response:
    """The exact best response of one player to what the others do under `policy`.

    >>> from nashscope.games import tree
    >>> choice = tree.Decision(0, "start", ("stop", "go"), (tree.leaf(1), tree.leaf(2)))
    >>> tree_best_response(tree.Tree(choice, 1), 0, {}).value
    Fraction(2, 1)
    """
    others = tuple(p for p in range(tree.players) if p != player)
    return _Search(tree, player, policy_table(tree, policy, others)).response()


def tree_regrets(tree: Tree, policy: Policy) -> tuple[Number, ...]:
    """What every player would gain by its best response to the policy of the others.

    The policy, a table or a function, is asked once per information set.
    """
    table = policy_table(tree, policy)
    means = _expected(tree.root, table)
    return tuple(
        _Search(tree, player, table).response().value - mean for player, mean in enumerate(means)
    )


def tree_nash_conv(tree: Tree, policy: Policy) -> Number:
    """The sum of the players' regrets: OpenSpiel's `nash_conv`; 0 at equilibrium."""
    return sum(tree_regrets(tree, policy), Fraction(0))


def tree_exploitability(tree: Tree, policy: Policy) -> Number:
    """The mean of the players' regrets: OpenSpiel's `exploitability`."""
    return tree_nash_conv(tree, policy) / tree.players


def _expected(node: Node, table: Table) -> tuple[Number, ...]:
    """The expected payoffs from a node on."""
    if isinstance(node, Leaf):
        return node.payoffs
    weights: Sequence[Number] = (
        node.probabilities if isinstance(node, Chance) else table[node.player, node.information]
    )
    parts = [
        (p, _expected(child, table)) for p, child in zip(weights, node.children, strict=True) if p
    ]
    return tuple(
        sum((p * worths[i] for p, worths in parts), Fraction(0)) for i in range(len(parts[0][1]))
    )


class _Search:
    """The search for one player's best response, each information set settled once."""

    def __init__(self, tree: Tree, player: int, table: Table) -> None:
        self.tree, self.player, self.table = tree, player, table
        self.nodes: dict[str, list[tuple[Number, Decision]]] = defaultdict(list)
        self.best: dict[str, int] = {}
        self._reach(tree.root, Fraction(1))

    def response(self) -> Response:
        """The best response from the root."""
        value = self._value(self.tree.root)
        for known in self.tree.information.values():
            if known.player == self.player:
                self._settle(known.name, len(known.actions))
        order = [i.name for i in self.tree.information.values() if i.player == self.player]
        return Response(self.player, value, {name: self.best[name] for name in order})

    def _weights(self, node: Chance | Decision) -> Sequence[Number]:
        """What the others or chance do at a node."""
        if isinstance(node, Chance):
            return node.probabilities
        return self.table[node.player, node.information]

    def _reach(self, node: Node, weight: Number) -> None:
        """Files the player's nodes under their information sets, with the others' reach."""
        if isinstance(node, Leaf):
            return
        if isinstance(node, Decision) and node.player == self.player:
            self.nodes[node.information].append((weight, node))
            for child in node.children:
                self._reach(child, weight)
            return
        for p, child in zip(self._weights(node), node.children, strict=True):
            if p:
                self._reach(child, weight * p)

    def _value(self, node: Node) -> Number:
        """What the player expects from a node on, playing its best response."""
        if isinstance(node, Leaf):
            return node.payoffs[self.player]
        if isinstance(node, Decision) and node.player == self.player:
            return self._value(node.children[self._settle(node.information, len(node.actions))])
        pairs = zip(self._weights(node), node.children, strict=True)
        return sum((p * self._value(child) for p, child in pairs if p), Fraction(0))

    def _settle(self, name: str, actions: int) -> int:
        """The best action at an information set."""
        if name not in self.best:
            worths = [
                sum(
                    (w * self._value(node.children[a]) for w, node in self.nodes[name]), Fraction(0)
                )
                for a in range(actions)
            ]
            self.best[name] = worths.index(max(worths))
        return self.best[name]
