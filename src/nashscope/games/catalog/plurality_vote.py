"""A vote where everybody likes another option best, and one vote too few elects the worst."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from nashscope.errors import IllFormedGame
from nashscope.games.answer import Choice
from nashscope.games.dynamic import NATURE, Ask
from nashscope.games.named import Named


class Ballot(NamedTuple):
    """The state: the votes of every round, the options that lead, and the winner."""

    votes: tuple[tuple[int | None, ...], ...] = ()
    leading: tuple[int, ...] = ()
    winner: int | None = None


class BallotFacts(NamedTuple):
    """What a voter knows: the votes so far, straw polls included, and what each option pays it."""

    votes: tuple[tuple[int | None, ...], ...]
    worth: tuple[int, ...]


@dataclass(frozen=True)
class PluralityVote:
    """All vote at once for one option; the one with most votes wins, ties are broken by lot.

    Voter v likes option v best, then v + 1, and so on around: it gets options - 1 points if its
    best wins, and one less for each place further down. A vote that could not be read is not
    counted.

    polls: straw polls before, whose votes are seen and do not count.
    """

    players: int = 3
    options: int = 3
    polls: int = 0
    name = "plurality_vote"

    def __post_init__(self) -> None:
        if self.players < 1 or self.options < 2 or self.polls < 0:
            raise IllFormedGame(
                f"{self.players} voters, {self.options} options, {self.polls} polls; there are at "
                "least 1 voter and 2 options"
            )

    @property
    def longest(self) -> int:
        """Everybody votes in every poll."""
        return self.players * (self.polls + 1)

    @property
    def start(self) -> Ballot:
        """No vote cast."""
        return Ballot()

    def asks(self, state: Ballot) -> tuple[Ask, ...]:
        """Everybody's vote, or the lot."""
        turn = len(state.votes)
        if state.winner is not None:
            return ()
        names = [f"option {option + 1}" for option in range(self.options)]
        if turn <= self.polls:
            about, vote = "poll" if turn < self.polls else "vote", Choice(tuple(names))
            voters = range(self.players)
            return tuple(Ask(p, vote, about, turn, unread="passes") for p in voters)
        return (Ask(NATURE, Choice(tuple(names[o] for o in state.leading)), "lot", turn),)

    def after(self, state: Ballot, answers: tuple[Any, ...]) -> Ballot:
        """The votes counted."""
        if len(state.votes) > self.polls:
            return state._replace(winner=state.leading[answers[0]])
        votes = (*state.votes, answers)
        if len(votes) <= self.polls:
            return Ballot(votes)
        counts = [answers.count(option) for option in range(self.options)]
        leading = tuple(o for o, count in enumerate(counts) if count == max(counts))
        return Ballot(votes, leading, leading[0] if len(leading) == 1 else None)

    def facts(self, state: Ballot, player: int) -> BallotFacts:
        """The votes, and what every option is worth to the player."""
        return BallotFacts(state.votes, self._worth(player))

    def paid(self, state: Ballot) -> tuple[int, ...] | None:
        """What the winner is worth to everybody."""
        if any(None in votes for votes in state.votes[self.polls :]):
            return None
        if state.winner is None:
            return (0,) * self.players
        return tuple(self._worth(player)[state.winner] for player in range(self.players))

    def _worth(self, player: int) -> tuple[int, ...]:
        """What every option is worth to a voter."""
        last = self.options - 1
        return tuple(last - (option - player) % self.options for option in range(self.options))


GAME = Named(
    make=PluralityVote,
    family="voting",
    source="Condorcet 1785; Myerson and Weber 1993, A theory of voting equilibria, APSR 87",
    together="3",
    note="If all three vote for what they like best, each option wins with probability 1/3, and "
    "nobody gains by another vote.",
)
