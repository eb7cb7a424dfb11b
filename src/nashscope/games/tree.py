"""Games in extensive form: who moves when, who knows what, and what chance does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from nashscope.errors import IllFormedGame
from nashscope.games.answer import Choice
from nashscope.games.dynamic import NATURE, Ask
from nashscope.games.normal import check_player_names
from nashscope.records import content_hash

__all__ = ["At", "Chance", "Information", "Leaf", "Move", "Node", "Tree", "chance", "leaf"]


@dataclass(frozen=True)
class Leaf:
    """An end of the game: what every player gets."""

    payoffs: tuple[Fraction, ...]


@dataclass(frozen=True)
class Chance:
    """A draw that no player controls.

    outcomes: a name for each branch.
    probabilities: of each branch; they sum to exactly 1.
    """

    outcomes: tuple[str, ...]
    probabilities: tuple[Fraction, ...]
    children: tuple["Node", ...]


@dataclass(frozen=True)
class Move:
    """A move of a player.

    information: what the player knows; all of its nodes with one such text look alike to it, and
        form an information set.
    actions: a name for each branch, the same in the whole information set.
    """

    player: int
    information: str
    actions: tuple[str, ...]
    children: tuple["Node", ...]


Node = Leaf | Chance | Move
"""A place in a tree: its end, a draw, or somebody's choice."""

Met = tuple[tuple[tuple[str, int], ...], ...]
"""For every player the information sets it has met, each with the action it took there."""


