"""A game told as a bare matrix: rows, columns and numbers, and no sentence about what they mean.

History and question are those of the plain telling, so that a comparison of the two is about how
the payoffs are told and nothing else.
"""

from dataclasses import dataclass

from numpy.random import Generator

from nashscope.framing.plain import Plain, PlainStyle, alternatives, in_turn, told_number
from nashscope.games import NormalForm, View

__all__ = ["Bare", "BareStyle"]


@dataclass(frozen=True)
class Bare(Plain):
    """One telling of a game as a matrix; with more than two players, as a list of its cells."""

    def opening(self, view: View, options: list[tuple[str, ...]]) -> list[str]:
        """What is told of the game, line by line."""
        game, player = view.game, view.player
        actions = alternatives(options[player])
        told = [f"Game with {view.stage.players} players. Your actions: {actions}."]
        told += self._matrix(view) if view.stage.players == 2 else self._list(view)
        order = "at the same time"
        if game.order == "sequential":
            order = f"in turn, {in_turn(view)}"
        told.append(f"Moves: {order}.")
        if game.rounds > 1:
            told.append(f"Rounds: {game.rounds if game.announced else 'unknown'}.")
        return [*told, "Maximise your payoff."]

    def _matrix(self, view: View) -> list[str]:
        """Rows are the player's own actions; every cell has its own payoff first."""
        player, other, exact = view.player, 1 - view.player, view.stage.exact
        cells = self.cells(player)
        columns = list(dict.fromkeys(cell[other] for cell in cells))
        rows = list(dict.fromkeys(cell[player] for cell in cells))
        lines = [
            "Payoff matrix (rows: your action; columns: the other player's; cells: yours, theirs):",
            " | ".join(["", *(self.labels[other][column] for column in columns)]).strip(),
        ]
        for row in rows:
            paid = []
            for column in columns:
                cell = (row, column) if player == 0 else (column, row)
                pair = (told_number(exact[(p, *cell)]) for p in (player, other))
                paid.append(", ".join(pair))
            lines.append(" | ".join([self.labels[player][row], *paid]))
        return lines

    def _list(self, view: View) -> list[str]:
        """A line per cell: everyone's action, then everyone's payoff, the player itself first."""
        exact, player = view.stage.exact, view.player
        order = [player, *(p for p in range(view.stage.players) if p != player)]
        lines = ["Payoffs (actions: payoffs; you first, then the others in order):"]
        for cell in self.cells(player):
            actions = ", ".join(self.labels[p][cell[p]] for p in order)
            paid = ", ".join(told_number(exact[(p, *cell)]) for p in order)
            lines.append(f"{actions}: {paid}")
        return lines


@dataclass(frozen=True)
class BareStyle:
    """Draws a `Bare` telling for every match, with labels and orders as `PlainStyle` draws them."""

    name: str = "bare"

    def draw(self, stage: NormalForm, match: int, chance: Generator) -> Bare:
        """The telling of match number `match`."""
        plain = PlainStyle().draw(stage, match, chance)
        return Bare(plain.labels, plain.own_turn, plain.other_turn)


STYLES = (BareStyle(),)
"""The framings of this file."""
