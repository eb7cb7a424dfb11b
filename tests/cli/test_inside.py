"""The commands that look inside: what they say, what they write, and what they refuse."""

import csv
import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from nashscope.agents.situation import Situation, nash_action, situations, variants
from nashscope.games import game
from nashscope.games.solve import pure_equilibria

FEW = ("--games", "4")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A working folder of the test's own; pages are drawn without the code that shows charts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("nashscope.report.page._library", lambda: "")


@pytest.fixture
def read(nashscope, random_model):
    """Runs a command on the random network: what it printed, and its data as rows."""

    def run(tool, *arguments):
        code, out, err = nashscope(tool, "--model", f"hf/{random_model}", *FEW, *arguments)
        assert code == 0, err
        data, page = out.rstrip().splitlines()[-2:]
        assert page.endswith("report.html")
        assert max(map(len, out.splitlines()[:-2])) <= 80
        return out, list(csv.DictReader(Path(data).read_text(encoding="utf-8").splitlines()))

    return run


@pytest.mark.parametrize("name", ["prisoners-dilemma", "chicken", "stag-hunt", "matching-pennies"])
def test_the_games_asked_about_keep_the_order_of_the_payoffs(name):
    stage = game(name)
    found = variants(stage, 12, np.random.default_rng(0))
    assert len({one.payoffs.tobytes() for one in found}) == 12
    for one in found:
        assert pure_equilibria(one) == pure_equilibria(stage)
        order = np.argsort(stage.payoffs, axis=None, kind="stable")
        assert (np.diff(one.payoffs.reshape(-1)[order]) >= 0).all()


def test_prompts_of_one_telling_differ_in_the_last_action_alone():
    _, found = situations(Situation(games=4))
    assert len(found) == 4 * 2 * 2
    for one, other in zip(found.texts[::2], found.texts[1::2], strict=True):
        words = list(zip(one.split(), other.split(), strict=True))
        assert sum(a != b for a, b in words) == 1
    assert found.other.tolist() == [0, 1] * 8
    fit, test = found.halves
    assert not set(fit.game) & set(test.game) and len(fit) == len(test)


def test_labels_and_orders_are_counterbalanced():
    """Neither the label nor the place in the text says which action it is."""
    _, found = situations(Situation(games=16, labels=("left", "right")))
    stands_for = np.array([own[0] == "left" for own in found.labels])
    for told in (stands_for, found.told_first == 0, stands_for ^ (found.told_first == 0)):
        assert told.mean() == 0.5
    for text, own, first in zip(found.texts, found.labels, found.told_first, strict=True):
        assert text.index(f" {own[first]}") < text.index(f" {own[1 - first]}")


def test_the_nash_action_is_that_of_all_pure_equilibria():
    assert nash_action(game("prisoners-dilemma")) == 1
    assert nash_action(game("chicken")) is None and nash_action(game("matching-pennies")) is None


def test_one_situation_is_the_game_itself_after_the_rounds_said(nashscope, random_model):
    told = Situation("stag-hunt", games=4, history=((0, 1), (1, 1)))
    stage, prompts = situations(told)
    assert len(prompts) == 8 and len(set(prompts.game.tolist())) == 8
    assert set(zip(prompts.own.tolist(), prompts.other.tolist(), strict=True)) == {(1, 1)}
    assert all("Now it is round 3." in text for text in prompts.texts)
    own = {str(int(payoff)) for payoff in stage.payoffs.ravel()}
    assert all(set(re.findall(r"(?:get|gets) (\d+)", text)) == own for text in prompts.texts)
    where = ("--model", f"hf/{random_model}", "--game", "stag-hunt", "--games", 4)
    code, out, err = nashscope("lens", *where, "--after", "stag,hare; hare,hare")
    assert code == 0, err
    assert "8 tellings of stag-hunt itself, after 2 given rounds" in " ".join(out.split())
    code, out, err = nashscope("lens", *where)
    assert code == 0, err
    assert "4 games with payoffs in the order of those of stag-hunt" in " ".join(out.split())
    for wrong in ("stag", "stag,hre", "stag,hare,stag"):
        code, out, err = nashscope("lens", *where, "--after", wrong)
        assert (code, out) == (2, "") and err.count("\n") == 1
    code, _, err = nashscope("lens", *where, "--after", "start", "--rounds", 2)
    assert code == 2 and "leave out --rounds" in err


def test_the_lens_ends_at_the_answer(read, random_model):
    from nashscope.interp import capture
    from nashscope.models import load

    out, rows = read("lens")
    assert "layer" in out and "defect" in out
    _, prompts = situations(Situation(games=4))
    model = load(f"hf/{random_model}")
    policy = capture(model, prompts.texts.tolist(), prompts.labels.tolist()).policy
    last = {row["series"]: float(row["value"]) for row in rows if row["layer"] == "4"}
    assert last["defect"] == pytest.approx(policy[:, 1].mean(), abs=1e-5)
    assert last["defect"] + last["cooperate"] == pytest.approx(1)
    assert last["divergence from the output"] == pytest.approx(0, abs=1e-6)


