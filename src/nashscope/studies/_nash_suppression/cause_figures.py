"""The figures and tables of what acts inside a model; drawn from the records alone."""

from collections.abc import Sequence
from typing import Any

from nashscope.report import Figure, Table, curve, flat, matrix, number, pick, with_interval
from nashscope.studies._nash_suppression.lookup import Row, slug
from nashscope.studies._nash_suppression.mechanism import SITUATIONS

__all__ = ["cause_blocks"]


def cause_blocks(results: Sequence[Row], model: str) -> list[Any]:
    """Everything of one model for which there are records."""
    drawn = [
        _tuned(results, model),
        _clamping(results, model),
        _directions(results, model),
        _heads(results, model),
        *_patching(results, model),
        _swap(results, model),
        _side_effects(results, model),
    ]
    return [block for block in drawn if block is not None]


def _tuned(results: Sequence[Row], model: str) -> Figure | None:
    """The tuned lens beside the logit lens."""
    tuned = flat(pick(results, "tuned lens", model=model))
    if not tuned:
        return None
    plain = flat(
        pick(
            results,
            "lens",
            "nash probability by the lens",
            model=model,
            situation=SITUATIONS[1],
        )
    )
    rows = [row | {"lens": "tuned lens"} for row in tuned]
    rows += [row | {"lens": "logit lens"} for row in plain]
    order = ["logit lens", "tuned lens"]
    chart = curve(
        rows, x="layer", x_title="layer", y_title="P(Nash action)", series="lens", order=order
    )
    return Figure(
        f"tuned-lens-{slug(model)}",
        f"Two lenses: {model}",
        "The tuned lens was trained, on other games, to foretell the output from every layer: it "
        "says what the rest of the network will make of a stream, the logit lens what the stream "
        "says now. Where an override comes later, the tuned lens may anticipate it.",
        [("", chart)],
        rows,
        order,
    )


def _clamping(results: Sequence[Row], model: str) -> Figure | None:
    """The probability of the Nash action against the value of the component."""
    rows = flat(pick(results, "clamping", "nash probability", model=model))
    if not rows:
        return None
    order = ["history", "random"]
    chart = curve(
        rows,
        x="clamped to",
        x_title="clamped to (0: as after defection, 1: as after cooperation)",
        y_title="P(Nash action)",
        series="direction",
        order=order,
    )
    return Figure(
        f"clamping-{slug(model)}",
        f"Held at a value: {model}",
        "Probability of the Nash action after mutual cooperation when the component along the "
        f"direction is set to a value after layer {rows[0]['layer']}. Random: the same distances "
        "along random directions.",
        [("", chart)],
        rows,
        order,
    )


def _directions(results: Sequence[Row], model: str) -> Table | None:
    """How the three ways of finding the direction compare."""
    own = pick(results, "directions", model=model)
    named = [r["condition"] for r in own if "method" in r["condition"]]
    methods = list(dict.fromkeys(where["method"] for where in named))
    if not methods:
        return None
    layer = named[0]["layer"]
    rows = []
    for method in methods:
        found = {r["metric"]: r for r in own if r["condition"].get("method") == method}
        elsewhere = [r for metric, r in found.items() if metric.startswith("most at another")]
        rows.append(
            [
                method,
                _alike(own, layer, method, methods[0]),
                with_interval(found.get("cosine between halves of the games")),
                with_interval(found.get("the same with shuffled labels")),
                with_interval(found.get("change of log-odds of the nash action")),
                with_interval(found.get("the same by random directions")),
                with_interval(elsewhere[0] if elsewhere else None),
            ]
        )
    return Table(
        [
            "Found by",
            f"Cosine with {methods[0]}",
            "Halves of the games",
            "Shuffled labels",
            "Moves log-odds by",
            "Random directions",
            "Most at another layer",
        ],
        rows,
        title=f"Three ways to the direction: {model}, after layer {layer}",
        notes="Each found on the fit games and pushed as far as the dial, on the test games. "
        "Halves: the cosine between directions found in two halves of the games, which share none.",
        stacks=True,
    )


def _alike(own: Sequence[Row], layer: int, method: str, first: str) -> str:
    """The cosine between a direction and the first one."""
    if method == first:
        return "1"
    found = pick(own, "directions", "cosine", layer=layer, one=first, other=method)
    return number(found[0]["value"]) if found else "–"


