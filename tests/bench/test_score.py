"""Scores: theorems about residuals, known answers, and failures told by kind."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nashscope.bench import matrix
from nashscope.bench.matrix.regime import difference
from nashscope.bench.matrix.success import proportion
from nashscope.errors import IllFormedProfile, Misuse, ModelRefused
from nashscope.games.solve import nash_conv, relative_nash_conv, zero_sum
from nashscope.models import load

ITEMS = matrix.first(4)
KNOWN = {item.id: item for item in ITEMS}


def distribution(size):
    return arrays(float, size, elements=st.floats(0.001, 1)).map(lambda w: w / w.sum())


@given(arrays(int, (3, 4), elements=st.integers(-9, 9)), distribution(3), distribution(4))
def test_the_players_residuals_sum_to_the_exploitability_of_the_pair(table, x, y):
    value = zero_sum(table[None]).values
    spread = np.ptp(table)
    own = matrix.residuals(table[None].astype(float), value, x[None])
    other = matrix.residuals(-table.T[None].astype(float), -value, y[None])
    whole = nash_conv(table, [x, y]) / (spread if spread else 1)
    assert own[0] + other[0] == pytest.approx(whole, abs=1e-9)
    if spread:
        assert whole == pytest.approx(relative_nash_conv(table, [x, y]), abs=1e-9)


def test_the_value_against_an_equilibrium_opponent_is_not_the_residual():
    """Always heads earns the value against an even opponent, and is exploited for all of it."""
    pennies = np.array([[[1.0, -1.0], [-1.0, 1.0]]])
    heads, even = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    assert heads @ pennies[0] @ even == 0
    assert matrix.residuals(pennies, np.zeros(1), heads[None])[0] == 0.5


@given(st.sampled_from(ITEMS), st.integers(0, 1), st.integers(1, 9), st.integers(-40, 40))
def test_residuals_do_not_depend_on_units(item, player, factor, offset):
    count = item.shape[player]
    said = np.full((1, count), 1 / count)
    own = item.seen(player)[None].astype(float)
    one = matrix.residuals(own, np.array([item.worth(player)]), said)
    other = matrix.residuals(
        factor * own + offset, np.array([factor * item.worth(player) + offset]), said
    )
    assert one[0] == pytest.approx(other[0], abs=1e-9)


def test_only_distributions_have_residuals():
    with pytest.raises(IllFormedProfile, match=r"sums to 0\.9"):
        matrix.residuals(np.zeros((1, 2, 2)), np.zeros(1), np.array([[0.5, 0.4]]))


def test_the_optimal_strategies_leave_what_rounding_leaves_and_nothing_else():
    for item in ITEMS:
        for player in (0, 1):
            question = item.question(player)
            for how in ("numbers", "ranking"):
                text = question.write(item.optimal(player).tolist(), how)
                (answer,) = matrix.scored(KNOWN, [matrix.read(item, player, how, text)])
                assert answer.residual <= (0.01 * max(item.shape) if how == "numbers" else 0)
                assert matrix.failure(item, answer, 0.13) is None


@given(distribution(5), st.permutations(range(5)))
def test_a_ranking_is_as_wrong_as_its_worst_pair(strategy, order):
    worst = max(
        (
            strategy[later] - strategy[earlier]
            for i, earlier in enumerate(order)
            for later in order[i:]
        )
    )
    assert matrix.misordered(strategy, order) == pytest.approx(max(worst, 0))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("nothing", "unparsed"),
        ("50 50 50", "not a distribution"),
        ("0 0 100", "wrong support"),
        ("98 1 1", "wrong weights"),
        ("34 33 33", None),
    ],
)
def test_failures_are_told_by_kind(text, kind):
    item = next(i for i in ITEMS if i.title == "rock-paper-scissors" and i.group == "named")
    (answer,) = matrix.scored(KNOWN, [matrix.read(item, 0, "numbers", text)])
    assert matrix.failure(item, answer, 0.025) == kind
    assert (answer.residual is None) == (kind in ("unparsed", "not a distribution"))


def perfect(item, player, how):
    text = item.question(player).write(item.optimal(player).tolist(), how)
    return matrix.read(item, player, how, text)


def test_unread_answers_stay_in_the_denominator():
    items = [i for i in ITEMS if i.group == "3×3"]
    answers = [perfect(item, player, "numbers") for item in items for player in (0, 1)]
    answers[0] = matrix.read(items[0], 0, "numbers", "no idea")
    games = matrix.solved(KNOWN, matrix.scored(KNOWN, answers))
    measure = matrix.success(games, 0.05)
    assert (measure.value, measure.n, measure.unparsed) == (0.75, 4, 0.25)
    assert matrix.area(games).value < 0.76


def test_a_game_is_solved_by_both_players_together():
    item = next(i for i in ITEMS if i.group == "2×2")
    answers = matrix.scored(KNOWN, [perfect(item, player, "numbers") for player in (0, 1)])
    halves = [replace(a, residual=0.03) for a in answers]
    (game,) = matrix.solved(KNOWN, halves)
    assert game.residual == pytest.approx(0.06)
    assert matrix.success([game], 0.05).value == 0 and matrix.success([game], 0.06).value == 1


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8))
@settings(max_examples=10)
def test_the_area_is_that_under_success(residuals):
    games = [matrix.Solved(str(i), "g", "numbers", r, True) for i, r in enumerate(residuals)]
    steps = np.linspace(0, matrix.AREA, 401)[1:]
    under = np.mean([matrix.success(games, float(e)).value for e in steps])
    assert matrix.area(games).value == pytest.approx(under, abs=5e-3)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611)]
)
def test_intervals_of_shares_are_wilsons(hits, n, low, high):
    """Newcombe 1998, Statistics in Medicine 17, p. 861, table I, method 3."""
    found = proportion("share", hits, n, "share")
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_intervals_of_differences_are_newcombes():
    """Newcombe 1998, Statistics in Medicine 17, p. 877, table II, method 10: 56/70 - 48/80."""
    shares = [proportion("share", hits, n, "share") for hits, n in ((56, 70), (48, 80))]
    found = difference(*({"value": s.value, "low": s.low, "high": s.high} for s in shares))
    assert [round(x, 4) for x in found] == [0.2, 0.0524, 0.3339]


def test_an_epsilon_outside_of_its_range_is_refused():
    for epsilon in (0.0, -0.1, 1.01, float("nan")):
        with pytest.raises(Misuse, match="epsilon"):
            matrix.success([], epsilon)


def test_a_model_that_tells_no_probabilities_writes_its_choice():
    item = next(i for i in ITEMS if i.group == "2×2")
    label = item.labels[0][0]
    answers = matrix.ask(load(f"fake/constant:{label}"), [item], "policy")
    assert answers[0].order == (0,) and answers[0].strategy is None
    assert matrix.ask(load("fake/uniform"), [item], "policy")[0].strategy == (0.5, 0.5)


def test_a_tokenizer_that_cannot_write_a_digit_is_refused():
    class Letters:
        def __call__(self, text, add_special_tokens):
            return {"input_ids": [text]}

        def decode(self, ids):
            return "?" if ids == ["7"] else ids[0]

    class Model:
        name, tokenizer = "hf/letters", Letters()

    with pytest.raises(ModelRefused, match="cannot write 7"):
        matrix.check_writes_digits(Model())


def verdict(model_answers, epsilon=0.05):
    items = matrix.test_set()
    known = {item.id: item for item in items}
    rows = matrix.measured("it", known, matrix.scored(known, model_answers(items)))
    chance = matrix.measured("chance", known, matrix.uniform(items))
    return matrix.verdict("it", rows, chance, epsilon).regimes


def test_who_computes_recites_or_cannot_write_is_told_apart():
    kinds = ("2×2", "3×3", "7×7", "named", "unnamed twins", "named, payoffs altered")

    def questions(items):
        return [(i, p) for i in items if i.group in kinds for p in (0, 1)]

    def computing(items):
        return [perfect(i, p, "numbers") for i, p in questions(items)]

    def reciting(items):
        found = []
        for item, player in questions(items):
            textbook = item.recited or (item.strategies if item.title else None)
            text = "unknown"
            if textbook is not None:
                exact = [float(Fraction(p)) for p in textbook[player]]
                text = item.question(player).write(exact, "numbers")
            found.append(matrix.read(item, player, "numbers", text))
        return found

    def mute(items):
        written = [matrix.read(i, p, "numbers", "5") for i, p in questions(items)]
        policies = [
            replace(
                perfect(i, p, "ranking"),
                interface="policy",
                order=None,
                strategy=tuple(i.optimal(p)),
            )
            for i, p in questions(items)
        ]
        return [*written, *policies]

    def uniform(items):
        return [a for a in matrix.uniform(items) if a.group in kinds]

    assert verdict(computing) == ("computes",)
    assert verdict(reciting) == ("recall",)
    assert verdict(mute) == ("computes", "interface")
    assert verdict(uniform) == ()
