"""The fingerprint of a strategy is its numbers, and the best response to it is the known one."""

import numpy as np
import pytest

from nashscope.agents import Decision, agent, strategies
from nashscope.errors import Misuse
from nashscope.games import Repeated, game
from nashscope.metrics.exploitability import (
    exploitability,
    exploited,
    read_policies,
    searched_best_response,
    situations,
)
from nashscope.metrics.fingerprint import STATES, asked_fingerprint, fingerprint, nearest
from nashscope.play import Cell, Transcript, framing_of, play

PD = "prisoners-dilemma"

KNOWN = {
    "always-c": (1, 1, 1, 1),
    "always-d": (0, 0, 0, 0),
    "bully": (0, 1, 0, 1),
    "firm-but-fair": (1, 0, 1, 2 / 3),
    "generous-tit-for-tat": (1, 1 / 3, 1, 1 / 3),
    "random": (0.5, 0.5, 0.5, 0.5),
    "tit-for-tat": (1, 0, 1, 0),
    "win-stay-lose-shift": (1, 0, 0, 1),
    "zd-extortion": (8 / 9, 1 / 2, 1 / 3, 0),
    "zd-generosity": (1, 1 / 8, 1, 1 / 4),
}
"""The memory-one numbers of some strategies, in the usual payoffs, from the literature."""


def played(*names, **fields):
    cell = Cell(PD, names, **{"rounds": 30, "matches": 4, **fields})
    cast = {name: agent(name) for name in names}
    return play([cell], lambda name, _: cast[name])


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_against_random_play_a_memory_one_strategy_shows_its_numbers(name):
    """The policies are known, so a state that comes up gives its number exactly."""
    found = fingerprint(played(name, "random"), 0)
    for number, state in enumerate(STATES):
        if found.after[state].value is not None:
            assert found.after[state].value == pytest.approx(KNOWN[name][number])
    assert name in nearest(found).names and nearest(found).apart == pytest.approx(0, abs=1e-9)


def test_player_one_is_seen_from_its_own_side():
    found = fingerprint(played("random", "win-stay-lose-shift"), 1)
    assert [found.after[state].value for state in STATES] == [1, 0, 0, 1]
    assert found.first.value == 1


def test_a_state_that_never_came_up_has_no_value():
    found = fingerprint(played("always-c", "always-c"), 0)
    assert found.after["CC"].value == 1
    assert [found.after[state].value for state in STATES[1:]] == [None] * 3
    assert fingerprint([], 0).first.value is None
    assert nearest(fingerprint([], 0)) is None


def test_actions_count_where_no_policy_is_known_and_unread_answers_do_not():
    code = {"C": 0, "D": 1, "?": None}
    rounds = tuple(
        tuple(Decision(code[c], "action" if c != "?" else "empty") for c in joint)
        for joint in ("CC", "CC", "DC", "?C", "CC", "DD")
    )
    own = Transcript("cell", 0, ("a", "b"), Repeated(game(PD), 6), rounds)
    found = fingerprint([own], 0)
    # after CC: C, D, D; the answer after DC was not read, and nothing follows the unread round
    assert found.after["CC"].value == pytest.approx(1 / 3)
    assert found.after["DC"].value is None
    assert found.after["CC"].unparsed == pytest.approx(1 / 12)
    # the unread round may have been CC or DC, and was followed by C; the unread answer by either
    assert (found.after["CC"].least, found.after["CC"].most) == pytest.approx((1 / 3, 1 / 2))
    assert (found.after["DC"].value, found.after["DC"].least) == (None, None)


def test_what_the_last_round_was_is_what_was_done_in_it():
    """With a tremble in every round tit-for-tat still answers the other's deeds."""
    found = fingerprint(played("tit-for-tat", "random", tremble=0.3), 0)
    assert [found.after[state].value for state in STATES] == [1, 0, 1, 0]


