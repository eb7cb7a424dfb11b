"""What dominance removes, with the mixture that proves every step, and nothing more."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nashscope.errors import IllFormedProfile, Misuse, NotSolved
from nashscope.games import NormalForm, game, named
from nashscope.games.solve import (
    certify,
    dominating,
    equilibria,
    iterated_dominance,
    weakly_better,
)


@st.composite
def games(draw, most=4, players=2):
    shape = tuple(draw(st.integers(1, most)) for _ in range(players))
    return NormalForm(draw(arrays(int, (players, *shape), elements=st.integers(-3, 3))))


def beats(made, player, action, mixture, kept, kind):
    """Whether a mixture beats an action against everything the others have left."""
    own = np.moveaxis(made.exact[player], player, 0)
    rest = [kept[o] for o in range(made.players) if o != player]
    columns = own[np.ix_(range(own.shape[0]), *rest)].reshape(own.shape[0], -1)
    gains = np.array(mixture, dtype=object) @ columns - columns[action]
    return all(gains > 0) if kind == "strict" else all(gains >= 0) and any(gains > 0)


@given(st.sampled_from([2, 3]).flatmap(lambda p: games(4 if p == 2 else 3, p)),
       st.sampled_from(["strict", "weak"]))  # fmt: skip
@settings(max_examples=80)
def test_every_step_is_proved_by_its_mixture_among_what_was_left(made, kind):
    left = iterated_dominance(made, kind)
    kept = [list(range(count)) for count in made.shape]
    for turn in sorted({step.round for step in left.steps}):
        these = [step for step in left.steps if step.round == turn]
        for step in these:
            assert sum(step.by) == 1 and min(step.by) >= 0
            assert {a for a, p in enumerate(step.by) if p} <= set(kept[step.player])
            assert beats(made, step.player, step.action, step.by, kept, kind)
        for step in these:
            kept[step.player].remove(step.action)
    assert left.kept == tuple(map(tuple, kept))
    assert (left.game.exact == made.only(kept).exact).all()
    for player, own in enumerate(left.game.shape):  # and nothing dominated is left
        for action in range(own):
            assert dominating(left.game, player, action, kind) is None
    assert len(left.lines(made)) == len(left.steps)


@given(games(3))
@settings(max_examples=60)
def test_no_equilibrium_plays_what_is_strictly_dominated(made):
    left = iterated_dominance(made)
    for e in equilibria(made):
        for strategy, own in zip(e.strategies, left.kept, strict=True):
            assert {a for a, p in enumerate(strategy) if p} <= set(own)


@given(games(3))
@settings(max_examples=60)
def test_what_weak_dominance_leaves_has_an_equilibrium_of_the_whole_game(made):
    left = iterated_dominance(made, "weak")
    strategies = []
    for e in equilibria(left.game):
        whole = []
        for strategy, own, count in zip(e.strategies, left.kept, made.shape, strict=True):
            at = dict(zip(own, strategy, strict=True))
            whole.append([at.get(a, Fraction(0)) for a in range(count)])
        certify(made, whole)
        strategies.append(whole)
    assert strategies


def test_a_mixture_may_dominate_where_no_action_does():
    """Fudenberg and Tirole 1991, Figure 1.3: half of the first two beats the third."""
    made = NormalForm([[[4, 0], [0, 4], [1, 1]], [[0, 0]] * 3])
    by = dominating(made, 0, 2)
    assert by[2] == 0 and min(4 * by[0], 4 * by[1]) > 1
    assert dominating(made, 0, 0) is None and dominating(made, 1, 0) is None


def test_the_margin_may_be_one_part_in_a_billion_billions():
    """Floats see a tie; the fractions see who is better."""
    hair = Fraction(1, 10**18)
    made = NormalForm([[[1, 1], [1 - hair, 1 - hair]], [[0, 0], [0, 0]]])
    assert iterated_dominance(made).kept == ((0,), (0, 1))
    tied = NormalForm([[[1, 1], [1, 1]], [[0, 0], [0, 0]]])
    assert iterated_dominance(tied).steps == () == iterated_dominance(tied, "weak").steps


def test_the_ring_is_told_in_words():
    made = named("ring-network").make()
    lines = iterated_dominance(made).lines(made)
    assert lines[0].startswith("round 1: player 4's b is dominated by a")
    assert lines[-1].startswith("round 4: player 1's")


def test_a_strategy_that_is_no_dominated_one_and_what_is_none():
    made = NormalForm([[[1, 0], [1, 1]], [[0, 0], [0, 0]]])
    assert weakly_better(made, 0, (Fraction(1), Fraction(0))) == (0, 1)
    assert weakly_better(made, 0, (Fraction(0), Fraction(1))) is None
    with pytest.raises(IllFormedProfile, match=r"sums to 0\.5"):
        weakly_better(made, 0, (Fraction(1, 2), Fraction(0)))


def test_what_is_not_there_is_dominated_by_nothing():
    made = game("chicken")
    for player, action in ((2, 0), (0, 2), (-1, 0), (0, -1)):
        with pytest.raises(Misuse, match="there is no action"):
            dominating(made, player, action)
    # the type checker of the tests knows the two kinds; a user may not
    raw = getattr(iterated_dominance, "__wrapped__", iterated_dominance)
    with pytest.raises((Misuse, TypeError)):
        raw(made, "loud")


def test_time_is_bounded():
    made = game("travellers-dilemma")
    for ask in (
        lambda: iterated_dominance(made, time_limit=1e-9),
        lambda: dominating(made, 0, 3, "weak", time_limit=1e-9),
        lambda: weakly_better(made, 0, (Fraction(1), *[Fraction(0)] * 8), time_limit=1e-9),
    ):
        with pytest.raises(NotSolved, match="did not finish within"):
            ask()
