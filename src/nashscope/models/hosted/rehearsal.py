"""A plan is gone through without a server, to say how much would be asked of one."""

import hashlib
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nashscope.models.hosted.cache import Answer
from nashscope.models.hosted.ledger import BYTES_PER_TOKEN, Call, Spending
from nashscope.models.hosted.probe import NEUTRAL, WIDEST, Capabilities

__all__ = ["PROBES", "Bearing", "Rehearsal"]

PROBES = (4, 30)
"""Least and most requests by which a server is found out, before the first decision: the fewest of
one that refuses a seed and no more, the most of one that refuses field by field and names none."""

Bearing = Literal["choice", "first", "last"]
"""What the stand-in of a server does: it can be held to the labels, or it tells log-probabilities,
of which the label that comes first in the alphabet has nearly all, or the last."""

WORD = re.compile(r"[^\s.,:;!?\"'()\[\]{}]+")
SMALLEST = 600.0
"""The exponential of minus this is still a number."""


@dataclass
class Rehearsal:
    """Answers every request in a server's place, and counts; what was asked before is kept.

    Tokens are estimated from the length of the prompts; every answer is as long as it may be.

    sent: what it takes, by model. asked: the same if nothing that was asked before were kept.
    bodies: hashes of the different requests, by model.
    """

    bearing: Bearing = "choice"
    sent: dict[str, Spending] = field(default_factory=dict)
    asked: dict[str, Spending] = field(default_factory=dict)
    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def capabilities(self) -> Capabilities:
        """What is assumed of the server; it takes every field."""
        told = 0 if self.bearing == "choice" else WIDEST
        return Capabilities(told, "structured_outputs", (*NEUTRAL, "max_tokens"), "max_tokens")

    def answer(self, model: str, body: Mapping[str, Any]) -> Answer:
        """What stands in for a server's answer. Free text is empty: it names no label."""
        prompt = body["messages"][0]["content"]
        size, most = -(-len(prompt.encode()) // int(BYTES_PER_TOKEN)), int(body["max_tokens"])
        digest = hashlib.sha256(repr(sorted(body.items())).encode()).digest()
        call = Call(model, "", "answered", 0.0, size, most)
        with self._lock:
            self.asked.setdefault(model, Spending()).add(call)
            known = self.bodies.setdefault(model, set())
            if digest not in known:
                known.add(digest)
                self.sent.setdefault(model, Spending()).add(call)
        if body.get("logprobs"):
            return Answer("", "length", self._likely(prompt), size, most)
        if held := body.get("structured_outputs"):
            words = held["choice"]
            return Answer(words[digest[0] % len(words)], "stop", None, size, most)
        return Answer("", "length", None, size, most)

    def _likely(self, prompt: str) -> tuple[tuple[str, float], ...]:
        """Every word of the prompt, its labels among them, each far likelier than the next."""
        words = sorted(set(WORD.findall(prompt)), reverse=self.bearing == "last")
        step = min(5.0, SMALLEST / max(len(words), 1))
        return tuple((word, -step * place) for place, word in enumerate(words, start=1))
