"""What names a game, an agent, a model or a framing names it in every command.

The table is every command that takes a game, times every form that a game can be given in; what the
command then does is tested elsewhere, here that it does it for the same game.
"""

import json
import shutil
from pathlib import Path

import pytest

from nashscope.agents.situation import Situation, situations
from nashscope.games import format_nfg, game
from nashscope.play.store.run import read_run

PD = game("3,3 0,5; 5,0 1,1")

OWN = """
from nashscope.agents import Strategy
from nashscope.framing import PlainStyle
from nashscope.games import Named, NormalForm
from nashscope.models.fake import load


def dilemma(temptation=5, reward=3):
    own = [[reward, 0], [temptation, 1]]
    return NormalForm([own, [[own[b][a] for b in (0, 1)] for a in (0, 1)]])


GAME = Named(dilemma, "dilemma", "a test")
FORM = dilemma()
AGENT = Strategy("mine", lambda view: (0.5, 0.5), "a test")
MODEL = load("fake/uniform")
STYLE = PlainStyle("words")
"""

FORMS = {
    "a name": "prisoners-dilemma",
    "other capitals": "Prisoners_Dilemma",
    "a name with parameters": "prisoners-dilemma:t=5,r=3",
    "payoffs": "3,3 0,5; 5,0 1,1",
    "nested payoffs": "[[[3, 0], [5, 1]], [[3, 5], [0, 1]]]",
    "a file": "my games/x y.nfg",
    "a file with another ending": "my games/x.game",
    "an object": "my games/own.py:GAME",
    "an object with parameters": "my games/own.py:GAME:temptation=5",
    "a bare game": "my games/own.py:FORM",
    "another folder": "./my games/own.py:GAME",
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with a blank in its name, a user's files in it."""
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "my games"
    place.mkdir()
    (place / "own.py").write_text(OWN, encoding="utf-8")
    (place / "x y.nfg").write_text(format_nfg(PD), encoding="utf-8")
    (place / "x.game").write_text(format_nfg(PD), encoding="utf-8")
    return place


def solved(nashscope, text):
    """The payoffs of the equilibria that `solve` finds."""
    code, out, err = nashscope("solve", text, "--json")
    assert code == 0, err
    return [found["payoffs"] for found in json.loads(out)["equilibria"]]


def listed(nashscope, text):
    code, out, err = nashscope("games", text, "--json")
    assert code == 0, err
    return json.loads(out)[0]["payoffs"]


def played(nashscope, text):
    """The rows of a match between two who cooperate."""
    code, out, err = nashscope("play", text, "always-c", "always-d", "--rounds", 1)
    assert code == 0, err
    return "0, 5" in out


def ranked(nashscope, text):
    arguments = ("tournament", "always-c", "always-d", "--game", text, "--rounds", 2, "--json")
    code, out, err = nashscope(*arguments)
    assert code == 0, err
    return {row["agent"]: row["score"] for row in json.loads(out)["ranking"]}


def fingerprinted(nashscope, text):
    code, out, err = nashscope("fingerprint", "tit-for-tat", "--game", text, "--json")
    assert code == 0, err
    return {state: told["value"] for state, told in json.loads(out)["after"].items()}


def varied(nashscope, text):
    arguments = ("invariance", "--model", "always-c", "--game", text, "--draws", 2, "--json")
    code, out, err = nashscope(*arguments)
    assert code == 0, err
    return sorted(json.loads(out)["models"]["always-c"])


def planned(nashscope, text):
    plan = {"games": [text], "agents": ["always-c", "always-d"], "rounds": 2, "matches": 1}
    Path("plan.yaml").write_text(json.dumps(plan), encoding="utf-8")
    code, _, err = nashscope("run", "plan.yaml", "--quiet", "--out", "runs/x")
    assert code == 0, err
    stages = {cell.repeated.stage for cell in read_run(Path("runs/x")).cells.values()}
    return [stage.payoffs.tolist() for stage in stages]


def imported(nashscope, text):
    Path("rows.csv").write_text(
        "match,round,agent1,agent2,action1,action2\n0,0,a,b,cooperate,defect\n", encoding="utf-8"
    )
    names = ("match", "round", "agent1", "agent2", "action1", "action2")
    more = [part for name in names for part in ("--map", f"{name}={name}")]
    words = ("--fixed", "option1=cooperate", "--fixed", "option2=defect")
    fixed = ("--fixed", f"game={text}", *words)
    code, _, err = nashscope("import", "rows.csv", *more, *fixed, "--out", "runs/i", "--quiet")
    assert code == 0, err
    (cell,) = read_run(Path("runs/i")).cells.values()
    return cell.repeated.stage.payoffs.tolist()


def looked_into(nashscope, text):
    """What lens, probe, steer and patch ask: all four by the same function."""
    stage, prompts = situations(Situation(game=text, games=4, rounds=1))
    return stage.payoffs.tolist(), len(prompts)


QUICK = (solved, listed, played, fingerprinted, varied, looked_into)
COMMANDS = [
    *QUICK,
    *(pytest.param(own, marks=pytest.mark.slow) for own in (ranked, planned, imported)),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_every_command_reads_every_form_of_a_game_as_the_same_game(nashscope, command):
    told = {}
    for form, text in FORMS.items():
        told[form] = command(nashscope, text)
        shutil.rmtree("runs", ignore_errors=True)
    first = told.pop("a name")
    assert first
    assert {form: value for form, value in told.items() if value != first} == {}


@pytest.mark.parametrize(
    "agent",
    [
        "my games/own.py:AGENT",
        "my games/own.py:MODEL",
        "Tit_For_Tat",
        "memory-one:1,0,1,0",
        "memory-one:cc=1,cd=0,dc=1,dd=0",
        "zd-extortion:3",
        "zd-extortion:factor=3",
        "solved:1",
        "fake/uniform",
        "belief:fake/uniform",
    ],
)
def test_every_command_takes_every_form_of_an_agent(nashscope, agent):
    short = ("--rounds", 2, "--matches", 1)
    for arguments in (
        ("play", "prisoners-dilemma", agent, "random", *short),
        ("tournament", agent, "always-d", *short),
        ("fingerprint", agent, *short),
        ("invariance", "--model", agent, "--draws", 2),
    ):
        code, _, err = nashscope(*arguments)
        assert code == 0, (arguments, err)


@pytest.mark.parametrize("framing", ["plain-words", "Plain_Words", "my games/own.py:STYLE"])
def test_every_command_takes_every_form_of_a_framing(nashscope, framing):
    short = ("--rounds", 2, "--matches", 1, "--framing", framing)
    for arguments in (
        ("play", "chicken", "random", "random", *short),
        ("tournament", "always-c", "always-d", *short),
        ("fingerprint", "random", *short),
    ):
        code, _, err = nashscope(*arguments)
        assert code == 0, (arguments, err)
    assert len(situations(Situation(framing=framing, games=4, rounds=1))[1]) > 0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("prisoner-dilemma", "did you mean prisoners-dilemma?"),
        ("nowhere.nfg", "nowhere.nfg cannot be read"),
        ("my games/nowhere.py:GAME", "there is no file my games/nowhere.py"),
        ("my games/own.py:GAM", "did you mean GAME"),
        ("my games/own.py", "name the object in it"),
        ("my games/own.py:dilemma", "is a function; a game is a Named"),
        ("my games/own.py:GAME:tempt=5", "did you mean temptation? it takes temptation=5, reward"),
        ("my games/own.py:FORM:t=5", "only a Named takes parameters"),
        ("my games/x y.nfg:t=5", "a game in a file takes no parameters"),
        ("1,2 3,4; 5,6", "the rows have [2, 1] cells"),
    ],
)
def test_the_same_words_refuse_it_everywhere(nashscope, wrong, says):
    said = set()
    for arguments in (
        ("solve", wrong),
        ("games", wrong),
        ("play", wrong, "random", "random"),
        ("tournament", "always-c", "always-d", "--game", wrong),
        ("fingerprint", "random", "--game", wrong),
        ("invariance", "--model", "random", "--game", wrong),
        ("lens", "--model", "organism/nash", "--game", wrong),
    ):
        code, out, err = nashscope(*arguments)
        assert (code, out) == (2, ""), arguments
        assert says in err and err.count("\n") == 1, arguments
        said.add(err)
    assert len(said) == 1, said


def test_the_forms_of_the_table_are_one_game(folder):
    assert {game(text).payoffs.tobytes() for text in FORMS.values()} == {PD.payoffs.tobytes()}


def test_a_path_that_begins_with_a_number_is_no_payoff(folder):
    folder.rename("2 games")
    assert game("2 games/own.py:GAME") == game("2 games/x y.nfg") == PD


def test_an_organism_is_shown_by_a_users_recipe_and_by_a_folder(nashscope, folder):
    text = (
        "from dataclasses import replace\n"
        "from nashscope.organisms.catalog.forgetful import ORGANISM\n"
        "MY_OWN = replace(ORGANISM, about='A recipe of my own.')\n"
    )
    (folder / "recipe.py").write_text(text, encoding="utf-8")
    code, out, err = nashscope("organism", "show", "my games/recipe.py:MY_OWN")
    assert code == 0 and out.startswith("my-own\nA recipe of my own.")
    assert "grow" in err
    code, _, err = nashscope("organism", "show", "my games/recipe.py:MY_OWM")
    assert code == 2 and "did you mean MY_OWN?" in err
    code, _, err = nashscope("organism", "show", "my games/own.py:GAME")
    assert code == 2 and "an organism is a Planted" in err
