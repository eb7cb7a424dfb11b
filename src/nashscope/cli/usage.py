"""Wrong options and arguments in our own words: what was found, what is wanted, where to look."""

import re
import sys
from typing import Any

from nashscope.errors import Misuse, shown

__all__ = ["MOST", "told", "within"]

MOST = 10_000
"""Of anything that is drawn, asked or trained one after the other, unless a command says more."""

WANTED = (
    (r"\binteger\b", "a whole number is wanted"),
    (r"\b(float|number)\b", "a number is wanted"),
    (r"\bbool", "yes or no is wanted"),
)
"""What a parser of options calls a value that it cannot read, and what we call it."""


def within(value: int | None, option: str, least: int, most: int = MOST) -> None:
    """Refuses a number that would never come to an end, or begin.

    Raises:
        Misuse: with what may be said.
    """
    if value is not None and not least <= value <= most:
        raise Misuse(f"{option} is {value}; it must be at least {least:,}, at most {most:,}")


def told(error: Any) -> str | None:
    """What is said of an error of the parser of options; None for any other error.

    The parser comes with typer, in some versions as a package of its own and in some within it, so
    its errors are known by what they have.
    """
    if not hasattr(error, "format_message") or not hasattr(error, "ctx"):
        return None
    words, context = ["-h"], error.ctx
    while context is not None and context.parent is not None:
        words.insert(0, str(context.info_name))
        context = context.parent
    help_ = " ".join(["nashscope", *words])
    message = str(error.message).strip()
    parameter = getattr(error, "param", None)
    unknown = getattr(error, "option_name", None)
    if unknown is not None and message.lower().startswith("no such option"):
        close = getattr(error, "possibilities", None) or []
        meant = f"did you mean {' or '.join(sorted(close)[:3])}? " if close else ""
        return f"there is no option {unknown}; {meant}`{help_}` lists all"
    if parameter is None:
        message = message.replace(". Did you", "; did you").rstrip(".")
        end = " " if message.endswith("?") else "; "
        return f"{message[:1].lower()}{message[1:]}{end}`{help_}` says what there is"
    option = next((own for own in parameter.opts if own.startswith("-")), None)
    name = option or str(parameter.name).rstrip("_").upper()
    if not message or message.lower().startswith("missing"):
        return f"{name} is missing; `{help_}` says how it is called"
    value = _given(parameter.opts)
    quoted = "" if value is None else f" {shown(value)}"
    for sign, wanted in WANTED:
        if re.search(sign, message, re.I) and re.search("valid|parse", message, re.I):
            return f"{name}{quoted}: {wanted}"
    return f"{name}{quoted}: {message[:1].lower()}{message[1:].rstrip('.')}"


def _given(options: list[str]) -> str | None:
    """What stands behind an option on the command line; None where it cannot be found."""
    words = sys.argv[1:]
    for place, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option in options and option.startswith("-"):
            if equals:
                return value
            return words[place + 1] if place + 1 < len(words) else None
    return None
