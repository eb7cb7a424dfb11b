"""Faults in trees, repeated games and what is solved beyond one-shot play."""

from tests.mutants import Mutant

ORACLES = "tests/oracles/test_tree_oracles.py"
SEQUENCE = "tests/games/solve/test_sequence_form.py"
EFG = "tests/games/test_efg.py"
RESPONSE = "tests/games/solve/test_tree_response.py"
ZERO_SUM = "tests/games/solve/test_tree_zero_sum.py"
REPEATED = "tests/games/solve/test_repeated_response.py"
CORRELATED = "tests/games/solve/test_correlated.py"

MUTANTS = [
    Mutant(
        "Kuhn poker pays as much for a called bet as for two checks",
        "games/catalog/kuhn_poker.py",
        "leaf(2 * won, -2 * won)",
        "leaf(won, -won)",
        f"{ORACLES}::test_the_value_of_kuhn_poker",
    ),
    Mutant(
        "in Kuhn poker to fold costs what a call costs",
        "games/catalog/kuhn_poker.py",
        "return leaf(1, -1)",
        "return leaf(2, -2)",
        f"{ORACLES}::test_what_kuhn_poker_pays_deal_by_deal",
    ),
    Mutant(
        "Selten's horse has one branch of its third player exchanged",
        "games/catalog/selten_horse.py",
        "(leaf(3, 2, 2), leaf(0, 0, 0))",
        "(leaf(0, 0, 0), leaf(3, 2, 2))",
        f"{ORACLES}::test_the_equilibria_of_seltens_horse",
    ),
    Mutant(
        "a player who forgets is not refused",
        "games/tree.py",
        "if memory != own[i]:",
        "if False and memory != own[i]:",
        "tests/games/test_tree.py::test_a_player_who_forgets_is_refused",
    ),
    Mutant(
        "payoffs on the way to an end are lost",
        "games/exchange/efg.py",
        "owed += [made[-1].paid] * len",
        "owed += [(Fraction(0),) * self.players] * len",
        "tests/games/test_efg.py::test_the_forms_of_the_manual",
    ),
    Mutant(
        "NashConv asks the policy more than once",
        "games/solve/extensive/best_response.py",
        "    table = policy_table(tree, policy)\n    means",
        "    policy_table(tree, policy)\n    table = policy_table(tree, policy)\n    means",
        f"{RESPONSE}::test_a_function_is_asked_once_per_information_set",
    ),
    Mutant(
        "a best response sees the others' cards",
        "games/solve/extensive/best_response.py",
        "nodes[place.node.information].append(place)",
        "nodes[str(id(place))].append(place)",
        f"{RESPONSE}::test_no_plan_does_better_than_the_best_response_and_one_does_as_well",
    ),
    Mutant(
        "backward induction takes hidden moves for seen ones",
        "games/solve/extensive/backward_induction.py",
        "if not tree.perfect_information:",
        "if False:",
        "tests/games/solve/test_backward.py::test_hidden_moves_are_refused",
    ),
    Mutant(
        "a tree's program is solved in the unit in which its payoffs come",
        "games/solve/extensive/zero_sum.py",
        "unit = tree.ranges[0] or Fraction(1)",
        "unit = Fraction(1)",
        f"{ZERO_SUM}::test_the_unit_of_payoff_changes_nothing",
    ),
    Mutant(
        "regret minimisation forgets the player's own reach in its average",
        "games/solve/extensive/regret_minimisation.py",
        "share * own_reach * policy",
        "share * policy",
        f"{ZERO_SUM}::test_the_average_policy_is_the_average_of_the_plans",
    ),
    Mutant(
        "repeated play is judged as if the stage game were the last",
        "games/solve/repeated/best_response.py",
        "later = discount / (1 - discount)",
        "later = 0 * discount",
        f"{REPEATED}::test_tit_for_tat_against_itself_is_no_prey",
    ),
    Mutant(
        "whoever best-responds does not tremble",
        "games/solve/repeated/transition.py",
        "spread = self._trembling(player, _certain(action))",
        "spread = _certain(action)",
        f"{REPEATED}::test_regrets_are_those_of_the_tree",
    ),
    Mutant(
        "a best response is claimed where nobody knows what the others saw",
        "games/solve/repeated/transition.py",
        "if self.free is not None and game.monitoring.private",
        "if False and game.monitoring.private",
        f"{REPEATED}::test_under_private_monitoring_a_best_response_is_not_claimed",
    ),
    Mutant(
        "a coarse equilibrium is passed off as a correlated one",
        "games/solve/strategic/correlated.py",
        "for told in [None] if coarse else",
        "for told in [None] if True else",
        f"{CORRELATED}::test_committing_blindly_can_pay_both_more_than_advice",
    ),
    Mutant(
        "a player's small stakes are measured by another's large ones",
        "games/solve/strategic/correlated.py",
        "[own or 1.0 for own in exact_ranges(game)]",
        "[max(exact_ranges(game)) or 1.0 for _ in game.shape]",
        f"{CORRELATED}::test_a_players_small_stakes_are_kept_beside_large_ones",
    ),
    Mutant(
        "the offset of one player's payoffs drowns the other's",
        "games/solve/strategic/multilinear.py",
        "(table - low).astype",
        "(table - low.min()).astype",
        "tests/games/solve/test_quantal.py::test_an_offset_of_one_player_does_not_drown_the_other",
    ),
    Mutant(
        "the replicator is followed by straight lines",
        "games/solve/strategic/dynamics.py",
        "(a + 2 * b + 2 * c + d)",
        "6 * a",
        "tests/games/solve/test_dynamics.py::test_the_replicator_circles_in_a_zero_sum_game",
    ),
    Mutant(
        "an outcome that was told otherwise before keeps its first payoffs",
        "games/exchange/efg.py",
        "if paid != then:",
        "if False:",
        f"{EFG}::test_what_is_told_twice_must_be_the_same[an outcome]",
    ),
    Mutant(
        "payoffs of outcome 0 are dropped",
        "games/exchange/efg.py",
        "if number == 0 and paid != self.nothing:",
        "if False:",
        f"{EFG}::test_what_is_told_twice_must_be_the_same[outcome 0]",
    ),
    Mutant(
        "a draw that was told otherwise before keeps its first odds",
        "games/exchange/efg.py",
        "if tuple(odds) != before.odds:",
        "if False:",
        f"{EFG}::test_what_is_told_twice_must_be_the_same[odds]",
    ),
    Mutant(
        "a set's actions in another order are taken for the first order",
        "games/exchange/efg.py",
        "if listed != before.listed:",
        "if False:",
        f"{EFG}::test_what_is_told_twice_must_be_the_same[swapped actions]",
    ),
    Mutant(
        "players who move at once see each other in games of OpenSpiel",
        "games/exchange/openspiel.py",
        "            self._known(state, player),\n"
        "            _distinct([state.action_to_string(player, a) for a in actions]),\n"
        "            tuple(self._together",
        '            f"{self._known(state, player)} {chosen}",\n'
        "            _distinct([state.action_to_string(player, a) for a in actions]),\n"
        "            tuple(self._together",
        "tests/oracles/test_openspiel_trees.py::test_simultaneous_moves_hide_each_other",
    ),
    Mutant(
        "what Gambit is sent has its strategies in another order than their names",
        "games/exchange/gambit.py",
        "        for strategy, name in zip(player.strategies, own, strict=True):",
        "        for strategy, name in zip(player.strategies, own[::-1], strict=True):",
        "tests/oracles/test_gambit_trees.py::test_strategic_forms_survive_gambit[chicken]",
    ),
    Mutant(
        "ties in Lemke's method are broken by the first row, and it may cycle or end on a ray",
        "games/solve/linear/complementarity.py",
        "for column in (-1, *range(self.size)):",
        "for column in (0,):",
        f"{SEQUENCE}::test_every_equilibrium_found_is_one_of_the_strategic_form[0]",
    ),
    Mutant(
        "a constant that the payoffs of a tree sum to is forgotten",
        "games/solve/extensive/zero_sum.py",
        "lower = total - Fraction(",
        "lower = -Fraction(",
        f"{SEQUENCE}::test_a_constant_at_every_end_changes_no_solution[1]",
    ),
    Mutant(
        "what a player's own moves forbid is played anyhow",
        "games/solve/extensive/equilibrium.py",
        "for group in [own_doing, *one_by_one]:",
        "for group in one_by_one[:0]:",
        f"{SEQUENCE}::test_what_ones_own_moves_forbid_is_a_best_reply_all_the_same",
    ),
    Mutant(
        "a threat that holds an equilibrium together is improved away",
        "games/solve/extensive/equilibrium.py",
        "if regret > (0 if allowed is None else allowed[player]):",
        "if False:",
        f"{SEQUENCE}::test_a_threat_that_the_equilibrium_needs_is_kept",
    ),
]
