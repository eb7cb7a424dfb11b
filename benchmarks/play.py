"""Decisions per second of an organism in self-play, against the loop that is usual elsewhere.

The usual loop plays one match at a time and, for every decision, reads the whole prompt and writes
8 tokens with transformers' own `generate`. An organism says no more than its label, so the loop is
timed a second time with leave to stop there.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from timing import Row, at_least

from nashscope.agents import Language
from nashscope.models import load
from nashscope.play import Cell, play

ROUNDS, MATCHES, USUAL_ROUNDS, TOKENS = 50, 32, 10, 8


def rows() -> Iterator[Row]:
    """The figure beside its bar."""
    import torch

    torch.set_num_threads(2)
    model = load("organism/nash")
    agent = Language(model)
    pair = (model.name, model.name)
    cell = Cell("prisoners_dilemma", pair, rounds=ROUNDS, matches=MATCHES)
    began = time.perf_counter()
    matches = play([cell], lambda name, _: agent)
    ours = ROUNDS * MATCHES * 2 / (time.perf_counter() - began)
    prompts = [
        decision.prompt
        for decisions in matches[0].rounds[:: ROUNDS // USUAL_ROUNDS]
        for decision in decisions
        if decision.prompt is not None
    ]
    usual, brief = (_usual(prompts, least) for least in (TOKENS, 1))
    figures = f"{ours:.0f} / {usual:.1f} / {brief:.1f}"
    yield Row("decisions a second, ours / usual / usual, stopping early", figures, "", None)
    yield at_least("50 rounds × 32 matches, ours over the usual loop", ours / usual, 20)


def _usual(prompts: Sequence[str], least: int) -> float:
    """Decisions a second where every prompt is read whole and alone, and is answered in words."""
    import torch

    plain: Any = load("organism/nash")
    began = time.perf_counter()
    for prompt in prompts:
        ids = plain.tokenizer(prompt, return_tensors="pt")
        with torch.no_grad():
            plain.model.generate(**ids, do_sample=True, min_new_tokens=least, max_new_tokens=TOKENS)
    return len(prompts) / (time.perf_counter() - began)
