"""Decisions per second of an organism in self-play, against the loops that are usual elsewhere.

The usual loop plays one match at a time and, for every decision, reads the whole prompt and writes
8 tokens with transformers' own `generate`. An organism says no more than its label, so the loop is
timed a second time with leave to stop there. TextArena's HFLocalAgent is asked for the same prompts
where it is installed (`pip install textarena`); how many of its replies name an action is said.
"""

import importlib.util
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from timing import Row, at_least, at_most

from nashscope.agents import Language
from nashscope.models import load
from nashscope.models.tokens import prompt_ids
from nashscope.organisms import library
from nashscope.play import Cell, play

ORGANISM = "organism/nash"
ROUNDS, TOKENS, ASKED = 50, 8, 40


def rows() -> Iterator[Row]:
    """The figures beside their bars."""
    import torch

    torch.set_num_threads(2)
    ours, prompts, _ = _played(32)
    usual, brief = (_rate(prompts, _generating(least)) for least in (TOKENS, 1))
    figures = f"{ours:.0f} / {usual:.1f} / {brief:.1f}"
    yield Row("decisions a second, ours / usual / usual, stopping early", figures, "", None)
    yield at_least("50 rounds × 32 matches, ours over the usual loop", ours / usual, 20)
    ours, prompts, steps = _played(64)
    yield at_most("what round 50 costs, over round 5", _late(steps), 2)
    yield _tokens(64)
    if importlib.util.find_spec("textarena") is None:
        yield Row("TextArena's HFLocalAgent", "not installed", "", None)
        return
    answer, named = _textarena()
    rate = _rate(prompts, answer)
    yield Row(
        "its replies that name an action", f"{sum(named)} of {len(named)}; ours all", "", None
    )
    yield at_least("50 rounds × 64 matches, ours over TextArena's loop", ours / rate, 50)


def _played(matches: int) -> tuple[float, list[str], list[float]]:
    """Decisions a second of self-play, prompts of all its rounds, and when each round was over."""
    model: Any = load(ORGANISM)
    asked, read, ends = [], model.logprobs, []

    def noted(prompts: Sequence[str], *more: Any, **named: Any) -> Any:
        asked.append(list(prompts))
        return read(prompts, *more, **named)

    model.logprobs = noted
    cell = Cell("prisoners_dilemma", (ORGANISM, ORGANISM), rounds=ROUNDS, matches=matches)
    agent = Language(model)
    began = time.perf_counter()
    play([cell], lambda *_: agent, progress=lambda _: ends.append(time.perf_counter()))
    taken = time.perf_counter() - began
    flat = [prompt for prompts in asked for prompt in prompts]
    return ROUNDS * matches * 2 / taken, flat[:: max(1, len(flat) // ASKED)], [began, *ends]


def _late(steps: Sequence[float]) -> float:
    """The time of rounds 46 to 50 over that of rounds 3 to 7."""
    each = [b - a for a, b in pairwise(steps)]
    return sum(each[45:50]) / sum(each[2:7])


def _tokens(matches: int) -> Row:
    """Tokens computed over tokens that are different, those of common beginnings counted once."""
    model: Any = load(ORGANISM)
    read, said = model.logprobs, set()

    def noted(prompts: Sequence[str], *more: Any, **named: Any) -> Any:
        said.update(prompts)
        return read(prompts, *more, **named)

    model.logprobs = noted
    cell = Cell("prisoners_dilemma", (ORGANISM, ORGANISM), rounds=ROUNDS, matches=matches)
    agent = Language(model)
    play([cell], lambda *_: agent)
    own = sorted(prompt_ids(model.tokenizer, sorted(said)))
    unique = len(own[0]) + sum(len(b) - _shared(a, b) for a, b in pairwise(own))
    return at_most("tokens computed over unique tokens", model.prefixes.computed / unique, 1.2)


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two prompts begin with in common."""
    ends = (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(ends, min(len(one), len(other)))


def _rate(prompts: Sequence[str], answer: Callable[[str], object]) -> float:
    """Prompts answered a second, one after the other."""
    answer(prompts[0])
    began = time.perf_counter()
    for prompt in prompts:
        answer(prompt)
    return len(prompts) / (time.perf_counter() - began)


def _generating(least: int) -> Callable[[str], object]:
    """The usual answer: the whole prompt read, and at least so many tokens written."""
    import torch

    plain: Any = load(ORGANISM)

    def answer(prompt: str) -> object:
        ids = plain.tokenizer(prompt, return_tensors="pt")
        with torch.no_grad():
            return plain.model.generate(
                **ids, do_sample=True, min_new_tokens=least, max_new_tokens=TOKENS
            )

    return answer


def _textarena() -> tuple[Callable[[str], object], list[bool]]:
    """TextArena's agent on the same weights, and whether each of its replies named a letter."""
    from textarena.agents import HFLocalAgent

    agent = HFLocalAgent(str(library.folder("nash")), device="cpu", hf_kwargs={})
    named: list[bool] = []

    def answer(prompt: str) -> object:
        reply = agent(prompt)
        named.append(len(reply) == 1 and reply.isupper() and f" {reply} " in prompt)
        return reply

    return answer, named
