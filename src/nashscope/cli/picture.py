"""Games and their solutions drawn for a terminal."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from nashscope.cli.screen import table as empty_table

if TYPE_CHECKING:
    from nashscope.games import NormalForm, Tree
    from nashscope.games.solve import Equilibria

__all__ = [
    "equilibrium_table",
    "mixture",
    "notes",
    "payoff_tables",
    "policy_table",
    "shown_name",
    "spans",
    "told_number",
    "tree_lines",
    "visible",
]

MOST = 16
"""The largest number of tables that picture a game of more than two players."""

LONGEST, FEW = 100, 3
"""The most rows of a table of equilibria or of a policy, and of points of one continuum."""


def shown_name(game: "NormalForm | Tree") -> str:
    """What a game is called on the screen."""
    return visible((game.name or "the game").replace("_", "-"))


def visible(text: str) -> str:
    """A name as it can be printed: without what would steer the terminal.

    >>> visible("a\\x1b[31mb")
    'a\\\\x1b[31mb'
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def told_number(value: Any) -> str:
    """A number as it is shown: short fractions as they are, others to four digits."""
    if isinstance(value, Fraction | int):
        exact = str(value)
        return exact if len(exact) <= 12 else f"≈{float(value):.4g}"
    return f"≈{value:.4f}".rstrip("0").rstrip(".")


def payoff_tables(game: "NormalForm", width: int) -> list[tuple[str, Table]]:
    """The payoffs, pure equilibria starred: rows for the first player, columns for the second.

    One table for each choice of the other players together, captioned with it; without a caption
    where there are none. Empty where a table does not fit, or there would be more than `MOST`.

    width: the columns there are.
    """
    from nashscope.games.solve import pure_equilibria

    if prod(game.shape[2:]) > MOST:
        return []
    stable = set(pure_equilibria(game))
    found = []
    for rest in product(*map(range, game.shape[2:])):
        told = [
            visible(f"{game.player_name(player)} plays {game.actions[player][action]}")
            for player, action in enumerate(rest, start=2)
        ]
        table = _payoff_table(game, rest, stable, width)
        if table is None:
            return []
        found.append((", ".join(told), table))
    return found


def _payoff_table(
    game: "NormalForm", rest: tuple[int, ...], stable: set[tuple[int, ...]], width: int
) -> Table | None:
    """The payoffs where the players after the second play `rest`; None where they do not fit."""
    from nashscope.games.rational import as_decimal

    rows, columns = ([visible(name) for name in names] for names in game.actions[:2])
    cells = [
        [
            ", ".join(as_decimal(game.exact[(p, i, j, *rest)]) for p in range(game.players))
            + (" *" if (i, j, *rest) in stable else "")
            for j in range(len(columns))
        ]
        for i in range(len(rows))
    ]
    widths = [max(len(name), *(len(row[j]) for row in cells)) + 3 for j, name in enumerate(columns)]
    if max(map(len, rows)) + 4 + sum(widths) > width or len(rows) > 40:
        return None
    table = empty_table()
    table.add_column("")
    for name in columns:
        table.add_column(Text(name), justify="center", no_wrap=True)
    for name, row in zip(rows, cells, strict=True):
        table.add_row(Text(name), *row)
    return table


def equilibrium_table(found: "Equilibria") -> Table:
    """One row per equilibrium: strategies, payoffs, labels."""
    table = empty_table()
    table.add_column("", justify="right")
    for player in range(found.game.players):
        table.add_column(Text(visible(found.game.player_name(player))), overflow="fold")
    table.add_column("payoffs", overflow="fold")
    table.add_column("labels", overflow="fold")
    left_out = {place for curve in found.curves for place in curve[FEW:]}
    for number, equilibrium in enumerate(found, start=1):
        if number - 1 in left_out or number > LONGEST:
            continue
        mixes = [
            Text(visible(mixture(strategy, names)))
            for strategy, names in zip(equilibrium.strategies, found.game.actions, strict=True)
        ]
        paid = ", ".join(map(told_number, equilibrium.payoffs))
        table.add_row(str(number), *mixes, paid, ", ".join(equilibrium.known_labels or ()))
    return table


