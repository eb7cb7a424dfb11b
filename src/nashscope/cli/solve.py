"""`nashscope solve`: the equilibria of a game, as a table or as JSON."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.option import AsJson
from nashscope.cli.screen import console, print_json

if TYPE_CHECKING:
    from nashscope.games import DynamicGame, NormalForm, Tree
    from nashscope.games.deadline import TimeLimit
    from nashscope.games.solve import Equilibria

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
) -> None:
    """Finds the equilibria of a game, each with its proof.

    Two-player games: all of them, in exact fractions. More players: all pure
    ones, and mixed ones that were found. Trees: the value and optimal play of
    zero-sum ones, backward induction where information is perfect, else the
    equilibria of the strategic form. Games with a state: backward induction
    where one moves at a time and sees all, the value where two see all and one
    wins what the other loses, small ones as trees; and what all could earn.
    """
    from nashscope.games import NormalForm, Tree, read

    found = read(game)
    if isinstance(found, NormalForm):
        _strategic(found, as_json, time_limit)
    elif isinstance(found, Tree):
        _tree(found, as_json, time_limit)
    else:
        _with_state(found, as_json, time_limit)


def _strategic(game: "NormalForm", as_json: bool, time_limit: "TimeLimit") -> None:
    """Solves and prints a game in strategic form."""
    from contextlib import suppress

    from nashscope.errors import OutOfTime
    from nashscope.games.deadline import Deadline
    from nashscope.games.solve import equilibria

    deadline = Deadline.of(time_limit)
    found = equilibria(game, time_limit=deadline)
    with suppress(OutOfTime):
        found.labels(time_limit=deadline)
    if as_json:
        print_json({"game": game.name or None, **described(found)})
        return
    from rich.text import Text

    from nashscope.cli.picture import equilibrium_table, payoff_tables, shown_name

    screen = console()
    screen.print(f"{shown_name(game)}  ({'×'.join(map(str, game.shape))})")
    for caption, picture in payoff_tables(game, screen.width):
        if caption:
            screen.print(Text(caption))
        screen.print(picture)
    screen.print(equilibrium_table(found))
    for part in found.components:
        if not part.single:
            members = ", ".join(str(n + 1) for n in part.members)
            screen.print(
                f"Equilibria {members} span a continuum: any mixture of the strategies of one "
                "player in them, with any of the other's, is an equilibrium."
            )
    if found.degenerate:
        screen.print(f"Degenerate: {found.degenerate}.")
    if not found.complete:
        why = "With more than two players" if game.players > 2 else "In a game of this size"
        screen.print(f"{why}, mixed equilibria may be missing.")
    if found.stopped:
        screen.print(f"Not finished: {found.stopped}.")


def described(found: "Equilibria") -> dict[str, Any]:
    """The equilibria as plain data; fractions as text, floats as numbers.

    regrets: what each player would gain by leaving, as the proof has it: "0" where it is exact.
    """
    return {
        "equilibria": [
            {
                "strategies": [[_number(p) for p in strategy] for strategy in e.strategies],
                "payoffs": [_number(u) for u in e.payoffs],
                "regrets": [_number(r) for r in e.certificate.regrets],
                "labels": list(e.labels),
                "index": e.index,
            }
            for e in found
        ],
        "components": [
            {
                "strategies": [
                    [[_number(p) for p in strategy] for strategy in own] for own in part.strategies
                ],
                "members": list(part.members),
            }
            for part in found.components
        ],
        "connected": [list(places) for places in found.connected],
        "complete": found.complete,
        "degenerate": found.degenerate,
    }


def _tree(tree: "Tree", as_json: bool, time_limit: float) -> None:
    """Solves and prints a game in extensive form."""
    from nashscope.games.solve import backward_induction, solve_tree

    policy: dict[tuple[int, str], Any]
    if tree.players == 2 and tree.zero_sum:
        solution = solve_tree(tree, time_limit=time_limit)
        policy, value = dict(solution.policy), solution.value
        payoffs, labels = [value, -value], ["optimal"]
    elif tree.perfect_information:
        perfect = backward_induction(tree, time_limit=time_limit)
        policy = {
            key: [int(a == chosen) for a in range(len(tree.information[key].actions))]
            for key, chosen in perfect.actions.items()
        }
        payoffs, labels = list(perfect.payoffs), ["pure", "subgame-perfect"]
        if perfect.ties:
            labels.append("one of several")
    else:
        from nashscope.games import strategic_form
        from nashscope.games.deadline import Deadline

        deadline = Deadline.of(time_limit)
        form = strategic_form(tree, time_limit=deadline)
        _strategic(form, as_json, deadline)
        return
    if as_json:
        strategies = [
            {name: [_number(p) for p in row] for (who, name), row in policy.items() if who == own}
            for own in range(tree.players)
        ]
        told = {
            "strategies": strategies,
            "payoffs": [_number(u) for u in payoffs],
            "labels": labels,
        }
        print_json({"game": tree.name or None, "equilibria": [told], "components": None})
        return
    from nashscope.cli.picture import policy_table, shown_name, told_number

    screen = console()
    screen.print(shown_name(tree))
    screen.print(policy_table(tree, policy))
    screen.print(f"payoffs: {', '.join(map(told_number, payoffs))}   ({', '.join(labels)})")


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
                _tree(_small(game, deadline), as_json, time_limit)
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
    if not (tree.players == 2 and tree.zero_sum):
        strategic_form(tree, time_limit=deadline.remaining)
    return tree


def _told(value: Any) -> Any:
    """A number, or several, as plain data."""
    return [_number(each) for each in value] if isinstance(value, list) else _number(value)


def _number(value: Any) -> str | float:
    """A fraction as text, a float as it is."""
    return value if isinstance(value, float) else str(value)
