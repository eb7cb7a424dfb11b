"""One look-up for every kind of extension: a user's file, the package's own, an entry point."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from nashscope.blame import raised_at
from nashscope.errors import Misuse, NashscopeError, Unreadable
from nashscope.names.closest import nearest, plain
from nashscope.names.file import from_file
from nashscope.names.parameter import called
from nashscope.names.reference import Reference, read

__all__ = ["Shelf", "entry_point", "find", "known", "normal_name"]


@dataclass(frozen=True)
class Shelf:
    """Where the things of one kind are found.

    kind: what one is called in messages. group: of the entry points in which a package declares
        its own.
    types: what an object of the kind is an instance of; () takes any. wanted: the same in words.
    folder: the package whose modules each hold one, under the name `attribute`.
    shipped: those that come with the package and are no module of the folder.
    check: refuses an object that is not the package's own and breaks a promise of the kind; it is
        given the object and its name, once for each.
    listing: the command that lists them all.
    """

    kind: str
    group: str
    types: tuple[type, ...] = ()
    wanted: str = ""
    folder: str = ""
    attribute: str = ""
    shipped: Mapping[str, Any] = field(default_factory=dict)
    check: Callable[[Any, str], object] | None = None
    listing: str = ""

    def modules(self) -> list[str]:
        """The names of the folder's modules that are extensions, with dashes."""
        if not self.folder:
            return []
        found = pkgutil.iter_modules(importlib.import_module(self.folder).__path__)
        names = (module.name for module in found)
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def module(self, name: str) -> Any:
        """The module of this name in the folder."""
        return importlib.import_module(f"{self.folder}.{name.replace('-', '_')}")


_checked: dict[int, Any] = {}
"""Objects that passed the test of their kind; kept, so that their numbers stay theirs."""


def known(shelf: Shelf) -> list[str]:
    """The names of all that can be found without a file: shipped, and of installed packages."""
    declared = entry_points(group=shelf.group).names
    return sorted({*shelf.shipped, *shelf.modules(), *declared})


def find(text: str | Reference, shelf: Shelf, *others: str) -> Any:
    """The object that a text names on a shelf; capitals and underscores are read as they are meant.

    The package's own come first, then what installed packages declare: reading their metadata
    takes milliseconds.

    others: names of the same kind that the caller knows by itself, for the message.

    Raises:
        UnknownName: with the closest names. Unreadable: for an object of another kind, or a file
            or an entry point that cannot be imported.
    """
    reference = read(text) if isinstance(text, str) else text
    if reference.kind == "object":
        return _made(from_file(reference), reference, shelf)
    name = plain(reference.base)
    if reference.parameters and (name in shelf.shipped or name in shelf.modules()):
        raise Misuse(f"{reference.base} takes no parameters; write {reference.base} alone")
    if name in (shipped := {plain(own): value for own, value in shelf.shipped.items()}):
        return shipped[name]
    if name in shelf.modules():
        return getattr(shelf.module(name), shelf.attribute)
    if (entry := entry_point(shelf, reference.base)) is not None:
        return _made(_loaded(entry), reference, shelf)
    if reference.base.lower().endswith(".py"):
        raise Unreadable(f"{reference.base} is a file; name the object in it, FILE.py:OBJECT")
    every = [*known(shelf), *others]
    raise nearest(reference.base, every, shelf.kind, shelf.listing)


def normal_name(text: str, shelf: Shelf) -> str:
    """The text by which a thing is written down: the same for all texts that mean the same.

    The order of parameters, and capitals, underscores and blanks of the package's own names, do not
    count; other names are taken as they are.
    """
    reference = read(text)
    head, colon, rest = reference.base.partition(":")
    if reference.kind == "name" and plain(head) in (*shelf.shipped, *shelf.modules()):
        reference = replace(reference, name=f"{plain(head)}{colon}{rest}")
    return str(reference)


def entry_point(shelf: Shelf, name: str) -> EntryPoint | None:
    """What some installed package declares under this name; None if none does."""
    every = entry_points(group=shelf.group)
    exact = [own for own in every if own.name == name]
    return next(iter([*exact, *(own for own in every if plain(own.name) == plain(name))]), None)


def _loaded(entry: EntryPoint) -> Any:
    """What an entry point names.

    Raises:
        Unreadable: if it cannot be imported.
    """
    try:
        return entry.load()
    except NashscopeError:
        raise
    except Exception as error:
        package = f" of {entry.dist.name}" if entry.dist else ""
        raise Unreadable(
            f"{entry.name}{package} cannot be imported from {entry.value}: "
            f"{type(error).__name__}: {error}"
        ) from error


def _made(value: Any, reference: Reference, shelf: Shelf) -> Any:
    """The object itself; with parameters what it returns, if it is a function."""
    if not reference.parameters:
        return _fits(value, reference.base, shelf)
    if not inspect.isfunction(value):
        raise Misuse(f"{reference.base} takes no parameters: it is no function")
    return _fits(called(value, reference.parameters, reference.base), str(reference), shelf)


def _fits(value: Any, name: str, shelf: Shelf) -> Any:
    """An object that is not the package's own, if it is of the kind and keeps its promises."""
    wanted = shelf.wanted or " or ".join(kind.__name__ for kind in shelf.types)
    if isinstance(value, type) and shelf.types:
        raise Unreadable(f"{name} is a class; name an object of it, {wanted}")
    if shelf.types and not isinstance(value, shelf.types):
        raise Unreadable(f"{name} is {_a(type(value).__name__)}; {_a(shelf.kind)} is {wanted}")
    if shelf.check is None or id(value) in _checked:
        return value
    try:
        shelf.check(value, name)
    except Misuse as error:
        if name in str(error):
            raise
        raise type(error)(f"{name}: {error}") from error
    except Exception as error:
        place = raised_at(error, value)
        if place is None:
            raise
        raise Unreadable(f"{name}: {place}") from error
    _checked[id(value)] = value
    return value


def _a(noun: str) -> str:
    """The noun with its article."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
