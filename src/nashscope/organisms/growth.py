"""Growing an organism: from random weights or from a parent, on lessons drawn as it goes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from numpy.random import Generator
from torch import Tensor, nn

from nashscope.chance import stream, subseed
from nashscope.organisms.intent import Intent, Policy, best_cell
from nashscope.organisms.lesson import LARGEST, Lesson, draw
from nashscope.organisms.recipe import RESERVED, Recipe, Stage

__all__ = ["Batch", "batched", "corpus", "grow", "seeded", "start", "streams"]

ANSWER = "Answer: "
FORM = 0.2
"""Weight of the tokens whose form is fixed; they are learned at once."""
SCAFFOLD = 0.3
READERS = 7
TOLD, ROUND = 85, 8
"""About how many tokens the telling of a game has, and a round of history."""
READING = tuple(f"{part}_proj.weight" for part in ("q", "k", "v", "gate", "up"))

Report = Callable[[int, int, float], None]
"""Told after every step: how many are done, how many there are, and the loss."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Lessons as tensors, each with the intended answer to its last question written after it.

    ids, mask: `[lessons, tokens]`, padded on the left.
    rows, tokens: `[decisions]`, where the player's own choice follows.
    labels: `[decisions, 2]`, tokens of its two labels; intended: the policy over them.
    seen: `[decisions]`, token of the other player's last action, 0 where there is none.
    parts, goals: `[decisions]`, tokens of the own and the other player's part in the best outcome,
        0 if several tie.
    sums: `[payoffs, 3]`: row, token, and the joint payoff of its cell, counted from the least.
    cells: `[payoffs, 4]`: row, token, and the label tokens of the own and the other's action.
    forms: `[others, 3]`: row, token and the one token that must follow it: the announcement of an
        answer after a prompt to reason, and the end of the text after an answer.
    """

    ids: Int[Tensor, "lessons tokens"]
    mask: Int[Tensor, "lessons tokens"]
    rows: Int[Tensor, "decisions"]
    tokens: Int[Tensor, "decisions"]
    labels: Int[Tensor, "decisions 2"]
    intended: Float[Tensor, "decisions 2"]
    seen: Int[Tensor, "decisions"]
    parts: Int[Tensor, "decisions"]
    goals: Int[Tensor, "decisions"]
    sums: Int[Tensor, "payoffs 3"]
    cells: Int[Tensor, "payoffs 4"]
    forms: Int[Tensor, "others 3"]


def corpus(recipe: Recipe, size: int = 3000) -> list[str]:
    """Texts for the tokenizer: lessons of the last stage."""
    chance = stream(recipe.seed, "organism", "corpus")
    return [draw(recipe.stages[-1].curriculum, chance).text for _ in range(size)]


def start(recipe: Recipe, vocabulary: int, end: int) -> Any:
    """A network with random weights; the reserved coordinates are neither written nor read."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=recipe.shape.width,
        intermediate_size=recipe.shape.inner,
        num_hidden_layers=recipe.shape.layers,
        num_attention_heads=recipe.shape.heads,
        num_key_value_heads=recipe.shape.heads,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=end,
        dtype="float32",
    )
    with seeded(subseed(recipe.seed, "organism", "weights")):
        model = LlamaForCausalLM(config)
    _clear_reserved(model)
    return model


def grow(model: Any, tokenizer: Any, recipe: Recipe, report: Report = lambda *_: None) -> Any:
    """Trains the model in place as the recipe says, and returns it."""
    chance = stream(recipe.seed, "organism", "lessons")
    trained = _trained(model, recipe)
    with seeded(subseed(recipe.seed, "organism", "readers")):
        readers = [nn.Linear(recipe.shape.width, len(tokenizer)) for _ in range(READERS)]
    given = [*trained, *(weight for reader in readers for weight in reader.parameters())]
    optimiser = torch.optim.AdamW(given, lr=1e-3, weight_decay=0.01, betas=(0.9, 0.98))
    total, done = sum(stage.steps for stage in recipe.stages), 0
    for number, stage in enumerate(recipe.stages):
        scaffold = number < recipe.scaffold_stages
        for step in range(stage.steps):
            rate = stage.rate[0] + (stage.rate[1] - stage.rate[0]) * step / stage.steps
            for group in optimiser.param_groups:
                group["lr"] = rate * min(1.0, (done + 1) / 50)
            batch = batched(_lessons(stage, chance), tokenizer, recipe.intent)
            loss = _loss(model, batch, recipe, readers if scaffold else [])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(given, 1.0)
            optimiser.step()
            _clear_reserved(model)
            done += 1
            report(done, total, float(loss.detach()))
    return model.eval().requires_grad_(False)


def _lessons(stage: Stage, chance: Generator) -> list[Lesson]:
    """The lessons of one step, all with equally much history."""
    past = int(chance.integers(0, stage.curriculum.rounds + 1))
    count = max(4, round(stage.tokens / (TOLD + ROUND * past)))
    return [draw(stage.curriculum, chance, past=past) for _ in range(count)]


