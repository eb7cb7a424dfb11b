"""The distance of policies that were estimated from sampled answers, without what chance adds.

Frequencies of a few answers lie off the policy that gave them, and so off an equilibrium that it
plays exactly: two players of matching pennies who mix half and half are 0.195 away by 8 answers
each. Cross-fitting takes that out. The distance is piecewise linear in the policies; most of the
answers say which piece holds there (which equilibrium is nearest, in which direction), and the
rest, which know nothing of the others, are measured by that piece.

At an equilibrium the mean of this is 0; far from it, where all answers agree on the piece, it is
the distance itself; in between it is too small, as the plain distance is too large. Single values
may be negative.

Source of the idea: Cox 1975, Biometrika 62 (a note on data-splitting); Chernozhukov et al. 2018,
Econometrics Journal 21 (cross-fitting).
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from nashscope.agents import Decision
from nashscope.chance import stream
from nashscope.play import Transcript

__all__ = ["counts", "cross_fitted", "rests_on"]

SPLITS = 16
"""Ways in which the answers are divided."""
MEASURED = 4
"""One in so many answers is measured by, at least one; of 8 answers, with a half instead, play
0.3 from equilibrium came out at 0.17, with a quarter at 0.21."""
NUDGE = 0.02
"""How far a policy is moved at random, so that it lies on no border between two pieces."""
STEP = 1e-4
"""How far the slope is followed: much less than the nudge, so that no border is crossed, and much
more than the 1e-7 to which distances are known in large games."""

Apart = Callable[[list[Float[ndarray, "batch _"]]], Float[ndarray, "batch"]]


def cross_fitted(
    apart: Apart,
    named: Sequence[Int[ndarray, "_"] | None],
    sure: Sequence[Float[ndarray, "_"]],
    place: Sequence[int] = (),
) -> float:
    """The distance of one profile, without what chance adds.

    apart: the distance of a batch of profiles, `[batch, actions]` per player.
    named: per player how many answers named each action, 2 or more in all; None where the policy
        was read and is known as it is.
    sure: per player the policy.
    place: tells this decision from others, so that the answers of each are divided anew; with one
        division for all like it the error of a few divisions would not average out.
    """
    chance = stream(0, "cross-fitting", *place)
    here, there = [], []
    for own, policy in zip(named, sure, strict=True):
        if own is None:
            fitted = measured = np.tile(policy, (SPLITS, 1))
        else:
            total = int(own.sum())
            some = max(1, total // MEASURED)
            drawn = chance.multivariate_hypergeometric(own, some, size=SPLITS)
            fitted, measured = (own - drawn) / (total - some), drawn / some
        nudged = (1 - NUDGE) * fitted + NUDGE * chance.dirichlet(np.ones(len(policy)), size=SPLITS)
        here.append(nudged)
        there.append(nudged + STEP * (measured - nudged))
    at = apart(here)
    return float(np.mean(at + (apart(there) - at) / STEP))


def counts(decision: Decision) -> Int[ndarray, "_"] | None:
    """How many sampled answers named each action; None unless two or more gave the policy."""
    if decision.policy is None or decision.samples is None or decision.samples < 2:
        return None
    return np.asarray(np.rint(np.array(decision.policy) * decision.samples), dtype=int)


def rests_on(matches: Sequence[Transcript]) -> Iterator[str]:
    """What the policies of the matches rest on, a line each, where they were not simply read."""
    sampled: set[int] = set()
    alone = chained = False
    for match in matches:
        for decisions in match.rounds:
            for player, decision in enumerate(decisions):
                if decision.policy is not None:
                    sampled |= set() if counts(decision) is None else {decision.samples or 0}
                    alone |= decision.samples == 1
                    chained |= _after_reasoning(match, player, decision)
    if sampled:
        few, many = min(sampled), max(sampled)
        number = f"{few}" if few == many else f"{few} to {many}"
        yield f"policies from {number} sampled answers each"
    if alone:
        yield "policies from one sampled answer each: too far where the policy itself is mixed"
    if chained:
        yield "policies after one sampled chain of thought each: too far where they are mixed"


def _after_reasoning(match: Transcript, player: int, decision: Decision) -> bool:
    """Whether words of the model's own came before the policy: the reply is no mere label."""
    if decision.how != "logprobs" or decision.reply is None or decision.action is None:
        return False
    labels = match.labels[player] if match.labels else ()
    return bool(labels) and decision.reply.strip() != labels[decision.action].strip()
