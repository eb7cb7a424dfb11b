"""`manifest.json`: how a run was made, in all its sessions, and which format its files have."""

import contextlib
import json
import platform
import sys
import time
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from nashscope import __version__, records
from nashscope.errors import FolderTaken, Unreadable
from nashscope.play.store.disk import written
from nashscope.play.store.sealed import json_of

__all__ = [
    "MANIFEST",
    "check_goes_on",
    "circumstances",
    "difference",
    "note",
    "now",
    "read_manifest",
    "schema_of",
]

MANIFEST = "manifest.json"
"""The file's name in the folder of a run."""
PACKAGES = ("numpy", "scipy", "torch", "transformers", "openai")
"""Whose versions can change what comes out."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """What is known of how a run was made; {} if there is no manifest.

    Raises:
        Unreadable: if it is torn, or something else.
    """
    file = folder / MANIFEST
    made: dict[str, Any] = json_of(file, dict) if file.is_file() else {}
    return made


def note(folder: Path, **entries: Any) -> None:
    """Adds to the manifest; only the process that holds the folder does this."""
    told = {**read_manifest(folder), **entries}
    written(folder / MANIFEST, json.dumps(told, indent=1) + "\n")


def schema_of(folder: Path) -> int:
    """The format in which a run is kept.

    Raises:
        Unreadable: if it does not say, or if a later version wrote it.
    """
    made = read_manifest(folder)
    if not made:
        raise Unreadable(f"{folder} has no {MANIFEST}, which says its format; put it back")
    schema = made.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise Unreadable(
            f"{folder / MANIFEST}: schema is {schema!r:.40}, which is no format; put the file back"
        )
    if schema > records.SCHEMA:
        raise Unreadable(
            f"{folder} has format {schema}, and this version reads 1 to {records.SCHEMA}; "
            f"install a newer nashscope than {__version__}"
        )
    return schema


def check_goes_on(folder: Path) -> None:
    """Refuses to go on with a run that an earlier format began.

    Its chance was named otherwise: one match would be half of one experiment, half of another.

    Raises:
        FolderTaken: with the version that began it. Unreadable: as `schema_of`.
    """
    if (schema := schema_of(folder)) < records.SCHEMA:
        began = read_manifest(folder).get("versions", {}).get("nashscope", "an earlier one")
        raise FolderTaken(
            f"{folder} was begun by nashscope {began} (format {schema}) and is finished by the "
            "version that began it; report and export read it; name another folder with --out"
        )


def circumstances(folder: Path, config: Mapping[str, Any]) -> dict[str, Any]:
    """What a reader needs to know to run it again: of every session, the first one's foremost."""
    before = read_manifest(folder)
    versions = {"nashscope": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            versions[package] = version(package)
    command = [Path(sys.argv[0]).name, *sys.argv[1:]]
    session = {"started": now(), "versions": versions, "command": command}
    return {
        "schema": records.SCHEMA,
        "versions": before.get("versions", versions),
        "command": before.get("command", command),
        "started": [*before.get("started", []), session["started"]],
        "sessions": [*before.get("sessions", []), session],
        # of every session: one that is killed here may leave the configuration of the one before
        "configs": list(dict.fromkeys([*before.get("configs", []), records.content_hash(config)])),
        "status": "running",
    }


def now() -> str:
    """The time, with its zone."""
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")


def difference(found: Any, wanted: Any, place: str = "configuration") -> str:
    """The first thing in which two configurations differ, with where it is; "" if nothing is.

    >>> difference({"plan": {"rounds": 20}}, {"plan": {"rounds": 30}})
    'its plan.rounds is 20, not 30'
    """
    if found == wanted:
        return ""
    inner = "" if place == "configuration" else f"{place}."
    if isinstance(found, Mapping) and isinstance(wanted, Mapping):
        for key in [*wanted, *found]:
            if key not in found:
                return f"it has no {inner}{key}, which is {_cut(wanted[key])}"
            if key not in wanted:
                return f"its {inner}{key} is {_cut(found[key])}, not left out"
            if told := difference(found[key], wanted[key], f"{inner}{key}"):
                return told
    if isinstance(found, list) and isinstance(wanted, list):
        for number, (one, other) in enumerate(zip(found, wanted, strict=False), start=1):
            if told := difference(one, other, f"{place}, number {number},"):
                return told
        return f"its {place} are {len(found)}, not {len(wanted)}"
    return f"its {place} is {_cut(found)}, not {_cut(wanted)}"


def _cut(value: Any) -> str:
    """A value in a message."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
