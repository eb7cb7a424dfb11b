"""What was asked at a decision can be rebuilt from the decisions before it, to the letter."""

import hashlib

import pytest

from nashscope.agents import Language, agent
from nashscope.models import load
from nashscope.play import Cell, play, questions
from nashscope.play.store.run import open_run, read_run

conditions = [
    {},
    {"order": "sequential", "memory": 2},
    {"tremble": 0.5, "announced": False},
    {"framing": "plain-words", "ending": "random", "discount": 0.5},
    {"talk": 1, "agents": ("fake/uniform", "fake/uniform")},
]


def played(**more):
    fields = {"agents": ("fake/uniform", "tit-for-tat"), "rounds": 5, "matches": 3, **more}
    cell = Cell("prisoners_dilemma", **fields)
    cast = {name: agent(name) for name in cell.agents}
    events = []
    play([cell], lambda name, _: cast[name], keep=events.append)
    return cell, events


@pytest.mark.parametrize("more", conditions, ids=str)
def test_every_prompt_is_rebuilt_to_the_letter(more):
    cell, events = played(**more)
    seen = 0
    for number in range(cell.matches):
        own = [event for event in events if event.match == number]
        again = list(questions(cell, number, own[::-1]))
        assert len(again) == len(own)
        for event, question in again:
            if event.prompt_hash is None:
                continue
            prompt = question.prompt(cell.mode)
            assert hashlib.sha256(prompt.encode()).hexdigest()[:16] == event.prompt_hash
            seen += 1
    assert seen >= cell.matches


def test_what_follows_a_missing_decision_is_left_out():
    cell, events = played()
    own = [e for e in events if e.match == 0 and (e.round, e.player) != (2, 1)]
    assert {event.round for event, _ in questions(cell, 0, own)} == {0, 1}


def test_a_run_says_what_was_played(tmp_path):
    cell, _ = played()
    with open_run(tmp_path / "run", {"study": "x"}) as run:
        run.keep_cells([cell])
        run.keep_cells([Cell("chicken", ("random", "random"))])
    again = read_run(tmp_path / "run").cells
    assert again[cell.id] == cell and len(again) == 2
    assert all(key == one.id for key, one in again.items())


@pytest.mark.slow
def test_the_last_layer_of_a_reading_is_the_policy(random_model):
    from nashscope.play import read_match

    model = load(f"hf/{random_model}")
    cell = Cell("stag_hunt", (model.name, "random"), rounds=4, matches=2)
    cast = {model.name: Language(model), "random": agent("random")}
    events = []
    play([cell], lambda name, _: cast[name], keep=events.append)
    own = [event for event in events if event.match == 1]
    readings = read_match(model, cell, 1, own)
    assert [(r.round, r.player) for r in readings] == [(k, 0) for k in range(4)]
    for reading in readings:
        event = next(e for e in own if (e.round, e.player) == (reading.round, reading.player))
        assert len(reading.lens) == model.layers + 1
        assert reading.lens[-1] == pytest.approx(event.decision.policy, abs=1e-3)
