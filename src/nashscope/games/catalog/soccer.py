"""Two on a small field, one ball: who moves predictably loses it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from nashscope.errors import IllFormedGame
from nashscope.games.answer import Choice, Exact
from nashscope.games.dynamic import NATURE, Ask
from nashscope.games.named import Named

MOVES = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1), "stay": (0, 0)}
STEP = Choice(tuple(MOVES))
FIRST = Choice(("the first", "the second"))

Square = tuple[int, int]
"""Row and column."""


class Field(NamedTuple):
    """The state: where the two are, who has the ball, how many steps were played, and the score.

    score: what the first player has won; None while the match goes on.
    """

    squares: tuple[Square, Square]
    ball: int | None = None
    steps: int = 0
    score: int | None = None


class FieldFacts(NamedTuple):
    """What both see: where the player and the other are, and whether the player has the ball."""

    mine: Square
    other: Square
    ball: bool | None


@dataclass(frozen=True)
class Soccer:
    """Both choose a step at once; chance says whose is taken first.

    Who steps into the other stays where it is, and the other has the ball. The first player scores
    by stepping off the right end with the ball, the second off the left, in the two middle rows (in
    all, where there are fewer than four): the scorer wins 1. After every step the match ends with
    probability `end`, without a winner.
    """

    rows: int = 2
    columns: int = 3
    end: Exact = Fraction(1, 10)
    players = 2
    name = "soccer"

    def __post_init__(self) -> None:
        if self.rows < 1 or self.columns < 2 or not 0 < self.end <= 1:
            raise IllFormedGame(
                f"a field of {self.rows} rows and {self.columns} columns that ends with "
                f"probability {self.end}; it needs 1 row, 2 columns, and an end above 0"
            )

    @property
    def start(self) -> Field:
        """The two face each other; who has the ball is drawn."""
        row = self.rows // 2
        return Field(((row, 0), (self.rows - 1 - row, self.columns - 1)))

    def asks(self, state: Field) -> tuple[Ask, ...]:
        """Who has the ball; or both steps, whose comes first, and whether the match goes on."""
        turn = state.steps
        if state.score is not None:
            return ()
        if state.ball is None:
            return (Ask(NATURE, FIRST, "ball", turn),)
        going = (Fraction(self.end), 1 - Fraction(self.end))
        return (
            Ask(0, STEP, "step", turn),
            Ask(1, STEP, "step", turn),
            Ask(NATURE, FIRST, "order", turn),
            Ask(NATURE, Choice(("ends", "goes on")), "end", turn, going),
        )

    def after(self, state: Field, answers: tuple[Any, ...]) -> Field:
        """The field after both steps, taken in the order drawn."""
        if state.ball is None:
            return state._replace(ball=answers[0], steps=state.steps + 1)
        *steps, first, goes_on = answers
        for player in (first, 1 - first):
            state = self._stepped(state, player, steps[player])
            if state.score is not None:
                return state._replace(steps=state.steps + 1)
        score = state.score if goes_on else 0
        return state._replace(steps=state.steps + 1, score=score)

    def facts(self, state: Field, player: int) -> FieldFacts:
        """All of the field."""
        mine, other = state.squares[player], state.squares[1 - player]
        return FieldFacts(mine, other, None if state.ball is None else state.ball == player)

    def paid(self, state: Field) -> tuple[int, ...]:
        """The score."""
        score = state.score or 0
        return (score, -score)

    def remaining(self, state: Field) -> tuple[Any, ...]:
        """Everything but how long it was played."""
        return (state.squares, state.ball, state.score)

    def _stepped(self, state: Field, player: int, step: int) -> Field:
        """The field after one player's step."""
        down, right = MOVES[STEP.options[step]]
        row, column = state.squares[player]
        there = (row + down, column + right)
        goal = self.columns if player == 0 else -1
        if state.ball == player and there[1] == goal and self._open(row):
            return state._replace(score=1 if player == 0 else -1)
        if not (0 <= there[0] < self.rows and 0 <= there[1] < self.columns):
            return state
        if there == state.squares[1 - player]:
            return state._replace(ball=1 - player)
        squares = (there, state.squares[1]) if player == 0 else (state.squares[0], there)
        return state._replace(squares=squares)

    def _open(self, row: int) -> bool:
        """Whether a row leads to the goals."""
        return self.rows < 4 or row in (self.rows // 2 - 1, self.rows // 2)


GAME = Named(
    make=Soccer,
    family="zero-sum",
    source="Littman 1994, Markov games as a framework for multi-agent reinforcement learning, "
    "ICML, section 5: rows=4, columns=5",
    value="0",
    note="The two are mirror images and the ball is drawn, so that the value is 0.",
)
