"""OpenSpiel's games as ours and back, and its opinion of our numbers, as it once gave them."""

import sys
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from nashscope.errors import Misuse, NotSolved, UnknownName
from nashscope.games import (
    NormalForm,
    Tree,
    from_openspiel,
    game,
    named,
    strategic_form,
    to_openspiel,
)
from nashscope.games.exchange import openspiel as adapter
from nashscope.games.solve import (
    equilibria,
    expected_payoffs,
    minimise_regret,
    solve_tree,
    tree_exploitability,
    tree_nash_conv,
    tree_regrets,
)
from tests.games.forest import random_policy, random_tree
from tests.oracles import openspiel

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def as_answered(monkeypatch):
    """OpenSpiel is what it once answered."""
    monkeypatch.setitem(sys.modules, "pyspiel", openspiel.StandIn)


TREES = [
    "kuhn_poker",
    "leduc_poker",
    "kuhn_poker(players=3)",
    "goofspiel(imp_info=True,num_cards=3,points_order=descending)",
    "oshi_zumo(coins=4,horizon=3)",
    "matching_pennies_3p",
    "first_sealed_auction(max_value=4)",
    "repeated_game(stage_game=matrix_pd(),num_repetitions=2)",
]


def drawn(tree, seed):
    """A random policy."""
    chance = np.random.default_rng(seed)
    table = {}
    for key, known in sorted(tree.information.items()):
        weights = chance.random(len(known.actions)).round(3) + 0.001
        table[key] = weights / weights.sum()
    return table


def tabular(theirs, rows):
    """The policy as OpenSpiel has it: `rows` by the name of the information set."""
    from open_spiel.python import policy

    made = policy.TabularPolicy(theirs)
    mask = made.legal_actions_mask.astype(bool)
    made.action_probability_array[:] = 0
    for name, place in made.state_lookup.items():
        made.action_probability_array[place][mask[place]] = rows[name]
    return made


def scored(theirs, table):
    """What OpenSpiel says of a policy: gains of each player, exploitability, payoffs."""
    rows = {name: list(map(float, row)) for (_, name), row in table.items()}

    def ask(game):
        from open_spiel.python.algorithms import expected_game_score, exploitability

        policy = tabular(game, rows)
        told = exploitability.nash_conv(game, policy, return_only_nash_conv=False)
        utility = game.get_type().utility
        constant = utility in (utility.ZERO_SUM, utility.CONSTANT_SUM)
        two = game.num_players() == 2 and constant
        return {
            "improvements": list(told.player_improvements),
            "nash_conv": told.nash_conv,
            "exploitability": exploitability.exploitability(game, policy) if two else None,
            "payoffs": list(
                expected_game_score.policy_value(
                    game.new_initial_state(), [policy] * game.num_players()
                )
            ),
        }

    return theirs.ask("policy", ask, sorted(rows.items()))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kuhn_poker", "leduc_poker", "kuhn_poker(players=3)"])
def test_nash_conv_and_exploitability(name):
    theirs = openspiel.StandIn.load_game(name)
    tree = from_openspiel(theirs)
    for seed in range(1 if "leduc" in name else 3):
        table = drawn(tree, seed)
        told = scored(theirs, table)
        np.testing.assert_allclose(tree_regrets(tree, table), told["improvements"], atol=1e-12)
        assert tree_nash_conv(tree, table) == pytest.approx(told["nash_conv"], abs=1e-12)
        if tree.players == 2:
            mean = told["exploitability"]
            assert tree_exploitability(tree, table) == pytest.approx(mean, abs=1e-12)
        np.testing.assert_allclose(expected_payoffs(tree, table), told["payoffs"], atol=1e-12)


@pytest.mark.parametrize("name", ["kuhn_poker", "leduc_poker"])
def test_the_sequence_form_program(name):
    def ask(game):
        from open_spiel.python.algorithms.sequence_form_lp import solve_zero_sum_game

        return float(solve_zero_sum_game(game)[0])

    value = openspiel.StandIn.load_game(name).ask("sequence_form_lp", ask)
    assert float(solve_tree(from_openspiel(name)).value) == pytest.approx(value, abs=1e-6)


def test_our_poker_is_theirs():
    """Leduc's suits are not told apart here, so that the trees differ and the values agree."""
    assert solve_tree(from_openspiel("kuhn_poker")).value == Fraction(-1, 18)
    ours, theirs = named("leduc-poker").make(), from_openspiel("leduc_poker")
    assert len(ours.information) == 288 and len(theirs.information) == 936
    assert float(solve_tree(ours).value) == pytest.approx(float(solve_tree(theirs).value), abs=1e-9)


