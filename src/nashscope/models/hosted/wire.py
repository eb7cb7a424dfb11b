"""One request: sent, sent again where that can help, counted, and read with suspicion.

What comes back with status 200 may still be cut off or no answer at all; it is checked field by
field here, rather than trusted to a client that would hand on whatever it got.
"""

import json
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from nashscope.chance import stream
from nashscope.errors import Failed, MissingExtra, ModelRefused, install
from nashscope.models.hosted.cache import Answer, Cache, request_hash
from nashscope.models.hosted.ledger import MILLION, Call, Ledger
from nashscope.models.hosted.service import Price, Service

if TYPE_CHECKING:
    from openai import OpenAI

__all__ = ["NoAnswer", "Refusal", "Wire"]

AGAIN = frozenset({408, 409, 425, 429})
"""Besides 5xx, what a server says of a request that may succeed a moment later."""

HOPELESS = {
    401: "the key was not accepted",
    402: "it asks for payment",
    403: "the key may not do this",
    404: "there is no such model or path",
}
"""What no later request will cure: the run stops."""


@dataclass(frozen=True)
class NoAnswer:
    """A request that failed for good. why: in words, without secrets. attempts: how many."""

    why: str
    attempts: int


@dataclass(frozen=True)
class Refusal(Exception):
    """A server's no: its status and what it said, without secrets."""

    status: int
    said: str


class _Again(Exception):
    """Something that may go away; `wait` seconds if the server says so."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


@dataclass
class Wire:
    """The way to one model of a service. Any number of threads may ask.

    send: what is asked instead of the service, given the body of each request, with nothing counted
        or kept; None asks the service.
    """

    service: Service
    model: str
    price: Price | None
    cache: Cache
    ledger: Ledger = field(default_factory=Ledger)
    send: Callable[[Mapping[str, Any]], Answer] | None = field(default=None, repr=False)
    _failed: int = field(default=0, repr=False)
    _client: "OpenAI | None" = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def name(self) -> str:
        """Service and model, as in the file of prices."""
        return f"{self.service.name}/{self.model}"

    def ask(self, prompt: str, fields: Mapping[str, Any], repetition: int = 0) -> Answer | NoAnswer:
        """The answer to a prompt, from the cache if it was paid for before.

        Raises:
            BudgetSpent: if the request does not fit the budget.
            ModelRefused: if the server will never answer (wrong key, no such model).
            Failed: if it has stopped answering.
        """
        body = {"messages": [{"role": "user", "content": prompt}], **fields}
        if self.send is not None:
            return self.send(body)
        request = request_hash(self.service.shown, {"model": self.model, **body}, repetition)
        known = self.cache.find(request)
        if known is not None:
            return known
        try:
            answer = self._patiently(body, request)
        except Refusal as refusal:
            answer = NoAnswer(f"status {refusal.status}: {refusal.said}", 1)
        if isinstance(answer, Answer):
            self.cache.keep(request, answer)
        self._note(answer)
        return answer

    def close(self) -> None:
        """Closes its connections; the next request opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def once(self, prompt: str, fields: Mapping[str, Any]) -> Answer | NoAnswer:
        """The same without the cache, for the probe.

        Raises:
            Refusal: if the server refuses the fields.
        """
        body = {"messages": [{"role": "user", "content": prompt}], **fields}
        return self._patiently(body, request_hash(self.service.shown, body, 0))

    def _note(self, answer: Answer | NoAnswer) -> None:
        """Counts requests that failed one after the other."""
        with self._lock:
            self._failed = 0 if isinstance(answer, Answer) else self._failed + 1
            failed = self._failed
        if isinstance(answer, NoAnswer) and failed >= self.service.patience:
            raise Failed(
                f"{self.service.name} at {self.service.shown} has failed {failed} requests in a "
                f"row, the last with: {answer.why}; what was finished is on disk, and the same "
                "command goes on from it"
            )

    def _patiently(self, body: Mapping[str, Any], request: str) -> Answer | NoAnswer:
        """The answer after as many attempts as the service is given."""
        why = ""
        for attempt in range(self.service.attempts):
            try:
                return self._counted(body, request)
            except _Again as trouble:
                why = str(trouble)
                if attempt + 1 < self.service.attempts:
                    luck = stream(0, "backoff", request, attempt).random()
                    own = self.service.backoff * 2**attempt * (0.5 + luck)
                    asked = own if trouble.wait is None else max(own, trouble.wait)
                    time.sleep(min(asked, self.service.longest))
        return NoAnswer(why, self.service.attempts)

    def _counted(self, body: Mapping[str, Any], request: str) -> Answer:
        """One attempt, entered in the ledger however it ends."""
        size = len(body["messages"][0]["content"].encode())
        most = int(body.get("max_tokens") or body.get("max_completion_tokens") or 0)
        worst = self.ledger.enter(self.name, self.price, size, most)
        began = time.monotonic()
        outcome, answer = "interrupted", None
        try:
            answer = self._sent(body)
            outcome = "answered"
            return answer
        except _Again as trouble:
            outcome = str(trouble)
            raise
        except Refusal as refusal:
            outcome = f"status {refusal.status}"
            raise
        except ModelRefused:
            outcome = "refused"
            raise
        finally:
            seconds = round(time.monotonic() - began, 4)
            read = answer.input if answer else None
            written = answer.output if answer else None
            cost = None
            if self.price is not None and read is not None and written is not None:
                cost = (read * self.price.input + written * self.price.output) / MILLION
            call = Call(self.name, request, outcome, seconds, read, written, cost)
            self.ledger.leave(worst, call, size)

    def _sent(self, body: Mapping[str, Any]) -> Answer:
        """One request and its answer.

        Raises:
            _Again: if another attempt may help. Refusal: if it will not.
            ModelRefused: if none ever will.
        """
        import openai

        fields = {k: v for k, v in body.items() if k != "messages"}
        try:
            raw = self._opened().chat.completions.with_raw_response.create(
                model=self.model, messages=body["messages"], extra_body=fields
            )
        except openai.APITimeoutError:
            raise _Again("timed out") from None
        except openai.APIConnectionError as error:
            cause = type(error.__cause__ or error).__name__
            raise _Again(f"connection broken ({cause})") from None
        except openai.APIStatusError as error:
            self._refused(error.status_code, error.message, error.response.headers)
        answer = _read(raw.content)
        return replace(answer, text=self.service.redacted(answer.text))

    def _refused(self, status: int, said: str, headers: Mapping[str, str]) -> None:
        """Sorts what a server says instead of an answer."""
        said = self.service.redacted(said)[:300]
        if "insufficient_quota" in said:
            raise ModelRefused(f"{self.service.name} at {self.service.shown}: {said}")
        if status >= 500 or status in AGAIN:
            raise _Again(f"status {status}", _seconds(headers.get("retry-after")))
        if status in HOPELESS:
            raise ModelRefused(
                f"{self.service.name} at {self.service.shown} does not answer for "
                f"{self.model}: {HOPELESS[status]} (status {status}: {said})"
            )
        raise Refusal(status, said)

    def _opened(self) -> "OpenAI":
        """The client, made at the first request."""
        with self._lock:
            if self._client is None:
                try:
                    import openai
                except ModuleNotFoundError:
                    raise MissingExtra(
                        f"openai-api/ models need the package openai; {install('api')}"
                    ) from None
                self._client = openai.OpenAI(
                    base_url=self.service.base_url,
                    api_key=self.service.key,
                    timeout=self.service.timeout,
                    max_retries=0,
                )
            return self._client


