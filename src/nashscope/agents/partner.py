"""Choosing whom to play with: a model is asked in words, everybody else goes by what it earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.random import Generator

from nashscope.agents.agent import Agent
from nashscope.agents.draw import normalised
from nashscope.agents.language import Language
from nashscope.agents.reply import named
from nashscope.errors import Misuse
from nashscope.framing import Unparsed, parse
from nashscope.framing.plain import LETTERS, alternatives

__all__ = ["Candidate", "asked_preferences"]


@dataclass(frozen=True)
class Candidate:
    """What a player knows of another one that it could play with.

    earned: mean payoff per round with it; None if they never met. rounds: how many they played.
    record: in how many rounds it cooperated, and of how many, where that is told.
    """

    earned: float | None
    rounds: int
    record: tuple[int, int] | None = None


def asked_preferences(
    agent: Agent, candidates: Sequence[Candidate], chance: Generator
) -> tuple[float, ...] | None:
    """The probability with which a model chooses each candidate; None for who is no model.

    The letters that stand for the candidates, and their order, are drawn. A model that tells no
    log-probabilities answers once; where its answer names nobody it has no preference, and all are
    equally likely.

    Raises:
        Misuse: if there are more candidates than letters.
    """
    if not isinstance(agent, Language) or not candidates:
        return None
    if len(candidates) > len(LETTERS):
        raise Misuse(f"{len(candidates)} candidates; a model can be asked about {len(LETTERS)}")
    order = chance.permutation(len(candidates))
    letters = [LETTERS[i] for i in chance.choice(len(LETTERS), len(candidates), replace=False)]
    lines = ["You are about to play a game with one other player. You can choose with whom."]
    lines += [
        f"Candidate {letter}: {_known(candidates[place])}"
        for letter, place in zip(letters, order, strict=True)
    ]
    lines += [
        "Earn as many points as you can.",
        f"Answer with {alternatives(tuple(letters))} only.",
        "My choice:",
    ]
    prompt, preference = "\n".join(lines), np.full(len(candidates), 1 / len(candidates))
    if agent.model.reads:
        preference[order] = normalised(agent.model.logprobs([prompt], [tuple(letters)])[0])[0]
    else:
        (reply,) = agent.model.generate([prompt], [chance], tokens=agent.tokens[0])
        read = named(reply, partial(parse, labels=letters))
        if not isinstance(read, Unparsed):
            preference = np.eye(len(candidates))[order[read]]
    return tuple(float(p) for p in preference)


def _known(candidate: Candidate) -> str:
    """What is known of a candidate, in words."""
    if candidate.earned is None:
        told = "you have not played with this one."
    else:
        told = (
            f"you played {candidate.rounds} rounds with this one and earned "
            f"{candidate.earned:.3g} points per round."
        )
    if candidate.record is not None:
        done, rounds = candidate.record
        told += f" In all its games it chose what is best for both in {done} of {rounds} rounds."
    return told
