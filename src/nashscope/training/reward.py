"""The exploitability of an answer as its reward.

The reward of a strategy is 1 - residual: the share of the payoff range that the best reply leaves.
It is computed for every answer by itself: a term that is the same for all answers to a question
(the value of the game, say) cancels against the mean of their group, and teaches nothing. Text goes
through the parser that the benchmark uses; what cannot be read gets the stated penalty, which is
below the reward of every strategy, and is never taken for one.
"""

from collections.abc import Sequence

from nashscope.bench import matrix
from nashscope.training.data import TrainingQuestion

__all__ = ["rewards"]


def rewards(
    asked: Sequence[TrainingQuestion],
    replies: Sequence[str],
    penalty: float,
    cut_off: Sequence[bool] | None = None,
) -> list[float]:
    """The reward of every reply.

    >>> from nashscope.training.data import questions
    >>> from nashscope.training.plan import TrainingPlan
    >>> one = questions(TrainingPlan("m", sizes=((2, 2),), questions=1))
    >>> rewards(one * 2, [one[0].answer, "no idea"], -0.5)[1]
    -0.5
    """
    stopped = cut_off or [False] * len(replies)
    items = {question.item.id: question.item for question in asked}
    read = [
        matrix.read(question.item, question.player, "numbers", reply, cut_off=short)
        for question, reply, short in zip(asked, replies, stopped, strict=True)
    ]
    scored = matrix.scored(items, read)
    return [penalty if one.residual is None else 1 - min(one.residual, 1.0) for one in scored]
