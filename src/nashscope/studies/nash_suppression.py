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
from functools import partial
from typing import Any

from nashscope import names
from nashscope.agents import Agent, Language
from nashscope.agents.library import agent, normal_name
from nashscope.errors import Misuse
from nashscope.models import OpenModel, load
from nashscope.organisms.library import card
from nashscope.play import Event, play, read_match
from nashscope.play.cast import HOSTED, asks, casting
from nashscope.play.execute.processes import in_processes
from nashscope.play.store.run import Run
from nashscope.records import dump
from nashscope.records import load as record
from nashscope.studies import Progress, Request, Study
from nashscope.studies._nash_suppression import alone, behaviour, page
from nashscope.studies._nash_suppression.plan import PLANS, Plan, cells, planned
from nashscope.studies._nash_suppression.subject import look_inside

__all__ = ["STUDY"]

COMPARISON = "organism/nash"
"""What an organism is compared with: the same network with nothing planted in it."""


def configure(request: Request) -> dict[str, Any]:
    """The full configuration: the plan with its fields, and who plays."""
    if not request.models:
        raise Misuse("name at least one model with --model, such as organism/late-override")
    models = tuple(dict.fromkeys(request.models))
    if len(models) < len(request.models):
        raise Misuse("a model is named twice; name each once")
    if request.base is not None and models[0].partition("/")[0] not in ("hf", "organism"):
        raise Misuse(f"--base is about the layers of the first model; {models[0]} shows none")
    if all(name.startswith("organism/") for name in models):
        models = tuple(dict.fromkeys([*models, COMPARISON]))
    plan = planned(request.plan, request.changes)
    opponents = tuple(dict.fromkeys(map(normal_name, request.opponents)))
    cells(plan, models, opponents, request.seed)
    if request.base and "/" not in request.base and names.read(request.base).kind != "object":
        raise Misuse(f"the base {request.base} is no model; name organism/NAME or hf/FOLDER")
    return {
        "study": STUDY.name,
        "models": list(models),
        "opponents": list(opponents),
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
    run.keep_results([*rows, *asked, *_inside(run, models, plan, seed, progress)])
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


def size(config: Mapping[str, Any]) -> str:
    """How many decisions are taken while the models play."""
    plan = record(Plan, config["plan"])
    played = cells(plan, tuple(config["models"]), tuple(config["opponents"]), int(config["seed"]))
    decisions = sum(cell.decisions for cell in played)
    names = ", ".join(config["models"])
    return (
        f"{len(played)} pairings, {decisions:,} decisions of {names} and whom they meet; then each "
        "open model is looked into, which takes about as long again"
    )


def _read(run: Run, models: Mapping[str, Any], progress: Progress) -> None:
    """The lens at every decision of one match of each open model with itself: for the page."""
    if run.readings.count():
        return
    chosen = [
        cell
        for cell in run.cells.values()
        if cell.game == "prisoners_dilemma" and isinstance(models.get(cell.agents[0]), OpenModel)
        if len(set(cell.agents)) == 1
    ]
    events: dict[str, list[Event]] = {cell.id: [] for cell in chosen}
    for event in run.events():
        if event.cell in events and event.match == 0:
            events[event.cell].append(event)
    readings = []
    for number, cell in enumerate(chosen):
        progress("reading a match", number, len(chosen))
        readings += read_match(models[cell.agents[0]], cell, 0, events[cell.id])
    if chosen:
        progress("reading a match", len(chosen), len(chosen))
    run.readings.replace(readings)


def _inside(
    run: Run, models: Mapping[str, Any], plan: Plan, seed: int, progress: Progress
) -> list[dict[str, Any]]:
    """The records of what is inside every open model; several are looked into side by side where
    the run may have several processes."""

    def heard(said: Any) -> None:
        """What is told while a model is looked into: progress, cells or a decision."""
        if isinstance(said, Event):
            run.keep(said)
        elif isinstance(said, tuple):
            if not apart:  # several at once would tell of each other's work in turn
                progress(*said)
        else:
            run.keep_cells(said)

    def made(found: tuple[str, list[dict[str, Any]]]) -> None:
        """One model was looked into."""
        run.keep_part(_part(found[0]), found[1])
        if apart:
            there = sum(run.part(_part(name)) is not None for name in names)
            progress("looking inside", there, len(names))

    def there(name: str) -> Any:
        """A model that is loaded already, or what one was tuned from."""
        return models.get(name) or load(name, **options)

    options, known = run.config["options"], run.cells
    names = [name for name, model in models.items() if isinstance(model, OpenModel)]
    left = [name for name in names if run.part(_part(name)) is None]
    steered = [e for e in run.events() if not set(known[e.cell].agents) <= set(models)]
    apart = run.jobs > 1 and len(left) > 1
    get = partial(load, **options) if apart else there
    # only the first subject is compared with what it was tuned from
    bases = {run.config["models"][0]: run.config["base"]}
    tasks = [partial(look_inside, name, bases.get(name), get, plan, seed, steered) for name in left]
    if apart:
        progress("looking inside", len(names) - len(left), len(names))
        in_processes(tasks, run.jobs, heard, made)
    else:
        for task in tasks:
            made(task(heard))
    return [row for name in names for row in run.part(_part(name)) or ()]


def _part(name: str) -> str:
    """What the records of one model's inside are kept as."""
    return "inside-" + name.replace("/", "-").strip("-")


STUDY = Study(
    name="nash-suppression",
    question=page.QUESTION,
    source="Stamatopoulos and Lekeas, arXiv 2604.27167",
    plans={name: about for name, (about, _) in PLANS.items()},
    configure=configure,
    run=run,
    page=page.page,
    rehearse=rehearse,
    size=size,
)
