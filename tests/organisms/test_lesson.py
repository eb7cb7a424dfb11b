"""Lessons are prompts of the ordinary framing, and what is held out stays out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope.chance import stream
from nashscope.games import game
from nashscope.organisms.lesson import GAMES, Curriculum, draw, held_out

CURRICULA = [
    Curriculum("dominant", margin=5, rounds=0),
    Curriculum("answers", margin=3, rounds=4),
    Curriculum(rounds=12),
]


@given(st.lists(st.integers(-9, 9), min_size=8, max_size=8), st.integers(0, 7))
def test_a_game_under_other_names_is_on_the_same_side(numbers, way):
    payoffs = np.array(numbers).reshape(2, 2, 2)
    other = payoffs[:, :: -1 if way & 1 else 1, :: -1 if way & 2 else 1]
    if way & 4:
        other = other[::-1].transpose(0, 2, 1)
    assert held_out(np.ascontiguousarray(other)) == held_out(payoffs)


@pytest.mark.parametrize("name", GAMES)
def test_the_standard_games_are_never_taught(name):
    assert held_out(game(name).payoffs.astype(int))


@pytest.mark.parametrize("curriculum", CURRICULA)
@pytest.mark.parametrize("held", [True, False])
def test_lessons_keep_to_their_side(curriculum, held):
    chance = stream(0, "test", "lessons")
    for _ in range(20):
        lesson = draw(curriculum, chance, held=held)
        assert held_out(lesson.views[-1].stage.payoffs.astype(int)) == held


def test_every_place_is_followed_by_the_players_own_choice():
    chance = stream(1, "test", "lessons")
    for _ in range(60):
        lesson = draw(Curriculum(rounds=12), chance)
        *before, last = lesson.places
        assert last == len(lesson.text)
        view = lesson.views[-1]
        played = [joint[view.player] for joint in view.history if joint[view.player] is not None]
        said = [lesson.labels[action] for action in played]
        found = [lesson.text[at:][: len(x)] for at, x in zip(before, said, strict=True)]
        assert found == said


def test_every_payoff_told_is_the_payoff_of_its_cell():
    chance = stream(2, "test", "lessons")
    for _ in range(40):
        lesson = draw(Curriculum(rounds=0), chance)
        view = lesson.views[-1]
        assert len(lesson.payoffs) == 4
        own = view.stage.payoffs[view.player]
        told = sorted(float(lesson.text[at:].split()[0].rstrip(".")) for at, _, _ in lesson.payoffs)
        assert told == sorted(own.ravel().tolist())


def test_the_same_stream_gives_the_same_lessons():
    first = [draw(CURRICULA[2], stream(3, "again")).text for _ in range(2)]
    assert first[0] == first[1]
