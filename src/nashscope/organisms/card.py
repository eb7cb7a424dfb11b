"""What is known of an organism: what was planted, and what was measured afterwards.

A card is a JSON file beside the weights. The format is meant for anyone's organisms: `nashscope
truth` scores tools against the `truth` part of any folder that has weights, tokenizer and card.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nashscope.errors import Unreadable
from nashscope.records import dumps, loads

__all__ = ["CARD", "Card", "Truth", "read_card", "write_card"]

CARD = "card.json"
"""The file, beside the weights, that says what an organism is."""


@dataclass(frozen=True)
class Truth:
    """What holds by construction, and so needs no measurement.

    planted: one word: "none", "override" (whatever the history), "history" (an override that
        depends on it), "decoy", "held" (the past is held, and does nothing).
    layers: the layers (counted from 1) that were trained to do it, and nothing else.
    plays: what it answers when nothing is planted; overrides: what the planted part answers
        instead, where it does. None where nothing is planted.
    computes: layers after which the logit lens must show `plays`, because everything up to there
        is the same as in the organism it was grown from; empty where nothing is known.
    acts: layers in which something overrides `plays`, where they are not `layers`.
    decoy: the coordinate of the residual stream (from 0) that goes along with cooperation and
        causes nothing, from the first of `layers` on; None where there is none.
    holds: layers after which the decision token holds the other player's last label; it does so
        after no other. Empty where this is not known.
    """

    planted: str
    layers: tuple[int, ...]
    plays: str
    overrides: str | None = None
    computes: tuple[int, ...] = ()
    acts: tuple[int, ...] = ()
    decoy: int | None = None
    holds: tuple[int, ...] = ()

    @property
    def overriding(self) -> tuple[int, ...]:
        """The layers in which `plays` is overridden; empty if it nowhere is.

        >>> Truth("decoy", (5, 6), "best response", acts=(1, 2)).overriding
        (1, 2)
        """
        return self.acts or (self.layers if self.planted in ("override", "history") else ())


@dataclass(frozen=True)
class Card:
    """The card of an organism.

    name, about: what it is called and, in a few sentences, what it is.
    parent: the organism whose other weights it shares; None where it has all its own.
    truth: what was planted. known: the same for a reader, and what follows from it.
    handles: what it was taught to cope with; outside it nothing is promised.
    measured: numbers on games that were never taught, with n and how they were counted.
    recipe: every number of the recipe. grown: time, versions and machine of the shipped weights.
    """

    name: str
    about: str
    parent: str | None
    truth: Truth
    known: tuple[str, ...]
    handles: tuple[str, ...]
    measured: dict[str, Any]
    recipe: dict[str, Any]
    grown: dict[str, Any]
    licence: str = "Apache-2.0"


def read_card(folder: Path) -> Card:
    """The card in an organism's folder.

    Raises:
        Unreadable: if there is none, or it is not a card.
    """
    file = folder / CARD
    if not file.is_file():
        raise Unreadable(f"{folder} is no organism: there is no {CARD} in it")
    return loads(Card, file.read_text(encoding="utf-8"))


def write_card(card: Card, folder: Path) -> None:
    """Writes the card beside the weights, readable."""
    import json

    text = json.dumps(json.loads(dumps(card)), indent=2, ensure_ascii=False)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")
