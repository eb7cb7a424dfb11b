"""What suppresses Nash play in language models? (Stamatopoulos and Lekeas, arXiv 2604.27167)

The models play five games with themselves, with one another and with opponents; each open model is
then looked into at the moment it decides, and steered. The numbers of the paper stand beside ours
in the report; they are for other models and prompts, and nothing here is tuned to meet them.

How this differs from the paper, whose prompts, payoffs and procedures are not public: labels are
neutral letters, drawn per match and counterbalanced, so that "the Nash action" is no fixed word;
Nash distance is defined in `metrics.nash_distance`; the direction is the difference of means
between prompts in which the other player cooperated and in which it defected.
"""

from collections.abc import Mapping
from typing import Any

from nashscope.agents import Agent, Language
from nashscope.agents.library import agent
from nashscope.errors import Misuse
from nashscope.models import OpenModel, load
from nashscope.organisms.library import card
from nashscope.play import Cell, play, read_match
from nashscope.play.cast import HOSTED, asks, casting
from nashscope.play.run import Run
from nashscope.records import dump
from nashscope.records import load as record
from nashscope.studies import Progress, Request, Study
from nashscope.studies._nash_suppression import alone, behaviour, causes, mechanism, page, reading
from nashscope.studies._nash_suppression.plan import PLANS, Plan, cells, planned

__all__ = ["STUDY"]

COMPARISON = "organism/nash"
"""What an organism is compared with: the same network with nothing planted in it."""


def configure(request: Request) -> dict[str, Any]:
    """The full configuration: the plan with its fields, and who plays."""
    if not request.models:
        raise Misuse("name at least one model with --model, such as organism/late-override")
    models = tuple(dict.fromkeys(request.models))
    if all(name.startswith("organism/") for name in models):
        models = tuple(dict.fromkeys([*models, COMPARISON]))
    plan = planned(request.plan, request.changes)
    cells(plan, models, request.opponents, request.seed)
    return {
        "study": STUDY.name,
        "models": list(models),
        "opponents": list(request.opponents),
        "seed": request.seed,
        "options": dict(request.options),
        "base": request.base or _parent(models[0]),
        "plan": dump(plan),
    }


def _parent(name: str) -> str | None:
    """What an organism was grown from; None for other models."""
    kind, _, called = name.partition("/")
    if kind != "organism":
        return None
    parent = card(called).parent
    return None if parent is None else f"organism/{parent}"


def run(run: Run, progress: Progress) -> None:
    """Plays, measures, looks inside and steers; parts that are done are not done again."""
    config = run.config
    plan, seed = record(Plan, config["plan"]), int(config["seed"])
    models = {}
    for number, name in enumerate(config["models"]):
        progress(f"loading {name}", number, len(config["models"]))
        models[name] = load(name, **config["options"])
    prints = {name: getattr(model, "fingerprint", None) for name, model in models.items()}
    run.note_in_manifest(models=prints, seed=seed)
    cast: dict[tuple[str, str], Agent] = {}
    for mode in plan.modes:
        cast |= {(name, mode): Language(model, mode) for name, model in models.items()}
        cast |= {(name, mode): agent(name, mode) for name in config["opponents"]}
    planned_cells = cells(plan, tuple(models), tuple(config["opponents"]), seed)
    run.keep_cells(planned_cells)
    rows = run.part("behaviour")
    if rows is None:
        played = behaviour.behaviour(run, planned_cells, cast, progress)
        rows = behaviour.measured(planned_cells, played)
        run.keep_part("behaviour", rows)
    asked = run.part("alone")
    if asked is None:
        asked = alone.alone(cast, tuple(models), plan, seed, progress)
        run.keep_part("alone", asked)
    rows = rows + asked
    for name, model in models.items():
        if isinstance(model, OpenModel):
            base = _base(config, models) if name == config["models"][0] else None
            rows = rows + _inside(run, name, model, base, plan, seed, progress)
    run.keep_results(rows)
    _read(run, models, progress)


