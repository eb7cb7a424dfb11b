"""Bad inputs by kind, hundreds of them over every door of the command line.

A file of this folder holds `inputs()`, which gives `Bad`s; `test_bad_input.py` finds it by itself.
Each must end with exit code 1, 2 or 3 and one clear line, and change nothing that was there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


def nothing(_: Path) -> None:
    """Leaves a folder as it is."""


@dataclass(frozen=True)
class Bad:
    """An input that must be refused.

    kind: what is wrong, in words. arguments: of the command line; `{model}` stands for the folder
    of a small model. files: by name, what is in the folder in which the command is said.
    base: a folder that lies there as `r`: a finished run of some command (`bases.py`).
    edit: what is done to it, or to the files, before. environment: variables that are set.
    apart: it is said in a process of its own, with little time and memory: it could hang, leave,
    or fill the memory. says: words that must be in what is said, such as what to do.
    """

    kind: str
    arguments: tuple[str, ...]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    base: str = ""
    edit: Callable[[Path], object] = nothing
    environment: Mapping[str, str] = field(default_factory=dict)
    apart: bool = False
    says: str = ""
