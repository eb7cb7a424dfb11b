"""Hosted models on the command line: played, budgeted, rehearsed; and no key in anything kept."""

import json
import logging
import re

import pytest

from tests.hosted.server import Script, pick, serving

SECRET = "sk-test-0a1b2c3d4e5f"
MODEL = "openai-api/lab/tiny"


@pytest.fixture
def lab(monkeypatch):
    """The script of a server that the service `lab` stands for; it can be held to the labels."""
    script = Script(key=SECRET, held="structured_outputs", say=lambda p, b: f"key {SECRET} " + p)
    with serving(script) as url:
        monkeypatch.setenv("LAB_BASE_URL", url)
        monkeypatch.setenv("LAB_API_KEY", SECRET)
        monkeypatch.setenv("COLUMNS", "80")
        yield script


def actions(file):
    """What was done, decision by decision."""
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return sorted(
        (e["cell"], e["match"], e["round"], e["player"], e["decision"]["action"]) for e in found
    )


def test_what_was_paid_for_once_is_not_asked_again_for_another_folder(lab, nashscope, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        f"games: [chicken]\nmeetings: [[{MODEL}, tit-for-tat]]\nrounds: 4\nmatches: 2\n"
    )
    code, _, said = nashscope("run", plan, "--out", tmp_path / "whole")
    assert code == 0 and "policies by repeated structured_outputs choice" in said
    (whole,) = (tmp_path / "whole" / "transcripts").iterdir()
    sent = len(lab.seen)
    # the probe alone is paid for again
    code, _, _ = nashscope("run", plan, "--out", tmp_path / "again", "--max-calls", 12)
    assert code == 0 and len(lab.seen) - sent <= 12
    assert actions(tmp_path / "again" / "transcripts" / whole.name) == actions(whole)
    assert len(actions(whole)) == 4 * 2 * 2


def test_a_budget_that_is_used_up_is_exit_code_3(lab, nashscope, tmp_path):
    command = ["tournament", MODEL, "tit-for-tat", "--rounds", 4, "--matches", 1, "--json"]
    folder = tmp_path / "run"
    code, out, said = nashscope(*command, "--out", folder, "--max-calls", 40)
    assert (code, out) == (3, "") and len(lab.seen) == 40
    assert "the budget of 40 calls is used up (40 calls" in said and "larger --max-calls" in said
    assert json.loads((folder / "manifest.json").read_text())["status"] == "stopped (BudgetSpent)"
    before = actions(folder / "transcripts.jsonl")
    # the calls of the earlier command count
    code, _, said = nashscope(*command, "--out", folder, "--max-calls", 40)
    assert code == 3 and len(lab.seen) == 40
    code, _, _ = nashscope(*command, "--out", folder, "--max-calls", 400)
    after = actions(folder / "transcripts.jsonl")
    assert code == 0 and len(after) == 32 and set(before) <= set(after)
    manifest = json.loads((folder / "manifest.json").read_text())
    calls = (folder / "calls.jsonl").read_text().splitlines()
    assert manifest["spent"]["lab/tiny"]["calls"] == len(calls) == len(lab.seen)
    assert manifest["hosted"][MODEL]["choice"] == "structured_outputs"


def test_a_rehearsal_sends_nothing_and_says_what_is_then_sent(lab, nashscope, tmp_path):
    prices = tmp_path / "prices.yaml"
    prices.write_text("lab/tiny: {input: 2, output: 8}\n")
    command = ["play", "chicken", MODEL, "tit-for-tat", "--rounds", 5, "--samples", 3]
    code, out, _ = nashscope(*command, "--dry-run", "--prices", prices)
    assert code == 0 and not lab.seen
    calls, read = re.search(r"3 answers a decision: (\d+) calls,\s+(\d+) tokens read", out).groups()
    assert int(calls) == 15 and "where log-probabilities are told: at most 5 calls" in out
    assert "cost 0.0" in out and max(map(len, out.splitlines())) <= 80
    code, _, _ = nashscope(*command)
    # the answers of the probe ask for a line of letters, with 24 tokens at most
    asked = [body for body in lab.seen if body["max_tokens"] == 16]
    assert code == 0 and len(asked) == int(calls)
    sizes = sum(len(body["messages"][0]["content"]) for body in asked)
    # other actions, other words in the history: the estimate is near, and not from this game
    assert 0.5 < int(read) / (sizes / 3) < 2


