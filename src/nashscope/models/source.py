"""Where the weights of a local model are: a folder or hub id, a GGUF file, an adapter on a base."""

import json
from dataclasses import dataclass
from pathlib import Path

from nashscope.errors import ModelRefused
from nashscope.models.packaged import PACKAGED, weights_of

__all__ = ["Source", "source"]

POINTER = b"version https://git-lfs"
"""How a file begins that stands for one that was not fetched."""


@dataclass(frozen=True)
class Source:
    """The weights of a model.

    base: a folder or a hub id. gguf: the file in it that holds model and tokenizer, if it is one.
    adapter: the folder or hub id of a PEFT adapter that is put on the base. revision: of the base
    at the hub; None for its main branch.
    """

    base: str
    gguf: str | None = None
    adapter: str | None = None
    revision: str | None = None

    @property
    def local(self) -> Path | None:
        """The base's folder on this disk; None for a hub id."""
        return Path(self.base) if Path(self.base).is_dir() else None

    def __str__(self) -> str:
        name = f"{self.base}/{self.gguf}" if self.gguf else self.base
        return f"{name}+{self.adapter}" if self.adapter else name


def source(name: str, revision: str | None = None) -> Source:
    """What a name says: `BASE`, `BASE+ADAPTER`, `file.gguf`, a folder of these, or `smollm2`.

    Raises:
        ModelRefused: if there is no such folder or file, or nothing of a model in it.
    """
    if not name.strip():
        raise ModelRefused("hf/ names no model; say hf/HUB-ID or hf/./FOLDER")
    if name in PACKAGED:
        return _gguf(weights_of(name))
    base, plus, adapter = name.rpartition("+")
    if plus and not Path(name).expanduser().exists():
        inside = _folder(adapter)
        if Path(inside).is_dir() and not (Path(inside) / "adapter_config.json").is_file():
            raise ModelRefused(
                f"{inside} holds no adapter: there is no adapter_config.json in it "
                f"(it has {_some(Path(inside))})"
            )
        found = source(base, revision)
        return Source(found.base, found.gguf, inside, revision)
    path = Path(name).expanduser()
    if path.suffix == ".gguf":
        return _gguf(path)
    if not path.is_dir():
        return Source(_folder(name), revision=revision)
    return _held(path, revision)


def _held(path: Path, revision: str | None) -> Source:
    """What a folder of this disk holds."""
    if revision is not None:
        raise ModelRefused(f"--revision {revision} is of a model at the hub; {path} is a folder")
    if (path / "config.json").is_file():
        for file in sorted(path.glob("*.safetensors")):
            _check_fetched(file)
        return Source(str(path))
    if (path / "adapter_config.json").is_file():
        return Source(_base_of(path), adapter=str(path))
    files = sorted(path.glob("*.gguf"))
    if len(files) == 1:
        return _gguf(files[0])
    if files:
        raise ModelRefused(
            f"{path} holds {len(files)} GGUF files; name one of them: "
            + ", ".join(f"hf/{file}" for file in files[:4])
        )
    raise ModelRefused(
        f"the folder {path} holds no model: there is no config.json in it (it has {_some(path)})"
    )


def _folder(name: str) -> str:
    """A name as transformers takes it; a local path that is not there is refused."""
    path = Path(name).expanduser()
    looks_local = name.startswith((".", "/", "~")) or name.count("/") > 1
    if looks_local and not path.is_dir():
        raise ModelRefused(f"there is no folder {name}")
    return str(path) if path.is_dir() else name


def _gguf(file: Path) -> Source:
    """The model in a GGUF file.

    Raises:
        ModelRefused: if there is no such file, or it is none.
    """
    if not file.is_file():
        raise ModelRefused(f"there is no file {file}")
    _check_fetched(file)
    with file.open("rb") as opened:
        first = opened.read(4)
    if first != b"GGUF":
        raise ModelRefused(f"{file} is no GGUF file: it begins with {first!r}; fetch it again")
    return Source(str(file.parent), gguf=file.name)


def _base_of(adapter: Path) -> str:
    """The model that an adapter was trained on, as its folder says.

    Raises:
        ModelRefused: if it says none, or one that is not on this disk.
    """
    ask = f"say hf/BASE+{adapter} with the model that it was trained on"
    try:
        told = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    except ValueError:
        raise ModelRefused(f"{adapter}/adapter_config.json is not JSON; fetch it again") from None
    base = told.get("base_model_name_or_path") if isinstance(told, dict) else None
    if not base:
        raise ModelRefused(f"the adapter {adapter} names no base model; {ask}")
    for place in (Path(base).expanduser(), adapter / base, adapter.parent / base):
        if (place / "config.json").is_file():
            return str(place)
    if base.startswith((".", "/", "~")) or base.count("/") > 1:
        raise ModelRefused(f"the adapter {adapter} is of {base}, which is not on this disk; {ask}")
    return str(base)


def _check_fetched(file: Path) -> None:
    """Refuses a file that stands for one that Git LFS was to fetch."""
    with file.open("rb") as opened:
        if opened.read(len(POINTER)) == POINTER:
            raise ModelRefused(
                f"{file} is a pointer of Git LFS, and not the weights; say `git lfs pull` there"
            )


def _some(path: Path) -> str:
    """The first few names in a folder."""
    names = sorted(entry.name for entry in path.iterdir())
    return ", ".join(names[:4]) + ("…" if len(names) > 4 else "") if names else "nothing"
