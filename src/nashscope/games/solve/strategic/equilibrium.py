"""What a solver of games returns: equilibria, their components, and what was proved."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number, as_text
from nashscope.games.solve.certify import Certificate
from nashscope.games.solve.strategic import refinement
from nashscope.games.solve.strategic.nash_subset import Component, Mix, maximal, touching

__all__ = ["Equilibria", "Equilibrium", "Witness"]


@dataclass(frozen=True)
class Equilibrium:
    """An equilibrium of a game, with its proof.

    strategies: one per player.
    payoffs: the expected payoff of each player.
    certificate: the proof that nobody gains by leaving.
    rivals: the payoffs of all equilibria found in the same game, this one included.
    """

    game: NormalForm = field(repr=False)
    strategies: tuple[Mix, ...]
    payoffs: tuple[Number, ...]
    certificate: Certificate = field(repr=False)
    rivals: tuple[tuple[Number, ...], ...] = field(default=(), repr=False, compare=False)

    @cached_property
    def profile(self) -> tuple[Float[ndarray, "_"], ...]:
        """The strategies as arrays of floats."""
        return tuple(np.array(strategy, dtype=float) for strategy in self.strategies)

    @property
    def pure(self) -> bool:
        """Whether every player plays one action for certain."""
        return all(max(strategy) == 1 for strategy in self.strategies)

    @property
    def cell(self) -> tuple[int, ...] | None:
        """The action of each player in a pure equilibrium; None in a mixed one."""
        return tuple(s.index(max(s)) for s in self.strategies) if self.pure else None

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What holds of this equilibrium; `games.solve.label` says what each word means."""
        return self.labelled(Deadline(60.0))

    def labelled(self, deadline: Deadline) -> tuple[str, ...]:
        """The labels, found within the time that is left.

        Raises:
            OutOfTime: beyond the deadline.
        """
        if "labels" not in vars(self):  # where the cached property keeps them
            deadline.check("labelling the equilibria")
            vars(self)["labels"] = refinement.labels(
                self.game, self.strategies, self.payoffs, self.rivals, deadline=deadline
            )
        return self.labels

    @property
    def known_labels(self) -> tuple[str, ...] | None:
        """The labels where they were found already; None where nobody asked, or time was over."""
        return vars(self).get("labels")

    @cached_property
    def index(self) -> int | None:
        """The Shapley index, +1 or -1; None where the equilibrium is not regular, or not exact."""
        return refinement.index(self.game, self.strategies)


@dataclass(frozen=True)
class Witness:
    """A strategy with more best responses than actions in its support: the game is degenerate.

    player: whose strategy.
    replies: the other player's best responses.
    """

    player: int
    strategy: Mix
    replies: tuple[int, ...]

    def told(self, game: NormalForm) -> str:
        """The witness in words."""
        own, other = game.actions[self.player], game.actions[1 - self.player]
        played = [(p, name) for p, name in zip(self.strategy, own, strict=True) if p]
        mix = ", ".join(f"{as_text(p)} {name}" for p, name in played)
        return (
            f"against {game.player_name(self.player)}'s strategy ({mix}) of support {len(played)}, "
            f"{game.player_name(1 - self.player)} has {len(self.replies)} best responses: "
            + ", ".join(other[reply] for reply in self.replies)
        )


@dataclass(frozen=True)
class Equilibria:
    """The equilibria of a game.

    equilibria: all extreme ones of a two-player game, pure ones first; every other equilibrium is
        a mixture of the extreme strategies of one component.
    complete: whether these are all; not for more than two players, nor for very large games.
    witness: a strategy that makes the game degenerate; None where there is none, or where it was
        not asked (more than two players, or not complete).
    parts: the components, where the solver knows them better than the equilibria tell.
    curves: the places of equilibria that seem to be points of one continuum, without proof; only
        with more than two players.
    stopped: what a limit of time or size ended before it was finished; None where none did.
    """

    game: NormalForm
    equilibria: tuple[Equilibrium, ...]
    complete: bool
    witness: Witness | None = None
    parts: tuple[Component, ...] = field(default=(), repr=False)
    curves: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    stopped: str | None = None

    @property
    def degenerate(self) -> str | None:
        """Why the game is degenerate, in words; None where it is not, or where nobody asked."""
        return None if self.witness is None else self.witness.told(self.game)

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The maximal convex sets of equilibria, in the order of the equilibria."""
        return self.parts or maximal([found.strategies for found in self.equilibria])

    @cached_property
    def connected(self) -> tuple[tuple[int, ...], ...]:
        """Which components touch: tuples of their places, each a connected set of equilibria."""
        return touching([set(part.members) for part in self.components])

    @cached_property
    def continua(self) -> tuple[tuple[int, ...], ...]:
        """The places of equilibria that hang together by continua: tuples of two or more places.

        Where one player alone can vary its strategy this is proved; along `curves` it is not.
        """
        pieces = [set(part.members) for part in self.components if not part.single]
        pieces += [set(curve) for curve in self.curves]
        groups = [set.union(*(pieces[n] for n in near)) for near in touching(pieces)]
        return tuple(sorted(tuple(sorted(group)) for group in groups))

    def __iter__(self) -> Iterator[Equilibrium]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, place: int) -> Equilibrium:
        return self.equilibria[place]

    def labels(self, *, time_limit: TimeLimit = 60.0) -> list[tuple[str, ...]]:
        """The labels of every equilibrium, found together within one time limit.

        Raises:
            NotSolved: if the time limit, in seconds, passes.
        """
        deadline = Deadline.of(time_limit)
        return [equilibrium.labelled(deadline) for equilibrium in self.equilibria]

    @property
    def pure(self) -> tuple[Equilibrium, ...]:
        """The equilibria in which every player plays one action for certain."""
        return tuple(found for found in self.equilibria if found.pure)

    @property
    def exact(self) -> bool:
        """Whether every equilibrium is proved in fractions."""
        return all(
            isinstance(p, Fraction) for e in self.equilibria for s in e.strategies for p in s
        )
