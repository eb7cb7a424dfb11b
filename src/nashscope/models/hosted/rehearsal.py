"""A plan is gone through without a server, to say how much would be asked of one."""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nashscope.models.hosted.cache import Answer
from nashscope.models.hosted.ledger import BYTES_PER_TOKEN
from nashscope.models.hosted.probe import NEUTRAL, Capabilities

__all__ = ["PROBES", "Rehearsal"]

PROBES = 12
"""Requests by which a server is found out, before the first decision; a strict one takes more."""

CAPABILITIES = Capabilities(0, "structured_outputs", (*NEUTRAL, "max_tokens"), "max_tokens")
"""What is assumed: the server can be held to the labels, so that some label is always named."""


@dataclass
class Rehearsal:
    """Answers every request with one of the words that it allows, and counts what it read.

    Tokens are estimated from the length of the prompts; every answer is as long as it may be.

    readable: the prompts whose answer could be read from one request, where a server tells
        log-probabilities, with their tokens; by model.
    repeated: how many requests those prompts took here; by model.
    """

    readable: dict[str, dict[str, int]] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def answer(self, model: str, body: Mapping[str, Any]) -> Answer:
        """What stands in for a server's answer: no word is likelier than another."""
        prompt = body["messages"][0]["content"]
        read = -(-len(prompt.encode()) // int(BYTES_PER_TOKEN))
        held = body.get("structured_outputs")
        digest = hashlib.sha256(f"{prompt}|{body.get('seed')}".encode()).digest()
        if held is None:
            return Answer("", "length", None, read, int(body["max_tokens"]))
        with self._lock:
            self.readable.setdefault(model, {})[hashlib.sha256(prompt.encode()).hexdigest()] = read
            self.repeated[model] = self.repeated.get(model, 0) + 1
        words = held["choice"]
        return Answer(words[digest[0] % len(words)], "stop", None, read, int(body["max_tokens"]))
