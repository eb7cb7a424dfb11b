"""Small faults, each with the gate that it must turn red.

A file of this folder holds `MUTANTS`, a list of `Mutant`; `test_mutants.py` finds it by itself.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A fault in the package, and the test that must catch it.

    fault: what is wrong, in words. file: below `src/nashscope`.
    old, new: the text that stands there once, and what is put in its place.
    gate: the test, as pytest names it.
    """

    fault: str
    file: str
    old: str
    new: str
    gate: str
