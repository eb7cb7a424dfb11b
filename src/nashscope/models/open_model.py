"""A language model whose inside can be read and edited."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from jaxtyping import Float
from numpy import ndarray

from nashscope.models.model import LanguageModel, Texts
from nashscope.models.sites import Edits

if TYPE_CHECKING:
    from nashscope.models.network import Network
    from nashscope.models.placement import Sites
    from nashscope.models.replay import Replay

__all__ = ["OpenModel"]


@runtime_checkable
class OpenModel(LanguageModel, Protocol):
    """A language model whose residual stream can be read and edited."""

    @property
    def network(self) -> "Network":
        """What runs, its parts and the places in it."""
        ...

    @property
    def layers(self) -> int:
        """Number of layers."""
        ...

    @property
    def width(self) -> int:
        """Width of the residual stream."""
        ...

    @property
    def sites(self) -> "Sites":
        """The named places inside its layers."""
        ...

    def logprobs(
        self,
        prompts: Texts,
        choices: Sequence[Texts],
        begun: Texts | None = None,
        *,
        alone: bool = False,
        edits: Edits | None = None,
    ) -> list[Float[ndarray, "_"]]:
        """As that of every language model, with changes in place."""
        ...

    def replay(
        self, prompts: Texts, choices: Sequence[Texts], begun: Texts | None = None
    ) -> "Replay":
        """The prompts read once, ready to run the decision token again and again."""
        ...

    def replays(
        self, prompts: Texts, choices: Sequence[Texts], begun: Texts | None = None
    ) -> "Iterator[tuple[list[int], Replay]]":
        """As `replay`, in batches that fit the memory, each with the numbers of its prompts."""
        ...
