"""The lens at the decisions of a match: what each layer would have answered there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nashscope.play.cell import Cell
from nashscope.play.transcript import Event

if TYPE_CHECKING:
    from nashscope.models.hf import HFModel

__all__ = ["Reading", "read_match"]


@dataclass(frozen=True)
class Reading:
    """The logit lens at one decision.

    cell, match, round, player: which decision.
    lens: for every layer, from 0 (the embeddings) on, the probability of every action, of the
        labels' first distinguishing tokens alone.
    """

    cell: str
    match: int
    round: int
    player: int
    lens: tuple[tuple[float, ...], ...]


def read_match(model: "HFModel", cell: Cell, number: int, events: Iterable[Event]) -> list[Reading]:
    """Reads the decisions that this model took in a match, all in one pass over their prompts.

    Only those in direct mode: after reasoning, the decision is not the prompt's last token.
    """
    from nashscope.interp import capture
    from nashscope.play.match import questions

    if cell.mode != "direct":
        return []
    asked = [
        (event, question)
        for event, question in questions(cell, number, events)
        if event.agent == model.name and event.round >= 0
    ]
    if not asked:
        return []
    prompts = [question.prompt() for _, question in asked]
    labels = [question.labels for event, question in asked]
    seen = capture(model, prompts, labels).lens_policy
    return [
        Reading(
            cell.id,
            number,
            event.round,
            event.player,
            tuple(tuple(float(f"{p:.4g}") for p in layer) for layer in one),
        )
        for (event, _), one in zip(asked, seen, strict=True)
    ]