def _seconds(told: str | None) -> float | None:
    """What a server asks to wait; None if it says nothing that can be read."""
    try:
        return max(0.0, float(told)) if told else None
    except ValueError:
        return None


def _read(content: bytes) -> Answer:
    """The answer in a reply of status 200.

    Raises:
        _Again: if there is none in it.
    """
    try:
        told = json.loads(content)
        choice = told["choices"][0]
        message = choice["message"]
        text = message.get("content") or ""
        finish = choice.get("finish_reason")
        usage = told.get("usage") or {}
        counts = [usage.get("prompt_tokens"), usage.get("completion_tokens")]
        if not isinstance(text, str) or not (finish is None or isinstance(finish, str)):
            raise TypeError
        reached = choice.get("stop_reason")
        read, written = (count if isinstance(count, int) else None for count in counts)
        return Answer(
            text,
            "length" if finish == "length" else "stop",
            _alternatives(choice.get("logprobs")),
            read,
            written,
            reached if isinstance(reached, str) else None,
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        raise _Again("garbage instead of an answer") from None


def _alternatives(told: Any) -> tuple[tuple[str, float], ...] | None:
    """What could have been said first; None where the server does not say."""
    if not isinstance(told, dict) or not told.get("content"):
        return None
    listed = told["content"][0].get("top_logprobs") or ()
    found = [(str(one["token"]), float(one["logprob"])) for one in listed]
    if any(math.isnan(likely) for _, likely in found):
        raise ValueError
    return tuple((token, min(x, 0.0)) for token, x in found if x > -math.inf) or None
