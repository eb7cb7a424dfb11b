"""Small changes of payoffs: the theorem as a property, and the solver's jump."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nashscope.bench import matrix
from nashscope.chance import stream
from nashscope.errors import Misuse
from nashscope.games.solve import nash_conv

ITEMS = [item for item in matrix.test_set() if item.group == "3×3"][:30]
PAYOFFS = arrays(float, (3, 4), elements=st.floats(-10, 10))


def distribution(size):
    return arrays(float, size, elements=st.floats(0.001, 1)).map(lambda w: w / w.sum())


@given(PAYOFFS, PAYOFFS, st.floats(0.001, 5), distribution(3), distribution(4))
def test_the_residual_is_2_lipschitz_in_the_payoffs(table, noise, delta, x, y):
    """arXiv 2605.10410, theorem; equality is reached, so the constant is 2 and not less."""
    moved = table + np.clip(noise, -1, 1) * delta
    change = nash_conv(moved, [x, y]) - nash_conv(table, [x, y])
    assert abs(change) <= 2 * delta + 1e-9


def test_the_bound_is_reached():
    calm, even = np.zeros((2, 2)), [np.array([1.0, 0.0]), np.array([1.0, 0.0])]
    moved = np.array([[0.0, -1.0], [1.0, 0.0]])
    assert nash_conv(calm, even) == 0 and nash_conv(moved, even) == 2


@pytest.mark.parametrize("delta", matrix.DELTAS)
def test_moved_games_are_certified_and_their_residuals_within_the_bound(delta):
    for item in ITEMS:
        after = matrix.perturbed(item, delta, stream(0, "test", item.id))
        assert after.certificate.holds(after.payoffs)
        assert np.abs(after.table - item.table).max() <= delta
        given_ = [item.optimal(p) for p in (0, 1)]
        found = matrix.moved(item, after, given_, [after.optimal(p) for p in (0, 1)])
        assert found.residual <= found.bound + 1e-9 and found.regret < 1e-9
        assert found.answer == found.solver


def test_on_an_edge_the_solver_jumps_and_a_fixed_pair_does_not():
    jumps = []
    for item in ITEMS:
        before, after = matrix.edge(item)
        even = [np.full(3, 1 / 3)] * 2
        found = matrix.moved(before, after, even, even)
        assert found.delta == 1 and found.residual <= 2 and found.answer == 0
        jumps.append(found.solver)
    assert max(jumps) > 0.9


def test_payoffs_move_by_whole_numbers():
    with pytest.raises(Misuse, match="1 or more"):
        matrix.perturbed(ITEMS[0], 0, stream(0))
