"""The report of the study: drawn from the records alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nashscope.play.run import Run
from nashscope.report import (
    Badge,
    Figure,
    Link,
    Page,
    Panel,
    Section,
    Table,
    curve,
    flat,
    matches,
    matrix,
    number,
    pick,
    with_interval,
    write_page,
)
from nashscope.studies._nash_suppression.claim import Verdict
from nashscope.studies._nash_suppression.claims import CLAIMS, findings
from nashscope.studies._nash_suppression.figures import cause_blocks, slug
from nashscope.studies._nash_suppression.mechanism import SITUATIONS

__all__ = ["QUESTION", "page"]

Row = Mapping[str, Any]
TONES: dict[Verdict, str] = {
    "supported": "good",
    "not supported": "bad",
    "undecided": "open",
    "not testable": "none",
}
DILEMMA = "prisoners_dilemma"
QUESTION = "What suppresses Nash play in language models, and can it be turned back?"


def page(run: Run) -> Path:
    """Writes the report of a finished run."""
    results = run.results()
    models = [str(name) for name in run.config["models"]]
    subject = models[0]
    inside = [name for name in models if pick(results, "lens", model=name)]
    shown = [
        Section("behaviour", "Behaviour", _behaviour(results)),
        Section("mechanism", "Inside the model", _mechanism(results, subject, inside)),
        Section("method", "Method", _method(run, inside)),
    ]
    drawn = {block.id for part in shown for block in part.blocks if isinstance(block, Figure)}
    claims = [_claims(results, model, drawn, folded=model != subject) for model in models]
    title = "What the paper says, and what was measured here"
    sections = [Section("claims", title, claims), *shown]
    if played := matches(run):
        sections.append(Section("matches", "Match by match", [played]))
    summary = _summary(results, subject, models)
    return write_page(
        run, Page(f"Nash suppression: {subject}", QUESTION, summary, sections, _facts(run))
    )


def _summary(results: Sequence[Row], subject: str, models: Sequence[str]) -> list[str]:
    """What a reader should know after a minute."""
    texts = []
    self_play = _one(results, "behaviour", "cooperation rate", pair=f"{subject} vs {subject}")
    if self_play:
        texts.append(
            f"With itself, {subject} cooperated in {_percent(self_play)} of its actions in the "
            "prisoner's dilemma, where the only equilibrium of a round is to defect."
        )
    lens = _lens(results, subject)
    if lens:
        peak = max(lens, key=lambda r: r["value"])
        output = _output(results, subject)
        texts.append(
            "At the moment of the decision after mutual cooperation, the logit lens gives the Nash "
            f"action at most {number(peak['value'])}, after layer {peak['condition']['layer']} of "
            f"{peak['condition']['layers']}; the output gives it {number(output)}."
        )
        texts.append(_verdict(peak["value"], output))
    dial = _dial(results, subject)
    if dial:
        chosen, null = dial
        texts.append(
            f"Adding {chosen['condition']['strength']:g} times the direction of the other player's "
            f"cooperation after layer {chosen['condition']['layer']} makes it "
            f"{with_interval(chosen)}; random directions of the same length, {with_interval(null)}."
        )
    return texts


def _verdict(peak: float, output: float | None) -> str:
    """What lens and output say together, in words."""
    if output is None:
        return "Nothing can be said about an override."
    if peak >= 0.75 and output <= 0.25:
        return (
            "So a middle layer favours the Nash action and later layers reverse it: the pattern "
            "that the paper calls suppression."
        )
    if output >= 0.75:
        return "The output plays the Nash action: there is nothing that overrides it."
    if peak < 0.75:
        return "No layer clearly favours the Nash action: the lens shows no override of it."
    return "Lens and output differ, but not enough to speak of a reversal."


def _claims(results: Sequence[Row], model: str, figures: set[str], *, folded: bool) -> Table:
    """Every claim of the paper: the verdict, the paper's figure and ours, for one model."""
    rows = [
        (
            claim.claim,
            Badge(finding.verdict, TONES[finding.verdict]),
            claim.paper,
            finding.ours,
            Link("see", f"figure-{finding.figure}") if finding.figure in figures else "",
        )
        for claim, finding in findings(results, model)
    ]
    notes = (
        "The paper's figures are for Llama-3 and Qwen2.5 models with prompts that are not public; "
        "they stand here for comparison and are no target. Every test was written down before the "
        "data was seen (see Method). Undecided: the interval covers the bound. Intervals are 95 %."
    )
    columns = ["Claim", "Verdict", "The paper", "Here", "Figure"]
    return Table(columns, rows, model, "" if folded else notes, folded=folded, stacks=True)


