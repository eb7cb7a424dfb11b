"""The study of equilibrium residuals on a tiny random model: what it writes, and how it goes on."""

import json
from dataclasses import replace

import pytest

from nashscope.bench import matrix
from nashscope.studies._equilibrium_residuals.asking import changed
from nashscope.studies._equilibrium_residuals.plan import Plan

KINDS = "[2×2, 3×3, named, unnamed twins, 'named, payoffs altered']"
FIELDS = {"limit": 2, "kinds": KINDS, "interfaces": "[numbers, policy]", "moved": 2}
FIELDS |= {"inside": 40, "shuffles": 5}
SMALL = tuple(f"--set={name}={value}" for name, value in FIELDS.items())
RECORD = {"study", "part", "condition", "metric", "value", "low", "high", "unit", "n", "unparsed"}
RECORD |= {"limit", "least", "most", "note"}


def test_beside_the_model_before_it_the_same_games_count():
    items = [item for item in matrix.first(30) if item.group == "2×2"]
    blind = matrix.uniform(items)
    sure = [replace(answer, residual=0.0) for answer in blind]
    plan = Plan(interfaces=("numbers",))
    rows = changed(("one", "other"), items, (blind, sure), plan)
    whole, mixed = (row for row in rows)
    known = {item.id: item for item in items}
    games = matrix.solved(known, blind)
    assert whole["value"] == pytest.approx(1 - matrix.success(games, plan.epsilon).value)
    assert whole["low"] <= whole["value"] <= whole["high"] and whole["n"] == 30
    assert mixed["n"] == sum(game.mixed for game in games) > 0
    assert changed(("one", "one"), items, (blind, blind), plan)[0]["value"] == 0


@pytest.fixture
def study(nashscope, random_model, tmp_path):
    """Runs the study with a small plan into a folder."""

    def run(*more, models=(f"hf/{random_model}",), out=tmp_path / "run"):
        named = [word for name in models for word in ("--model", name)]
        code, printed, said = nashscope(
            "study", "equilibrium-residuals", *named, *SMALL, "--out", out, *more
        )
        return code, printed, said, out

    return run


@pytest.mark.slow
def test_a_run_has_its_parts_its_figures_and_the_same_numbers_again(study, tmp_path, random_model):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    other = tmp_path / "other"
    model = AutoModelForCausalLM.from_pretrained(random_model)
    model.model.layers[2].mlp.down_proj.weight.data *= 3
    model.save_pretrained(other)
    AutoTokenizer.from_pretrained(random_model).save_pretrained(other)
    pair = (f"hf/{random_model}", f"hf/{other}")
    code, printed, said, out = study(models=pair)
    assert code == 0, said
    assert printed.strip().splitlines()[-1] == str(out / "report.html")
    rows = json.loads((out / "results.json").read_text())
    assert all(set(row) == RECORD for row in rows)
    parts = {row["part"] for row in rows}
    assert parts >= {"success", "area", "mixed", "player", "failure", "recited", "moved"}
    assert parts >= {"probe", "probe null", "lens", "clamp", "swap", "probe difference"}
    assert {row["condition"]["model"] for row in rows if row["part"] == "swap"} == {pair[1]}
    for row in rows:
        if row["metric"] == "largest change of a residual over its bound":
            assert row["value"] <= 1 + 1e-9
    _check_changes([row for row in rows if row["part"].startswith("change")], rows, pair)
    figures = ("success", "failures", "probe-1", "lens", "clamp", "swap", "probe-difference")
    for figure in figures:
        assert (out / "figures" / f"{figure}.csv").read_text().count("\n") > 2
    before = (out / "results.json").read_bytes()
    assert study(models=pair)[0] == 0
    assert (out / "results.json").read_bytes() == before


def _check_changes(changes, rows, pair):
    """Paired differences have the difference of the shares as their mean."""
    assert len(changes) > 4
    for change in changes:
        where = change["condition"]
        assert (where["before"], where["model"]) == pair
        part = "success" if change["part"] == "change" else "mixed"
        same = {key: where[key] for key in ("group", "interface", "epsilon")}
        then, now = (
            next(
                row["value"]
                for row in rows
                if row["part"] == part
                and {**row["condition"], **same, "model": name} == row["condition"]
            )
            for name in pair
        )
        if change["n"]:
            assert change["value"] == pytest.approx(now - then)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--set", "epsilon=2"), "at most 1"),
        (("--set", "interfaces=[]"), "no interface"),
        (("--set", "kinds=[3x3]"), "did you mean"),
        (("--set", "inside=3"), "40 or more"),
        (("--set", "limits=3"), "did you mean limit"),
        (("--opponents", "tit-for-tat"), "no opponents"),
        (("--plan", "long"), "known: benchmark, demo, standard"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_before_anything_runs(study, given, says):
    code, _, said, out = study(*given)
    assert code == 2 and says in said.replace("\n", " ")
    assert not out.exists()
