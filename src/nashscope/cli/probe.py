"""`nashscope probe --model M --game G`: what can be read off every layer, and against what."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.inside import (
    Answer,
    Games,
    Labels,
    Rounds,
    answered,
    cells,
    entry,
    listed,
    opened,
    told,
)
from nashscope.cli.option import DeviceMap, Dtype, FramingName, GameName, OpenModel, Out, Seed
from nashscope.cli.usage import within

if TYPE_CHECKING:
    from numpy import ndarray

    from nashscope.agents.situation import Situations
    from nashscope.games import NormalForm
    from nashscope.interp import Probe
    from nashscope.models.hf import HFModel

__all__ = ["probe"]

KNOWN = ("other-last", "other-rate", "own-last", "nash", "choice")
HELD = ("games", "labels")


def probe(
    model: OpenModel,
    game: GameName = "prisoners-dilemma",
    label: Annotated[
        str,
        typer.Option(
            help="other-last, other-rate or own-last (of the history), nash (told first or not), "
            "choice (the model's own)."
        ),
    ] = "other-last",
    kind: Annotated[
        str | None,
        typer.Option(help="logistic, mass-mean, mlp or ridge [default: as the label asks]."),
    ] = None,
    hold_out: Annotated[
        str, typer.Option(help="What is held out whole: games, or the labels' words.")
    ] = "games",
    shuffles: Annotated[
        int | None, typer.Option(help="Shufflings of the labels [default: 200, 19 of mlp].")
    ] = None,
    framing: FramingName = "plain",
    labels: Labels = "",
    games: Games = 48,
    rounds: Rounds = 3,
    seed: Seed = 0,
    out: Out = None,
    dtype: Dtype = None,
    device_map: DeviceMap = None,
) -> None:
    """Reads something known of the view off every layer, in games that were held out.

    Beside each accuracy: that of always saying the most frequent, a permutation p-value (Holm's
    correction over layers), and how much better than random labels it is learned. That something
    can be read does not mean that the model uses it: for that, steer or patch.
    """
    from nashscope.agents.situation import Situation, situations
    from nashscope.names import nearest

    if label not in KNOWN:
        raise nearest(label, KNOWN, "label")
    if hold_out not in HELD:
        raise nearest(hold_out, HELD, "thing to hold out")
    within(shuffles, "--shuffles", 1)
    situation = Situation(game, framing, listed(labels), games, 2, rounds, seed)
    how = {"label": label, "kind": kind, "hold_out": hold_out, "shuffles": shuffles}

    def find() -> Answer:
        stage, prompts = situations(situation)
        return _answer(opened(model, dtype, device_map), stage, prompts, how, seed)

    answered("probe", model, situation, {**how, "dtype": dtype}, out, find)


def _answer(
    model: "HFModel", stage: "NormalForm", prompts: "Situations", how: dict[str, Any], seed: int
) -> Answer:
    """The probe of every layer, one row for each."""
    import numpy as np

    from nashscope.interp import capture
    from nashscope.interp import probe as read

    seen = capture(model, *told(prompts))
    values = _known(how["label"], stage, prompts, seen.policy)
    # a share of rounds is a number; what takes a few values is a class
    kind = how["kind"] or ("ridge" if values.dtype.kind == "f" else "logistic")
    if values.dtype.kind == "f" and kind != "ridge":
        values = np.array([f"{value:.2f}" for value in values])
    words = np.array([" ".join(sorted(own)) for own in prompts.labels])
    groups = prompts.game if how["hold_out"] == "games" else words
    found = read(seen.stream, values, groups, kind=kind, shuffles=how["shuffles"], seed=seed)
    return _shown(model, how, found)


def _known(label: str, stage: "NormalForm", prompts: "Situations", policy: "ndarray") -> "ndarray":
    """What is to be read, of every prompt.

    Raises:
        Misuse: if it is not defined for these prompts.
    """
    import numpy as np

    from nashscope.agents.situation import nash_action
    from nashscope.errors import Misuse

    actions = np.array(stage.actions[0])
    if label == "choice":
        return np.asarray(actions[policy.argmax(axis=1)])
    if label == "nash":
        nash = nash_action(stage)
        if nash is None:
            raise Misuse(
                f"{stage.name or 'this game'} has no single Nash action of the first player; "
                "read another label"
            )
        return np.where(prompts.told_first == nash, "told first", "told later")
    if (prompts.other < 0).any():
        raise Misuse(f"--label {label} is about the history; give --rounds 1 or more")
    if label == "other-rate":
        return np.asarray(prompts.rate, dtype=float)
    if label == "own-last":
        return np.asarray(actions[prompts.own])
    return np.asarray(np.array(stage.actions[1])[prompts.other])


def _shown(model: "HFModel", how: dict[str, Any], found: "Probe") -> Answer:
    """Scores and their nulls as a table and a figure."""
    from nashscope.report import Figure, curve, number

    counted = "accuracy" if found.classes else "R²"
    data = _data(model.layers, found)
    order = list(dict.fromkeys(row["series"] for row in data))
    chart = curve(
        data,
        x="layer",
        x_title="layers run",
        y_title=counted,
        series="series",
        order=order,
        y_range=(0.0, 1.0) if found.classes else None,
    )
    best = found.best
    facts = [
        f"{found.kind} probe; {found.score.rows} prompts, {found.score.groups} {how['hold_out']} "
        f"held out in parts; always the most frequent: {number(found.baseline)}",
        f"read best after layer {best}: {found.score[best]}, p over all layers "
        f"{found.familywise[best]:.3f} of {len(found.null)} shufflings",
    ]
    caption = (
        f"{counted} on held-out {how['hold_out']} after every layer, beside shuffled labels, the "
        "most frequent label, and random labels of each game (control task)."
    )
    return Answer(
        f"Can {how['label']} be read in {model.name}, of {how['hold_out']} not trained on?",
        ("layer", counted, "95 %", "shuffled", "p", "Holm", "select.", "bits"),
        [_row(found, k) for k in range(model.layers + 1)],
        facts,
        Figure("probe", f"{how['label']}, {found.kind}", caption, [("", chart)], data, order),
    )


def _row(found: "Probe", layer: int) -> tuple[str, ...]:
    """One layer as it is shown."""
    from nashscope.report import number

    selective, shared = found.selectivity, found.information
    return (
        str(layer),
        *cells(found.score, layer),
        number(float(found.null[:, layer].mean())),
        number(float(found.p[layer]), 3),
        number(float(found.holm[layer]), 3),
        number(None if selective is None else float(selective.value[layer])),
        number(None if shared is None else shared[layer].bits),
    )


def _data(layers: int, found: "Probe") -> list[dict[str, Any]]:
    """Every layer's score and what it stands beside."""
    rows: list[dict[str, Any]] = []
    for k in range(layers + 1):
        p = {"p": float(found.p[k]), "holm": float(found.holm[k])}
        rows.append({"layer": k, "series": "held out", **entry(found.score, k), **p})
        shuffled = float(found.null[:, k].mean())
        rows.append({"layer": k, "series": "shuffled labels", "value": shuffled})
        rows.append({"layer": k, "series": "most frequent", "value": found.baseline})
        if found.control is not None:
            rows.append({"layer": k, "series": "control task", **entry(found.control, k)})
    return rows
