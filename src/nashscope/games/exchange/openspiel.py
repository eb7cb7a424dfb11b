"""OpenSpiel's games as ours, and back (extra `openspiel`)."""

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from nashscope.errors import MissingExtra, Misuse, NotSolved, UnknownName, install
from nashscope.games.exchange.efg import format_efg
from nashscope.games.normal import NormalForm
from nashscope.games.tree import Chance, Leaf, Move, Node, Tree
from nashscope.names import nearest

__all__ = ["LARGEST", "from_openspiel", "loaded", "to_openspiel"]

LARGEST = 300_000
"""The largest number of nodes of a tree that is taken over."""


def _pyspiel() -> Any:
    """OpenSpiel's Python module."""
    try:
        import pyspiel
    except ImportError:
        raise MissingExtra(f"OpenSpiel is not installed; {install('openspiel')}") from None
    return pyspiel


def loaded(text: str) -> Any:
    """The game that OpenSpiel loads by this text.

    Raises:
        MissingExtra: if OpenSpiel is not installed.
        UnknownName: if it has no such game, or the game wants other parameters.
    """
    pyspiel = _pyspiel()
    # OpenSpiel itself prints all its names where it has none such
    known, name = pyspiel.registered_names(), text.partition("(")[0]
    if name not in known:
        raise nearest(name, known, "game of OpenSpiel")
    try:
        return pyspiel.load_game(text)
    except Exception as error:  # OpenSpiel raises its own type, which not every version exports
        first = (str(error) or type(error).__name__).strip().splitlines()[0]
        raise UnknownName(f"OpenSpiel has no game {text!r}: {first[:160]}") from None


def from_openspiel(game: Any) -> NormalForm | Tree:
    """An OpenSpiel game, or the one that OpenSpiel loads by this name.

    Matrix and tensor games become strategic forms; all others trees, in which players who move
    at the same time move one after another without seeing it. Chances that OpenSpiel has as
    floats are taken for the nearest small fractions.

    Raises:
        MissingExtra: if OpenSpiel is not installed.
        UnknownName: if OpenSpiel has no such game.
        Misuse: if OpenSpiel does not say what the players of a game with hidden moves know.
        NotSolved: if the tree has more than `LARGEST` nodes, or is hundreds of moves deep.
    """
    pyspiel = _pyspiel()
    if isinstance(game, str):
        game = loaded(game)
    name = str(game)
    if isinstance(game, pyspiel.MatrixGame | pyspiel.TensorGame):
        return _strategic(game, pyspiel, name)
    kind = game.get_type()
    told = kind.provides_information_state_string
    if not told and kind.information != pyspiel.GameType.Information.PERFECT_INFORMATION:
        raise Misuse(
            f"OpenSpiel's {name} does not say what its players know (no information state string), "
            "so it has no information sets; take another game"
        )
    try:
        root = _Reader(name, told).node(game.new_initial_state())
    except RecursionError:
        raise NotSolved(
            f"{name} can go on for more moves than can be followed; give it a horizon"
        ) from None
    return Tree(root, game.num_players(), name)


def _strategic(game: Any, pyspiel: Any, name: str) -> NormalForm:
    """A matrix or tensor game."""
    state = game.new_initial_state()
    players = range(game.num_players())
    actions = [[state.action_to_string(p, a) for a in state.legal_actions(p)] for p in players]
    table = np.empty((len(players), *map(len, actions)))
    for cell in product(*(range(len(own)) for own in actions)):
        after = game.new_initial_state()
        after.apply_actions(list(cell))
        for player, payoff in enumerate(after.returns()):
            table[(player, *cell)] = payoff
    distinct = all(len(set(own)) == len(own) for own in actions)
    return NormalForm(table, actions if distinct else None, name)


class _Reader:
    """Walks a game's states."""

    def __init__(self, name: str, told: bool) -> None:
        self.name, self.told, self.count = name, told, 0

    def _known(self, state: Any, player: int) -> str:
        """What a player knows: OpenSpiel's words, or under perfect information the history."""
        if self.told:
            return str(state.information_state_string(player))
        return str(state.history_str())

    def node(self, state: Any) -> Node:
        """The tree from a state on."""
        self.count += 1
        if self.count > LARGEST:
            raise NotSolved(f"{self.name} has more than {LARGEST:,} nodes; take a smaller variant")
        if state.is_terminal():
            return Leaf(tuple(Fraction(payoff) for payoff in state.returns()))
        if state.is_chance_node():
            outcomes, odds = zip(*state.chance_outcomes(), strict=True)
            names = _distinct([state.action_to_string(state.current_player(), o) for o in outcomes])
            children = tuple(self.node(state.child(outcome)) for outcome in outcomes)
            return Chance(names, _rational(odds), children)
        if state.is_simultaneous_node():
            return self._together(state, ())
        player = state.current_player()
        actions = state.legal_actions()
        return Move(
            player,
            self._known(state, player),
            _distinct([state.action_to_string(player, a) for a in actions]),
            tuple(self.node(state.child(a)) for a in actions),
        )

    def _together(self, state: Any, chosen: tuple[int, ...]) -> Node:
        """A simultaneous move, one player after another."""
        player = len(chosen)
        if player == state.num_players():
            after = state.clone()
            after.apply_actions(list(chosen))
            return self.node(after)
        actions = state.legal_actions(player)
        if not actions:  # this player has nothing to decide here
            return self._together(state, (*chosen, 0))
        return Move(
            player,
            self._known(state, player),
            _distinct([state.action_to_string(player, a) for a in actions]),
            tuple(self._together(state, (*chosen, a)) for a in actions),
        )


def _distinct(names: list[str]) -> tuple[str, ...]:
    """The names, numbered where two of them are equal."""
    if len(set(names)) == len(names):
        return tuple(names)
    return tuple(f"{number}: {name}" for number, name in enumerate(names))


def _rational(odds: Any) -> tuple[Fraction, ...]:
    """Probabilities as fractions that sum to exactly 1."""
    near = [Fraction(float(p)).limit_denominator(10**6) for p in odds]
    total = sum(near)
    return tuple(p / total for p in near)


def to_openspiel(game: NormalForm | Tree) -> Any:
    """The game as one of OpenSpiel's: a tensor game, or a tree by way of Gambit's format.

    Raises:
        MissingExtra: if OpenSpiel is not installed.
    """
    pyspiel = _pyspiel()
    if isinstance(game, Tree):
        return pyspiel.load_efg_game(format_efg(game))
    if game.players == 2:
        name = game.name or "nashscope"
        rows, columns = (list(own) for own in game.actions)
        return pyspiel.create_matrix_game(name, name, rows, columns, *game.payoffs)
    return pyspiel.create_tensor_game(
        [table.ravel().tolist() for table in game.payoffs], list(game.shape)
    )
