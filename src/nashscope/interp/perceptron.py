"""A small nonlinear reader of activations, fitted for many labellings of the same rows at once."""

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from numpy import ndarray
from torch import Tensor

from nashscope.interp.linear import rows

__all__ = ["perceptron", "slopes"]

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
    points = torch.tensor((own.points / unit).T, dtype=torch.float32)
    held = torch.tensor((own.placed(test) / unit).T, dtype=torch.float32)
    wanted = torch.nn.functional.one_hot(torch.tensor(labels, dtype=torch.long), classes)
    hot = wanted.transpose(1, 2).float()
    shapes = [(len(points), HIDDEN), (1, HIDDEN), (HIDDEN, classes), (1, classes)]
    with torch.no_grad():
        weights = _started(len(labels), shapes)
        optimiser = torch.optim.AdamW(weights, lr=RATE, weight_decay=DECAY)
        for _ in range(STEPS):
            for weight, slope in zip(weights, slopes(points, hot, weights), strict=True):
                weight.grad = slope
            optimiser.step()
        return np.asarray(_scores(_hidden(held, weights), weights).argmax(dim=1).numpy())


def slopes(
    points: Float[Tensor, "axes rows"],
    wanted: Float[Tensor, "draws classes rows"],
    weights: list[Tensor],
) -> list[Tensor]:
    """The slopes of the mean cross-entropy of every labelling by its own weights.

    weights: into and shift of the hidden layer, `[draws, hidden, axes]` and `[draws, hidden, 1]`,
        and of the classes, `[draws, classes, hidden]` and `[draws, classes, 1]`.

    Written out, with the rows last: most of a study's probing is spent here, and so the same
    products take two thirds of the time that they take by automatic differentiation.
    """
    _, _, out, _ = weights
    hidden = _hidden(points, weights)
    missed = torch.softmax(_scores(hidden, weights), dim=1).sub_(wanted).div_(points.shape[1])
    back = (out.transpose(1, 2) @ missed).mul_(hidden > 0)
    return [
        (back.flatten(0, 1) @ points.T).reshape(weights[0].shape),
        back.sum(dim=2, keepdim=True),
        missed @ hidden.transpose(1, 2),
        missed.sum(dim=2, keepdim=True),
    ]


def _started(draws: int, shapes: list[tuple[int, int]]) -> list[Tensor]:
    """The same first weights for every labelling, so that they differ in labels alone."""
    chance = torch.Generator().manual_seed(0)
    first = [torch.randn(shape, generator=chance) / shape[0] ** 0.5 for shape in shapes]
    first = [w.T * (0.0 if len(w) == 1 else 1.0) for w in first]
    return [w.expand(draws, *w.shape).clone() for w in first]


def _hidden(
    points: Float[Tensor, "axes rows"], weights: list[Tensor]
) -> Float[Tensor, "draws hidden rows"]:
    """The hidden layer of every labelling's network."""
    into, shift, _, _ = weights
    # One product for all labellings; a batch of small ones is slower.
    return torch.relu_((into.flatten(0, 1) @ points).reshape(*into.shape[:2], -1) + shift)


def _scores(
    hidden: Float[Tensor, "draws hidden rows"], weights: list[Tensor]
) -> Float[Tensor, "draws classes rows"]:
    """What the network of every labelling says of every row."""
    _, _, out, offset = weights
    return out @ hidden + offset
