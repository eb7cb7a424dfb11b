"""Theorems about equilibria, as properties."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nashscope.games import NormalForm
from nashscope.games.solve import certify, distance, equilibria


@st.composite
def games(draw, most=3, low=-3, high=3):
    """Small integer games, so that ties are common."""
    shape = (2, draw(st.integers(1, most)), draw(st.integers(1, most)))
    return NormalForm(draw(arrays(int, shape, elements=st.integers(low, high))))


def found(game):
    return {e.strategies for e in equilibria(game)}


@given(games())
@settings(deadline=None, max_examples=150)
def test_every_game_has_an_equilibrium_and_every_one_found_is_one_exactly(game):
    result = equilibria(game)
    assert len(result) > 0
    for e in result:
        proof = certify(game, e.strategies)
        assert proof.exact and set(proof.regrets) == {0}


@given(games(), st.data())
@settings(deadline=None, max_examples=100)
def test_every_mixture_within_a_component_is_an_equilibrium(game, data):
    for part in equilibria(game).components:
        profile = []
        for extreme in part.strategies:
            w = [Fraction(data.draw(st.integers(0, 4))) + Fraction(1, 7) for _ in extreme]
            mix = [
                sum(k * s[a] for k, s in zip(w, extreme, strict=True)) / sum(w)
                for a in range(len(extreme[0]))
            ]
            profile.append(tuple(mix))
        certify(game, profile)
        floats = [np.array(s, dtype=float) for s in profile]
        assert distance(equilibria(game), floats).max() < 1e-9


@given(games(), st.data())
@settings(deadline=None, max_examples=150)
def test_whatever_is_an_equilibrium_lies_in_a_component(game, data):
    """Completeness, on profiles that were not made by the solver: small fractions, checked."""
    profile = []
    for actions in game.shape:
        w = data.draw(st.lists(st.integers(0, 3), min_size=actions, max_size=actions))
        profile.append([Fraction(x, sum(w)) if sum(w) else Fraction(1, actions) for x in w])
    regrets = certify(game, profile, tolerance=10.0).regrets
    apart = distance(equilibria(game), [np.array(s, dtype=float) for s in profile]).max()
    assert (max(regrets) == 0) == (apart < 1e-9)


@given(games(), st.integers(1, 5), st.integers(-50, 50))
@settings(deadline=None, max_examples=60)
def test_equilibria_do_not_change_with_the_unit_of_payoff(game, scale, shift):
    payoffs = game.payoffs.astype(int)
    changed = NormalForm(np.stack([scale * payoffs[0] + shift, 7 * payoffs[1] - shift]))
    assert found(game) == found(changed)


@given(games())
@settings(deadline=None, max_examples=60)
def test_swapping_players_swaps_the_equilibria(game):
    swapped = NormalForm(game.payoffs[::-1].transpose(0, 2, 1).copy())
    assert found(game) == {(y, x) for x, y in found(swapped)}


@given(games(most=4, low=-50, high=50))
@settings(deadline=None, max_examples=60)
def test_the_indices_of_a_nondegenerate_game_sum_to_one_and_their_number_is_odd(game):
    result = equilibria(game)
    if result.degenerate is None:
        assert len(result) % 2 == 1
        assert sum(e.index for e in result) == 1
        assert all(part.single for part in result.components)


@given(arrays(int, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.integers(-4, 4)))
@settings(deadline=None, max_examples=60)
def test_the_equilibria_of_a_zero_sum_game_are_one_product_and_pay_the_value(table):
    result = equilibria(NormalForm(np.stack([table, -table])))
    assert len(result.components) == 1
    assert len({e.payoffs for e in result}) == 1