def rehearse(config: Mapping[str, Any]) -> None:
    """Asks every hosted model what `run` asks it; they are not looked into."""
    plan, seed = record(Plan, config["plan"]), int(config["seed"])
    models = tuple(config["models"])
    cast = casting(config["options"], rehearsed=True)
    asked: dict[tuple[str, str], Agent] = {}
    for cell in filter(asks, cells(plan, models, tuple(config["opponents"]), seed)):
        asked |= {(name, cell.mode): cast(name, cell) for name in cell.agents}
        play([cell], cast)
    own = tuple(name for name in models if name.startswith(HOSTED))
    alone.alone(asked, own, plan, seed, lambda *_: None)


def _read(run: Run, models: Mapping[str, Any], progress: Progress) -> None:
    """The lens at every decision of one match of each open model with itself: for the page."""
    if run.readings():
        return
    chosen = [
        cell
        for cell in run.cells.values()
        if cell.game == "prisoners_dilemma" and isinstance(models.get(cell.agents[0]), OpenModel)
        if len(set(cell.agents)) == 1
    ]
    readings = []
    for number, cell in enumerate(chosen):
        progress("reading a match", number, len(chosen))
        own = [event for event in run.events() if event.cell == cell.id and event.match == 0]
        readings += read_match(models[cell.agents[0]], cell, 0, own)
    run.keep_readings(readings)


def _base(config: Mapping[str, Any], models: Mapping[str, Any]) -> Any:
    """The model that the first subject was tuned from, if one is known."""
    name = config["base"]
    return name and (models.get(name) or load(name, **config["options"]))


def _inside(
    run: Run,
    name: str,
    model: OpenModel,
    base: Any,
    plan: Plan,
    seed: int,
    progress: Progress,
) -> list[dict[str, Any]]:
    """What was found inside one model, and how it plays when steered."""
    part = "inside-" + name.replace("/", "-").strip("-")
    known = run.part(part)
    if known is not None:
        return known
    seen = mechanism.look(model, name, plan, seed, progress)
    probed = reading.read(name, seen, plan, seed, progress)
    dial = mechanism.steering(model, name, seen, plan, seed, progress)
    acting = causes.causes(model, name, seen, dial, plan, seed, base, progress)
    played = _steered_play(run, name, model, dial, plan, seed, progress)
    rows = [*seen.rows, *probed, *dial.rows, *acting, *played]
    run.keep_part(part, rows)
    return rows


def _steered_play(
    run: Run,
    name: str,
    model: Any,
    dial: mechanism.Steering,
    plan: Plan,
    seed: int,
    progress: Progress,
) -> list[dict[str, Any]]:
    """Self-play in the prisoner's dilemma with the dial turned, and with a random one."""
    from nashscope.chance import stream
    from nashscope.interp import Direction, edited, random_like, steer

    chosen = Direction(dial.vector, dial.layer, "difference of means")
    null = random_like(chosen, stream(seed, "null in play"))
    rounds = max(plan.horizons)
    cast: dict[tuple[str, str], Agent] = {}
    played: list[Cell] = []
    for kind, direction in (("history", chosen), ("random", null)):
        edit = {dial.layer: steer(direction.vector, dial.strength)}
        subject = edited(model, edit, f"steered {kind} {dial.strength:g} at layer {dial.layer}")
        cast[subject.name, "direct"] = Language(subject)
        cell = Cell(
            "prisoners_dilemma",
            (subject.name, subject.name),
            rounds=rounds,
            memory=plan.memory,
            matches=plan.matches,
            seed=seed,
        )
        played.append(cell)
    run.keep_cells(played)
    matches = behaviour.behaviour(run, played, cast, progress)
    return behaviour.measured(played, matches)


STUDY = Study(
    name="nash-suppression",
    question=page.QUESTION,
    source="Stamatopoulos and Lekeas, arXiv 2604.27167",
    plans={name: about for name, (about, _) in PLANS.items()},
    configure=configure,
    run=run,
    page=page.page,
    rehearse=rehearse,
)
