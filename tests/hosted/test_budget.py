"""What a plan will take is said beforehand, as it then is; and every command keeps to a budget."""

import json
import re

import pytest

from tests.hosted.server import Script, letters, pick, serving

MODEL = "openai-api/lab/tiny"
PROBE = re.compile(r"Write a long line|Say one word\.$|Say hello\.$")


def named(prompt):
    """Probabilities of the single letters of a prompt, its labels among them, and of "none"."""
    found = sorted(set(re.findall(r"\b(?:[A-Z]|none)\b", prompt))) or ["yes", "no"]
    return {letter: 1 / (place + 2) ** 2 for place, letter in enumerate(found)}


@pytest.fixture
def lab(monkeypatch):
    """The script of a server that the service `lab` stands for."""
    script = Script(say=lambda prompt, body: pick(prompt, body, tuple(named(prompt))))
    with serving(script) as url:
        monkeypatch.setenv("LAB_BASE_URL", url)
        monkeypatch.setenv("COLUMNS", "80")
        yield script


def offering(lab, offer):
    """The server tells log-probabilities, can be held to the labels, or does neither."""
    lab.held = "structured_outputs" if offer != "samples" else ""
    lab.likely = named if offer == "logprobs" else None


def asked(lab):
    """How many requests there were beside those that found out what the server does."""
    texts = [body["messages"][0]["content"] for body in lab.seen]
    return sum(not PROBE.match(text) for text in texts), len(texts)


def stated(out, offer):
    """What was said: whether it is the most, how many calls, and the bounds of the probe."""
    way = "where log-probabilities are told" if offer == "logprobs" else r"\d+ answers a decision"
    most, calls = re.search(rf"{way}: (at most )?(\d+) calls", out).groups()
    least, probed = re.search(r"and (\d+) to (\d+) calls to find out", out).groups()
    return most is not None, int(calls), range(int(least), int(probed) + 1)


BENCH = [
    "bench",
    "matrix",
    "--model",
    MODEL,
    "--fresh",
    3,
    "--sizes",
    "2,3",
    "--limit",
    2,
    "--json",
]
INVARIANCE = ["invariance", "--model", MODEL, "--draws", 3, "--samples", 4, "--json"]
MET, EXPLOIT = (
    ["--opponent", "tit-for-tat", "--rounds", 3, "--matches", 2],
    ["--matches", 1, "--exploit"],
)
FINGERPRINT = ["fingerprint", MODEL, "--json"]
RESIDUALS = ["study", "equilibrium-residuals", "--model", MODEL, "--plan", "demo", "--quiet"]
RESIDUALS += ["--set", "sizes=[[3, 3]]", "--set", "limit=2", "--set", "moved=2"]
SUPPRESSION = ["study", "nash-suppression", "--model", MODEL, "--plan", "demo", "--quiet"]
SUPPRESSION += ["--opponents", "tit-for-tat", "--set", "games=[prisoners_dilemma]"]
SUPPRESSION += ["--set", "horizons=[2]", "--set", "matches=1", "--set", "fingerprints=1"]
LEAGUE = ["tournament", MODEL, MODEL, "random", "always-c", "--rounds", 2, "--seasons", 2]
PAIRS = ["tournament", MODEL, "tit-for-tat", "--rounds", 3, "--matches", 2, "--json"]
ONCE = ["play", "chicken", MODEL, MODEL, "--rounds", 1, "--matches", 3, "--json"]


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("command", "settled", "offer"),
    [
        ([*FINGERPRINT, "--matches", 2, "--samples", 3], True, "choice"),
        ([*FINGERPRINT, "--matches", 2, "--samples", 3], True, "logprobs"),
        ([*FINGERPRINT, *MET], False, "logprobs"),
        ([*FINGERPRINT, *MET], False, "samples"),
        ([*FINGERPRINT, "--rounds", 2, "--memory", 1, *EXPLOIT], True, "logprobs"),
        ([*FINGERPRINT, "--rounds", 1, *EXPLOIT], True, "samples"),
        (INVARIANCE, True, "logprobs"),
        (INVARIANCE, True, "samples"),
        (BENCH, True, "choice"),
        (BENCH, True, "logprobs"),
        ([*LEAGUE, "--choose", "--json"], False, "choice"),
        ([*LEAGUE, "--json"], False, "logprobs"),
        (PAIRS, False, "choice"),
        (ONCE, True, "logprobs"),
        pytest.param(RESIDUALS, True, "choice", marks=SLOW),
        pytest.param(RESIDUALS, True, "logprobs", marks=SLOW),
        # the fingerprint's made-up rounds are not those that play comes to
        pytest.param(SUPPRESSION, False, "logprobs", marks=SLOW),
        pytest.param(SUPPRESSION, True, "samples", marks=SLOW),
    ],
)
def test_what_is_said_beforehand_is_what_is_asked(
    lab, nashscope, apart, monkeypatch, command, settled, offer
):
    monkeypatch.chdir(apart)
    offering(lab, offer)
    code, out, said = nashscope(*command, "--dry-run")
    assert code == 0 and not lab.seen and not (apart / "runs").exists(), said
    most, calls, probes = stated(out, offer)
    # prompts that hang on what was answered come up more often in one play than in another
    assert most == (offer == "logprobs" and not settled)
    code, _, said = nashscope(*command)
    sent, whole = asked(lab)
    assert code == 0 and calls > 0, said
    assert (sent <= calls) if most else (sent == calls)
    assert whole - sent in probes


