"""Inputs on which solvers of public projects went wrong, each with what is right.

The files are in tests/cases/games. Time limits are kept by a clock that the test turns, so that
nothing here depends on the machine.
"""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nashscope.errors import IllFormedGame, Unreadable
from nashscope.games import Leaf, Move, Tree, deadline
from nashscope.games.exchange.file import read_game
from nashscope.games.solve import certify, equilibria, pure_equilibria, tree_equilibria

CASES = Path(__file__).parents[1] / "cases" / "games"
THIRD, HALF = Fraction(1, 3), Fraction(1, 2)


def case(name):
    """The game of a case."""
    return read_game(CASES / name)


class Clock:
    """A clock that goes on by one second each time that it is asked."""

    def __init__(self, tick=1.0):
        self.now, self.tick, self.asked = 0.0, tick, 0

    def monotonic(self):
        self.asked += 1
        self.now += self.tick
        return self.now


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("absent_minded.efg", IllFormedGame, "'D' would forget.*perfect recall is required"),
        ("nan_inf.nfg", Unreadable, "line 2"),
        ("outcome_twice.efg", Unreadable, r"line 5: outcome 1 is { 0 5 } here but .* on line 4"),
        ("outcomes_from_zero.efg", Unreadable, "line 4: outcome 0 pays"),
        ("set_two_names.efg", Unreadable, "line 6: set 1 of player 2 is 'after D' here but 'aft"),
        ("too_few.nfg", Unreadable, "ends too early"),
    ],
)
def test_what_contradicts_itself_is_refused_with_the_place(name, error, said):
    with pytest.raises(error, match=said) as refused:
        case(name)
    assert name in str(refused.value)


@pytest.mark.parametrize(
    ("name", "count", "components"),
    [
        ("degenerate_3x5.nfg", 8, 5),  # 5 were found
        ("identity6.nfg", 63, 63),
        ("not_square.nfg", 3, 3),
        ("null_and_commas.nfg", 3, 3),
        ("one_by_four.nfg", 2, 1),
        ("one_in_3x3.nfg", 1, 1),  # none was found
        ("point_and_segment.nfg", 3, 2),
        ("scale_1e8.nfg", 1, 1),
        ("three_pure_two_players.nfg", 3, 3),
        ("bom.nfg", 1, 1),
        ("near_ties_4x4.nfg", 2, 1),  # infinities were given
    ],
)
def test_two_players_have_all_their_equilibria_each_proved(name, count, components):
    found = equilibria(case(name))
    assert found.complete and found.exact and found.stopped is None
    assert (len(found), len(found.components)) == (count, components)
    for e in found:
        assert set(certify(found.game, e.strategies).regrets) == {0}


def test_what_is_known_of_single_cases():
    (only,) = equilibria(case("one_in_3x3.nfg"))
    sevenths = [tuple(Fraction(*p) for p in s) for s in (((0,), (17, 57), (40, 57)),
                                                        ((0,), (31, 43), (12, 43)))]  # fmt: skip
    assert list(only.strategies) == sevenths
    second = equilibria(case("not_square.nfg"))[1]
    assert second.strategies == ((Fraction(4, 5), Fraction(1, 5), 0), (2 * THIRD, THIRD))
    (only,) = equilibria(case("scale_1e8.nfg"))
    assert {s[0] for s in only.strategies} == {Fraction(3, 1000000003)}
    assert equilibria(case("degenerate_3x5.nfg")).degenerate
    assert equilibria(case("near_ties_4x4.nfg")).degenerate
    assert len(equilibria(case("identity6.nfg")).pure) == 6
    payoffs = {e.payoffs for e in equilibria(case("null_and_commas.nfg")).pure}
    assert payoffs == {(1, 2), (3, 4)}
    exponents = case("exponents.nfg")
    assert exponents.exact[:, 1, 1].tolist() == [Fraction(1, 10**10), 7]
    stag, hare, mixed = equilibria(case("three_pure_two_players.nfg"))
    assert {"payoff-dominant", "evolutionarily stable"} <= set(stag.labels)
    assert {"risk-dominant", "evolutionarily stable"} <= set(hare.labels)
    assert "evolutionarily stable" not in mixed.labels


