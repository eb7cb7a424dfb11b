"""Second opinions: what other libraries answered, recorded once and compared everywhere.

`recorded/PEER.json` has the version of the peer and its answers by the hash of what was asked, the
game's content included. Where a test asks what was never answered, it fails. `make oracles` asks
the peers themselves (extra `test`) and writes the files anew.
"""

import hashlib
import json
import os
import sys
import zlib
from base64 import b85decode, b85encode
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from nashscope.games import Chance, Leaf, NormalForm

FOLDER = Path(__file__).with_name("recorded")
RENEW = bool(os.environ.get("NASHSCOPE_ORACLES"))
"""Whether the peers themselves are asked."""
PEERS = {
    "gambit": "pygambit",
    "openspiel": "open_spiel",
    "quantecon": "quantecon",
    "nashpy": "nashpy",
    "axelrod": "axelrod",
}
"""The distribution of each."""

answered = {}
"""What was answered in this session, by peer and hash."""


def opinion(peer, question, about, ask):
    """What a peer answers to a question about something: plain values, as JSON has them.

    about: everything that the answer depends on, as JSON has it. ask: asks the peer itself.
    """
    key = hashed([question, about])
    if RENEW:
        told = plain(ask())
        answered.setdefault(peer, {})[key] = told
        return told
    known = recorded(peer)["answers"]
    if key not in known:
        pytest.fail(
            f"{peer} was never asked for {question} of this; say make oracles, and look at what "
            f"changes in {FOLDER}"
        )
    return unpacked(known[key])


def packed(value):
    """A long answer as text of a fifth of its length; a short one as it is."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(text) < 500:
        return value
    return {"packed": b85encode(zlib.compress(text.encode(), 9)).decode()}


def unpacked(value):
    """What was packed."""
    if isinstance(value, dict) and set(value) == {"packed"}:
        return json.loads(zlib.decompress(b85decode(value["packed"])))
    return value


def hashed(asked):
    """The hash that an answer is found by."""
    text = json.dumps(plain(asked), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def recorded(peer):
    """The file of a peer's answers."""
    return json.loads((FOLDER / f"{peer}.json").read_text(encoding="utf-8"))


def content(game):
    """What a game is, whatever it is written as."""
    if isinstance(game, NormalForm):
        return game.exact
    return [
        game.players,
        [
            [node.payoffs] if isinstance(node, Leaf)
            else [node.probabilities] if isinstance(node, Chance)
            else [node.player, node.information, node.actions]
            for node in game.nodes()
        ],
    ]  # fmt: skip


def fractions(value):
    """Texts as fractions, however deep they are."""
    if isinstance(value, list):
        return tuple(map(fractions, value))
    return Fraction(value)


def plain(value):
    """A value as JSON has it; fractions as text."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Fraction):
        return str(value)
    return value


def written():
    """Writes what was answered in this session."""
    for peer, answers in answered.items():
        content = {
            "peer": PEERS[peer],
            "version": version(PEERS[peer]),
            "python": ".".join(map(str, sys.version_info[:2])),
            "answers": dict(sorted(answers.items())),
        }
        # a line for each answer, so that what changes is seen
        lines = ",\n".join(
            f"  {json.dumps(key)}: {json.dumps(packed(told), ensure_ascii=False)}"
            for key, told in content.pop("answers").items()
        )
        head = json.dumps(content, indent=1).rstrip("\n}")
        (FOLDER / f"{peer}.json").write_text(
            f'{head},\n "answers": {{\n{lines}\n }}\n}}\n', encoding="utf-8"
        )
