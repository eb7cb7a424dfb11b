"""A distance is exact or says "at most", and is not made by the way in which a policy was had."""

import importlib

import numpy as np
import pytest
from scipy.optimize import linprog

from nashscope import metrics
from nashscope.agents import Decision, agent
from nashscope.errors import Misuse, NotSolved
from nashscope.games import NormalForm, Repeated, game
from nashscope.games.library import catalogue, read
from nashscope.games.solve import distance_to_nash, equilibria
from nashscope.metrics.sampling import cross_fitted
from nashscope.metrics.summary import cell_rows, summary
from nashscope.play import Cell, Transcript, match, play

STRATEGIC = [name for name in catalogue() if isinstance(read(name), NormalForm)]

# In these games an equilibrium that is better for all may have been missed: mixing among three.
OPEN = NormalForm(
    [
        [[[0, 2], [1, 0]], [[1, 0], [0, 3]]],
        [[[1, 0], [0, 2]], [[2, 1], [1, 0]]],
        [[[0, 1], [2, 0]], [[0, 1], [1, 0]]],
    ]
)


def told(stage, *rounds, **fields):
    """A match of these policies, each round one per player; actions are the likeliest."""
    played = tuple(
        tuple(Decision(int(np.argmax(p)), policy=tuple(map(float, p)), **fields) for p in joint)
        for joint in rounds
    )
    names = tuple("abcdef"[: stage.players])
    labels = tuple(stage.actions)
    return Transcript("cell", 0, names, Repeated(stage, len(played)), played, labels)


@pytest.mark.parametrize("name", STRATEGIC)
def test_a_certified_equilibrium_played_exactly_has_distance_0_for_all_players(name):
    """A law over the whole catalogue; "at most" 0 is 0 too."""
    stage = game(name)
    known = list(equilibria(stage))[:6]
    found = metrics.nash_distance([told(stage, *(e.profile for e in known))])
    assert found.value == pytest.approx(0, abs=1e-6)
    for player in range(stage.players):
        one = metrics.nash_distance([told(stage, known[0].profile)], player)
        assert one.value == pytest.approx(0, abs=1e-6)


def test_of_a_large_zero_sum_game_every_equilibrium_counts_and_not_the_one_that_is_listed():
    """Colonel Blotto on 15×15: optimal strategies found by other linear programs than ours."""
    stage = game("colonel-blotto")
    table, chance = stage.payoffs[0], np.random.default_rng(0)
    for _ in range(4):
        optimal = linprog(
            chance.normal(size=15),
            A_ub=-table.T,
            b_ub=np.full(15, 1e-9),
            A_eq=np.ones((1, 15)),
            b_eq=[1],
        ).x
        found = metrics.nash_distance([told(stage, [optimal, optimal])])
        assert found.value == pytest.approx(0, abs=1e-6) and found.limit is None


@pytest.mark.parametrize("name", ["el-farol", "volunteers-dilemma"])
def test_where_equilibria_may_be_missing_the_distance_is_at_most_that_for_each_player(name):
    stage = game(name)
    apart = ((0.7, 0.3), (0.2, 0.8), (0.5, 0.5), (0.9, 0.1))
    own = [told(stage, apart[: stage.players])]
    worst = metrics.nash_distance(own)
    assert worst.limit == "at most" and worst.least is None
    assert [metrics.nash_distance(own, p).value for p in range(stage.players)] == pytest.approx(
        [worst.value] * stage.players
    )
    assert metrics.empirical_nash_distance(own).limit == "at most"
    assert metrics.nash_distance_by_round(own)[0].limit == "at most"
    assert metrics.nash_distance([told(game("chicken"), [[1, 0], [1, 0]])]).limit is None


def test_welfare_is_compared_with_an_equilibrium_that_is_certainly_best_or_says_at_most():
    pure = [1.0, 0.0]
    assert metrics.welfare_over_equilibrium([told(OPEN, [pure] * 3)]).limit == "at most"
    for name in ("el-farol", "colonel-blotto", "prisoners-dilemma"):
        stage = game(name)
        own = told(stage, [np.eye(n)[0] for n in stage.shape])
        assert metrics.welfare_over_equilibrium([own]).limit is None, name


