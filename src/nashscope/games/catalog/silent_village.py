"""Hidden wolves among villagers: by day all vote one out, by night a wolf takes one."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from nashscope.errors import IllFormedGame
from nashscope.games.answer import Choice
from nashscope.games.dynamic import NATURE, Ask
from nashscope.games.named import Named

ROLES = Choice(("villager", "wolf"))


class Village(NamedTuple):
    """The state.

    wolves: for every seat whether it is one, as far as they are dealt. alive: the seats.
    lost: who was voted out by day and taken by night, in order. tied: those with most votes, where
    the lot decides. votes: of every day, None for the dead and for those that were not read.
    unread: whether there were such.
    """

    wolves: tuple[bool, ...] = ()
    alive: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()
    tied: tuple[int, ...] = ()
    votes: tuple[tuple[int | None, ...], ...] = ()
    unread: bool = False


class VillageFacts(NamedTuple):
    """What a player knows: its role, its fellow wolves if it is one, who is alive, who was lost.

    votes: of every past day, each voter's; () where ballots are secret.
    """

    role: str | None
    fellows: tuple[int, ...]
    alive: tuple[int, ...]
    lost: tuple[int, ...]
    votes: tuple[tuple[int | None, ...], ...]


@dataclass(frozen=True)
class SilentVillage:
    """Votes and nights in turn, beginning with a vote; nobody says a word.

    Who has most votes is out, ties are broken by lot; then the first wolf alive takes a villager.
    The villagers win when no wolf is left, the wolves when they are as many as the others. Winners
    get 1, all of them, also the dead. A vote that could not be read is not counted; a night's
    choice that could not be read ends the match. Roles of the lost are not shown.

    secret: whether ballots are secret; else all see who voted for whom, the day after.
    """

    players: int = 4
    wolves: int = 1
    secret: bool = True
    name = "silent_village"

    def __post_init__(self) -> None:
        if not 1 <= self.wolves < self.players - self.wolves:
            raise IllFormedGame(
                f"{self.wolves} wolves among {self.players}; there is at least 1, and wolves are "
                "fewer than the others"
            )

    @property
    def longest(self) -> int:
        """At most a vote of all and a night for every two who are lost."""
        return sum(alive + 1 for alive in range(self.players, 1, -2))

    @property
    def start(self) -> Village:
        """Before the roles are dealt."""
        return Village()

    def asks(self, state: Village) -> tuple[Ask, ...]:
        """A role for the next seat, the votes of a day, the lot, or the wolf's choice."""
        dealt, turn = len(state.wolves), self.players + 2 * len(state.lost)
        if dealt < self.players:
            left = Fraction(self.wolves - sum(state.wolves), self.players - dealt)
            # a pack knows each other: who is a wolf already may learn of the next one
            pack = [p for p, wolf in enumerate(state.wolves) if wolf]
            return (Ask(NATURE, ROLES, "role", dealt, (1 - left, left), seen=(*pack, dealt)),)
        if self._over(state):
            return ()
        if state.tied:
            return (Ask(NATURE, _seats(state.tied), "lot", turn),)
        if len(state.lost) % 2:
            prey = _seats([p for p in state.alive if not state.wolves[p]])
            return (Ask(self._pack(state)[0], prey, "night", turn),)
        return tuple(
            Ask(p, _seats([q for q in state.alive if q != p]), "vote", turn, unread="passes")
            for p in state.alive
        )

    def after(self, state: Village, answers: tuple[Any, ...]) -> Village:
        """A role dealt, votes counted, the lot drawn, or somebody taken."""
        if len(state.wolves) < self.players:
            wolves = (*state.wolves, answers[0] == 1)
            everybody = tuple(range(self.players)) if len(wolves) == self.players else ()
            return Village(wolves, everybody)
        if state.tied:
            return self._without(state, state.tied[answers[0]])
        if len(state.lost) % 2:
            return self._without(state, [p for p in state.alive if not state.wolves[p]][answers[0]])
        votes: list[int | None] = [None] * self.players
        for p, answer in zip(state.alive, answers, strict=True):
            if answer is not None:
                votes[p] = [q for q in state.alive if q != p][answer]
        unread = state.unread or None in answers
        state = state._replace(votes=(*state.votes, tuple(votes)), unread=unread)
        most = max(votes.count(p) for p in state.alive)
        tied = tuple(p for p in state.alive if votes.count(p) == most)
        return state._replace(tied=tied) if len(tied) > 1 else self._without(state, tied[0])

    def facts(self, state: Village, player: int) -> VillageFacts:
        """The own role, what everybody sees, and the pack where the player is of it."""
        role: str | None = None
        fellows: tuple[int, ...] = ()
        if len(state.wolves) > player:
            role = ROLES.options[state.wolves[player]]
            if state.wolves[player]:
                fellows = tuple(p for p, wolf in enumerate(state.wolves) if wolf and p != player)
        votes = () if self.secret else state.votes
        return VillageFacts(role, fellows, state.alive, state.lost, votes)

    def paid(self, state: Village) -> tuple[int, ...] | None:
        """1 to everybody on the side that won; open where a vote was not read."""
        if state.unread:
            return None
        if len(state.wolves) < self.players or not self._over(state):
            return (0,) * self.players
        won = bool(self._pack(state))
        return tuple(int(wolf == won) for wolf in state.wolves)

    def remaining(self, state: Village) -> tuple[Any, ...]:
        """Everything but the votes of the past, of which nothing depends."""
        return (*state[:4], state.unread)

    def _pack(self, state: Village) -> list[int]:
        """The wolves that are alive."""
        return [p for p in state.alive if state.wolves[p]]

    def _over(self, state: Village) -> bool:
        """Whether one side has won; not before the lot is drawn."""
        pack = len(self._pack(state))
        return not state.tied and (pack == 0 or 2 * pack >= len(state.alive))

    def _without(self, state: Village, lost: int) -> Village:
        """The village when somebody is lost."""
        alive = tuple(p for p in state.alive if p != lost)
        return state._replace(alive=alive, lost=(*state.lost, lost), tied=())


def _seats(seats: Sequence[int]) -> Choice:
    """One of several seats."""
    return Choice(tuple(f"seat {p + 1}" for p in seats))


GAME = Named(
    make=SilentVillage,
    family="hidden-roles",
    source="Davidoff 1986 (Mafia); Braverman, Etesami and Mossel 2008, Mafia: a theoretical study "
    "of players and coalitions, Annals of Applied Probability 18",
    note="With even votes the village of 3, 4, 5, 6 with one wolf wins with 1/3, 1/4, 7/15, 3/8.",
)
