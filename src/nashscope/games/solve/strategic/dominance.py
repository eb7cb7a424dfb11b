"""Which strategies are dominated, with the mixture that dominates them as proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy import ndarray

from nashscope.errors import Misuse
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.distribution import check_strategies
from nashscope.games.normal import NormalForm
from nashscope.games.rational import as_text, dot
from nashscope.games.solve.linear.exact import maximise
from nashscope.games.solve.linear.highs import minimise

__all__ = [
    "Elimination",
    "Step",
    "dominating",
    "eliminated",
    "improvement",
    "iterated_dominance",
    "own_table",
    "weakly_better",
]

LARGE = 2000
"""Payoffs of a player beyond which a program in floats says first what is not worth a proof."""

CLEAR = 1e-5
"""The margin, of the largest difference of payoffs, that no rounding of such a program reaches."""

Kind = Literal["strict", "weak"]
"""Strict: worse whatever the others do. Weak: never better, and sometimes worse."""


@dataclass(frozen=True)
class Step:
    """One action removed, and why.

    player, action: which one, numbered as in the original game.
    by: the mixture over the player's original actions that dominates it; only actions that were
        still there are used.
    round: when; all actions of a round were dominated in the game that the round before left.
    """

    player: int
    action: int
    by: tuple[Fraction, ...]
    round: int


@dataclass(frozen=True)
class Elimination:
    """What is left of a game, and the proof, step by step.

    game: the reduced game.
    kept: per player the actions left, numbered as in the original game.
    steps: the actions removed, in order.
    """

    game: NormalForm
    kept: tuple[tuple[int, ...], ...]
    steps: tuple[Step, ...]

    def lines(self, original: NormalForm) -> list[str]:
        """The steps in words."""
        return [
            f"round {step.round}: {original.player_name(step.player)}'s "
            f"{original.actions[step.player][step.action]} is dominated by "
            + " + ".join(
                f"{as_text(p)} {name}" if p < 1 else name
                for p, name in zip(step.by, original.actions[step.player], strict=True)
                if p
            )
            for step in self.steps
        ]


def _check_kind(kind: str) -> None:
    """Raises if dominance is of no kind that there is."""
    if kind not in ("strict", "weak"):
        raise Misuse(f"the dominance is {kind!r}; it is 'strict' or 'weak'")


def own_table(game: NormalForm, player: int) -> ndarray:
    """The player's payoffs as `[own actions, profiles of the others]`: integers, in its own unit.

    The unit does not matter to what dominates what, and integers are had a hundred times faster
    than fractions.
    """
    whole = np.moveaxis(game.whole[0][player], player, 0)
    table: ndarray = whole.reshape(whole.shape[0], -1)
    return table


def weakly_better(
    game: NormalForm,
    player: int,
    strategy: Sequence[Fraction],
    *,
    time_limit: TimeLimit = 60.0,
) -> tuple[Fraction, ...] | None:
    """A mixture never worse than `strategy` and sometimes better, whatever the others play.

    None where there is none: the strategy is then undominated (admissible).

    Raises:
        IllFormedProfile: if the strategy is no distribution over the player's actions.
        NotSolved: if the time limit, in seconds, passes.
    """
    check_strategies([strategy], [game.shape[player]])
    return improvement(game, player, strategy, Deadline.of(time_limit))


def improvement(
    game: NormalForm, player: int, strategy: Sequence[Fraction], deadline: Deadline
) -> tuple[Fraction, ...] | None:
    """`weakly_better` within the time that another solver has left."""
    table = own_table(game, player).astype(object)
    actions, profiles = table.shape
    worth = [dot(strategy, table[:, s]) for s in range(profiles)]
    # The gain summed over all profiles of the others, subject to no loss in any.
    optimum = maximise(
        [sum(table[a]) for a in range(actions)],
        [[1] * actions, *(-table.T).tolist()],
        [1, *(-w for w in worth)],
        equal=1,
        deadline=deadline,
    )
    if optimum is None or optimum.value == sum(worth):
        return None
    return optimum.solution


def dominating(
    game: NormalForm,
    player: int,
    action: int,
    kind: Kind = "strict",
    *,
    time_limit: TimeLimit = 60.0,
) -> tuple[Fraction, ...] | None:
    """The mixture of a player's actions that dominates one of them; None where there is none.

    Raises:
        Misuse: if there is no such player, action or kind of dominance.
        NotSolved: if the time limit, in seconds, passes.
    """
    _check_kind(kind)
    if not (0 <= player < game.players and 0 <= action < game.shape[player]):
        raise Misuse(f"there is no action {action} of a player {player} in {game!r}")
    return _dominating(game, player, action, kind, Deadline.of(time_limit))


def _dominating(
    game: NormalForm, player: int, action: int, kind: Kind, deadline: Deadline
) -> tuple[Fraction, ...] | None:
    """Another pure action first, then a mixture by linear program."""
    deadline.check("looking for dominated actions")
    table = own_table(game, player)
    actions, profiles = table.shape
    above = table > table[action] if kind == "strict" else table >= table[action]
    better = above.all(axis=1)
    if kind == "weak":
        better &= (table > table[action]).any(axis=1)
    if better.any():
        first = int(np.argmax(better))
        return tuple(Fraction(int(a == first)) for a in range(actions))
    # what is best somewhere (and the only best, for weak dominance) is dominated by nothing
    best = table == table.max(axis=0)
    if kind == "weak":
        best &= best.sum(axis=0) == 1
    if actions < 3 or best[action].any():
        return None
    if kind == "weak":
        only = [Fraction(int(a == action)) for a in range(actions)]
        return improvement(game, player, only, deadline)
    if actions * profiles > LARGE and _clearly_undominated(table, action, deadline):
        return None
    # the largest margin by which a mixture beats the action in every profile of the others
    gains = (table.astype(object) - table[action]).T
    optimum = maximise(
        [0] * actions + [1],
        [[1] * actions + [0], *([*(-row), 1] for row in gains)],
        [1] + [0] * profiles,
        equal=1,
        deadline=deadline,
    )
    if optimum is None or optimum.value <= 0:
        return None
    return optimum.solution[:-1]


def _clearly_undominated(table: ndarray, action: int, deadline: Deadline) -> bool:
    """Whether every mixture of the others is worse somewhere, by far more than floats may err."""
    gains = np.delete(table.astype(object) - table[action], action, axis=0).T.astype(float)
    gains /= np.abs(gains).max() or 1.0
    profiles, others = gains.shape
    best = minimise(  # minus the largest margin
        [0.0] * others + [-1.0],
        above=(np.hstack([-gains, np.ones((profiles, 1))]), np.zeros(profiles)),
        equal=([[1.0] * others + [0.0]], [1.0]),
        deadline=deadline,
        free=1,
    )
    return best.value > CLEAR


def iterated_dominance(
    game: NormalForm, kind: Kind = "strict", *, time_limit: TimeLimit = 60.0
) -> Elimination:
    """The game without its dominated actions, round after round, with the proof of every step.

    Each round removes all actions that are dominated at its start. What is left by strict
    dominance does not depend on the order; by weak dominance it may, and this order is the one
    that removes most at a time.

    Raises:
        NotSolved: if the time limit, in seconds, passes.

    >>> from nashscope.games import game
    >>> iterated_dominance(game("prisoners-dilemma")).kept
    ((1,), (1,))
    """
    return eliminated(game, kind, Deadline.of(time_limit))


def eliminated(game: NormalForm, kind: Kind, deadline: Deadline) -> Elimination:
    """`iterated_dominance` within the time that another solver has left."""
    _check_kind(kind)
    kept = [list(range(count)) for count in game.shape]
    steps: list[Step] = []
    left, turn = game, 0
    while True:
        turn += 1
        found = [
            (player, place, mixture)
            for player, own in enumerate(kept)
            for place in range(len(own))
            if len(own) > 1
            and (mixture := _dominating(left, player, place, kind, deadline)) is not None
        ]
        if not found:
            return Elimination(left, tuple(map(tuple, kept)), tuple(steps))
        for player, place, mixture in found:
            by = [Fraction(0)] * game.shape[player]
            for original, p in zip(kept[player], mixture, strict=True):
                by[original] = p
            steps.append(Step(player, kept[player][place], tuple(by), turn))
        for player in range(game.players):
            gone = {place for other, place, _ in found if other == player}
            kept[player] = [a for place, a in enumerate(kept[player]) if place not in gone]
        left = game.only(kept)