@dataclass(frozen=True)
class Information:
    """What a player can tell when it must move: the argument of a policy that is a function.

    own: the information sets that the player has met before, each with the action it took there.
    """

    player: int
    name: str
    actions: tuple[str, ...]
    own: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class At:
    """Where a match in a tree has come to: the state of its play.

    path: the branch taken at every node so far; node: where that leads.
    own: for every player the information sets it has met, each with the action it took there.
    """

    path: tuple[int, ...]
    node: Node = field(compare=False, repr=False)
    own: Met = field(compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Tree:
    """A game in extensive form.

    It is a dynamic game: its state is an `At`, its facts are an `Information`. An answer that
    nobody can read ends the match, for no branch of the tree stands for it.

    root: the first node.
    players: their number, at least 1.
    name: what the game is called, where it has a name.
    player_names: of the players, where they have names.

    Raises:
        IllFormedGame: if probabilities, payoffs, actions or information sets contradict each
            other, or a player would forget what it knew or did (no perfect recall).
    """

    root: Node
    players: int
    name: str = ""
    player_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.players < 1:
            raise IllFormedGame(f"the tree has {self.players} players; it needs at least 1")
        check_player_names(self.player_names, self.players)
        _check(self)

    def player_name(self, player: int) -> str:
        """What a player is called: by its name, else "player 1" for the first."""
        return self.player_names[player] if self.player_names else f"player {player + 1}"

    @cached_property
    def start(self) -> At:
        """At the root."""
        return At((), self.root, ((),) * self.players)

    @cached_property
    def longest(self) -> int:
        """The most moves that players make on the way to an end."""
        most = 0
        waiting = [(self.root, 0)]
        while waiting:
            node, moves = waiting.pop()
            most = max(most, moves)
            if not isinstance(node, Leaf):
                waiting += [(child, moves + isinstance(node, Move)) for child in node.children]
        return most

    def asks(self, state: At) -> tuple[Ask, ...]:
        """The player who moves, or NATURE."""
        node, turn = state.node, len(state.path)
        if isinstance(node, Leaf):
            return ()
        if isinstance(node, Chance):
            return (Ask(NATURE, Choice(node.outcomes), "", turn, node.probabilities),)
        return (Ask(node.player, Choice(node.actions), "", turn),)

    def after(self, state: At, answers: tuple[Any, ...]) -> At:
        """The node behind the branch that was taken."""
        node, (branch,) = state.node, answers
        assert not isinstance(node, Leaf)
        own = state.own
        if isinstance(node, Move):
            own = _met(own, node, branch)
        return At((*state.path, branch), node.children[branch], own)

    def facts(self, state: At, player: int) -> Information:
        """What a player can tell; of a node where it does not move, only what it met before."""
        node, own = state.node, state.own[player]
        if isinstance(node, Move) and node.player == player:
            return Information(player, node.information, node.actions, own)
        return Information(player, "", (), own)

    def paid(self, state: At) -> tuple[Fraction, ...]:
        """The payoffs of the end; nothing before it."""
        node = state.node
        return node.payoffs if isinstance(node, Leaf) else (Fraction(0),) * self.players

    def nodes(self) -> Iterator[Node]:
        """All nodes, each before its descendants, first branches first."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            if not isinstance(node, Leaf):
                waiting.extend(reversed(node.children))

    @cached_property
    def information(self) -> dict[tuple[int, str], Information]:
        """Every information set by its player and name, in the order in which they come up."""
        found: dict[tuple[int, str], Information] = {}
        nothing: Met = ((),) * self.players
        waiting = [(self.root, nothing)]
        while waiting:
            node, own = waiting.pop()
            if isinstance(node, Leaf):
                continue
            after = [own] * len(node.children)
            if isinstance(node, Move):
                key, i = (node.player, node.information), node.player
                found.setdefault(key, Information(i, node.information, node.actions, own[i]))
                after = [_met(own, node, a) for a in range(len(node.actions))]
            waiting.extend(reversed(list(zip(node.children, after, strict=True))))
        return found

    def ends(self) -> Iterator[Leaf]:
        """All ends, those after first branches first."""
        return (node for node in self.nodes() if isinstance(node, Leaf))

    @cached_property
    def constant_sum(self) -> Fraction | None:
        """What the payoffs sum to, if it is the same at every end; else None."""
        sums = {sum(end.payoffs, Fraction(0)) for end in self.ends()}
        return sums.pop() if len(sums) == 1 else None

    @property
    def zero_sum(self) -> bool:
        """Whether the payoffs sum to zero at every end."""
        return self.constant_sum == 0

    @cached_property
    def ranges(self) -> tuple[Fraction, ...]:
        """Largest minus smallest payoff of each player."""
        ends = zip(*(end.payoffs for end in self.ends()), strict=True)
        return tuple(max(payoffs) - min(payoffs) for payoffs in ends)

    @cached_property
    def perfect_information(self) -> bool:
        """Whether every information set is a single node."""
        decisions = sum(isinstance(node, Move) for node in self.nodes())
        return decisions == len(self.information)

    @cached_property
    def content(self) -> str:
        """Hash of everything but the names of game and players."""
        return content_hash([self.players, [_told(node) for node in self.nodes()]])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tree) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    def __repr__(self) -> str:
        return (
            f"Tree({self.name or 'unnamed'}, {self.players} players, "
            f"{len(self.information)} information sets, {self.content})"
        )


def leaf(*payoffs: Any) -> Leaf:
    """An end with these payoffs, as numbers or strings such as "1/3"."""
    return Leaf(tuple(Fraction(payoff) for payoff in payoffs))


def chance(branches: dict[str, tuple[Any, Node]]) -> Chance:
    """A draw: for each outcome's name its probability and what follows."""
    return Chance(
        tuple(branches),
        tuple(Fraction(p) for p, _ in branches.values()),
        tuple(node for _, node in branches.values()),
    )


def _met(own: Met, move: Move, action: int) -> Met:
    """What every player has met and done, after a move."""
    i = move.player
    return (*own[:i], (*own[i], (move.information, action)), *own[i + 1 :])


def _told(node: Node) -> list[Any]:
    """What distinguishes a node, as plain data."""
    if isinstance(node, Leaf):
        return [str(payoff) for payoff in node.payoffs]
    if isinstance(node, Chance):
        return [node.outcomes, [str(p) for p in node.probabilities]]
    return [node.player, node.information, node.actions]


def _check(tree: Tree) -> None:
    """Raises if the tree contradicts itself."""
    seen: dict[tuple[int, str], tuple[tuple[str, ...], tuple[tuple[str, int], ...]]] = {}
    nothing: Met = ((),) * tree.players
    waiting = [(tree.root, nothing)]
    while waiting:
        node, own = waiting.pop()
        if isinstance(node, Leaf):
            if len(node.payoffs) != tree.players:
                raise IllFormedGame(
                    f"an end pays {len(node.payoffs)} players, but the tree has {tree.players}"
                )
            continue
        _check_branches(node)
        after = [own] * len(node.children)
        if isinstance(node, Move):
            i, key = node.player, (node.player, node.information)
            if not 0 <= i < tree.players:
                raise IllFormedGame(
                    f"player {i} moves at {node.information!r}, but players are numbered "
                    f"0 to {tree.players - 1}"
                )
            actions, memory = seen.setdefault(key, (node.actions, own[i]))
            if actions != node.actions:
                raise IllFormedGame(
                    f"information set {node.information!r} of {_whose(tree, i)} offers "
                    f"{actions} at one node and {node.actions} at another"
                )
            if memory != own[i]:
                raise IllFormedGame(
                    f"{_whose(tree, i)} would forget: it comes to {node.information!r} "
                    f"{_way(memory, seen, i)}, and also {_way(own[i], seen, i)}; "
                    "perfect recall is required"
                )
            after = [_met(own, node, a) for a in range(len(node.actions))]
        waiting.extend(zip(node.children, after, strict=True))


def _whose(tree: Tree, player: int) -> str:
    """A player by its name, or by the number that the tree's maker gave it."""
    return repr(tree.player_names[player]) if tree.player_names else f"player {player}"


def _way(
    memory: tuple[tuple[str, int], ...],
    seen: Mapping[tuple[int, str], tuple[tuple[str, ...], Any]],
    player: int,
) -> str:
    """What a player did before, in words."""
    moves = [f"{seen[player, name][0][action]!r} at {name!r}" for name, action in memory]
    return "after " + ", ".join(moves) if moves else "without having moved before"


def _check_branches(node: Chance | Move) -> None:
    """Raises if the branches of a node do not fit together."""
    names = node.outcomes if isinstance(node, Chance) else node.actions
    where = "a chance node" if isinstance(node, Chance) else repr(node.information)
    if not names or len(names) != len(node.children):
        raise IllFormedGame(
            f"{where} has {len(names)} names for {len(node.children)} branches; "
            "it needs one for each, and at least one"
        )
    if len(set(names)) < len(names):
        raise IllFormedGame(f"{where} has two branches of one name: {names}")
    if isinstance(node, Chance):
        told = [str(p) for p in node.probabilities]
        if len(node.probabilities) != len(names) or min(node.probabilities) < 0:
            raise IllFormedGame(f"a chance node has probabilities {told} for {names}")
        if sum(node.probabilities) != 1:
            raise IllFormedGame(
                f"a chance node's probabilities {told} sum to {sum(node.probabilities)}, not 1; "
                "give them as fractions"
            )
