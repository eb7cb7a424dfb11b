"""The error for a name that nobody has: the closest ones that there are, in one line."""

import difflib
import re
from collections.abc import Iterable

from nashscope.errors import UnknownName, shown

__all__ = ["closest", "nearest", "plain"]

LISTED = 60
"""Most characters of names that a message lists; of more it says where they are listed."""

FARTHER = 0.15
"""How much less alike than the first a name may be that is suggested beside it, of 1."""


def plain(name: str) -> str:
    """A name without what may be written otherwise: capitals, and blanks or _ for a dash.

    >>> plain("Prisoners_Dilemma"), plain("prisoners dilemma")
    ('prisoners-dilemma', 'prisoners-dilemma')
    """
    return re.sub(r"[\s_]+", "-", name.strip().casefold())


def nearest(name: str, known: Iterable[str], kind: str, listing: str = "") -> UnknownName:
    """The error for a name that is not known, with the closest ones that are.

    listing: the command that lists all of them, where there is one.

    >>> print(nearest("prisoner-dilemma", ["chicken", "prisoners-dilemma"], "game"))
    no game is named 'prisoner-dilemma'; did you mean prisoners-dilemma?
    """
    by_plain: dict[str, str] = {}
    for own in sorted(known):
        by_plain.setdefault(plain(own), own)
    close = closest(plain(name), by_plain)
    every = ", ".join(by_plain.values())
    if close:
        hint = f"did you mean {' or '.join(by_plain[key] for key in close)}?"
    elif listing:
        hint = f"`{listing}` lists what there is"
    elif not every:
        hint = "there is none"
    elif len(every) <= LISTED:
        hint = f"known: {every}"
    else:
        hint = f"known: {every[:LISTED].rpartition(', ')[0]}, … ({len(by_plain)} in all)"
    return UnknownName(f"no {kind} is named {shown(name)}; {hint}")


def closest(name: str, known: Iterable[str]) -> list[str]:
    """Up to three names much like this one, none much less so than the first."""
    found = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    alike = [difflib.SequenceMatcher(None, own, name).ratio() for own in found]
    return [own for own, ratio in zip(found, alike, strict=True) if ratio > alike[0] - FARTHER]
