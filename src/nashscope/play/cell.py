"""The smallest unit of a plan: some matches of one game between the same agents."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, make_dataclass, replace
from functools import cached_property
from typing import Any, Literal

from nashscope import names
from nashscope.errors import Misuse, Unreadable
from nashscope.framing import MODES, Mode
from nashscope.framing.library import SHELF as FRAMINGS
from nashscope.framing.library import style
from nashscope.games import NormalForm, Order, Repeated, normal_name, read
from nashscope.games.dynamic import DynamicGame
from nashscope.games.institution import mechanism
from nashscope.games.wrapper.talk import Talk
from nashscope.play.identity import identity, is_code
from nashscope.records import content_hash, dump, load

__all__ = ["Cell", "Standing", "kept_cell"]

FIRST = (
    *("game", "agents", "rounds", "memory", "order", "announced", "framing", "mode", "matches"),
    *("seed", "tremble", "discount", "ending", "talk", "mechanism", "standing"),
)
"""The fields that every cell is written with. One that comes later is written, and so enters the
id, only where it is not at its default: an id never changes because cells learn something new."""

MOST = 10_000_000
"""Decisions of a cell: some hours of play, and tens of gigabytes of memory, even for rules."""

SPOKEN = 1_000
"""Spoken rounds: every one of them is told in all prompts that follow."""

REPEATED = ("rounds", "memory", "order", "announced", "tremble", "discount", "ending", "mechanism")
"""What only games in strategic form have, repeated or not."""

LONG = 1000
"""How many decisions a match is counted as that may have any number of them."""

Standing = tuple[int, int]
"""A player's record in earlier matches: in how many rounds it cooperated, and of how many."""


