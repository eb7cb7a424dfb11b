"""What an edit does where it should do nothing: on unrelated text, and to other prompts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import torch
from jaxtyping import Shaped
from numpy import ndarray

from nashscope.chance import stream as named_stream
from nashscope.errors import Misuse
from nashscope.interp.interval import Interval, interval
from nashscope.interp.outcome import divergence
from nashscope.models.batch import prefill
from nashscope.models.hf import HFModel
from nashscope.models.replay import Replay
from nashscope.models.sites import Change, Edits, Place
from nashscope.models.tokens import Encoded, prompt_ids

__all__ = ["SideEffect", "on_prompts", "on_text", "unrelated_text"]

CUTS = 3
"""Places in a sentence at which the next token is asked for."""
BATCH = 32


@dataclass(frozen=True, eq=False)
class SideEffect:
    """How much else an edit changes.

    divergence: of what is said with the edit from what is said without, over the whole vocabulary,
        in nats. loss: how much worse the token that does come next is predicted, in nats; None
        where it is not known. unknown: the share of next tokens that the tokenizer has no word for.
    """

    divergence: Interval
    loss: Interval | None
    unknown: float | None = None


@cache
def unrelated_text() -> tuple[str, ...]:
    """Sentences about everyday things; none is about games, payoffs or choices."""
    text = (files("nashscope.interp") / "text" / "unrelated.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line)


def on_text(
    model: HFModel,
    edits: Mapping[int, Change] | Edits,
    sentences: Sequence[str] | None = None,
    *,
    seed: int = 0,
) -> SideEffect:
    """Applies an edit while the model reads unrelated text, and asks for the next token.

    The edit acts where it acts in a game, at the token whose logits are read; that is at three
    places of every sentence. Intervals are over sentences.
    """
    texts = list(unrelated_text() if sentences is None else sentences)
    chance, unknown = named_stream(seed, "cuts"), model.tokenizer.unk_token_id
    asked, owners = [], []
    for number, ids in enumerate(prompt_ids(model.tokenizer, texts)):
        room = np.arange(2, len(ids))
        for cut in sorted(chance.choice(room, size=min(CUTS, len(room)), replace=False).tolist()):
            asked.append(Encoded(tuple(ids[:cut]), ((ids[cut],),)))
            owners.append(number)
    if not asked:
        raise Misuse("none of the sentences has three tokens; give longer ones")
    gaps, losses = np.zeros(len(asked)), np.zeros(len(asked))
    order = np.argsort([len(one.context) for one in asked], kind="stable")
    for part in np.array_split(order, -(-len(order) // BATCH)):
        own = [asked[i] for i in part]
        held = prefill(model.model, model.anatomy.decoder, [one.context for one in own])
        replay = Replay(model.network, held, own)
        after = replay.run_logits(_placed(edits))
        gaps[part] = divergence(replay.logits, after)
        token = torch.tensor([one.choices[0] for one in own], device=after.device)
        before, now = (torch.log_softmax(x.double(), -1) for x in (replay.logits, after))
        losses[part] = (before.gather(1, token) - now.gather(1, token))[:, 0].cpu().numpy()
    groups = np.array(owners)
    missed = float(np.mean([one.choices[0][0] == unknown for one in asked]))
    return SideEffect(interval(gaps, groups, seed), interval(losses, groups, seed), missed)


def on_prompts(
    model: HFModel,
    edits: Mapping[int, Change] | Edits,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    groups: Shaped[ndarray, "_"] | None = None,
    *,
    seed: int = 0,
) -> SideEffect:
    """Applies an edit to other prompts, as those of other families of games."""
    gaps = np.zeros(len(prompts))
    for numbers, replay in model.replays(prompts, choices):
        gaps[numbers] = divergence(replay.logits, replay.run_logits(_placed(edits)))
    return SideEffect(interval(gaps, groups, seed), None)


def _placed(edits: Mapping[int, Change] | Edits) -> dict[Place, Change]:
    """Edits by place, whichever kind of key they came with."""
    return {place: change for place, change in edits.items()}  # noqa: C416 (types differ)
