"""What stood in the files that a name stands for, so that edited code is never taken for old play.

A name of the package is known by the package's version, which the manifest keeps. A name of the
user's own can mean something else tomorrow: `patient.py:AGENT` after an edit, `hf/./model` after
more training, an entry point after an update of its package. `identity` gives each of these the
hash of what it is made of; it is part of a cell and of a run's configuration.
"""

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from nashscope import names

__all__ = ["identity", "sources"]

GROUPS = ("agents", "framings", "games", "metrics", "models", "organisms", "studies")
"""What a package can declare in `nashscope.GROUP`."""
OWN = "nashscope"
"""The distribution whose entry points are the package's own."""
FOLDER = re.compile(r"(?:^|:)hf/(.+)$")
"""The folder, or the name on the hub, in the name of an agent or model."""
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
    found = {name: _content(name) for name in dict.fromkeys(asked)}
    return {name: content for name, content in sorted(found.items()) if content}


def sources(file: Path) -> tuple[Path, ...]:
    """A Python file and every module that it imports from its own folder, directly or not.

    Imports are read from the text and not run; those inside functions count too. Files that cannot
    be read as Python have no imports.
    """
    root = file.parent
    found: dict[Path, None] = {}
    left = [file]
    while left:
        if (source := left.pop()) not in found and source.is_file():
            found[source] = None
            left += _imported(source, root)
    return tuple(sorted(found))


def _content(name: str) -> str:
    """The hash of one name; "" if it is the same everywhere."""
    if names.is_file(name):
        return _code(Path(name.rpartition(":")[0]))
    if place := FOLDER.search(name):
        return _model(Path(place[1]).expanduser())
    if Path(name).suffix and Path(name).is_file():
        return _hashed(Path(name))[:16]
    declared = _declared().get(name) or _declared().get(name.partition("/")[0] + "/")
    return "" if declared is None else _packaged(declared)


def _code(file: Path) -> str:
    """The hash of a Python file and its modules; "" if there is no such file."""
    digest = hashlib.sha256()
    if not file.is_file():
        return ""
    for source in sources(file):
        place = source.relative_to(file.parent).as_posix()
        digest.update(f"{place} {_hashed(source)}\n".encode())
    return digest.hexdigest()[:16]


def _packaged(declared: EntryPoint) -> str:
    """The hash of an entry point: its distribution, its version and its file."""
    told = "unknown" if declared.dist is None else f"{declared.dist.name} {declared.dist.version}"
    file = _module_file(declared.module)
    code = "" if file is None else _code(file)
    return hashlib.sha256(f"{told} {declared.value} {code}".encode()).hexdigest()[:16]


def _model(folder: Path) -> str:
    """The hash of a model's folder; "" if it is none on this machine."""
    if not (folder / "config.json").is_file():
        return ""
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.is_file() and file.suffix in (".json", ".jinja", ".safetensors", ".model", ".txt"):
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


def _imported(source: Path, root: Path) -> Iterator[Path]:
    """The files below `root` that a file imports."""
    try:
        tree = ast.parse(source.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(root, alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            start = root if not node.level else source.parents[node.level - 1]
            parts = (node.module or "").split(".") if node.module else []
            yield from _files(start, parts)
            for alias in node.names:
                yield from _files(start, [*parts, alias.name])


def _files(root: Path, parts: list[str]) -> Iterator[Path]:
    """The files that stand for a dotted name below a folder: its packages, and the module."""
    place = root
    for part in parts:
        place = place / part
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.is_file():
                yield file


@cache
def _declared() -> dict[str, EntryPoint]:
    """What installed packages declare, by name; kinds of model by their name and a slash."""
    found = {}
    for group in GROUPS:
        for declared in entry_points(group=f"nashscope.{group}"):
            if declared.dist is None or declared.dist.name != OWN:
                found[declared.name + ("/" if group == "models" else "")] = declared
    return found


def _module_file(module: str) -> Path | None:
    """The file of an installed module, found without running anything."""
    places: list[str] | None = None
    for part in module.split("."):
        spec = PathFinder.find_spec(part, places)
        if spec is None:
            return None
        places = list(spec.submodule_search_locations or [])
    return Path(spec.origin) if spec is not None and spec.origin else None
