"""A stand-in for `pyspiel` whose games are recorded states, and OpenSpiel's answers about them.

Ours walks through them as it walks through OpenSpiel's. `make oracles` records them anew.
"""

import importlib
import sys
from contextlib import contextmanager
from enum import Enum
from types import SimpleNamespace

import numpy as np

from tests.oracles.opinion import RENEW, opinion

REAL = importlib.import_module("pyspiel") if RENEW else None
"""OpenSpiel itself, where it is asked."""


class StandIn:
    """What `import pyspiel` gives in the tests."""

    class GameType:
        class Information(Enum):
            PERFECT_INFORMATION = "PERFECT_INFORMATION"
            IMPERFECT_INFORMATION = "IMPERFECT_INFORMATION"
            ONE_SHOT = "ONE_SHOT"

    @staticmethod
    def registered_names():
        return AnyName()

    @staticmethod
    def load_game(name):
        return loaded(["load_game", name])

    @staticmethod
    def load_efg_game(text):
        return loaded(["load_efg_game", text])

    @staticmethod
    def create_matrix_game(*given):
        return loaded(["create_matrix_game", *map(listed, given)])

    @staticmethod
    def create_tensor_game(*given):
        return loaded(["create_tensor_game", *given])


class AnyName(list):
    """What OpenSpiel said of a name that it has not was recorded when it was asked to load it."""

    def __contains__(self, name):
        return True


def listed(value):
    """An array as lists."""
    return value.tolist() if isinstance(value, np.ndarray) else value


def loaded(called):
    """The game that OpenSpiel made of this."""
    told = opinion("openspiel", "states", called, lambda: described(called))
    if "error" in told:
        raise RuntimeError(told["error"])
    kind = {"matrix": StandIn.MatrixGame, "tensor": StandIn.TensorGame}.get(told["form"], Game)
    return kind(told, called)


def theirs(called):
    """The game of OpenSpiel."""
    name, *given = called
    if name == "create_matrix_game":
        given = [np.array(x) if i > 3 else x for i, x in enumerate(given)]
    return getattr(REAL, name)(*given)


MOST = 9_500
"""States recorded of a game; those of larger ones are followed no further."""


def described(called):
    """A game of OpenSpiel as plain values, with all of its states."""
    try:
        game = theirs(called)
    except Exception as error:
        return {"error": str(error)}
    kind = game.get_type()
    form = "matrix" if isinstance(game, REAL.MatrixGame) else "tree"
    if form == "tree" and isinstance(game, REAL.TensorGame):
        form = "tensor"
    texts = {}
    told = kind.provides_information_state_string
    count = [0]
    readable = told or kind.information == REAL.GameType.Information.PERFECT_INFORMATION

    def known(state, player):
        text = state.information_state_string(player) if told else state.history_str()
        return texts.setdefault(text, len(texts))

    def named(state, player, actions):
        return [
            [a, texts.setdefault(state.action_to_string(player, a), len(texts))] for a in actions
        ]

    def walked(state):
        count[0] += 1
        if count[0] > MOST:
            return {"more": True}
        if state.is_terminal():
            return {"returns": state.returns()}
        if state.is_simultaneous_node():
            players = range(game.num_players())
            actions = [state.legal_actions(p) for p in players]
            cells = [list(cell) for cell in np.ndindex(*(max(len(own), 1) for own in actions))]
            joint = [[o[i] if o else 0 for o, i in zip(actions, c, strict=True)] for c in cells]
            return {
                "together": [named(state, p, a) for p, a in zip(players, actions, strict=True)],
                "known": [known(state, p) for p in players] if form == "tree" else [],
                "after": [[cell, walked(applied(state, cell))] for cell in joint],
            }
        if state.is_chance_node():
            drawn = state.chance_outcomes()
            return {
                "chance": [p for _, p in drawn],
                "actions": named(state, state.current_player(), [a for a, _ in drawn]),
                "after": [walked(state.child(a)) for a, _ in drawn],
            }
        player = state.current_player()
        return {
            "player": player,
            "known": known(state, player),
            "actions": named(state, player, state.legal_actions()),
            "after": [walked(state.child(a)) for a in state.legal_actions()],
        }

    return {
        "name": str(game),
        "form": form,
        "players": game.num_players(),
        "told": told,
        "information": kind.information.name,
        "root": walked(game.new_initial_state()) if readable or form != "tree" else None,
        "texts": list(texts),
    }


def applied(state, cell):
    """The state after a joint action."""
    after = state.clone()
    after.apply_actions(cell)
    return after


class Game:
    """A game whose states were recorded."""

    def __init__(self, told, called):
        self.told, self.called = told, called

    def __str__(self):
        return self.told["name"]

    def get_type(self):
        return SimpleNamespace(
            provides_information_state_string=self.told["told"],
            information=StandIn.GameType.Information[self.told["information"]],
        )

    def num_players(self):
        return self.told["players"]

    def new_initial_state(self):
        return State(self, self.told["root"])

    def ask(self, question, ask, *more):
        """What OpenSpiel answers about this game; `ask` is called with the game of pyspiel."""

        def asked():
            with as_installed():
                return ask(theirs(self.called))

        return opinion("openspiel", question, [self.called, *more], asked)


class MatrixGame(Game):
    """A game of two players who move once, at the same time."""


class TensorGame(Game):
    """The same of any number of players."""


StandIn.MatrixGame, StandIn.TensorGame = MatrixGame, TensorGame


class State:
    """A recorded state."""

    def __init__(self, game, node):
        self.game, self.node = game, node

    def is_terminal(self):
        return "returns" in self.node

    def is_chance_node(self):
        return "chance" in self.node

    def is_simultaneous_node(self):
        return "together" in self.node

    def returns(self):
        return self.node["returns"]

    def num_players(self):
        return self.game.num_players()

    def current_player(self):
        return self.node.get("player", -1)

    def _actions(self, player):
        return self.node["together"][player] if "together" in self.node else self.node["actions"]

    def legal_actions(self, player=None):
        return [action for action, _ in self._actions(player)]

    def action_to_string(self, player, action):
        return self.game.told["texts"][dict(self._actions(player))[action]]

    def chance_outcomes(self):
        pairs = zip(self.node["actions"], self.node["chance"], strict=True)
        return [(action, p) for (action, _), p in pairs]

    def information_state_string(self, player):
        known = self.node["known"]
        return self.game.told["texts"][known[player] if isinstance(known, list) else known]

    def history_str(self):
        return self.information_state_string(self.current_player())

    def child(self, action):
        place = self.legal_actions().index(action)
        return State(self.game, self.node["after"][place])

    def clone(self):
        return State(self.game, self.node)

    def apply_actions(self, cell):
        self.node = next(after for chosen, after in self.node["after"] if chosen == list(cell))


@contextmanager
def as_installed():
    """OpenSpiel's own module for as long as its Python part runs, which imports it by name."""
    stand_in = sys.modules["pyspiel"]
    sys.modules["pyspiel"] = REAL
    try:
        yield
    finally:
        sys.modules["pyspiel"] = stand_in
