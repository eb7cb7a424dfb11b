"""The report of the study: drawn from the records alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nashscope.play.store.run import Run
from nashscope.report import (
    Badge,
    Figure,
    Link,
    Page,
    Section,
    Table,
    matches,
    number,
    pick,
    with_interval,
    write_page,
)
from nashscope.studies._nash_suppression.claim import Verdict
from nashscope.studies._nash_suppression.claims import CLAIMS, findings
from nashscope.studies._nash_suppression.inside_figures import inside_blocks
from nashscope.studies._nash_suppression.lookup import Row, whole
from nashscope.studies._nash_suppression.mechanism import SITUATIONS
from nashscope.studies._nash_suppression.play_figures import play_blocks

__all__ = ["QUESTION", "page"]

TONES: dict[Verdict, str] = {
    "supported": "good",
    "not supported": "bad",
    "undecided": "open",
    "not testable": "none",
}
QUESTION = "What suppresses Nash play in language models, and can it be turned back?"


def page(run: Run) -> Path:
    """Writes the report of a finished run."""
    results = run.results()
    models = [str(name) for name in run.config["models"]]
    subject = models[0]
    inside = [name for name in models if pick(results, "lens", model=name)]
    shown = [
        Section("behaviour", "Behaviour", play_blocks(results)),
        Section("mechanism", "Inside the model", inside_blocks(results, subject, inside)),
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
    self_play = whole(results, "behaviour", "cooperation rate", pair=f"{subject} vs {subject}")
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


def _percent(row: Row) -> str:
    """A share as a percentage."""
    return "–" if row["value"] is None else f"{100 * row['value']:.0f} %"


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
