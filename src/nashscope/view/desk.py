"""What a person at the live page can ask: one decision, with an edit at one layer.

The prompt is read once; every move of a slider then costs one token (design/003-replay.md). The
lens is read in the same run: changes that leave the stream as it is take note of it.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.chance import stream
from nashscope.errors import IllFormedEdit, Misuse, ModelRefused
from nashscope.framing import PlainStyle
from nashscope.games import JointAction, NormalForm, Repeated, game
from nashscope.names import nearest
from nashscope.play.identity import is_code
from nashscope.play.store.run import CONFIG, read_run

if TYPE_CHECKING:
    from torch import Tensor

    from nashscope.interp import Direction
    from nashscope.models.hf import HFModel
    from nashscope.models.replay import Replay

__all__ = ["DIRECTIONS", "GAMES", "Desk", "Seen", "desk"]

GAMES = ("prisoners_dilemma", "stag_hunt", "chicken", "battle_of_the_sexes", "matching_pennies")
"""What is offered where no run says which games were played."""
DIRECTIONS = ("history", "random")
"""The other player's cooperation (difference of means), and its null of equal norm."""
HISTORY, ROUNDS, TELLINGS = 3, 50, 8


@dataclass(frozen=True)
class Seen:
    """A decision under an edit.

    actions, labels: the names of the actions, and the words that stand for them in the prompt.
    policy: `[actions]` under the edit; plain: without it.
    lens, plain_lens: `[layers + 1, actions]`, of the labels' first tokens alone.
    norm: length of the direction at strength 1, beside `stream`, that of the residual stream there.
    """

    prompt: str
    actions: tuple[str, ...]
    labels: tuple[str, ...]
    policy: tuple[float, ...]
    plain: tuple[float, ...]
    lens: tuple[tuple[float, ...], ...]
    plain_lens: tuple[tuple[float, ...], ...]
    norm: float
    stream: float


@dataclass(frozen=True, eq=False)
class _Place:
    """One prompt, read and ready to be decided again and again; its lens without any edit."""

    prompt: str
    labels: tuple[str, ...]
    replay: "Replay"
    lens: tuple[tuple[float, ...], ...]


@dataclass(eq=False)
class Desk:
    """Open models and games, and what was read of them so far; one question at a time."""

    models: Mapping[str, "HFModel"]
    games: Mapping[str, NormalForm]
    _places: dict[tuple[str, str, int, int], _Place] = field(default_factory=dict, repr=False)
    _directions: dict[tuple[str, str], list["Direction"]] = field(default_factory=dict, repr=False)
    _busy: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def situations(self, game: str) -> list[str]:
        """What the other player may have done before, for a reader; at the start, nothing."""
        other = self._game(game).actions[1]
        return ["at the start", *(f"the other chose {action}" for action in other)]

    def look(
        self,
        model: str,
        game: str,
        situation: int,
        telling: int,
        layer: int,
        strength: float,
        direction: str = "history",
    ) -> Seen:
        """The decision of a model in a situation, with a direction added after a layer.

        situation: place in `situations`. telling: which of the counterbalanced tellings, 0 to 7.
        strength: in units of the direction's own norm.

        Raises:
            UnknownName, IllFormedEdit, Misuse: for what there is not.
        """
        if direction not in DIRECTIONS:
            raise nearest(direction, DIRECTIONS, "direction")
        if not 0 <= situation < len(self.situations(game)) or not 0 <= telling < TELLINGS:
            raise Misuse(f"there is no situation {situation} in telling {telling} of {game}")
        with self._busy:
            return self._seen(model, game, situation, telling, layer, strength, direction)

    def _seen(
        self,
        model: str,
        game: str,
        situation: int,
        telling: int,
        layer: int,
        strength: float,
        direction: str,
    ) -> Seen:
        """As `look`, of what is known to be there."""
        from nashscope.interp import random_like, steer

        place = self._place(model, game, situation, telling)
        replay = place.replay
        found = self._direction(model, game)
        if not 1 <= layer <= len(found):
            raise IllFormedEdit(f"there is no layer {layer}; {model} has 1 to {len(found)}")
        chosen = found[layer - 1]
        if direction == "random":
            chosen = random_like(chosen, stream(0, "view", model, game, layer))
        noted: dict[int, Tensor] = {k: replay.stream[:, k] for k in range(layer)}
        edits: dict[int, Any] = {layer: _noting(noted, layer, steer(chosen.vector, strength))}
        edits |= {k: _noting(noted, k) for k in range(layer + 1, replay.layers + 1)}
        after = replay.run(edits)[0]
        return Seen(
            place.prompt,
            self._game(game).actions[0],
            place.labels,
            _policy(after),
            _policy(replay.logprobs[0]),
            _lens(replay, [noted[k] for k in range(replay.layers + 1)]),
            place.lens,
            float(np.linalg.norm(chosen.vector)),
            float(replay.stream[0, layer].float().norm()),
        )

    def _game(self, name: str) -> NormalForm:
        """A game of the desk."""
        if name not in self.games:
            raise nearest(name, self.games, "game")
        return self.games[name]

    def _model(self, name: str) -> "HFModel":
        """A model of the desk."""
        if name not in self.models:
            raise nearest(name, self.models, "model")
        return self.models[name]

    def _asked(self, game: str, situation: int, telling: int) -> tuple[str, tuple[str, ...]]:
        """The prompt of the first player, and its labels."""
        stage = self._game(game)
        framing = PlainStyle("neutral").draw(stage, telling, stream(0, "view", game, telling))
        played: list[JointAction] = [(0, situation - 1)] * HISTORY if situation else []
        view = Repeated(stage, ROUNDS).view(0, played, (None, None))
        return framing.render(view), framing.labels[0]

    def _place(self, model: str, game: str, situation: int, telling: int) -> _Place:
        """The prompt, read at the first question about it."""
        key = (model, game, situation, telling)
        if key not in self._places:
            prompt, labels = self._asked(game, situation, telling)
            replay = self._model(model).replay([prompt], [labels])
            plain = _lens(replay, [replay.stream[:, k] for k in range(replay.layers + 1)])
            self._places[key] = _Place(prompt, labels, replay, plain)
        return self._places[key]

    def _direction(self, model: str, game: str) -> list["Direction"]:
        """The other player's first action against its last, at every layer from the first on."""
        from nashscope.interp import capture, difference_of_means

        if (model, game) not in self._directions:
            last = len(self._game(game).actions[1])
            asked = [self._asked(game, s, t) for s in (1, last) for t in range(TELLINGS)]
            own = self._model(model)
            streams = capture(own, [p for p, _ in asked], [labels for _, labels in asked]).stream
            positive = np.arange(len(asked)) < TELLINGS
            self._directions[model, game] = [
                difference_of_means(streams[:, k], positive, k) for k in range(1, own.layers + 1)
            ]
        return self._directions[model, game]


