"""Gambit's files for games in extensive form (.efg), read and written.

Payoffs may stand at any node and add up on the way to the end. The format is that of Gambit's
manual, "The extensive game (.efg) file format". Players keep their numbers, counted here from 0.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from nashscope.errors import IllFormedGame, Unreadable
from nashscope.games.exchange.lexer import Tokens, quoted
from nashscope.games.exchange.nfg import readable
from nashscope.games.rational import as_decimal
from nashscope.games.tree import Chance, Leaf, Move, Node, Tree

__all__ = ["format_efg", "parse_efg", "read_efg", "write_efg"]

Payoffs = tuple[Fraction, ...]


@dataclass(frozen=True)
class _Set:
    """An information set, or a draw, as it was first told.

    called: its name in the file, which may be empty; `name` is one of its own.
    listed: its actions' names in the file; `actions` are different from one another.
    odds: of the actions of a draw.
    line: where that was.
    """

    name: str
    called: str
    listed: tuple[str, ...]
    actions: tuple[str, ...]
    odds: tuple[Fraction, ...]
    line: int


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
        return Move(self.player - 1, self.information, self.actions, children)


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
    player_names = tokens.players()
    if tokens.peek("text"):
        tokens.text("a comment")
    root = _Reader(tokens, len(player_names)).root()
    if tokens.peek():
        raise tokens.fail("the end of the file")
    try:
        return Tree(root, len(player_names), title, player_names)
    except IllFormedGame as error:
        raise IllFormedGame(f"{where}: {error}") from None


class _Reader:
    """Reads nodes, which name information sets and outcomes in full only the first time.

    What is told again must be the same: another game would else be read without a word.
    """

    def __init__(self, tokens: Tokens, players: int) -> None:
        self.tokens, self.players = tokens, players
        self.nothing: Payoffs = (Fraction(0),) * players
        self.sets: dict[tuple[int, int], _Set] = {}
        self.outcomes: dict[int, tuple[Payoffs, int]] = {}  # with the line that told them
        self.names: set[tuple[int, str]] = set()

    def root(self) -> Node:
        """The tree: the file has every node before those after it, whatever the depth."""
        made: list[_Made] = []
        owed = [self.nothing]  # what was paid on the way to each node to come
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
        known = self._set(player)
        return _Made(player, known.name, known.actions, known.odds, self._paid(before))

    def _set(self, player: int) -> _Set:
        """An information set, or a draw (player 0), by its number."""
        tokens = self.tokens
        line, number = tokens.line, tokens.integer("an information set's number")
        called = tokens.text("a name") if tokens.peek("text") else ""
        before = self.sets.get((player, number))
        if not tokens.peek("brace", "{"):
            if before is None:
                raise tokens.fail(f"{{ before the actions of information set {number}")
            self._same_set(before, player, number, line, called or before.called, before.listed)
            return before
        tokens.open("the actions")
        listed, odds = [], []
        while tokens.peek("text"):
            listed.append(tokens.text("an action"))
            if player == 0:
                odds.append(tokens.number("a probability"))
        if not listed:
            raise tokens.fail("an action")
        tokens.close("the actions")
        if before is not None:
            self._same_set(before, player, number, line, called or before.called, tuple(listed))
            if tuple(odds) != before.odds:
                raise self._contradiction(
                    line, f"draw {number}", _listed(odds), _listed(before.odds), before.line
                )
            return before
        actions = listed
        if len(set(listed)) < len(listed) or "" in listed:
            actions = [str(place + 1) for place in range(len(listed))]
        name = called
        if not name or (player, name) in self.names:
            name = f"{player}.{number}"
        self.names.add((player, name))
        made = _Set(name, called, tuple(listed), tuple(actions), tuple(odds), line)
        self.sets[player, number] = made
        return made

    def _same_set(
        self,
        before: _Set,
        player: int,
        number: int,
        line: int,
        called: str,
        listed: tuple[str, ...],
    ) -> None:
        """Raises if a set that was told before is told otherwise."""
        what = f"set {number} of player {player}" if player else f"draw {number}"
        if before.called and called != before.called:
            raise self._contradiction(line, what, repr(called), repr(before.called), before.line)
        if listed != before.listed:
            raise self._contradiction(
                line, what, _listed(listed), _listed(before.listed), before.line
            )

    def _contradiction(self, line: int, what: str, now: str, then: str, where: int) -> Unreadable:
        """The error of what is told in two ways."""
        return Unreadable(
            f"{self.tokens.where}, line {line}: {what} is {now:.60} here but {then:.60} on line "
            f"{where}; give what is not the same another number"
        )

    def _paid(self, before: Payoffs) -> Payoffs:
        """What has been paid after this node's outcome."""
        tokens = self.tokens
        line, number = tokens.line, tokens.integer("an outcome's number")
        if tokens.peek("text"):
            tokens.text("an outcome's name")
        if tokens.peek("brace", "{"):
            tokens.open("the payoffs")
            paid = tuple(tokens.number("a payoff") for _ in range(self.players))
            tokens.close("the payoffs")
            if number == 0 and paid != self.nothing:
                raise Unreadable(
                    f"{tokens.where}, line {line}: outcome 0 pays {_listed(paid):.60}, but 0 "
                    "stands for no outcome; number the outcomes from 1"
                )
            then, where = self.outcomes.setdefault(number, (paid, line))
            if paid != then:
                raise self._contradiction(
                    line, f"outcome {number}", _listed(paid), _listed(then), where
                )
        elif number and number not in self.outcomes:
            raise tokens.fail(f"{{ before the payoffs of outcome {number}")
        paid, _ = self.outcomes.get(number, (self.nothing, line))
        return tuple(a + b for a, b in zip(before, paid, strict=True))


def _listed(entries: Iterable[Fraction | str]) -> str:
    """Numbers or names in braces, as the file has them."""
    told = (quoted(e) if isinstance(e, str) else as_decimal(e) for e in entries)
    return "{ " + " ".join(told) + " }"


def format_efg(tree: Tree) -> str:
    """The game as text; every number exactly, as an integer, a decimal or a fraction."""
    names = " ".join(quoted(tree.player_name(player)) for player in range(tree.players))
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