@dataclass(frozen=True)
class Cell:
    """Some matches of one game between the same agents, under one condition.

    game: whatever `games.game` reads, in its normal form. agents: one name per player, in their
        order.
    rounds, memory, order, announced: as in `Repeated`.
    framing, mode: how the game is told, and whether language models reason before they answer; the
        framing is "" where play is from elsewhere and nobody here knows how the game was told.
    matches: how many; the first ones are the same however many there are.
    seed: the root of all chance in them.
    tremble: the probability with which something else is done than was decided.
    discount, ending: with a fixed ending, the weight of a round against the one before it; with a
        random one, the probability that another round follows, and `rounds` is the most there are.
    talk: spoken rounds before the first, in which all say something at once.
    mechanism: "", "mediation" or "contract:FINE", as in `play.mechanism`.
    standing: for every player its record that the others are told, None where it has none; () if
        nobody is told anything.
    """

    game: str
    agents: tuple[str, ...]
    rounds: int = 50
    memory: int | None = None
    order: Order = "simultaneous"
    announced: bool = True
    framing: str = "plain"
    mode: Mode = "direct"
    matches: int = 8
    seed: int = 0
    tremble: float = 0.0
    discount: float | None = None
    ending: Literal["fixed", "random"] = "fixed"
    talk: int = 0
    mechanism: str = ""
    standing: tuple[Standing | None, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "game", normal_name(self.game))
        if self.framing:
            object.__setattr__(self, "framing", names.normal_name(self.framing, FRAMINGS))
        self._check()
        if self.framing:
            style(self.framing)

    def _check(self) -> None:
        """Refuses what cannot be played, whatever the framing."""
        if self.matches < 1:
            raise Misuse(f"{self.matches} matches; there must be at least 1")
        if self.mode not in MODES:
            raise Misuse(f"the mode is {self.mode!r}; it is one of {', '.join(MODES)}")
        players = self.played.players if self.at_hand else len(self.agents)
        if not self.strategic:
            self._check_plain()
        if len(self.agents) != players:
            raise Misuse(f"{self.game} has {players} players, not {len(self.agents)}")
        if self.ending not in ("fixed", "random"):
            raise Misuse(f"the ending is {self.ending!r}; it is fixed or random")
        if self.ending == "random" and self.discount is None:
            raise Misuse("a random ending needs the probability that a round follows: discount")
        if not 0 <= self.talk <= SPOKEN:
            raise Misuse(f"{self.talk:,} spoken rounds; there are 0 or more, at most {SPOKEN:,}")
        if self.decisions > MOST:
            raise Misuse(
                f"{self.matches:,} matches of {self.rounds + self.talk:,} rounds are "
                f"{self.decisions:,} decisions; a cell has at most {MOST:,}: take fewer"
            )
        if self.standing and len(self.standing) != players:
            raise Misuse(f"{len(self.standing)} records for {players} players; give each one")

    def _check_plain(self) -> None:
        """Refuses conditions that only games in strategic form have."""
        for own in fields(self):
            if own.name in REPEATED and getattr(self, own.name) != own.default:
                raise Misuse(
                    f"{self.game} is no game in strategic form that is repeated; leave out "
                    f"{own.name}"
                )

    @cached_property
    def base(self) -> Any:
        """The game by its name: a `NormalForm`, or a game with a state.

        Raises:
            Unreadable: if it is code in a file, and the cell is from a folder that is not trusted.
        """
        if not self.at_hand:
            raise Unreadable(
                f"the rules of {self.game} are code in a file; say --trust-files if you trust it"
            )
        return read(self.game)

    @property
    def at_hand(self) -> bool:
        """Whether the game itself is there: not where running somebody's code would give it."""
        return self.trusted or "base" in self.__dict__ or not is_code(self.game)

    @cached_property
    def strategic(self) -> bool:
        """Whether a game in strategic form is played, once or repeatedly."""
        return isinstance(self.base, NormalForm)

    @cached_property
    def stage(self) -> NormalForm:
        """The game of one round, before the institution changes it.

        Raises:
            Misuse: if it is no game in strategic form.
        """
        if not isinstance(self.base, NormalForm):
            raise Misuse(f"{self.game} has no rounds: it is not in strategic form")
        return self.base

    @cached_property
    def played(self) -> DynamicGame:
        """The game as it is played, with its talk."""
        inner: Any = self.base
        if self.strategic:
            inner = replace(self.repeated, ending=self.ending)
        return Talk(inner, self.talk) if self.talk else inner

    @cached_property
    def repeated(self) -> Repeated:
        """The game as it is played."""
        stage = mechanism(self.mechanism).change(self.stage)
        told = self.announced and self.ending == "fixed"
        return Repeated(
            stage, self.rounds, self.memory, self.order, told, self.discount, self.tremble
        )

    @property
    def decisions(self) -> int:
        """How many decisions all its matches have at most; a match may end earlier."""
        played = self.played if self.at_hand else None
        longest = played.longest if played is not None and hasattr(played, "longest") else None
        return self.matches * (LONG if longest is None else longest)

    @property
    def trusted(self) -> bool:
        """Whether files that it names may be run: not where a folder of anyone's names them."""
        return bool(self.__dict__.get("trusted_", True))

    @cached_property
    def entry(self) -> dict[str, Any]:
        """What is kept of it: its fields, the hash of the payoffs and actions of its game, and the
        hashes of files of the user's own that it names."""
        told: dict[str, Any] = dump(self)
        for later in fields(self):
            if later.name not in FIRST and getattr(self, later.name) == later.default:
                del told[later.name]
        if self.strategic:
            told["stage"] = self.stage.content
        if contents := identity((self.game, self.framing, *self.agents)):
            told["contents"] = contents
        return told

    @cached_property
    def id(self) -> str:
        """Hash of what is kept of it, except of how many matches it has; of one that is read from a
        folder, the name that it has there."""
        return content_hash({k: v for k, v in self.entry.items() if k != "matches"})


def kept_cell(
    key: str, entry: Mapping[str, Any], stage: NormalForm | None, *, trusted: bool
) -> Cell:
    """The cell that a folder keeps under a name; nothing that it names is looked up or run.

    stage: the game that was played, as the folder has it; None for one that is made by its name.

    Raises:
        Unreadable: if a field does not fit. Misuse: if it cannot have been played.
    """
    known = {k: v for k, v in entry.items() if k not in ("stage", "contents")}
    cell: Cell = object.__new__(Cell)
    vars(cell).update(vars(load(_Fields, known)))
    vars(cell).update({} if stage is None else {"base": stage})
    vars(cell).update(strategic=stage is not None, id=key, entry=dict(entry), trusted_=trusted)
    cell._check()
    return cell


_Fields: Any = make_dataclass(
    "Cell",
    [
        (own.name, own.type) if own.default is MISSING else (own.name, own.type, own.default)
        for own in fields(Cell)
    ],
    frozen=True,
)
"""The fields of a cell, which pydantic checks without making one."""
