"""Every error this package raises, as a tree.

* NashscopeError
  * Misuse                 the caller asked for something that cannot be (exit code 2)
    x IllFormedGame        a game contradicts itself (shape, names, players, numbers)
    x IllFormedProfile     a profile is not one probability distribution per player
    x IllFormedEdit        an edit does not fit the network (layer, width, number)
    x BrokenFraming        a framing cannot read back what it says
    x UnknownName          no game, agent, model, metric or study has this name
    x Unreadable           a file or record is not what it should be
    x FolderTaken          the output folder already holds something else
    x ModelRefused         the model cannot be used truthfully (no weights, encoder, failed check)
    x MissingExtra         an optional part of the installation is needed
  * Failed                 the request was fine, and the work did not succeed (exit code 1)
    x NotAnEquilibrium     a solver's profile gives some player a better response
    x NotSolved            a solver ran out of time or precision; it never returns a guess
    x BudgetSpent          the calls or the cost that were allowed are used up (exit code 3)
    x Interrupted          the run was stopped; what was finished is on disk (exit code 130)

What a *model* does wrong is never an error: an answer nobody can read is an `Unparsed`
outcome, and it is stored, counted and reported like any other answer.
"""

__all__ = [
    "BrokenFraming",
    "BudgetSpent",
    "Failed",
    "FolderTaken",
    "IllFormedEdit",
    "IllFormedGame",
    "IllFormedProfile",
    "Interrupted",
    "MissingExtra",
    "Misuse",
    "ModelRefused",
    "NashscopeError",
    "NotAnEquilibrium",
    "NotSolved",
    "UnknownName",
    "Unreadable",
]


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


class BrokenFraming(Misuse):
    """A framing does not satisfy `parse(label(action)) == action`."""


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


class BudgetSpent(Failed):
    """What may be spent on hosted models is used up; what was finished is on disk."""

    exit_code = 3


class Interrupted(Failed):
    """The run was stopped; what was finished is on disk."""

    exit_code = 130