def _behaviour(results: Sequence[Row]) -> list[Any]:
    """Nash distance over the rounds, the cross-play tables, and every cell's numbers."""
    by_round = [
        row
        for row in flat(pick(results, "behaviour by round", "nash distance"))
        if "steered" not in row["pair"]
    ]
    whole = [
        row
        for row in flat(pick(results, "behaviour", "cooperation rate"))
        if row.get("player") == 0 and row["value"] is not None and "steered" not in row["pair"]
    ]
    blocks: list[Any] = []
    if by_round:
        blocks.append(_nash_distance(by_round))
    if whole:
        blocks.append(_cross_play(whole))
    blocks.append(_numbers(results))
    return blocks


def _nash_distance(rows: Sequence[Row]) -> Figure:
    """Nash distance over the rounds, a panel per game and condition."""
    pairs = list(dict.fromkeys(row["pair"] for row in rows))
    panels = [
        Panel(
            title,
            curve(
                own,
                x="round",
                x_title="round",
                y_title="Nash distance",
                series="pair",
                order=pairs,
            ),
            choice,
        )
        for title, choice, own in _by_condition(rows)
    ]
    return Figure(
        "nash-distance",
        "How far play is from equilibrium, round by round",
        "Total variation from both players' policies to the nearest equilibrium of the stage game, "
        "that of the worse player; mean over matches with its 95 % interval. 0 is equilibrium "
        "play. Repeated games have more equilibria than their stage game: a distance of 1 in the "
        "prisoner's dilemma can be one of them.",
        panels,
        rows,
        pairs,
    )


def _cross_play(rows: Sequence[Row]) -> Figure:
    """Who cooperates with whom, a panel per game and condition."""
    players = list(dict.fromkeys(row["first"] for row in rows))
    panels = [
        Panel(
            title,
            matrix(
                own,
                x="second",
                y="first",
                x_title="against",
                y_title="player",
                value_title="cooperation",
                order=players,
            ),
            choice,
        )
        for title, choice, own in _by_condition(rows)
    ]
    return Figure(
        "cross-play",
        "Who cooperates with whom",
        "Share of cooperative actions of the row's player against the column's. Cooperation is "
        "one's part in the best outcome for all together; matching pennies and the battle of the "
        "sexes have none.",
        panels,
        rows,
    )


