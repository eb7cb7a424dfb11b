"""A leaderboard: several runs of the benchmark side by side."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nashscope.errors import Misuse, Unreadable

__all__ = ["Place", "leaderboard", "read_places"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """One model's place: its records, and what they were measured on.

    test_set: the hash of its games; only like is compared with like. limit: games a group, if not
        all were asked.
    """

    model: str
    test_set: str
    limit: int | None
    epsilon: float
    regimes: tuple[str, ...]
    rows: Sequence[Row]

    def of(self, part: str, group: str, interface: str) -> Row | None:
        """A record, if it was measured."""
        for row in self.rows:
            where = row["condition"]
            if (row["part"], where["group"], where["interface"]) == (part, group, interface) and (
                part != "success" or where["epsilon"] == self.epsilon
            ):
                return row
        return None

    @property
    def score(self) -> float | None:
        """The mean area over the kinds of anonymous dense games, in numbers: what ranks models."""
        found = [
            row["value"]
            for row in self.rows
            if row["part"] == "area"
            and row["condition"]["interface"] == "numbers"
            and row["condition"]["group"][0].isdigit()
            and " " not in row["condition"]["group"]
            and row["value"] is not None
        ]
        return sum(found) / len(found) if found else None


def read_places(file: Path) -> list[Place]:
    """The places that `nashscope bench matrix --json` printed into a file, one per model.

    Raises:
        Unreadable: if it holds something else, or values that no measurement gives.
    """
    wanted = "give what nashscope bench matrix --json printed"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}; {wanted}") from None
    except ValueError:
        raise Unreadable(f"{file} is no result, or cut off: it is not JSON; {wanted}") from None
    if not isinstance(found, dict) or found.get("benchmark") != "matrix":
        raise Unreadable(f"{file} is no result of the benchmark matrix; {wanted}")
    models = found.get("models")
    if not isinstance(models, dict) or not models:
        raise Unreadable(f"{file} has no models with their results; {wanted}")
    try:
        places = [
            Place(
                name,
                str(found["test_set"]),
                found["limit"],
                float(found["epsilon"]),
                tuple(told["regimes"]),
                [_measured(row) for row in told["rows"]],
            )
            for name, told in models.items()
        ]
        for place in places:
            place.of("success", "", "")
            _ = place.score
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise Unreadable(
            f"{file} lacks or misplaces a part of a result: somebody has edited it; {wanted}"
        ) from None
    return places


def _measured(row: Row) -> Row:
    """A record whose numbers are numbers.

    Raises:
        ValueError: if one is not.
    """
    for name in ("value", "low", "high"):
        number = row.get(name)
        if number is not None and not math.isfinite(float(number)):
            raise ValueError(name)
    return row


def leaderboard(places: Sequence[Place]) -> list[Place]:
    """The places, best first: by mean area on anonymous games, those without one last.

    Raises:
        Misuse: if a model is named twice, or places are of different test sets or limits, so that
            ranks would mean nothing.
    """
    for model, count in Counter(place.model for place in places).items():
        if count > 1:
            raise Misuse(f"{model} comes {count} times; rank every model once")
    kinds = {(place.test_set, place.limit, place.epsilon) for place in places}
    if len(kinds) > 1:
        shown = "; ".join(
            f"test set {t}, limit {n}, epsilon {e:g}" for t, n, e in sorted(kinds, key=str)
        )
        raise Misuse(f"these results cannot be ranked together: {shown}")
    return sorted(places, key=lambda place: -(-1.0 if place.score is None else place.score))
