"""Reading and changing what passes through a place while a network runs.

Hooks are gone afterwards, whatever happens. A change is given `[prompts, width]` and must return
the same shape; where it applies to every token it is given one token after another.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from nashscope.errors import IllFormedEdit
from nashscope.models.anatomy import residual, with_residual
from nashscope.models.network import Network
from nashscope.models.placement import Spot
from nashscope.models.sites import EVERY, Change, Edits, Place, Position, Site, located

__all__ = ["Frame", "applied", "changing", "elsewhere", "reading", "starting"]


class Frame:
    """Which column of a left-padded batch holds which token of each prompt.

    lengths: tokens of every prompt. width: columns of the batch, padding included.
    """

    def __init__(self, lengths: Sequence[int], width: int | None = None) -> None:
        self.lengths = tuple(lengths)
        self.width = max(lengths) if width is None else width

    def columns(self, position: Position, name: Site) -> list[list[int]]:
        """For every token asked for, its column in each prompt's row.

        Raises:
            IllFormedEdit: if a prompt has no such token.
        """
        if position == EVERY:
            return [[column] * len(self.lengths) for column in range(self.width)]
        asked = position if isinstance(position, tuple) else (position,) * len(self.lengths)
        if len(asked) != len(self.lengths):
            raise IllFormedEdit(
                f"{name} is asked for at {len(asked)} positions, but there are "
                f"{len(self.lengths)} prompts; give one position for each, or one for all"
            )
        for token, length in zip(asked, self.lengths, strict=True):
            if not isinstance(token, int) or not -length <= token < length:
                raise IllFormedEdit(f"{name}: there is no token {token} in {length} tokens")
        return [
            [
                self.width - length + token if token >= 0 else self.width + token
                for token, length in zip(asked, self.lengths, strict=True)
            ]
        ]


def elsewhere(places: Iterable[Place]) -> bool:
    """Whether some place is at another token than the decision token."""
    return any(located(place)[1] != -1 for place in places)


def applied(change: Change, stream: Tensor) -> Tensor:
    """The changed stream; a change of its shape is refused."""
    changed: Tensor = change(stream)
    if changed.shape != stream.shape:
        raise IllFormedEdit(
            f"an edit turned a stream of shape {tuple(stream.shape)} into {tuple(changed.shape)}"
        )
    return changed.to(stream.dtype)


@contextmanager
def changing(network: Network, edits: Edits, frame: Frame | None = None) -> Iterator[None]:
    """Edits in place during a run; without a frame the run is of one token per prompt.

    Raises:
        IllFormedEdit: for a place that is not there.
    """

    def changer(place: Place, change: Change) -> tuple[Spot, Callable[[Tensor], Tensor]]:
        where, position = located(place)
        spot = network.sites.spot(where)
        columns = None if frame is None else frame.columns(position, where)

        def pass_through(given: Tensor) -> Tensor:
            stream = _by_rows(given, frame).clone()
            part = stream if spot.part is None else stream[..., spot.part]
            if columns is None:
                part[:, -1] = applied(change, part[:, -1])
                return stream.reshape(given.shape)
            rows = torch.arange(len(part), device=part.device)
            for own in columns:
                index = torch.tensor(own, device=part.device)
                part[rows, index] = applied(change, part[rows, index])
            return stream.reshape(given.shape)

        return spot, pass_through

    with _attached([changer(place, change) for place, change in edits.items()]):
        yield


@contextmanager
def reading(
    network: Network,
    places: Sequence[Place],
    into: dict[Place, Tensor],
    frame: Frame | None = None,
) -> Iterator[None]:
    """Notes what passes through places; without a frame the run is of one token per prompt.

    A place at one token gives `[prompts, width]`; at every token `[prompts, tokens, width]`.
    """

    def reader(place: Place) -> tuple[Spot, Callable[[Tensor], None]]:
        where, position = located(place)
        spot = network.sites.spot(where)
        columns = None if frame is None else frame.columns(position, where)

        def note(stream: Tensor) -> None:
            stream = _by_rows(stream, frame)
            part = stream if spot.part is None else stream[..., spot.part]
            if columns is None:
                into[place] = part[:, -1]
            elif position == EVERY:
                into[place] = part
            else:
                rows = torch.arange(len(part), device=part.device)
                into[place] = part[rows, torch.tensor(columns[0], device=part.device)]

        return spot, note

    with _attached([reader(place) for place in places]):
        yield


def _by_rows(stream: Tensor, frame: Frame | None) -> Tensor:
    """`[rows, tokens, width]`; some modules see the tokens of all rows in one list."""
    if stream.ndim == 3:
        return stream
    return stream.reshape(
        len(stream) if frame is None else len(frame.lengths), -1, stream.shape[-1]
    )


@contextmanager
def _attached(
    wanted: Sequence[tuple[Spot, Callable[[Tensor], Tensor | None]]],
) -> Iterator[None]:
    """Hooks that hand the tensor at each spot to a function and put back what it returns."""
    handles: list[Any] = []
    try:
        for spot, function in wanted:
            if spot.enters:
                hook = _entering(function)
                handles.append(spot.module.register_forward_pre_hook(hook, with_kwargs=True))
            else:
                handles.append(spot.module.register_forward_hook(_leaving(function)))
        yield
    finally:
        for handle in handles:
            handle.remove()


def _entering(function: Callable[[Tensor], Tensor | None]) -> Callable[..., Any]:
    """A hook for what enters a module."""

    def hook(_: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        stream = function(given[0] if given else named["hidden_states"])
        if stream is None:
            return None
        if given:
            return (stream, *given[1:]), named
        return given, {**named, "hidden_states": stream}

    return hook


def _leaving(function: Callable[[Tensor], Tensor | None]) -> Callable[..., Any]:
    """A hook for what leaves a module."""

    def hook(_: nn.Module, __: Any, out: Any) -> Any:
        stream = function(residual(out))
        return None if stream is None else with_residual(out, stream)

    return hook


@contextmanager
def starting(network: Network, k: int, stream: Tensor) -> Iterator[None]:
    """Passes over the first k layers; `stream` `[prompts, tokens, width]` leaves the k-th.

    The forward method is replaced on the object, because a hook cannot keep a layer from running;
    whatever stood there before (accelerate puts its own) is put back.
    """
    passed_over = network.anatomy.layers[:k]
    old = [layer.__dict__.get("forward") for layer in passed_over]

    def instead(number: int) -> Callable[..., Any]:
        def forward(hidden_states: Tensor, *_: Any, **__: Any) -> Any:
            last = number == k - 1
            out = stream.to(hidden_states.device) if last else hidden_states
            size = network.anatomy.returns[number]
            return (out, *(None,) * (size - 1)) if size else out

        return forward

    try:
        for number, layer in enumerate(passed_over):
            layer.__dict__["forward"] = instead(number)
        yield
    finally:
        for layer, forward in zip(passed_over, old, strict=True):
            if forward is None:
                del layer.__dict__["forward"]
            else:
                layer.__dict__["forward"] = forward
