"""A leaderboard: several runs of the benchmark side by side."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nashscope.errors import Unreadable

__all__ = ["Standing", "leaderboard", "read_standing"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
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


def read_standing(file: Path) -> list[Standing]:
    """The standings that `nashscope bench matrix --json` printed into a file, one per model.

    Raises:
        Unreadable: if it holds something else.
    """
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        models = data["models"]
        return [
            Standing(
                name,
                str(data["test_set"]),
                data["limit"],
                float(data["epsilon"]),
                tuple(own["regimes"]),
                own["rows"],
            )
            for name, own in models.items()
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(
            f"{file} is no result of `nashscope bench matrix --json`: "
            f"{type(error).__name__} {error}"
        ) from None


def leaderboard(standings: Sequence[Standing]) -> list[Standing]:
    """The standings, best first: by mean area on anonymous games, those without one last.

    Raises:
        Unreadable: if they are of different test sets or limits, so that ranks would mean nothing.
    """
    kinds = {(one.test_set, one.limit, one.epsilon) for one in standings}
    if len(kinds) > 1:
        told = "; ".join(
            f"test set {t}, limit {n}, epsilon {e:g}" for t, n, e in sorted(kinds, key=str)
        )
        raise Unreadable(f"these results cannot be ranked together: {told}")
    return sorted(standings, key=lambda one: -1.0 if one.score is None else one.score, reverse=True)