@pytest.mark.parametrize("player", [0, 1])
@pytest.mark.parametrize("name", sorted(KNOWN))
def test_asked_after_every_kind_of_round_a_strategy_shows_all_its_numbers(name, player):
    found = asked_fingerprint(agent(name), Cell(PD, ("x", "y"), matches=3), player)
    assert [found.after[state].value for state in STATES] == pytest.approx(KNOWN[name])
    assert found.after["DC"].n == 3 and nearest(found).apart == pytest.approx(0)


ALIKE = [
    {"adaptive", "always-c"},
    {"always-d", "best-response"},
    {"grim-trigger", "hard-tit-for-tat", "soft-grudger", "two-tits-for-tat"},
]
"""Strategies that do the same at first and after any two rounds: adaptive begins with cooperation
for six rounds, the other four forgive later than after two."""


@pytest.mark.parametrize("name", strategies())
def test_each_of_our_own_strategies_is_named_with_those_that_two_rounds_cannot_tell_from_it(name):
    like = nearest(asked_fingerprint(agent(name), Cell(PD, ("x", "y"), matches=1)))
    group = next((own for own in ALIKE if name in own), {name})
    assert set(like.names) == group
    assert (like.apart, like.situations) == (pytest.approx(0, abs=1e-12), 21)


@pytest.mark.parametrize("name", ["grim-trigger", "gradual", "hard-majority", "soft-grudger"])
def test_in_play_a_strategy_is_compared_with_what_others_would_have_done_in_its_place(name):
    """The one that was seen explains all that was seen, and here no other does."""
    like = nearest(fingerprint(played(name, "random"), 0))
    assert like.names == (name,) and like.apart == pytest.approx(0, abs=1e-12)


def test_one_made_up_round_asks_five_questions_and_says_what_it_cannot_tell_apart():
    found = asked_fingerprint(agent("grim-trigger"), Cell(PD, ("x", "y"), matches=1), depth=1)
    like = nearest(found)
    assert found.after_two == {} and like.situations == 5
    assert {"grim-trigger", "tit-for-tat"} <= set(like.names)


def test_an_answer_nobody_can_read_is_no_number_in_a_fingerprint():
    found = asked_fingerprint(agent("fake/constant:hm"), Cell(PD, ("x", "y"), matches=3))
    assert found.first.value is None and found.first.unparsed == 1
    with pytest.raises(Misuse, match="no cooperative action"):
        asked_fingerprint(agent("random"), Cell("matching-pennies", ("x", "y")))


# --- exploitability


def test_tit_for_tat_of_ten_rounds_is_exploited_in_the_last_one_only():
    """Nine times 3, then 5; its partner in crime gains 2 / 10 over cooperating (Axelrod 1984)."""
    found = exploited(agent("tit-for-tat"), Cell(PD, ("x", "y"), rounds=10, memory=1))
    assert found.best == pytest.approx(3.2)
    assert found.itself == pytest.approx((3, 3))
    assert found.left == pytest.approx(2.7)
    assert found.gain == pytest.approx(0.2)


@pytest.mark.parametrize("discount", [0.9, 2 / 3, 0.5, 0.1])
def test_tit_for_tat_is_a_best_response_to_itself_if_the_future_counts(discount):
    """From δ = 2/3 on; below, alternating or defecting pays (Axelrod 1984, theorem 2)."""
    cell = Cell(PD, ("x", "y"), memory=1, discount=discount, announced=False)
    alternate = 5 / (1 + discount)
    defect = 5 * (1 - discount) + discount
    found = exploited(agent("tit-for-tat"), cell)
    assert found.best == pytest.approx(max(3, alternate, defect))
    assert found.gain == pytest.approx(max(3, alternate, defect) - 3, abs=1e-9)


def test_an_unconditional_cooperator_gives_everything_away():
    for player in (0, 1):
        found = exploited(agent("always-c"), Cell(PD, ("x", "y"), rounds=5, memory=0), player)
        assert (found.best, found.left, found.gain) == pytest.approx((5, 0, 2))
    found = exploited(agent("always-d"), Cell(PD, ("x", "y"), rounds=5, memory=0))
    assert (found.best, found.left, found.gain) == pytest.approx((1, 1, 0))


