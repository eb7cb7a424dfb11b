"""Where the run of a command goes, unless another folder is named."""

import re
from pathlib import Path
from typing import Any

from nashscope import names
from nashscope.errors import Misuse

__all__ = ["run_folder", "subject"]

LONGEST = 40
"""Most letters of a part of a folder's name; what is cut off is in the hash."""


def run_folder(out: Path | None, config: Any, tool: str, *subjects: str) -> Path:
    """The folder of a run: `out`, else `runs/TOOL-SUBJECT-HASH`.

    config: all that the run depends on; the hash is of it and of the format in which runs are
        kept, so that a run of an older format is never in the way.

    >>> run_folder(None, {}, "lens", "hf/deep/my model", "dir/g.py:GAME").name[:-8]
    'lens-my-model-g-GAME-'
    """
    from nashscope.records import SCHEMA, content_hash

    if out is not None:
        return out
    parts = [tool, *subjects]
    told = "-".join(filter(None, map(subject, parts)))
    return Path("runs") / f"{told}-{content_hash([SCHEMA, config])[:8]}"


def subject(text: str) -> str:
    """What a folder is called after something that a user named: no slash, colon or blank.

    >>> subject("organism/nash"), subject("public-goods:players=4"), subject("3,3 0,5; 5,0 1,1")
    ('nash', 'public-goods-players-4', '3-3-0-5-5-0-1-1')
    """
    try:
        reference = names.read(text)
    except Misuse:
        reference = names.Reference("name", text)
    last = re.split(r"[/\\]", reference.name.rstrip("/\\"))[-1]
    if reference.kind != "name":
        last = last.rpartition(".")[0]
    told = [last, reference.object, *(f"{k}-{v}" for k, v in reference.parameters)]
    return re.sub(r"[^\w.-]+", "-", "-".join(filter(None, told))).strip("-.")[:LONGEST]
