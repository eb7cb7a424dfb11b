"""Several matches in a row: turns count on, payments add up, and the earlier ones are known."""

from fractions import Fraction as F

import pytest

from nashscope.errors import IllFormedGame
from nashscope.games import Repeated, check_dynamic, game, named, unfold
from nashscope.games.dynamic import states
from nashscope.games.solve import best_reply, one_owner, solve_tree
from nashscope.games.wrapper.note import Noting
from nashscope.games.wrapper.series import Series
from nashscope.games.wrapper.talk import Talk

PD = game("prisoners-dilemma")


@pytest.mark.parametrize(
    "inner",
    [
        Repeated(PD, 2, tremble=F(1, 10)),
        named("kuhn-poker").make(),
        Talk(Repeated(PD), 2),
        Noting(Talk(Repeated(PD, 2), 1, when="every step")),
        named("commons:players=2,months=2,stock=6").make(),
    ],
)
def test_a_series_of_any_game_keeps_its_promises(inner):
    check_dynamic(Series(inner, 3))


def test_what_was_earned_and_known_before_is_told():
    series = Series(Talk(Repeated(PD), 1), 3)
    *_, after = states(series, [("a", "b"), (0, 1), ("c", "d")])
    facts = series.facts(after, 1)
    assert facts.match == 1 and facts.inside.said == ((-1, 0, "c"), (-1, 1, "d"))
    ((end, paid),) = facts.before
    assert end.inside.history == ((0, 1),) and end.said[0].words == "a" and paid == (0, 5)
    assert [ask.turn for ask in series.asks(after)] == [2, 2]
    *_, over = states(series, [("a", "b"), (0, 1), ("", ""), (1, 1), ("", ""), (1, 0)])
    assert series.asks(over) == () and series.paid(over) == (6, 6)


def test_an_unread_answer_leaves_all_sums_open():
    series = Series(Repeated(PD), 2)
    *_, after = states(series, [(None, 0)])
    assert series.paid(after) is None and series.facts(after, 0).before[0][1] is None


def test_two_matches_are_worth_twice_one():
    poker = named("kuhn-poker").make()
    assert one_owner(Series(Repeated(PD, 2), 2)).value == 24
    twice = best_reply(Series(poker, 2), 0, [None, lambda facts, ask: [F(1, 2), F(1, 2)]])
    once = best_reply(poker, 0, [None, lambda facts, ask: [F(1, 2), F(1, 2)]])
    assert twice.value == 2 * once.value
    pennies = Series(Repeated(game("matching-pennies")), 2)
    assert solve_tree(unfold(pennies)).value == 0


def test_a_series_that_cannot_be_is_named():
    with pytest.raises(IllFormedGame, match="a series of 0 matches; give 1 or more"):
        Series(Repeated(PD), 0)