def _heads(results: Sequence[Row], model: str) -> Figure | None:
    """What silencing each head does."""
    rows = flat(pick(results, "heads", "change of nash probability", model=model))
    if not rows:
        return None
    chart = matrix(
        rows,
        x="head",
        y="layer",
        x_title="head",
        y_title="layer",
        value_title="change of P(Nash action)",
        span=(-1.0, 1.0),
    )
    return Figure(
        f"heads-{slug(model)}",
        f"Every head silenced: {model}",
        "Change of the probability of the Nash action after mutual cooperation when a head hands "
        "on its mean at the decision token in place of its own value. The records hold the "
        "log-odds too, with the share of random changes of equal norm that move as much.",
        [("", chart)],
        rows,
    )


def _patching(results: Sequence[Row], model: str) -> list[Figure]:
    """Where activations of the other history bring about the other answer."""
    figures = []
    for axis, title in (("position", "token, counted from the last"), ("head", "head")):
        own = pick(results, "patching", model=model, axis=axis)
        whole = [r for r in own if r["metric"] == "log-odds moved by the whole prompt"]
        moved = flat(r for r in own if r["metric"] == "log-odds moved")
        if not moved or not whole:
            continue
        most = max(abs(float(whole[0]["value"])), *(abs(row["value"]) for row in moved))
        chart = matrix(
            moved,
            x=axis,
            y="layer",
            x_title=title,
            y_title="layer",
            value_title="log-odds of the Nash action moved",
            span=(-most, most),
            numbers=axis == "head",
        )
        figures.append(
            Figure(
                f"patching-{axis}-{slug(model)}",
                f"Put in from the other history, by {axis}: {model}",
                "Activations of the same game after defection are put into the run after "
                "cooperation. The whole other prompt moves the log-odds of the Nash action by "
                f"{with_interval(whole[0])}. The records hold random changes of equal norm too.",
                [("", chart)],
                moved,
            )
        )
    return figures


def _swap(results: Sequence[Row], model: str) -> Figure | None:
    """Layers of the base in place of the model's own."""
    rows = flat(
        row
        for row in pick(results, "layer swap", "log-odds of the nash action", model=model)
        if row["condition"]["exchanged"] != "one layer"
    )
    if not rows:
        return None
    gap = pick(results, "layer swap", "gap", model=model)[0]
    named = gap["condition"]["parting"]
    part = "The two answer alike" if named == "none" else f"The two part in layers {named}"
    ends = [float(row["value"]) for row in rows]
    order = ["first layers", "last layers"]
    chart = curve(
        rows,
        x="layers",
        x_title="layers taken from the base",
        y_title="log-odds of the Nash action",
        series="exchanged",
        order=order,
        y_range=(min(ends) - 1, max(ends) + 1),
    )
    return Figure(
        f"layer-swap-{slug(model)}",
        f"Layers of {gap['condition']['base']} put into {model}",
        f"{part}: the base's answer comes back as soon as these are its own. After mutual "
        "cooperation; embeddings, final norm and head stay the model's.",
        [("", chart)],
        rows,
        order,
    )


def _side_effects(results: Sequence[Row], model: str) -> Table | None:
    """What else the dial changes."""
    own = pick(results, "side effects", model=model)
    if not own:
        return None
    places = list(dict.fromkeys(row["condition"]["on"] for row in own))
    rows = []
    for place in places:
        cells: list[str] = [place.replace("_", " ")]
        for direction in ("history", "random"):
            for metric in ("divergence of words", "loss of the next token"):
                found = pick(own, "side effects", metric, on=place, direction=direction)
                cells.append(with_interval(found[0]) if found else "–")
        rows.append(cells)
    strength = own[0]["condition"]["strength"]
    return Table(
        ["On", "Divergence", "Change of loss", "Divergence, random", "Change of loss, random"],
        rows,
        title=f"What else the dial changes: {model}, strength {strength:g}",
        notes="Kullback-Leibler divergence of what is said with the edit from what is said "
        "without it, over the whole vocabulary; the loss is of the word that does come next. "
        "Both in nats.",
        stacks=True,
    )
