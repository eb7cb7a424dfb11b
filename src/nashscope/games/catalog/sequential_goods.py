"""A public good paid for in turn: who comes later sees who gave."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from nashscope.errors import IllFormedGame
from nashscope.games.answer import Amount, Exact
from nashscope.games.dynamic import Ask
from nashscope.games.named import Named
from nashscope.games.rational import Number


class GoodsFacts(NamedTuple):
    """What a giver knows: the gifts before its own; or their sum, in a tuple of one."""

    gifts: tuple[int, ...]


@dataclass(frozen=True)
class SequentialGoods:
    """Everybody gives once, in order.

    A gift c costs c. All gifts together return `share` of their sum to everybody, and a bonus of
    `bonus` times the own gift times all gifts before it. Where the sum stays below `needed`
    everybody pays `penalty`.

    most: the largest gift. shown: whether every gift before is seen, or their sum.
    """

    players: int = 3
    most: int = 1
    share: Exact = Fraction(3, 5)
    bonus: Exact = Fraction(3, 10)
    penalty: Exact = Fraction(0)
    needed: int = 0
    shown: bool = True
    name = "sequential_goods"

    def __post_init__(self) -> None:
        if self.players < 1 or self.most < 1 or self.needed < 0:
            raise IllFormedGame(
                f"{self.players} players give up to {self.most}, {self.needed} are needed; "
                "there is at least 1 player, and gifts of 1"
            )

    @property
    def longest(self) -> int:
        """Everybody gives once."""
        return self.players

    @property
    def start(self) -> tuple[int, ...]:
        """No gift yet."""
        return ()

    def asks(self, state: tuple[int, ...]) -> tuple[Ask, ...]:
        """The next one's gift."""
        turn = len(state)
        return () if turn == self.players else (Ask(turn, Amount(0, self.most), "gift", turn),)

    def after(self, state: tuple[int, ...], answers: tuple[Any, ...]) -> tuple[int, ...]:
        """The gifts so far."""
        return (*state, answers[0])

    def facts(self, state: tuple[int, ...], player: int) -> GoodsFacts:
        """The gifts before, or their sum."""
        return GoodsFacts(state if self.shown else (sum(state),))

    def paid(self, state: tuple[int, ...]) -> tuple[Number, ...]:
        """What everybody has when all have given; nothing before."""
        if len(state) < self.players:
            return (Fraction(0),) * self.players
        total = sum(state)
        common = Fraction(self.share) * total - (self.penalty if total < self.needed else 0)
        return tuple(
            common - own + Fraction(self.bonus) * own * sum(state[:player])
            for player, own in enumerate(state)
        )


GAME = Named(
    make=SequentialGoods,
    family="dilemma",
    source="Varian 1994, Sequential contributions to public goods, J. Public Economics 53; bonus "
    "and penalty of MAC-SPGG 2025, arXiv 2508.02076",
    perfect=("4/5", "11/10", "7/5"),
    note="A larger bonus can destroy what a small one builds: with 1/2 the first gives nothing.",
)
