"""Two on a small field, one ball."""

from nashscope.framing.facts import Telling

__all__ = ["TELLING"]

TELLING = Telling(
    "You are player {player} of {players} on a field of {rows} rows and {columns} columns. "
    "Both choose a step at once, and chance says whose is taken first. Who steps into the "
    "other loses the ball to it. Player 1 scores by leaving the field on the right with the "
    "ball, player 2 on the left. After every step the match ends without a winner with "
    "probability {end}. A goal earns 1 point and costs the other 1.",
    {
        "mine": "You stand in {value:places}.",
        "other": "The other stands in {value:places}.",
        "ball": "Do you have the ball: {value}.",
    },
    {
        "step": "Where do you step?",
    },
)
"""How it is told."""
