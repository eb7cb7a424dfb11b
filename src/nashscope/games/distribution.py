"""Whether strategies are probability distributions: shape, finiteness, sign and sum."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import IllFormedProfile

__all__ = ["SLACK", "as_array", "check_strategies"]

SLACK = 1e-6
"""How far a sum may be from 1, and an entry below 0: what float32 arithmetic costs."""


def check_strategies(profile: Sequence[Any], shape: Sequence[int], slack: float = SLACK) -> None:
    """Does nothing if `profile` is one distribution per player over `shape` actions.

    Raises:
        IllFormedProfile: with the player, the entry and the sum found.
    """
    if len(profile) != len(shape):
        raise IllFormedProfile(
            f"the profile has {len(profile)} strategies; this game has {len(shape)} players"
        )
    for player, (strategy, actions) in enumerate(zip(profile, shape, strict=True)):
        array = as_array(strategy, player)
        if array.ndim == 0 or array.shape[-1] != actions:
            raise IllFormedProfile(
                f"the strategy of player {player} has shape {tuple(array.shape)}; "
                f"the player has {actions} actions, so the last axis must be {actions}"
            )
        # numpy's own sum over a short last axis takes ten times as long as this product
        sums = array @ np.ones(actions) if isinstance(array, ndarray) else array.sum(-1)
        # NaN and infinities fail the comparisons
        fits = bool((abs(sums - 1) <= slack).all())
        if fits and (0 in array.shape or bool(array.min() >= -slack)):
            continue
        _explain(player, np.asarray(array, dtype=float).reshape(-1, actions), slack)


def as_array(strategy: Any, player: int) -> Any:
    """A sequence of numbers (or of sequences of them) as an array of floats; other arrays as they
    are.

    Raises:
        IllFormedProfile: if they are no numbers.
    """
    if hasattr(strategy, "ndim") and str(strategy.dtype) != "object":
        return strategy
    try:
        return np.asarray(strategy, dtype=float)
    except (TypeError, ValueError):
        raise IllFormedProfile(
            f"the strategy of player {player} is {strategy!r}; it must be a row of numbers"
        ) from None


def _explain(player: int, rows: Float[ndarray, "batch actions"], slack: float) -> None:
    """Raises the error of the first row that is not a distribution."""
    whose = f"the strategy of player {player}"
    for number, row in enumerate(rows):
        where = whose if len(rows) == 1 else f"{whose} in row {number} of the batch"
        shown = np.array2string(row, separator=", ", threshold=8, precision=6)
        for action, entry in enumerate(row.tolist()):
            if not np.isfinite(entry):
                raise IllFormedProfile(f"{where} gives action {action} the probability {entry}")
            if entry < -slack:
                raise IllFormedProfile(f"{where} gives action {action} the probability {entry:.6g}")
        if abs(row.sum() - 1) > slack:
            raise IllFormedProfile(
                f"{where} sums to {row.sum():.6g}, not 1: {shown}; renormalise it with "
                "games.solve.renormalise if that is what is meant"
            )
