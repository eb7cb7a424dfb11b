"""The tools of `interp` scored against models whose mechanism is known."""

from nashscope.organisms.truth.cases import Cases, cases
from nashscope.organisms.truth.score import Finding, Score, scored, scores
from nashscope.organisms.truth.subject import Subject, shuffled, subject
from nashscope.organisms.truth.tools import TOOLS, Claim, Tool

__all__ = [
    "TOOLS",
    "Cases",
    "Claim",
    "Finding",
    "Score",
    "Subject",
    "Tool",
    "cases",
    "scored",
    "scores",
    "shuffled",
    "subject",
]
