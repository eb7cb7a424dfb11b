"""The report of the study: drawn from the records alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nashscope.bench import matrix
from nashscope.play.store.run import Run
from nashscope.records import load as record
from nashscope.report import (
    Badge,
    Figure,
    Page,
    Panel,
    Section,
    Table,
    curve,
    dots,
    flat,
    number,
    pick,
    with_interval,
    write_page,
)
from nashscope.studies._equilibrium_residuals.asking import UNIFORM
from nashscope.studies._equilibrium_residuals.plan import Plan

__all__ = ["QUESTION", "page", "verdicts"]

Row = Mapping[str, Any]
QUESTION = "Do language models compute equilibria, recite them, or fail to write them down?"
SAID: dict[matrix.Regime, str] = {
    "recall": "1: recites named games",
    "computes": "2: computes small games",
    "interface": "3: limited by its answer",
}
PAPER = (
    ("anonymous 2×2 / 3×3 / 5×5, before training", "34 / 18 / 2 %"),
    ("5×5 to 7×7 after supervised fine-tuning on 2×2 and 3×3", "61 % (2 % before)"),
    ("the same after reinforcement with an exploitability reward", "37 % on average, varying"),
    ("3×3 within larger ones, padded by dominated actions", "solved after training"),
    ("random-padded controls; dense 12×12", "fail; near failure"),
)
"""The figures of the paper's abstract."""


def page(run: Run) -> Path:
    """Writes the report of a finished run."""
    results = run.results()
    plan = record(Plan, run.config["plan"])
    models = [str(name) for name in run.config["models"]]
    sections = [
        Section("regimes", "Which regime", _regimes(results, models, plan.epsilon)),
        Section("success", "Success", _success(results, models, plan)),
        Section("failures", "How answers fail", _failures(results, models)),
    ]
    if moved := _moved(results, models):
        sections.append(Section("moved", "When payoffs move a little", moved))
    if looked := _inside(results, models):
        sections.append(Section("inside", "Inside the model", looked))
    sections.append(Section("method", "Method", _method()))
    summary = _summary(results, models, plan.epsilon)
    title = f"Equilibrium residuals: {models[0]}"
    return write_page(run, Page(title, QUESTION, summary, sections, _facts(run, plan)))


def verdicts(results: Sequence[Row], models: Sequence[str], epsilon: float) -> list[matrix.Verdict]:
    """The verdict on every model."""
    chance = [row for row in results if row["condition"].get("model") == UNIFORM]
    return [
        matrix.verdict(
            name, [r for r in results if r["condition"].get("model") == name], chance, epsilon
        )
        for name in models
    ]


def _summary(results: Sequence[Row], models: Sequence[str], epsilon: float) -> list[str]:
    """What a reader should know after a minute."""
    texts = []
    for verdict in verdicts(results, models, epsilon):
        said = "; ".join(SAID[one] for one in verdict.regimes) or "none of the three regimes"
        shares = [
            f"{row['condition']['group']} {number(row['value'])}"
            for row in pick(
                results, "success", model=verdict.model, interface="numbers", epsilon=epsilon
            )
            if row["condition"]["group"] in ("2×2", "3×3", "5×5", "7×7", "12×12", "named")
        ]
        numbers = f" Solved at ε = {epsilon:g}, in numbers: {', '.join(shares)}." if shares else ""
        texts.append(f"{verdict.model}: {said}.{numbers}")
    return texts


def _regimes(results: Sequence[Row], models: Sequence[str], epsilon: float) -> list[Any]:
    """The verdicts with their evidence."""
    rows = []
    for verdict in verdicts(results, models, epsilon):
        for regime in matrix.REGIMES:
            holds = regime in verdict.regimes
            tone = "none" if verdict.evidence[regime] == "not asked" else "good" if holds else "bad"
            said = "not asked" if tone == "none" else "yes" if holds else "no"
            rows.append((verdict.model, SAID[regime], Badge(said, tone), verdict.evidence[regime]))
    notes = (
        "The rules stand in bench/matrix/regime.py, and were not changed for these models. A "
        "difference counts only where its 95 % interval is above 0. A model can be in the second "
        "and the third at once."
    )
    return [Table(["Model", "Regime", "", "Evidence"], rows, "", notes, stacks=True)]


def _success(results: Sequence[Row], models: Sequence[str], plan: Plan) -> list[Any]:
    """Success over ε, a panel per kind of game and interface; and the table of areas."""
    curves = flat(pick(results, "success"))
    order = [*models, UNIFORM]
    panels = []
    kinds = list(dict.fromkeys((row["group"], row["interface"]) for row in curves))
    for group, interface in kinds:
        own = [row for row in curves if (row["group"], row["interface"]) == (group, interface)]
        if any(row["model"] != UNIFORM for row in own):
            chart = curve(
                own,
                x="epsilon",
                x_title="ε, part of the payoff range",
                y_title="games solved",
                series="model",
                order=order,
                mark=plan.epsilon,
            )
            choice = {"game": group, "answer": interface}
            panels.append((f"{group}, {interface}", choice, chart))
    figure = Figure(
        "success",
        "Games solved, over the tolerance",
        "A game is solved at ε if both players' answers together leave at most ε of the payoff "
        "range to gain (of a ranking: if no two actions are in the wrong order by more than ε). "
        "Bands: 95 % intervals over games.",
        [Panel(title, chart, choice) for title, choice, chart in panels],
        [row for row in curves if row["model"] in order],
        order,
    )
    changes = _changes(results, models)
    return [figure, *changes, _areas(results, models, plan.epsilon), _paper()]


