"""Runs the benchmarks and prints each figure beside its bar: `python benchmarks/run.py [NAME …]`.

A benchmark is a file of this folder with a function `rows()` that yields `timing.Row`s.
"""

import importlib
import pkgutil
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent


def benchmarks() -> list[str]:
    """The names of all benchmarks."""
    found = [module.name for module in pkgutil.iter_modules([str(HERE)])]
    return [name for name in found if name not in ("run", "timing")]


def main(wanted: list[str]) -> int:
    """Prints a table per benchmark; 1 if a bar was missed."""
    sys.path.insert(0, str(HERE))
    missed = 0
    for name in wanted or benchmarks():
        table = Table(title=f"benchmarks/{name}.py")
        for column in ("what", "measured", "bar", ""):
            table.add_column(column)
        for row in importlib.import_module(name).rows():
            said = {True: "holds", False: "MISSED", None: ""}[row.holds]
            table.add_row(row.what, row.figure, row.bar, said)
            missed += row.holds is False
        Console(highlight=False).print(table)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