@pytest.mark.parametrize(
    "command",
    [
        [*FINGERPRINT, "--matches", 2],
        INVARIANCE,
        [*BENCH, "--interfaces", "policy", "--out", "kept"],
    ],
)
def test_a_budget_ends_a_command_and_the_same_command_goes_on(
    lab, nashscope, apart, monkeypatch, command
):
    monkeypatch.chdir(apart)
    offering(lab, "choice")
    _, out, _ = nashscope(*command, "--dry-run")
    _, calls, _ = stated(out, "choice")
    code, out, said = nashscope(*command, "--max-calls", 30)
    assert (code, out) == (3, "") and len(lab.seen) == 30
    assert "hosted: 30 calls, " in said and "same command with a larger --max-calls goes on" in said
    code, out, _ = nashscope(*command, "--max-calls", 1000)
    assert code == 0 and json.loads(out)
    # what was bought before is not bought again
    assert asked(lab)[0] == calls
    prices = apart / "prices.yaml"
    prices.write_text("lab/tiny: {input: 2, output: 8}\n")
    cost = nashscope(*command, "--max-cost", 0, "--prices", prices)
    if "--out" not in command:
        assert cost[0] == 3 and "larger --max-cost" in cost[2]


def test_a_budget_of_a_folder_counts_what_was_spent_in_it(lab, nashscope, apart):
    command = [*BENCH, "--interfaces", "policy", "--out", apart / "kept"]
    assert nashscope(*command, "--max-calls", 20)[0] == 3
    code, _, said = nashscope(*command, "--max-calls", 20)
    assert code == 3 and len(lab.seen) == 20 and "20 calls" in said
    manifest = json.loads((apart / "kept" / "manifest.json").read_text())
    assert manifest["spent"]["lab/tiny"]["calls"] == 20
    assert manifest["hosted"][MODEL]["logprobs"] == 0


def test_what_a_hosted_model_leaves_unread_is_not_asked_again(lab, nashscope):
    lab.say = letters
    _, out, _ = nashscope(*INVARIANCE, "--dry-run")
    code, told, _ = nashscope(*INVARIANCE)
    assert code == 0 and asked(lab)[0] == stated(out, "samples")[1] == 3 * 7 * 4
    moved = json.loads(told)["models"][MODEL]["label swap"]
    assert (moved["value"], moved["n"], moved["unparsed"]) == (None, 0, 1.0)


@pytest.mark.parametrize(
    ("script", "takes"),
    [
        (Script(likely=named, held="structured_outputs"), 5),
        # ten fields are dropped in turn, for all that it says, and eight of them put back
        (Script(fault=lambda number: "400" if number < 10 else ""), 10 + 1 + 8 + 1 + 4 + 2),
    ],
)
def test_finding_out_what_a_server_does_takes_as_long_as_is_said(hosted, script, takes):
    from nashscope.models.hosted import PROBES

    model, _ = hosted(script)
    _ = model.capabilities
    least, most = PROBES
    assert least <= len(script.seen) == takes <= most


