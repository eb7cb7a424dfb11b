"""`nashscope solve`: the equilibria of a game, as a table or as JSON."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.option import AsJson
from nashscope.cli.screen import console, print_json

if TYPE_CHECKING:
    from nashscope.games import DynamicGame, NormalForm, Tree
    from nashscope.games.deadline import Deadline, TimeLimit
    from nashscope.games.solve import Equilibria
    from nashscope.games.solve.dynamic.planner import Optimum

__all__ = ["solve"]

UNFOLDED = 20_000
"""Up to so many nodes a game with a state is solved as a tree."""


def solve(
    game: Annotated[
        str,
        typer.Argument(
            help="A name (`nashscope games` lists them), a file (.nfg, .efg), your own "
            "`path/to/file.py:name`, or the payoffs: '3,3 0,5; 5,0 1,1', and for zero-sum games "
            "'1 -1; -1 1'.",
            metavar="GAME",
        ),
    ],
    as_json: AsJson = False,
    time_limit: Annotated[
        float, typer.Option(help="Give up after so many seconds.", metavar="SECONDS")
    ] = 60.0,
    also: Annotated[
        str,
        typer.Option(help="What else to find: correlated, dominance, quantal.", metavar="NAMES"),
    ] = "",
) -> None:
    """Finds the equilibria of a game, each with its proof.

    Two-player games: all of them, in exact fractions. More players: all pure
    ones, and mixed ones that were found. Trees: backward induction where
    information is perfect, the value and optimal play where two players share a
    constant sum, else the equilibria of the strategic form or, where that is
    large, some by the sequence form. Games with a state: backward induction
    where one moves at a time and sees all, the value where two see all and one
    wins what the other loses, small ones as trees; and what all could earn.
    """
    from nashscope.errors import Misuse
    from nashscope.games import NormalForm, Tree, read

    found, extras = read(game), _asked(also)
    if isinstance(found, NormalForm):
        _strategic(found, as_json, time_limit, extras)
    elif isinstance(found, Tree):
        _tree(found, as_json, time_limit, extras)
    elif extras:
        raise Misuse(f"--also {','.join(extras)} is for games in strategic form; this has a state")
    else:
        _with_state(found, as_json, time_limit)


def _strategic(
    game: "NormalForm", as_json: bool, time_limit: "TimeLimit", also: Sequence[str] = ()
) -> None:
    """Solves and prints a game in strategic form."""
    from nashscope.games.deadline import Deadline
    from nashscope.games.solve import equilibria

    deadline = Deadline.of(time_limit)
    extras = {name: EXTRAS[name](game, deadline) for name in also}
    _print_equilibria(equilibria(game, time_limit=deadline), as_json, deadline, extras)


def _print_equilibria(
    known: "Equilibria", as_json: bool, deadline: "Deadline", extras: Mapping[str, "Extra"]
) -> None:
    """Prints the equilibria of a game in strategic form, labelled as far as the time suffices."""
    from nashscope.errors import OutOfTime

    with suppress(OutOfTime):
        known.labels(time_limit=deadline)
    if as_json:
        from nashscope.cli.solution import solution

        print_json({**solution(known), **{name: extra.data for name, extra in extras.items()}})
        return
    from rich.text import Text

    from nashscope.cli.picture import equilibrium_table, notes, payoff_tables, shown_name

    screen, game = console(), known.game
    screen.print(Text(f"{shown_name(game)}  ({'×'.join(map(str, game.shape))})"))
    for caption, picture in payoff_tables(game, screen.width):
        if caption:
            screen.print(Text(caption))
        screen.print(picture)
    screen.print(equilibrium_table(known))
    for note in [*notes(known), *(line for extra in extras.values() for line in extra.lines)]:
        screen.print(Text(note))


def _tree(
    tree: "Tree",
    as_json: bool,
    time_limit: "TimeLimit",
    also: Sequence[str] = (),
    earned: "Callable[[], Optimum] | None" = None,
) -> None:
    """Solves and prints a game in extensive form.

    earned: finds what all together could earn, for a game with a state.
    """
    from nashscope.cli.picture import policy_table, shown_name, told_number
    from nashscope.errors import Misuse, NotSolved
    from nashscope.games.deadline import Deadline
    from nashscope.games.solve import Equilibria, tree_equilibria

    if also:
        raise Misuse(f"--also {','.join(also)} is for games in strategic form; this is a tree")
    deadline = Deadline.of(time_limit)
    known = tree_equilibria(tree, time_limit=deadline)
    extras: dict[str, Extra] = {}
    if earned is not None:
        with suppress(NotSolved):
            most = earned().value
            line = f"all together can earn: {told_number(most)}"
            extras["together"] = Extra(_told(most), [line])
    if isinstance(known, Equilibria):
        _print_equilibria(known, as_json, deadline, extras)
        return
    if as_json:
        from nashscope.cli.solution import tree_data

        print_json({**tree_data(known), **{name: extra.data for name, extra in extras.items()}})
        return
    from rich.text import Text

    screen = console()
    screen.print(Text(shown_name(tree)))
    for number, equilibrium in enumerate(known.equilibria, start=1):
        if len(known.equilibria) > 1:
            screen.print(f"equilibrium {number}")
        screen.print(policy_table(tree, equilibrium.policy, equilibrium.unreached))
        labels = f"   ({', '.join(equilibrium.labels)})" if equilibrium.labels else ""
        screen.print(f"payoffs: {', '.join(map(told_number, equilibrium.payoffs))}{labels}")
    if any(equilibrium.unreached for equilibrium in known.equilibria):
        screen.print("A star marks what is never reached in this play.")
    if not any(equilibrium.labels for equilibrium in known.equilibria):
        screen.print("There may be more equilibria.")
    for line in (line for extra in extras.values() for line in extra.lines):
        screen.print(line)


def _with_state(game: "DynamicGame", as_json: bool, time_limit: float) -> None:
    """Solves and prints a game with a state."""
    from nashscope.errors import IllFormedGame, NotSolved
    from nashscope.games.deadline import Deadline
    from nashscope.games.solve.dynamic.induction import state_induction
    from nashscope.games.solve.dynamic.planner import one_owner
    from nashscope.games.solve.dynamic.stochastic import solve_states

    deadline, reasons = Deadline(time_limit), []
    told: dict[str, Any] = {}
    try:
        told["perfect"] = list(state_induction(game, time_limit=deadline).payoffs)
    except (IllFormedGame, NotSolved):
        try:
            told["value"] = solve_states(game, time_limit=deadline).value
        except (IllFormedGame, NotSolved):
            try:
                tree = _small(game, deadline)
                _tree(tree, as_json, deadline, earned=partial(one_owner, game, time_limit=deadline))
                return
            except (IllFormedGame, NotSolved) as error:
                reasons.append(f"its equilibria: {error}")
    try:
        told["together"] = one_owner(game, time_limit=deadline).value
    except NotSolved as error:
        reasons.append(f"what all could earn: {error}")
    if not told:
        raise NotSolved("; ".join(dict.fromkeys(reasons)))
    if as_json:
        name = getattr(game, "name", "") or None
        print_json({"game": name, **{key: _told(value) for key, value in told.items()}})
        return
    from nashscope.cli.picture import told_number

    screen = console()
    screen.print(f"{getattr(game, 'name', 'the game').replace('_', '-')}")
    if "perfect" in told:
        paid = ", ".join(map(told_number, told["perfect"]))
        screen.print(f"payoffs: {paid}   (pure, subgame-perfect)")
    if "value" in told:
        paid = ", ".join(map(told_number, (told["value"], 0 - told["value"])))
        screen.print(f"payoffs: {paid}   (optimal)")
    if "together" in told:
        screen.print(f"all together can earn: {told_number(told['together'])}")
    for reason in reasons:
        screen.print(f"Not known: {reason}")


def _small(game: "DynamicGame", deadline: Any) -> "Tree":
    """The tree of a game with a state, if it is small enough to be solved as one.

    Raises:
        NotSolved, IllFormedGame: if not.
    """
    from nashscope.games import strategic_form, unfold

    tree = unfold(game, UNFOLDED)
    if tree.players > 2:
        strategic_form(tree, time_limit=deadline)
    return tree


def _told(value: Any) -> Any:
    """A number, or several, as plain data."""
    from nashscope.cli.solution import as_number

    return [as_number(each) for each in value] if isinstance(value, list) else as_number(value)


@dataclass(frozen=True)
class Extra:
    """Something else that is said of a game: as plain data, and in lines."""

    data: Any
    lines: list[str]


def _correlated(game: "NormalForm", deadline: "Deadline") -> Extra:
    """The correlated equilibrium with the largest sum of payoffs."""
    from nashscope.cli.picture import told_number, visible
    from nashscope.cli.solution import correlated_data
    from nashscope.games.solve import correlated_equilibrium

    best = correlated_equilibrium(game, time_limit=deadline)
    data = correlated_data(game, best)
    lines = ["Correlated equilibrium with the largest sum of payoffs:"]
    for cell, p in zip(game.cells(), best.joint, strict=True):
        if p > 1e-9:
            told = ", ".join(visible(names[a]) for names, a in zip(game.actions, cell, strict=True))
            lines.append(f"  {told_number(p)}  {told}")
    return Extra(data, [*lines, f"  payoffs: {', '.join(map(told_number, best.payoffs))}"])


def _quantal(game: "NormalForm", deadline: "Deadline") -> Extra:
    """Logit quantal responses at a few rationalities, per point of the largest payoff range."""
    from nashscope.cli.picture import mixture, visible
    from nashscope.cli.solution import quantal_data
    from nashscope.games.solve import quantal_responses

    unit = float(max(game.ranges)) or 1.0
    responses = quantal_responses(game, [r / unit for r in RATIONALITIES], time_limit=deadline)
    lines = ["Logit quantal response, by rationality per point:"]
    for response in responses:
        told = "; ".join(
            visible(mixture(strategy.tolist(), names))
            for strategy, names in zip(response.profile, game.actions, strict=True)
        )
        lines.append(f"  {response.rationality:.3g}: {told}")
    return Extra(quantal_data(game, responses), lines)


def _dominance(game: "NormalForm", deadline: "Deadline") -> Extra:
    """What iterated strict dominance removes."""
    from nashscope.cli.picture import visible
    from nashscope.cli.solution import dominance_data
    from nashscope.games.solve import iterated_dominance

    cut = iterated_dominance(game, time_limit=deadline)
    steps = [f"  {visible(line)}" for line in cut.lines(game)]
    lines = ["Iterated strict dominance:", *(steps or ["  no action is dominated"])]
    return Extra(dominance_data(game, cut), lines)


RATIONALITIES = (0.5, 1, 2, 4, 8, 16)
"""λ of the logit responses that are printed, in units of one over the largest payoff range."""

EXTRAS = {"correlated": _correlated, "dominance": _dominance, "quantal": _quantal}
"""What `--also` can ask for."""


def _asked(also: str) -> list[str]:
    """The names in a list with commas.

    Raises:
        Misuse: for one that is none.
    """
    from nashscope.errors import Misuse

    names = [name.strip() for name in also.split(",") if name.strip()]
    for name in names:
        if name not in EXTRAS:
            raise Misuse(f"--also {name} is nothing that can be found; say {', '.join(EXTRAS)}")
    return list(dict.fromkeys(names))
