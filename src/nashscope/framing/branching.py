"""Any tree as plain English: every way that it can go and what each pays, then what was seen.

Everything is worked out from the tree itself, so that a game of anybody's can be told at once. What
a player is told of the past is a function of its information set: where its nodes differ, it is
told that it cannot know.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from numpy.random import Generator

from nashscope.framing.answer import Unparsed, check_labels, parse
from nashscope.framing.framing import Mode, Parts
from nashscope.framing.plain import CLOSING, LEAD, alternatives, told_number
from nashscope.games.answer import Choice
from nashscope.games.dynamic import Ask
from nashscope.games.tree import Chance, Information, Leaf, Move, Node, Tree

__all__ = ["Branching", "BranchingStyle", "answered"]

ENDINGS = 80
"""A tree with more endings is not told in full."""

Step = tuple[Node, int]
"""A place on the way to a node, and the branch that was taken there."""


@dataclass(frozen=True)
class Branching:
    """One telling of a tree.

    turned: by how many places the list of actions is turned before it is told.
    about: a sentence on the game, told first; "" for none.
    """

    tree: Tree
    turned: int = 0
    about: str = ""

    def words(self, ask: Ask) -> tuple[str, ...] | None:
        """The names of the actions."""
        return ask.answer.options if isinstance(ask.answer, Choice) else None

    def read(self, reply: str, ask: Ask, mode: Mode = "direct") -> int | Unparsed:
        """The action a reply names: in the reasoning modes, the one after its last "Answer:"."""
        return parse(answered(reply, mode), self.words(ask) or ())

    def parts(self, facts: Information, ask: Ask, mode: Mode = "direct") -> Parts:
        """The rules with all endings, what the player has seen, and the question."""
        if (facts.player, facts.name) not in self._ways:
            # the players talk, and none of them moves yet
            return Parts(self._rules(facts.player), "", "")
        options = _turned(self.words(ask) or (), self.turned)
        closing = CLOSING[mode].format(choices=alternatives(options))
        return Parts(
            self._rules(facts.player),
            self._seen(facts),
            f"It is your turn. {closing}\n{LEAD[mode]}",
        )

    def _rules(self, hearer: int) -> str:
        """Who plays, how it can go, and what each ending pays."""
        players = self.tree.players
        others = {1: "alone", 2: "with one other player"}.get(
            players, f"with {players - 1} other players"
        )
        lines = [self.about] if self.about else []
        lines.append(f"You play a game {others}. You are player {hearer + 1}. It is played once.")
        if (count := len(self._endings)) > ENDINGS:
            lines.append(f"There are {count} ways in which it can go, too many to be told.")
        else:
            lines.append("These are all the ways in which it can go, and the points they pay:")
            lines += [
                f"- {self._way(way, hearer)}: {_paid(leaf, hearer)}." for way, leaf in self._endings
            ]
        if hidden := self._hidden(hearer):
            lines.append(hidden)
        return "\n".join([*lines, "Earn as many points as you can."])

    def _way(self, way: Sequence[Step], hearer: int) -> str:
        """A way through the tree, in the order in which its steps are taken."""
        return ", then ".join(_said(node, branch, hearer) for node, branch in way)

    def _hidden(self, hearer: int) -> str:
        """That the hearer does not see everything, where it does not."""
        if all(len(ways) == 1 for (player, _), ways in self._ways.items() if player == hearer):
            return ""
        return "Not everything is shown to you; what you can know is said when it is your turn."

    def _seen(self, facts: Information) -> str:
        """What happened so far, as far as the player can know."""
        ways = self._ways[facts.player, facts.name]
        lengths = {len(way) for way in ways}
        if lengths == {0}:
            return "Nothing has happened yet."
        if len(lengths) > 1:
            told = [f"- {self._way(way, facts.player) or 'nothing'}" for way in ways]
            return "\n".join(["So far one of these has happened:", *sorted(set(told))])
        lines = ["So far:"]
        for steps in zip(*ways, strict=True):
            lines.append(f"- {_alike(steps, facts.player)}")
        return "\n".join(lines)

    @cached_property
    def _endings(self) -> list[tuple[tuple[Step, ...], Leaf]]:
        """Every way through the tree and its end, first branches first."""
        return [(way, node) for way, node in _walk(self.tree.root) if isinstance(node, Leaf)]

    @cached_property
    def _ways(self) -> dict[tuple[int, str], list[tuple[Step, ...]]]:
        """For every information set the ways to its nodes."""
        ways: dict[tuple[int, str], list[tuple[Step, ...]]] = {}
        for way, node in _walk(self.tree.root):
            if isinstance(node, Move):
                ways.setdefault((node.player, node.information), []).append(way)
        return ways


@dataclass(frozen=True)
class BranchingStyle:
    """Tells every match of a tree with its actions in another order."""

    about: str = ""

    @property
    def name(self) -> str:
        """The name under which the condition is reported."""
        return "plain"

    def draw(self, game: Tree, match: int, chance: Generator) -> Branching:
        """The telling of match number `match`.

        Raises:
            BrokenFraming: if two actions of one choice could be taken for one another.
        """
        for information in game.information.values():
            check_labels(information.actions)
        return Branching(game, match, self.about)


def answered(reply: str, mode: Mode) -> str:
    """The part of a reply that is the answer: in the reasoning modes, what follows "Answer:"."""
    if mode == "direct":
        return reply
    *before, last = re.split(r"answer:", reply, flags=re.IGNORECASE)
    return last if before else ""


def _walk(root: Node) -> Iterator[tuple[tuple[Step, ...], Node]]:
    """Every node with the way to it, first branches first."""
    waiting: list[tuple[tuple[Step, ...], Node]] = [((), root)]
    while waiting:
        way, node = waiting.pop()
        yield way, node
        if not isinstance(node, Leaf):
            below = [((*way, (node, k)), child) for k, child in enumerate(node.children)]
            waiting.extend(reversed(below))


def _who(player: int, hearer: int) -> str:
    """How a player is called."""
    return "you" if player == hearer else f"player {player + 1}"


def _said(node: Node, branch: int, hearer: int) -> str:
    """What was done at a node."""
    if isinstance(node, Chance):
        return f"chance decides {node.outcomes[branch]} (probability {node.probabilities[branch]})"
    assert isinstance(node, Move)
    verb = "choose" if node.player == hearer else "chooses"
    return f"{_who(node.player, hearer)} {verb} {node.actions[branch]}"


def _alike(steps: Sequence[Step], hearer: int) -> str:
    """What a player can know of one step, of which these are the possibilities."""
    said = list(dict.fromkeys(_said(node, branch, hearer) for node, branch in steps))
    return said[0] if len(said) == 1 else f"{'; or '.join(said)} (you cannot know which)"


def _paid(leaf: Leaf, hearer: int) -> str:
    """What an ending pays, the hearer first."""
    order = [hearer, *(p for p in range(len(leaf.payoffs)) if p != hearer)]
    return ", ".join(
        f"{_who(p, hearer)} get{'' if p == hearer else 's'} {told_number(leaf.payoffs[p])}"
        for p in order
    )


def _turned(labels: tuple[str, ...], by: int) -> tuple[str, ...]:
    """The labels, starting `by` places later."""
    start = by % max(1, len(labels))
    return labels[start:] + labels[:start]
