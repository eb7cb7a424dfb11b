"""The games need no torch: they are made, solved and scored where it cannot be imported."""

import subprocess
import sys

import pytest

BLOCKED = ("torch", "transformers", "accelerate", "safetensors", "pygambit", "pyspiel", "nashpy")
PROGRAM = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ImportError(name + " is blocked")

sys.meta_path.insert(0, Blocked())
import numpy as np
from nashscope.games import draw, game, named, strategic_form
from nashscope.games import solve

game_ = game("battle-of-the-sexes")
found = solve.equilibria(game_)
print(len(found), [e.labels for e in found][0])
print(solve.exploitability(game_, found[2].profile))
print(solve.zero_sum(game("rock-paper-scissors").payoffs[:1]).row.round(6).tolist())
print(solve.solve_tree(named("kuhn-poker").make()).value)
drawn = draw.zero_sum_games(np.random.default_rng(0), 3, (3, 3))
print(all(c.holds(t) for c, t in zip(drawn.certificates(), drawn.payoffs)))
print(solve.correlated_equilibrium(game("chicken")).payoffs)
print(sorted(m for m in sys.modules if m.partition(".")[0] in {blocked!r}))
"""


def run(*arguments):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=120, check=False
    )


def test_games_are_solved_where_torch_cannot_be_imported():
    done = run("-c", PROGRAM.format(blocked=BLOCKED))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "3 ('pure', 'strict', 'pareto', 'undominated')"
    assert abs(float(lines[1])) < 1e-12
    assert lines[2] == "[[0.333333, 0.333333, 0.333333]]"
    assert lines[3:5] == ["-1/18", "True"] and lines[5].startswith("(Fraction(")
    assert lines[6] == "[]"


@pytest.mark.parametrize("command", [("solve", "chicken"), ("games",), ("--help",)])
def test_the_command_line_needs_no_torch_for_games(command):
    blocking = PROGRAM.split("import numpy")[0].format(blocked=BLOCKED)
    start = f"import sys; sys.argv = {['nashscope', *command]!r}; from nashscope.cli import main"
    done = run("-c", f"{blocking}\n{start}; main()")
    assert done.returncode == 0, done.stderr
    assert "chicken" in done.stdout or command == ("--help",)
