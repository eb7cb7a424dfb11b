"""What a server can do is found out by asking it, and never assumed.

Some servers ignore a field and answer 200: they were asked for log-probabilities, or for one of
two words, and give neither. Some refuse a field (a temperature, a `top_k`). Some apply the model's
own defaults (a `top_k` of 50) unless every field is sent. So each capability has a question whose
answer shows whether it is there, about ten calls in all, and what was found is kept with the run.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nashscope.errors import Failed, ModelRefused
from nashscope.models.hosted.cache import Answer
from nashscope.models.hosted.wire import NoAnswer, Refusal, Wire

__all__ = ["Capabilities", "Choice", "choice_fields", "chosen", "probe"]

Choice = Literal["structured_outputs", "guided_choice", "grammar", "json_schema"]
"""How a server is told to answer with one of some words."""

CHOICES: tuple[Choice, ...] = ("structured_outputs", "guided_choice", "grammar", "json_schema")
"""vLLM from 0.12, vLLM before, llama.cpp, and the servers that follow OpenAI."""

NEUTRAL: dict[str, Any] = {
    "temperature": 1.0,
    "top_p": 1.0,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
    "seed": 0,
    "top_k": 0,
    "min_p": 0.0,
    "repetition_penalty": 1.0,
}
"""Every field by which servers change what is sampled, set so that it changes nothing."""

INSTEAD: dict[str, tuple[tuple[str, Any], ...]] = {
    "max_tokens": (("max_completion_tokens", None),),
    "top_k": (
        ("top_k", -1),
        ("generation_config", '{"do_sample": true, "top_k": 0, "min_p": 0.0}'),
    ),
}
"""What to try where a field is refused, or its value: other servers' names for the same thing."""

WORDS = ("quartz-17", "basalt-42")
"""Two answers that nobody gives unless held to them."""

LETTERS = "Write a long line of random letters and digits. Begin at once."
LIMIT = 24
LIMITS = {"max_tokens", "max_completion_tokens"}
WIDEST = 20
"""Most alternatives that servers tell of one token; some tell fewer."""


@dataclass(frozen=True)
class Capabilities:
    """What a server was found to do, as kept in the manifest.

    logprobs: how many alternatives it tells for the first token; 0 if it tells none.
    choice: how it can be held to some words; None if it cannot.
    sent: the sampling fields that it takes, with the values that leave the model as it is.
    limit: its name for the most tokens that may be written.
    refused: fields that it does not take, and that are therefore not sent.
    ignored: fields that it took with status 200 and that had no effect.
    reproducible: whether the same seed gave the same answer and another seed another; None if all
        answers were the same, which also a server does that ignores the temperature.
    """

    logprobs: int
    choice: Choice | None
    sent: tuple[str, ...]
    limit: str
    refused: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    reproducible: bool | None = None
    top_k: int | None = None
    generation_config: str | None = None

    def fields(self, *, tokens: int, seed: int, temperature: float = 1.0) -> dict[str, Any]:
        """Every sampling field that the server takes."""
        known = {**NEUTRAL, "seed": seed, "temperature": temperature, self.limit: tokens}
        known["top_k"] = self.top_k
        if self.generation_config is not None:
            # The server samples from what stands here; at temperature 0 it must not.
            told = {**json.loads(self.generation_config), "do_sample": temperature > 0}
            known["generation_config"] = json.dumps({**told, "max_new_tokens": tokens})
        return {name: known[name] for name in self.sent}

    @property
    def way(self) -> str:
        """How policies are found, in words."""
        if self.logprobs:
            return f"log-probabilities of the first token ({self.logprobs} told)"
        return f"repeated {self.choice} choice" if self.choice else "repeated sampling"

    def said(self) -> list[str]:
        """What a user should know, a line each."""
        lines = [f"policies by {self.way}"]
        if self.refused:
            lines.append(f"refuses {', '.join(self.refused)}")
        if self.ignored:
            lines.append(f"ignores {', '.join(self.ignored)} and answers 200")
        if self.reproducible is None:
            lines.append("three answers at temperature 1 were the same: it may not sample at all")
        return lines


def probe(wire: Wire) -> Capabilities:
    """Asks a server what it can do.

    Raises:
        ModelRefused: if it refuses even a plain question.
        Failed: if it does not answer.
    """
    sent, refused, first = _accepted(wire)
    (limit,) = LIMITS & set(sent)
    ignored = []
    if first.output is not None and first.output > LIMIT:
        ignored.append(limit)
    told, verdict = _logprobs(wire, sent, limit)
    (refused if verdict == "refused" else ignored).extend(["logprobs"] if verdict else [])
    choice, no_choice, unheard = _choice(wire, sent, limit)
    refused += no_choice
    ignored += unheard
    reproducible, loose = _seeded(wire, sent, first)
    ignored += loose
    return Capabilities(
        told,
        choice,
        tuple(sent),
        limit,
        tuple(refused),
        tuple(ignored),
        reproducible,
        sent.get("top_k"),
        sent.get("generation_config"),
    )