@pytest.mark.slow
def test_a_tuned_lens_says_how_much_it_gains(read, monkeypatch):
    from nashscope.interp import tuned_lens

    monkeypatch.setattr("nashscope.interp.tuned_lens", partial(tuned_lens, steps=20))
    out, _ = read("lens", "--tuned", "--games", "8")
    assert "tuned on 16 prompts of other games" in out


def test_a_probe_stands_beside_its_nulls(read):
    _, rows = read("probe", "--games", "6", "--shuffles", "9")
    series = {row["series"] for row in rows}
    assert series == {"held out", "shuffled labels", "most frequent", "control task"}
    assert {row["value"] for row in rows if row["series"] == "most frequent"} == {"0.5"}
    # nothing has been read before the first layer: the decision token is the same in all prompts
    first = next(row for row in rows if row["series"] == "held out")
    assert float(first["value"]) == 0.5 and float(first["p"]) == 1


@pytest.mark.slow
@pytest.mark.parametrize("label", ["own-last", "other-rate", "nash", "choice"])
def test_every_label_can_be_read(read, label):
    out, rows = read("probe", "--label", label, "--games", "8", "--shuffles", "3")
    assert ("R²" in out) == (label == "other-rate")
    assert all(np.isfinite(float(row["value"])) for row in rows)


def test_labels_can_be_held_out(read):
    out, _ = read("probe", "--hold-out", "labels", "--games", "8", "--shuffles", "3")
    assert "labels held out in parts" in out


@pytest.mark.slow
def test_steering_by_nothing_is_the_model_and_random_stands_beside(read, tmp_path):
    out, rows = read("steer", "--strengths", "0,1", "--layer", "2", "--budget", "0.01")
    assert {row["series"] for row in rows} == {"direction", "random"}
    at = {(row["series"], row["strength"]): float(row["value"]) for row in rows}
    assert at["direction", "0.0"] == pytest.approx(at["random", "0.0"], abs=1e-6)
    assert at["direction", "1.0"] != pytest.approx(at["direction", "0.0"], abs=1e-6)
    assert "after layer 2" in out and "39 random directions" in out
    for told in ("unrelated sentences", "games of other families", "nats are spent"):
        assert told in out
    (saved,) = tmp_path.rglob("direction.npy")
    again, others = read("steer", "--strengths", "0,1", "--layer", "2", "--direction", saved)
    assert "given" in again
    for row, other in zip(rows, others, strict=True):
        assert float(row["value"]) == pytest.approx(float(other["value"]), abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("by", ["position", "head"])
def test_patching_names_the_parts_that_carry(read, by):
    out, rows = read("patch", "--by", by)
    assert "the whole other prompt moves" in out
    patched = [row for row in rows if row["series"] == "patched"]
    if by == "position":
        last = next(r for r in patched if r["layer"] == "4" and r["position"] == "-1")
        whole = out.split("of defect by ")[1].split()[0]
        assert float(last["value"]) == pytest.approx(float(whole), abs=2e-3)
    else:
        assert {(r["layer"], r["head"]) for r in patched} == {
            (str(k), str(h)) for k in range(1, 5) for h in range(4)
        }


def test_the_same_question_gives_the_same_answer_and_another_one_is_not_overwritten(
    nashscope, random_model, tmp_path
):
    command = ("lens", "--model", f"hf/{random_model}", *FEW, "--out", tmp_path / "look")
    assert nashscope(*command)[0] == 0
    first = (tmp_path / "look" / "figures" / "lens.csv").read_bytes()
    assert nashscope(*command)[0] == 0
    assert (tmp_path / "look" / "figures" / "lens.csv").read_bytes() == first
    code, _, err = nashscope(*command, "--seed", "1")
    assert code == 2 and "--out" in err
    assert (tmp_path / "look" / "figures" / "lens.csv").read_bytes() == first


def test_the_figure_can_be_had_as_a_file(nashscope, random_model, tmp_path):
    command = ("lens", "--model", f"hf/{random_model}", *FEW, "--out", tmp_path / "look")
    assert nashscope(*command)[0] == 0
    code, _, err = nashscope("figure", tmp_path / "look", "lens", "--out", "lens.svg")
    assert code == 0, err
    assert "<svg" in (tmp_path / "lens.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("steer", "--layer", "9"), "has layers 1 to 4"),
        (("steer", "--strengths", "1,much"), "'much' is no finite number"),
        (("steer", "--strengths", "nan"), "no finite number"),
        (("steer", "--strengths", ","), "names no number"),
        (("steer", "--strengths", "0"), "not 0"),
        (("steer", "--method", "lda"), "means, pca, probe"),
        (("steer", "--budget", "-1"), "positive number of nats"),
        (("steer", "--rounds", "0"), "no last action"),
        (("steer", "--direction", "narrow.npy"), "the residual stream has width 32"),
        (("steer", "--direction", "zero.npy"), "points nowhere"),
        (("steer", "--direction", "words.npy"), "no .npy file of numbers"),
        (("steer", "--action", "cooperat"), "did you mean cooperate"),
        (("lens", "--game", "prisoner-dilemma"), "did you mean prisoners-dilemma"),
        (("lens", "--game", "kuhn-poker"), "is a game tree"),
        (("lens", "--game", "public-goods"), "3 players"),
        (("lens", "--framing", "plane"), "did you mean plain"),
        (("lens", "--labels", "one,two,three"), "has 2 actions"),
        (
            ("lens", "--game", "rock-paper-scissors", "--labels", "F,zyx,zyw"),
            "begin with the same token",
        ),
        (("lens", "--games", "1"), "at least 4"),
        (("lens", "--rounds", "-1"), "at least 0"),
        (("probe", "--label", "other"), "other-last"),
        (("probe", "--label", "nash", "--game", "chicken"), "no single Nash action"),
        (("probe", "--rounds", "0"), "--rounds 1"),
        (("probe", "--kind", "forest"), "no probe is called"),
        (("probe", "--hold-out", "rows"), "known: games, labels"),
        (("probe", "--shuffles", "0"), "at least 1"),
        (("patch", "--by", "neuron"), "known: head, position"),
        (("patch", "--rounds", "0"), "no last action"),
        (("doctor", "--tokens", "1"), "at least 4"),
        (("doctor", "--tokens", "9999"), "reads at most 2048"),
    ],
)
def test_bad_input_is_one_line(nashscope, random_model, tmp_path, arguments, says):
    np.save("narrow.npy", np.ones(8))
    np.save("zero.npy", np.zeros(32))
    (tmp_path / "words.npy").write_text("north")
    tool, *rest = arguments
    few = () if "--games" in rest or tool == "doctor" else FEW
    code, out, err = nashscope(tool, "--model", f"hf/{random_model}", *few, *rest)
    assert code == 2, err
    assert says in err and "Traceback" not in err and err.count("\n") == 1
    assert out == ""
    assert not (tmp_path / "runs").exists() or not any((tmp_path / "runs").iterdir())