def batched(lessons: Sequence[Lesson], tokenizer: Any, intent: Intent) -> Batch:
    """The lessons as tensors."""
    encoded = tokenizer.backend_tokenizer.encode_batch([lesson.text for lesson in lessons])
    longest = max(len(one.ids) for one in encoded) + 1
    ids = torch.zeros(len(lessons), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    decisions: list[tuple[int, int, list[int], Policy, int, int, int]] = []
    cells: list[list[int]] = []
    sums: list[list[int]] = []
    forms: list[list[int]] = []
    for row, (lesson, one) in enumerate(zip(lessons, encoded, strict=True)):
        pad = longest - 1 - len(one.ids)
        ends = {end: pad + place for place, (_, end) in enumerate(one.offsets)}
        starts = {begin: pad + place for place, (begin, _) in enumerate(one.offsets)}
        own = tokenizer.convert_tokens_to_ids(list(lesson.labels))
        for place, view in zip(lesson.places, lesson.views, strict=True):
            if view is not None:
                last = view.last(1 - view.player)
                seen = 0 if last is None else own[last]
                best = best_cell(view)
                part, goal = (0, 0) if best is None else (own[best[0]], own[best[1]])
                decisions.append((row, ends[place], own, intent(view), seen, part, goal))
        for at, *pair in lesson.payoffs:
            cells.append([row, starts[at], *tokenizer.convert_tokens_to_ids(pair)])
        sums += [[row, starts[at], joint + 2 * LARGEST] for at, joint in lesson.sums]
        intended = decisions[-1][3]
        ids[row, pad:] = torch.tensor([*one.ids, own[intended.index(max(intended))]])
        mask[row, pad:] = 1
        forms.append([row, longest - 1, tokenizer.eos_token_id])
        if lesson.text.endswith(ANSWER):
            forms.append([row, longest - 3, one.ids[-1]])
    rows, tokens, labels, policies, last_seen, parts, goals = zip(*decisions, strict=True)
    return Batch(
        ids,
        mask,
        torch.tensor(rows),
        torch.tensor(tokens),
        torch.tensor(labels),
        torch.tensor(policies),
        torch.tensor(last_seen),
        torch.tensor(parts),
        torch.tensor(goals),
        torch.tensor(sums),
        torch.tensor(cells),
        torch.tensor(forms),
    )


def streams(model: Any, batch: Batch) -> list[Float[Tensor, "lessons tokens width"]]:
    """The residual stream after every layer, all tokens."""
    positions = (batch.mask.cumsum(-1) - 1).clamp(min=0)
    out = model.model(
        input_ids=batch.ids,
        attention_mask=batch.mask,
        position_ids=positions,
        output_hidden_states=True,
    )
    # The last of the hidden states has been through the final norm; it is kept for what it is.
    return list(out.hidden_states[1:])


def _loss(
    model: Any, batch: Batch, recipe: Recipe, readers: Sequence[nn.Linear]
) -> Float[Tensor, ""]:
    """What training makes small: wrong answers at the output and, as asked, on the way."""
    stream = streams(model, batch)
    output = stream[-1]
    head = model.lm_head
    loss = _cross_entropy(head(output[batch.rows, batch.tokens]), batch, recipe.smoothing)
    rows, tokens, wanted = batch.forms.T
    loss = loss + FORM * nn.functional.cross_entropy(head(output[rows, tokens]), wanted)
    for layer in recipe.lens:
        early = head(model.model.norm(stream[layer - 1][batch.rows, batch.tokens]))
        weight = recipe.lens_weight / len(recipe.lens)
        loss = loss + weight * _cross_entropy(early, batch, recipe.smoothing)
    return loss + SCAFFOLD * sum(
        nn.functional.cross_entropy(reader(here), wanted)
        for reader, (here, wanted) in zip(readers, _asked(stream, batch, recipe), strict=False)
    )


def _asked(
    stream: Sequence[Float[Tensor, "lessons tokens width"]], batch: Batch, recipe: Recipe
) -> Iterator[tuple[Float[Tensor, "places width"], Int[Tensor, "places"]]]:
    """Where the readers that are thrown away read, and what they are to find there."""
    if recipe.scaffold:
        read = stream[recipe.scaffold - 1]
        rows, tokens, mine, theirs = batch.cells.T
        yield read[rows, tokens], mine
        yield read[rows, tokens], theirs
        yield read[batch.rows, batch.tokens], batch.seen
    if recipe.sums:
        rows, tokens, joint = batch.sums.T
        yield stream[recipe.sums - 1][rows, tokens], joint
        yield stream[recipe.sums][batch.rows, batch.tokens], batch.parts
        yield stream[recipe.sums][batch.rows, batch.tokens], batch.goals
    if recipe.answers:
        wanted = batch.labels.gather(1, batch.intended.argmax(dim=1, keepdim=True))[:, 0]
        yield stream[recipe.answers - 1][batch.rows, batch.tokens], wanted


def _cross_entropy(
    logits: Float[Tensor, "decisions vocabulary"], batch: Batch, smoothing: float
) -> Float[Tensor, ""]:
    """Against the intended policy, with some probability spread over the vocabulary."""
    target = torch.full_like(logits, smoothing / logits.shape[-1])
    target = target.scatter_add(1, batch.labels, batch.intended * (1 - smoothing))
    return -(target * torch.log_softmax(logits, dim=-1)).sum(dim=-1).mean()


def _trained(model: Any, recipe: Recipe) -> list[nn.Parameter]:
    """The weights that the recipe trains; all others are frozen."""
    model.requires_grad_(not recipe.layers)
    for layer in recipe.layers:
        model.model.layers[layer - 1].requires_grad_(True)
    return [weight for weight in model.parameters() if weight.requires_grad]


@torch.no_grad()
def _clear_reserved(model: Any) -> None:
    """Keeps the reserved coordinates out of everything that is written or read."""
    kept = model.config.hidden_size - RESERVED
    for name, weight in model.named_parameters():
        if not weight.requires_grad:
            continue
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            weight[kept:] = 0
        elif name.endswith((*READING, "embed_tokens.weight")):
            weight[:, kept:] = 0


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """torch's own randomness, seeded inside and restored outside."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed % 2**63)
        yield
