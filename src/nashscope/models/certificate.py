"""What must be true of a model before anything measured on it is believed.

Seven equalities, on the model itself, quick enough to be checked at every load:
later tokens change nothing before them; a padded prompt gives what it gives alone; a replay gives
what the full pass gives, also the second time; the last residual decodes to the model's logits; an
edit that changes nothing changes nothing.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from nashscope.errors import ModelRefused
from nashscope.models.batch import padded, prefill
from nashscope.models.device import home
from nashscope.models.hooks import Frame, changing
from nashscope.models.network import Network
from nashscope.models.replay import Replay
from nashscope.models.rounding import allowed
from nashscope.models.sites import Change, Edits
from nashscope.models.tokens import Encoded

__all__ = ["Certificate", "certificates", "certify"]


@dataclass(frozen=True)
class Certificate:
    """One equality, checked.

    gap: the largest difference found, relative to the spread of the logits.
    """

    name: str
    gap: float
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether the gap is within the tolerance."""
        return self.gap <= self.tolerance


def certify(network: Network) -> list[Certificate]:
    """All certificates of a model.

    Raises:
        ModelRefused: naming the first that does not hold, with its number.
    """
    found = certificates(network)
    for one in found:
        if not one.holds:
            raise ModelRefused(
                f"{network.name} cannot be used truthfully: {one.name} fails by {one.gap:.2g} "
                f"of the logits' spread (allowed {one.tolerance:.0e})"
            )
    return found


@torch.no_grad()
def certificates(network: Network, length: int = 12) -> list[Certificate]:
    """The certificates, on token sequences made for it; nothing is asked about any text."""
    size = network.module.get_input_embeddings().weight.shape[0]
    ids = [tuple((7 * i + 3) % (size - 1) + 1 for i in range(n)) for n in (length, length // 2, 2)]
    full = [_full(network, own) for own in ids]
    spread = max(float(x[-1].max() - x[-1].min()) for x in full) or 1.0

    def gap(found: Tensor, expected: Tensor) -> float:
        return float((found.float() - expected.float()).abs().max()) / spread

    encoded = [Encoded(own, ((1,), (2,))) for own in ids]
    held = prefill(network.module, network.anatomy.decoder, ids)
    replay = Replay(network, held, encoded)
    last = torch.stack([x[-1] for x in full])
    middle = network.layers // 2
    push = replay.stream[:, middle].roll(1, dims=-1)
    edit = {middle: lambda stream: stream + push.to(stream)}
    first, _, second = replay.run_logits(edit), replay.run_logits({}), replay.run_logits(edit)
    whole = _full_edited(network, ids, edit)
    tolerance = allowed(network.module)
    checks = {
        "earlier tokens do not see later ones": gap(_full(network, ids[0][:-1])[-1], full[0][-2]),
        "a padded prompt equals itself alone": gap(_padded(network, ids), last),
        "a replay equals the full pass": gap(replay.logits, last),
        "an edited replay equals the edited full pass": gap(first, whole),
        "a second replay equals the first": gap(second, first),
        "the last residual decodes to the logits": gap(replay.decode(replay.stream[:, -1]), last),
        "a zero edit changes nothing": gap(
            replay.run_logits({middle: lambda stream: stream + 0}), replay.logits
        ),
    }
    return [Certificate(name, value, tolerance) for name, value in checks.items()]


def _full(network: Network, ids: tuple[int, ...]) -> Tensor:
    """Logits `[tokens, vocabulary]` of one sequence by the model's own plain forward pass."""
    logits: Tensor = network.module(torch.tensor([ids], device=home(network.module))).logits[0]
    return logits


def _padded(network: Network, sequences: list[tuple[int, ...]]) -> Tensor:
    """Last logits of several sequences in one left-padded batch."""
    ids, mask = padded(sequences, home(network.module))
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    logits: Tensor = network.module(ids, attention_mask=mask, position_ids=positions).logits[:, -1]
    return logits


def _full_edited(network: Network, sequences: list[tuple[int, ...]], edit: Edits) -> Tensor:
    """Last logits of every sequence with an edit, each by a full pass without any memory."""
    rows = []
    for number, sequence in enumerate(sequences):
        # The edit was made for the whole batch; alone, only this row of it applies.
        own = {k: _row_of(change, number, len(sequences)) for k, change in edit.items()}
        with changing(network, own, Frame((len(sequence),))):
            rows.append(_full(network, sequence)[-1])
    return torch.stack(rows)


def _row_of(change: Change, number: int, count: int) -> Change:
    """The change of one row of a batch, as a change of that row alone."""

    def own(stream: Tensor) -> Tensor:
        changed: Tensor = change(stream.expand(count, -1))
        return changed[number : number + 1]

    return own
