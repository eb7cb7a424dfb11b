"""Faults in what stands on the screen."""

from tests.mutants import Mutant

PROGRESS, SCREEN = "tests/cli/test_progress.py", "tests/cli/test_screen.py"

MUTANTS = [
    Mutant(
        "what was there at the beginning counts for the pace",
        "cli/progress.py",
        "(began, before), (last, done) = self._steps[0], self._steps[-1]",
        "(began, _), (last, done) = self._steps[0], self._steps[-1]\n        before = 0",
        f"{PROGRESS}::test_what_was_there_before_says_nothing_of_the_pace",
    ),
    Mutant(
        "the time left is that of the last step, however long the next one takes",
        "cli/progress.py",
        "until = max(last, now - usual)",
        "until = last",
        f"{PROGRESS}::test_a_step_that_takes_long_makes_the_pace_slower",
    ),
    Mutant(
        "what is over leaves no line behind",
        "cli/progress.py",
        "        if self.what:\n            line = summary",
        "        if not self.what:\n            line = summary",
        f"{PROGRESS}::test_every_bar_leaves_one_line_and_messages_stand_between",
    ),
    Mutant(
        "columns are put beside each other that do not fit",
        "cli/screen.py",
        "_wide(least, [*chosen, rest[0]]) <= width",
        "_wide(least, [*chosen, rest[0]]) <= 2 * width",
        f"{SCREEN}::test_no_number_is_broken_whatever_the_width",
    ),
    Mutant(
        "a run that broke off is listed as running",
        "cli/runs.py",
        'if state == "running" and not is_locked(folder / LOCK):',
        'if state == "running" and not (folder / LOCK).is_file():',
        "tests/cli/test_runs.py::test_runs_are_listed_newest_first_with_their_state",
    ),
    Mutant(
        "SIGTERM ends a run without a word",
        "cli/ending.py",
        'for name in ("SIGTERM", "SIGHUP"):',
        'for name in ("SIGHUP",):',
        "tests/cli/test_runs.py"
        "::test_a_signal_ends_a_run_with_a_word_and_the_manifest_says_so[SIGTERM]",
    ),
    Mutant(
        "decisions of a cell are not counted before they are played",
        "play/cell.py",
        "if self.decisions > MOST:",
        "if self.matches > MOST:",
        "tests/cli/test_bad_input.py::test_a_cell_counts_its_decisions_before_any_is_taken",
    ),
    Mutant(
        "one situation is told with drawn payoffs",
        "agents/situation.py",
        "drawn, tellings = [stage] * (asked.games * asked.tellings), 1",
        "drawn, tellings = variants(stage, 8, stream(asked.seed)), 1",
        "tests/cli/test_inside.py::test_one_situation_is_the_game_itself_after_the_rounds_said",
    ),
]