@pytest.mark.parametrize("tool", ["lens", "probe", "steer", "patch", "doctor"])
@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("fake/uniform", "has no weights"),
        ("organism/nsh", "did you mean nash"),
        ("tit-for-tat", "hf/HUB-ID-OR-FOLDER"),
        ("hf/./nowhere", "there is no folder"),
    ],
)
def test_a_model_that_cannot_be_read_is_refused(nashscope, tool, model, says):
    code, _, err = nashscope(tool, "--model", model)
    assert code == 2 and says in err and "Traceback" not in err


def test_the_doctor_shows_every_certificate_with_its_number(nashscope, random_model):
    code, out, err = nashscope("doctor", "--model", f"hf/{random_model}", "--tokens", "24")
    assert code == 0, err
    assert out.count("holds") == 8 and "FAILS" not in out
    for name in ("padded", "replay", "second replay", "last residual", "zero edit"):
        assert name in out
    assert "heads: 16 sites" in out


def test_the_doctor_fails_a_model_whose_later_tokens_change_earlier_ones(
    nashscope, tmp_path, random_model
):
    import json

    from transformers import AutoTokenizer, BertConfig, BertLMHeadModel
    from transformers.utils import logging

    # its advice on making such a network goes to a stream that an earlier test has closed
    logging.set_verbosity_error()
    config = BertConfig(
        vocab_size=1000,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        initializer_range=0.3,
    )
    BertLMHeadModel(config).save_pretrained(tmp_path / "bert")
    AutoTokenizer.from_pretrained(random_model).save_pretrained(tmp_path / "bert")
    code, out, err = nashscope("doctor", "--model", f"hf/{tmp_path / 'bert'}", "--json")
    assert code == 1, err
    first, *_ = json.loads(out)["certificates"]
    assert first["name"] == "earlier tokens do not see later ones"
    assert not first["holds"] and first["gap"] > first["tolerance"]


@pytest.mark.slow
def test_other_numbers_or_other_weights_are_another_question(nashscope, random_model, tmp_path):
    import shutil

    import safetensors.torch

    folder = tmp_path / "model"
    shutil.copytree(random_model, folder)
    command = ("lens", "--model", f"hf/{folder}", *FEW)
    pages = [nashscope(*command)[1].splitlines()[-1]]
    pages.append(nashscope(*command, "--dtype", "bfloat16")[1].splitlines()[-1])
    file = folder / "model.safetensors"
    weights = safetensors.torch.load_file(file)
    name = next(iter(weights))
    weights[name] = weights[name] + 1
    safetensors.torch.save_file(weights, file, metadata={"format": "pt"})
    pages.append(nashscope(*command)[1].splitlines()[-1])
    assert len(set(pages)) == 3
    code, _, said = nashscope(*command, "--out", pages[0].rpartition("/")[0])
    assert code == 2 and "as it was before it was edited" in " ".join(said.split())
