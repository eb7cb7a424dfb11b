"""Captures that do not fit in memory: written shard by shard, read back layer by layer.

A folder of safetensors files with an index (JSON). Prompts are taken from an iterator, one shard's
at a time, so that memory does not grow with their number; a run that was stopped goes on with the
first shard that is missing.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import Failed, FolderTaken, IllFormedEdit, Misuse, Unreadable
from nashscope.interp.capture import Captured, capture
from nashscope.models.hf import HFModel
from nashscope.records import content_hash

__all__ = ["INDEX", "Shard", "Stored", "capture_to", "stored"]

INDEX = "index.json"
"""The file that says which shards there are."""
PARTS = ("stream", "lens", "logprobs")
FORMAT = 1

Asked = tuple[str, Sequence[str]]


@dataclass(frozen=True)
class Shard:
    """One file. rows: how many prompts. asked: a hash of them and their choices."""

    file: str
    rows: int
    asked: str


@dataclass(frozen=True)
class Stored:
    """Captures in a folder, in the order in which the prompts were given.

    model: its name; fingerprint: of its weights. layers, width: its shape. complete: whether the
    last prompt was reached.
    """

    folder: Path
    model: str
    fingerprint: str
    layers: int
    width: int
    shards: tuple[Shard, ...]
    complete: bool

    def __len__(self) -> int:
        return sum(shard.rows for shard in self.shards)

    def __iter__(self) -> Iterator[Captured]:
        """One shard after another, each as `capture` gives it."""
        for shard in self.shards:
            with _open(self.folder / shard.file) as file:
                yield Captured(*(file.get_tensor(name) for name in PARTS))

    def layer(self, k: int) -> Float[ndarray, "prompts width"]:
        """The stream after k layers, of all prompts; no other layer is read.

        Raises:
            IllFormedEdit: if there is no such layer.
        """
        if not 0 <= k <= self.layers:
            raise IllFormedEdit(f"there is no layer {k}; {self.model} has 0 to {self.layers}")
        parts = []
        for shard in self.shards:
            with _open(self.folder / shard.file) as file:
                parts.append(file.get_slice("stream")[:, k])
        return np.concatenate(parts)

    def every(self) -> Captured:
        """All of it in memory."""
        found = list(self)
        return Captured(*(np.concatenate([getattr(x, name) for x in found]) for name in PARTS))


def capture_to(
    folder: Path,
    model: HFModel,
    prompts: Iterable[str],
    choices: Iterable[Sequence[str]],
    *,
    rows: int = 1024,
) -> Stored:
    """As `capture`, written to a folder; what is already there is not run again.

    prompts, choices: iterators will do, and are read as far as the shard at hand needs. rows:
        prompts per shard; a shard takes rows · (layers + 1) · width · 4 bytes.

    Raises:
        FolderTaken: if the folder holds something else, or captures of other prompts, of another
            model or in other shards.
        Misuse: if there are no prompts, or not as many choices.
    """
    if rows < 1:
        raise Misuse(f"a shard of {rows} prompts cannot be; give at least 1")
    done = _begun(folder, model)
    asked = iter(zip(prompts, choices, strict=True))
    shards: list[Shard] = []
    while own := _some(asked, rows):
        number, told = len(shards), content_hash([[text, list(names)] for text, names in own])
        old = done.shards[number] if done is not None and number < len(done.shards) else None
        if old is not None and (old.asked != told or old.rows != len(own)):
            raise FolderTaken(
                f"{folder} holds captures of other prompts (from shard {number + 1} on); name "
                "another folder"
            )
        if old is None:
            old = Shard(f"captured-{number + 1:05d}.safetensors", len(own), told)
            _write(folder / old.file, capture(model, *map(list, zip(*own, strict=True))))
        shards.append(old)
        if done is None or number >= len(done.shards):
            _index(Stored(folder, *_of(model), tuple(shards), complete=False))
    if not shards:
        raise Misuse("there is no prompt to capture")
    if done is not None and len(done.shards) > len(shards):
        raise FolderTaken(f"{folder} holds captures of more prompts; name another folder")
    found = Stored(folder, *_of(model), tuple(shards), complete=True)
    _index(found)
    return found


def stored(folder: Path) -> Stored:
    """The captures in a folder.

    Raises:
        Unreadable: if there are none, or a shard is missing.
    """
    file = folder / INDEX
    try:
        given: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if given.pop("format") != FORMAT:
            raise Unreadable(f"{file} is of another version; capture again")
        shards = tuple(Shard(**one) for one in given.pop("shards"))
        found = Stored(folder, shards=shards, **given)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"{folder} holds no captures: {error}") from error
    for shard in found.shards:
        if not (folder / shard.file).is_file():
            raise Unreadable(f"{folder} lacks {shard.file}, which its index names; capture again")
    return found


def _begun(folder: Path, model: HFModel) -> Stored | None:
    """What an earlier run of the same model left; None in a new folder."""
    if folder.exists() and not folder.is_dir():
        raise FolderTaken(f"{folder} is a file; name a folder")
    if not folder.is_dir() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        return None
    if not (folder / INDEX).is_file():
        # stopped before its first shard was whole
        if all(file.name.startswith(".") for file in folder.iterdir()):
            return None
        raise FolderTaken(f"{folder} holds files that are no captures; name another folder")
    found = stored(folder)
    if found.fingerprint != model.fingerprint:
        raise FolderTaken(
            f"{folder} holds captures of {found.model} with other weights; name another folder"
        )
    return found


def _some(asked: Iterator[Asked], rows: int) -> list[Asked]:
    """The next prompts with their choices."""
    try:
        return list(islice(asked, rows))
    except ValueError as error:
        told = "there are not as many choices as prompts; give one for every prompt"
        raise Misuse(told) from error


def _of(model: HFModel) -> tuple[str, str, int, int]:
    """What is kept of a model."""
    return model.name, model.fingerprint, model.layers, model.width


def _write(file: Path, found: Captured) -> None:
    """Writes a shard, whole or not at all."""
    from safetensors.numpy import save_file

    draft = file.with_name(f".{file.name}.new")
    try:
        save_file({name: np.ascontiguousarray(getattr(found, name)) for name in PARTS}, draft)
        draft.replace(file)
    except OSError as error:
        raise Failed(f"{file} cannot be written: {error.strerror or error}") from error


def _index(found: Stored) -> None:
    """Writes the index, whole or not at all."""
    told = {"format": FORMAT, **asdict(found)}
    del told["folder"]
    draft = found.folder / f".{INDEX}.new"
    draft.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(found.folder / INDEX)


def _open(file: Path) -> Any:
    """A shard, of which only what is asked for is read."""
    from safetensors import SafetensorError, safe_open

    try:
        return safe_open(file, framework="numpy")
    except (OSError, SafetensorError) as error:
        raise Unreadable(f"{file} cannot be read: {error}") from error
