"""The tuned lens: per layer the affine map after which decoding says most of what comes.

Source: Belrose et al. 2023, Eliciting Latent Predictions from Transformers with the Tuned Lens
(arXiv 2303.08112), sections 2 and 3. Differs from it in what it is trained on (streams at decision
tokens, or whichever the caller has captured), and in that training stops where held-out games stop
gaining, so that a map learned from few prompts falls back to the logit lens.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Shaped
from numpy import ndarray
from torch import Tensor

from nashscope.chance import stream as named_stream
from nashscope.errors import IllFormedEdit, Misuse, Unreadable
from nashscope.interp.interval import grouped
from nashscope.models.device import home
from nashscope.models.hf import HFModel
from nashscope.models.hooks import starting

__all__ = ["TunedLens", "tuned_lens"]

BATCH = 64
CHECKED = 20
"""Steps between two looks at the held-out games."""


@dataclass(frozen=True, eq=False)
class TunedLens:
    """An affine map of the stream after every layer but the last, which stays as it is.

    turn: `[layers, width, width]`, shift: `[layers, width]`: the stream h after k layers is decoded
        as h + h · turn[k] + shift[k].
    plain, tuned: `[layers]`, the divergence from the output on held-out games, in nats, of the
        logit lens and of this one.
    """

    turn: Float[ndarray, "layers width width"]
    shift: Float[ndarray, "layers width"]
    plain: Float[ndarray, "layers"]
    tuned: Float[ndarray, "layers"]

    def __call__(self, stream: Float[Tensor, "prompts width"], k: int) -> Tensor:
        """The stream after k layers as if it left the last.

        Raises:
            IllFormedEdit: if the lens was made for a network of another shape.
        """
        layers, width = self.shift.shape
        if stream.shape[-1] != width or k > layers:
            raise IllFormedEdit(
                f"this tuned lens is for {layers} layers of width {width}; the stream after layer "
                f"{k} has width {stream.shape[-1]}"
            )
        if k == layers:
            return stream
        turn, shift = (torch.as_tensor(x[k]).to(stream) for x in (self.turn, self.shift))
        return stream + stream @ turn + shift

    def save(self, file: Path) -> None:
        """Writes it as safetensors."""
        from safetensors.numpy import save_file

        names = ("turn", "shift", "plain", "tuned")
        save_file({name: np.ascontiguousarray(getattr(self, name)) for name in names}, file)

    @staticmethod
    def load(file: Path) -> "TunedLens":
        """Reads what `save` wrote.

        Raises:
            Unreadable: if the file is no tuned lens.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            return TunedLens(**load_file(file))
        except (OSError, SafetensorError, TypeError) as error:
            raise Unreadable(f"{file} is no tuned lens: {error}") from error


def tuned_lens(
    model: HFModel,
    stream: Float[ndarray, "rows layers width"],
    groups: Shaped[ndarray, "rows"] | None = None,
    *,
    steps: int = 240,
    seed: int = 0,
) -> TunedLens:
    """The tuned lens of a model, trained on captured streams by the divergence from its output.

    stream: `[rows, layers + 1, width]` as `capture` gives it. groups: their games, of which one in
        four is held out to say when to stop.
    """
    if stream.shape[1:] != (model.layers + 1, model.width):
        raise IllFormedEdit(
            f"activations of shape {stream.shape} are not of {model.name}, which has "
            f"{model.layers} layers of width {model.width}; capture them from it"
        )
    own = grouped(groups, len(stream))
    count = int(own.max()) + 1
    if count < 4:
        raise Misuse(f"a tuned lens needs at least 4 games, not {count}")
    chance = named_stream(seed, "tuned lens")
    held = np.isin(own, chance.permutation(count)[: max(1, count // 4)])
    device, dtype = home(model.model), torch.float32
    data = torch.tensor(stream, dtype=dtype, device=device)
    with torch.no_grad():
        aim = torch.cat([_likely(model, part) for part in torch.split(data[:, -1], BATCH)])
    parts = [_trained(model, data[:, k], aim, held, steps, seed) for k in range(model.layers)]
    turn, shift, plain, tuned = (np.stack(x) for x in zip(*parts, strict=True))
    return TunedLens(turn, shift, plain, tuned)


def _trained(
    model: HFModel,
    stream: Float[Tensor, "rows width"],
    aim: Float[Tensor, "rows vocabulary"],
    held: ndarray,
    steps: int,
    seed: int,
) -> tuple[ndarray, ndarray, float, float]:
    """The map of one layer, and its divergence before and after, on the held-out rows."""
    width = stream.shape[1]
    unit = float(stream.pow(2).mean().sqrt()) or 1.0
    turn = torch.zeros(width, width, device=stream.device, requires_grad=True)
    shift = torch.zeros(width, device=stream.device, requires_grad=True)
    # One step then moves every coordinate by about a tenth of the stream's size at most.
    pace = [{"params": [turn], "lr": 0.1 / width}, {"params": [shift], "lr": 0.02}]
    optimiser = torch.optim.Adam(pace)
    fall = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.05, total_iters=steps)
    chance = named_stream(seed, "tuned lens", "batches")
    fit = np.flatnonzero(~held)

    def gap(rows: ndarray) -> Tensor:
        mapped = stream[rows] + stream[rows] @ turn + unit * shift
        likely = _likely(model, mapped)
        return (aim[rows].exp() * (aim[rows] - likely)).sum(dim=-1).mean()

    def judged() -> float:
        with torch.no_grad():
            parts = np.array_split(np.flatnonzero(held), -(-int(held.sum()) // BATCH))
            return float(np.average([float(gap(p)) for p in parts], weights=list(map(len, parts))))

    plain = best = judged()
    kept = (turn.detach().clone(), shift.detach().clone())
    for step in range(1, steps + 1):
        with torch.enable_grad():
            loss = gap(chance.choice(fit, size=min(BATCH, len(fit)), replace=False))
            slopes = torch.autograd.grad(loss, [turn, shift])
        turn.grad, shift.grad = slopes
        optimiser.step()
        fall.step()
        if step % CHECKED == 0 and (now := judged()) < best:
            best, kept = now, (turn.detach().clone(), shift.detach().clone())
    return kept[0].cpu().numpy(), unit * kept[1].cpu().numpy(), plain, best


def _likely(
    model: HFModel, stream: Float[Tensor, "rows width"]
) -> Float[Tensor, "rows vocabulary"]:
    """Log-probabilities of the vocabulary, with a gradient; see `Replay.decode`."""
    ids = torch.zeros(len(stream), 1, dtype=torch.long, device=home(model.model))
    leaving = stream[:, None].to(model.model.dtype)
    with starting(model.network, model.layers, leaving):
        out = model.model(input_ids=ids, use_cache=False)
    return torch.log_softmax(out.logits[:, -1].float(), dim=-1)
