"""Do language models compute equilibria, or recite them? (Nie, Luo, Meng, Jang and Ma, 2605.10410)

Models are asked for the optimal strategies of zero-sum games, anonymous and named, dense and
padded, in three ways of answering; answers are scored by what they leave to gain. Open models are
looked into when they begin their answer. The paper's figures stand beside ours in the report; its
base model, prompts, payoff range and threshold are not public, and nothing is tuned to meet them.

How this differs from the paper, as far as is known: a game is solved only if both players' answers
together leave at most ε of the payoff range, for a whole range of ε; every game has one
equilibrium; no figure is without its interval.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nashscope.bench import matrix
from nashscope.errors import Misuse
from nashscope.models import OpenModel, load
from nashscope.play.cast import HOSTED
from nashscope.play.store.run import Run
from nashscope.records import dump
from nashscope.records import load as record
from nashscope.studies import Progress, Request, Study
from nashscope.studies._equilibrium_residuals import asking, inside, moving, page
from nashscope.studies._equilibrium_residuals.plan import PLANS, Plan, items, planned

__all__ = ["STUDY"]


def configure(request: Request) -> dict[str, Any]:
    """The full configuration: the plan with its fields, the models and the games' hash."""
    if not request.models:
        raise Misuse("name at least one model with --model, such as organism/matrix-solver")
    if request.opponents:
        raise Misuse("this study has no opponents: every answer is met by its best reply")
    plan = planned(request.plan, request.changes)
    return {
        "study": STUDY.name,
        "models": list(dict.fromkeys(request.models)),
        "seed": request.seed,
        "options": dict(request.options),
        "plan": dump(plan),
        "test_set": {"version": matrix.VERSION, "hash": matrix.HASHES[matrix.VERSION]},
    }


def run(run: Run, progress: Progress) -> None:
    """Asks, moves payoffs and looks inside; parts that are done are not done again."""
    config = run.config
    plan, seed = record(Plan, config["plan"]), int(config["seed"])
    games = items(plan)
    models = {}
    for number, name in enumerate(config["models"]):
        progress(f"loading {name}", number, len(config["models"]))
        models[name] = load(name, **config["options"])
        if "numbers" in plan.interfaces:
            matrix.check_writes_digits(models[name])
    prints = {name: getattr(model, "fingerprint", None) for name, model in models.items()}
    run.note_in_manifest(models=prints, seed=seed)
    rows = asking.baseline(games, plan)
    earlier: tuple[str, list[matrix.Answer]] | None = None
    for name, model in models.items():
        answers = asking.answered(run, name, model, games, plan, progress, seed)
        rows += asking.judged(name, games, answers, plan)
        if earlier is not None:
            rows += asking.changed((earlier[0], name), games, (earlier[1], answers), plan)
        earlier = name, answers
        if plan.moved:
            make = partial(moving.moving, name, model, plan, seed, progress)
            rows += _kept(run, "moved", name, make)
        if plan.inside and isinstance(model, OpenModel):
            look = partial(_inside, name, models, plan, seed, progress)
            rows += _kept(run, "inside", name, look)
    run.keep_results(rows)


def rehearse(config: Mapping[str, Any]) -> None:
    """Asks every hosted model what `run` asks it."""
    plan, seed = record(Plan, config["plan"]), int(config["seed"])
    games = items(plan)
    for name in config["models"]:
        if name.startswith(HOSTED):
            model = load(name, **config["options"])
            asking.rehearse(model, games, plan, seed)
            if plan.moved:
                moving.moving(name, model, plan, seed, lambda *_: None)


def size(config: Mapping[str, Any]) -> str:
    """How many questions every model is asked."""
    plan = record(Plan, config["plan"])
    games = len(items(plan))
    questions = 2 * games * len(plan.interfaces)
    return f"{games:,} games, {questions:,} questions to each of {', '.join(config['models'])}"


def _inside(
    name: str, models: Mapping[str, Any], plan: Plan, seed: int, progress: Progress
) -> list[dict[str, Any]]:
    """What is inside a model, and what of it differs from the model named before it."""
    rows = inside.looked(name, models[name], plan, seed, progress)
    order = list(models)
    earlier = order[order.index(name) - 1] if name != order[0] else None
    if earlier is not None and isinstance(models[earlier], OpenModel):
        rows += inside.compared(name, models[name], models[earlier], plan, seed)
    return rows


def _kept(
    run: Run, part: str, name: str, make: Callable[[], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The records of a part, made if they are not there."""
    file = f"{part}-" + name.replace("/", "-").strip("-")
    rows: list[dict[str, Any]] | None = run.part(file)
    if rows is None:
        rows = make()
        run.keep_part(file, rows)
    return rows


STUDY = Study(
    name="equilibrium-residuals",
    question=page.QUESTION,
    source="Nie, Luo, Meng, Jang and Ma, arXiv 2605.10410",
    plans={name: about for name, (about, _) in PLANS.items()},
    configure=configure,
    run=run,
    page=page.page,
    rehearse=rehearse,
    size=size,
)
