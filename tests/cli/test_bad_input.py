"""What a user gets wrong is one line that names the remedy, exit code 2, nothing overwritten."""

import pytest


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A working folder of the test's own."""
    monkeypatch.chdir(tmp_path)


STUDY = ("study", "nash-suppression", "--plan", "demo", "--quiet")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("study", "nash-supression", "--model", "fake/uniform"), "did you mean nash-suppression"),
        (("study", "nash-suppression"), "--model"),
        ((*STUDY, "--model", "gpt-9"), "hf/HUB-ID-OR-FOLDER"),
        ((*STUDY, "--model", "organism/nsh"), "did you mean nash"),
        ((*STUDY, "--model", "fake/uniform", "--opponents", "tit-for-tatt"), "tit-for-tat"),
        ((*STUDY, "--model", "fake/uniform", "--set", "matches"), "NAME=VALUE"),
        ((*STUDY, "--model", "fake/uniform", "--set", "matches=0"), "at least 1"),
        ((*STUDY, "--model", "fake/uniform", "--set", "matches=many"), "matches"),
        ((*STUDY, "--model", "fake/uniform", "--set", "match=4"), "match"),
        ((*STUDY, "--model", "fake/uniform", "--set", "games=[]"), "the plan has no games"),
        ((*STUDY, "--model", "fake/uniform", "--set", "horizons=[]"), "the plan has no horizons"),
        ((*STUDY, "--model", "fake/uniform", "--set", "shuffles=-1"), "-1 shuffles"),
        ((*STUDY, "--model", "organism/nash", "--base", "nosuch"), "the base nosuch is no model"),
        ((*STUDY, "--model", "fake/uniform", "--set", "horizons=[0]"), "at least 1"),
        ((*STUDY, "--model", "fake/uniform", "--set", "strengths=[one]"), "strengths"),
        ((*STUDY, "--model", "fake/uniform", "--set", "strengths=[.nan]"), "strength"),
        ((*STUDY, "--model", "fake/uniform", "--set", "games=[chess]"), "no game is named"),
        ((*STUDY[:-2], "tiny", "--model", "fake/uniform"), "no plan of this study"),
        (("play", "prisoner-dilemma", "tit-for-tat", "always-d"), "did you mean prisoners-dilemma"),
        (("play", "chicken", "tit-for-tat", "alwaysd"), "did you mean always-d"),
        (("play", "chicken", "tit-for-tat"), "2 players"),
        (("play", "chicken", "tit-for-tat", "always-d", "--rounds", "0"), "at least 1"),
        (("play", "chicken", "tit-for-tat", "always-d", "--rounds", "ten"), "a whole number"),
        (("play", "matching-pennies", "tit-for-tat", "random"), "another strategy or game"),
        (("play", "chicken", "fake/loud", "random"), "fake/uniform"),
        (
            ("play", "chicken", "random", "random", "--mode", "dream"),
            "no mode is named 'dream'; did you mean direct",
        ),
        (("play", "chicken", "random", "random", "--framing", "plane"), "did you mean plain"),
        (("solve", "[[1, NaN], [0, 1]]"), "payoffs[0][0][1] is nan"),
        (("solve", "chickn"), "did you mean chicken"),
        (("organism", "show", "late-overide"), "did you mean late-override"),
        (("report", "nowhere"), "no run"),
        (("plaz",), "did you mean 'play'? `nashscope -h`"),
        (("organism", "shwo", "nash"), "did you mean 'show'?"),
        (("organism", "show"), "NAME is missing; `nashscope organism show -h`"),
        (("play", "chicken", "random", "random", "--roundz", "3"), "--rounds? `nashscope play -h`"),
        (
            ("play", "chicken", "random", "random", "--tremble=x"),
            "--tremble 'x': a number is wanted",
        ),
        (("view", "organism/nash", "--port", "99999"), "65535"),
        (("view", "organism/nash", "--port", "-1"), "equal to 0"),
        (("tournament", "random", "random", "--tolerance", "nan", "--seasons", "2"), "finite"),
        (("tournament", "random", "random", "--matches", "3", "--seasons", "2"), "--matches"),
        (("lens", "--model", "organism/nash", "--dtype", "float17"), "did you mean float16"),
    ],
)
def test_a_wrong_argument_is_one_line_and_exit_code_2(nashscope, arguments, says, tmp_path):
    code, out, err = nashscope(*arguments)
    assert code == 2, err
    assert says in err.replace("\n", " ")
    assert "Traceback" not in err and out == ""
    assert not [file for file in tmp_path.rglob("*") if file.name == "results.json"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("play", "chicken", "random", "random", "--rounds", "100000000"),
        ("play", "chicken", "random", "random", "--rounds", "100000000000000000000"),
        ("play", "chicken", "random", "random", "--matches", "100000000"),
        ("play", "chicken", "random", "random", "--talk", "1000000"),
        ("tournament", "random", "always-c", "--matches", "1000000000"),
        ("tournament", "random", "always-c", "--seasons", "1000000000"),
        ("fingerprint", "random", "--matches", "1000000000"),
        ("invariance", "--model", "random", "--draws", "100000000"),
        ("invariance", "--model", "random", "--samples", "100000000"),
        ("lens", "--model", "organism/nash", "--rounds", "100000"),
        ("lens", "--model", "organism/nash", "--games", "100000000"),
        ("probe", "--model", "organism/nash", "--shuffles", "100000000"),
        ("truth", "--games", "100000000"),
    ],
)
def test_what_would_never_end_is_refused_at_once_with_what_may_be_said(nashscope, arguments):
    code, out, err = nashscope(*arguments)
    assert (code, out) == (2, ""), err
    assert err.count("\n") == 1 and "at most" in err


