"""A training run as a folder: TRL does the steps, the folder says what was done.

    plan.json       the plan, with every default filled in
    curve.csv       one line per logged step: loss, reward, its spread, learning rate, …
    checkpoints/    of TRL, every `save_every` steps; the same command goes on from the last one
    model/          the trained model, a folder that every command takes as hf/FOLDER
    measured.json   success on every size of the plan, before and after, with intervals

The same call under `accelerate launch` runs on several processes; the first one writes.
"""

import contextlib
import csv
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nashscope.bench import matrix
from nashscope.errors import FolderTaken, MissingExtra, install
from nashscope.records import dump
from nashscope.training.data import TrainingQuestion, questions
from nashscope.training.plan import TrainingPlan, check_training, measured_groups
from nashscope.training.reward import rewards

__all__ = ["PLAN", "measured_success", "seeded_plans", "train"]

PLAN, CURVE, CHECKPOINTS, MODEL, MEASURED = (
    "plan.json",
    "curve.csv",
    "checkpoints",
    "model",
    "measured.json",
)

Told = Callable[[str, int, int], None]


def train(plan: TrainingPlan, folder: Path, told: Told = lambda *_: None) -> Path:
    """Trains a model as the plan says, into a folder of its own, and returns the model's folder.

    Raises:
        Misuse: if the plan cannot be.
        FolderTaken: if the folder holds anything else than a run of this plan.
        MissingExtra: if trl or peft is not installed.
    """
    check_training(plan)
    if _finished(plan, folder):
        return folder / MODEL
    _check_installed(plan)
    from transformers import PrinterCallback

    model, tokenizer = _opened(plan)
    asked = questions(plan)
    _claim(plan, folder)
    with _hushed():
        trainer = _trainer(plan, folder, model, tokenizer, asked, told)
        trainer.remove_callback(PrinterCallback)
        checkpoints = sorted((folder / CHECKPOINTS).glob("checkpoint-*"), key=_step)
        trainer.train(resume_from_checkpoint=str(checkpoints[-1]) if checkpoints else None)
    trained = trainer.accelerator.unwrap_model(trainer.model)
    if trainer.accelerator.is_main_process:
        whole = trained.merge_and_unload() if plan.lora else trained
        whole.save_pretrained(folder / MODEL)
        tokenizer.save_pretrained(folder / MODEL)
        measured = {"before": plan.model, "after": str(folder / MODEL)}
        found = {when: measured_success(where, plan, told) for when, where in measured.items()}
        _write(folder / MEASURED, found)
    trainer.accelerator.wait_for_everyone()
    return folder / MODEL


def measured_success(where: str, plan: TrainingPlan, told: Told) -> dict[str, Any]:
    """Success at ε = 0.05 on games of the fixed test set, for every size that it has."""
    if not plan.evaluate:
        return {}
    from nashscope.models import loading

    model = loading.load(f"hf/{where}")
    found: dict[str, Any] = {}
    kinds = measured_groups(plan)
    for number, group in enumerate(kinds):
        told("measuring", number, len(kinds))
        items = [item for item in matrix.first(plan.evaluate) if item.group == group]
        known = {item.id: item for item in items}
        games = matrix.solved(known, matrix.ask(model, items, "numbers"))
        sizes = {f"{rows}×{columns}" for rows, columns in plan.held_out}
        found[group] = {
            "held out": group in sizes,
            "success": dump(matrix.success(games, matrix.STATED)),
            "area": dump(matrix.area(games)),
        }
    told("measuring", len(kinds), len(kinds))
    return found


def _finished(plan: TrainingPlan, folder: Path) -> bool:
    """Whether the plan's own run in the folder is done; refuses what else may be in it."""
    file = folder / PLAN
    wanted = dump(plan)
    if file.is_file():
        known = json.loads(file.read_text(encoding="utf-8"))
        if known != wanted:
            other = next(key for key in wanted if known.get(key) != wanted[key])
            raise FolderTaken(
                f"{folder} holds another run (its {other} is {known.get(other)!r:.60}, not "
                f"{wanted[other]!r:.60}); name another folder with --out"
            )
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(f"{folder} holds files that are no run; name another folder with --out")
    return (folder / MEASURED).is_file()


