"""Gambit's files for games in extensive form (.efg), read and written.

Payoffs may stand at any node and add up on the way to the end. The format is that of Gambit's
manual, "The extensive game (.efg) file format". Players keep their numbers, counted here from 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from nashscope.errors import IllFormedGame
from nashscope.games.exchange.lexer import Tokens, quoted
from nashscope.games.exchange.nfg import readable
from nashscope.games.rational import as_decimal
from nashscope.games.tree import Chance, Decision, Leaf, Node, Tree

__all__ = ["format_efg", "parse_efg", "read_efg", "write_efg"]

Payoffs = tuple[Fraction, ...]


@dataclass(frozen=True)
class _Made:
    """A node as it stands in a file, without those after it.

    player: counted from 1; 0 for chance, which has odds, and for an end, which has no actions.
    paid: on the way to the node and at it.
    """

    player: int
    information: str
    actions: tuple[str, ...]
    odds: tuple[Fraction, ...]
    paid: Payoffs

    def with_children(self, children: tuple[Node, ...]) -> Node:
        """The node itself."""
        if not self.actions:
            return Leaf(self.paid)
        if self.player == 0:
            return Chance(self.actions, self.odds, children)
        return Decision(self.player - 1, self.information, self.actions, children)


def read_efg(path: Path | str) -> Tree:
    """The game in a file.

    Raises:
        Unreadable: naming the file, the line, and what was expected there.
        IllFormedGame: if the tree contradicts itself, or lacks perfect recall.
    """
    path = Path(path)
    return parse_efg(readable(path), str(path))


def write_efg(tree: Tree, path: Path | str) -> None:
    """Writes the game to a file, with exact numbers."""
    Path(path).write_text(format_efg(tree), encoding="utf-8")


def parse_efg(source: str, where: str = "the game") -> Tree:
    """The game in a text.

    >>> parse_efg('EFG 2 R "" { "A" } p "" 1 1 "" { "x" } 0 t "" 1 "" { 1/2 }')
    Tree(unnamed, 1 players, 1 information sets, a085ba7bc5d16385)
    """
    tokens = Tokens(source, where)
    tokens.take("word", "EFG at the start", "EFG")
    tokens.take("word", "version 2", "2")
    if not (tokens.peek("word", "R") or tokens.peek("word", "D")):
        raise tokens.fail("R or D")
    tokens.next += 1
    title = tokens.text("the title in quotation marks")
    tokens.open("the players' names")
    players = 0
    while tokens.peek("text"):
        tokens.text("a player's name")
        players += 1
    tokens.close("the players' names")
    if tokens.peek("text"):
        tokens.text("a comment")
    root = _Reader(tokens, players).root()
    if tokens.peek():
        raise tokens.fail("the end of the file")
    try:
        return Tree(root, players, title)
    except IllFormedGame as error:
        raise IllFormedGame(f"{where}: {error}") from None


class _Reader:
    """Reads nodes, which name information sets and outcomes in full only the first time."""

    def __init__(self, tokens: Tokens, players: int) -> None:
        self.tokens, self.players = tokens, players
        self.sets: dict[tuple[int, int], tuple[str, list[str], list[Fraction]]] = {}
        self.outcomes: dict[int, Payoffs] = {0: (Fraction(0),) * players}
        self.names: set[tuple[int, str]] = set()

    def root(self) -> Node:
        """The tree: the file has every node before those after it, whatever the depth."""
        made: list[_Made] = []
        owed = [(Fraction(0),) * self.players]  # what was paid on the way to each node to come
        while owed:
            made.append(self._node(owed.pop()))
            owed += [made[-1].paid] * len(made[-1].actions)
        after: list[Node] = []  # from the last node to the first: its branches' nodes are on top
        for node in reversed(made):
            after.append(node.with_children(tuple(after.pop() for _ in node.actions)))
        return after[0]

    def _node(self, before: Payoffs) -> "_Made":
        """The next node; `before` was paid on the way."""
        tokens = self.tokens
        kind = tokens.take("word", "c, p or t")
        if kind not in ("c", "p", "t"):
            tokens.next -= 1
            raise tokens.fail("c, p or t")
        tokens.text("the node's name")
        if kind == "t":
            return _Made(0, "", (), (), self._paid(before))
        player = tokens.integer("a player's number") if kind == "p" else 0
        if kind == "p" and not 1 <= player <= self.players:
            tokens.next -= 1
            raise tokens.fail(f"a player from 1 to {self.players}")
        name, actions, odds = self._set(player)
        return _Made(player, name, tuple(actions), tuple(odds), self._paid(before))

    def _set(self, player: int) -> tuple[str, list[str], list[Fraction]]:
        """An information set: its name, its actions, and for chance (player 0) their odds."""
        tokens = self.tokens
        number = tokens.integer("an information set's number")
        name = tokens.text("a name") if tokens.peek("text") else ""
        if not tokens.peek("brace", "{"):
            if (player, number) not in self.sets:
                raise tokens.fail(f"{{ before the actions of information set {number}")
            return self.sets[player, number]
        tokens.open("the actions")
        actions, odds = [], []
        while tokens.peek("text"):
            actions.append(tokens.text("an action"))
            if player == 0:
                odds.append(tokens.number("a probability"))
        if not actions:
            raise tokens.fail("an action")
        tokens.close("the actions")
        if len(set(actions)) < len(actions) or "" in actions:
            actions = [str(place + 1) for place in range(len(actions))]
        if (player, number) in self.sets:
            return self.sets[player, number]
        if not name or (player, name) in self.names:
            name = f"{player}.{number}"
        self.names.add((player, name))
        self.sets[player, number] = (name, actions, odds)
        return self.sets[player, number]

    def _paid(self, before: Payoffs) -> Payoffs:
        """What has been paid after this node's outcome."""
        tokens = self.tokens
        number = tokens.integer("an outcome's number")
        if tokens.peek("text"):
            tokens.text("an outcome's name")
        if tokens.peek("brace", "{"):
            tokens.open("the payoffs")
            paid = tuple(tokens.number("a payoff") for _ in range(self.players))
            tokens.close("the payoffs")
            self.outcomes.setdefault(number, paid)
        if number not in self.outcomes:
            raise tokens.fail(f"{{ before the payoffs of outcome {number}")
        return tuple(a + b for a, b in zip(before, self.outcomes[number], strict=True))