def notes(found: "Equilibria") -> list[str]:
    """What a table of equilibria cannot show: continua, ties, and what may be missing."""
    game, told = found.game, []
    if len(found) > LONGEST:
        told.append(f"{len(found) - LONGEST:,} more equilibria are not shown; --json has them all.")
    if game.players == 2:
        for part in found.components:
            if not part.single and max(part.members) < LONGEST:
                told.append(
                    f"Equilibria {spans(part.members)} span a continuum: any mixture of the "
                    "strategies of one player in them, with any of the other's, is an equilibrium."
                )
    else:
        told += _hanging_together(found)
    if found.degenerate:
        told.append(visible(f"Degenerate: {found.degenerate}."))
    if not found.complete:
        why = "With more than two players" if game.players > 2 else "In a game of this size"
        told.append(f"{why}, mixed equilibria may be missing.")
    if found.stopped:
        told.append(f"Not finished: {found.stopped}.")
    return told


def _hanging_together(found: "Equilibria") -> list[str]:
    """The continua of games of more than two players."""
    along = {place for curve in found.curves for place in curve}
    told = []
    for group in found.continua:
        if set(group) <= along:
            shown = f"; {FEW} are shown" if len(group) > FEW else ""
            told.append(
                f"Equilibria {spans(group)} seem to be points of one continuum (not proved{shown})."
            )
        elif len(group) > 1:
            told.append(
                f"Equilibria {spans(group)} hang together by continua, along which one player at a "
                "time changes its strategy."
            )
        else:
            told.append(
                f"Equilibrium {spans(group)} is the end of a continuum: one player can change its "
                "strategy, the others keeping theirs."
            )
    return told


def spans(places: Sequence[int]) -> str:
    """Places counted from 0 as numbers from 1, runs of them with a dash.

    >>> spans([0, 1, 2, 4])
    '1-3, 5'
    """
    runs: list[list[int]] = []
    for place in sorted(places):
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    pairs = [(run[0] + 1, run[-1] + 1) for run in runs]
    return ", ".join(
        str(first) if first == last else f"{first}{', ' if last == first + 1 else '-'}{last}"
        for first, last in pairs
    )


def mixture(strategy: Any, names: Any) -> str:
    """A strategy in words: the action, or the parts of the mixture."""
    parts = [(p, name) for p, name in zip(strategy, names, strict=True) if p > 1e-9]
    if len(parts) == 1:
        return str(parts[0][1])
    return " + ".join(f"{told_number(p)} {name}" for p, name in parts)


def policy_table(
    tree: "Tree",
    policy: Mapping[tuple[int, str], Any],
    unreached: Collection[tuple[int, str]] = (),
) -> Table:
    """One row per information set: who, what it knows, what it does; a star where play never leads.

    The first `LONGEST` sets, those that are reached before others.
    """
    table = empty_table()
    table.add_column("player", overflow="fold")
    table.add_column("knows", overflow="fold")
    table.add_column("does", overflow="fold")
    missed = set(unreached)
    kept = sorted(policy, key=lambda key: key in missed)[:LONGEST]
    for key in (key for key in policy if key in set(kept)):
        player, name = key
        does = mixture(policy[key], tree.information[key].actions)
        table.add_row(
            Text(visible(tree.player_name(player))),
            Text(visible(name)),
            Text(visible(does) + (" *" if key in missed else "")),
        )
    if len(policy) > LONGEST:
        table.add_row("…", f"{len(policy) - LONGEST:,} more", "--json has them all")
    return table


def tree_lines(tree: "Tree", most: int = 40) -> list[str]:
    """The first lines of a tree, indented by depth."""
    from nashscope.games import Chance, Leaf

    lines: list[str] = []
    waiting: list[tuple[int, str, Any]] = [(0, "", tree.root)]
    while waiting and len(lines) < most:
        depth, branch, node = waiting.pop()
        if isinstance(node, Leaf):
            told = "pays " + ", ".join(map(told_number, node.payoffs))
            lines.append("  " * depth + branch + told)
            continue
        if isinstance(node, Chance):
            names = [f"{o} ({p})" for o, p in zip(node.outcomes, node.probabilities, strict=True)]
            told = "chance"
        else:
            names = list(node.actions)
            told = f"{tree.player_name(node.player)} at {node.information}"
        lines.append("  " * depth + visible(branch + told))
        below = [(depth + 1, f"{n}: ", c) for n, c in zip(names, node.children, strict=True)]
        waiting.extend(reversed(below))
    if waiting:
        lines.append(f"… and {sum(1 for _ in tree.nodes()) - most} more nodes")
    return lines