def test_an_irrational_equilibrium_of_three_players():
    found = equilibria(case("irrational3.nfg"))
    assert len(found) == 1 and not found.complete and not found.exact
    second = [float(s[1]) for s in found[0].strategies]
    assert np.allclose(second, [0.0551988, 0.1719370, 0.7232683], atol=1e-7)
    assert max(found[0].certificate.regrets) < 1e-8


@pytest.mark.parametrize(("name", "number"), [("unanimity8.nfg", 248), ("majority7.nfg", 59)])
def test_a_time_limit_ends_the_search_and_keeps_the_pure_equilibria(name, number, monkeypatch):
    game, hand = case(name), Clock()
    monkeypatch.setattr(deadline, "time", hand)
    found = equilibria(game, time_limit=300.0)
    assert [e.cell for e in found] == pure_equilibria(game) and len(found) == number
    assert not found.complete
    assert found.stopped.startswith(
        "following the continua of equilibria did not finish within 300"
    )
    # whoever has time left looks at the clock, and nobody does twice after its end
    assert hand.asked < 310


@pytest.mark.slow
def test_the_pure_equilibria_are_the_corners_of_the_continua():
    found = equilibria(case("majority7.nfg"))
    assert [e.pure for e in found] == [True] * 59 and found.exact
    assert len(found.continua) == 2 and sum(map(len, found.continua)) == 59
    assert all(part.members for part in found.components)


@pytest.mark.parametrize(
    ("name", "payoffs", "labels"),
    [
        ("card_that_never_comes.efg", ("9/100", "291/100"), ("optimal",)),
        ("constant_sum_kuhn.efg", ("-1/18", "19/18"), ("optimal",)),
        ("one_player_hidden.efg", ("2",), ("pure", "optimal")),
        ("trust_once.efg", ("0", "0"), ("pure", "subgame-perfect")),
        ("zero_sum_off_path.efg", ("10", "-10"), ("pure", "subgame-perfect", "optimal")),
    ],
)
def test_trees_are_solved_by_what_says_most(name, payoffs, labels):
    found = tree_equilibria(case(name))
    (only,) = found.equilibria
    assert only.payoffs == tuple(map(Fraction, payoffs)) and only.labels == labels
    assert set(only.regrets) == {0}


def test_what_is_never_reached_is_played_well():
    (only,) = tree_equilibria(case("zero_sum_off_path.efg")).equilibria
    assert only.policy[1, "2.1"] == (0, 1) and only.unreached == ((1, "2.1"),)
    (only,) = tree_equilibria(case("trust_once.efg")).equilibria
    assert all(sum(row) == 1 for row in only.policy.values())


def test_a_signalling_game_of_four_types_is_solved_by_the_sequence_form():
    """Its strategic form has 256 × 256 cells, in which no equilibrium was found before."""
    found = tree_equilibria(case("sender_receiver_444.efg"))
    assert len({e.payoffs for e in found.equilibria}) > 1
    assert all(set(e.regrets) == {0} for e in found.equilibria) and not found.complete


def test_plans_have_names():
    found = tree_equilibria(case("two_mixed_plans.efg"))
    assert found.game.actions[1][0] == "hears s: S, hears c: S"
    payoffs = [tuple(map(str, e.payoffs)) for e in found]
    assert payoffs == [("4", "4"), ("39/8", "21/10"), ("33/8", "37/10")]


def test_two_thousand_moves_are_no_recursion():
    node = Leaf((Fraction(0), Fraction(5)))
    for n in reversed(range(2000)):
        stop = Leaf((Fraction(n % 7), Fraction(n % 5)))
        node = Move(n % 2, f"move {n}", ("stop", "go"), (stop, node))
    (only,) = tree_equilibria(Tree(node, 2)).equilibria
    assert "subgame-perfect" in only.labels
