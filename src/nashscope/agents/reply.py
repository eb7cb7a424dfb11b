"""What a written reply names: every agent that asks a model to write reads it here."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from nashscope.agents.agent import Decision, Question
from nashscope.framing import Mode, Unparsed
from nashscope.models import Reply

__all__ = ["decided", "named"]


Read = TypeVar("Read")


def named(reply: Reply, parse: Callable[[str], Read | Unparsed]) -> Read | Unparsed:
    """The action that a reply names; "truncated" where it was cut off before it named any.

    parse: reads a text.
    """
    read = parse(reply.text)
    if (
        isinstance(read, Unparsed)
        and reply.finish == "length"
        and read.why in ("no label", "no number")
    ):
        return replace(read, why="truncated")
    return read


def decided(question: Question, prompt: str, reply: Reply, mode: Mode = "direct") -> Decision:
    """The decision that a written answer names, or why it names none."""
    read = named(reply, lambda text: question.read(text, mode))
    if isinstance(read, Unparsed):
        return Decision(None, read.why, prompt=prompt, reply=reply.text)
    return Decision(read, prompt=prompt, reply=reply.text)
