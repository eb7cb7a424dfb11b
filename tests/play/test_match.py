"""A match depends on its cell and number alone, and goes on only as it was begun."""

import importlib
from dataclasses import replace

import pytest

from nashscope.agents import agent
from nashscope.errors import FolderTaken, Misuse
from nashscope.framing import PlainStyle
from nashscope.play import Cell, match, play

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


CONDITIONS = [
    {},
    {"tremble": 0.3, "framing": "story-farm"},
    {"order": "sequential", "ending": "random", "discount": 0.8, "talk": 1},
]


@pytest.mark.parametrize("more", CONDITIONS, ids=str)
def test_a_match_is_the_same_however_many_others_there_are(more):
    few, many = (Cell("chicken", CELL.agents, rounds=5, matches=n, **more) for n in (2, 5))
    assert few.id == many.id
    cast = {name: agent(name) for name in CELL.agents}
    whole = play([many], lambda name, _: cast[name])
    assert play([few], lambda name, _: cast[name]) == whole[:2]
    assert [match(few, cast, number) for number in range(5)] == whole


def test_two_cells_that_are_the_same_are_refused():
    with pytest.raises(Misuse, match="two are the same"):
        play([CELL, replace(CELL, matches=3)], lambda name, _: agent(name))


def begun(cell, decisions):
    """The first decisions of a cell, and who plays."""
    cast, kept = {name: agent(name) for name in cell.agents}, []

    def keep(event):
        kept.append(event)
        if len(kept) == decisions:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play([cell], lambda name, _: cast[name], keep=keep)
    return kept, lambda name, _: cast[name]


class OtherWords(PlainStyle):
    """Tells the same game with one line changed, as another version might."""

    def draw(self, stage, match, chance):
        return Changed(super().draw(stage, match, chance))


class Changed:
    """A framing with other words in its second line."""

    def __init__(self, framing):
        self.framing = framing
        self.labels, self.parse = framing.labels, framing.parse

    def render(self, view, mode="direct"):
        return self.framing.render(view, mode).replace("Points depend", "Coins depend")


def test_a_match_that_was_begun_in_other_words_is_not_continued(monkeypatch):
    kept, cast = begun(CELL, 20)
    assert len(play([CELL], cast, done=kept)) == 7
    monkeypatch.setattr(steps, "told_by", lambda name, game, made: OtherWords())
    with pytest.raises(FolderTaken) as refused:
        play([CELL], cast, done=kept)
    assert "in round 0, to player 0, line 2 was 'Points depend" in str(refused.value)
    assert "and is 'Coins depend" in str(refused.value)


def test_what_is_over_is_not_asked_again_and_so_not_compared(monkeypatch):
    cell = replace(CELL, matches=1)
    kept, (whole,) = [], play([cell], (cast := lambda name, _: agent(name)))
    play([cell], cast, keep=kept.append)
    monkeypatch.setattr(steps, "told_by", lambda name, game, made: OtherWords())
    assert play([cell], cast, done=kept)[0].actions == whole.actions


def test_a_match_with_other_labels_is_not_continued():
    kept, cast = begun(CELL, 20)
    kept[3] = replace(kept[3], labels=("left", "right"))
    with pytest.raises(FolderTaken, match="the actions were left, right, and are"):
        play([CELL], cast, done=kept)


def test_a_match_whose_trembles_are_others_is_not_continued():
    kept, cast = begun(replace(CELL, tremble=0.5), 20)
    place = next(k for k, event in enumerate(kept) if event.done is not None)
    kept[place] = replace(kept[place], done=None)
    with pytest.raises(FolderTaken, match="chance is named otherwise"):
        play([replace(CELL, tremble=0.5)], cast, done=kept)
