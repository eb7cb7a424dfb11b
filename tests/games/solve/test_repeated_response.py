"""Play against history-dependent strategies: exact, and never judged by stage-game frequencies."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.chance import stream
from nashscope.errors import IllFormedProfile, NotSolved
from nashscope.games import (
    Automaton,
    Chance,
    Leaf,
    Monitoring,
    Move,
    NormalForm,
    Repeated,
    Tree,
    game,
)
from nashscope.games.solve import (
    equilibria,
    nash_conv,
    repeated_best_response,
    repeated_exploitability,
    repeated_nash_conv,
    repeated_payoffs,
    repeated_regrets,
    tree_regrets,
)
from nashscope.games.solve.repeated import best_response as solver
from nashscope.games.solve.repeated import transition as process

F = Fraction
PD = game("prisoners-dilemma")  # 3, 3; 0, 5; 5, 0; 1, 1


def tit_for_tat(view):
    return [0, 1] if view.last(1 - view.player) == 1 else [1, 0]


def grim(player):
    """Defects for ever once the other has."""

    def act(angry, played, now):
        return [0, 1] if angry else [1, 0]

    return Automaton(False, act, lambda angry, seen: angry or seen[1 - player] == 1)


def always(action):
    return lambda view: [int(a == action) for a in range(view.stage.shape[view.player])]


def mixing(seed, actions=(2, 2)):
    """A policy that depends on the whole view, in small fractions."""

    def policy(view):
        told = repr((view.player, view.round, view.history, view.now))
        chance = stream(seed, "tests", told)
        weights = chance.integers(0, 3, actions[view.player])
        weights[chance.integers(actions[view.player])] += 1
        return [F(int(w), int(weights.sum())) for w in weights]

    return policy


# --- the fault this exists for: frequencies of repeated play scored in the stage game ---


def test_tit_for_tat_against_itself_is_no_prey():
    repeated = Repeated(PD, discount=F(9, 10), memory=1)
    both = [tit_for_tat, tit_for_tat]
    assert repeated_payoffs(repeated, both) == (3, 3)
    assert repeated_regrets(repeated, both) == (0, 0)
    assert repeated_nash_conv(repeated, both) == 0
    # the same play, by its frequencies: all cooperation, which the stage game punishes
    assert nash_conv(PD, [[1, 0], [1, 0]]) == 4


def test_in_a_known_last_round_tit_for_tat_is_left_once():
    for rounds in (1, 2, 10):
        repeated = Repeated(PD, rounds=rounds, memory=1)
        found = repeated_best_response(repeated, 0, [None, tit_for_tat])
        assert found.value == F(3 * (rounds - 1) + 5, rounds)
        assert repeated_regrets(repeated, [tit_for_tat] * 2) == (F(2, rounds),) * 2
        assert repeated_exploitability(repeated, [tit_for_tat] * 2) == F(2, rounds)


# --- thresholds of the folk theorem ---


@pytest.mark.parametrize("discount", [F(k, 60) for k in range(0, 60, 3)])
def test_grim_trigger_holds_from_one_half(discount):
    """Friedman 1971: cooperation is an equilibrium if and only if δ ≥ (T - R)/(T - P) = 1/2."""
    gains = repeated_regrets(Repeated(PD, discount=discount), [grim(0), grim(1)])
    leaving = (1 - discount) * 5 + discount * 1
    assert gains == (max(F(0), leaving - 3),) * 2
    assert (gains[0] == 0) == (discount >= F(1, 2))


@pytest.mark.parametrize("discount", [F(k, 60) for k in range(0, 60, 3)])
def test_tit_for_tat_holds_from_two_thirds(discount):
    """Axelrod 1984, proposition 2: if and only if δ ≥ max((T - R)/(T - P), (T - R)/(R - S)) = 2/3;
    below, either to defect for ever or to defect every other time is better."""
    repeated = Repeated(PD, discount=discount, memory=1)
    gains = repeated_regrets(repeated, [tit_for_tat] * 2)
    for_ever = (1 - discount) * 5 + discount * 1
    alternating = F(5) / (1 + discount)
    assert gains == (max(F(0), for_ever - 3, alternating - 3),) * 2
    assert (gains[0] == 0) == (discount >= F(2, 3))


def test_win_stay_lose_shift_needs_more_patience_than_one_unless_temptation_is_small():
    """Nowak and Sigmund 1993, Nature 364: stable if δ ≥ (T - R)/(R - P)."""

    def pavlov(view):
        if not view.history:
            return [1, 0]
        return [1, 0] if view.history[-1][0] == view.history[-1][1] else [0, 1]

    for temptation, threshold in ((4, F(1, 2)), (F(7, 2), F(1, 4))):
        stage = NormalForm([[[3, 0], [temptation, 1]], [[3, temptation], [0, 1]]])
        for discount in (threshold - F(1, 100), threshold, F(9, 10)):
            gain = repeated_nash_conv(Repeated(stage, discount=discount, memory=1), [pavlov] * 2)
            assert (gain == 0) == (discount >= threshold)
    patient = Repeated(PD, discount=F(99, 100), memory=1)  # T = 5: the threshold is 1
    assert repeated_nash_conv(patient, [pavlov] * 2) > 0


def test_a_stage_equilibrium_for_ever_is_an_equilibrium_at_any_patience():
    for discount in (None, F(0), F(1, 3), F(99, 100)):
        repeated = Repeated(PD, rounds=5, discount=discount, memory=0)
        assert repeated_nash_conv(repeated, [always(1)] * 2) == 0
    shapley = game("shapley")
    mixed = next(iter(equilibria(shapley))).strategies
    policies = [lambda view: mixed[view.player]] * 2
    assert repeated_nash_conv(Repeated(shapley, discount=F(9, 10), memory=0), policies) == 0


def test_with_trembles_tit_for_tat_against_itself_spends_a_quarter_everywhere():
    """Molander 1985, J. Conflict Resolution 29: the mean of all four payoffs, as δ goes to 1."""
    repeated = Repeated(PD, discount=F(9_999, 10_000), memory=1, tremble=F(1, 20))
    mean = float(repeated_payoffs(repeated, [tit_for_tat] * 2)[0])
    assert mean == pytest.approx((3 + 0 + 5 + 1) / 4, abs=1e-3)


# --- a finitely repeated game is a tree ---


def slips(action, actions, chance):
    """What becomes of an action."""
    if not chance or actions == 1:
        return [(F(1), action)]
    return [
        (1 - chance if a == action else F(chance) / (actions - 1), a)
        for a in range(actions)
        if a == action or chance
    ]


def as_tree(repeated, behaviours):
    """The repeated game as a tree, and the policy that the behaviours are in it.

    A player's information set is what it saw, did and decided so far, whatever its view shows.
    """
    stage, policy = repeated.stage, {}
    rounds = repeated.rounds
    trembles = repeated.tremble
    misread = repeated.monitoring.misread

    def play(records, known, paid, now, decided):
        turn = len(decided)
        if turn == 2:
            return tremble(records, known, paid, decided)
        if len(records) == rounds:
            return Leaf(tuple(F(u) / rounds for u in paid))
        seen = now if repeated.order == "sequential" else (None, None)
        name = repr((known[turn], seen[: turn + 1]))
        shown = repeated.view(turn, list(records), seen)
        policy[turn, name] = tuple(F(p) for p in behaviours[turn](shown))
        children = []
        for action in range(stage.shape[turn]):
            told = [*known]
            told[turn] = (*known[turn], (seen, action))
            outcomes = slips(action, stage.shape[turn], trembles)
            branches = []
            for _, done in outcomes:
                after = (*now[:turn], done, *now[turn + 1 :])
                branches.append(play(records, told, paid, after, (*decided, done)))
            children.append(drawn(outcomes, branches))
        names = tuple(map(str, range(stage.shape[turn])))
        return Move(turn, name, names, tuple(children))

    def tremble(records, known, paid, done):
        earned = tuple(u + stage.exact[(p, *done)] for p, u in enumerate(paid))
        seen = [slips(a, stage.shape[i], misread) for i, a in enumerate(done)]
        pairs = list(product(*seen))
        branches = []
        for pair in pairs:
            record = tuple(a for _, a in pair)
            told = [(*memory, record) for memory in known]
            branches.append(play((*records, record), told, earned, (None, None), ()))
        return drawn([(a[0] * b[0], None) for a, b in pairs], branches)

    def drawn(outcomes, branches):
        if len(branches) == 1:
            return branches[0]
        names = tuple(map(str, range(len(branches))))
        return Chance(names, tuple(p for p, _ in outcomes), tuple(branches))

    root = play((), [(), ()], (F(0), F(0)), (None, None), ())
    return Tree(root, 2), policy


@given(
    st.integers(0, 10**6),
    st.integers(1, 2),
    st.sampled_from(["simultaneous", "sequential"]),
    st.sampled_from([0, F(1, 4)]),
    st.sampled_from([0, F(1, 5)]),
    st.sampled_from([None, 0, 1]),
)
@settings(deadline=None, max_examples=25)
def test_regrets_are_those_of_the_tree(seed, rounds, order, tremble, misread, memory):
    """Best responses by dynamic programming against best responses in the whole tree, in which the
    player may remember everything."""
    chance = np.random.default_rng(seed)
    stage = NormalForm(chance.integers(-3, 4, (2, 2, 2)))
    noise = Monitoring(misread)
    repeated = Repeated(stage, rounds, memory, order, tremble=tremble, monitoring=noise)
    policies = [mixing(seed), mixing(seed + 1)]
    tree, table = as_tree(repeated, policies)
    assert repeated_regrets(repeated, policies) == tree_regrets(tree, table)


# --- best responses as strategies, and their proofs ---


@pytest.mark.slow
@given(
    st.integers(0, 10**6),
    st.sampled_from([None, F(1, 2), F(4, 5)]),
    st.sampled_from(["simultaneous", "sequential"]),
    st.sampled_from([0, F(1, 10)]),
)
@settings(deadline=None, max_examples=12)
def test_the_response_earns_what_it_says_and_nothing_earns_more(seed, discount, order, tremble):
    stage = NormalForm(np.random.default_rng(seed).integers(-3, 4, (2, 2, 3)))
    repeated = Repeated(stage, 3, 1, order, discount=discount, tremble=tremble)
    other = mixing(seed, (2, 3))
    found = repeated_best_response(repeated, 0, [None, other])
    assert found.error == 0
    assert repeated_payoffs(repeated, [found.automaton, other])[0] == found.value
    for rival in (mixing(seed + 1, (2, 3)), always(0), always(1)):
        assert repeated_payoffs(repeated, [rival, other])[0] <= found.value
    again = repeated_best_response(repeated, 0, [None, other])
    assert again.choices == found.choices


@given(st.integers(0, 10**6), st.sampled_from([0.3, 0.9, 0.99]))
@settings(deadline=None, max_examples=15)
def test_floats_come_within_their_stated_error_of_fractions(seed, discount):
    stage = NormalForm(np.random.default_rng(seed).integers(-3, 4, (2, 2, 2)))
    policy = mixing(seed)
    exact = repeated_best_response(
        Repeated(stage, discount=F(discount), memory=1), 0, [None, policy]
    )
    for eliminated in (solver.ELIMINATED, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(solver, "ELIMINATED", eliminated)
            repeated = Repeated(stage, discount=discount, memory=1)
            floats = repeated_best_response(repeated, 0, [None, policy])
        assert exact.error == 0 and floats.error < 1e-10
        assert abs(floats.value - float(exact.value)) <= floats.error + 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("order", ["simultaneous", "sequential"])
def test_payoffs_are_the_mean_of_matches_as_they_are_played(private, order):
    """The noise of the process is the noise of `Repeated.done` and `Repeated.seen`."""
    noise = Monitoring(0.2, private=private)
    repeated = Repeated(PD, 3, 2, order, tremble=0.1, monitoring=noise)
    policies = [mixing(4), mixing(5)]
    chance, totals = stream(0, "tests", "matches", order, str(private)), []
    for _ in range(3000):
        seen, earned = [[], []], np.zeros(2)
        for _ in range(3):
            now = (None, None)
            for player in range(2):
                odds = policies[player](repeated.view(player, seen[player], now))
                chosen = int(chance.choice(2, p=np.array(odds, dtype=float)))
                done = repeated.done((chosen, None), chance)[0]
                now = (*now[:player], done, *now[player + 1 :])
            earned += PD.payoffs[(slice(None), *now)]
            for player, record in enumerate(repeated.seen(now, chance)):
                seen[player].append(record)
        totals.append(earned / 3)
    mean, error = np.mean(totals, axis=0), np.std(totals, axis=0) / len(totals) ** 0.5
    stated = np.array(repeated_payoffs(repeated, policies), dtype=float)
    assert (np.abs(mean - stated) < 4.5 * error).all()


def test_three_players():
    stage = game("public-goods")
    repeated = Repeated(stage, discount=F(1, 2), memory=0)
    nothing = [always(0)] * 3
    assert len(repeated_regrets(repeated, nothing)) == 3


def test_a_strategy_is_asked_once_per_situation():
    asked = []

    def policy(view):
        asked.append((view.player, view.history))
        return [F(1, 2), F(1, 2)]

    repeated_best_response(Repeated(PD, discount=F(1, 2), memory=1), 0, [None, policy])
    assert len(asked) == len(set(asked)) == 1 + 4


# --- what is refused ---


def test_under_private_monitoring_a_best_response_is_not_claimed():
    repeated = Repeated(PD, 3, 1, monitoring=Monitoring(0.1, private=True))
    with pytest.raises(NotSolved, match=r"private monitoring.*make the monitoring public"):
        repeated_best_response(repeated, 0, [None, tit_for_tat])


def test_what_is_no_distribution_is_named_with_the_situation():
    with pytest.raises(IllFormedProfile, match=r"after \(\): the strategy of player 1 sums to 0.9"):
        repeated_payoffs(Repeated(PD), [tit_for_tat, lambda view: [0.5, 0.4]])
    with pytest.raises(IllFormedProfile, match="player 1 has no strategy"):
        repeated_best_response(Repeated(PD), 0, [None, None])
    with pytest.raises(IllFormedProfile, match="numbered from 0"):
        repeated_best_response(Repeated(PD), 2, [tit_for_tat, tit_for_tat])


def test_an_endless_memory_of_an_endless_game_is_refused_in_time():
    wide = NormalForm(np.zeros((2, 30, 30)))
    both = [lambda view: [F(1, 30)] * 30] * 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "LARGEST", 2_000)
        with pytest.raises(NotSolved, match=r"more than 2,000 situations.*memory"):
            repeated_payoffs(Repeated(wide, discount=F(1, 2)), both)
    with pytest.raises(NotSolved, match="did not finish within"):
        repeated_payoffs(Repeated(wide, discount=F(1, 2)), both, time_limit=1e-6)
