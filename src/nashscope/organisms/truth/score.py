"""Claims against the truth.

A claim is a hit if there is something of the kind and no layer is named in which it is not, else it
is in the wrong place; a claim where there is nothing is a false alarm. No claim is a miss if there
is something, and right silence if there is not. Nothing is scored where the truth is not known.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from nashscope.organisms.card import Truth
from nashscope.organisms.truth.cases import Cases, cases
from nashscope.organisms.truth.subject import Subject
from nashscope.organisms.truth.tools import TOOLS, Claim, Tool

__all__ = ["Finding", "Score", "Verdict", "scored", "scores"]

Verdict = Literal[
    "hit", "wrong place", "miss", "false alarm", "right silence", "not usable", "not known"
]
"""What a claim is, held against the truth; see the head of this file."""


@dataclass(frozen=True)
class Finding:
    """What one tool said of one organism, and whether it is true.

    planted: what is planted in the organism; where: the layers in which it may be named.
    """

    organism: str
    planted: str
    tool: str
    asks: str
    verdict: Verdict
    layers: tuple[int, ...]
    where: tuple[int, ...]
    evidence: str


@dataclass(frozen=True)
class Score:
    """One tool over all organisms: how many of each verdict."""

    tool: str
    asks: str
    causal: bool
    hits: int
    misplaced: int
    misses: int
    false_alarms: int
    silences: int

    @property
    def sound(self) -> bool:
        """Whether it found nothing where nothing of the kind is planted."""
        return self.false_alarms == 0


def scored(
    subjects: Iterable[Subject],
    *,
    count: int = 64,
    seed: int = 0,
    tools: Sequence[Tool] = TOOLS,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Finding]:
    """Every tool on every subject.

    count: held-out games that claims are measured on; as many others are there to choose on.
    """
    fit, test = cases(count, seed), cases(count, seed + 1)
    found = []
    for one in subjects:
        for number, tool in enumerate(tools):
            progress(f"examining {one.name}", number, len(tools))
            found.append(_judged(one, tool, fit, test))
        progress(f"examining {one.name}", len(tools), len(tools))
    return found


def scores(findings: Sequence[Finding], tools: Sequence[Tool] = TOOLS) -> list[Score]:
    """The findings of every tool counted."""
    made = []
    for tool in tools:
        own = [one.verdict for one in findings if one.tool == tool.name]
        kinds: list[Verdict] = ["hit", "wrong place", "miss", "false alarm", "right silence"]
        made.append(Score(tool.name, tool.asks, tool.causal, *(own.count(kind) for kind in kinds)))
    return made


def _judged(subject: Subject, tool: Tool, fit: Cases, test: Cases) -> Finding:
    """The tool's claim held against what is known."""
    asked = (subject.name, subject.truth.planted, tool.name, tool.asks)
    where = _where(subject.truth, tool, subject.model.layers)
    if where is None:
        return Finding(*asked, "not known", (), (), "the card does not say where it is held")
    claim = tool.claim(subject, fit, test)
    return Finding(
        *asked,
        _verdict(claim, where),
        () if claim is None else claim.layers,
        where,
        "needs the organism's parent" if claim is None else claim.evidence,
    )


def _verdict(claim: Claim | None, where: tuple[int, ...]) -> Verdict:
    """See the head of this file."""
    if claim is None:
        return "not usable"
    if not claim.found:
        return "miss" if where else "right silence"
    if not where:
        return "false alarm"
    return "hit" if set(claim.layers) <= set(where) else "wrong place"


def _where(truth: Truth, tool: Tool, depth: int) -> tuple[int, ...] | None:
    """The layers in which what the tool looks for may be named; empty if it is not there, and None
    if that is not known.

    All overrides of the organisms heed the other player's last action, and nothing else in these
    cases does: the dominant action is the best response to everything. A decoy acts nowhere.
    """
    if tool.asks == "where what came before is held":
        return truth.holds or None
    if tool.asks == "the coordinate acts" or not truth.overriding:
        return ()
    if tool.asks == "what came before acts":
        return tuple(range(1, depth + 1))
    # Set against its parent, an organism differs in what was trained; the decoy's override is the
    # parent's own, and nothing that changes answers came on top.
    if tool.name == "layer swap" and truth.planted == "decoy":
        return ()
    return truth.overriding
