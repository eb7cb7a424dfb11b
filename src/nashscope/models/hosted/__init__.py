"""Models behind a server that speaks the chat protocol of OpenAI: `openai-api/<service>/<model>`.

vLLM, llama.cpp, `transformers serve` and the commercial services all do, each in its own dialect;
`probe` finds out which. This file is light; the client is imported at the first request.
"""

import os
from pathlib import Path
from typing import Any

from nashscope.errors import UnknownName
from nashscope.models.hosted.cache import Cache
from nashscope.models.hosted.ledger import Budget, Call, Ledger, Spending
from nashscope.models.hosted.model import Heard, HostedModel, Task
from nashscope.models.hosted.probe import Capabilities
from nashscope.models.hosted.service import Price, Service, prices, service
from nashscope.models.hosted.wire import Wire

__all__ = [
    "Budget",
    "Call",
    "Capabilities",
    "Heard",
    "HostedModel",
    "Ledger",
    "Price",
    "Service",
    "Spending",
    "Task",
    "load",
    "prices",
    "service",
]


def load(name: str, *, samples: int = 8, cached: bool = True, **options: Any) -> HostedModel:
    """The model `openai-api/<service>/<model>`; nothing is asked of the server yet.

    samples: how many answers a policy is estimated from, where it cannot be read.
    cached: whether replies are kept, in NASHSCOPE_CACHE or `~/.cache/nashscope`.
    options: fields of `Service` set otherwise (base_url, concurrency, timeout, …).

    Raises:
        UnknownName: if the name has another form.
        ModelRefused: if nothing says where the service is.
    """
    where, _, model = name.removeprefix("openai-api/").partition("/")
    if not where or not model:
        raise UnknownName(
            f"{name!r} names no hosted model; say openai-api/SERVICE/MODEL, such as "
            "openai-api/openai/gpt-5-mini or openai-api/local/my-model"
        )
    own = service(where, **options)
    cache = Cache(_folder() if cached else None)
    price = prices().get(f"{where}/{model}")
    return HostedModel(name, Wire(own, model, price, cache), samples)


def _folder() -> Path:
    """Where replies are kept."""
    if named := os.environ.get("NASHSCOPE_CACHE"):
        return Path(named) / "replies"
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "nashscope" / "replies"