@pytest.mark.parametrize("steps", ["dominance", "belief", "predict"])
@pytest.mark.parametrize("offer", ["logprobs", "samples"])
def test_steps_that_hang_on_an_answer_are_bounded(lab, nashscope, steps, offer):
    offering(lab, offer)
    command = ["play", "chicken", f"{steps}:{MODEL}", "random", "--rounds", 3, "--matches", 2]
    _, out, _ = nashscope(*command, "--dry-run")
    most, calls, _ = stated(out, offer)
    assert most == (steps != "belief" or offer == "logprobs")
    assert nashscope(*command)[0] == 0
    sent, _ = asked(lab)
    assert (calls / 2 <= sent <= calls) if most else (sent == calls)


def test_a_rehearsal_of_seasons_needs_to_know_who_plays(lab, nashscope):
    command = ["tournament", MODEL, "random", "--rounds", 2, "--seasons", 2, "--choose"]
    code, _, said = nashscope(*command, "--tolerance", 1, "--dry-run")
    assert code == 2 and "even number of agents and no --tolerance" in said


def test_a_study_that_cannot_say_what_it_asks_says_so(nashscope, apart):
    (apart / "own.py").write_text(
        "from nashscope.studies import Study\n"
        "STUDY = Study('own', '?', '', {}, lambda r: {}, lambda r, t: None, lambda r: None)\n"
    )
    code, _, said = nashscope("study", f"{apart / 'own.py'}:STUDY", "--dry-run")
    assert code == 2 and "own does not say beforehand" in said


def test_without_hosted_models_nothing_is_asked(nashscope):
    code, out, _ = nashscope("fingerprint", "tit-for-tat", "--matches", 1, "--dry-run")
    assert (code, out) == (0, "no hosted model takes part: 0 calls\n")


PLAN = """
games: [chicken, stag-hunt]
meetings: [[openai-api/lab/tiny, tit-for-tat], [tit-for-tat, openai-api/lab/tiny]]
rounds: 3
matches: 2
samples: 3
"""


@pytest.mark.slow
def test_several_processes_keep_one_budget(lab, nashscope, apart):
    (apart / "plan.yaml").write_text(PLAN)
    (apart / "prices.yaml").write_text("lab/tiny: {input: 2, output: 8}\n")
    offering(lab, "choice")
    command = ["run", apart / "plan.yaml", "--executor", "local", "--jobs", 2, "--out"]
    command += [apart / "run", "--prices", apart / "prices.yaml"]
    code, out, said = nashscope(*command, "--max-calls", 40)
    assert (code, out) == (3, "") and len(lab.seen) == 40
    assert "hosted: 40 calls, " in said and ", cost 0.0" in said
    assert "the budget of 40 calls is used up (40 calls, cost" in said
    manifest = json.loads((apart / "run" / "manifest.json").read_text())
    assert manifest["spent"]["lab/tiny"]["calls"] == 40
    assert not (apart / "run" / ".budget").exists()
    # what was spent in the folder counts, and what was bought is not bought again
    assert nashscope(*command, "--max-calls", 40)[0] == 3 and len(lab.seen) == 40
    _, out, _ = nashscope("run", apart / "plan.yaml", "--dry-run")
    assert nashscope(*command, "--max-calls", 400)[0] == 0
    assert asked(lab)[0] == stated(out, "choice")[1] == 4 * 2 * 3 * 3


def test_ledgers_of_one_file_let_no_more_through_than_there_is(apart):
    from nashscope.errors import BudgetSpent
    from nashscope.models.hosted import Budget, Call, Ledger, Price, shared

    call = Call("m", "", "answered", 0.1, 100, 10, 0.5)
    price = Price(3e3, 3e3)
    with shared(apart / "till", [call]) as file:
        one, two = (Ledger(Budget(cost=1.9), file=file) for _ in range(2))
        # ten bytes at three to a token and 100 tokens written: 0.31
        worst = [own.enter("m", price, 10, 100) for own in (one, two, one, two)]
        with pytest.raises(BudgetSpent, match=r"5 calls, cost 0\.5"):
            two.enter("m", price, 10, 100)
        two.leave(worst[1], Call("m", "", "answered", 0.1, 3, 1, 0.01), 10)
        one.enter("m", price, 10, 90)
        with pytest.raises(BudgetSpent, match="larger --max-cost"):
            one.enter("m", price, 10, 100)
    assert not file.exists()
