"""The probability of whole labels, read from what a server tells of the first token.

A server lists the likeliest first tokens. A label counts with every listed token that is the whole
label but for blanks around it; a label that the tokenizer cuts in pieces cannot be read so, and a
label outside the list only has a bound.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

__all__ = ["BOUND", "read_labels"]

BOUND = 1e-4
"""An unlisted label counts as never said if it can have at most this share of what is."""


def read_labels(
    labels: Sequence[str], alternatives: Sequence[tuple[str, float]], asked: int
) -> Float[ndarray, "labels"] | None:
    """Log-probability of every label as the first token, or None where it cannot be read.

    alternatives: tokens with their log-probabilities. asked: how many the server was asked for.
    An entry of the result is minus infinity for a label that has at most `BOUND` of what all labels
    have together.

    >>> read_labels(("F", "K"), (("F", -0.5), (" K", -1.5), (" F", -3.0)), 20).round(3).tolist()
    [-0.421, -1.5]
    >>> read_labels(("stop", "stay"), (("st", -0.1), ("go", -3.0)), 20) is None
    True
    """
    whole = [[x for token, x in alternatives if _bare(token) == label] for label in labels]
    told = np.array([np.logaddexp.reduce(found) if found else -np.inf for found in whole])
    mass = float(np.exp(told).sum())
    if mass == 0:
        return None
    absent = [label for label, found in zip(labels, whole, strict=True) if not found]
    pieces = [
        float(np.exp(x))
        for label in absent
        for token, x in alternatives
        if (bare := _bare(token)) and label.startswith(bare)
    ]
    rest = max(0.0, 1.0 - float(np.exp([x for _, x in alternatives]).sum()))
    smallest = min(float(np.exp(x)) for _, x in alternatives)
    unlisted = min(rest, smallest) if len(alternatives) >= asked else rest
    most = unlisted + max(pieces, default=0.0)
    return None if absent and most > BOUND * mass else told


def _bare(token: str) -> str:
    """A token without the blanks around it, also those that tokenizers write as letters."""
    return token.strip().lstrip("▁Ġ")
