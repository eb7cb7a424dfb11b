"""Numbers that say what they are: None where nothing was measured, intervals over matches."""

import inspect
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope import metrics
from nashscope.agents import Decision
from nashscope.errors import Misuse
from nashscope.games import Repeated, game
from nashscope.metrics import (
    cooperation_bounds,
    empirical_nash_distance_bounds,
    nash_distance_bounds,
    payoff_bounds,
    regret_bounds,
    welfare_bounds,
)
from nashscope.metrics.bounds import Part, mean_range
from nashscope.metrics.check import check_metric
from nashscope.metrics.measure import Measure, mean_over, ratio_over
from nashscope.play import Transcript

CODE = {"C": 0, "D": 1, "?": None}


def match(*rounds, of="prisoners-dilemma", number=0, policies=None):
    """A match from strings such as "CD"; "?" is an answer that nobody could read."""
    played = []
    for k, joint in enumerate(rounds):
        told = policies[k] if policies else (None, None)
        played.append(
            tuple(
                Decision(CODE[c], "action" if c != "?" else "no label", policy)
                for c, policy in zip(joint, told, strict=True)
            )
        )
    return Transcript(
        "cell", number, ("a", "b"), Repeated(game(of), max(1, len(rounds))), tuple(played)
    )


def shipped():
    """Every function of the package from matches to measures, found by its signature.

    Those that take a player are taken for each of two; of lists the first measure is taken, of a
    fingerprint each.
    """
    for name in metrics.__all__:
        metric = getattr(metrics, name)
        if not inspect.isfunction(metric):
            continue
        first, *others = inspect.signature(metric).parameters.values()
        hints = get_type_hints(metric)
        given = hints["return"]
        if hints.get(first.name) != Sequence[Transcript] or given not in TAKEN:
            continue
        players = [{"player": p} for p in (0, 1)] if "player" in hints else [{}]
        if all(other.default is not other.empty for other in others) and "player" in hints:
            players.append({})
        for who in players:
            for key, take in TAKEN[given].items():
                title = " ".join([name, *map(str, who.values()), key]).strip()
                yield pytest.param(partial(taken, metric, take, who), id=title)


TAKEN = {
    Measure: {"": lambda found: found},
    list[Measure]: {"first": lambda found: found[0] if found else metrics.missing("nothing", "x")},
    metrics.Fingerprint: {
        "first": lambda found: found.first,
        "CC": lambda found: found.after["CC"],
        "DD": lambda found: found.after["DD"],
    },
}
"""What is checked of what a metric gives."""


def taken(metric, take, who, matches):
    """A measure out of what a metric gives."""
    return take(metric(matches, **who))


SHIPPED = list(shipped())


def test_the_metrics_are_found():
    """Sixteen give a measure, two a list, one a fingerprint; with their players there are more."""
    names = {param.id.split()[0] for param in SHIPPED}
    assert len(names) >= 19 and {"settles", "recovery", "nash_distance_by_round"} <= names


@pytest.mark.parametrize("metric", SHIPPED)
def test_every_metric_passes_the_conformance_test(metric):
    check_metric(metric, with_bounds=True)


def readable(own):
    """Whether the first answer of a match was read."""
    return bool(own.rounds) and own.rounds[0][0].action is not None


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (lambda own: Measure("zero", 0.0, "points", len(own) + 1, unparsed=0.0), "must be None"),
        (
            lambda own: mean_over("x", [1.0 for _ in own], "x", unparsed=0.0),
            "without a round is a number",
        ),
        (
            lambda own: mean_over(
                "x", [float(m.match) for m in own if readable(m)], " ", unparsed=0.0
            ),
            "no unit",
        ),
        (
            lambda own: mean_over("x", [1.0 for m in own if readable(m)], "points"),
            "does not say how many",
        ),
        (
            lambda own: Measure(
                "x",
                float(own[0].match) if own and readable(own[0]) else None,
                "points",
                int(bool(own) and readable(own[0])),
                unparsed=0.0,
            ),
            "order",
        ),
        (lambda own: metrics.payoff(own, 0 * len(own[0].rounds)), "of no matches: .* IndexError"),
        (
            lambda own: (
                metrics.missing("x", "points")
                if any(len(m.agents) > 2 and m.agents.index("d") for m in own)
                else metrics.payoff(own, 0)
            ),
            "public-goods",
        ),
        (lambda own: replace(metrics.payoff(own, 0), least=0.0, most=0.1), "outside its bounds"),
        (lambda own: metrics.payoff(own, 0).value, "a Measure is wanted"),
        (lambda own: replace(metrics.payoff(own, 0), n=7), "counts 7"),
    ],
)
def test_the_conformance_test_catches_each_breach(broken, says):
    with pytest.raises(Misuse, match=says):
        check_metric(broken)


