"""The smallest unit of a plan: some matches of one game between the same agents."""

from dataclasses import dataclass
from functools import cached_property

from nashscope.errors import Misuse
from nashscope.framing import MODES, Mode
from nashscope.framing.library import style
from nashscope.games import Order, Repeated, game
from nashscope.records import content_hash, dump

__all__ = ["Cell"]


@dataclass(frozen=True)
class Cell:
    """Some matches of one game between the same agents, under one condition.

    game: its name. agents: one name per player, in the order of the players.
    rounds, memory, order, announced: as in `Repeated`.
    framing, mode: how the game is told, and whether language models reason before they answer.
    matches: how many; seed: the root of all chance in them.
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

    def __post_init__(self) -> None:
        if self.matches < 1:
            raise Misuse(f"{self.matches} matches; there must be at least 1")
        if self.mode not in MODES:
            raise Misuse(f"the mode is {self.mode!r}; it is one of {', '.join(MODES)}")
        style(self.framing)
        players = self.repeated.stage.players
        if len(self.agents) != players:
            raise Misuse(f"{self.game} has {players} players, not {len(self.agents)}")

    @cached_property
    def repeated(self) -> Repeated:
        """The game as it is played."""
        stage = game(self.game)
        return Repeated(stage, self.rounds, self.memory, self.order, self.announced)

    @cached_property
    def id(self) -> str:
        """Hash of everything above; the payoffs and actions of the game included."""
        return content_hash([dump(self), self.repeated.stage.content])
