"""Every public name is documented, and the site has a place for every page."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nashscope

ROOT = Path(__file__).parents[2]
PACKAGE = Path(nashscope.__file__).parent
CONVENTION = {"AGENT", "GAME", "ORGANISM", "STUDY", "app"}
"""What the one object of a file is called; the file's own docstring says what it is."""
FILES = [
    file
    for file in sorted(PACKAGE.rglob("*.py"))
    if not any(part.startswith("_") and part != "__init__.py" for part in file.parts)
    and "cli" not in file.parts
]


def public(tree):
    """The names in a module's `__all__`; None where it has none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
        ):
            return ast.literal_eval(node.value)
    return None


def documented(tree):
    """The names that a module defines, each with whether something is said about it."""
    found = {}
    for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name] = ast.get_docstring(node) is not None
        targets = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        said = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = said
    return found


def test_every_public_name_says_what_it_is():
    silent = []
    for file in FILES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = documented(tree)
        where = file.relative_to(PACKAGE)
        silent += [
            f"{where}: {name}"
            for name in public(tree) or ()
            if name not in CONVENTION and names.get(name, True) is False
        ]
        if ast.get_docstring(tree) is None:
            silent.append(f"{where}: the module")
    assert silent == []


def test_a_name_without_a_word_is_noticed():
    source = '__all__ = ["a", "B", "c"]\na = 1\nb = 2\n"""Said."""\ndef c(): "Said."\nclass B: pass'
    assert documented(ast.parse(source)) == {
        "__all__": False,
        "a": False,
        "b": True,
        "c": True,
        "B": False,
    }
    assert public(ast.parse(source)) == ["a", "B", "c"]


@pytest.mark.slow
def test_what_a_package_says_it_has_is_there():
    for found in pkgutil.walk_packages(nashscope.__path__, "nashscope."):
        if found.ispkg and "._" not in found.name:
            module = importlib.import_module(found.name)
            names = getattr(module, "__all__", [])
            assert not [name for name in names if not hasattr(module, name)], found.name
            assert len(set(names)) == len(names), found.name


def test_every_page_has_a_place_on_the_site():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    entries = re.findall(r"^[a-z][\w/*-]+$", index, re.M)
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        if name != "index" and not name.startswith(("reference/", "_build/")):
            assert any(Path(name).match(entry) for entry in entries), name


def test_every_link_between_pages_leads_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


@pytest.mark.slow
def test_the_reference_is_made_from_the_docstrings(tmp_path):
    """A site of two modules alone; `make docs` makes the whole."""
    pytest.importorskip("sphinx")
    pytest.importorskip("furo")
    (tmp_path / "conf.py").write_text(
        'extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon"]\nhtml_theme = "furo"\n'
    )
    (tmp_path / "index.rst").write_text(
        "x\n=\n\n.. automodule:: nashscope.report.block\n   :members:\n\n"
        ".. automodule:: nashscope.report.match\n   :members:\n"
    )
    made = [sys.executable, "-m", "sphinx", "-q", "-W", str(tmp_path), str(tmp_path / "out")]
    ran = subprocess.run(made, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    for name in ("Figure", "Panel", "folded", "unfolded", "matches"):
        assert f".{name}" in text
