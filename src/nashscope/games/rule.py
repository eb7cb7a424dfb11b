"""Rules: how a player answers in a game with a state, given what it knows and what it is asked."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from nashscope.errors import IllFormedProfile
from nashscope.games.answer import Choice, legal, size, values
from nashscope.games.distribution import SLACK
from nashscope.games.dynamic import Ask, Odds
from nashscope.games.rational import Number

__all__ = ["Rule", "spread", "uniform_rule"]

Rule = Callable[[Any, Ask], Any]
"""What a player answers, given its facts and what it is asked: a value; or its probabilities, by
value in a dictionary, or as a list in the order of `values` (for a choice, any sequence)."""


def uniform_rule(facts: Any, ask: Ask) -> dict[Any, Fraction]:
    """Every value equally often."""
    many = size(ask.answer) or 1
    return dict.fromkeys(values(ask.answer), Fraction(1, many))


def spread(rule: Rule, facts: Any, ask: Ask) -> Odds:
    """What a rule answers, each value with its positive probability.

    Raises:
        IllFormedProfile: if it answers with what is no value, or no distribution.

    >>> spread(lambda facts, ask: [0, 1], None, Ask(0, Choice(("a", "b"))))
    [(1, 1)]
    """
    given, answer = rule(facts, ask), ask.answer
    if isinstance(given, np.integer):
        given = int(given)
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if isinstance(given, Mapping):
        pairs = list(given.items())
    elif isinstance(given, list) or (isinstance(answer, Choice) and isinstance(given, tuple)):
        if len(given) != size(answer):
            raise _wrong(ask, f"gives {len(given)} probabilities for {size(answer)} values")
        pairs = list(zip(values(answer), given, strict=True))
    else:
        pairs = [(given, 1)]
    for value, _ in pairs:
        if not legal(answer, value):
            raise _wrong(ask, f"answers {value!r:.60}, which is no value of {answer!r:.120}")
    try:
        floats = [float(p) for _, p in pairs]
    except (TypeError, ValueError):
        raise _wrong(ask, f"gives {given!r:.60}, which are no probabilities") from None
    # NaN fails both comparisons
    if not (min(floats, default=0) >= -SLACK and abs(sum(floats) - 1) <= SLACK):
        raise _wrong(ask, f"gives probabilities that sum to {sum(floats):.6g}, not 1")
    return [(value, _number(p)) for value, p in pairs if p]


def _number(p: Any) -> Number:
    """A probability as a fraction where it is exact."""
    if isinstance(p, Fraction):
        return p
    return int(p) if isinstance(p, int) else float(p)


def _wrong(ask: Ask, says: str) -> IllFormedProfile:
    about = f" to {ask.about!r}" if ask.about else ""
    return IllFormedProfile(f"the rule of player {ask.player}{about} (turn {ask.turn}) {says}")