def test_the_agent_that_plays_the_best_equilibrium_refuses_where_a_better_one_may_exist(tmp_path):
    file = tmp_path / "open.py"
    file.write_text(
        "from nashscope.games import NormalForm\n"
        f"GAME = NormalForm({np.array(OPEN.payoffs).tolist()})\n"
    )
    for name, refused in (("solved", True), ("solved:1", False)):
        cell = Cell(f"{file}:GAME", (name,) * 3, rounds=1, matches=1)
        if refused:
            with pytest.raises(Misuse, match="name one: solved:1"):
                match(cell, {name: agent(name)})
        else:
            own = match(cell, {name: agent(name)})
            assert metrics.nash_distance([own]).value == pytest.approx(0, abs=1e-6)
    cell = Cell("el-farol", ("solved",) * 4, rounds=1, matches=1)
    assert match(cell, {"solved": agent("solved")}).actions


# --- policies that were estimated


def estimated(share, answers, rounds, seed=0, of="matching-pennies"):
    """A match between players whose policies are seen in so many sampled answers a round."""
    chance, stage = np.random.default_rng(seed), game(of)
    drawn = [[chance.binomial(answers, q) / answers for q in (share, 0.5)] for _ in range(rounds)]
    return told(
        stage, *[[(q, 1 - q) for q in joint] for joint in drawn], samples=answers, how="samples"
    )


@pytest.mark.parametrize("answers", [2, 8, 32])
def test_players_who_mix_as_the_equilibrium_does_are_not_far_from_it_by_few_answers(answers):
    """Taken as they are, 8 answers lie 0.195 away, 32 lie 0.097, two 0.375."""
    own = estimated(0.5, answers, 300)
    plain = [v for v in metrics.distances_by_round(own, as_they_are=True) if v is not None]
    assert np.mean(plain) == pytest.approx({2: 0.375, 8: 0.195, 32: 0.097}[answers], abs=0.03)
    values = np.array(metrics.distances_by_round(own))
    assert abs(values.mean()) < 3.5 * values.std() / np.sqrt(len(values))
    found = metrics.nash_distance([own])
    assert found.value < 0.06
    assert f"from {answers} sampled answers" in found.note
    assert f"{np.mean(plain):.2f} with what chance adds" in found.note


def test_far_from_equilibrium_and_for_pure_equilibria_nothing_is_taken_away():
    assert metrics.nash_distance([estimated(1.0, 8, 100)]).value == pytest.approx(0.5, abs=0.02)
    defects = [((0.0, 1.0), (0.0, 1.0))] * 3
    own = told(game("prisoners-dilemma"), *defects, samples=8, how="samples")
    assert metrics.nash_distance([own]).value == pytest.approx(0, abs=1e-3)
    cooperates = [((1.0, 0.0), (1.0, 0.0))] * 3
    own = told(game("prisoners-dilemma"), *cooperates, samples=8, how="samples")
    assert metrics.nash_distance([own]).value == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("share", [0.6, 0.75, 0.9])
def test_in_between_the_truth_lies_between_the_two_ways_of_measuring(share):
    own, truth = estimated(share, 8, 600), share - 0.5
    low, high = (
        np.array(metrics.distances_by_round(own, as_they_are=plain)) for plain in (False, True)
    )
    slack = 3.5 * low.std() / np.sqrt(600)
    assert low.mean() - slack < truth < high.mean() + slack
    assert low.mean() > 0.5 * truth or truth < 0.15


def test_a_policy_that_was_read_is_no_sample_in_the_other_players_noise():
    stage = game("matching-pennies")
    values = []
    for seed in range(300):
        counts = np.random.default_rng(seed).multinomial(8, [0.5, 0.5])
        sure = [counts / 8, np.array([0.5, 0.5])]
        values.append(
            cross_fitted(lambda p: distance_to_nash(stage, p).worst, [counts, None], sure, [seed])
        )
    assert abs(np.mean(values)) < 3.5 * np.std(values) / np.sqrt(300)


def test_a_policy_after_one_chain_of_thought_says_what_it_rests_on():
    stage = game("matching-pennies")
    labels = stage.actions
    direct = Decision(0, policy=(0.9, 0.1), how="logprobs", reply=labels[0][0])
    reasoned = Decision(0, policy=(1.0, 0.0), how="logprobs", reply=f"Hm. Answer: {labels[0][0]}")
    notes = []
    for decision in (direct, reasoned):
        own = Transcript("cell", 0, ("a", "b"), Repeated(stage, 1), ((decision, decision),), labels)
        notes.append(metrics.nash_distance([own]).note)
    assert notes[0] == "" and "one sampled chain of thought" in notes[1]


