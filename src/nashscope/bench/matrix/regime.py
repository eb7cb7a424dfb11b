"""Which of the paper's three regimes a model is in, and what says so.

The rules were written before any model but this project's organisms was asked. Differences count
only where their 95 % interval (Newcombe's, from Wilson's) is above 0.

1. *recall*: it solves at least half of the named games and loses them when the name goes or the
   payoffs change: the success on named games is above that on the same games without names; or it
   is above that of uniform play, and the textbook's answer is what it says to most altered games.
   And it does not compute.
2. *computes*: on anonymous 2×2 or 3×3 games with a mixed equilibrium, in numbers or by its policy,
   its success is above that of uniform play and at least a half.
3. *interface*: for some kind of game its policy solves more games than its written numbers do. It
   may be said of a model that computes; it then says what limits it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nashscope.interval import newcombe

__all__ = ["REGIMES", "Regime", "Verdict", "difference", "verdict"]

Regime = Literal["recall", "computes", "interface"]
"""See the module."""
REGIMES: tuple[Regime, ...] = ("recall", "computes", "interface")
"""The regimes, in the paper's order."""

Row = Mapping[str, Any]
Interval = tuple[float, float, float]


@dataclass(frozen=True)
class Verdict:
    """Which regimes a model is in, none or several, each with its evidence in words."""

    model: str
    regimes: tuple[Regime, ...]
    evidence: Mapping[Regime, str]


def difference(first: Row, second: Row) -> Interval:
    """The difference of two shares, with Newcombe's 95 % interval.

    >>> row = {"value": 0.5, "low": 0.3, "high": 0.7}
    >>> [round(x, 2) for x in difference(row, row)]
    [0.0, -0.28, 0.28]
    """
    shares = [(own["value"], own["low"], own["high"]) for own in (first, second)]
    return newcombe(*shares)


def verdict(model: str, rows: Sequence[Row], baseline: Sequence[Row], epsilon: float) -> Verdict:
    """The verdict on a model from its records and those of uniform play."""
    one = _Evidence(model, rows, baseline, epsilon)
    computes, why_computes = one.computes()
    recalls, why_recalls = one.recalls()
    bound, why_bound = one.bound()
    found: list[Regime] = []
    if recalls and not computes:
        found.append("recall")
    if computes:
        found.append("computes")
    if bound:
        found.append("interface")
    evidence = {"recall": why_recalls, "computes": why_computes, "interface": why_bound}
    return Verdict(model, tuple(found), evidence)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Evidence:
    """The records that decide."""

    model: str
    rows: Sequence[Row]
    baseline: Sequence[Row]
    epsilon: float

    def computes(self) -> tuple[bool, str]:
        """Whether it solves small anonymous games that need mixing, more often than chance."""
        told, found = [], False
        for group in ("2×2", "3×3"):
            chance = _find(self.baseline, "mixed", group, "numbers", self.epsilon)
            for interface in ("numbers", "policy"):
                own = _find(self.rows, "mixed", group, interface, self.epsilon)
                if own is None or chance is None:
                    continue
                gap = difference(own, chance)
                found = found or (gap[1] > 0 and own["value"] >= 0.5)
                told.append(
                    f"{group} with a mixed equilibrium, {interface}: {_share(own)}, "
                    f"uniform play {_share(chance)}"
                )
        return found, "; ".join(told) or "not asked"

    def recalls(self) -> tuple[bool, str]:
        """Whether it knows named games by their names."""
        named = _find(self.rows, "success", "named", "numbers", self.epsilon)
        twins = _find(self.rows, "success", "unnamed twins", "numbers", self.epsilon)
        altered = _find(self.rows, "success", "named, payoffs altered", "numbers", self.epsilon)
        recited = _find(self.rows, "recited", "named, payoffs altered", "numbers", None)
        chance = _find(self.baseline, "success", "named", "numbers", self.epsilon)
        if named is None or twins is None or altered is None or recited is None or chance is None:
            return False, "not asked"
        lost = difference(named, twins)[1] > 0
        says = recited["low"] > 0.5 and difference(named, altered)[1] > 0
        told = (
            f"named {_share(named)}, uniform play {_share(chance)}, the same without names "
            f"{_share(twins)}, with altered payoffs {_share(altered)}; the textbook's answer to "
            f"altered payoffs {_share(recited)}"
        )
        more = difference(named, chance)[1] > 0
        return named["value"] >= 0.5 and (lost or (says and more)), told

    def bound(self) -> tuple[bool, str]:
        """Whether its policy is better than what it writes, in some kind of game."""
        told, tried = [], False
        kinds = [row["condition"]["group"] for row in self.rows if row["part"] == "success"]
        for group in dict.fromkeys(kinds):
            policy = _find(self.rows, "success", group, "policy", self.epsilon)
            numbers = _find(self.rows, "success", group, "numbers", self.epsilon)
            if policy is None or numbers is None:
                continue
            tried = True
            if difference(policy, numbers)[1] > 0:
                told.append(f"{group}: policy {_share(policy)}, numbers {_share(numbers)}")
        if told:
            return True, "; ".join(told)
        return False, "its policy solves no kind of game more often" if tried else "not asked"


def _find(
    rows: Sequence[Row], part: str, group: str, interface: str, epsilon: float | None
) -> Row | None:
    """The record of a part, if something was measured."""
    for row in rows:
        where = row["condition"]
        if (
            row["part"] == part
            and where["group"] == group
            and where["interface"] == interface
            and (epsilon is None or where.get("epsilon") == epsilon)
            and row["value"] is not None
        ):
            return row
    return None


def _share(row: Row) -> str:
    """A share with its interval, in percent."""
    return f"{row['value']:.0%} ({row['low']:.0%}–{row['high']:.0%})"
