"""Games and their solutions drawn for a terminal."""

from collections.abc import Mapping
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
    "payoff_tables",
    "policy_table",
    "shown_name",
    "told_number",
    "tree_lines",
]

MOST = 16
"""The largest number of tables that picture a game of more than two players."""


def shown_name(game: "NormalForm | Tree") -> str:
    """What a game is called on the screen."""
    return (game.name or "the game").replace("_", "-")


def told_number(value: Any) -> str:
    """A number as it is shown: short fractions as they are, others to four digits."""
    if isinstance(value, Fraction | int):
        exact = str(value)
        return exact if len(exact) <= 12 else f"≈{float(value):.4g}"
    return f"≈{value:.4f}".rstrip("0").rstrip(".")


def payoff_tables(game: "NormalForm", width: int) -> list[tuple[str, Table]]:
    """The payoffs, pure equilibria starred: rows for player 0, columns for player 1.

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
            f"player {player} plays {game.actions[player][action]}"
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

    rows, columns = game.actions[:2]
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
        table.add_column(f"player {player}", overflow="fold")
    table.add_column("payoffs", overflow="fold")
    table.add_column("labels", overflow="fold")
    for number, equilibrium in enumerate(found, start=1):
        mixes = [
            Text(mixture(strategy, names))
            for strategy, names in zip(equilibrium.strategies, found.game.actions, strict=True)
        ]
        paid = ", ".join(map(told_number, equilibrium.payoffs))
        table.add_row(str(number), *mixes, paid, ", ".join(equilibrium.labels))
    return table


def mixture(strategy: Any, names: Any) -> str:
    """A strategy in words: the action, or the parts of the mixture."""
    parts = [(p, name) for p, name in zip(strategy, names, strict=True) if p > 1e-9]
    if len(parts) == 1:
        return str(parts[0][1])
    return " + ".join(f"{told_number(p)} {name}" for p, name in parts)


def policy_table(tree: "Tree", policy: Mapping[tuple[int, str], Any]) -> Table:
    """One row per information set: who, what it knows, what it does."""
    table = empty_table()
    table.add_column("player", justify="right")
    table.add_column("knows", overflow="fold")
    table.add_column("does", overflow="fold")
    for (player, name), row in policy.items():
        actions = tree.information[player, name].actions
        table.add_row(str(player), Text(name), Text(mixture(row, actions)))
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
            names, told = (
                list(node.actions),
                f"{tree.player_name(node.player)} at {node.information}",
            )
        lines.append("  " * depth + branch + told)
        below = [(depth + 1, f"{n}: ", c) for n, c in zip(names, node.children, strict=True)]
        waiting.extend(reversed(below))
    if waiting:
        lines.append(f"… and {sum(1 for _ in tree.nodes()) - most} more nodes")
    return lines