def choice_fields(kind: Choice, words: tuple[str, ...]) -> dict[str, Any]:
    """The fields that hold a server to these words."""
    if kind == "structured_outputs":
        return {"structured_outputs": {"choice": list(words)}}
    if kind == "guided_choice":
        return {"guided_choice": list(words)}
    if kind == "grammar":
        return {"grammar": "root ::= " + " | ".join(json.dumps(word) for word in words)}
    schema = {
        "type": "object",
        "properties": {"choice": {"type": "string", "enum": list(words)}},
        "required": ["choice"],
        "additionalProperties": False,
    }
    named = {"name": "choice", "strict": True, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def chosen(kind: Choice, text: str) -> str:
    """The word in an answer that was held to some; the text itself where there is none."""
    if kind != "json_schema":
        return text.strip()
    try:
        told = json.loads(text)
    except ValueError:
        return text
    found = told.get("choice") if isinstance(told, dict) else None
    return found if isinstance(found, str) else text


def _accepted(wire: Wire) -> tuple[dict[str, Any], list[str], Answer]:
    """The sampling fields that a server takes, those that it does not, and its answer.

    What is refused is found in the server's words where they name a field. Where they name none,
    fields are dropped one by one, and those that were dropped in vain are put back.
    """
    sent = {**NEUTRAL, "max_tokens": LIMIT}
    left = {name: list(others) for name, others in INSTEAD.items()}
    refused: list[str] = []
    guessed: list[str] = []
    while True:
        try:
            first = _answer(wire, LETTERS, sent)
            break
        except Refusal as refusal:
            named = [name for name in sent if re.search(rf"\b{name}\b", refusal.said)]
            if not named:
                guessed += (named := [name for name in sent if name not in LIMITS][-1:])
            for name in named:
                _dropped(name, sent, left, refused)
            if not named or not LIMITS & set(sent):
                raise ModelRefused(
                    f"{wire.service.name} at {wire.service.shown} refuses a plain question for "
                    f"{wire.model}: status {refusal.status}: {refusal.said}"
                ) from None
    for name in set(guessed) & set(refused):
        # It was dropped without a word against it; perhaps another one was meant.
        try:
            first = _answer(wire, LETTERS, {**sent, name: NEUTRAL[name]})
        except Refusal:
            continue
        sent[name] = NEUTRAL[name]
        refused.remove(name)
    return sent, refused, first


def _dropped(
    name: str, sent: dict[str, Any], left: dict[str, list[tuple[str, Any]]], refused: list[str]
) -> None:
    """Takes a refused field out, and puts in what else may mean the same to the server."""
    del sent[name]
    origin = _origin(name)
    if left.get(origin):
        other, value = left[origin].pop(0)
        sent[other] = LIMIT if value is None else value
    elif origin not in refused:
        refused.append(origin)


def _origin(name: str) -> str:
    """The field in whose place another was tried."""
    for origin, others in INSTEAD.items():
        if any(name == other for other, _ in others):
            return origin
    return name


def _logprobs(
    wire: Wire, sent: Mapping[str, Any], limit: str
) -> tuple[int, Literal["", "refused", "ignored"]]:
    """How many alternatives the server tells for a first token, and why if none."""
    for count in (WIDEST, 5):
        try:
            asked = {**sent, limit: 1, "logprobs": True, "top_logprobs": count}
            told = _answer(wire, "Say one word.", asked).alternatives
        except Refusal:
            continue
        return (count, "") if told and len(told) > 1 else (0, "ignored")
    return 0, "refused"


def _choice(
    wire: Wire, sent: Mapping[str, Any], limit: str
) -> tuple[Choice | None, list[str], list[str]]:
    """How the server can be held to some words, with what it refuses and what it ignores."""
    refused: list[str] = []
    ignored: list[str] = []
    for kind in CHOICES:
        asked = choice_fields(kind, WORDS)
        (name,) = asked
        try:
            text = _answer(wire, "Say hello.", {**sent, limit: LIMIT, **asked}).text
        except Refusal:
            refused.append(name)
            continue
        if chosen(kind, text) in WORDS:
            # Where one way works it does not matter that the server has no other.
            return kind, [], []
        ignored.append(name)
    return None, refused, ignored


def _seeded(wire: Wire, sent: Mapping[str, Any], first: Answer) -> tuple[bool | None, list[str]]:
    """Whether a seed gives the same answer again, and another seed another."""
    if "seed" not in sent:
        return False, []
    again = _answer(wire, LETTERS, {**sent, "seed": 0}).text
    other = _answer(wire, LETTERS, {**sent, "seed": 1}).text
    if first.text == again == other:
        return None, []
    return (True, []) if first.text == again else (False, ["seed"])


def _answer(wire: Wire, prompt: str, fields: Mapping[str, Any]) -> Answer:
    """An answer, or the end of the probe."""
    answer = wire.once(prompt, fields)
    if isinstance(answer, NoAnswer):
        raise Failed(
            f"{wire.service.name} at {wire.service.shown} does not answer: {answer.why} "
            f"({answer.attempts} attempts)"
        )
    return answer
