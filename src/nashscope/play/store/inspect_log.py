"""A run as logs of inspect, so that its viewer and its readers show what was asked and answered.

One log per cell and player that was asked in words: a sample per match, a message pair per
decision, the policy beside each answer.
"""

import contextlib
import hashlib
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nashscope.errors import Failed, FolderTaken, MissingExtra, UnknownName, Unreadable, install
from nashscope.play.cell import Cell
from nashscope.play.match import questions
from nashscope.play.store.run import Run
from nashscope.play.transcript import Event, transcripts
from nashscope.records import content_hash, dump

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog, EvalSample

__all__ = ["write_logs"]


def write_logs(run: Run, folder: Path) -> list[Path]:
    """Writes a `.eval` file for every cell and player that was asked in words.

    Raises:
        MissingExtra: if inspect-ai is not installed. Failed: if the folder cannot be written.
        Unreadable: if nobody was asked in words.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from inspect_ai.log import write_eval_log
    except ModuleNotFoundError:
        raise MissingExtra(f"logs of inspect need inspect-ai; {install('inspect')}") from None
    started = (run.manifest.get("started") or ["1970-01-01T00:00:00+0000"])[0]
    by_cell: dict[str, list[Event]] = {}
    for event in run.events():
        by_cell.setdefault(event.cell, []).append(event)
    written = []
    for key, cell in run.cells.items():
        events = by_cell.get(key, [])
        for player in range(len(cell.agents)):
            if not any(e.player == player and e.decision.reply is not None for e in events):
                continue
            file = folder / f"{cell.game[:40].replace('/', '-')}_{key}_{player}.eval"
            if file.exists():
                raise FolderTaken(f"{file} is there already; name another folder with --out")
            try:
                folder.mkdir(parents=True, exist_ok=True)
                write_eval_log(_log(cell, player, events, started), str(file))
            except OSError as error:
                raise Failed(f"cannot write {file}: {error.strerror or error}") from None
            written.append(file)
    if not written:
        raise Unreadable(f"nobody was asked in words in {run.folder}; take --to parquet")
    return written


def _log(cell: Cell, player: int, events: Sequence[Event], started: str) -> "EvalLog":
    """The log of one player of a cell."""
    from inspect_ai.log import (
        EvalConfig,
        EvalDataset,
        EvalLog,
        EvalMetric,
        EvalPlan,
        EvalResults,
        EvalScore,
        EvalSpec,
        EvalStats,
    )

    by_match: dict[int, list[Event]] = {}
    for event in events:
        by_match.setdefault(event.match, []).append(event)
    samples = [_sample(cell, player, own, by_match[own]) for own in sorted(by_match)]
    scores = []
    for name in ("payoff", "unparsed"):
        values = [s.scores[name].value for s in samples if s.scores and name in s.scores]
        known = [float(v) for v in values if isinstance(v, int | float)]
        if known:
            mean = EvalMetric(name="mean", value=float(np.mean(known)))
            scores.append(EvalScore(name=name, scorer=name, metrics={"mean": mean}))
    spec = EvalSpec(
        created=started,
        task=f"nashscope/{cell.game}",
        task_id=content_hash([cell.id, player]),
        run_id=cell.id,
        eval_id=content_hash([cell.id, player, started]),
        dataset=EvalDataset(name=cell.game, samples=len(samples)),
        model=cell.agents[player],
        config=EvalConfig(),
        metadata={"cell": dump(cell), "player": player},
    )
    results = EvalResults(total_samples=len(samples), completed_samples=len(samples), scores=scores)
    return EvalLog(
        status="success",
        eval=spec,
        plan=EvalPlan(),
        results=results,
        stats=EvalStats(started_at=started, completed_at=started),
        samples=samples,
    )


def _sample(cell: Cell, player: int, number: int, events: Sequence[Event]) -> "EvalSample":
    """One match as a sample: what the player was asked and what it answered."""
    from inspect_ai.log import EvalSample
    from inspect_ai.model import ChatMessageAssistant, ChatMessageUser, ModelOutput
    from inspect_ai.scorer import Score

    prompts = _prompts(cell, number, events)
    messages: list[Any] = []
    own = sorted((e for e in events if e.player == player), key=lambda e: e.round)
    for event in own:
        asked = prompts.get((event.round, player)) or event.decision.prompt
        messages.append(ChatMessageUser(content=asked or f"round {event.round + 1}"))
        told = {k: v for k, v in dump(event.decision).items() if k not in ("prompt", "reply")}
        messages.append(ChatMessageAssistant(content=event.decision.reply or "", metadata=told))
    (match,) = transcripts({cell.id: cell}, events)
    paid = [earned for k in range(len(match.rounds)) if (earned := match.payoffs(k)) is not None]
    scores = {}
    if paid:
        scores["payoff"] = Score(value=float(np.mean([earned[player] for earned in paid])))
    played = [e for e in own if e.round >= 0]
    if played:
        unread = float(np.mean([e.decision.action is None for e in played]))
        scores["unparsed"] = Score(value=unread)
    last = messages[-1].content if messages else ""
    return EvalSample(
        id=f"match-{number}",
        epoch=1,
        input=messages[0].content if messages else "",
        target="",
        messages=messages,
        output=ModelOutput.from_content(cell.agents[player], last),
        scores=scores,
        metadata={"payoffs": cell.repeated.stage.payoffs.tolist()},
    )


def _prompts(cell: Cell, number: int, events: Iterable[Event]) -> dict[tuple[int, int], str]:
    """Every prompt that can be rebuilt to the letter, by round and player."""
    found: dict[tuple[int, int], str] = {}
    if not cell.framing:
        return found
    with contextlib.suppress(Unreadable, UnknownName):
        for event, question in questions(cell, number, events):
            if event.prompt_hash is not None:
                text = question.prompt(cell.mode)
                if hashlib.sha256(text.encode()).hexdigest()[:16] == event.prompt_hash:
                    found[event.round, event.player] = text
    return found
