"""A plan: the games, agents and conditions whose every combination is a cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import product
from pathlib import Path
from typing import Any, Literal

from nashscope import games, names
from nashscope.agents import library as agents
from nashscope.errors import Misuse, Unreadable
from nashscope.framing import Mode
from nashscope.games import Order
from nashscope.play.cast import HOSTED, model_of
from nashscope.play.cell import REPEATED, Cell
from nashscope.records import load
from nashscope.settings import read_yaml

__all__ = ["Plan", "fitting", "groups", "read_plan"]

PLURAL = {"games": "game", "framings": "framing", "modes": "mode", "seeds": "seed"}
"""What a plan has several of, and what a cell has one of."""

DTYPES = ("auto", "bfloat16", "float16", "float32", "bf16", "fp16", "fp32", "half")
"""Types of weights by all their names."""
OPTIONS = ("device_map", "dtype", "remote_code", "revision", "room")
"""What a plan may tell the loader of Hugging Face models."""


@dataclass(frozen=True)
class Plan:
    """What `nashscope run` plays: every combination of its lists.

    agents: every ordered pair of them meets, itself included. meetings: who else meets, a list of
        one name per player each.
    games, agents, meetings: in their normal form, whatever was written.
    rounds to mechanism: as in `Cell`, the same in every cell.
    samples: answers per decision of a hosted model that tells no log-probabilities.
    options: of the loaders of Hugging Face models: dtype, device_map.
    """

    games: tuple[str, ...]
    agents: tuple[str, ...] = ()
    meetings: tuple[tuple[str, ...], ...] = ()
    framings: tuple[str, ...] = ("plain",)
    modes: tuple[Mode, ...] = ("direct",)
    seeds: tuple[int, ...] = (0,)
    rounds: int = 50
    memory: int | None = None
    order: Order = "simultaneous"
    announced: bool = True
    matches: int = 8
    tremble: float = 0.0
    discount: float | None = None
    ending: Literal["fixed", "random"] = "fixed"
    talk: int = 0
    mechanism: str = ""
    samples: int = 8
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("games", "framings", "modes", "seeds"):
            if not getattr(self, name):
                raise Misuse(f"the plan has no {name}; name at least one")
        if not self.agents and not self.meetings:
            raise Misuse("the plan has no agents; list some under agents: or meetings:")
        if self.samples < 1:
            raise Misuse(f"samples is {self.samples}; it must be at least 1")
        for name in self.options:
            if name not in OPTIONS:
                raise names.nearest(str(name), OPTIONS, "option of hf/ models")
        kind = self.options.get("dtype", "auto")
        if kind not in DTYPES:
            raise names.nearest(str(kind), DTYPES, "type of weights (options: dtype)")
        normal = {
            "games": tuple(map(games.normal_name, self.games)),
            "agents": tuple(map(agents.normal_name, self.agents)),
            "meetings": tuple(tuple(map(agents.normal_name, who)) for who in self.meetings),
        }
        for name, value in normal.items():
            object.__setattr__(self, name, value)

    def cells(self) -> list[Cell]:
        """Every cell, those of the same models one after the other.

        Raises:
            Misuse: if a combination cannot be played, or two are the same.
        """
        own = {one.name for one in fields(Cell)} - {*PLURAL.values(), "agents", "standing"}
        shared: dict[str, Any] = {name: getattr(self, name) for name in own}
        met = [*product(self.agents, repeat=2), *self.meetings]
        players = {game: games.read(game).players for game in self.games}
        found: dict[str, Cell] = {}
        for who in met:
            for game, framing, mode, seed in product(
                self.games, self.framings, self.modes, self.seeds
            ):
                if len(who) != players[game] and len(who) in players.values():
                    continue  # they meet in another game
                told: dict[str, Any] = {"framing": framing, "mode": mode, "seed": seed}
                cell = Cell(game, who, **told, **fitting(game, shared))
                if cell.id in found:
                    raise Misuse(
                        f"the plan has {game} between {' and '.join(who)} twice (seed {seed}, "
                        f"{framing}, {mode}); name each once"
                    )
                found[cell.id] = cell
        return [cell for group in groups(list(found.values())) for cell in group]


def fitting(game: str, conditions: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions of a plan that a game can have: rounds and the like are of strategic forms."""
    if isinstance(games.read(game), games.NormalForm):
        return dict(conditions)
    return {name: value for name, value in conditions.items() if name not in REPEATED}


def groups(cells: Sequence[Cell]) -> list[list[Cell]]:
    """The cells by the models that must be in memory to play them, in the order of their names."""
    found: dict[tuple[str, ...], list[Cell]] = {}
    for cell in cells:
        loaded = {model for name in cell.agents if (model := model_of(name))}
        local = sorted(model for model in loaded if not model.startswith(HOSTED))
        found.setdefault(tuple(local), []).append(cell)
    return [found[key] for key in sorted(found)]


def read_plan(file: Path) -> Plan:
    """The plan that a YAML file describes.

    Raises:
        Unreadable: naming the first field that does not fit. UnknownName: with the closest names.
    """
    told = read_yaml(file, "plan")
    if not isinstance(told, dict):
        raise Unreadable(f"{file} is no plan; it begins with games: and agents:")
    known = [one.name for one in fields(Plan)]
    for name in told:
        if name not in known:
            raise names.nearest(str(name), known, "field of a plan")
    try:
        plan = load(Plan, told)
    except Misuse as error:
        raise type(error)(f"{file}: {error}") from error
    return replace(plan, options=dict(plan.options))