def test_the_interval_is_over_matches_and_not_over_decisions():
    """Two matches that differ leave much open, however many rounds they have."""
    rate = metrics.cooperation_rate([match(*["CC"] * 100), match(*["DD"] * 100)])
    assert (rate.value, rate.n, rate.low, rate.high) == (0.5, 2, 0.0, 1.0)
    one = metrics.cooperation_rate([match("CC", "DD")])
    assert (one.value, one.n, one.low, one.high) == (0.5, 1, None, None)


def test_students_interval_has_its_textbook_width():
    """Of 1, 2, 3, 4, 5: mean 3, s = √2.5, t(4) = 2.776445."""
    found = mean_over("x", [1.0, 2.0, 3.0, 4.0, 5.0], "points")
    half = 2.776445105 * np.sqrt(2.5) / np.sqrt(5)
    assert (found.low, found.high) == pytest.approx((3 - half, 3 + half))


def test_students_interval_covers_what_it_should():
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(400):
        found = mean_over("x", rng.normal(2, 1, 5), "points")
        inside += found.low <= 2 <= found.high
    assert 0.91 <= inside / 400 <= 0.985


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=9))
@settings(deadline=None, max_examples=40)
def test_a_ratio_of_sums_is_that(pairs):
    counts, totals = ([float(of(pair)) for pair in pairs] for of in (min, max))
    found = ratio_over("x", counts, totals, "share", span=(0.0, 1.0))
    if sum(totals) == 0:
        assert found.value is None
        return
    assert found.value == pytest.approx(sum(counts) / sum(totals))
    assert found.n == sum(total > 0 for total in totals)
    if found.low is not None:
        assert found.low <= found.value + 1e-12 and found.high >= found.value - 1e-12


def test_equal_totals_make_the_ratio_a_mean():
    ratio = ratio_over("x", [1.0, 4.0, 2.0, 3.0], [5.0, 5.0, 5.0, 5.0], "share")
    mean = mean_over("x", [0.2, 0.8, 0.4, 0.6], "share")
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((mean.value, mean.low, mean.high))


# --- the numbers themselves


def test_two_defectors_are_at_the_equilibrium_and_two_cooperators_far_from_it():
    sure = {"C": (1.0, 0.0), "D": (0.0, 1.0)}

    def told(*rounds):
        return match(*rounds, policies=[tuple(sure[c] for c in joint) for joint in rounds])

    assert metrics.nash_distance([told("DD", "DD")]).value == 0
    assert metrics.nash_distance([told("CC", "CC")]).value == 1
    mixed = told("CD", "DD")
    assert [metrics.nash_distance([mixed], p).value for p in (None, 0, 1)] == [0.5, 0.5, 0.0]
    by_round = [m.value for m in metrics.nash_distance_by_round([mixed])]
    assert by_round == [1.0, 0.0]


def test_the_nearest_of_several_equilibria_counts():
    """Near mutual hunting, that is the one, though the mixed and the other pure one exist."""
    found = metrics.nash_distance(
        [match("CC", of="stag-hunt", policies=[((0.9, 0.1), (0.9, 0.1))])]
    )
    assert found.value == pytest.approx(0.1)


