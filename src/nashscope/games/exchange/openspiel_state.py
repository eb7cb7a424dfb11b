"""OpenSpiel's games played as they are, without writing out their trees (extra `openspiel`).

`openspiel/leduc_poker:players=3` names one. Its state here is the actions so far; OpenSpiel's own
state is made from them and kept while it is likely to be needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from nashscope.errors import Misuse
from nashscope.games.answer import Choice
from nashscope.games.dynamic import NATURE, Ask
from nashscope.games.exchange.openspiel import loaded

__all__ = ["OpenSpielFacts", "OpenSpielGame", "openspiel_game"]

KEPT = 4096
"""How many of OpenSpiel's states are kept."""


class OpenSpielFacts(NamedTuple):
    """What a player sees, in OpenSpiel's own words."""

    seen: str


@dataclass(frozen=True)
class OpenSpielGame:
    """A game of OpenSpiel as a dynamic game.

    text: the game as OpenSpiel writes it. Equal texts are equal games.
    """

    text: str
    made: Any = field(compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_at", lru_cache(KEPT)(self._walked))

    @property
    def name(self) -> str:
        """What the game is called."""
        return f"openspiel/{self.made.get_type().short_name}"

    @property
    def players(self) -> int:
        """How many players there are."""
        return int(self.made.num_players())

    @property
    def longest(self) -> int:
        """The most answers of a match; where all may move at once, everybody at every step."""
        together = "SEQUENTIAL" not in str(self.made.get_type().dynamics)
        return int(self.made.max_game_length()) * (self.players if together else 1)

    @property
    def start(self) -> tuple[Any, ...]:
        """No action yet."""
        return ()

    def asks(self, state: tuple[Any, ...]) -> tuple[Ask, ...]:
        """The player that moves, all that move at once, or NATURE."""
        at = self._at(state)  # type: ignore[attr-defined]
        turn = len(state)
        if at.is_terminal():
            return ()
        if at.is_chance_node():
            actions, odds = zip(*at.chance_outcomes(), strict=True)
            exact = [Fraction(p).limit_denominator(10**6) for p in odds]
            # what OpenSpiel has as floats may not sum to 1 to the last digit
            shares = tuple(p / sum(exact) for p in exact)
            return (Ask(NATURE, self._choice(at, at.current_player(), actions), "", turn, shares),)
        movers = range(self.players) if at.is_simultaneous_node() else [at.current_player()]
        asks = []
        for player in movers:
            if actions := at.legal_actions(player):
                asks.append(Ask(player, self._choice(at, player, actions), "", turn))
        return tuple(asks)

    def after(self, state: tuple[Any, ...], answers: tuple[Any, ...]) -> tuple[Any, ...]:
        """One step more."""
        return (*state, answers)

    def facts(self, state: tuple[Any, ...], player: int) -> OpenSpielFacts:
        """What OpenSpiel says that the player knows."""
        at = self._at(state)  # type: ignore[attr-defined]
        kind = self.made.get_type()
        if kind.provides_information_state_string:
            return OpenSpielFacts(at.information_state_string(player))
        if kind.provides_observation_string:
            return OpenSpielFacts(at.observation_string(player))
        return OpenSpielFacts(str(at))

    def paid(self, state: tuple[Any, ...]) -> tuple[Fraction, ...]:
        """The returns at the end; nothing before."""
        at = self._at(state)  # type: ignore[attr-defined]
        if not at.is_terminal():
            return (Fraction(0),) * self.players
        return tuple(Fraction(worth).limit_denominator(10**6) for worth in at.returns())

    def _choice(self, at: Any, player: int, actions: Any) -> Choice:
        """What may be chosen, by OpenSpiel's names of the actions."""
        names = [str(at.action_to_string(player, action)).strip() for action in actions]
        if len(set(names)) < len(names) or not all(names):
            names = [f"{name} ({k})".strip() for k, name in enumerate(names, start=1)]
        return Choice(tuple(names))

    def _walked(self, state: tuple[Any, ...]) -> Any:
        """OpenSpiel's state after these answers."""
        if not state:
            return self.made.new_initial_state()
        before, answers = state[:-1], state[-1]
        at = self._at(before).clone()  # type: ignore[attr-defined]
        if at.is_chance_node():
            at.apply_action(at.chance_outcomes()[answers[0]][0])
        elif at.is_simultaneous_node():
            left = iter(answers)
            joint = [
                legal[next(left)] if (legal := at.legal_actions(player)) else 0
                for player in range(self.players)
            ]
            at.apply_actions(joint)
        else:
            at.apply_action(at.legal_actions()[answers[0]])
        return at


def openspiel_game(name: str, parameters: Mapping[str, str]) -> OpenSpielGame:
    """The game that OpenSpiel has under this name.

    Raises:
        MissingExtra: if OpenSpiel is not installed.
        UnknownName: if it has no such game, or the game wants other parameters.
        Misuse: if its players are without number, as in a mean-field game.
    """
    told = ",".join(f"{key}={value}" for key, value in parameters.items())
    text = f"{name}({told})" if told else name
    made = loaded(text)
    if made.num_players() < 1 or "mfg" in name:
        raise Misuse(
            f"openspiel/{name} is a mean-field game; it has no players that could be asked"
        )
    if not (made.get_type().provides_information_state_string or _open(made)):
        raise Misuse(
            f"openspiel/{name} does not say what its players know, so that they cannot be told"
        )
    return OpenSpielGame(str(made), made)


def _open(made: Any) -> bool:
    """Whether what OpenSpiel shows of a game may be shown to every player."""
    kind = made.get_type()
    return bool(
        kind.provides_observation_string
        or (
            str(kind.information).endswith("PERFECT_INFORMATION")
            and "IM" not in str(kind.information)
        )
    )