def _by_condition(rows: Sequence[Row]) -> list[tuple[str, dict[str, str], list[Row]]]:
    """The rows of every game and condition, with a title and what a reader can choose them by."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        length = "one-shot" if row["rounds"] == 1 else f"{row['rounds']} rounds"
        key = (length, row["order"], row["framing"], row["mode"], _title(row["game"]))
        found.setdefault(key, []).append(row)
    names = ("rounds", "order", "labels", "mode", "game")
    several = len({key[:-1] for key in found}) > 1
    return [
        (
            f"{key[-1]} ({', '.join(key[:-1])})" if several else key[-1],
            dict(zip(names[:-1], key[:-1], strict=True)),
            own,
        )
        for key, own in found.items()
    ]


def _numbers(results: Sequence[Row]) -> Table:
    """One line per cell."""
    wanted = (
        "nash distance",
        "empirical nash distance",
        "cooperation rate",
        "welfare minus best",
        "unparsed rate",
    )
    lines: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in pick(results, "behaviour"):
        given = row["condition"]
        if "player" in given:
            continue
        key = (
            _title(given["game"]),
            given["pair"],
            f"{given['rounds']} {given['order']}, {given['framing']}, {given['mode']}",
        )
        lines.setdefault(key, {})[row["metric"]] = row
    rows = [
        [*key, *(with_interval(found.get(metric)) for metric in wanted)]
        for key, found in lines.items()
    ]
    return Table(
        ["Game", "Pair", "Rounds and condition", *(name.capitalize() for name in wanted)],
        rows,
        title="Every cell",
        folded=True,
        notes="Welfare in points per round. A dash: nothing was measured, or it is not defined.",
    )


def _mechanism(results: Sequence[Row], subject: str, inside: Sequence[str]) -> list[Any]:
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
                "against its strength in units of its own norm. The direction is the difference of "
                "means between prompts in which the other player cooperated and defected; chosen "
                "on other games than these. Random: directions of equal norm, interval over them.",
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
        blocks += cause_blocks(results, name)
    return blocks


def _steered(results: Sequence[Row], inside: Sequence[str]) -> Table:
    """Self-play with the dial turned."""
    rows = []
    for name in inside:
        for label, found in (
            ("as it is", _one(results, "behaviour", "cooperation rate", pair=f"{name} vs {name}")),
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


def _method(run: Run, inside: Sequence[str]) -> list[Any]:
    """What was done, in the words of the plan."""
    plan = run.config["plan"]
    memory = "all earlier rounds" if plan["memory"] is None else f"{plan['memory']} rounds"
    texts = [
        f"Each pairing played {plan['matches']} matches of each game, over "
        f"{' and '.join(str(h) for h in plan['horizons'])} rounds, in which players see {memory}. "
        "Labels are letters drawn per match; their assignment and the order of the payoff "
        "sentences are counterbalanced over matches.",
        "A policy is the model's own probability of each whole label, normalised over the labels; "
        "actions are drawn from it. An answer that names no action stays one: it is never turned "
        "into an action.",
    ]
    if inside:
        texts.append(
            f"The look inside uses {plan['looked']} prisoner's dilemmas with payoffs of their own, "
            f"each told in {plan['tellings']} ways. On one half the direction, the layer and the "
            "strength are chosen; every number shown is from the other half. Reads and edits are "
            "at the last token of the prompt."
        )
    tests = [(claim.claim, claim.plan) for claim in CLAIMS]
    return [*texts, Table(["Claim", "How it is decided"], tests, title="The tests of the claims")]


def _facts(run: Run) -> dict[str, str]:
    """What a reader needs to run it again."""
    made = run.manifest
    prints = made.get("models") or {}
    return {
        "Models": ", ".join(f"{n} ({f})" if f else n for n, f in prints.items()),
        "Seed": str(run.config["seed"]),
        "Versions": ", ".join(f"{k} {v}" for k, v in made.get("versions", {}).items()),
        "Started": ", ".join(made.get("started", [])),
        "Files": "config.yaml, manifest.json, transcripts.jsonl, results.json, figures/*.csv",
    }


def _title(game: str) -> str:
    """A game's name for a reader."""
    return game.replace("_", " ").replace("prisoners", "prisoner's").capitalize()


def _percent(row: Row) -> str:
    """A share as a percentage."""
    return "–" if row["value"] is None else f"{100 * row['value']:.0f} %"


def _complement(value: float | None) -> str:
    """The probability of the other of two actions; a dash where it was not measured."""
    return number(None if value is None else 1 - value)


def _layer(row: Row | None) -> str:
    """The layer of a record."""
    return "–" if row is None else str(row["condition"]["layer"])


def _one(
    results: Sequence[Row], part: str, metric: str, game: str = DILEMMA, **condition: Any
) -> Row | None:
    """The record of a whole cell, of the longest horizon."""
    found = [
        row
        for row in pick(results, part, metric, game=game, **condition)
        if "player" in condition or "player" not in row["condition"]
    ]
    return max(found, key=lambda row: row["condition"]["rounds"], default=None)


def _lens(results: Sequence[Row], model: str) -> list[Row]:
    """The lens after mutual cooperation, layer by layer."""
    return pick(
        results, "lens", "nash probability by the lens", model=model, situation=SITUATIONS[1]
    )


def _output(results: Sequence[Row], model: str) -> float | None:
    """The output's probability of the Nash action after mutual cooperation."""
    found = pick(
        results, "lens", "nash probability at the output", model=model, situation=SITUATIONS[1]
    )
    return found[0]["value"] if found else None


def _dial(results: Sequence[Row], model: str) -> tuple[Row, Row] | None:
    """What the strength chosen on the fit games does on the others, and the null at the same."""
    where = {"model": model, "situation": SITUATIONS[1]}
    chosen = pick(results, "dial", "strength", **where)
    if not chosen:
        return None
    where["strength"] = chosen[0]["value"]
    own, null = (
        pick(results, "steering", "nash probability", direction=direction, **where)
        for direction in ("history", "random")
    )
    return own[0], null[0]


def _steered_row(results: Sequence[Row], model: str, kind: str) -> Row | None:
    """Cooperation in self-play with an edit of some kind."""
    found = [
        row
        for row in pick(results, "behaviour", "cooperation rate", game=DILEMMA)
        if row["condition"]["first"].startswith(f"{model}+{kind}")
        and "player" not in row["condition"]
    ]
    return found[0] if found else None