def test_the_distance_to_a_continuum_is_to_its_nearest_point(tmp_path):
    """Player 1 is indifferent where player 0 plays its dominant action: a line of equilibria."""
    file = tmp_path / "idle.py"
    file.write_text(
        "from nashscope.games import NormalForm\n"
        "GAME = NormalForm([[[1, 1], [0, 0]], [[2, 2], [3, 0]]])\n"
    )
    for q in (0.0, 0.3, 1.0):
        own = match("CC", of=f"{file}:GAME", policies=[((0.8, 0.2), (q, 1 - q))])
        assert metrics.nash_distance([own]).value == pytest.approx(0.2)
        assert metrics.nash_distance([own], 1).value == pytest.approx(0.0)


def test_an_unread_answer_is_no_cooperation_no_defection_and_no_zero():
    own = [match("C?", "CC", "DC")]
    assert metrics.cooperation_rate(own).value == pytest.approx(4 / 5)
    assert metrics.cooperation_rate(own).unparsed == pytest.approx(1 / 6)
    assert metrics.payoff(own, 0).value == pytest.approx((3 + 5) / 2)
    assert metrics.welfare(own).value == pytest.approx((6 + 5) / 2)
    assert metrics.payoff([match("??", "??")], 0).value is None


def test_payoffs_are_points_and_not_who_got_more():
    """3–3 and 1–1 are different outcomes, though the difference is 0 in both."""
    assert metrics.welfare([match("CC")]).value == 6
    assert metrics.welfare([match("DD")]).value == 2
    assert metrics.payoff([match("CD")], 0).value == 0
    assert metrics.payoff([match("CD")], 1).value == 5


def test_welfare_is_compared_with_the_best_and_with_the_equilibrium():
    assert metrics.welfare_to_best([match("DD")]).value == -4
    assert metrics.welfare_over_equilibrium([match("CC")]).value == 4


def test_regret_is_against_the_best_single_action():
    """Against C, D, D the best single answer is D: 5 + 1 + 1; cooperating earned 3 + 0 + 0."""
    assert metrics.regret([match("CC", "CD", "CD")], 0).value == pytest.approx(4 / 3)
    assert metrics.regret([match("DC", "DD", "DD")], 0).value == 0


def test_later_rounds_weigh_less_where_the_game_is_discounted():
    """1, ½ and ¼ of 3, 0 and 5, over their sum."""
    own = match("CC", "CD", "DC")
    assert metrics.discounted_payoff([own], 0).value == metrics.payoff([own], 0).value
    half = Transcript(
        "c", 0, ("a", "b"), Repeated(game("prisoners-dilemma"), 3, discount=0.5), own.rounds
    )
    assert metrics.discounted_payoff([half], 0).value == pytest.approx((3 + 5 / 4) / 1.75)
    assert metrics.payoff([half], 0).value == pytest.approx(8 / 3)


def test_cooperation_is_missing_where_the_game_has_none():
    assert metrics.cooperation_rate([match("CC", of="matching-pennies")]).value is None


def test_what_was_done_counts_and_not_what_was_meant():
    """A tremble turned a cooperation into a defection: payoffs and rates follow the deed."""
    own = match("CC")
    slipped = Transcript(own.cell, 0, own.agents, own.game, own.rounds, (), {(0, 0): 1})
    assert metrics.payoff([slipped], 0).value == 5
    assert metrics.cooperation_rate([slipped]).value == 0.5
    assert metrics.nash_distance([slipped]).value is None


# --- bounds

rows = st.lists(
    st.tuples(st.sampled_from("CD?"), st.sampled_from("CD?")).map("".join), min_size=1, max_size=4
)

BOUNDED = [
    (cooperation_bounds, metrics.cooperation_rate),
    (lambda own: payoff_bounds(own, 0), lambda own: metrics.payoff(own, 0)),
    (lambda own: payoff_bounds(own, 1), lambda own: metrics.payoff(own, 1)),
    (welfare_bounds, metrics.welfare),
    (lambda own: regret_bounds(own, 0), lambda own: metrics.regret(own, 0)),
    (empirical_nash_distance_bounds, metrics.empirical_nash_distance),
]


def imputed(rounds):
    """Every way in which the unread answers could have been read."""
    texts = [""]
    for mark in " ".join(rounds):
        texts = [text + c for text in texts for c in ("CD" if mark == "?" else mark)]
    return [text.split(" ") for text in texts]


