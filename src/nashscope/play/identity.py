"""What stood in the files that a name stands for, so that edited code is never taken for old play.

A name of the package is known by the package's version, which the manifest keeps. A name of the
user's own can mean something else tomorrow: `patient.py:AGENT` after an edit, `hf/./model` after
more training, an entry point after an update of its package. `identity` gives each of these the
hash of what it is made of; it is part of a cell and of a run's configuration.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from nashscope import names
from nashscope.errors import Misuse

__all__ = ["identity", "is_code"]

GROUPS = ("agents", "framings", "games", "metrics", "models", "organisms", "studies")
"""What a package can declare in `nashscope.GROUP`."""
OWN = "nashscope"
"""The distribution whose entry points are the package's own."""
FOLDER = re.compile(r"(?:^|:)hf/(.+)$")
"""The folder, or the name on the hub, in the name of an agent or model."""
MODEL_FILES = (".json", ".jinja", ".safetensors", ".gguf", ".model", ".txt")
"""The files of a model's folder that make it what it is."""
WHOLE = 2**28
"""Largest file, in bytes, of which all is hashed: 256 MiB, which take a third of a second."""
BLOCKS, BLOCK = 2048, 2**15
"""Of a larger one, so many blocks of so many bytes, from its beginning to its end."""


def identity(asked: Iterable[str]) -> dict[str, str]:
    """A hash of what each name is made of, by name; names that mean the same everywhere are left
    out.

    For `file.py:object`, of the file and every module that it imports from its own folder; for an
    entry point, of its distribution, version and file, likewise; for a model in a folder, of its
    weights, its configuration and its tokenizer with the template; for any other file, of it.

    >>> identity(["tit-for-tat", "organism/nash", "3,3 0,5; 5,0 1,1"])
    {}
    """
    found = {name: _content(name) for name in dict.fromkeys(asked) if name}
    return {name: content for name, content in sorted(found.items()) if content}


def is_code(name: str) -> bool:
    """Whether a name stands for an object in a Python file, which would be run."""
    try:
        return bool(name) and names.read(name).kind == "object"
    except Misuse:
        return False


def _content(name: str) -> str:
    """The hash of one name; "" if it is the same everywhere."""
    try:
        reference = names.read(name)
    except Misuse:  # it is nothing, which whoever looks it up will say
        return ""
    if reference.kind == "object":
        return _code(Path(reference.name))
    if place := FOLDER.search(reference.name):
        return _model(Path(place[1]).expanduser())
    file = Path(reference.name)
    if file.suffix and len(reference.name) < 256 and file.is_file():
        return _hashed(file)[:16]
    plain = names.plain(reference.base)
    declared = _declared().get(plain) or _declared().get(plain.partition("/")[0] + "/")
    return "" if declared is None else _packaged(declared)


def _code(file: Path) -> str:
    """The hash of a Python file and its modules; "" if there is no such file."""
    if not file.is_file():
        return ""
    digest, folder = hashlib.sha256(), file.resolve().parent
    for source in names.sources(file):
        place = source.relative_to(folder) if source.is_relative_to(folder) else source.name
        digest.update(f"{place} {_hashed(source)}\n".encode())
    return digest.hexdigest()[:16]


def _packaged(declared: EntryPoint) -> str:
    """The hash of an entry point: its distribution, its version and its file."""
    told = "unknown" if declared.dist is None else f"{declared.dist.name} {declared.dist.version}"
    file = _module_file(declared.module)
    code = "" if file is None else _code(file)
    return hashlib.sha256(f"{told} {declared.value} {code}".encode()).hexdigest()[:16]


def _model(folder: Path) -> str:
    """The hash of a model's folder or file; "" if it is none on this machine."""
    if folder.is_file():
        return _hashed(folder)[:16]
    if not folder.is_dir():
        return ""
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.is_file() and file.suffix in MODEL_FILES:
            digest.update(f"{file.name} {_hashed(file)}\n".encode())
    return digest.hexdigest()[:16]


def _hashed(file: Path) -> str:
    """The hash of a file, computed again where it was changed since."""
    stat = file.stat()
    return _hash(file.resolve(), stat.st_size, stat.st_mtime_ns)


@lru_cache(4096)
def _hash(file: Path, size: int, changed: int) -> str:
    """The hash of a file of some size, last changed at some time."""
    digest = hashlib.sha256(str(size).encode())
    with file.open("rb") as content:
        if size <= WHOLE:
            digest.update(content.read())
        else:
            for block in range(BLOCKS):
                content.seek(block * (size - BLOCK) // (BLOCKS - 1))
                digest.update(content.read(BLOCK))
    return digest.hexdigest()


@cache
def _declared() -> dict[str, EntryPoint]:
    """What installed packages declare, by name; kinds of model by their name and a slash."""
    found = {}
    for group in GROUPS:
        for declared in entry_points(group=f"nashscope.{group}"):
            if declared.dist is None or declared.dist.name != OWN:
                ending = "/" if group == "models" else ""
                found[names.plain(declared.name) + ending] = declared
    return found


def _module_file(module: str) -> Path | None:
    """The file of an installed module, found without running anything."""
    places: list[str] | None = None
    spec = None
    for part in module.split("."):
        spec = PathFinder.find_spec(part, places)
        if spec is None:
            return None
        places = list(spec.submodule_search_locations or [])
    return Path(spec.origin) if spec is not None and spec.origin else None
