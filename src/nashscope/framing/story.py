"""A game told as a story: the same payoffs, as what happens to somebody.

The labels stay neutral letters and no plot says which choice is good, so that a story adds a
setting and no information. History and question are those of the plain telling.
"""

from dataclasses import dataclass

from numpy.random import Generator

from nashscope.framing.plain import Plain, PlainStyle, alternatives, called, in_turn, told_number
from nashscope.games import NormalForm, View

__all__ = ["PLOTS", "Plot", "Story", "StoryStyle"]


@dataclass(frozen=True)
class Plot:
    """A setting.

    opening: who you are and what you do; {does} and {others} stand for the others, {options} for
        the choices.
    period: what a round is called. unit: of what a payoff is an amount. aim: what you are after.
    """

    opening: str
    period: str
    unit: str
    aim: str


PLOTS = {
    "market": Plot(
        "You own a bakery in a street, and so {does} {others}. Every bakery gets its flour from "
        "one of the mills {options}, and what it sells depends on where everyone buys.",
        "week",
        "coins",
        "You want your bakery to earn as many coins as it can.",
    ),
    "farm": Plot(
        "You farm a field in a valley, and so {does} {others}. Everyone opens one of the sluices "
        "{options}, and how much a field yields depends on all the water.",
        "season",
        "sacks",
        "You want your own field to yield as many sacks as it can.",
    ),
    "expedition": Plot(
        "You lead an expedition to a distant moon, and so {does} {others}. Every expedition "
        "follows one of the routes {options}, and what it finds depends on all the routes.",
        "trip",
        "samples",
        "You want your expedition to bring home as many samples as it can.",
    ),
}
"""The settings, by name."""


@dataclass(frozen=True)
class Story(Plain):
    """One telling of a game as a story."""

    plot: str = "market"

    def opening(self, view: View, options: list[tuple[str, ...]]) -> list[str]:
        """What is told of the game, line by line."""
        game, plot, players = view.game, PLOTS[self.plot], view.stage.players
        others, does = ("one other player", "does")
        if players > 2:
            others, does = f"{players - 1} other players", "do"
        heard = [options[view.player], *options]
        labels = tuple(dict.fromkeys(label for choices in heard for label in choices))
        told = [plot.opening.format(others=others, does=does, options=alternatives(labels))]
        if players > 2:
            told.append(f"You are player {view.player + 1}.")
        told.append(f"You can choose {alternatives(options[view.player])}.")
        told += [self._happens(view, cell, plot) for cell in self.cells(view.player)]
        if game.order == "simultaneous":
            told.append("Nobody sees the choices of the others before all have chosen.")
        else:
            told.append(f"The choices are made in turn, {in_turn(view)}; all see those before.")
        if game.rounds > 1:
            many = f"{game.rounds} {plot.period}s" if game.announced else f"many {plot.period}s"
            told.append(f"This goes on for {many}, each of which is a round.")
        return [*told, plot.aim]

    def _happens(self, view: View, cell: tuple[int, ...], plot: Plot) -> str:
        """What comes of one combination of choices."""
        order = [view.player, *(p for p in range(len(cell)) if p != view.player)]

        chosen = " and ".join(
            f"{called(view, p)} choose{'' if p == view.player else 's'} {self.labels[p][cell[p]]}"
            for p in order
        )
        exact = view.stage.exact
        paid = " and ".join(
            f"{told_number(exact[(p, *cell)])} {plot.unit} for {called(view, p)}" for p in order
        )
        return f"When {chosen}, there will be {paid}."


@dataclass(frozen=True)
class StoryStyle:
    """Draws a `Story` for every match, with labels and orders as `PlainStyle` draws them."""

    plot: str = "market"

    @property
    def name(self) -> str:
        """The name under which the condition is reported."""
        return "story" if self.plot == "market" else f"story-{self.plot}"

    def draw(self, stage: NormalForm, match: int, chance: Generator) -> Story:
        """The telling of match number `match`."""
        plain = PlainStyle().draw(stage, match, chance)
        return Story(plain.labels, plain.own_turn, plain.other_turn, self.plot)


STYLES = tuple(StoryStyle(plot) for plot in PLOTS)
"""The framings of this file."""