@pytest.mark.slow
def test_regret_minimisation_is_scored_by_openspiel():
    """Its policy is rounded, as it would otherwise be another on another processor."""
    theirs = openspiel.StandIn.load_game("kuhn_poker")
    tree = from_openspiel(theirs)
    found = minimise_regret(tree, iterations=100)
    table = {key: np.round(row, 6) / np.round(row, 6).sum() for key, row in found.policy.items()}
    told = scored(theirs, table)["nash_conv"]
    assert tree_nash_conv(tree, table) == pytest.approx(told, abs=1e-10)
    assert found.nash_conv == pytest.approx(told, abs=1e-4)


@pytest.mark.parametrize("name", TREES)
def test_a_tree_survives_the_way_there_and_back(name):
    """By Gambit's format; OpenSpiel then names the information sets anew."""
    tree = from_openspiel(name)
    again = from_openspiel(to_openspiel(tree))
    assert isinstance(tree, Tree) and isinstance(again, Tree)
    assert len(again.information) == len(tree.information)
    ends = [
        sorted(node.payoffs for node in each.nodes() if not hasattr(node, "children"))
        for each in (tree, again)
    ]
    np.testing.assert_allclose(np.array(ends[0], float), np.array(ends[1], float), atol=1e-12)


@pytest.mark.parametrize("seed", [s for s in range(8) if random_tree(s, depth=5).information])
def test_our_trees_are_scored_by_openspiel(seed):
    theirs = to_openspiel(random_tree(seed, depth=5))
    again = from_openspiel(theirs)
    table = drawn(again, seed)
    told = scored(theirs, table)["nash_conv"]
    assert float(tree_nash_conv(again, table)) == pytest.approx(told, abs=1e-9)


@pytest.mark.parametrize("name", ["matrix_rps", "matrix_pd", "matrix_shapleys_game", "matrix_mp"])
def test_matrix_games_become_strategic_forms(name):
    found = from_openspiel(name)
    assert isinstance(found, NormalForm)
    again = from_openspiel(to_openspiel(found))
    np.testing.assert_array_equal(found.payoffs, again.payoffs)
    assert found.actions == again.actions
    assert len(equilibria(found)) >= 1


def test_our_games_become_matrix_and_tensor_games():
    for name in ("chicken", "public-goods", "travellers-dilemma"):
        again = from_openspiel(to_openspiel(game(name)))
        np.testing.assert_array_equal(again.payoffs, game(name).payoffs)


def test_simultaneous_moves_hide_each_other():
    tree = from_openspiel("goofspiel(imp_info=True,num_cards=2,points_order=descending)")
    assert isinstance(tree, Tree) and not tree.perfect_information
    assert strategic_form(tree).shape == (2, 2)


def test_perfect_information_without_words_is_the_history():
    found = from_openspiel("pig(winscore=4,horizon=6)")
    assert isinstance(found, Tree) and found.perfect_information


def test_what_cannot_be_taken_over_is_one_line(monkeypatch):
    with pytest.raises(UnknownName, match="OpenSpiel has no game 'kuhn_pokker'"):
        from_openspiel("kuhn_pokker")
    with pytest.raises(Misuse, match="does not say what its players know"):
        from_openspiel("phantom_go")
    monkeypatch.setattr(adapter, "LARGEST", 1_000)
    with pytest.raises(NotSolved, match="more than 1,000 nodes"):
        from_openspiel("tic_tac_toe")


def test_a_policy_is_asked_six_times_there_and_once_here():
    """The reason for one question per set: a policy that is a language model."""

    def ask(game):
        from open_spiel.python import policy
        from open_spiel.python.algorithms import exploitability

        counted = Counter()

        class Asked(policy.Policy):
            def action_probabilities(self, state, player_id=None):
                counted[state.information_state_string(state.current_player())] += 1
                return dict.fromkeys(state.legal_actions(), 1 / len(state.legal_actions()))

        exploitability.nash_conv(game, Asked(game, [0, 1]))
        return counted

    theirs = openspiel.StandIn.load_game("kuhn_poker")
    asked = theirs.ask("questions", ask)
    ours = Counter()

    def uniform(known):
        ours[known.name] += 1
        return [0.5, 0.5]

    tree_nash_conv(from_openspiel(theirs), uniform)
    assert set(ours) == set(asked) and set(ours.values()) == {1} and min(asked.values()) > 1


def test_exact_policies_are_fractions_here_and_floats_there():
    tree = from_openspiel("kuhn_poker")
    assert isinstance(tree_nash_conv(tree, random_policy(tree, 1)), Fraction)
