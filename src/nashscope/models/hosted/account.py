"""Who pays: one budget for all hosted models that a command loads, and what it came to."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from nashscope.models.hosted.ledger import Ledger
from nashscope.models.hosted.model import HostedModel
from nashscope.models.hosted.probe import Capabilities
from nashscope.models.hosted.rehearsal import Rehearsal
from nashscope.models.hosted.service import Price

__all__ = ["Account", "account", "current"]


@dataclass
class Account:
    """What hosted models are charged to.

    ledger: counts their requests and stops them at its budget.
    prices: by `service/model`; None takes those of the user's file of services.
    found: is told what a server was found to do, with the model's name, once for each.
    rehearsal: answers in the servers' place; nothing is sent then.
    models: those that were loaded on this account.
    """

    ledger: Ledger
    prices: Mapping[str, Price] | None = None
    found: Callable[[str, Capabilities], None] = lambda name, can: None
    rehearsal: Rehearsal | None = None
    models: list[HostedModel] = field(default_factory=list)


_current: ContextVar[Account | None] = ContextVar("account", default=None)


def current() -> Account | None:
    """The account that is open here; None if nobody counts."""
    return _current.get()


@contextlib.contextmanager
def account(own: Account) -> Iterator[Account]:
    """Charges every hosted model that is loaded inside to this account.

    At the end their connections are closed.
    """
    before = _current.set(own)
    try:
        yield own
    finally:
        _current.reset(before)
        for model in own.models:
            model.close()
