"""A game told as plain English: rules, a sentence per cell, the history, the question.

What stays the same from round to round stands first and what is new stands last, so that a model
can keep what it has already read. The last line asks for the choice, and the first word of the
answer is the label: its probability is the policy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any, Literal

from numpy.random import Generator

from nashscope.errors import BrokenFraming
from nashscope.framing.answer import Unparsed, check_labels, parse, parse_reasoned
from nashscope.framing.framing import Mode, Parts
from nashscope.games import JointAction, NormalForm, Repeated, View

__all__ = ["LETTERS", "Plain", "PlainStyle", "alternatives", "called", "in_turn", "told_number"]

LETTERS = "FGHJKLMPQRSTVWXZ"
"""Letters that suggest nothing: no article or pronoun (A, I, U, O), no initial of cooperate,
defect, yes, no or equal, and not B, which follows A."""

CLOSING: dict[Mode, str] = {
    "direct": "Answer with {choices} only.",
    "cot": (
        "Think step by step. Then end with a line that says Answer: and your choice, {choices}."
    ),
    "scratchpad": (
        "Fill in this private worksheet, which the other player never sees. "
        "1. What I expect the other player to choose, and why. "
        "2. What each of my choices would then earn. "
        "3. What follows for later rounds. "
        "Then end with a line that says Answer: and your choice, {choices}."
    ),
}
LEAD: dict[Mode, str] = {"direct": "My choice:", "cot": "My thoughts:", "scratchpad": "Worksheet:"}


@dataclass(frozen=True)
class Plain:
    """One telling of a game.

    labels: the words that stand for every player's actions.
    own_turn, other_turn: by how many places the list of the hearer's own actions, and that of
        every other player's, is turned before it is told. The hearer's own actions come first, so
        that both players of a symmetric game hear the same words.
    """

    labels: tuple[tuple[str, ...], ...]
    own_turn: int = 0
    other_turn: int = 0

    def __post_init__(self) -> None:
        for choices in self.labels:
            check_labels(choices)

    def render(self, view: View, mode: Mode = "direct") -> str:
        """The prompt for the player whose view it is."""
        return "\n".join(part for part in self.parts(view, mode) if part)

    def parts(self, view: View, mode: Mode = "direct") -> Parts:
        """The prompt in three parts; the history is empty in a one-shot game."""
        game, options = view.game, self.options(view.player)
        return Parts(
            _opening(self, game, view.player),
            _history(view, self.labels) if game.rounds > 1 else "",
            _question(view, self.labels, options[view.player], mode),
        )

    def options(self, player: int) -> list[tuple[str, ...]]:
        """Every player's labels in the order in which this player hears of them."""
        return [
            tuple(choices[action] for action in order)
            for choices, order in zip(self.labels, self._orders(player), strict=True)
        ]

    def opening(self, view: View, options: list[tuple[str, ...]]) -> list[str]:
        """What is told of the game, line by line.

        options: every player's labels in the order in which this player hears of them.
        """
        game = view.game
        told = [_rules(view, options), _payoffs(view, self.labels, self.cells(view.player))]
        if game.rounds > 1 and game.announced:
            told.append(f"There are {game.rounds} rounds.")
        return [*told, "Earn as many points as you can."]

    def cells(self, player: int) -> list[tuple[int, ...]]:
        """The cells of the payoff table in the order in which this player hears of them."""
        orders = self._orders(player)
        own_first = _order(player, len(orders))
        heard = product(*(orders[p] for p in own_first))
        return [tuple(cell[own_first.index(p)] for p in range(len(orders))) for cell in heard]

    def _orders(self, player: int) -> list[list[int]]:
        """The order in which this player hears of every player's actions."""
        return [
            _rotated(list(range(len(choices))), self.own_turn if p == player else self.other_turn)
            for p, choices in enumerate(self.labels)
        ]

    def parse(self, reply: str, player: int, mode: Mode = "direct") -> int | Unparsed:
        """The action a reply names: in the reasoning modes, the one after its last "Answer:"."""
        labels = self.labels[player]
        return parse(reply, labels) if mode == "direct" else parse_reasoned(reply, labels)


