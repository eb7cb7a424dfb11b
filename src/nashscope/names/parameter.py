"""Parameters of what is named: texts made into what a function takes, with one error for all."""

import inspect
import re
import types
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from nashscope.errors import Misuse, NashscopeError, shown
from nashscope.names.closest import closest

__all__ = ["called"]

LARGEST = 10_000
"""The largest whole number that counts something: of more, a table would not fit the memory."""

NUMBERS = "a number such as 2, 0.5 or 1/3"
WORDS = {bool: "true or false", int: "a whole number", Fraction: NUMBERS, float: NUMBERS}
NUMBER = re.compile(r"[+-]?(\d{1,300}/\d{1,300}|\d{0,300}\.?\d{0,300}(e[+-]?\d{1,2})?)", re.I)


def called(
    make: Callable[..., Any], parameters: Sequence[tuple[str, str]], name: str, *given: Any
) -> Any:
    """What `make` returns for parameters that a user wrote.

    Their types are those of the annotations, or of the defaults where there are none: a whole
    number, an exact fraction, a float, true or false, or a text.

    Raises:
        Misuse: for a parameter that `make` has not or cannot take, with those that it has.
    """
    takes = _takes(make, len(given))
    hints = _hints(make)
    options: dict[str, Any] = {}
    for key, value in parameters:
        if key not in takes:
            close = closest(key, takes)
            meant = f"did you mean {close[0]}? " if close else ""
            raise Misuse(f"{name} has no parameter {shown(key)}; {meant}{_listed(takes)}")
        options[key] = _typed(value, hints.get(key), takes[key], f"{name}: {key}")
    try:
        return make(*given, **options)
    except NashscopeError as error:
        if not parameters:
            raise
        raise type(error)(f"{_written(name, parameters)}: {error}") from error
    except (TypeError, ValueError, LookupError, ArithmeticError, MemoryError, RecursionError) as e:
        if not parameters:
            raise
        reason = next(iter(str(e).splitlines()), "") or type(e).__name__
        text = _written(name, parameters)
        raise Misuse(f"{text} cannot be made: {reason:.60}; {_listed(takes)}") from e


def _written(name: str, parameters: Sequence[tuple[str, str]]) -> str:
    """What a user wrote."""
    return f"{name}:{','.join(f'{key}={value}' for key, value in parameters)}"


def _takes(make: Callable[..., Any], given: int) -> dict[str, inspect.Parameter]:
    """The parameters of a function that can be named, without the first `given`."""
    try:
        every = list(inspect.signature(make).parameters.values())
    except (TypeError, ValueError):
        return {}
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {own.name: own for own in every[given:] if own.kind in named}


def _hints(make: Callable[..., Any]) -> dict[str, Any]:
    """The annotations of a function; none where they cannot be read."""
    while isinstance(make, partial):
        make = make.func
    try:
        return get_type_hints(inspect.unwrap(make))
    except (TypeError, NameError, AttributeError):
        return {}


def _listed(takes: dict[str, inspect.Parameter]) -> str:
    """What may be given, with the defaults."""
    if not takes:
        return "it takes none"
    told = [
        own.name if own.default is own.empty else f"{own.name}={own.default}"
        for own in takes.values()
    ]
    return f"it takes {', '.join(told)}"


def _typed(text: str, hint: Any, parameter: inspect.Parameter, where: str) -> Any:
    """The value that a text stands for."""
    if get_origin(hint) is Literal:
        choices = {str(value): value for value in get_args(hint)}
        if text not in choices:
            raise Misuse(f"{where} is {shown(text)}; it is one of {', '.join(choices)}")
        return choices[text]
    kinds = _kinds(hint, parameter.default)
    if type(None) in kinds and text.lower() == "none":
        return None
    for kind in (bool, Fraction, float, int):
        if kind in kinds:
            value = _number(text, kind)
            if value is None and str in kinds:
                return text
            if value is None:
                raise Misuse(f"{where} is {shown(text)}; it is {WORDS[kind]}")
            if kind is int and abs(value) > LARGEST:
                raise Misuse(f"{where} is {shown(text)}; it is at most {LARGEST:,}")
            return float(value) if kind is float else value
    return text


def _kinds(hint: Any, default: Any) -> set[Any]:
    """The types that a parameter may have; a float is an exact number here, too."""
    if hint is None or hint is Any:
        # a default of 4 says that numbers are meant, not that 5/2 is wrong
        number = isinstance(default, int | float | Fraction) and not isinstance(default, bool)
        return {Fraction if number else bool if isinstance(default, bool) else str}
    union = get_origin(hint) in (Union, types.UnionType)
    return set(get_args(hint)) if union else {hint}


def _number(text: str, kind: type) -> Any:
    """The number, or the truth value, that a text is; None if it is none."""
    if kind is bool:
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower())
    if kind is int:
        return int(text) if re.fullmatch(r"[+-]?\d{1,300}", text) else None
    try:
        value = Fraction(text) if NUMBER.fullmatch(text) else None
    except (ValueError, ZeroDivisionError):
        return None
    return int(value) if value is not None and value.denominator == 1 else value
