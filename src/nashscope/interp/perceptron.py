"""A small nonlinear reader of activations, fitted for many labellings of the same rows at once."""

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from numpy import ndarray
from torch import Tensor

from nashscope.interp.linear import rows

__all__ = ["perceptron"]

AXES = 24
"""Principal axes of the activations that it sees."""
HIDDEN = 16
STEPS = 100
RATE = 0.03
DECAY = 1e-2


def perceptron(
    train: Float[ndarray, "rows width"],
    labels: Int[ndarray, "draws rows"],
    test: Float[ndarray, "more width"],
    inner: Bool[ndarray, "rows"],
    classes: int,
) -> Int[ndarray, "draws more"]:
    """Labels predicted by a network with one hidden layer, trained on the whole set by Adam.

    It sees the largest principal axes of the training rows. Its size, steps and weight decay are
    fixed, so `inner` is not used: what it may learn is bounded the same for every labelling.
    """
    del inner
    own = rows(train, AXES, scaled=False)
    unit = float(np.sqrt((own.points**2).mean())) or 1.0
    points = torch.tensor(own.points / unit, dtype=torch.float32)
    held = torch.tensor(own.placed(test) / unit, dtype=torch.float32)
    wanted = torch.tensor(labels, dtype=torch.long)
    shapes = [(points.shape[1], HIDDEN), (1, HIDDEN), (HIDDEN, classes), (1, classes)]
    weights = _started(len(labels), shapes)
    optimiser = torch.optim.AdamW(weights, lr=RATE, weight_decay=DECAY)
    with torch.enable_grad():
        for _ in range(STEPS):
            scores = _scores(points, weights)
            # Summed over labellings: each has weights of its own, so their gradients stay apart.
            loss = torch.nn.functional.cross_entropy(
                scores.flatten(0, 1), wanted.flatten(), reduction="sum"
            ) / len(points)
            for weight, slope in zip(weights, torch.autograd.grad(loss, weights), strict=True):
                weight.grad = slope
            optimiser.step()
    with torch.no_grad():
        return np.asarray(_scores(held, weights).argmax(dim=2).numpy())


def _started(draws: int, shapes: list[tuple[int, int]]) -> list[Tensor]:
    """The same first weights for every labelling, so that they differ in labels alone."""
    chance = torch.Generator().manual_seed(0)
    first = [torch.randn(shape, generator=chance) / shape[0] ** 0.5 for shape in shapes]
    first = [w * (0.0 if len(w) == 1 else 1.0) for w in first]
    return [w.expand(draws, *w.shape).clone().requires_grad_(True) for w in first]


def _scores(
    points: Float[Tensor, "rows axes"], weights: list[Tensor]
) -> Float[Tensor, "draws rows classes"]:
    """What the network of every labelling says of every row."""
    into, shift, out, offset = weights
    return torch.relu(points @ into + shift) @ out + offset
