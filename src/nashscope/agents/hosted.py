"""Decisions of a hosted model: a policy that was read, or one that was estimated by repetition."""

from collections import Counter
from collections.abc import Sequence

from nashscope.agents.agent import Decision, Question
from nashscope.agents.draw import drawn, normalised
from nashscope.agents.reply import named
from nashscope.framing import Mode, Unparsed
from nashscope.interval import clopper_pearson
from nashscope.models.hosted import Heard, HostedModel, Task

__all__ = ["hosted_decisions", "interval"]


def hosted_decisions(
    model: HostedModel,
    questions: Sequence[Question],
    prompts: Sequence[str],
    *,
    mode: Mode,
    tokens: int,
    temperature: float,
) -> list[Decision]:
    """A decision for every question; "failed" where the server answered none of its attempts.

    Where a policy is estimated, the action is that of the first answer, so that actions and answers
    that name none occur as often as the model gives them; the policy is the share of each action
    among all answers that name one.
    """
    tasks = [
        Task(prompt, q.labels, q.chance, mode != "direct", tokens)
        for q, prompt in zip(questions, prompts, strict=True)
    ]
    asked = zip(questions, prompts, model.hear(tasks, temperature=temperature), strict=True)
    return [_decision(question, prompt, heard, mode) for question, prompt, heard in asked]


def interval(decision: Decision, level: float = 0.95) -> list[tuple[float, float]] | None:
    """An exact interval for the probability of every action; None for a policy that was read.

    Clopper and Pearson's. Each action by itself holds with at least `level`.

    >>> from nashscope.agents import Decision
    >>> one = Decision(0, policy=(1.0, 0.0), how="samples", samples=8)
    >>> [tuple(round(x, 3) for x in pair) for pair in interval(one)]
    [(0.631, 1.0), (0.0, 0.369)]
    """
    if decision.policy is None or not decision.samples:
        return None
    n = decision.samples
    return [clopper_pearson(round(share * n), n, level) for share in decision.policy]


def _decision(question: Question, prompt: str, heard: Heard, mode: Mode) -> Decision:
    """The decision in what was heard."""
    labels = question.labels
    if heard.logprobs is not None:
        policy, mass = normalised(heard.logprobs)
        action = drawn(policy, question.chance)
        return Decision(action, "action", policy, "logprobs", mass, None, prompt, labels[action])
    if not heard.replies:
        why = heard.failures[0] if heard.failures else None
        return Decision(None, "failed", how=heard.how, prompt=prompt, reply=why)
    read = [named(reply, lambda text: question.read(text, mode)) for reply in heard.replies]
    times = Counter(action for action in read if not isinstance(action, Unparsed))
    count = times.total()
    estimate = None
    if len(heard.replies) > 1 and count:
        estimate = tuple(times[action] / count for action in range(len(labels)))
    first = read[0]
    return Decision(
        None if isinstance(first, Unparsed) else first,
        first.why if isinstance(first, Unparsed) else "action",
        estimate,
        heard.how,
        count / len(read),
        count,
        prompt,
        heard.replies[0].text,
    )