def test_a_cell_counts_its_decisions_before_any_is_taken():
    from nashscope.errors import Misuse
    from nashscope.play import Cell

    agents = ("random", "random")
    Cell("chicken", agents, rounds=500, matches=10_000)
    with pytest.raises(Misuse, match="at most 10,000,000"):
        Cell("chicken", agents, rounds=501, matches=10_000)


def test_a_plan_that_would_never_end_is_refused(nashscope, tmp_path):
    plan = "games: [chicken]\nagents: [random]\nmatches: 1000000000\n"
    (tmp_path / "plan.yaml").write_text(plan)
    code, out, err = nashscope("run", "plan.yaml")
    assert (code, out) == (2, "") and "at most" in err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no folder"),
        ({"notes.txt": "hello"}, "no config.json"),
        ({"config.json": '{"model_type": "bert", "architectures": ["BertModel"]}'}, "safetensors"),
        ({"config.json": '{"model_type": "t5"}'}, "t5"),
        ({"config.json": "{"}, "could not be loaded"),
    ],
)
def test_a_folder_without_a_model_is_refused(nashscope, tmp_path, content, says):
    folder = tmp_path / "model"
    for name, text in (content or {}).items():
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    code, _, err = nashscope(*STUDY, "--model", f"hf/{folder}")
    assert code == 2, err
    assert says in err and err.count("\n") <= 2 and "Traceback" not in err


def test_an_encoder_is_refused_because_it_sees_what_comes_later(nashscope, tmp_path, random_model):
    from transformers import AutoTokenizer, BertConfig, BertLMHeadModel
    from transformers.utils import logging

    # its advice on making such a network goes to a stream that an earlier test has closed
    logging.set_verbosity_error()
    folder = tmp_path / "bert"
    config = BertConfig(
        vocab_size=1000,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        is_decoder=False,
        initializer_range=0.3,
    )
    BertLMHeadModel(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(random_model).save_pretrained(folder)
    code, _, err = nashscope(*STUDY, "--model", f"hf/{folder}")
    assert code == 2
    assert "earlier tokens do not see later ones" in err and "Traceback" not in err


def test_a_folder_that_holds_something_else_is_left_alone(nashscope, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.tex").write_text("all my work")
    code, _, err = nashscope(*STUDY, "--model", "fake/uniform", "--out", folder)
    assert code == 2 and "--out" in err
    assert [file.name for file in folder.iterdir()] == ["thesis.tex"]


def test_another_run_is_not_overwritten(nashscope, tmp_path):
    small = ("--set", "matches=1", "--set", "games=[chicken]", "--set", "horizons=[2]")
    arguments = (*STUDY, "--model", "fake/uniform", *small, "--out", tmp_path / "run")
    code, out, err = nashscope(*arguments)
    assert code == 0, err
    assert out.strip().endswith("report.html")
    before = {f.name: f.read_bytes() for f in (tmp_path / "run").iterdir() if f.is_file()}
    code, _, err = nashscope(*arguments, "--seed", "1")
    assert code == 2 and "seed" in err and "--out" in err
    after = {f.name: f.read_bytes() for f in (tmp_path / "run").iterdir() if f.is_file()}
    assert before == after