@dataclass(frozen=True)
class PlainStyle:
    """Draws a `Plain` telling for every match.

    wording: "neutral" draws letters per match; "words" uses the game's own action names.

    Over consecutive matches the assignment of letters to actions and the orders in which the own
    and the others' actions are told take every combination equally often (a cycle of 2 · 2 · 2
    matches for a 2×2 game); the letters themselves are drawn.
    """

    wording: Literal["neutral", "words"] = "neutral"

    @property
    def name(self) -> str:
        """The name under which the condition is reported."""
        return "plain" if self.wording == "neutral" else "plain-words"

    def draw(self, stage: NormalForm, match: int, chance: Generator) -> Plain:
        """The telling of match number `match`."""
        sizes, longest = stage.shape, max(stage.shape)
        labels: tuple[tuple[str, ...], ...]
        if self.wording == "words":
            labels = stage.actions
        else:
            if longest > len(LETTERS):
                raise BrokenFraming(
                    f"a player has {longest} actions, and there are {len(LETTERS)} neutral "
                    "letters; use the wording 'words'"
                )
            drawn = sorted(chance.choice(len(LETTERS), size=longest, replace=False))
            letters = [LETTERS[i] for i in drawn]
            labels = tuple(tuple(_rotated(letters, match)[:size]) for size in sizes)
        return Plain(labels, match // longest % longest, match // longest**2 % longest)


STYLES = (PlainStyle("neutral"), PlainStyle("words"))
"""The framings of this file, as `nashscope framings` lists them."""


@lru_cache(maxsize=1024)
def _opening(telling: Plain, game: Repeated, player: int) -> str:
    """What stays the same from round to round; it is told at every decision."""
    view = game.view(player, [], (None,) * game.stage.players)
    return "\n".join(telling.opening(view, telling.options(player)))


def _rotated(items: list[Any], by: int) -> list[Any]:
    """The list, starting `by` places later."""
    start = by % len(items)
    return items[start:] + items[:start]


def called(view: View, player: int) -> str:
    """How `player` is called in this view."""
    return _named(view.player, player, view.stage.players)


def _named(hearer: int, player: int, players: int) -> str:
    """How `player` is called where `hearer` is told of it."""
    if player == hearer:
        return "you"
    return "the other player" if players == 2 else f"player {player + 1}"


def alternatives(labels: tuple[str, ...]) -> str:
    """The labels as alternatives: "F or K", "F, K or M"."""
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"


def _rules(view: View, options: list[tuple[str, ...]]) -> str:
    """Who plays, what can be chosen and in which order."""
    game, players = view.game, view.stage.players
    others = "one other player" if players == 2 else f"{players - 1} other players"
    opening = f"You play a game with {others}."
    if players > 2:
        opening += f" You are player {view.player + 1}."
    shared = len({frozenset(own) for own in options}) == 1
    when = "In each round" if game.rounds > 1 else "The game is played once:"
    if shared:
        what = f"{when} everyone chooses {alternatives(options[view.player])}"
    else:
        order = _order(view.player, players)
        each = [f"{called(view, p)} can choose {alternatives(options[p])}" for p in order]
        what = f"{when} {', '.join(each)}"
    if game.order == "simultaneous":
        return f"{opening} {what}, all at the same time."
    turn = ", then ".join(
        f"{called(view, p)} {'choose' if p == view.player else 'chooses'}" for p in range(players)
    )
    return f"{opening} {what}, in turn: first {turn}. Who comes later sees the choices before."


def in_turn(view: View) -> str:
    """Who moves first and who then: "you first, then the other player"."""
    first, *then = (called(view, p) for p in range(view.stage.players))
    return f"{first} first, then {', then '.join(then)}"


def _order(hearer: int, players: int) -> list[int]:
    """The hearer itself, then the others."""
    return [hearer, *(p for p in range(players) if p != hearer)]


def _payoffs(
    view: View, labels: tuple[tuple[str, ...], ...], cells: Sequence[tuple[int, ...]]
) -> str:
    """A sentence for every cell of the payoff table, the player's own choice and payoff first."""
    lines = ["Points depend on what everyone chooses."]
    exact, order = view.stage.exact, _order(view.player, view.stage.players)
    for cell in cells:
        chosen = " and ".join(
            f"{called(view, p)} choose{'' if p == view.player else 's'} {labels[p][cell[p]]}"
            for p in order
        )
        paid = " and ".join(
            f"{called(view, p)} get{'' if p == view.player else 's'} "
            f"{told_number(exact[(p, *cell)])}"
            for p in order
        )
        lines.append(f"If {chosen}, {paid}.")
    return "\n".join(lines)


def told_number(payoff: Fraction) -> str:
    """A payoff as people write it: 3, 0.25 or 1/3.

    >>> told_number(Fraction(5)), told_number(Fraction(1, 4)), told_number(Fraction(1, 3))
    ('5', '0.25', '1/3')
    """
    if payoff.denominator == 1:
        return str(payoff.numerator)
    decimal = f"{float(payoff):.6g}"
    return decimal if "e" not in decimal and Fraction(decimal) == payoff else str(payoff)


def _history(view: View, labels: tuple[tuple[str, ...], ...]) -> str:
    """The rounds that the player remembers, a line each."""
    if not view.history:
        return "No round has been played." if view.round == 0 else "You remember no round."
    first = view.round - len(view.history)
    header = "The rounds so far:" if first == 0 else "The last rounds:"
    lines = [
        f"Round {first + k + 1}: {_joint(joint, view.player, labels)}."
        for k, joint in enumerate(view.history)
    ]
    return "\n".join([header, *lines])


@lru_cache(maxsize=4096)
def _joint(joint: JointAction, hearer: int, labels: tuple[tuple[str, ...], ...]) -> str:
    """What everyone chose in a round, the hearer first."""
    order = _order(hearer, len(labels))
    return ", ".join(_chose(hearer, p, joint[p], labels) for p in order)


def _chose(
    hearer: int, player: int, action: int | None, labels: tuple[tuple[str, ...], ...]
) -> str:
    """What one player chose, or that it gave no valid answer."""
    who = _named(hearer, player, len(labels))
    if action is None:
        return f"{who} gave no valid answer"
    return f"{who} chose {labels[player][action]}"


def _question(
    view: View, labels: tuple[tuple[str, ...], ...], options: tuple[str, ...], mode: Mode
) -> str:
    """What is asked now, and how to answer."""
    parts = [f"Now it is round {view.round + 1}."] if view.game.rounds > 1 else []
    taken = [
        _chose(view.player, p, action, labels)
        for p, action in enumerate(view.now)
        if action is not None and p != view.player
    ]
    if taken:
        parts.append(f"In this round {', '.join(taken)}.")
    parts.append(CLOSING[mode].format(choices=alternatives(options)))
    return f"{' '.join(parts)}\n{LEAD[mode]}"
