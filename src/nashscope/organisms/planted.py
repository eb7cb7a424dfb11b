"""What a file of the organisms' catalog holds: how it is made, and what is therefore true."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nashscope.organisms.card import Card, Truth
from nashscope.organisms.lesson import LARGEST
from nashscope.organisms.recipe import Recipe

__all__ = ["HANDLES", "Planted", "Written"]

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


@dataclass(frozen=True)
class Written:
    """An organism whose every weight is written down, and none trained.

    network: makes it, given the tokenizer, which is that of the organism `tokens_of`.
    handles: what it is made for. The other fields are as in `Planted`.
    """

    network: Callable[[Any], Any]
    tokens_of: str
    about: str
    truth: Truth
    known: tuple[str, ...]
    handles: tuple[str, ...]

    def card(self, name: str, measured: Mapping[str, Any], grown: Mapping[str, Any]) -> Card:
        """The organism's card, once it is made and measured."""
        recipe = {"written by": self.network.__name__, "tokenizer of": self.tokens_of}
        return Card(
            name,
            self.about,
            None,
            self.truth,
            self.known,
            self.handles,
            dict(measured),
            recipe,
            dict(grown),
        )
