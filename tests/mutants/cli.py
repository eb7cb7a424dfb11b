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
]