def test_the_rehearsal_of_a_tournament_loads_no_local_model(lab, nashscope):
    command = ["tournament", MODEL, "hf/no-such-folder", "--rounds", 2, "--matches", 1]
    code, out, _ = nashscope(*command, "--dry-run")
    # four ordered pairs, in which it sits four times; eight answers each
    assert code == 0 and f"8 answers a decision: {4 * 2 * 8} calls" in out and not lab.seen


@pytest.mark.parametrize("mode", ["direct", "cot"])
def test_a_message_and_reasoning_are_rehearsed_as_well(lab, nashscope, mode):
    command = ["play", "chicken", MODEL, "always-c", "--rounds", 2, "--talk", 1, "--mode", mode]
    code, out, _ = nashscope(*command, "--dry-run")
    assert code == 0 and f"8 answers a decision: {1 + 2 * 8} calls" in out
    once = 1 + 2 if mode == "direct" else 1 + 2 * 8
    most = "at most " if mode == "direct" else ""
    assert f"where log-probabilities are told: {most}{once} calls" in out


def test_a_key_is_in_nothing_that_is_kept_or_said(lab, nashscope, apart, caplog):
    caplog.set_level(logging.DEBUG)
    command = ["tournament", MODEL, "always-c", "--rounds", 2, "--matches", 1, "--mode", "cot"]
    code, out, said = nashscope(*command, "--out", apart / "run")
    assert code == 0
    lab.key = "another"
    wrong = nashscope("play", "chicken", MODEL, "always-c", "--rounds", 1)
    assert wrong[0] == 2 and "the key was not accepted" in wrong[2]
    kept = [file for file in apart.rglob("*") if file.is_file()]
    assert {"manifest.json", "calls.jsonl", "transcripts.jsonl"} <= {file.name for file in kept}
    assert any("[secret]" in file.read_text(errors="replace") for file in kept)
    texts = [file.read_text(errors="replace") for file in kept]
    for text in (*texts, out, said, *wrong[1:], caplog.text):
        assert SECRET not in text


@pytest.mark.slow
def test_a_study_keeps_to_its_budget_and_a_page_has_no_key(lab, nashscope, apart):
    """A study of a hosted model from end to end is an example of the documentation."""
    lab.likely = lambda prompt: dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1 / 26)
    command = ["study", "nash-suppression", "--model", MODEL, "--plan", "demo", "--quiet"]
    code, _, said = nashscope(*command, "--out", apart / "study", "--max-calls", 5)
    assert code == 3 and "--max-calls" in said
    lab.likely = None
    command = ["tournament", MODEL, "always-c", "--rounds", 2, "--matches", 1, "--mode", "cot"]
    assert nashscope(*command, "--out", apart / "run")[0] == 0
    assert nashscope("report", apart / "run")[0] == 0
    page = (apart / "run" / "report.html").read_text(encoding="utf-8")
    assert MODEL in page and SECRET not in page


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--max-calls", -1], "0 or more"),
        (["--max-cost", 1], "--max-cost needs the price of lab/tiny"),
        (["--prices", "nowhere.yaml"], "no file of prices nowhere.yaml"),
        (["--prices", "wrong.yaml"], "the price of lab/tiny"),
        (["--prices", "minus.yaml"], "it is 0 or more"),
        (["--samples", 0], "it must be at least 1"),
    ],
)
def test_what_cannot_be_is_one_line(lab, nashscope, apart, monkeypatch, more, says):
    monkeypatch.chdir(apart)
    (apart / "wrong.yaml").write_text("lab/tiny: cheap\n")
    (apart / "minus.yaml").write_text("lab/tiny: {input: -1, output: 1}\n")
    code, out, said = nashscope("play", "chicken", MODEL, "always-c", "--rounds", 1, *more)
    assert (code, out) == (2, "") and says in said and "Traceback" not in said


def test_answers_that_name_an_action_are_counted_with_an_interval(lab, nashscope):
    lab.held, lab.say = "", lambda p, b: "I take " + pick(p, b, p.split("with ")[-1].split()[:3:2])
    code, out, _ = nashscope("play", "chicken", MODEL, "always-c", "--rounds", 1, "--json")
    told = json.loads(out.splitlines()[0])["decision"]
    assert code == 0 and told["how"] == "samples" and told["samples"] == 8
    assert sum(told["policy"]) == pytest.approx(1)
