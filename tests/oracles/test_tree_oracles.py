"""What the literature knows of the trees in the catalogue."""

from fractions import Fraction

import pytest

from nashscope.games import named, strategic_form
from nashscope.games.solve import (
    equilibria,
    expected_payoffs,
    solve_tree,
    tree_best_response,
    tree_nash_conv,
    tree_regrets,
    uniform_policy,
)

F = Fraction
KUHN = named("kuhn-poker").make()


def bluffing(alpha):
    """The first player's optimal policies: bets J with probability alpha, K with three times that,
    never Q; calls with Q with alpha + 1/3, with K always. Kuhn 1950, section 4."""
    bets = {
        "J": alpha,
        "Q": F(0),
        "K": 3 * alpha,
        "Jpb": F(0),
        "Qpb": alpha + F(1, 3),
        "Kpb": F(1),
    }
    return {(0, name): (1 - p, p) for name, p in bets.items()}


ANSWERS = {
    (1, name): (1 - p, p)
    for name, p in {
        "Jp": F(1, 3),
        "Jb": F(0),
        "Qp": F(0),
        "Qb": F(1, 3),
        "Kp": F(1),
        "Kb": F(1),
    }.items()
}
"""The second player's one optimal policy. Kuhn 1950, section 4."""


def test_the_value_of_kuhn_poker():
    assert solve_tree(KUHN).value == F(-1, 18)


@pytest.mark.parametrize("alpha", [F(0), F(1, 7), F(1, 3)])
def test_kuhns_family_of_equilibria(alpha):
    assert tree_nash_conv(KUHN, {**bluffing(alpha), **ANSWERS}) == 0
    assert tree_best_response(KUHN, 1, bluffing(alpha)).value == F(1, 18)


def test_bluffing_too_much_is_exploited():
    much = F(1, 3) + F(1, 100)
    policy = {**bluffing(F(1, 3)), (0, "J"): (1 - much, much), **ANSWERS}
    assert tree_regrets(KUHN, policy)[1] > 0


def test_what_kuhn_poker_pays_deal_by_deal():
    """Rules of the game: 1 at the ante, 1 more for a bet that is called."""
    king_first = {key: (F(1), F(0)) for key in KUHN.information}
    assert expected_payoffs(KUHN, king_first)[0] == 0  # check-check: symmetric
    betting = {key: (F(0), F(1)) for key in KUHN.information}
    assert expected_payoffs(KUHN, betting)[0] == 0
    # first bets, second folds: the ante in every deal
    folding = {key: (F(1), F(0)) if key[0] else (F(0), F(1)) for key in KUHN.information}
    assert expected_payoffs(KUHN, folding)[0] == 1
    # first checks and folds, second bets
    yielding = {key: (F(0), F(1)) if key[0] else (F(1), F(0)) for key in KUHN.information}
    assert expected_payoffs(KUHN, yielding)[0] == -1


def test_uniform_play_of_kuhn_poker():
    """11/12 in OpenSpiel's own exploitability_test.py too."""
    assert tree_nash_conv(KUHN, uniform_policy) == F(11, 12)


def test_the_value_of_leduc_poker():
    """-0.085606424078 antes: the value that OpenSpiel's sequence-form program and its tests have
    (game_parameters.leduc, exploitability of uniform play 2.373611)."""
    leduc = named("leduc-poker").make()
    found = solve_tree(leduc)
    assert float(found.value) == pytest.approx(-0.085606424078, abs=1e-11)
    assert found.gap < 1e-9
    assert float(tree_nash_conv(leduc, uniform_policy)) / 2 == pytest.approx(2.373611, abs=1e-6)


def breakfast(strong, weak, after_beer, after_quiche):
    """Probabilities of beer by type, and of a duel after each breakfast."""
    return {
        (0, "strong"): (strong, 1 - strong),
        (0, "weak"): (weak, 1 - weak),
        (1, "beer"): (after_beer, 1 - after_beer),
        (1, "quiche"): (after_quiche, 1 - after_quiche),
    }


@pytest.mark.parametrize(
    ("policy", "equilibrium"),
    [
        # Cho and Kreps 1987, section II: both have beer, and quiche is answered by a duel at least
        # half of the time; or both have quiche, and beer is
        (breakfast(1, 1, 0, F(1)), True),
        (breakfast(1, 1, 0, F(1, 2)), True),
        (breakfast(1, 1, 0, F(49, 100)), False),
        (breakfast(0, 0, F(1), 0), True),
        (breakfast(0, 0, F(1, 2), 0), True),
        (breakfast(0, 0, F(49, 100), 0), False),
        # to separate is no equilibrium: the weak would have what the strong have
        (breakfast(1, 0, 0, 1), False),
        (breakfast(0, 1, 1, 0), False),
    ],
)
def test_the_equilibria_of_beer_and_quiche(policy, equilibrium):
    assert (tree_nash_conv(named("beer-quiche").make(), policy) == 0) == equilibrium


def test_beer_and_quiche_has_the_two_pooling_outcomes_and_no_other():
    found = equilibria(strategic_form(named("beer-quiche").make()))
    assert {e.payoffs for e in found} == {(F(29, 10), F(9, 10)), (F(21, 10), F(9, 10))}
    assert len(found.components) == 2


def horse(first, second, third):
    """Probabilities of across, across and left."""
    told = ((0, "1", first), (1, "2", second), (2, "3", third))
    return {(player, name): (p, 1 - p) for player, name, p in told}


@pytest.mark.parametrize(
    ("policy", "equilibrium"),
    [
        # Selten 1975, section 6: type 1 has both across and right at least 3/4 of the time
        (horse(1, 1, F(0)), True),
        (horse(1, 1, F(1, 4)), True),
        (horse(1, 1, F(26, 100)), False),
        # type 2 has down and left, and the second player, who never moves, across at least 1/3
        (horse(0, 1, F(1)), True),
        (horse(0, F(1, 3), F(1)), True),
        (horse(0, F(32, 100), F(1)), False),
        (horse(0, 1, F(99, 100)), False),
    ],
)
def test_the_equilibria_of_seltens_horse(policy, equilibrium):
    assert (tree_nash_conv(named("selten-horse").make(), policy) == 0) == equilibrium


def test_only_the_first_kind_of_seltens_equilibria_bears_a_tremble():
    """With the first player slipping across by 1/100, the second moves, and would go down."""
    game, slip = named("selten-horse").make(), F(1, 100)
    assert tree_regrets(game, horse(slip, 1, F(1)))[1] > 0
    assert tree_regrets(game, horse(1 - slip, 1, F(0)))[1] == 0


def test_the_one_equilibrium_of_hawk_and_dove_with_types():
    """The catalogue's note: the strong play hawk, the weak dove, and each expects 7/4."""
    game = named("hawk-dove-types").make()
    policy = {(p, kind): (1, 0) if kind == "strong" else (0, 1) for p, kind in game.information}
    assert tree_nash_conv(game, policy) == 0
    assert expected_payoffs(game, policy) == (F(7, 4), F(7, 4))


def test_nothing_is_sent_where_nothing_comes_back():
    """Berg, Dickhaut and McCabe 1995: the subgame-perfect outcome; full trust and an equal return
    would be better for both."""
    game = named("trust").make()
    generous = {
        (0, "send"): (0, 0, 1),
        (1, "received 0"): (1,),
        (1, "received 3"): (0, 0, 1, 0),
        (1, "received 6"): (0, 0, 0, 1, 0, 0, 0),
    }
    assert expected_payoffs(game, generous) == (3, 3)
    assert tree_regrets(game, generous) == (0, 3)
