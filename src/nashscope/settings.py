"""What a person wrote in YAML, read strictly: nothing is guessed, and nothing is dropped.

YAML 1.1 takes `yes` for true, `010` for 8 and `1:30` for 90, and of two equal keys the last. Here
only `true` and `false` are truth values; words, dates and clock times are the text that was typed;
a whole number that begins with 0 and a key that comes twice are refused, with the line. All else is
read as PyYAML reads it, so that what it writes comes back.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nashscope.errors import Misuse, Unreadable, shown

__all__ = ["assignments", "pairs", "read_yaml", "yaml_value"]

GUESSED = {"bool", "int", "float", "timestamp"}
"""What YAML 1.1 takes texts for that may be meant otherwise."""

PLAIN = {
    "bool": re.compile(r"(true|True|TRUE|false|False|FALSE)$"),
    "int": re.compile(r"[+-]?[0-9][0-9_]*$"),
    "float": re.compile(
        r"([+-]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(e[+-][0-9]+)?|[+-]?\.inf|\.nan)$", re.I
    ),
}
"""What is taken for the same here: the part of it that has one meaning."""

DIGITS = 300
"""Most digits of a whole number that is read."""

LEADING_ZERO = re.compile(r"[+-]?0[0-9_]+")


def read_yaml(file: Path, what: str = "file") -> Any:
    """What a YAML file holds.

    Raises:
        Unreadable: naming the file and the line.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise Unreadable(f"the {what} {file} cannot be read: {reason}") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{file} is not UTF-8 text") from None
    return yaml_value(text, str(file))


def yaml_value(text: str, where: str) -> Any:
    """The value that a text in YAML stands for.

    Raises:
        Unreadable: naming `where`, and the line if there are several.

    >>> yaml_value("[1, yes, 1:30]", "--set")
    [1, 'yes', '1:30']
    """
    import yaml

    try:
        return yaml.load(text, Loader=_loader())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark and not where.startswith("--") else ""
        reason = (error.problem or error.context or "it cannot be read").replace("\n", " ")
        if isinstance(error, yaml.constructor.ConstructorError):
            reason = reason.replace("could not determine a constructor for", "nothing here reads")
            raise Unreadable(f"{where}{line}: {reason}") from None
        raise Unreadable(f"{where}{line} is not YAML: {reason}") from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise Unreadable(f"{where} is not YAML; write it as NAME: VALUE, one to a line") from None


def pairs(given: Sequence[str], option: str, example: str, *, once: bool = True) -> dict[str, str]:
    """What options of the form NAME=VALUE say, every value as it was typed.

    once: whether a name that comes twice is refused; else the last counts, as of other options.

    Raises:
        Misuse: if there is no `=`, no name or no value, or a name comes twice.

    >>> pairs(["round=turn"], "--map", "round=turn")
    {'round': 'turn'}
    """
    found: dict[str, str] = {}
    for text in given:
        name, _, value = (part.strip() for part in text.partition("="))
        if not name or not value:
            raise Misuse(f"{option} {text}: write it as NAME=VALUE, such as {option} {example}")
        if once and name in found:
            raise Misuse(f"{option} {name} is given twice; give it once")
        found[name] = value
    return found


def assignments(given: Sequence[str], option: str, example: str) -> dict[str, Any]:
    """What options of the form NAME=VALUE say, every value as YAML.

    Of a name that comes twice the last counts.

    Raises:
        Misuse: as `pairs`, or for a value that is not YAML.

    >>> assignments(["matches=4", "games=[chicken]"], "--set", "matches=4")
    {'matches': 4, 'games': ['chicken']}
    """
    told = pairs(given, option, example, once=False)
    return {name: yaml_value(value, f"{option} {name}={value}") for name, value in told.items()}


_made: list[Any] = []


def _loader() -> Any:
    """The loader; made once, since importing yaml takes time that few commands need."""
    if _made:
        return _made[0]
    import yaml

    class Strict(yaml.SafeLoader):
        """A safe loader without the guesses of YAML 1.1."""

        yaml_implicit_resolvers = {  # noqa: RUF012 - as in its parent
            first: [(tag, rule) for tag, rule in rules if tag.rpartition(":")[2] not in GUESSED]
            for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            """A mapping in which no key comes twice."""
            seen: set[str] = set()
            for key, _ in node.value:
                name = str(getattr(key, "value", key))
                if name in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"{shown(name)} comes twice; give it once", key.start_mark
                    )
                seen.add(name)
            return super().construct_mapping(node, deep)

        def decimal(self, node: Any) -> int:
            """A whole number, of which nobody can doubt how it is meant."""
            if LEADING_ZERO.fullmatch(node.value):
                raise yaml.constructor.ConstructorError(
                    None, None, "a number begins with 0; leave that out", node.start_mark
                )
            if len(node.value) > DIGITS:
                raise yaml.constructor.ConstructorError(
                    None, None, f"a number of {len(node.value)} digits", node.start_mark
                )
            return int(node.value)

    for name, rule in PLAIN.items():
        Strict.add_implicit_resolver(f"tag:yaml.org,2002:{name}", rule, list("tTfF.0123456789+-"))
    Strict.add_constructor("tag:yaml.org,2002:int", Strict.decimal)
    _made.append(Strict)
    return Strict
