"""How many matches advance at once is a matter of memory, and of nothing else."""

import importlib

import pytest

from nashscope.agents import agent
from nashscope.play import Cell, play

steps = importlib.import_module("nashscope.play.match")  # the name of the function as well
CELL = Cell("prisoners_dilemma", ("fake/uniform", "tit-for-tat"), rounds=4, matches=7)


def decided(transcripts):
    return [[tuple(d.action for d in own) for own in match.rounds] for match in transcripts]


@pytest.mark.parametrize("together", [1, 3, 7])
def test_matches_in_parties_are_those_of_all_at_once(monkeypatch, together):
    cast = {name: agent(name) for name in CELL.agents}
    whole = decided(play([CELL], lambda name, cell: cast[name]))
    asked = []
    monkeypatch.setattr(steps, "TOGETHER", together)
    assert decided(play([CELL], lambda name, cell: cast[name], progress=asked.append)) == whole
    assert max(asked) == 2 * together and sum(asked) == 2 * 4 * 7
