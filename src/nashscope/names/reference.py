"""What a user writes to name something, read once and for every command.

    NAME                          something shipped, or of an installed package
    NAME:KEY=VALUE,KEY=VALUE      the same, made otherwise
    PATH/FILE.py:OBJECT           an object of the user's own; parameters may follow
    PATH/FILE.nfg, PATH/FILE.efg  a game in a file of Gambit

Parameters begin at the first colon that a key and `=` follow, so that names with colons in them
(`openai-api/local/qwen3:8b`, `memory-one:1,0,1,0`) and paths with blanks stay whole. `smollm2` is
short for `hf/smollm2`, a real model that a package carries. A game may be
spelt out by its payoffs as well, which is read in `games.library`.
"""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from nashscope.errors import Misuse, shown

__all__ = ["GAME_FILES", "Reference", "read"]

GAME_FILES = (".efg", ".nfg")
"""How the names of files that hold a game end."""

SHORT = {"smollm2": "hf/smollm2"}
"""Models that may be named without their kind."""

KEY = r"[^\W\d][\w-]*"
BEGIN = re.compile(rf":(?={KEY}\s*=)")
NEXT = re.compile(rf",(?=\s*{KEY}\s*=)")
OBJECT = re.compile(r"(?P<path>.*\.py):(?P<object>[^\W\d]\w*)", re.S | re.I)


@dataclass(frozen=True)
class Reference:
    """What a text names, taken apart.

    kind: "object" of a Python file, "file" of a game, or "name" of anything else.
    name: the name, or the path, as it was written. object: its name in the Python file, else "".
    parameters: keys (with underscores) and values as they were written, in the order of the keys.
    """

    kind: Literal["name", "object", "file"]
    name: str
    object: str = ""
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def base(self) -> str:
        """The text without its parameters."""
        return f"{self.name}:{self.object}" if self.object else self.name

    def __str__(self) -> str:
        """The text that names it, in its normal form."""
        told = ",".join(f"{key}={value}" for key, value in self.parameters)
        return f"{self.base}:{told}" if told else self.base


def read(text: str) -> Reference:
    """The reference that a text is. Nothing is looked up: no file is opened, no list is searched.

    Raises:
        Misuse: if there is no name, or a parameter comes twice or without a value.

    >>> str(read("public-goods:players=4,endowment=3"))
    'public-goods:endowment=3,players=4'
    >>> read("my games/g.py:GAME").object
    'GAME'
    >>> read("openai-api/local/qwen3:8b").parameters
    ()
    >>> read("predict:smollm2").name
    'predict:hf/smollm2'
    """
    stripped = text.strip()
    begin = BEGIN.search(stripped)
    base = stripped[: begin.start()].rstrip() if begin else stripped
    if not base:
        raise Misuse(f"{shown(text)} has no name; write it as NAME or NAME:KEY=VALUE")
    parameters = _parameters(stripped[begin.end() :], text) if begin else ()
    if place := OBJECT.fullmatch(base):
        return Reference("object", place["path"], place["object"], parameters)
    if PurePath(base).suffix.lower() in GAME_FILES:
        return Reference("file", base, "", parameters)
    before, colon, last = base.rpartition(":")
    return Reference("name", f"{before}{colon}{SHORT.get(last, last)}", "", parameters)


def _parameters(tail: str, text: str) -> tuple[tuple[str, str], ...]:
    """Keys and values, in the order of the keys."""
    found: dict[str, str] = {}
    for part in NEXT.split(tail):
        key, _, value = part.partition("=")
        key, value = key.strip().replace("-", "_"), value.strip()
        if not value:
            raise Misuse(f"{shown(text)} gives {key} no value; write {key}=VALUE")
        if key in found:
            raise Misuse(f"{shown(text)} gives {key} twice; give it once")
        found[key] = value
    return tuple(sorted(found.items()))
