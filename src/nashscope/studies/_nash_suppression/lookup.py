"""Records of the study found again, and the names that its figures and sentences share."""

from collections.abc import Mapping, Sequence
from typing import Any

from nashscope.report import pick

__all__ = ["DILEMMA", "Row", "game_title", "slug", "whole"]

Row = Mapping[str, Any]
DILEMMA = "prisoners_dilemma"


def slug(model: str) -> str:
    """A model's name as part of a file's name or a link."""
    return model.replace("/", "-")


def game_title(game: str) -> str:
    """A game's name for a reader."""
    return game.replace("_", " ").replace("prisoners", "prisoner's").capitalize()


def whole(
    results: Sequence[Row], part: str, metric: str, game: str = DILEMMA, **condition: Any
) -> Row | None:
    """The record of a whole cell, of the longest horizon."""
    found = [
        row
        for row in pick(results, part, metric, game=game, **condition)
        if "player" in condition or "player" not in row["condition"]
    ]
    return max(found, key=lambda row: row["condition"]["rounds"], default=None)
