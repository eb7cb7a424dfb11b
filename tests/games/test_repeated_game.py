"""Repeated games: fields, what players see, trembles and misreadings as often as stated."""

import numpy as np
import pytest

from nashscope.chance import stream
from nashscope.errors import IllFormedGame
from nashscope.games import Monitoring, NormalForm, Repeated, game

PD = game("prisoners-dilemma")
PUBLIC, PRIVATE = Monitoring(0.3), Monitoring(0.3, private=True)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"rounds": 0}, "the horizon is 0 rounds; it must be at least 1"),
        ({"memory": -1}, "memory is -1 rounds"),
        ({"discount": 1.0}, "the discount is 1.0; it must be at least 0 and below 1"),
        ({"discount": -0.5}, "the discount is -0.5"),
        ({"discount": float("nan")}, "the discount is nan"),
        ({"tremble": 1.5}, "tremble is 1.5; it is a probability"),
        ({"tremble": float("nan")}, "tremble is nan"),
    ],
)
def test_what_cannot_be_is_named(fields, says):
    with pytest.raises(IllFormedGame, match=says):
        Repeated(PD, **fields)


def test_a_misreading_is_a_probability_and_an_order_is_one_of_two():
    with pytest.raises(IllFormedGame, match="misread is 2; it is a probability"):
        Monitoring(2)
    repeated = Repeated(PD)
    object.__setattr__(repeated, "order", "backwards")
    with pytest.raises(IllFormedGame, match="'simultaneous' or 'sequential'"):
        repeated.__post_init__()


def test_a_player_sees_what_it_remembers():
    played = [(0, 1), (1, None), (1, 1)]
    view = Repeated(PD, rounds=9, memory=2).view(0, played, (None, None))
    assert view.history == ((1, None), (1, 1)) and view.round == 3
    assert Repeated(PD, rounds=9).view(0, played, (None, None)).history == tuple(played)
    assert Repeated(PD, memory=0).view(0, played, (None, None)).history == ()
    assert view.last(1) == 1 and view.last(0) == 1
    # a round without a valid action is passed over
    assert Repeated(PD).view(0, played[:2], (None, None)).last(1) == 1


def test_only_in_a_sequential_round_is_the_action_before_seen():
    now = (1, None)
    assert Repeated(PD).view(1, [(0, 0)], now).last(0) == 0
    assert Repeated(PD, order="sequential").view(1, [(0, 0)], now).last(0) == 1


THREE = NormalForm(np.zeros((2, 3, 3)))


def frequencies(draws):
    return np.bincount(draws, minlength=3) / len(draws)


def test_a_tremble_puts_any_other_action_in_place():
    repeated, chance = Repeated(THREE, tremble=0.3), stream(0, "tests", "tremble")
    done = np.array([repeated.done((0, None), chance) for _ in range(4000)])
    # three standard deviations of a share of 0.15 in 4000 are 0.017
    np.testing.assert_allclose(frequencies(done[:, 0].astype(int)), [0.7, 0.15, 0.15], atol=0.03)
    assert set(done[:, 1]) == {None}


def test_public_misreading_is_one_record_for_all_and_private_spares_oneself():
    chance = stream(0, "tests", "misread")
    public = [Repeated(THREE, monitoring=PUBLIC).seen((1, 1), chance) for _ in range(4000)]
    assert all(mine == yours for mine, yours in public)
    shares = frequencies(np.array([mine[0] for mine, _ in public]))
    np.testing.assert_allclose(shares, [0.15, 0.7, 0.15], atol=0.03)
    private = [Repeated(THREE, monitoring=PRIVATE).seen((1, 1), chance) for _ in range(4000)]
    assert all(mine[0] == 1 and yours[1] == 1 for mine, yours in private)
    shares = frequencies(np.array([mine[1] for mine, _ in private]))
    np.testing.assert_allclose(shares, [0.15, 0.7, 0.15], atol=0.03)


def test_without_noise_nothing_is_drawn():
    repeated, chance = Repeated(PD), stream(0, "tests", "quiet")
    before = chance.bit_generator.state
    assert repeated.seen(repeated.done((0, 1), chance), chance) == ((0, 1), (0, 1))
    assert chance.bit_generator.state == before
