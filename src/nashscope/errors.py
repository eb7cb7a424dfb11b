"""Every error this package raises, as a tree.

* NashscopeError
  * Misuse                 the caller asked for something that cannot be (exit code 2)
    x IllFormedGame        a game contradicts itself (shape, names, players, numbers)
    x IllFormedProfile     a profile is not one probability distribution per player
    x IllFormedEdit        an edit does not fit the network (layer, width, number)
    x IllegalDecision      an agent gave what is no legal decision, or its code raised
    x BrokenFraming        a framing cannot read back what it says
    x UnknownName          no game, agent, model, metric or study has this name
    x Unreadable           a file or record is not what it should be
    x FolderTaken          the output folder already holds something else
    x ModelRefused         the model cannot be used truthfully (no weights, encoder, failed check)
    x MissingExtra         an optional part of the installation is needed
  * Failed                 the request was fine, and the work did not succeed (exit code 1)
    x NotAnEquilibrium     a solver's profile gives some player a better response
    x NotSolved            a solver ran out of time or precision; it never returns a guess
      x OutOfTime          of time: the limit that was given has passed
    x BudgetSpent          the calls or the cost that were allowed are used up (exit code 3)
    x Interrupted          the run was stopped; what was finished is on disk (exit code 130)

What a *model* does wrong is never an error: an answer nobody can read is an `Unparsed`
outcome, and it is stored, counted and reported like any other answer.

A message says what was found, what was wanted and what to do, in a line or two: `shown` cuts what
is quoted, `install` says how an optional part is had.
"""

import json
import shlex
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = [
    "BrokenFraming",
    "BudgetSpent",
    "Failed",
    "FolderTaken",
    "IllFormedEdit",
    "IllFormedGame",
    "IllFormedProfile",
    "IllegalDecision",
    "Interrupted",
    "MissingExtra",
    "Misuse",
    "ModelRefused",
    "NashscopeError",
    "NotAnEquilibrium",
    "NotSolved",
    "OutOfTime",
    "UnknownName",
    "Unreadable",
    "install",
    "shown",
]

QUOTED = 48
"""Most characters of a value that a message quotes."""


class NashscopeError(Exception):
    """Base of all errors raised by this package."""

    exit_code = 1


class Misuse(NashscopeError, ValueError):
    """The caller asked for something that cannot be; the message names the remedy."""

    exit_code = 2


class IllFormedGame(Misuse):
    """A game contradicts itself."""


class IllFormedProfile(Misuse):
    """A profile is not one probability distribution per player."""


class IllFormedEdit(Misuse):
    """An edit does not fit the network it is meant for."""


class IllegalDecision(Misuse):
    """An agent gave what is no legal decision, or its own code raised."""


class BrokenFraming(Misuse):
    """A framing does not tell its game, or does not read back what it says."""


class UnknownName(Misuse, LookupError):
    """Nothing has this name."""


class Unreadable(Misuse):
    """A file or a record is not what it should be."""


class FolderTaken(Misuse):
    """An output folder already holds something that would be overwritten."""


class ModelRefused(Misuse):
    """A model cannot be used truthfully."""


class MissingExtra(Misuse, ImportError):
    """An optional part of the installation is needed."""


class Failed(NashscopeError, RuntimeError):
    """The request was fine, and the work did not succeed."""


class NotAnEquilibrium(Failed, ArithmeticError):
    """A profile was claimed to be an equilibrium, but a player gains by leaving it."""


class NotSolved(Failed, ArithmeticError):
    """A solver ran out of time or precision, and returns nothing rather than a guess."""


class OutOfTime(NotSolved):
    """A solver ran out of the time that it was given."""


class BudgetSpent(Failed):
    """What may be spent on hosted models is used up; what was finished is on disk."""

    exit_code = 3


class Interrupted(Failed):
    """The run was stopped; what was finished is on disk."""

    exit_code = 130


def shown(value: object, most: int = QUOTED) -> str:
    """A value as messages quote it: on one line, and cut where it is long.

    >>> shown("prisoner-dilemma"), shown("x" * 100, 10)
    ("'prisoner-dilemma'", "'xxxxxxx…'")
    """
    text = repr(value)
    quote = text[-1:] if text[-1:] in "'\")]}" else ""
    return text if len(text) <= most else f"{text[: most - 1 - len(quote)]}…{quote}"


def install(extra: str) -> str:
    """The command that adds an optional part to this installation, as it is typed.

    >>> install("api").endswith("[api]'")
    True
    """
    source = _clone()
    if source is None:
        return f"pip install {shlex.quote(f'nashscope[{extra}]')}"
    where = "." if source == Path.cwd() else str(source)
    return f"pip install -e {shlex.quote(f'{where}[{extra}]')}"


def _clone() -> Path | None:
    """The clone that this package is run from; None if it was installed from a wheel."""
    try:
        told = distribution("nashscope").read_text("direct_url.json")
    except PackageNotFoundError:
        source = Path(__file__).parents[2]
        return source if (source / "pyproject.toml").is_file() else None
    origin = json.loads(told or "{}")
    if not origin.get("dir_info", {}).get("editable"):
        return None
    return Path(unquote(urlsplit(str(origin["url"])).path))