def _changes(results: Sequence[Row], models: Sequence[str]) -> list[Any]:
    """How much more every model solves than the one named before it."""
    rows = []
    for found in pick(results, "change"):
        where = found["condition"]
        if where["model"] not in models or found["value"] is None:
            continue
        mixed = pick(results, "change, mixed", **where)
        rows.append(
            (
                where["model"],
                where["before"],
                where["group"],
                where["interface"],
                with_interval(found),
                with_interval(mixed[0] if mixed else None),
                str(found["n"]),
            )
        )
    if not rows:
        return []
    columns = ["Model", "Beside", "Game", "Answer", "More solved", "… mixed only", "Games"]
    notes = (
        "Share of games solved by the model minus that by the model named before it, at the stated "
        "ε, of the same games. Name a model after the one that it was trained from, and this is "
        "what training did. An interval that holds 0 says that it may have done nothing."
    )
    title = "Beside the model named before it"
    return [Table(columns, rows, title, notes, folded=True, stacks=True)]


def _areas(results: Sequence[Row], models: Sequence[str], epsilon: float) -> Table:
    """One line per model, kind of game and interface."""
    rows = []
    for area in pick(results, "area"):
        where = area["condition"]
        if where["model"] not in (*models, UNIFORM):
            continue
        key = {k: where[k] for k in ("model", "group", "interface")}
        stated = pick(results, "success", epsilon=epsilon, **key)
        mixed = pick(results, "mixed", **key)
        rows.append(
            (
                where["model"],
                where["group"],
                where["interface"],
                with_interval(stated[0] if stated else None),
                with_interval(mixed[0] if mixed else None),
                with_interval(area),
                number(area["unparsed"]),
                str(area["n"]),
            )
        )
    columns = ["Model", "Game", "Answer", f"Solved at {epsilon:g}", "… mixed only", "Area"]
    notes = (
        f"Area: mean success for ε from 0 to {matrix.AREA}. Mixed only: games whose equilibrium is "
        "not pure. Unread: games of which an answer could not be read; they count as unsolved."
    )
    return Table([*columns, "Unread", "Games"], rows, "Every kind of game", notes, folded=True)


def _paper() -> Table:
    """The paper's figures, for comparison."""
    notes = (
        "From the abstract (arXiv 2605.10410). Base model, prompts, payoff range and the threshold "
        "of success are not public; the figures stand here for comparison and are no target."
    )
    return Table(["What", "The paper"], PAPER, "The paper's figures", notes, folded=True)


def _failures(results: Sequence[Row], models: Sequence[str]) -> list[Any]:
    """Shares of answers that fail in each way."""
    rows = [
        {**row, "game": f"{row['group']}, {row['interface']}"}
        for row in flat(pick(results, "failure"))
        if row["model"] in models and row["value"] is not None
    ]
    if not rows:
        return []
    panels = []
    for name in models:
        own = [row for row in rows if row["model"] == name]
        chart = dots(own, y="game", x_title="share of answers", series="kind", order=matrix.KINDS)
        panels.append(Panel(name, chart, {"model": name}))
    return [
        Figure(
            "failures",
            "How answers fail",
            "Share of all answers, by kind. Unparsed: no strategy could be read. Wrong weights: "
            "the right actions are played, too often or too rarely. Wrong order: of a ranking.",
            panels,
            rows,
            list(matrix.KINDS),
        )
    ]


def _moved(results: Sequence[Row], models: Sequence[str]) -> list[Any]:
    """The bound, and the jumps."""
    rows = []
    for kind, name in dict.fromkeys(
        (row["condition"]["moved"], row["condition"]["model"]) for row in pick(results, "moved")
    ):
        own = {row["metric"]: row for row in pick(results, "moved", model=name, moved=kind)}
        names = (
            "change of the residual",
            "largest change of a residual over its bound",
            "change of the answer",
            "change of the solver's vertex",
            "residual of the new answer",
        )
        rows.append((name, kind, *(with_interval(own.get(metric)) for metric in names)))
    if not rows:
        return []
    columns = ["Model", "Payoffs moved", "Residual moves", "Largest over 2δ", "Answer moves"]
    notes = (
        "Residuals in payoff units, of the model's own pair of answers to the unmoved game: by the "
        "theorem none moves by more than 2δ. The solver returns a vertex, and may move by 1 (total "
        "variation) where hardly anything changed: on an edge, one row is worse by 1 before, and "
        "the other after. A pair that could not be read is left out."
    )
    columns += ["Solver moves", "Residual of the new answer"]
    return [Table(columns, rows, "", notes)]


