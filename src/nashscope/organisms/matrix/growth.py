"""Growing a matrix organism: supervised, on lessons drawn as it goes; only answers are taught."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.random import Generator
from torch import Tensor

from nashscope.chance import stream, subseed
from nashscope.organisms.growth import seeded
from nashscope.organisms.matrix.lesson import Class, Vocabulary, percent, taught
from nashscope.organisms.matrix.recipe import Lesson, MatrixRecipe, MatrixStage
from nashscope.organisms.matrix.tokenizer import LARGEST_NUMBER, SMALLEST_NUMBER

__all__ = ["answer_loss", "answers", "grow_matrix", "start_matrix"]

FREQUENCIES = (0.1, 0.3, 1.0, 3.0)
"""Of the waves that numbers begin as, in radians per unit."""

Report = Callable[[int, int, float], None]


def start_matrix(recipe: MatrixRecipe, tokenizer: Any) -> Any:
    """A network with random weights, in which numbers begin as points on a line and on circles."""
    from transformers import LlamaConfig, LlamaForCausalLM

    shape = recipe.shape
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape.width,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        max_position_embeddings=1024,
        tie_word_embeddings=False,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        dtype="float32",
    )
    with seeded(subseed(recipe.seed, "matrix organism", "weights")):
        model = LlamaForCausalLM(config)
        numbers = torch.arange(SMALLEST_NUMBER, LARGEST_NUMBER + 1).float()
        waves = [f(numbers * w) for w in FREQUENCIES for f in (torch.sin, torch.cos)]
        spelt = torch.stack([numbers / 10, *waves], dim=1)
        drawn = torch.randn(spelt.shape[1], shape.width) * 0.05
    first = Vocabulary(tokenizer).zero + SMALLEST_NUMBER
    with torch.no_grad():
        model.model.embed_tokens.weight[first : first + len(numbers)] += spelt @ drawn
    return model


def grow_matrix(
    model: Any, tokenizer: Any, recipe: MatrixRecipe, report: Report = lambda *_: None
) -> Any:
    """Trains the model in place as the recipe says, and returns it."""
    chance = stream(recipe.seed, "matrix organism", "lessons")
    words = Vocabulary(tokenizer)
    given = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(given, lr=1e-3, weight_decay=0.01, betas=(0.9, 0.98))
    total, done = sum(stage.steps for stage in recipe.stages), 0
    for stage in recipe.stages:
        for step in range(stage.steps):
            rate = _rate(stage, step) * min(1.0, (done + 1) / 50)
            for group in optimiser.param_groups:
                group["lr"] = rate
            loss = answer_loss(model, _questions(stage, words, chance), words, recipe.blur)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(given, 1.0)
            optimiser.step()
            done += 1
            report(done, total, float(loss.detach()))
    return model.eval().requires_grad_(False)


def answer_loss(model: Any, questions: Class, words: Vocabulary, blur: float) -> Float[Tensor, ""]:
    """Cross-entropy of what is taught as the answers; an answer ends the text."""
    prompts = torch.from_numpy(questions.prompts)
    said, goals = answers(questions, words, blur)
    ids = torch.cat([prompts, said[:, :-1]], dim=1)
    stream_out = model.model(input_ids=ids, use_cache=False).last_hidden_state
    own = stream_out[:, prompts.shape[1] - 1 :]
    logprobs = model.lm_head(own).log_softmax(-1)
    loss: Tensor
    if questions.interface == "policy":
        labels = torch.from_numpy(questions.labels)
        wanted = torch.from_numpy(questions.strategies).float()
        loss = -(wanted * logprobs[:, 0].gather(1, labels)).sum(-1).mean()
    elif questions.interface == "ranking":
        loss = -logprobs.gather(2, said[:, :, None]).mean()
    else:
        numbers = logprobs[:, :-1, words.zero : words.zero + 101]
        right = -(goals * numbers).sum(-1).sum(-1).mean()
        loss = (right - 0.1 * logprobs[:, -1, words.end].mean()) / goals.shape[1]
    return loss


def answers(
    questions: Class, words: Vocabulary, blur: float
) -> tuple[Int[Tensor, "questions said"], Float[Tensor, "questions numbers 101"]]:
    """The tokens of the answers with the end of the text, and the percentages that are taught."""
    count = len(questions.prompts)
    end = np.full((count, 1), words.end)
    whole = percent(questions.strategies)[:, : questions.cut]
    if questions.interface == "numbers":
        said = np.concatenate([words.zero + whole, end], axis=1)
    elif questions.interface == "ranking":
        order = np.argsort(-np.round(questions.strategies, 9), axis=1, kind="stable")
        said = np.concatenate([np.take_along_axis(questions.labels, order, 1), end], axis=1)
    else:
        said = end
    steps = torch.arange(101).float()
    away = (steps - torch.from_numpy(whole).float()[..., None]) / blur
    goals = torch.softmax(-0.5 * away**2, dim=-1)
    return torch.from_numpy(said), goals


def _rate(stage: MatrixStage, step: int) -> float:
    """The learning rate at a step of a stage."""
    first, last = stage.rate
    return last + (first - last) * (0.5 + 0.5 * math.cos(math.pi * step / stage.steps))


def _questions(stage: MatrixStage, words: Vocabulary, chance: Generator) -> Class:
    """The questions of one step, all of one kind."""
    weights = np.array([lesson.weight for lesson in stage.lessons])
    lesson: Lesson = stage.lessons[int(chance.choice(len(weights), p=weights / weights.sum()))]
    rows, columns = lesson.size
    tokens = 2 + columns + rows * (columns + 1) + 2 * rows
    return taught(lesson, max(16, stage.tokens // tokens), words, chance)
