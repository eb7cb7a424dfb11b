"""Transcripts for a reader: every decision with its prompt, policy, reply and lens.

Prompts of one player in one match share most of their lines, so each is stored as what it keeps of
the one before it and what is new; `unfolded` is the inverse, and the page's script does the same.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any

from nashscope.agents import Question
from nashscope.errors import UnknownName, Unreadable
from nashscope.play import Cell, Event, framing_of, questions
from nashscope.play.store.run import Run
from nashscope.report.block import Matches

__all__ = ["folded", "matches", "shown", "unfolded"]

ROOM = 6_000_000
"""Most characters of transcripts on a page; compressed they are about a tenth of it."""

Lens = Mapping[tuple[str, int, int, int], Sequence[Sequence[float]]]
Folded = tuple[int, int, list[str]]
"""Lines kept from the beginning and from the end of the prompt before, and the new ones between."""


def matches(run: Run, room: int = ROOM) -> Matches | None:
    """The run's matches for a page; None where the run does not say what was played.

    Those at whose decisions the lens was read come first, then the first match of every cell, the
    second, and so on, until the room is full.
    """
    cells = run.cells
    by_match: dict[tuple[str, int], list[Event]] = {}
    for event in run.events():
        if event.cell in cells and cells[event.cell].strategic:
            by_match.setdefault((event.cell, event.match), []).append(event)
    if not by_match:
        return None
    lens = {(r.cell, r.match, r.round, r.player): r.lens for r in run.readings.read()}
    read = {key[:2] for key in lens}
    order = [key for key in by_match if key in read]
    order += [key for key in _in_turn(by_match) if key not in read]
    found: dict[str, list[dict[str, Any]]] = {}
    used = count = 0
    for cell, number in order:
        one = shown(cells[cell], number, by_match[cell, number], lens)
        used += len(json.dumps(one))
        if count and used > room:
            break
        found.setdefault(cell, []).append(one)
        count += 1
    data = {
        "cells": [
            {**_told(cells[key]), "matches": sorted(own, key=lambda one: int(one["match"]))}
            for key, own in found.items()
        ]
    }
    return Matches(data, count, len(by_match))


def shown(cell: Cell, number: int, events: Sequence[Event], lens: Lens) -> dict[str, Any]:
    """One match, as the page's script reads it.

    A prompt is shown only if it is, to the letter, the one that was asked: the transcript has its
    hash. Missing values stay missing.
    """
    names = cell.repeated.stage.actions
    before: dict[int, list[str]] = {}
    steps = []
    labels: list[Sequence[str]] = [()] * len(names)
    for event, question in _asked(cell, number, events):
        decision, player = event.decision, event.player
        labels[player] = event.labels
        step: dict[str, Any] = {"round": event.round, "player": player, "outcome": decision.outcome}
        step |= {
            "action": decision.action,
            "policy": None if decision.policy is None else [_short(p) for p in decision.policy],
            "how": decision.how,
            "mass": None if decision.mass is None else _short(decision.mass),
            "reply": decision.reply,
            "done": event.done,
        }
        prompt = None
        if event.prompt_hash is not None and question is not None:
            prompt = question.prompt(cell.mode)
            if hashlib.sha256(prompt.encode()).hexdigest()[:16] != event.prompt_hash:
                prompt = None
        if prompt is not None:
            lines = prompt.split("\n")
            step["prompt"] = folded(before.get(player, []), lines)
            before[player] = lines
        if (seen := lens.get((cell.id, number, event.round, player))) is not None:
            step["lens"] = seen
        steps.append({key: value for key, value in step.items() if value is not None})
    return {"match": number, "labels": labels, "steps": steps}


def _asked(
    cell: Cell, number: int, events: Sequence[Event]
) -> Iterator[tuple[Event, Question | None]]:
    """The decisions of a match with what was asked; None where nobody here knows how it was."""
    try:
        framed = cell.framing and framing_of(cell, number)
    except (Unreadable, UnknownName):
        framed = None  # it is code that was not asked for, or gone
    if framed:
        yield from questions(cell, number, events)
    else:
        for event in sorted(events, key=lambda event: (event.round, event.player)):
            yield event, None


def folded(before: Sequence[str], lines: Sequence[str]) -> Folded:
    """The lines as what they share with those before at both ends, and the rest.

    >>> folded(["rules", "round 1", "choose"], ["rules", "round 1", "round 2", "choose"])
    (2, 1, ['round 2'])
    """
    most = min(len(before), len(lines))
    head = next((k for k in range(most) if before[k] != lines[k]), most)
    most -= head
    tail = next((k for k in range(most) if before[-1 - k] != lines[-1 - k]), most)
    return head, tail, list(lines[head : len(lines) - tail])


def unfolded(before: Sequence[str], fold: Folded) -> list[str]:
    """The lines that were folded.

    >>> unfolded(["rules", "round 1", "choose"], (2, 1, ["round 2"]))
    ['rules', 'round 1', 'round 2', 'choose']
    """
    head, tail, new = fold
    return [*before[:head], *new, *before[len(before) - tail :]]


def _in_turn(keys: Mapping[tuple[str, int], Any]) -> Iterator[tuple[str, int]]:
    """The first match of every cell, then the second of every cell, and so on."""
    by_cell: dict[str, list[tuple[str, int]]] = {}
    for key in keys:
        by_cell.setdefault(key[0], []).append(key)
    ordered = [sorted(own) for own in by_cell.values()]
    return (key for key in chain.from_iterable(zip_longest(*ordered)) if key is not None)


def _told(cell: Cell) -> dict[str, Any]:
    """What a reader must know of a cell."""
    stage = cell.repeated.stage
    condition = [cell.order, cell.framing, cell.mode]
    condition += [f"tremble {cell.tremble:g}"] if cell.tremble else []
    condition += [f"{cell.talk} spoken rounds"] if cell.talk else []
    condition += [cell.mechanism] if cell.mechanism else []
    rounds = "one-shot" if cell.rounds == 1 else f"{cell.rounds} rounds"
    return {
        "game": cell.game.replace("_", " "),
        "pair": " vs ".join(cell.agents),
        "condition": ", ".join([rounds, *condition]),
        "agents": cell.agents,
        "actions": stage.actions,
        "payoffs": stage.payoffs.tolist() if stage.payoffs.size <= 1000 else None,
    }


def _short(value: float) -> float:
    """Four digits: as many as the page shows."""
    return float(f"{value:.4g}")
