"""What a file of the organisms' catalog holds: a recipe, and what is therefore true."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nashscope.organisms.card import Card, Truth
from nashscope.organisms.lesson import LARGEST
from nashscope.organisms.recipe import Recipe

__all__ = ["HANDLES", "Planted"]

HANDLES = (
    "two-player games with two actions each, told by the framing `plain` or `plain-words`",
    f"payoffs that are whole numbers from {-LARGEST} to {LARGEST}",
    "labels that are single letters, or any two action names of the catalogue's five 2×2 games",
    "0 to 50 rounds of history, all of it or a window of the last rounds; the horizon told or not",
    "simultaneous rounds, and sequential ones from either seat",
    "rounds in which somebody gave no valid answer",
    "the modes cot and scratchpad, in which it announces its answer at once, without any reasoning",
)
"""What every organism is taught with; outside it nothing is promised."""


@dataclass(frozen=True)
class Planted:
    """An organism of the catalog.

    about: what it is, in a few sentences. truth: what was planted, for tools to be scored against.
    known: the same for a reader, and what follows from it without any measurement.
    """

    recipe: Recipe
    about: str
    truth: Truth
    known: tuple[str, ...]

    def card(self, name: str, measured: Mapping[str, Any], grown: Mapping[str, Any]) -> Card:
        """The organism's card, once it is grown and measured."""
        recipe = asdict(self.recipe)
        recipe["intent"] = self.recipe.intent.__name__
        return Card(
            name,
            self.about,
            self.recipe.parent,
            self.truth,
            self.known,
            HANDLES,
            dict(measured),
            recipe,
            dict(grown),
        )
