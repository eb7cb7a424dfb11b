"""Finding an extension by its name: no list inside the package needs editing to add one.

A name is looked up in three places: `path/to/file.py:object` on the disk, the modules of one
folder of this package, and the entry points of installed packages. The package registers its own
kinds of model in the same way as a user's package would.
"""

import difflib
import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from nashscope.errors import UnknownName, Unreadable

__all__ = ["entry", "from_file", "is_file", "modules", "nearest", "one_of"]


def nearest(name: str, known: Iterable[str], kind: str) -> UnknownName:
    """The error for a name that is not known, with the closest ones that are."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(known)}"
    return UnknownName(f"no {kind} is named {name!r}; {hint}")


def modules(package: ModuleType) -> list[str]:
    """The modules of a package folder that are extensions, by name."""
    found = (m.name for m in pkgutil.iter_modules(package.__path__))
    return sorted(name for name in found if not name.startswith("_"))


def one_of(name: str, package: ModuleType, kind: str) -> ModuleType:
    """The module `name` of a package folder; dashes may stand for underscores.

    Raises:
        UnknownName: with the closest names there are.
    """
    module = name.replace("-", "_")
    known = modules(package)
    if module not in known:
        raise nearest(name, [m.replace("_", "-") for m in known], kind)
    return importlib.import_module(f"{package.__name__}.{module}")


def entry(group: str, name: str) -> EntryPoint | None:
    """The entry point `name` that some installed package declares in `group`."""
    return next(iter(entry_points(group=group, name=name)), None)


def is_file(name: str) -> bool:
    """Whether the name has the form `path/to/file.py:object`."""
    path, colon, attribute = name.rpartition(":")
    return bool(colon) and path.endswith(".py") and attribute.isidentifier()


def from_file(name: str) -> Any:
    """The object that `path/to/file.py:object` names.

    The file is run: it is the user's own code, asked for by name.

    Raises:
        Unreadable: if there is no such file or it cannot be run.
        UnknownName: if the file has no such object.
    """
    path, _, attribute = name.rpartition(":")
    file = Path(path)
    if not file.is_file():
        raise Unreadable(f"there is no file {path} (asked for as {name!r})")
    spec = importlib.util.spec_from_file_location(f"nashscope_user_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise Unreadable(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise Unreadable(f"{path} could not be run: {type(error).__name__}: {error}") from error
    if not hasattr(module, attribute):
        public = [name for name in vars(module) if not name.startswith("_")]
        raise nearest(attribute, public, f"object in {path}")
    return getattr(module, attribute)
