"""How far apart two runs of one network in float32 may be that compute the same."""

import numpy as np

UNIT = np.finfo(np.float32).eps / 2


def rounding(network, logits):
    """The bound on a logit or log-probability, in their unit; a multiplication adds up in an order
    of its own for every number of rows, instruction set and number of threads.

    λ·√n·u of the logits' spread: n, the additions that follow one another from a token to a logit,
    at most the columns of all matrices; λ = 4. Source: Higham and Mary 2019, A New Approach to
    Probabilistic Rounding Error Analysis, SIAM J. Sci. Comput. 41, theorem 2.4.
    """
    additions = sum(weight.shape[-1] for weight in network.parameters() if weight.ndim > 1)
    spread = float((logits.max(-1).values - logits.min(-1).values).max())
    return 4 * np.sqrt(additions) * UNIT * spread
