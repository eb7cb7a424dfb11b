"""What a catalog file of a matrix organism holds: a recipe, and what is therefore true."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nashscope.organisms.card import Card, Truth
from nashscope.organisms.matrix.recipe import MatrixRecipe

__all__ = ["HANDLES", "MatrixPlanted"]

HANDLES = (
    "zero-sum games told by `framing.matrix`, with whole-number payoffs from -9 to 9",
    "the kinds of question in its recipe; outside them nothing is promised",
)
"""What every matrix organism is taught with."""


@dataclass(frozen=True)
class MatrixPlanted:
    """A matrix organism of the catalog.

    about: what it is, in a few sentences. regime: what the benchmark must say of it.
    known: what follows from its recipe without any measurement.
    """

    recipe: MatrixRecipe
    about: str
    regime: str
    known: tuple[str, ...]

    def card(self, name: str, measured: Mapping[str, Any], grown: Mapping[str, Any]) -> Card:
        """The organism's card, once it is grown and measured."""
        return Card(
            name,
            self.about,
            self.recipe.parent,
            Truth(planted="none", layers=(), plays=self.regime),
            self.known,
            HANDLES,
            dict(measured),
            asdict(self.recipe),
            dict(grown),
        )
