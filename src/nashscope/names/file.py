"""A Python file of the user's own: run once, found again, and named where it goes wrong."""

import ast
import contextlib
import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from nashscope.errors import Unreadable
from nashscope.names.closest import nearest
from nashscope.names.reference import Reference

__all__ = ["from_file", "ran", "sources"]

PREFIX = "nashscope_user_"
"""How the names of modules begin that are files of a user."""


@dataclass(frozen=True)
class _Ran:
    """A file that was run, and what it and the files that it imports held then."""

    module: ModuleType
    digests: dict[Path, str]


_known: dict[Path, _Ran] = {}
_folders: list[str] = []
"""Those of users' files, at the end of the path of imports."""


def ran(path: str | Path) -> ModuleType:
    """The module that a Python file is.

    The file is run: it is the user's own code, asked for by name. It is run once per process, and
    again only if it, or a file that it imports from its own folder, has changed. That folder is
    the last in which its imports are looked for.

    Raises:
        Unreadable: if there is no such file, or it cannot be run; with the line.
    """
    file = Path(path)
    if not file.is_file():
        raise Unreadable(f"there is no file {path}")
    resolved = file.resolve()
    digests = {source: _digest(source) for source in sources(resolved)}
    known = _known.get(resolved)
    if known and known.digests == digests:
        return known.module
    # Files of one name in two folders are two modules.
    place = hashlib.sha256(str(resolved).encode()).hexdigest()[:8]
    name = f"{PREFIX}{file.stem}_{place}"
    spec = importlib.util.spec_from_file_location(name, resolved)
    if spec is None or spec.loader is None:
        raise Unreadable(f"{path} is not a Python file; its name ends in .py")
    module = importlib.util.module_from_spec(spec)
    _make_room(resolved.parent, digests)
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before
        if isinstance(error, KeyboardInterrupt):
            raise
        raise Unreadable(_failed(path, error)) from error
    _known[resolved] = _Ran(module, digests)
    return module


def from_file(reference: Reference) -> Any:
    """The object that `path/to/file.py:object` names.

    Raises:
        Unreadable: if there is no such file or it cannot be run.
        UnknownName: if the file has no such object.
    """
    module = ran(reference.name)
    if not hasattr(module, reference.object):
        public = [name for name, value in vars(module).items() if _own(name, value, module)]
        raise nearest(reference.object, public, f"object in {reference.name}")
    return getattr(module, reference.object)


def _own(name: str, value: Any, module: ModuleType) -> bool:
    """Whether something in a file is its own and not imported."""
    if isinstance(value, type | FunctionType):
        return not name.startswith("_") and value.__module__ == module.__name__
    return not name.startswith("_") and not isinstance(value, ModuleType)


def sources(path: str | Path) -> tuple[Path, ...]:
    """A Python file, and every file that it imports from its own folder, in whatever depth.

    Read from the text, without running it: imports within functions count as well.
    """
    first = Path(path).resolve()
    found, waiting = {first}, [first]
    while waiting:
        for name in _imports(waiting.pop()):
            for source in _files(first.parent, name):
                if source not in found:
                    found.add(source)
                    waiting.append(source)
    return tuple(sorted(found))


def _digest(file: Path) -> str:
    """What tells the content of a file from another."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _imports(file: Path) -> Iterator[str]:
    """The modules that a file imports, by their full names; none of a file that is not Python."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (own.name for own in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{own.name}" for own in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            # within a package: its own folder is below that of the user's file
            begin = ".".join(file.parts[-1 - node.level : -1])
            module = f"{begin}.{node.module}" if node.module else begin
            yield module
            yield from (f"{module}.{own.name}" for own in node.names)


def _files(folder: Path, name: str) -> Iterator[Path]:
    """The files in a folder that a module of this name is made of, packages around it included."""
    parts = name.split(".")
    for depth in range(1, len(parts) + 1):
        place = folder.joinpath(*parts[:depth])
        for file in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
            if file.is_file():
                yield file.resolve()


def _make_room(folder: Path, digests: dict[Path, str]) -> None:
    """Lets imports find the folder, and forgets modules that would stand for others in it."""
    with contextlib.suppress(ValueError):
        _folders.remove(str(folder))
    _folders.insert(0, str(folder))
    kept = [place for place in sys.path if place not in _folders]
    # last, so that no file of a user stands for a library
    sys.path[:] = [*kept, *(place for place in _folders if place not in kept)]
    importlib.invalidate_caches()
    old = {s: d for known in _known.values() for s, d in known.digests.items()}
    for source in digests:
        name = ".".join(source.relative_to(folder).with_suffix("").parts)
        name = name.removesuffix(".__init__")
        module = sys.modules.get(name)
        file = Path(getattr(module, "__file__", None) or "").resolve()
        # of another user's folder, or as it was before it was edited
        if file in old and (file != source or old[file] != digests[source]):
            del sys.modules[name]


def _failed(path: str | Path, error: BaseException) -> str:
    """What is said of a file that could not be run."""
    if isinstance(error, SystemExit):
        return f"{path} calls sys.exit when it is run; it is imported here and must not end"
    line = error.lineno if isinstance(error, SyntaxError) else None
    own, trace = str(Path(path).resolve()), error.__traceback__
    while trace is not None and not isinstance(error, SyntaxError):
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == own else line
        trace = trace.tb_next
    where = f", line {line}" if line else ""
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    reason = next(iter(message.splitlines()), "")
    kind = type(error).__name__
    return f"{path}{where} could not be run: {f'{kind}: {reason}' if reason else kind}"