def _claim(plan: TrainingPlan, folder: Path) -> None:
    """Makes the folder, with the plan in it."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / PLAN, dump(plan))


def _write(file: Path, data: Any) -> None:
    """Writes JSON, whole or not at all."""
    draft = file.with_name(f".{file.name}.new")
    draft.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(file)


def _step(checkpoint: Path) -> int:
    """The step at which a checkpoint was written."""
    return int(checkpoint.name.rpartition("-")[2])


def _check_installed(plan: TrainingPlan) -> None:
    """Checks that the libraries of the plan are there, without the seconds that importing takes.

    Raises:
        MissingExtra: naming the first that is missing.
    """
    wanted = ["trl", "datasets"] + ["peft"] * bool(plan.lora)
    missing = [name for name in wanted if find_spec(name) is None]
    if missing:
        raise MissingExtra(f"training needs {missing[0]}; {install('train')}")
    if plan.track != "none" and find_spec(plan.track) is None:
        raise MissingExtra(f"--track {plan.track} needs {plan.track}; pip install {plan.track}")


def _opened(plan: TrainingPlan) -> tuple[Any, Any]:
    """The model that is trained, and its tokenizer, checked for digits."""
    from transformers import logging

    from nashscope.models.files import opened
    from nashscope.models.source import source

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    model, tokenizer = opened(source(plan.model), dtype="auto")
    model.train().requires_grad_(True)
    matrix.check_writes_digits(_Named(plan.model, tokenizer))
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return model, tokenizer


class _Named:
    """A name and a tokenizer, for a check that needs no more."""

    def __init__(self, name: str, tokenizer: Any) -> None:
        self.name, self.tokenizer = name, tokenizer


def _trainer(
    plan: TrainingPlan,
    folder: Path,
    model: Any,
    tokenizer: Any,
    asked: list[TrainingQuestion],
    told: Told,
) -> Any:
    """The trainer of the plan's method, with the data in its order."""
    import torch
    from datasets import Dataset

    trl: Any = import_module("trl")
    settings = {
        "output_dir": str(folder / CHECKPOINTS),
        "per_device_train_batch_size": plan.batch,
        "learning_rate": plan.rate,
        "lr_scheduler_type": "cosine",
        "num_train_epochs": 1,
        "seed": plan.seed,
        "save_steps": plan.save_every,
        "save_total_limit": 2,
        "logging_steps": 1 if plan.steps <= 200 else 10,
        "report_to": plan.track,
        "use_cpu": not torch.cuda.is_available(),
        "bf16": torch.cuda.is_available(),
        "disable_tqdm": True,
        "gradient_checkpointing": False,
        "dataloader_pin_memory": torch.cuda.is_available(),
    }
    chat = bool(tokenizer.chat_template)
    rows = [_row(question, number, chat, plan) for number, question in enumerate(asked)]
    common = {
        "model": model,
        "train_dataset": Dataset.from_list(rows),
        "processing_class": tokenizer,
        "callbacks": [_curve(folder / CURVE, told)],
        "peft_config": _adapters(plan),
    }
    if plan.method == "sft":
        config = trl.SFTConfig(**settings, train_sampling_strategy="sequential", max_length=None)
        return trl.SFTTrainer(args=config, **common)
    config = trl.GRPOConfig(
        **settings,
        num_generations=plan.generations,
        max_completion_length=plan.answer,
        temperature=plan.temperature,
        shuffle_dataset=False,
        beta=0.0,
    )
    return trl.GRPOTrainer(args=config, reward_funcs=_rewarded(asked, plan), **common)


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Keeps the libraries from drawing bars of their own, and from telling users which of their
    options will be called otherwise one day."""
    import datasets
    from transformers.utils import logging as untyped

    logging: Any = untyped
    logging.disable_progress_bar()
    drawn = datasets.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        if drawn:
            datasets.enable_progress_bars()


def _row(question: TrainingQuestion, number: int, chat: bool, plan: TrainingPlan) -> dict[str, Any]:
    """A question as TRL takes it: messages for a model that chats, else text."""
    row: dict[str, Any] = {"prompt": question.prompt}
    if plan.method == "sft":
        row["completion"] = f" {question.answer}"
    else:
        row["question"] = number
    if chat:
        row["prompt"] = [{"role": "user", "content": question.prompt}]
        if "completion" in row:
            row["completion"] = [{"role": "assistant", "content": question.answer}]
    return row


def _rewarded(asked: list[TrainingQuestion], plan: TrainingPlan) -> Callable[..., list[float]]:
    """The reward as TRL calls it, with the share of unread answers among its curves."""

    def exploitability_reward(
        completions: list[Any], question: list[int], log_metric: Any = None, **_: Any
    ) -> list[float]:
        texts = [c if isinstance(c, str) else c[0]["content"] for c in completions]
        found = rewards([asked[number] for number in question], texts, plan.penalty)
        if log_metric is not None:
            log_metric("unread", sum(reward == plan.penalty for reward in found) / len(found))
        return found

    return exploitability_reward


def _adapters(plan: TrainingPlan) -> Any:
    """The configuration of LoRA; None to train all weights."""
    if not plan.lora:
        return None
    from peft import LoraConfig

    return LoraConfig(
        r=plan.lora, lora_alpha=2 * plan.lora, target_modules="all-linear", task_type="CAUSAL_LM"
    )


def _curve(file: Path, told: Told) -> Any:
    """Writes what TRL logs into a CSV file, and tells how far it is."""
    from transformers import TrainerCallback

    columns = (
        "step", "loss", "reward", "reward_std", "unread", "entropy", "grad_norm", "learning_rate"
    )  # fmt: skip

    class Curve(TrainerCallback):
        """A line per logged step."""

        def on_log(
            self,
            args: Any,
            state: Any,
            control: Any,
            logs: Mapping[str, Any] | None = None,
            **_: Any,
        ) -> None:
            if not state.is_world_process_zero or not logs or "train_runtime" in logs:
                return
            new = not file.is_file()
            with file.open("a", newline="", encoding="utf-8") as out:
                writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
                if new:
                    writer.writeheader()
                writer.writerow({"step": state.global_step, **logs})

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.is_world_process_zero:
                told("training", state.global_step, state.max_steps)

    return Curve()


def seeded_plans(plan: TrainingPlan, seeds: int) -> list[TrainingPlan]:
    """The same plan with several seeds, of data and of training."""
    return [replace(plan, seed=plan.seed + number) for number in range(seeds)]