def _inside(results: Sequence[Row], models: Sequence[str]) -> list[Any]:
    """Probes, lens, clamps and swaps."""
    blocks: list[Any] = [
        f"{row['condition']['model']} was {row['metric']}: {row['condition']['why']}"
        for row in pick(results, "note")
    ]
    blocks += _probes(results)
    known = [name for name in models if pick(results, "lens", model=name)]
    blocks += _layers(
        "lens",
        "What the model would say of its first action if it stopped early",
        "Probability of 100 against 0 percent by the logit lens, for first actions that "
        "are in the equilibrium's support and for those that are not.",
        _named(results, "lens", "{model}, {action}"),
        "P(100 against 0)",
        (0.0, 1.0),
    )
    blocks += _layers(
        "clamp",
        "Does clamping what is read move the answer?",
        "Log-odds of 100 against 0 for the first action, with the direction of its being "
        "in the support, or of its row being the best response, clamped to that side minus "
        "clamped to the other, after each layer; beside each the mean of random directions "
        "of the same length.",
        _named(results, "clamp", "{model}, {direction}"),
        "log-odds moved (nats)",
    )
    blocks += _layers(
        "probe-difference",
        "What can be read of it that could not be read before",
        "The probes above, of each model minus those of the model named before it, on the "
        "same questions. Bands: 95 % intervals over questions; where they hold 0, nothing "
        "is known to have changed.",
        _named(results, "probe difference", "{model}: {what}"),
        "after minus before",
    )
    swaps = _named(results, "swap", "{swapped} of {before}")
    blocks += _layers(
        "swap",
        "Where training changed it",
        f"Log-odds of the right side when so many layers of the model before are put into "
        f"{known[-1] if known else models[-1]}: all of the change is in the layers at "
        "which the curve arrives.",
        [{**row, "layer": row["layers"]} for row in swaps],
        "log-odds (nats)",
    )
    return blocks


def _named(results: Sequence[Row], part: str, name: str, **where: Any) -> list[dict[str, Any]]:
    """The records of a part, each in the series that its condition names."""
    return [{**row, "series": name.format(**row)} for row in flat(pick(results, part, **where))]


def _probes(results: Sequence[Row]) -> list[Any]:
    """What can be read, a figure per question, each with its null."""
    blocks = []
    questions = dict.fromkeys(row["condition"]["what"] for row in pick(results, "probe"))
    for count, what in enumerate(questions, start=1):
        rows = _named(results, "probe", "{model}", what=what)
        null = "{model}, shuffled labels (95 %)"
        rows += [
            row
            for row in _named(results, "probe null", null, what=what)
            if row["value"] is not None
        ]
        unit = rows[0]["unit"]
        blocks += _layers(
            f"probe-{count}",
            f"Can it be read: {what}",
            f"Linear probe of the last token of the prompt, {unit}, in games that were held "
            "out. Above the line of shuffled labels it can be read; whether it is used, the "
            "clamp below says.",
            rows,
            unit,
        )
    return blocks


def _layers(
    id: str,
    title: str,
    caption: str,
    rows: Sequence[Row],
    y_title: str,
    y_range: tuple[float, float] | None = None,
) -> list[Figure]:
    """A figure over the layers, series in the order of their records; none without records."""
    if not rows:
        return []
    order = list(dict.fromkeys(row["series"] for row in rows))
    chart = curve(
        rows,
        x="layer",
        x_title="layer",
        y_title=y_title,
        series="series",
        order=order,
        y_range=y_range,
    )
    return [Figure(id, title, caption, [("", chart)], rows, order)]


def _method() -> list[Any]:
    """How it was measured, in sentences."""
    return [
        "Both players of every game are asked, each with its own payoffs and its own actions as "
        "rows. An answer's residual is (v - min over columns of xᵀA) / payoff range: what the best "
        "reply takes from it, not what it earns against an equilibrium opponent. The residuals of "
        "the two players sum to the range-normalised exploitability of the pair.",
        f"Test set {matrix.VERSION} ({matrix.HASHES[matrix.VERSION]}): every game has one "
        "equilibrium, proved in fractions; payoffs are whole numbers from -9 to 9 before padding "
        "and before a change of units. No game that this project trains on is in it, up to the "
        "order of actions and players and to units.",
        "An answer that cannot be read is a failure of its own kind and never an action. Shares "
        "have Wilson's intervals, areas Student's t over games, differences of shares Newcombe's.",
    ]


def _facts(run: Run, plan: Plan) -> dict[str, str]:
    """What the run was."""
    manifest = run.manifest
    return {
        "models": ", ".join(map(str, run.config["models"])),
        "games": "fixed test set" if plan.fresh is None else f"drawn anew, seed {plan.fresh}",
        "of each kind": "all" if plan.limit is None else str(plan.limit),
        "ways of answering": ", ".join(plan.interfaces),
        "seed": str(run.config["seed"]),
        "version": str(manifest.get("versions", {}).get("nashscope", "")),
    }
