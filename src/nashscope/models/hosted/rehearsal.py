"""A plan is gone through without a server, to say how much would be asked of one."""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nashscope.models.hosted.cache import Answer
from nashscope.models.hosted.ledger import BYTES_PER_TOKEN, Call, Spending
from nashscope.models.hosted.probe import NEUTRAL, Capabilities

__all__ = ["CAPABILITIES", "PROBES", "Rehearsal"]

PROBES = 12
"""Requests by which a server is found out, before the first decision; a strict one takes more."""

CAPABILITIES = Capabilities(0, "structured_outputs", (*NEUTRAL, "max_tokens"), "max_tokens")
"""What is assumed: the server can be held to the labels, so that some label is always named."""


@dataclass
class Rehearsal:
    """Answers every request with one of the words that it allows, and counts.

    Tokens are estimated from the length of the prompts; every answer is as long as it may be.

    repeated: what it takes, by model, where every policy is estimated from several answers.
    read: what it takes where policies are read from log-probabilities, once for every prompt.
    """

    repeated: dict[str, Spending] = field(default_factory=dict)
    read: dict[str, Spending] = field(default_factory=dict)
    _known: set[tuple[str, bytes]] = field(default_factory=set, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def answer(self, model: str, body: Mapping[str, Any]) -> Answer:
        """What stands in for a server's answer: no word is likelier than another."""
        prompt = body["messages"][0]["content"].encode()
        size, most = -(-len(prompt) // int(BYTES_PER_TOKEN)), int(body["max_tokens"])
        held = body.get("structured_outputs")
        key = (model, hashlib.sha256(prompt).digest())
        with self._lock:
            call = Call(model, "", "answered", 0.0, size, most)
            self.repeated.setdefault(model, Spending()).add(call)
            read = self.read.setdefault(model, Spending())
            if held is None:
                read.add(call)
            elif key not in self._known:
                self._known.add(key)
                read.add(Call(model, "", "answered", 0.0, size, 1))
        if held is None:
            return Answer("", "length", None, size, most)
        words = held["choice"]
        digest = hashlib.sha256(prompt + str(body.get("seed")).encode()).digest()
        return Answer(words[digest[0] % len(words)], "stop", None, size, most)
