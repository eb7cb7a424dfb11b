"""Asking a model the benchmark's questions, both players of every game, in three interfaces."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.agents.draw import normalised
from nashscope.bench.matrix.interface import INTERFACES, Interface
from nashscope.bench.matrix.item import Item
from nashscope.bench.matrix.score import Answer, read, scored
from nashscope.chance import stream
from nashscope.errors import Misuse, ModelRefused
from nashscope.models import LanguageModel
from nashscope.models.hosted import Heard, HostedModel, Task

__all__ = ["ask", "check_interfaces", "check_writes_digits", "uniform"]

TOGETHER = 128
"""Questions that are given to a model in one call."""
ROOM, PER_ACTION, THOUGHT = 24, 8, 2048
"""Tokens that an answer may take: some words, numbers with commas or labels, and thinking."""

Told = Callable[[int], None]
"""Is told how many more questions were answered."""


def ask(
    model: LanguageModel,
    items: Sequence[Item],
    interface: Interface,
    *,
    thinking: bool = False,
    seed: int = 0,
    temperature: float = 0.0,
    told: Told = lambda _: None,
) -> list[Answer]:
    """The answers of both players of every item, scored.

    Of a model that tells probabilities the policy is read from them, before any thinking. A hosted
    model that does not, or lists no label, answers several times at temperature 1, and its policy
    is the share of each action. Another one writes a choice, which is scored as a ranking of one
    action.

    Raises:
        ModelRefused: if numbers are asked for and the model's tokenizer cannot write a digit.
    """
    if interface == "numbers":
        check_writes_digits(model)
    asked = [(item, player) for item in items for player in (0, 1)]
    found: list[Answer] = []
    for start in range(0, len(asked), TOGETHER):
        part = asked[start : start + TOGETHER]
        if interface == "policy" and isinstance(model, HostedModel):
            found += _heard(model, part, thinking, seed)
        elif interface == "policy" and model.reads:
            found += _policies(model, part)
        else:
            found += _written(model, part, interface, thinking, seed, temperature)
        told(len(part))
    return scored({item.id: item for item in items}, found)


def uniform(items: Sequence[Item]) -> list[Answer]:
    """What somebody gets who gives every action the same probability: the baseline."""
    answers = [
        Answer(item.id, item.group, player, "numbers", strategy=(1 / count,) * count)
        for item in items
        for player, count in enumerate(item.shape)
    ]
    return scored({item.id: item for item in items}, answers)


def check_interfaces(names: Sequence[str]) -> list[Interface]:
    """The interfaces of these names.

    Raises:
        Misuse: naming the first that there is not.
    """
    for name in names:
        if name not in INTERFACES:
            raise Misuse(f"the interface is {name!r}; it is one of {', '.join(INTERFACES)}")
    return [known for known in INTERFACES if known in names]


def check_writes_digits(model: Any) -> None:
    """Refuses a model whose tokenizer cannot write every digit; nothing is known of hosted ones.

    Raises:
        ModelRefused: naming the digits.
    """
    tokenizer = getattr(model, "tokenizer", None)
    if tokenizer is None:
        return
    lost = [
        digit
        for digit in "0123456789"
        if digit not in tokenizer.decode(tokenizer(digit, add_special_tokens=False)["input_ids"])
    ]
    if lost:
        raise ModelRefused(
            f"the tokenizer of {model.name} cannot write {' '.join(lost)}: it could not answer in "
            "numbers; ask for --interfaces ranking,policy"
        )


def _policies(model: LanguageModel, asked: Sequence[tuple[Item, int]]) -> Iterator[Answer]:
    """The policies over the labels, read from the logits."""
    questions = [item.question(player) for item, player in asked]
    told = model.logprobs([q.render("policy") for q in questions], [q.labels for q in questions])
    for (item, player), own in zip(asked, told, strict=True):
        yield _read(item, player, own)


def _read(
    item: Item, player: int, logprobs: Float[ndarray, "labels"], how: str | None = None
) -> Answer:
    """The policy in the log-probabilities of the labels."""
    policy, mass = normalised(logprobs)
    return Answer(item.id, item.group, player, "policy", strategy=policy, mass=mass, how=how)


def _heard(
    model: HostedModel, asked: Sequence[tuple[Item, int]], thinking: bool, seed: int
) -> Iterator[Answer]:
    """The policies of a hosted model, asked in the best way that its server offers.

    It thinks only where no log-probabilities are told, since they are those of the first token.
    """
    thinks = thinking and not model.reads
    tasks = [
        Task(
            question.render("policy", thinking=thinks),
            question.labels,
            stream(seed, "matrix", "policy", item.id, player),
            thinks,
            ROOM + PER_ACTION * len(question.labels) + (THOUGHT if thinks else 0),
        )
        for item, player in asked
        for question in [item.question(player)]
    ]
    for (item, player), one in zip(asked, model.hear(tasks), strict=True):
        if one.logprobs is not None:
            yield _read(item, player, one.logprobs, one.how)
        else:
            yield _estimated(item, player, one)


def _estimated(item: Item, player: int, one: Heard) -> Answer:
    """The share of each action among the answers that name one; of an only answer a ranking."""
    said = [
        read(item, player, "policy", reply.text, cut_off=reply.finish == "length")
        for reply in one.replies
    ]
    if not said:
        why = one.failures[0] if one.failures else None
        return Answer(
            item.id, item.group, player, "policy", unread="unparsed", why=why, how=one.how
        )
    named = [answer.order[0] for answer in said if answer.order is not None]
    told = replace(said[0], how=one.how, samples=len(named), mass=len(named) / len(said))
    if not named or len(said) == 1:
        return told
    shares = np.bincount(named, minlength=item.shape[player]) / len(named)
    return replace(told, order=None, strategy=tuple(shares.tolist()), unread=None, why=None)


def _written(
    model: LanguageModel,
    asked: Sequence[tuple[Item, int]],
    interface: Interface,
    thinking: bool,
    seed: int,
    temperature: float,
) -> Iterator[Answer]:
    """What the model writes, read."""
    prompts = [item.question(player).render(interface, thinking=thinking) for item, player in asked]
    chances = [stream(seed, "matrix", interface, item.id, player) for item, player in asked]
    most = max(item.shape[player] for item, player in asked)
    replies = model.generate(
        prompts,
        chances,
        tokens=ROOM + PER_ACTION * most + (THOUGHT if thinking else 0),
        temperature=temperature,
    )
    for (item, player), reply in zip(asked, replies, strict=True):
        yield read(item, player, interface, reply.text, cut_off=reply.finish == "length")
