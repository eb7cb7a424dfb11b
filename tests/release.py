"""What must be true before a release: `python -m tests.release` says what is not, and the version.

The same version stands in `pyproject.toml` and `CITATION.cff`, and the first section of the
changelog is of it, with something in it.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def faults(root=ROOT):
    """What stands between this tree and a release, a line each; and the version."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    found = []
    cited = re.search(r"^version: *(\S+)", (root / "CITATION.cff").read_text("utf-8"), re.M)
    if cited is None or cited[1] != version:
        found.append(f"CITATION.cff is of version {cited and cited[1]}, not {version}")
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    sections = re.split(r"^## ", changelog, flags=re.M)[1:]
    heading, _, body = (sections or [""])[0].partition("\n")
    if heading.split(",")[0].strip() != version:
        found.append(f"the first section of CHANGELOG.md is {heading!r}; name it {version!r}")
    elif not re.search(r"^- \S", body, re.M):
        found.append(f"the section {version} of CHANGELOG.md says nothing")
    return found, version


if __name__ == "__main__":
    wrong, number = faults()
    for line in wrong:
        print(line, file=sys.stderr)
    sys.exit(1 if wrong else print(number) or 0)
