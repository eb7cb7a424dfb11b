"""The benchmark as an inspect task, for whoever runs inspect (extra `inspect`).

It asks in numbers; the scores are shares of answers, and an answer that cannot be read is unsolved
and told as unread. A file for `inspect eval` has a line of its own and this one (docs/how-to).
"""

from typing import Any

from nashscope.bench.matrix.exam import VERSION, first, test_set
from nashscope.bench.matrix.score import failure, read, scored
from nashscope.bench.matrix.success import STATED, check_epsilon
from nashscope.errors import MissingExtra, install

__all__ = ["inspect_task"]


def inspect_task(limit: int | None = None, epsilon: float = STATED, thinking: bool = False) -> Any:
    """An `inspect_ai.Task` of both players of every game, or of the first `limit` of each group.

    One player's part of ε is half of it.

    Raises:
        MissingExtra: if inspect-ai is not installed.
    """
    try:
        from inspect_ai import Task
        from inspect_ai.dataset import MemoryDataset, Sample
        from inspect_ai.solver import generate
    except ModuleNotFoundError:
        raise MissingExtra(f"inspect tasks need inspect-ai; {install('inspect')}") from None
    check_epsilon(epsilon)
    samples = []
    for item in first(limit):
        for player in (0, 1):
            question = item.question(player)
            samples.append(
                Sample(
                    input=question.render("numbers", thinking=thinking),
                    target=question.write(item.optimal(player).tolist(), "numbers"),
                    id=f"{item.id}/{player}",
                    metadata={"item": item.id, "player": player, "group": item.group},
                )
            )
    return Task(
        dataset=MemoryDataset(samples, name=f"nashscope-matrix-{VERSION}"),
        solver=generate(),
        scorer=_residual(epsilon),
    )


def _residual(epsilon: float) -> Any:
    """Scores an answer by what it leaves to gain."""
    from inspect_ai.scorer import Score, Target, mean, scorer, stderr
    from inspect_ai.solver import TaskState

    items = {item.id: item for item in test_set(VERSION)}

    def residual() -> Any:
        async def score(state: TaskState, target: Target) -> Score:
            item, player = items[state.metadata["item"]], int(state.metadata["player"])
            cut_off = state.output.stop_reason == "max_tokens"
            answer = read(item, player, "numbers", state.output.completion, cut_off=cut_off)
            answer = scored(items, [answer])[0]
            kind = failure(item, answer, epsilon / 2)
            return Score(
                value={"solved": int(kind is None), "read": int(answer.residual is not None)},
                answer=answer.reply,
                explanation=kind or "solved",
                metadata={"residual": answer.residual, "why": answer.why},
            )

        return score

    marked = scorer(metrics={"solved": [mean(), stderr()], "read": [mean(), stderr()]})
    return marked(residual)()
