"""Faults in games with a state, their answers and what is solved on their states."""

from tests.mutants import Mutant

ANSWER = "tests/games/test_answer.py"
DYNAMIC = "tests/games/test_dynamic.py"
UNFOLD = "tests/games/test_unfold.py"
REPLY = "tests/games/solve/test_best_reply.py"
STATES = "tests/games/solve/test_states.py"
BROKEN = f"{DYNAMIC}::test_a_broken_promise_is_named"
CHECK = "games/dynamic_check.py"

MUTANTS = [
    Mutant(
        "a fraction of an answer is stored as a float",
        "games/answer.py",
        "value.numerator if value.denominator == 1 else str(value)",
        "value.numerator if value.denominator == 1 else float(value)",
        f"{ANSWER}::test_a_value_survives_json",
    ),
    Mutant(
        "an answer between two steps is legal",
        "games/answer.py",
        "and (value - low) % step == 0",
        "and True",
        f"{ANSWER}::test_what_is_nearly_a_value_is_illegal",
    ),
    Mutant(
        "the parts of a split need not sum to its total",
        "games/answer.py",
        "and sum(value) == total",
        "and sum(value) <= total",
        f"{ANSWER}::test_what_is_nearly_a_value_is_illegal",
    ),
    Mutant(
        "several answers are found by the place of one of them",
        "games/answer.py",
        "for _, field in reversed(fields):",
        "for _, field in fields:",
        f"{ANSWER}::test_a_value_is_found_by_its_place",
    ),
    Mutant(
        "an answer outside its range reaches the game",
        "games/dynamic.py",
        "if value is None or not legal(ask.answer, value):",
        "if value is None:",
        f"{DYNAMIC}::test_an_answer_outside_its_range_never_reaches_the_game",
    ),
    Mutant(
        "an unread answer passes everywhere",
        "games/dynamic.py",
        'if value is None and ask.unread == "passes":',
        "if value is None:",
        f"{DYNAMIC}::test_an_unread_answer_passes_only_where_the_game_says_so",
    ),
    Mutant(
        "nature draws all values alike",
        "games/dynamic.py",
        "if not ask.odds:\n        return draw",
        "if True:\n        return draw",
        f"{DYNAMIC}::test_nature_draws_by_its_odds",
    ),
    Mutant(
        "two pasts that part share what comes after",
        "games/history.py",
        "if not length or len(items) != length:\n            items = items[:length]\n"
        "        items.append(item)\n        if items[length] is not item:",
        "items.append(item)\n        if False:",
        f"{DYNAMIC}::test_a_past_grows_without_changing_those_before_it",
    ),
    Mutant(
        "every round copies the past",
        "games/history.py",
        "if not length or len(items) != length:",
        "if True:",
        f"{DYNAMIC}::test_a_long_match_holds_one_entry_a_round",
    ),
    Mutant(
        "a player may be asked twice in a step",
        CHECK,
        "if named.count(player) > 1:",
        "if False:",
        BROKEN,
    ),
    Mutant(
        "a question may come up twice in a match",
        CHECK,
        "if met is not None and key in met:",
        "if False:",
        BROKEN,
    ),
    Mutant("facts may leak", CHECK, "if len(told) > 1:", "if False:", BROKEN),
    Mutant(
        "a game may read words",
        CHECK,
        "for after in afters[1:]:",
        "for after in afters[:0]:",
        BROKEN,
    ),
    Mutant(
        "a match may go on beyond its longest",
        CHECK,
        "if longest is not None and given > longest:",
        "if False:",
        BROKEN,
    ),
    Mutant(
        "odds need not sum to one",
        CHECK,
        "if not (min(ask.odds) >= 0 and abs(total - 1) <= SLACK):",
        "if min(ask.odds) < 0:",
        BROKEN,
    ),
    Mutant(
        "states that pay otherwise are taken for one",
        CHECK,
        "if any(not math.isclose(a, b, abs_tol=1e-9) for",
        "if any(False for",
        BROKEN,
    ),
    Mutant(
        "plans may leave out the best",
        CHECK,
        "if key not in best or sum(self.game.paid(after) or ()) > best[key]:",
        "if key not in best:",
        BROKEN,
    ),
    Mutant(
        "whoever moves second sees what was decided, not what was done",
        "games/repeated.py",
        "return self._done(state._replace(decided=()), done)",
        "return self._done(state._replace(decided=()), state.decided)",
        f"{DYNAMIC}::test_in_turn_what_was_done_is_seen_and_not_what_was_decided",
    ),
    Mutant(
        "what was shown of a round is paid",
        "games/repeated.py",
        "return self._next(state, self._recorded(state, answers))",
        "return self._next(state._replace(now=answers), self._recorded(state, answers))",
        f"{DYNAMIC}::test_what_is_shown_of_a_round_is_seen_and_what_was_done_is_paid",
    ),
    Mutant(
        "a round that was not read pays as if it had not been",
        "games/repeated.py",
        "if None in now:\n            earned = None",
        "if None in now:\n            pass",
        f"{DYNAMIC}::test_an_unread_answer_passes_in_a_repeated_game_and_leaves_the_payments_open",
    ),
    Mutant(
        "in a tree everybody is told where the mover is",
        "games/tree.py",
        "if isinstance(node, Move) and node.player == player:",
        "if isinstance(node, Move):",
        f"{DYNAMIC}::test_a_tree_tells_the_mover_where_it_is_and_the_others_nothing",
    ),
    Mutant(
        "unfolded, a player forgets what it answered before",
        "games/unfold.py",
        "key = (ask.player, known, ask.about, facts)",
        "key = (ask.player, ask.about, facts)",
        f"{UNFOLD}::test_a_repeated_game_unfolds_to_what_its_own_solvers_know",
    ),
    Mutant(
        "a best reply sees what it was not told",
        "games/solve/dynamic/best_reply.py",
        "facts = (self.field.game.facts(state, self.player), about)",
        "facts = key",
        f"{REPLY}::test_what_is_not_told_is_not_known",
    ),
    Mutant(
        "states in which a rule answers otherwise are taken for one",
        "games/solve/dynamic/merging.py",
        "elif here.joint != there.joint:",
        "elif False:",
        f"{REPLY}::test_a_rule_that_looks_at_more_than_remains_is_found",
    ),
    Mutant(
        "a bound is passed off as exact",
        "games/solve/dynamic/best_reply.py",
        "self.exact = candidates is None",
        "self.exact = True",
        f"{REPLY}::test_where_all_answers_are_too_many_some_give_a_lower_bound",
    ),
    Mutant(
        "a plan that earns something else when played is believed",
        "games/solve/dynamic/planner.py",
        "if not math.isclose(total, value, rel_tol=1e-9, abs_tol=1e-9):",
        "if False:",
        f"{STATES}::test_a_plan_that_earns_something_else_when_played_is_refused",
    ),
    Mutant(
        "the second player of a zero-sum game chooses the row",
        "games/solve/dynamic/stochastic.py",
        "return table.reshape(sizes)",
        "return table.reshape(sizes[::-1]).T",
        f"{STATES}::test_repeated_zero_sum_games_are_worth_their_rounds",
    ),
    Mutant(
        "what follows is not discounted",
        "games/solve/dynamic/planner.py",
        "weight = weight if place.asks else 1",
        "weight = 1",
        f"{STATES}::test_discounted_rounds_are_worth_less",
    ),
    Mutant(
        "everybody hears everything",
        "games/wrapper/talk.py",
        "if player in {own.player, *self.to[own.player]}",
        "if True",
        "tests/games/wrapper/test_talk.py::test_a_private_message_is_heard_by_whom_it_is_for",
    ),
    Mutant(
        "the pool does not grow back",
        "games/catalog/commons.py",
        "min(self.stock, self.growth * left)",
        "left",
        "tests/games/test_members.py::test_the_pool_doubles_up_to_its_capacity_and_dies_below_five",
    ),
    Mutant(
        "a late agreement is worth as much as an early one",
        "games/catalog/alternating_offers.py",
        "share * own**state.round",
        "share",
        f"{STATES}::test_alternating_offers_as_a_tree_and_on_states",
    ),
    Mutant(
        "every villager knows the wolf",
        "games/catalog/silent_village.py",
        "            if state.wolves[player]:\n                fellows",
        "            if True:\n                fellows",
        "tests/games/test_members.py::test_a_villager_does_not_know_the_wolf_and_a_pack_does",
    ),
]
