"""What the user's own names are made of: an edit shows, anything else does not."""

from importlib.metadata import EntryPoint

import pytest

from nashscope.play import Cell, identity
from nashscope.play.identity import BLOCK, BLOCKS

AGENT = (
    "from nashscope.agents import Strategy\nAGENT = Strategy('x', lambda view: (1.0, 0.0), 's')\n"
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with an agent that imports a module, which imports one of a package."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text("import helper\n" + AGENT)
    (tmp_path / "helper.py").write_text("def late():\n    from package.inner import LIMIT\n")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "inner.py").write_text("from .sister import LIMIT\n")
    (tmp_path / "package" / "sister.py").write_text("LIMIT = 1\n")
    (tmp_path / "stranger.py").write_text("LIMIT = 1\n")
    return tmp_path


def of(name):
    return identity.identity([name]).get(name)


@pytest.mark.parametrize("file", ["own", "helper", "package/__init__", "package/sister"])
def test_an_edit_of_the_file_or_of_what_it_imports_shows(here, file):
    before, cell = of("own.py:AGENT"), Cell("chicken", ("own.py:AGENT", "random"))
    assert before == of("own.py:AGENT") == cell.entry["contents"]["own.py:AGENT"]
    with (here / f"{file}.py").open("a") as source:
        source.write("# another\n")
    assert of("own.py:AGENT") != before
    assert Cell("chicken", ("own.py:AGENT", "random")).id != cell.id


def test_other_files_and_other_places_do_not_show(here, tmp_path, monkeypatch):
    before = of("own.py:AGENT")
    (here / "stranger.py").write_text("LIMIT = 2\n")
    assert of("own.py:AGENT") == before
    moved = here.rename(here.with_name("elsewhere"))
    assert of(f"{moved}/own.py:AGENT") == before
    monkeypatch.chdir(moved)
    assert of("nowhere.py:AGENT") is None and identity.identity(["", "random", "a:b="]) == {}


def test_a_model_folder_is_its_weights_configuration_and_template(tmp_path):
    for name in ("config.json", "model.safetensors", "chat_template.jinja", "README.md"):
        (tmp_path / name).write_text("1")
    name, seen = f"hf/{tmp_path}", set()
    for file in ("model.safetensors", "config.json", "chat_template.jinja"):
        seen.add(of(name))
        (tmp_path / file).write_text("22")
    seen.add(of(name))
    assert len(seen) == 4 and None not in seen
    (tmp_path / "README.md").write_text("22")
    assert of(name) in seen and of(f"dominance:{name}") == of(name)
    assert of("hf/somebody/model") is None


def test_of_a_large_file_the_beginning_the_end_and_blocks_between_count(tmp_path, monkeypatch):
    monkeypatch.setattr(identity, "WHOLE", 1000)
    monkeypatch.setattr(identity, "BLOCK", 10)
    monkeypatch.setattr(identity, "BLOCKS", 8)
    content = bytearray(2000)
    seen = set()
    for place in (None, 0, 1999, 1138):  # 1138 is in the fifth block
        if place is not None:
            content[place] = 1
        file = tmp_path / f"{place}.npy"
        file.write_bytes(content)
        seen.add(of(str(file)))
    assert len(seen) == 4 and BLOCK * BLOCKS == 2**26


def test_an_entry_point_is_its_distribution_version_and_file(here, monkeypatch):
    class Package:
        name, version = "lab", "1.0"

    declared = EntryPoint("mine", "own:AGENT", "nashscope.agents")
    vars(declared).update(dist=Package())
    monkeypatch.setattr(identity, "_declared", lambda: {"mine": declared})
    monkeypatch.syspath_prepend(str(here))
    before = of("mine")
    assert before and of("Mine") == before and of("other") is None
    Package.version = "1.1"
    updated = of("mine")
    (here / "helper.py").write_text("")
    assert len({before, updated, of("mine")}) == 3
