"""A stand-in for `pygambit` that answers what Gambit once answered, and asks it in `make oracles`.

Ours calls it as it calls pygambit; what comes back depends on the text that ours has sent.
"""

import importlib
import io

from nashscope.games import to_gambit
from tests.oracles.opinion import RENEW, content, opinion

REAL = importlib.import_module("pygambit") if RENEW else None
"""Gambit itself, where it is asked."""


class StandIn:
    """What `import pygambit` gives in the tests."""

    @staticmethod
    def read_efg(file):
        return Game("efg", file.read().decode())

    @staticmethod
    def read_nfg(file):
        return Game("nfg", file.read().decode())


class Game:
    """A game that was sent as text, with the labels that its strategies were given since."""

    def __init__(self, kind, text):
        self.is_tree, self.text = kind == "efg", text
        self.players = []
        self.title, counts = self.ask("read", self.shape)
        self.players = [Player(count) for count in counts]

    def shape(self, game):
        """The title, and the number of strategies of every player of a strategic form."""
        return [game.title, [] if self.is_tree else [len(p.strategies) for p in game.players]]

    @property
    def labels(self):
        """Of the strategies, by player."""
        return [[strategy.label for strategy in player.strategies] for player in self.players]

    def ask(self, question, ask, *more):
        """What Gambit answers about this game; `ask` is called with the game of pygambit."""
        about = [self.text, self.labels, *more]
        return opinion("gambit", question, about, lambda: ask(self.theirs()))

    def theirs(self):
        """The game of pygambit."""
        read = REAL.read_efg if self.is_tree else REAL.read_nfg
        made = read(io.BytesIO(self.text.encode()))
        if not self.is_tree:
            for player, labels in zip(made.players, self.labels, strict=False):
                for strategy, label in zip(player.strategies, labels, strict=True):
                    strategy.label = label or strategy.label
        return made

    def to_efg(self):
        return self.ask("to_efg", lambda game: game.to_efg())

    def to_nfg(self):
        return self.ask("to_nfg", lambda game: game.to_nfg())


class Player:
    """A player, with as many strategies."""

    def __init__(self, count):
        self.strategies = [Strategy() for _ in range(count)]


class Strategy:
    """A strategy, which ours gives a label."""

    label = ""


def asked(game, question, ask, *more):
    """What Gambit answers about a game of ours; `ask` is called with the game of pygambit."""
    about = [content(game), *more]
    return opinion("gambit", question, about, lambda: ask(to_gambit(game).theirs()))


def strategies(profile):
    """The probabilities of an equilibrium of pygambit, by player, as text."""
    return [[str(profile[s]) for s in player.strategies] for player in profile.game.players]


def payoffs(profile):
    """What an equilibrium of pygambit pays each player, as text."""
    return [str(profile.payoff(player)) for player in profile.game.players]
