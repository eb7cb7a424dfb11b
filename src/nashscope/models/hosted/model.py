"""A hosted model: asked over the network, many questions at once.

A policy is found in the best way that the server offers, question by question: from the
log-probabilities of the labels; else from answers that the server holds to the labels; else from
answers written freely. The last two are repeated, each time with a seed of its own, and their
shares are an estimate whose interval follows from their number.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeVar

from jaxtyping import Float
from numpy import ndarray
from numpy.random import Generator

from nashscope.errors import ModelRefused
from nashscope.models.hosted.cache import Answer
from nashscope.models.hosted.ledger import Ledger
from nashscope.models.hosted.probe import Capabilities, choice_fields, chosen, probe
from nashscope.models.hosted.reading import read_labels
from nashscope.models.hosted.wire import NoAnswer, Wire
from nashscope.models.model import Reply, Texts, cut

__all__ = ["Heard", "HostedModel", "Task"]

Value = TypeVar("Value")
SEEDS = 2**31


@dataclass(frozen=True)
class Task:
    """One prompt to be answered with one of its labels.

    chance: the stream from which the seeds of the answers come.
    reasons: whether the model is to write before it answers, so that the first token is no label.
    tokens: most that it may write.
    """

    prompt: str
    labels: tuple[str, ...]
    chance: Generator
    reasons: bool = False
    tokens: int = 16


@dataclass(frozen=True)
class Heard:
    """What a hosted model answered to one task.

    how: in which way it was asked. logprobs: of the labels, where they were read.
    replies: what it wrote, one per repetition that was answered. failures: why the others were not.
    """

    how: Literal["logprobs", "structured choice", "samples"]
    logprobs: Float[ndarray, "labels"] | None = None
    replies: tuple[Reply, ...] = ()
    failures: tuple[str, ...] = ()


@dataclass(eq=False)
class HostedModel:
    """A model behind a server that speaks the chat protocol of OpenAI.

    samples: how many answers a policy is estimated from, where it cannot be read.
    found: is told what the server was found to do, when it was asked.
    known: what the server can do; None asks it.
    """

    name: str
    wire: Wire
    samples: int = 8
    found: Callable[[str, Capabilities], None] = field(default=lambda name, can: None, repr=False)
    known: Capabilities | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _flying: dict[str, "Future[Any]"] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise ModelRefused(f"{self.name}: {self.samples} samples; at least 1 is needed")

    @property
    def capabilities(self) -> Capabilities:
        """What the server was found to do; asked once, at the first use."""
        with self._lock:
            return self._probed

    @cached_property
    def _probed(self) -> Capabilities:
        if self.known is not None:
            return self.known
        found = probe(self.wire)
        self.found(self.name, found)
        return found

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.wire.service.concurrency, "hosted")

    @property
    def reads(self) -> bool:
        """Whether `logprobs` is available."""
        return self.capabilities.logprobs > 0

    def spend(self, ledger: Ledger) -> None:
        """Enters everything that is asked from now on in this ledger."""
        self.wire.ledger = ledger

    def close(self) -> None:
        """Lets go of its threads and connections; it may be asked again later."""
        if "_pool" in self.__dict__:
            self._pool.shutdown()
            del self.__dict__["_pool"]
        self.wire.close()

    def hear(self, tasks: Sequence[Task], *, temperature: float = 1.0) -> list[Heard]:
        """What the model answers to every task, in the best way that the server offers.

        Raises:
            BudgetSpent: if the budget ends it; what was answered by then is in the cache.
            ModelRefused, Failed: if the server does not answer at all.
        """
        can = self.capabilities
        direct = [number for number, task in enumerate(tasks) if can.logprobs and not task.reasons]
        heard: list[Heard | None] = [None] * len(tasks)
        firsts = self._together([self._first(tasks[n].prompt) for n in direct])
        for number, first in zip(direct, firsts, strict=True):
            if isinstance(first, NoAnswer):
                heard[number] = Heard("logprobs", failures=(_said(first),))
            elif first.alternatives:
                read = read_labels(tasks[number].labels, first.alternatives, can.logprobs)
                heard[number] = None if read is None else Heard("logprobs", read)
        rest = [number for number, one in enumerate(heard) if one is None]
        for number, one in zip(
            rest, self._repeated([tasks[n] for n in rest], temperature), strict=True
        ):
            heard[number] = one
        return [one for one in heard if one is not None]

    def logprobs(
        self,
        prompts: Texts,
        choices: Sequence[Texts],
        begun: Texts | None = None,
        *,
        alone: bool = False,
    ) -> list[Float[ndarray, "_"]]:
        """Log-probability of every choice as the first token of the answer.

        Raises:
            ModelRefused: if the server does not tell them, a choice is more than one token, or the
                answer is to go on from a beginning.
        """
        if not self.reads or (begun and any(begun)):
            raise ModelRefused(f"{self.name} tells no log-probabilities of such answers")
        found = []
        firsts = self._together([self._first(prompt) for prompt in prompts])
        for first, labels in zip(firsts, choices, strict=True):
            told = first.alternatives if isinstance(first, Answer) else None
            read = read_labels(labels, told or (), self.capabilities.logprobs) if told else None
            if read is None:
                raise ModelRefused(
                    f"{self.name} does not list {', '.join(labels)} as first tokens; "
                    "its policy has to be sampled"
                )
            found.append(read)
        return found

    def generate(
        self,
        prompts: Texts,
        chances: Sequence[Generator],
        *,
        tokens: int,
        stop: Texts = (),
        temperature: float = 1.0,
    ) -> list[Reply]:
        """An answer to every prompt; empty where the server gave none after all attempts."""
        seeds = [int(chance.integers(SEEDS)) for chance in chances]
        asked = [
            self._written(prompt, tokens, seed, temperature, 0, stop=list(stop))
            for prompt, seed in zip(prompts, seeds, strict=True)
        ]
        return [
            _reply(answer, stop) if isinstance(answer, Answer) else Reply("", "stop", 0)
            for answer in self._together(asked)
        ]

    def _first(self, prompt: str) -> Callable[[], Answer | NoAnswer]:
        """Asks for the first token's alternatives; the same for everyone who asks the same."""
        can = self.capabilities
        fields = can.fields(tokens=1, seed=0)
        fields |= {"logprobs": True, "top_logprobs": can.logprobs}
        return lambda: self._shared(prompt, fields)

    def _shared(self, prompt: str, fields: dict[str, Any]) -> Answer | NoAnswer:
        """Asks once for all threads that ask the same at the same time."""
        with self._lock:
            flying = self._flying.get(prompt)
            own: Future[Any] | None = None
            if flying is None:
                own = self._flying[prompt] = Future()
        if own is None:
            assert flying is not None
            shared: Answer | NoAnswer = flying.result()
            return shared
        try:
            answer = self.wire.ask(prompt, fields)
            own.set_result(answer)
        except BaseException as error:
            own.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._flying[prompt]
        return answer

    def _repeated(self, tasks: Sequence[Task], temperature: float) -> list[Heard]:
        """Answers to every task, as often as a policy needs them."""
        can = self.capabilities
        asked: list[Callable[[], Answer | NoAnswer]] = []
        held = [can.choice is not None and not task.reasons for task in tasks]
        for task, bound in zip(tasks, held, strict=True):
            more = choice_fields(can.choice, task.labels) if bound and can.choice else {}
            tokens = max(task.tokens, 32) if can.choice == "json_schema" and bound else task.tokens
            for repetition in range(self.samples):
                seed = int(task.chance.integers(SEEDS))
                asked.append(
                    self._written(task.prompt, tokens, seed, temperature, repetition, **more)
                )
        answers = iter(self._together(asked))
        heard = []
        for bound in held:
            own = [next(answers) for _ in range(self.samples)]
            replies = [_reply(answer) for answer in own if isinstance(answer, Answer)]
            if bound and can.choice:
                kind = can.choice
                replies = [
                    Reply(chosen(kind, reply.text), reply.finish, reply.tokens) for reply in replies
                ]
            failures = tuple(_said(answer) for answer in own if isinstance(answer, NoAnswer))
            how: Literal["structured choice", "samples"] = (
                "structured choice" if bound else "samples"
            )
            heard.append(Heard(how, None, tuple(replies), failures))
        return heard

    def _written(
        self,
        prompt: str,
        tokens: int,
        seed: int,
        temperature: float,
        repetition: int,
        **more: Any,
    ) -> Callable[[], Answer | NoAnswer]:
        """Asks for one written answer."""
        fields = self.capabilities.fields(tokens=tokens, seed=seed, temperature=temperature)
        # The stream's own number tells repetitions apart also where the server takes no seed.
        number = seed if "seed" not in fields else repetition
        fields |= {name: value for name, value in more.items() if value}
        return lambda: self.wire.ask(prompt, fields, number)

    def _together(self, asked: Sequence[Callable[[], Value]]) -> list[Value]:
        """All answers, as many at a time as the service allows; the first error ends it.

        What is under way then is waited for, so that what it cost is in the cache.
        """
        if self.wire.service.concurrency == 1:
            return [one() for one in asked]
        futures = [self._pool.submit(one) for one in asked]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        except BaseException:
            for future in futures:
                future.cancel()
            wait([future for future in futures if not future.cancelled()])
            raise
        return [future.result() for future in futures]


def _said(failure: NoAnswer) -> str:
    """Why there is no answer."""
    return f"{failure.why} ({failure.attempts} attempts)"


def _reply(answer: Answer, stop: Texts = ()) -> Reply:
    """What was written, cut before the first stop text."""
    text, mark = cut(answer.text, stop)
    tokens = answer.output if answer.output is not None else len(answer.text.split())
    reached = mark or (answer.reached if answer.reached in stop else None)
    return Reply(text, "stop" if reached else answer.finish, tokens, reached)
