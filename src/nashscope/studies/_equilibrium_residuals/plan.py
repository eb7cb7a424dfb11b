"""What is asked, of how many games, in which ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nashscope.bench import matrix
from nashscope.bench.matrix.interface import INTERFACES
from nashscope.errors import Misuse
from nashscope.names import nearest
from nashscope.records import dump, load

__all__ = ["PLANS", "Plan", "items", "planned", "sizes"]


@dataclass(frozen=True)
class Plan:
    """A plan of the study.

    limit: games of each kind; None for all of the test set. kinds: which; empty for all.
    interfaces: ways of answering. epsilon: the tolerance of figures that are quoted alone.
    thinking: whether models are to think before they answer; temperature: of what they write.
    fresh: a seed for games drawn anew; None for the fixed test set. sizes: rows and columns of the
        games drawn anew; empty for the kinds of the test set.
    moved: games whose payoffs are moved, for each δ; 0 for none.
    inside: games that open models are looked into with; 0 for none. shuffles: of each probe.
    """

    limit: int | None = None
    kinds: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = INTERFACES
    epsilon: float = matrix.STATED
    thinking: bool = False
    temperature: float = 0.0
    fresh: int | None = None
    sizes: tuple[tuple[int, int], ...] = ()
    moved: int = 60
    inside: int = 300
    shuffles: int = 100


PLANS: dict[str, tuple[str, Plan]] = {
    "benchmark": (
        "the benchmark alone: every game of the test set, three ways of answering",
        Plan(moved=0, inside=0),
    ),
    "demo": (
        "four games of each kind, a look inside with 120: on two cores a minute or two "
        "with organisms, and much longer with models of the hub",
        Plan(limit=4, moved=12, inside=120, shuffles=40),
    ),
    "standard": ("the benchmark, moved payoffs, and the look inside", Plan()),
}


def planned(name: str, changes: Mapping[str, Any]) -> Plan:
    """A plan by name, with some of its fields set otherwise.

    Raises:
        UnknownName: if there is no such plan. Misuse: if a field cannot have such a value.
    """
    if name not in PLANS:
        raise nearest(name, PLANS, "plan of this study")
    fields = dump(PLANS[name][1])
    for key in changes:
        if key not in fields:
            raise nearest(key, fields, "field of the plan")
    plan = load(Plan, fields | dict(changes))
    matrix.check_epsilon(plan.epsilon)
    plan = replace(plan, interfaces=tuple(matrix.check_interfaces(plan.interfaces)))
    if not plan.interfaces:
        raise Misuse(f"no interface is asked for; they are {', '.join(INTERFACES)}")
    if plan.limit is not None and plan.limit < 1:
        raise Misuse(f"the limit is {plan.limit}; ask for 1 or more games of each kind")
    if not 0 <= plan.temperature < 10:
        raise Misuse(f"the temperature is {plan.temperature}; it is 0 or a small positive number")
    for kind in plan.kinds:
        if kind not in matrix.groups():
            raise nearest(kind, matrix.groups(), "kind of game")
    if plan.sizes and plan.fresh is None:
        fixed = {f"{rows}×{columns}" for rows, columns in plan.sizes} - set(matrix.groups())
        if fixed:
            raise Misuse(
                f"the fixed test set has no {sorted(fixed)[0]} games; draw them with --fresh SEED"
            )
    if min(plan.moved, plan.inside, plan.shuffles) < 0 or 0 < plan.inside < 40:
        raise Misuse("moved, inside and shuffles are numbers of games; inside is 0, or 40 or more")
    return plan


def sizes(text: str) -> tuple[tuple[int, int], ...]:
    """Sizes of games from a line such as `2,3x3,4x9`.

    Raises:
        Misuse: if one cannot be read, or leaves a player nothing to choose.

    >>> sizes("2,4x9")
    ((2, 2), (4, 9))
    """
    found = []
    for part in text.replace("×", "x").lower().split(","):
        rows, cross, columns = part.strip().partition("x")
        if not rows.isdecimal() or (cross and not columns.isdecimal()):
            raise Misuse(f"the size {part.strip()!r} cannot be read; write sizes as 3 or 3x5")
        size = (int(rows), int(columns) if cross else int(rows))
        if min(size) < 2 or max(size) > 26:
            raise Misuse(
                f"a {size[0]}×{size[1]} game is asked for; both players need 2 to 26 actions"
            )
        found.append(size)
    return tuple(dict.fromkeys(found))


def items(plan: Plan) -> tuple[matrix.Item, ...]:
    """The games of a plan."""
    kinds = set(plan.kinds)
    if plan.fresh is not None:
        drawn: Sequence[matrix.Item]
        if plan.sizes:
            drawn = list(matrix.dense(plan.fresh, plan.sizes, plan.limit or 100))
        else:
            drawn = list(matrix.draw(plan.fresh, plan.kinds or None, plan.limit))
        return tuple(drawn)
    kinds |= {f"{rows}×{columns}" for rows, columns in plan.sizes}
    return tuple(i for i in matrix.first(plan.limit) if not kinds or i.group in kinds)
