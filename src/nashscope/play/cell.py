"""The smallest unit of a plan: some matches of one game between the same agents."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from nashscope.errors import Misuse
from nashscope.framing import MODES, Mode
from nashscope.framing.library import style
from nashscope.games import Order, Repeated
from nashscope.games.institution import mechanism
from nashscope.play.stage import stage_game
from nashscope.records import content_hash, dump

__all__ = ["Cell", "Standing"]

Standing = tuple[int, int]
"""A player's record in earlier matches: in how many rounds it cooperated, and of how many."""


@dataclass(frozen=True)
class Cell:
    """Some matches of one game between the same agents, under one condition.

    game: its name, or its payoffs as in "3,3 0,5; 5,0 1,1". agents: one name per player, in their
        order.
    rounds, memory, order, announced: as in `Repeated`.
    framing, mode: how the game is told, and whether language models reason before they answer; the
        framing is "" where play is from elsewhere and nobody here knows how the game was told.
    matches: how many; seed: the root of all chance in them.
    tremble: the probability with which something else is done than was decided.
    discount, ending: with a fixed ending, the weight of a round against the one before it; with a
        random one, the probability that another round follows, and `rounds` is the most there are.
    talk: spoken rounds before the first, in which all say something at once.
    mechanism: "", "mediation" or "contract:FINE", as in `play.mechanism`.
    standing: for every player its record that the others are told, None where it has none; () if
        nobody is told anything.
    """

    game: str
    agents: tuple[str, ...]
    rounds: int = 50
    memory: int | None = None
    order: Order = "simultaneous"
    announced: bool = True
    framing: str = "plain"
    mode: Mode = "direct"
    matches: int = 8
    seed: int = 0
    tremble: float = 0.0
    discount: float | None = None
    ending: Literal["fixed", "random"] = "fixed"
    talk: int = 0
    mechanism: str = ""
    standing: tuple[Standing | None, ...] = ()

    def __post_init__(self) -> None:
        if self.matches < 1:
            raise Misuse(f"{self.matches} matches; there must be at least 1")
        if self.mode not in MODES:
            raise Misuse(f"the mode is {self.mode!r}; it is one of {', '.join(MODES)}")
        if self.framing:
            style(self.framing)
        players = self.repeated.stage.players
        if len(self.agents) != players:
            raise Misuse(f"{self.game} has {players} players, not {len(self.agents)}")
        if self.ending not in ("fixed", "random"):
            raise Misuse(f"the ending is {self.ending!r}; it is fixed or random")
        if self.ending == "random" and self.discount is None:
            raise Misuse("a random ending needs the probability that a round follows: discount")
        if self.talk < 0:
            raise Misuse(f"{self.talk} spoken rounds; there are 0 or more")
        if self.standing and len(self.standing) != players:
            raise Misuse(f"{len(self.standing)} records for {players} players; give each one")

    @cached_property
    def repeated(self) -> Repeated:
        """The game as it is played."""
        stage = mechanism(self.mechanism).change(stage_game(self.game))
        told = self.announced and self.ending == "fixed"
        return Repeated(
            stage, self.rounds, self.memory, self.order, told, self.discount, self.tremble
        )

    @property
    def decisions(self) -> int:
        """How many decisions all its matches have at most; a match may end earlier."""
        return self.matches * (self.rounds + self.talk) * len(self.agents)

    @cached_property
    def id(self) -> str:
        """Hash of everything above; the payoffs and actions of the game included."""
        return content_hash([dump(self), self.repeated.stage.content])
