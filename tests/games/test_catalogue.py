"""Every named game is what its file says."""

from fractions import Fraction

import pytest

from nashscope.games import NormalForm, catalogue, named
from nashscope.games.solve import certify, equilibria

STRATEGIC = [name for name in catalogue() if isinstance(named(name).make(), NormalForm)]


def fractions(profile):
    return tuple(tuple(Fraction(p) for p in strategy) for strategy in profile)


@pytest.mark.parametrize("name", STRATEGIC)
def test_the_stated_equilibria_are_equilibria(name):
    game = named(name).make()
    for profile in named(name).equilibria:
        certify(game, fractions(profile))


@pytest.mark.parametrize("name", STRATEGIC)
def test_the_stated_equilibria_are_all_extreme_ones(name):
    entry = named(name)
    game = entry.make()
    if game.players == 2 and entry.equilibria:
        stated = {fractions(profile) for profile in entry.equilibria}
        found = {equilibrium.strategies for equilibrium in equilibria(game)}
        assert stated == found if entry.complete else stated < found


@pytest.mark.parametrize("name", STRATEGIC)
def test_the_stated_value_is_what_every_equilibrium_pays(name):
    entry = named(name)
    if entry.value is not None:
        assert {e.payoffs[0] for e in equilibria(entry.make())} == {Fraction(entry.value)}
