"""Intervals of single numbers: shares, differences of shares, and Student's t.

One place for the formulas, so that a share has the same interval wherever it is told. `scipy.stats`
has them too and takes 2 s to import; these need `scipy.special` alone, and that only when called.
"""

import math

__all__ = ["clopper_pearson", "newcombe", "t975", "wilson"]

Z975 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

Share = tuple[float, float, float]
"""A share with the ends of its interval: value, low, high."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share, for `hits` of `n` independent trials.

    Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.

    Raises:
        ValueError: unless 0 ≤ hits ≤ n and n > 0.

    >>> [round(x, 3) for x in wilson(5, 5)]
    [0.566, 1.0]
    """
    _check(hits, n)
    share = hits / n
    middle = (share + Z975**2 / (2 * n)) / (1 + Z975**2 / n)
    half = Z975 * math.sqrt(share * (1 - share) / n + Z975**2 / (4 * n * n)) / (1 + Z975**2 / n)
    # rounding must not push an end past the share itself
    return min(max(0.0, middle - half), share), max(min(1.0, middle + half), share)


def newcombe(first: Share, second: Share) -> Share:
    """The difference of two independent shares with its interval, from theirs.

    Source: Newcombe 1998, Interval estimation for the difference between independent proportions,
    method 10, if the intervals given are Wilson's.

    >>> [round(x, 2) for x in newcombe((0.5, 0.3, 0.7), (0.5, 0.3, 0.7))]
    [0.0, -0.28, 0.28]
    """
    p, p_low, p_high = first
    q, q_low, q_high = second
    below, above = math.hypot(p - p_low, q_high - q), math.hypot(p_high - p, q - q_low)
    return p - q, p - q - below, p - q + above


def clopper_pearson(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """An exact interval of a share: it holds with at least `level`, whatever the share is.

    Source: Clopper and Pearson 1934, Biometrika 26.

    Raises:
        ValueError: unless 0 ≤ hits ≤ n and n > 0.

    >>> [round(x, 3) for x in clopper_pearson(8, 8)]
    [0.631, 1.0]
    """
    from scipy.special import betaincinv

    _check(hits, n)
    tail = (1 - level) / 2
    low = float(betaincinv(hits, n - hits + 1, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1, n - hits, 1 - tail)) if hits < n else 1.0
    return low, high


def t975(freedom: float) -> float:
    """The 97.5 % point of Student's t.

    >>> round(t975(9.0), 3)
    2.262
    """
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))


def _check(hits: int, n: int) -> None:
    """Raises unless so many of so many is a share."""
    if not 0 <= hits <= n or n < 1:
        raise ValueError(f"{hits} of {n} is no share; 0 ≤ hits ≤ n and n ≥ 1 are wanted")
