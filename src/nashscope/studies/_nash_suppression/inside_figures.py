"""The figures of what is seen inside a model: lens, probes, dial; drawn from the records alone."""

from collections.abc import Sequence
from typing import Any

from nashscope.report import Figure, Table, curve, flat, matrix, pick, with_interval
from nashscope.studies._nash_suppression.cause_figures import cause_blocks
from nashscope.studies._nash_suppression.lookup import DILEMMA, Row, slug, whole
from nashscope.studies._nash_suppression.mechanism import SITUATIONS

__all__ = ["inside_blocks"]


def inside_blocks(results: Sequence[Row], subject: str, inside: Sequence[str]) -> list[Any]:
    """Lens, steering, and whatever else was asked of every open model."""
    if not inside:
        return ["None of these models is open: nothing inside them can be read."]
    lens = flat(
        row
        for row in pick(results, "lens", "nash probability by the lens")
        if row["condition"]["situation"] == SITUATIONS[1]
    )
    blocks: list[Any] = [
        Figure(
            "lens",
            "What the model would answer if it stopped early",
            "Probability of the Nash action by the logit lens, of the two labels, after each layer "
            "(0: the embeddings), in prisoner's dilemmas after mutual cooperation; mean over games "
            "with its 95 % interval. The logit lens can mislead in early layers, where the stream "
            "is not yet written in the output's terms.",
            [
                (
                    "",
                    curve(
                        lens,
                        x="layer",
                        x_title="layer",
                        y_title="P(Nash action)",
                        series="model",
                        order=list(inside),
                    ),
                )
            ],
            lens,
            list(inside),
        )
    ]
    for name in inside:
        steered = flat(pick(results, "steering", "nash probability", model=name))
        layer = steered[0]["layer"]
        blocks.append(
            Figure(
                f"steering-{slug(name)}",
                f"The dial: {name}",
                f"Probability of the Nash action when a direction is added after layer {layer}, "
                f"against its strength in units of its own norm{_unit(steered)}. The direction is "
                "the difference of means between prompts in which the other player cooperated and "
                "defected; chosen on other games than these. Random: directions of equal norm, "
                "interval over them.",
                [
                    (
                        situation.capitalize(),
                        curve(
                            [row for row in steered if row["situation"] == situation],
                            x="strength",
                            x_title="strength",
                            y_title="P(Nash action)",
                            series="direction",
                            order=["history", "random"],
                            mark=0.0,
                        ),
                    )
                    for situation in SITUATIONS
                ],
                steered,
                ["history", "random"],
            )
        )
    surface = flat(pick(results, "steering map", model=subject))
    if surface:
        blocks.append(
            Figure(
                "steering-map",
                f"Every layer and strength: {subject}",
                "Probability of the Nash action after mutual cooperation, with the direction found "
                "at each layer added there.",
                [
                    (
                        "",
                        matrix(
                            surface,
                            x="strength",
                            y="layer",
                            x_title="strength",
                            y_title="layer",
                            value_title="P(Nash action)",
                        ),
                    )
                ],
                surface,
            )
        )
    blocks.append(_steered(results, inside))
    for name in inside:
        if probed := _probes(results, name):
            blocks.append(probed)
        blocks += cause_blocks(results, name)
    return blocks


def _unit(steered: Sequence[Row]) -> str:
    """How long one unit of strength is: as the paper counts, and against what it is added to."""
    one = next((row for row in steered if row["strength"]), None)
    if one is None:
        return ""
    length, share = (abs(one[key] / one["strength"]) for key in ("norm", "residual norms"))
    return f" (raw length {length:.3g}, {share:.2g} of the residual stream's)"


PROBED = ("other's last action", "label of the nash action", "place of the nash action")


def _probes(results: Sequence[Row], model: str) -> Figure | None:
    """What linear probes read off every layer, each beside its own null."""
    found = pick(results, "probes", model=model, kind="logistic")
    scores = flat(row for row in found if row["metric"] == "accuracy")
    nulls = flat(row for row in found if row["metric"] == "accuracy with shuffled labels")
    if not scores:
        return None
    panels = []
    shown = [row | {"labels": "its own"} for row in scores]
    shown += [row | {"labels": "shuffled"} for row in nulls]
    order = ["its own", "shuffled"]
    for read in PROBED:
        own = [row for row in shown if row["read"] == read]
        if own:
            chart = curve(
                own,
                x="layer",
                x_title="layer",
                y_title="accuracy",
                series="labels",
                order=order,
            )
            panels.append((read.capitalize().replace("nash", "Nash"), chart))
    return Figure(
        f"probes-{slug(model)}",
        f"What can be read off: {model}",
        "Accuracy of a logistic probe after each layer, on games that were held out, with its 95 % "
        "interval; shuffled: the same with labels in another order, and 95 % of such draws. The "
        "Nash action is told by which of the two letters stands for it, and by which was named "
        "first. What can be read need not be used. The records hold baselines, selectivity, "
        "corrected p and mutual information.",
        panels,
        shown,
        order,
    )


def _steered(results: Sequence[Row], inside: Sequence[str]) -> Table:
    """Self-play with the dial turned."""
    rows = []
    for name in inside:
        for label, found in (
            ("as it is", whole(results, "behaviour", "cooperation rate", pair=f"{name} vs {name}")),
            *(
                (kind, _steered_row(results, name, kind))
                for kind in ("steered history", "steered random")
            ),
        ):
            rows.append([name, label, with_interval(found)])
    return Table(
        ["Model", "Edit", "Cooperation"],
        rows,
        title="Self-play in the prisoner's dilemma with the dial turned",
        notes="The strength is the one that favoured the Nash action most on the fit games.",
    )


def _steered_row(results: Sequence[Row], model: str, kind: str) -> Row | None:
    """Cooperation in self-play with an edit of some kind."""
    found = [
        row
        for row in pick(results, "behaviour", "cooperation rate", game=DILEMMA)
        if row["condition"]["first"].startswith(f"{model}+{kind}")
        and "player" not in row["condition"]
    ]
    return found[0] if found else None
