"""Decisions per second of an organism in self-play, against the loop that is usual elsewhere.

The usual loop plays one match at a time and, for every decision, reads the whole prompt and writes
8 tokens.
"""

import time
from collections.abc import Iterator

import numpy as np
from timing import Row, at_least

from nashscope.agents import Language
from nashscope.models import load
from nashscope.play import Cell, play

ROUNDS, MATCHES, USUAL_ROUNDS = 50, 32, 10


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
    plain = load("organism/nash")
    plain.remember = False
    began = time.perf_counter()
    for number, prompt in enumerate(prompts):
        plain.generate([prompt], [np.random.default_rng(number)], tokens=8, stop=())
    usual = len(prompts) / (time.perf_counter() - began)
    yield Row("decisions per second, ours / the usual loop", f"{ours:.0f} / {usual:.1f}", "", None)
    yield at_least("50 rounds × 32 matches, ours over the usual loop", ours / usual, 20)
