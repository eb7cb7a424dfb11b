"""What happened: matches, transcripts and the store."""

from nashscope.play.cell import Cell
from nashscope.play.match import Cast, framing_of, length, match, play
from nashscope.play.transcript import Event, Transcript, transcripts

__all__ = [
    "Cast",
    "Cell",
    "Event",
    "Transcript",
    "framing_of",
    "length",
    "match",
    "play",
    "transcripts",
]