def format_efg(tree: Tree) -> str:
    """The game as text; every number exactly, as an integer, a decimal or a fraction."""
    names = " ".join(quoted(f"player {player}") for player in range(tree.players))
    return f"EFG 2 R {quoted(tree.name)}\n{{ {names} }}\n\n" + "\n".join(_lines(tree)) + "\n"


def _lines(tree: Tree) -> Iterator[str]:
    """One line per node, in the order of the format."""
    numbers: dict[tuple[int, str], int] = {}
    for player, name in tree.information:
        numbers[player, name] = 1 + sum(p == player for p, _ in numbers)
    draws = ends = 0
    for node in tree.nodes():
        if isinstance(node, Leaf):
            ends += 1
            paid = ", ".join(map(as_decimal, node.payoffs))
            yield f't "" {ends} "" {{ {paid} }}'
        elif isinstance(node, Chance):
            draws += 1
            pairs = zip(node.outcomes, node.probabilities, strict=True)
            told = " ".join(f"{quoted(outcome)} {as_decimal(p)}" for outcome, p in pairs)
            yield f'c "" {draws} "" {{ {told} }} 0'
        else:
            number = numbers[node.player, node.information]
            told = " ".join(map(quoted, node.actions))
            name = quoted(node.information)
            yield f'p "" {node.player + 1} {number} {name} {{ {told} }} 0'
