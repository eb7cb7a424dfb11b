"""A network as every tool of this package is handed it: what runs, its parts, the places in it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from torch import nn

from nashscope.models.anatomy import Anatomy, dissect
from nashscope.models.placement import Sites

__all__ = ["Network"]


@dataclass(frozen=True, eq=False)
class Network:
    """A decoder-only network with its tokenizer.

    module: the whole of it, a causal language model of transformers. anatomy: where its parts are.
    """

    name: str
    module: Any
    tokenizer: Any
    anatomy: Anatomy

    @classmethod
    def of(cls, module: nn.Module, tokenizer: Any, name: str) -> "Network":
        """A network whose parts are found by a run.

        Raises:
            ModelRefused: saying what could not be placed.
        """
        return cls(name, module, tokenizer, dissect(module, name))

    @cached_property
    def sites(self) -> Sites:
        """The named places inside its layers."""
        return Sites(self.anatomy)

    @property
    def layers(self) -> int:
        """Number of layers."""
        return len(self.anatomy.layers)

    @property
    def width(self) -> int:
        """Width of the residual stream."""
        return self.anatomy.width