def desk(what: str, **options: Any) -> Desk:
    """The desk for a run's models and games, or for one model, by name.

    Raises:
        ModelRefused: if no model named can be read and edited.
    """
    from nashscope.models import load
    from nashscope.models.hf import HFModel

    names, games = [what], list(GAMES)
    if (Path(what) / CONFIG).is_file():
        config = read_run(Path(what)).config
        names = [str(name) for name in config.get("models", [])]
        games = [str(name) for name in (config.get("plan") or {}).get("games", games)]
        if code := [name for name in (*names, *games) if is_code(name)]:
            raise Misuse(
                f"{what} names code in a file ({code[0]}), which is not run because a folder says "
                "so; name a model: nashscope view MODEL"
            )
    found = {name: load(name, **options) for name in names}
    models = {name: model for name, model in found.items() if isinstance(model, HFModel)}
    if not models:
        raise ModelRefused(f"{what} holds no model that can be read and edited; name an open one")
    stages = {name: game(name) for name in games}
    return Desk(models, {name: stage for name, stage in stages.items() if stage.players == 2})


def _noting(into: dict[int, "Tensor"], layer: int, change: Any = None) -> Any:
    """A change that takes note of the stream it leaves, after what `change` does."""

    def noting(stream: "Tensor") -> "Tensor":
        left: Tensor = stream if change is None else change(stream)
        into[layer] = left
        return left

    return noting


def _lens(replay: "Replay", streams: Sequence["Tensor"]) -> tuple[tuple[float, ...], ...]:
    """What every layer would answer, of the labels' first tokens alone."""
    import torch

    tokens = list(replay.encoded[0].first_tokens)
    logits = replay.decode(torch.cat(list(streams))).float()[:, tokens]
    return tuple(_rounded(layer) for layer in torch.softmax(logits, dim=-1).cpu().numpy())


def _policy(logprobs: Float[ndarray, "actions"]) -> tuple[float, ...]:
    """Probabilities of the actions, normalised over them."""
    likely = np.exp(logprobs - logprobs.max())
    return _rounded(likely / likely.sum())


def _rounded(policy: Float[ndarray, "actions"]) -> tuple[float, ...]:
    """Five digits: more than a screen shows."""
    return tuple(round(float(p), 5) for p in policy)
