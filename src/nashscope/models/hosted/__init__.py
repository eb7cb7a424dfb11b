"""Models behind a server that speaks the chat protocol of OpenAI: `openai-api/<service>/<model>`.

vLLM, llama.cpp, `transformers serve` and the commercial services all do, each in its own dialect;
`probe` finds out which. This file is light; the client is imported at the first request.
"""

import os
from functools import partial
from pathlib import Path
from typing import Any

from nashscope.errors import UnknownName
from nashscope.models.hosted.account import Account, account, current
from nashscope.models.hosted.cache import Cache
from nashscope.models.hosted.ledger import Budget, Call, Ledger, Spending, shared
from nashscope.models.hosted.model import Heard, HostedModel, Task
from nashscope.models.hosted.probe import Capabilities
from nashscope.models.hosted.rehearsal import PROBES, Bearing, Rehearsal
from nashscope.models.hosted.service import Price, Service, prices, service
from nashscope.models.hosted.wire import Wire

__all__ = [
    "PROBES",
    "Account",
    "Bearing",
    "Budget",
    "Call",
    "Capabilities",
    "Heard",
    "HostedModel",
    "Ledger",
    "Price",
    "Rehearsal",
    "Service",
    "Spending",
    "Task",
    "account",
    "load",
    "prices",
    "service",
    "shared",
]


def load(name: str, *, samples: int = 8, cached: bool = True, **options: Any) -> HostedModel:
    """The model `openai-api/<service>/<model>`; nothing is asked of the server yet.

    What it will cost is charged to the account that is open, if there is one.

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
    payer = current()
    charged = Account(Ledger()) if payer is None else payer
    known = prices() if charged.prices is None else charged.prices
    price = known.get(f"{where}/{model}")
    if charged.rehearsal is not None:
        stands_in = partial(charged.rehearsal.answer, name)
        # Nobody is waited for, and threads would only take turns.
        nowhere = Service(where, "http://nowhere.invalid/v1", concurrency=1)
        wire = Wire(nowhere, model, price, Cache(None), charged.ledger, stands_in)
        made = HostedModel(name, wire, samples, known=charged.rehearsal.capabilities)
    else:
        cache = Cache(_folder() if cached else None)
        wire = Wire(service(where, **options), model, price, cache, charged.ledger)
        made = HostedModel(name, wire, samples, charged.found)
    charged.models.append(made)
    return made


def _folder() -> Path:
    """Where replies are kept."""
    if named := os.environ.get("NASHSCOPE_CACHE"):
        return Path(named) / "replies"
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "nashscope" / "replies"
