"""What happened: matches, transcripts and the store."""

from nashscope.play.cell import Cell
from nashscope.play.match import Cast, framing_of, length, match, play, questions
from nashscope.play.reading import Reading, read_match
from nashscope.play.transcript import Event, Transcript, transcripts

__all__ = [
    "Cast",
    "Cell",
    "Event",
    "Reading",
    "Transcript",
    "framing_of",
    "length",
    "match",
    "play",
    "questions",
    "read_match",
    "transcripts",
]
