"""The notebook, run again from top to bottom, gives the outputs that it shows."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"

# in a process of its own: the kernel's libraries warn of things that are not ours
RUN = """
import sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
folder = {"metadata": {"path": sys.argv[2]}}
NotebookClient(notebook, timeout=300, resources=folder).execute()
nbformat.write(notebook, sys.argv[2] + "/again.ipynb")
"""


def shown(notebook):
    """What every code cell shows, without what only goes to stderr."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [
        [
            "".join(output.get("text") or output["data"]["text/plain"])
            for output in cell["outputs"]
            if output.get("name") != "stderr"
        ]
        for cell in cells
    ]


@pytest.mark.slow
def test_the_notebook_shows_what_it_gives(tmp_path):
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    ran = subprocess.run(
        [sys.executable, "-c", RUN, str(NOTEBOOK), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    again = json.loads((tmp_path / "again.ipynb").read_text(encoding="utf-8"))
    before = shown(json.loads(NOTEBOOK.read_text(encoding="utf-8")))
    assert any(before) and shown(again) == before