@pytest.mark.slow
@given(rows, rows, st.integers(0, len(BOUNDED) - 1))
@settings(deadline=None, max_examples=60)
def test_bounds_hold_for_every_imputation_and_the_exact_ones_are_reached(first, second, which):
    bounds, metric = BOUNDED[which]
    matches = [match(*first), match(*second, number=1)]
    found = bounds(matches)
    values = [
        metric([match(*one), match(*two, number=1)]).value
        for one in imputed(first)
        for two in imputed(second)
    ]
    assert found.worst <= min(values) + 1e-9 and max(values) <= found.best + 1e-9
    if found.exact:
        assert (found.worst, found.best) == pytest.approx((min(values), max(values)))
    if "?" not in "".join(first + second):
        assert found.worst == pytest.approx(found.best)
        assert found.worst == pytest.approx(metric(matches).value)


def test_a_round_without_policies_may_be_anywhere():
    policies = [((0.0, 1.0), (0.0, 1.0)), (None, (0.0, 1.0))]
    found = nash_distance_bounds([match("DD", "?D", policies=policies)])
    assert (found.worst, found.best) == (0, 0.5)
    assert nash_distance_bounds([]).worst is None


@pytest.mark.slow
@given(rows, st.sampled_from(SHIPPED))
@settings(deadline=None, max_examples=60)
def test_bounds_of_all_metrics_hold_for_whatever_the_unread_answers_were(rounds, param):
    """Of a match and one like it whose players have changed places."""
    (metric,) = param.values
    matches = [match(*rounds), match(*(joint[::-1] for joint in rounds), number=1)]
    found = metric(matches)
    if found.metric.startswith("unparsed") or found.value is None:
        return
    low = found.value if found.least is None else found.least
    high = found.value if found.most is None else found.most
    ways = [imputed(rounds), imputed([joint[::-1] for joint in rounds])]
    chosen = list(product(*ways))
    for pair in chosen[:: max(1, len(chosen) // 16)]:
        value = metric([match(*own, number=n) for n, own in enumerate(pair)]).value
        assert value is None or low - 1e-9 <= value <= high + 1e-9, pair


parts = st.lists(
    st.builds(
        lambda a, b, optional: Part(float(min(a, b)), float(max(a, b)), optional),
        st.integers(0, 9),
        st.integers(0, 9),
        st.booleans(),
    ),
    max_size=6,
)


@given(parts)
@settings(deadline=None, max_examples=60)
def test_the_range_of_a_mean_is_that_of_all_choices(own):
    """Of every way to leave out what need not count."""
    means = []
    for kept in product(*[(False, True) if part.optional else (True,) for part in own]):
        some = [part for part, keep in zip(own, kept, strict=True) if keep]
        if some:
            means += [np.mean([part.low for part in some]), np.mean([part.high for part in some])]
    if not means:
        assert mean_range(own) is None
    else:
        assert mean_range(own) == pytest.approx((min(means), max(means)))


def test_what_is_no_number_is_counted_as_missing_and_said():
    found = mean_over("x", [1.0, float("nan"), 3.0, float("inf"), None], "points")
    assert (found.value, found.n) == (2.0, 2)
    assert found.note == "2 of 4 values are no finite numbers and are left out"
    assert mean_over("x", [float("nan")], "points").value is None
    assert mean_over("x", [1.0, None], "points").note == ""


def test_a_measure_of_several_matches_apart_keeps_their_bounds():
    one, two = metrics.payoff([match("C?")], 0), metrics.payoff([match("CC", "C?")], 0)
    found = metrics.pooled("payoff", [one, two], "points per round")
    assert (found.value, found.least, found.most) == (3.0, 1.5, 3.0)
    assert metrics.pooled("payoff", [metrics.payoff([match("CC")], 0)], "x").least is None


def test_a_condition_cannot_hide_what_a_record_has():
    with pytest.raises(ValueError, match="value"):
        metrics.row("study", "part", {"value": 1.0}, metrics.missing("metric", "points"))
