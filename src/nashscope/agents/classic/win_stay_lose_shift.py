"""Repeats its action after a good payoff and changes it after a bad one."""

from nashscope.agents.strategy import Strategy, cooperation, defection, opponent, pure
from nashscope.games import View


def rule(view: View) -> tuple[float, ...]:
    """Cooperates first; then stays if the other cooperated in the last round, else shifts.

    In the prisoner's dilemma a payoff is good exactly when the other player cooperates.
    """
    own, other = view.player, opponent(view)
    complete = [joint for joint in view.history if None not in joint]
    if not complete:
        return pure(view, cooperation(view, own))
    last = complete[-1]
    won = last[other] != defection(view, other)
    cooperated = last[own] == cooperation(view, own)
    answer = cooperation if won == cooperated else defection
    return pure(view, answer(view, own))


AGENT = Strategy(
    "win-stay-lose-shift",
    rule,
    "Nowak and Sigmund 1993, A Strategy of Win-stay, Lose-shift, Nature 364 (Pavlov)",
)