def test_few_rounds_of_mixed_play_are_said_to_lie_off_by_chance():
    stage, chance = game("matching-pennies"), np.random.default_rng(3)
    matches = []
    for number in range(40):
        rounds = tuple(
            tuple(Decision(int(chance.integers(2))) for _ in range(2)) for _ in range(10)
        )
        matches.append(Transcript("cell", number, ("a", "b"), Repeated(stage, 10), rounds))
    found = metrics.empirical_nash_distance(matches)
    left = float(found.note.split()[1])
    assert found.value > 0.12 and left < 0.06 and "what chance adds" in found.note


# --- what cannot be computed, institutions, discounting


def test_a_game_that_is_not_solved_leaves_its_metrics_missing_with_the_reason(monkeypatch):
    """And is waited for once: a run that was played is not lost for it."""
    asked = []

    def gives_up(stage, profile, **_):
        asked.append(stage)
        raise NotSolved("60 s were not enough")

    module = importlib.import_module("nashscope.metrics.nash_distance")
    monkeypatch.setattr(module, "distance_to_nash", gives_up)
    stage = NormalForm([[[7, 1], [2, 6]], [[1, 5], [9, 3]]])
    own = [told(stage, [[1, 0], [0, 1]])] * 3
    cell = Cell("7,1 1,5; 2,9 6,3", ("random", "random"), rounds=1, matches=3)
    rows = cell_rows(cell, own)
    missing = [row for row in rows if "nash distance" in row["metric"]]
    assert missing and all(row["value"] is None for row in missing)
    assert {row["note"] for row in missing} == {"not solved: 60 s were not enough"}
    assert len(asked) == 1
    assert next(row for row in rows if row["metric"] == "welfare")["value"] is not None


def mediated(*rounds):
    """A match of the prisoner's dilemma with a mediator: C, D or M for delegate, "?" unread."""
    cell = Cell("prisoners_dilemma", ("a", "b"), rounds=len(rounds), mechanism="mediation")
    code = {"C": 0, "D": 1, "M": 2, "?": None}
    played = tuple(
        tuple(Decision(code[c], "action" if c != "?" else "empty") for c in joint)
        for joint in rounds
    )
    return Transcript(cell.id, 0, ("a", "b"), cell.repeated, played)


def test_cooperation_under_a_mediator_is_that_of_the_game_before_it():
    """To delegate is to cooperate if both do; else the mediator defects for the one who did."""
    own = [mediated("MM", "MD", "CM", "CC")]
    assert metrics.cooperation_rate(own).value == pytest.approx(5 / 8)
    assert metrics.cooperation_rate(own, 0).value == pytest.approx(3 / 4)
    unread = metrics.cooperation_rate([mediated("M?", "CC")])
    assert (unread.value, unread.least, unread.most) == (1.0, 0.5, 1.0)
    assert metrics.first_defection(own, 1).value == 2
    assert "cooperation rate" in {measure.metric for _, measure in summary(own)}


def test_a_game_of_three_actions_is_not_taken_for_a_mediated_one():
    stage = game("3,3 0,5 1,1; 5,0 1,1 1,1; 1,1 1,1 1,1")
    renamed = NormalForm(stage.payoffs, [("cooperate", "defect", "delegate")] * 2)
    played = ((Decision(2), Decision(2)),)
    own = Transcript("cell", 0, ("a", "b"), Repeated(renamed, 1), played)
    assert metrics.cooperation_rate([own]).value == 0


def test_discounted_rounds_have_discounted_payoffs_beside_the_plain_ones():
    cell = Cell("prisoners_dilemma", ("tit-for-tat", "always-d"), rounds=3, matches=1, discount=0.5)
    cast = {name: agent(name) for name in cell.agents}
    rows = cell_rows(cell, play([cell], lambda name, _: cast[name]))
    found = {
        (row["metric"], row["condition"].get("player")): row["value"]
        for row in rows
        if "payoff" in row["metric"]
    }
    assert found["payoff", 1] == pytest.approx(7 / 3)
    assert found["discounted payoff", 1] == pytest.approx((5 + 0.5 + 0.25) / 1.75)
    plain = Cell("prisoners_dilemma", cell.agents, rounds=3, matches=1)
    rows = cell_rows(plain, play([plain], lambda name, _: cast[name]))
    assert not [row for row in rows if row["metric"] == "discounted payoff"]
