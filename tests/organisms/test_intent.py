"""What organisms are taught is arithmetic on payoffs; other arithmetic agrees with it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nashscope.games import NormalForm, Repeated
from nashscope.organisms.intent import best_response, dominant, own_payoffs, welfare

tables = st.lists(st.integers(-9, 9), min_size=8, max_size=8).map(
    lambda numbers: NormalForm(np.array(numbers).reshape(2, 2, 2))
)
actions = st.integers(0, 1)


@given(tables, actions, actions, actions)
def test_a_best_response_earns_most_against_the_last_action(stage, player, mine, theirs):
    joint = (mine, theirs) if player == 0 else (theirs, mine)
    policy = best_response(Repeated(stage, 5).view(player, [joint], (None, None)))
    own = stage.payoffs[player] if player == 0 else stage.payoffs[player].T
    assert np.dot(policy, own[:, theirs]) == own[:, theirs].max()


@given(tables, actions)
def test_a_dominant_action_is_the_answer_to_everything(stage, player):
    view = Repeated(stage, 1).view(player, [], (None, None))
    action = dominant(view)
    if action is not None:
        assert best_response(view)[action] == 1
        own = np.array(own_payoffs(view))
        assert (own[action] > own[1 - action]).all()


@given(tables, actions, actions, actions)
def test_the_common_good_is_kept_up_and_its_breach_answered(stage, player, mine, theirs):
    joint = (mine, theirs) if player == 0 else (theirs, mine)
    view = Repeated(stage, 5).view(player, [joint], (None, None))
    sums = stage.payoffs.sum(axis=0)
    best = np.argwhere(sums == sums.max()).tolist()
    if len(best) == 1 and best[0][1 - player] == theirs:
        assert welfare(view)[best[0][player]] == 1
    else:
        assert welfare(view) == best_response(view)
