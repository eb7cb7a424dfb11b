"""A common pool that grows back: who takes much now leaves less for all later."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from nashscope.chance import stream
from nashscope.errors import IllFormedGame
from nashscope.games.answer import Amount
from nashscope.games.dynamic import NATURE, Ask
from nashscope.games.history import History
from nashscope.games.named import Named

SEEDS = Amount(0, 2**63 - 1)
"""What nature answers where the catch is dealt out by lot."""

Harvest = tuple[int | None, ...]
"""One number per player; None where it could not be read."""


class Pool(NamedTuple):
    """The state: the month, the stock, all catches so far, and everybody's sum."""

    month: int
    stock: int
    catches: History[Harvest]
    earned: tuple[int, ...] | None


class PoolFacts(NamedTuple):
    """What a fisher knows.

    month: from 0. stock: what is in the pool now. mine: the own catch in all.
    catches: of every past month as far as they are shown: everybody's, the sum, or the own one.
    limit: what each may take such that the pool is as large again; None where it is not told.
    months, collapse: how long it goes on, and below what the pool dies; None where not told.
    """

    month: int
    stock: int
    mine: int | None
    catches: tuple[Any, ...]
    limit: int | None
    months: int | None
    collapse: int | None


@dataclass(frozen=True)
class Commons:
    """All harvest from one pool at once; what is left is multiplied, up to the capacity.

    Where what is left is below `collapse`, the pool is dead and the game over. Wishes beyond the
    stock are cut in proportion, rounded down; or dealt out unit by unit by lot among those who
    still want. A harvest that could not be read takes nothing, and its payments stay open.

    shown: what is seen of past catches: all, their total, or each its own.
    limit, horizon, threshold: whether the sustainable harvest of each, the number of months and the
        point of collapse are told.

    Differs from its source in the default cut, which takes no lot, so that it can be solved.
    """

    players: int = 5
    months: int = 12
    stock: int = 100
    growth: int = 2
    collapse: int = 5
    excess: Literal["proportional", "lot"] = "proportional"
    shown: Literal["all", "total", "own"] = "all"
    limit: bool = False
    horizon: bool = False
    threshold: bool = False
    name = "commons"

    def __post_init__(self) -> None:
        if min(self.players, self.months, self.stock, self.growth) < 1 or self.collapse < 0:
            raise IllFormedGame(
                f"{self.players} players, {self.months} months, stock {self.stock}, growth "
                f"{self.growth} and collapse {self.collapse}; all must be positive"
            )
        if self.stock < self.collapse:
            raise IllFormedGame(
                f"the stock is {self.stock} and the pool dies below {self.collapse}: nobody would "
                "be asked; give a larger stock, or a smaller collapse"
            )
        for field, known in (
            ("excess", ("proportional", "lot")),
            ("shown", ("all", "total", "own")),
        ):
            if getattr(self, field) not in known:
                raise IllFormedGame(
                    f"{field} is {getattr(self, field)!r}; it is one of {', '.join(known)}"
                )

    @property
    def longest(self) -> int:
        """Everybody harvests in every month."""
        return self.players * self.months

    @property
    def start(self) -> Pool:
        """The full pool."""
        return Pool(0, self.stock, History(), (0,) * self.players)

    def asks(self, state: Pool) -> tuple[Ask, ...]:
        """Everybody's harvest of a month, and the lot."""
        if state.month == self.months or state.stock < max(1, self.collapse):
            return ()
        wish = Amount(0, state.stock, 1, "units")
        everybody = range(self.players)
        asks = [Ask(p, wish, "harvest", state.month, (), "passes") for p in everybody]
        if self.excess == "lot":
            asks.append(Ask(NATURE, SEEDS, "lot", state.month))
        return tuple(asks)

    def after(self, state: Pool, answers: Harvest) -> Pool:
        """The pool after the harvest, grown again."""
        wishes = answers[: self.players]
        total = sum([wish or 0 for wish in wishes])
        if total <= state.stock:
            return self._grown(state, wishes)
        if self.excess == "lot":
            return self._grown(state, self._dealt(state.stock, wishes, answers[-1] or 0))
        cut = [None if wish is None else state.stock * wish // total for wish in wishes]
        return self._grown(state, tuple(cut))

    def facts(self, state: Pool, player: int) -> PoolFacts:
        """What the treatment shows."""
        past: tuple[Any, ...] = state.catches.whole()
        if self.shown == "total":
            past = tuple(None if None in month else sum(month) for month in past)
        elif self.shown == "own":
            past = tuple(month[player] for month in past)
        return PoolFacts(
            state.month,
            state.stock,
            None if state.earned is None else state.earned[player],
            past,
            self.sustainable(state.stock) if self.limit else None,
            self.months if self.horizon else None,
            self.collapse if self.threshold else None,
        )

    def paid(self, state: Pool) -> tuple[int, ...] | None:
        """What everybody has caught."""
        return state.earned

    def remaining(self, state: Pool) -> tuple[Any, ...]:
        """The month and the stock."""
        return (state.month, state.stock)

    def plans(self, state: Pool) -> list[Harvest]:
        """One player takes it all: who catches what makes no difference to the sum."""
        rest = (0,) * (self.players - 1)
        return [(taken, *rest) for taken in range(state.stock + 1)]

    def sustainable(self, stock: int) -> int:
        """The most that each may take such that the pool has this size again next month."""
        return (stock - -(-stock // self.growth)) // self.players

    def _dealt(self, stock: int, wishes: Harvest, lot: int) -> Harvest:
        """The stock dealt out unit by unit, each to one of those who still want."""
        chance, left = stream(lot, "lot"), stock
        want = [wish or 0 for wish in wishes]
        got = [0] * self.players
        while left and (open_wishes := [p for p, wish in enumerate(want) if wish > got[p]]):
            got[open_wishes[int(chance.integers(len(open_wishes)))]] += 1
            left -= 1
        return tuple(None if w is None else g for w, g in zip(wishes, got, strict=True))

    def _grown(self, state: Pool, catch: Harvest) -> Pool:
        """The next month."""
        earned = None
        if state.earned is not None and None not in catch:
            earned = tuple(
                [have + (own or 0) for have, own in zip(state.earned, catch, strict=True)]
            )
        left = state.stock - sum([own or 0 for own in catch])
        grown = 0 if left < self.collapse else min(self.stock, self.growth * left)
        return Pool(state.month + 1, grown, state.catches.plus(catch), earned)


GAME = Named(
    make=Commons,
    family="commons",
    source="Piatti et al. 2024, Cooperate or Collapse (GovSim), NeurIPS, section 3; "
    "Clark 1976, Mathematical Bioeconomics",
    together="650",
    note="One owner takes 50 in each of eleven months and the whole pool in the last: 650.",
)
