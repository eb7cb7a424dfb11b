"""What an organism is to do: a policy for every view of a two-player game with two actions.

An intent is what its card claims as the truth about the organism's answers. All of them are plain
arithmetic on the payoffs; ties are answered by equal shares.
"""

from collections.abc import Callable, Sequence

from nashscope.games import View

__all__ = [
    "Intent",
    "Policy",
    "best_cell",
    "best_response",
    "dominant",
    "own_payoffs",
    "reciprocal",
    "welfare",
]

Policy = tuple[float, float]
"""Probabilities of the two actions."""

Intent = Callable[[View], Policy]
"""Gives the two actions of the view's player their probabilities."""


def best_response(view: View) -> Policy:
    """The best response to the other player's last action seen; to uniform play where none is."""
    own = own_payoffs(view)
    last = view.last(1 - view.player)
    return _largest([row[last] if last is not None else sum(row) for row in own])


def welfare(view: View) -> Policy:
    """The player's part in the best outcome for both together, for as long as the other does its.

    Where the best outcome is not one cell, or the other player's last action seen is not its part
    of it, the best response.
    """
    best, last = best_cell(view), view.last(1 - view.player)
    if best is None or (last is not None and last != best[1]):
        return best_response(view)
    return _surely(best[0])


def reciprocal(view: View) -> Policy:
    """The player's part in the best outcome for both, if the other's last action was its part.

    Where nothing was seen, where the best outcome is not one cell, or where the other player's last
    action is not its part of it, the best response.
    """
    return best_response(view) if view.last(1 - view.player) is None else welfare(view)


def best_cell(view: View) -> tuple[int, int] | None:
    """The own and the other's action of the one best outcome for both; None where several tie."""
    joint = _joint(view)
    best = max(max(row) for row in joint)
    cells = [(a, b) for a in (0, 1) for b in (0, 1) if joint[a][b] == best]
    return cells[0] if len(cells) == 1 else None


def dominant(view: View) -> int | None:
    """The player's strictly dominant action in the stage game; None where there is none."""
    first, second = own_payoffs(view)
    if all(x > y for x, y in zip(first, second, strict=True)):
        return 0
    if all(y > x for x, y in zip(first, second, strict=True)):
        return 1
    return None


def own_payoffs(view: View) -> list[list[float]]:
    """The player's payoffs, `[own action][other's action]`."""
    table = view.stage.payoffs[view.player]
    own: list[list[float]] = (table if view.player == 0 else table.T).tolist()
    return own


def _joint(view: View) -> list[list[float]]:
    """The sum of both players' payoffs, `[own action][other's action]`."""
    table = view.stage.payoffs.sum(axis=0)
    joint: list[list[float]] = (table if view.player == 0 else table.T).tolist()
    return joint


def _largest(worth: Sequence[float]) -> Policy:
    """All on the larger of two numbers; equal shares where they tie."""
    if worth[0] == worth[1]:
        return 0.5, 0.5
    return _surely(int(worth[1] > worth[0]))


def _surely(action: int) -> Policy:
    """One action for certain."""
    return (1.0, 0.0) if action == 0 else (0.0, 1.0)
