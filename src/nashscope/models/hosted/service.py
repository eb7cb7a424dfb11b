"""Where a hosted model is reached, with which key, and what its tokens cost.

A service is described by environment variables, as its vendor's own client would have it, or by a
file. A key is only ever sent to the server that it was given for, and never shown: every text that
leaves this floor goes through `Service.redacted`.
"""

import math
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from nashscope.errors import Misuse, ModelRefused, Unreadable
from nashscope.records import load as record
from nashscope.settings import read_yaml

__all__ = ["SERVICES", "Price", "Service", "prices", "service"]

SERVICES = "NASHSCOPE_SERVICES"
"""The environment variable that names the file; without it `~/.config/nashscope/services.yaml`."""

OPENAI = "https://api.openai.com/v1"
NO_KEY = "none"
"""What is sent where there is no key: a server on one's own machine seldom asks for one."""


@dataclass(frozen=True)
class Price:
    """What a million tokens cost, read and written, in the currency of the user's file."""

    input: float
    output: float

    def __post_init__(self) -> None:
        if not (0 <= self.input < math.inf and 0 <= self.output < math.inf):
            raise Misuse(f"a price of {self.input:g} and {self.output:g}; it is 0 or more")


@dataclass(frozen=True)
class Service:
    """A server that speaks the chat protocol of OpenAI.

    base_url: up to and including `/v1`. key: sent as the bearer token.
    concurrency: most requests under way at once. timeout: seconds that one may take.
    attempts: how often a request is sent before it counts as failed.
    backoff: seconds before the second attempt; doubled for every further one, up to `longest`.
    patience: so many requests failing in a row, none answered in between, stop the run.
    """

    name: str
    base_url: str
    key: str = field(default=NO_KEY, repr=False)
    concurrency: int = 16
    timeout: float = 120.0
    attempts: int = 6
    backoff: float = 0.5
    longest: float = 60.0
    patience: int = 20

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ModelRefused(
                f"the base URL of {self.name} is {self.shown!r}; it begins with http:// or https://"
            )
        if min(self.concurrency, self.attempts, self.patience) < 1:
            raise ModelRefused(f"{self.name}: concurrency, attempts and patience are at least 1")
        times = (self.timeout, self.backoff, self.longest)
        if not all(map(math.isfinite, times)) or self.timeout <= 0 or min(times) < 0:
            raise ModelRefused(f"{self.name}: timeout is above 0, backoff and longest 0 or more")
        if not (self.key.isascii() and self.key.isprintable()):
            raise ModelRefused(f"the key of {self.name} has signs that no key has; copy it again")

    @property
    def shown(self) -> str:
        """The base URL without anything secret that may stand in it."""
        parts = urlsplit(self.base_url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, "", ""))

    def redacted(self, text: str) -> str:
        """The text with every secret of the service taken out."""
        parts = urlsplit(self.base_url)
        secrets = [self.key, parts.password or "", parts.query]
        for secret in sorted((s for s in secrets if len(s) > 4), key=len, reverse=True):
            text = text.replace(secret, "[secret]")
        return text


def service(name: str, **options: Any) -> Service:
    """The service of this name: from the options, the environment, or the user's file.

    `<NAME>_BASE_URL` and `<NAME>_API_KEY` come first, then the file, then OPENAI_BASE_URL together
    with OPENAI_API_KEY; the key of OpenAI is never sent to a service with a base URL of its own.

    options: fields of `Service` set otherwise.

    Raises:
        ModelRefused: if nothing says where the service is. Unreadable: if the file is not right.
    """
    upper = re.sub(r"\W", "_", name).upper()
    entry = _told().get("services", {}).get(name) or {}
    if not isinstance(entry, dict):
        raise Unreadable(f"{_file()}: {name} must be a table, such as {name}: {{base_url: …}}")
    told = dict(entry)
    key = _key(told)
    environment = {
        "base_url": os.environ.get(f"{upper}_BASE_URL"),
        "key": os.environ.get(f"{upper}_API_KEY"),
    }
    known = {**told, **({"key": key} if key else {})}
    known |= {k: v for k, v in environment.items() if v} | options
    if "base_url" not in known and name == "openai":
        known["base_url"] = OPENAI
    elif "base_url" not in known and (common := os.environ.get("OPENAI_BASE_URL")):
        known["base_url"] = common
        known.setdefault("key", os.environ.get("OPENAI_API_KEY") or NO_KEY)
    if "base_url" not in known:
        raise ModelRefused(
            f"nothing says where {name} is; set {upper}_BASE_URL (and {upper}_API_KEY), or "
            f"name it in {_file()}"
        )
    if name == "openai" and not known.get("key"):
        raise ModelRefused(f"OPENAI_API_KEY is not set; export it, or name it in {_file()}")
    said = f"{upper}_BASE_URL" if environment["base_url"] else str(_file())
    try:
        return record(Service, {"name": name, **known}, secret=True)
    except (Unreadable, ModelRefused) as error:
        raise type(error)(f"{said}: {error}") from None


def prices(file: Path | None = None) -> dict[str, Price]:
    """What a file says that models cost, by `service/model`; the user's own if none is named.

    file: YAML, with the prices under `prices:` or at the top.

    Raises:
        Unreadable: if it cannot be read, or a price is none.
    """
    where = file or _file()
    if file is not None and not file.is_file():
        raise Unreadable(f"there is no file of prices {file}")
    told = _yaml(where) if where.is_file() else {}
    table = told.get("prices", told if file is not None else {}) or {}
    if not isinstance(table, dict):
        raise Unreadable(f"{where}: prices is a table of service/model: {{input: …, output: …}}")
    found = {}
    for name, price in table.items():
        try:
            found[str(name)] = record(Price, price)
        except Misuse as error:
            raise Unreadable(f"{where}: the price of {name}: {error}") from None
    return found


def _file() -> Path:
    """The user's file of services."""
    if named := os.environ.get(SERVICES):
        return Path(named)
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "nashscope" / "services.yaml"


def _told() -> dict[str, Any]:
    """What the user's file says; nothing, if there is none."""
    file = _file()
    if not file.is_file():
        if os.environ.get(SERVICES):
            raise Unreadable(f"{SERVICES} names {file}, and there is no such file")
        return {}
    tables = _yaml(file)
    wrong = set(tables) - {"services", "prices"}
    if wrong or not all(isinstance(table or {}, dict) for table in tables.values()):
        raise Unreadable(f"{file}: it may hold two tables, services and prices")
    return {name: table or {} for name, table in tables.items()}


def _yaml(file: Path) -> dict[str, Any]:
    """The tables of a YAML file."""
    told = read_yaml(file) or {}
    return told if isinstance(told, dict) else {"": told}


def _key(told: dict[str, Any]) -> str | None:
    """The key that an entry of the file names: a variable, another file, or the key itself."""
    variable, file = told.pop("key_variable", None), told.pop("key_file", None)
    if variable is not None:
        if not os.environ.get(str(variable)):
            raise Unreadable(f"{_file()} names the variable {variable} for a key; it is not set")
        return os.environ[str(variable)]
    if file is not None:
        try:
            return Path(str(file)).expanduser().read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Unreadable(f"{_file()} names {file} for a key: {error.strerror}") from None
    return str(told["key"]) if told.get("key") else None