def test_who_moves_second_is_read_after_both_actions_of_the_first():
    cell = Cell(PD, ("x", "y"), rounds=4, memory=1, order="sequential")
    views = list(situations(cell.repeated, 1))
    assert len(views) == 2 * (1 + 3 * 4)
    assert {view.now for view in views} == {(0, None), (1, None)}
    found = exploited(agent("tit-for-tat"), cell, player=1)
    assert found.best == pytest.approx(3)  # it answers at once: defection never pays


def test_a_language_model_is_read_for_every_history_and_exploited_like_its_policy():
    """The uniform model is the random strategy, in another way of asking."""
    cell = Cell(PD, ("x", "y"), rounds=4, memory=1)
    model, rule = agent("fake/uniform"), agent("random")
    assert exploited(model, cell) == exploited(rule, cell)
    assert exploited(model, cell).best == pytest.approx(3)  # defection: (5 + 1) / 2
    table = read_policies(model, cell.repeated, 0, framing_of(cell, 0))
    assert len(table) == 1 + 3 * 4


def test_over_tellings_a_rule_is_exploited_alike():
    cell = Cell(PD, ("x", "y"), rounds=4, memory=1, matches=3)
    found = exploitability(agent("always-c"), cell)
    assert [found[name].value for name in found] == pytest.approx([5, 0, 3, 2])
    assert {(m.low == m.high, m.n) for m in found.values()} == {(True, 3)}


def test_what_is_exploited_in_sampled_answers_is_chance_too_and_said():
    """Against halves that are known by four answers a best response earns more than it can."""

    class Sampled:
        name = "sampled"

        def decide(self, questions):
            shares = [question.chance.binomial(4, 0.5) / 4 for question in questions]
            return [
                Decision(0, policy=(share, 1 - share), how="samples", samples=4) for share in shares
            ]

    cell = Cell("matching-pennies", ("x", "y"), rounds=6, memory=1, matches=2)
    found = exploitability(Sampled(), cell)
    assert found["best response earns"].value > 0.05
    assert all("4 sampled answers" in measure.note for measure in found.values())
    read = exploitability(agent("random"), cell)
    assert read["best response earns"].value == pytest.approx(0, abs=1e-9)
    assert {measure.note for measure in read.values()} == {""}


def test_a_model_that_only_writes_and_too_many_histories_are_refused_with_the_remedy():
    with pytest.raises(Misuse, match="lower bound of a search"):
        exploited(agent("fake/constant:F"), Cell(PD, ("x", "y"), rounds=3, memory=1))
    with pytest.raises(Misuse, match="give a window"):
        exploited(agent("random"), Cell(PD, ("x", "y"), rounds=50))
    with pytest.raises(Misuse, match="more than 20000"):
        exploited(agent("random"), Cell(PD, ("x", "y"), rounds=50, memory=8))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["win-stay-lose-shift", "generous-tit-for-tat"])
def test_the_searched_bound_is_below_the_exact_value(name):
    """And near it, where a memory-one response is best but for the last round."""
    cell = Cell(PD, ("x", "y"), rounds=20, memory=1, matches=4)
    exact = exploited(agent(name), cell)
    found = searched_best_response(agent(name), cell)
    margin = 0 if found.value.low is None else found.value.value - found.value.low
    assert found.value.value <= exact.best + margin + 1e-9
    assert found.value.value >= exact.best - 0.35
    assert "lower bound" in found.value.metric
    assert len(found.tried) == 32


def test_the_search_chooses_and_measures_on_different_matches():
    """Against random play all candidates that defect are alike; the value is not the luckiest."""
    cell = Cell(PD, ("x", "y"), rounds=5, memory=1, matches=4)
    found = searched_best_response(agent("random"), cell)
    assert found.value.value != max(v for v in found.tried.values() if v is not None)
    assert np.isfinite(found.value.value)
