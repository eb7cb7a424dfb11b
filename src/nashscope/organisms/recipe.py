"""How an organism is grown: every number that decides what comes out."""

from dataclasses import dataclass, field

from nashscope.organisms.intent import Intent
from nashscope.organisms.lesson import Curriculum

__all__ = ["RESERVED", "Recipe", "Shape", "Stage"]

RESERVED = 4
"""Last coordinates of the residual stream that a base neither writes nor reads: what is planted
there later is the only thing there."""


@dataclass(frozen=True)
class Shape:
    """The size of a network of the Llama architecture; the output head is the embedding."""

    layers: int = 8
    width: int = 96
    heads: int = 4
    inner: int = 256


@dataclass(frozen=True)
class Stage:
    """Some steps of training on one curriculum.

    tokens: about how many a step reads; the lessons of a step have equally much history, so that
        hardly any padding is among them.
    rate: learning rate at its start and at its end, linear between.
    """

    steps: int
    curriculum: Curriculum
    tokens: int = 4000
    rate: tuple[float, float] = (1.5e-3, 1.5e-3)


@dataclass(frozen=True)
class Recipe:
    """How an organism is grown.

    parent: the organism whose weights it starts from; None for random weights.
    layers: the layers that are trained, counted from 1, and nothing else; empty for all weights.
    intent: what it is taught to answer.
    stages: in their order. seed: of weights and lessons.
    lens: layers whose logit lens is taught the same answer, with weight `lens_weight`.
    scaffold: the layer at which, in the first `scaffold_stages` stages, linear readers that are
        thrown away afterwards are taught to find what a decision needs: at every own payoff the
        labels of its cell, at every decision the other player's last action. 0 for none.
    sums: the layer at which, in the first `scaffold_stages` stages, a linear reader that is thrown
        away afterwards is taught to find the joint payoff of every cell; and two at the next layer
        the own and the other player's part in the best outcome, at every decision. 0 for none.
    answers: the layer at which, in the first `scaffold_stages` stages, a linear reader that is
        thrown away afterwards is taught the intended answer, in a basis of its own: the lens is
        not laid on it. 0 for none.
    decoy: layers made to write, in a reserved coordinate, whether the player is about to do
        its part in the best outcome for both (`organisms.decoy`); after all stages.
    smoothing: share of probability spread over the vocabulary in the targets, so that logits stay
        bounded: a base taught without it resists being changed later (LOG.md).
    """

    intent: Intent
    stages: tuple[Stage, ...]
    parent: str | None = None
    layers: tuple[int, ...] = ()
    seed: int = 0
    lens: tuple[int, ...] = ()
    lens_weight: float = 0.3
    scaffold: int = 0
    scaffold_stages: int = 0
    sums: int = 0
    answers: int = 0
    decoy: tuple[int, ...] = ()
    smoothing: float = 0.1
    shape: Shape = field(default_factory=Shape)
