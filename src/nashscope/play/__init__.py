"""What happened: matches, transcripts and the store."""

from nashscope.play.cell import Cell
from nashscope.play.match import Cast, framing_of, match, play
from nashscope.play.transcript import Event, Transcript, transcripts

__all__ = ["Cast", "Cell", "Event", "Transcript", "framing_of", "match", "play", "transcripts"]
