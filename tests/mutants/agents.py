"""Faults in strategies, workflows and in what is made of unread answers."""

from tests.mutants import Mutant

CLASSIC, CONTRACT = "tests/agents/test_classic.py", "tests/agents/test_agent_contract.py"

DECIDE = "tests/agents/test_decide.py"

MUTANTS = [
    Mutant(
        "an illegal action of an agent is played",
        "agents/check.py",
        "0 <= action < count",
        "action < count",
        f"{DECIDE}::test_the_loop_refuses_it_before_it_is_kept_or_paid",
    ),
    Mutant(
        "the loop asks agents past the door",
        "play/match.py",
        "if speaking else decide(agent, questions)",
        "if speaking else agent.decide(questions)",
        f"{DECIDE}::test_the_loop_refuses_it_before_it_is_kept_or_paid",
    ),
    Mutant(
        "probabilities that sum to less than 1 are a distribution",
        "agents/draw.py",
        "if not abs(math.fsum(shares) - 1) <= ROUNDING:",
        "if not math.fsum(shares) - 1 <= ROUNDING:",
        f"{DECIDE}::test_what_sums_to_one_is_a_distribution_and_what_is_moved_is_none",
    ),
    Mutant(
        "the conformance test does not look at policies",
        "agents/check.py",
        "<= SAME",
        "<= 1",
        f"{DECIDE}::test_the_conformance_test_catches_each_breach",
    ),
    Mutant(
        "a strategy that answers one opponent plays on among three",
        "agents/strategy.py",
        "    if players != 2:",
        "    if players < 2:",
        "tests/test_conformance.py"
        "::test_an_agent_keeps_the_contract_in_every_game_that_it_plays[generous-tit-for-tat]",
    ),
    Mutant(
        "win-stay-lose-shift takes an unread answer for cooperation",
        "agents/classic/win_stay_lose_shift.py",
        "if None not in joint",
        "if joint[own] is not None",
        f"{CONTRACT}::test_a_round_without_an_answer_is_no_move",
    ),
    Mutant(
        "a memory-one strategy takes CD for DC",
        "agents/memory_one.py",
        "2 * (not known[0]) + (not known[1])",
        "2 * (not known[1]) + (not known[0])",
        f"{CLASSIC}::test_memory_one_strategies_have_the_numbers_of_their_sources",
    ),
    Mutant(
        "a round that nobody could read counts as a defection",
        "agents/past.py",
        "[joint for joint in view.history if None not in joint]",
        "list(view.history)",
        f"{CONTRACT}::test_a_round_without_an_answer_is_no_move",
    ),
    Mutant(
        "contrite tit-for-tat forgets that it had a reason",
        "agents/classic/contrite_tit_for_tat.py",
        "own or (mine and not theirs)",
        "own",
        f"{CLASSIC}::test_without_mistakes_contrition_is_tit_for_tat",
    ),
    Mutant(
        "extortion is measured from zero instead of from P",
        "agents/memory_one.py",
        "weights[1] * (other - fixed[1])",
        "weights[1] * other",
        f"{CLASSIC}::test_memory_one_strategies_have_the_numbers_of_their_sources",
    ),
    Mutant(
        "a dominance check that finds none is taken for a choice",
        "agents/workflow.py",
        "f[:-1] + f[-1] * t",
        "f[:-1]",
        "tests/agents/test_workflow.py::test_a_dominance_check_falls_back_on_the_usual_question",
    ),
    Mutant(
        "a tremble changes what is seen and not what is paid",
        "play/transcript.py",
        "tuple(self.slips.get((k, p), d.action) for p, d in enumerate(decisions))",
        "tuple(d.action for p, d in enumerate(decisions))",
        "tests/play/test_conditions.py::test_trembles_come_as_often_as_told_and_are_seen_and_paid",
    ),
    Mutant(
        "what the other player says is put into the prompt as it is",
        "framing/noted.py",
        'line = " ".join(text.split()).replace(\'"\', "\'")',
        "line = text",
        "tests/play/test_conditions.py"
        "::test_messages_are_stored_heard_and_cannot_pose_as_the_question",
    ),
]
