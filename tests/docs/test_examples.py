"""Every example of the documentation is run: Python, and the commands of the shell.

Commands run in this process, in a folder of their own, and a study with few matches: what is shown
is the command as a user types it, what is checked is that it works. `my-model`, hub ids and smollm2
are a small random model. The live page is made, and not served: that would not end.
"""

import re
import shlex
import sys
from pathlib import Path

import pytest

sybil = pytest.importorskip("sybil")
from sybil.parsers.markdown import CodeBlockParser  # noqa: E402

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SMALL = {
    "matches": "1",
    "horizons": "[2]",
    "looked": "8",
    "tellings": "2",
    "nulls": "2",
    "fingerprints": "1",
    "shuffles": "20",
    "nonlinear": "false",
    "tools": "[clamping, layer swap]",
}
LANGUAGES = ("python", "sh")
MODEL = re.compile(r"hf/|smollm2$")
"""How a model is named that is not at hand here."""
FILES = re.compile(r"^```python\n# \w+\.py$", re.M)
"""A block that is saved as a file."""


def has_examples(page):
    """Whether there is anything to run on a page."""
    text = page.read_text(encoding="utf-8")
    return any(f"```{language}\n" in text for language in LANGUAGES)


def commands(block):
    """The command lines of a shell block, comments left out."""
    joined = block.replace("\\\n", " ")
    lines = [shlex.split(line, comments=True) for line in joined.splitlines()]
    return [words for words in lines if words]


def of_make(target):
    """`make TARGET` is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{re.escape(target)}:", makefile, re.M), f"no target {target}"


def of_pip(words):
    """`pip install "nashscope[extras]"` names extras that there are."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for word in words:
        package, _, extras = word.partition("[")
        if package in ("nashscope", "."):
            asked = {extra for extra in extras.rstrip("]").split(",") if extra}
            assert asked <= set(project["optional-dependencies"]), f"extras of {word}"


class Shell:
    """Runs the commands of one page."""

    def __init__(self, nashscope, model):
        self.nashscope, self.model = nashscope, model

    def __call__(self, example):
        for words in commands(example.parsed):
            match words:
                case ["make", target, *_]:
                    of_make(target)
                case ["pip", "install", *rest]:
                    of_pip(rest)
                case ["nashscope", *rest]:
                    self.run(rest)
                case _:
                    raise AssertionError(f"{words}: no command that this test knows")

    def run(self, words):
        """One command of ours."""
        words = [self.small(word) if MODEL.match(word) else word for word in words]
        if words[0] == "study" and "--dry-run" not in words:
            words += [f"--set={key}={value}" for key, value in SMALL.items()]
        code, _, said = self.nashscope(*words)
        assert code == 0, f"{words}: {said}"

    def small(self, name):
        """The small model under a name of its own, so that two models stay two."""
        folder = Path(re.sub(r"\W+", "-", name)).resolve()
        if not folder.exists():
            folder.symlink_to(self.model)
        return f"hf/{folder}"


def python(example):
    """A Python block; one that begins with a file's name is saved under it as well."""
    named = re.match(r"# (\w+\.py)\n", example.parsed)
    if named:
        Path(named[1]).write_text(example.parsed, encoding="utf-8")
    where = f"{example.path}:{example.line}"
    # lines before it, so that a traceback names the line of the page
    code = compile("\n" * example.line + example.parsed, where, "exec")
    # Whoever saves the file of a page goes on from it: no other block needs what stood in one.
    apart = bool(FILES.search(Path(example.path).read_text(encoding="utf-8")))
    exec(code, {"__name__": "example"} if apart else example.namespace)


def saved(example):
    """A YAML block that begins with a file's name is saved under it."""
    named = re.match(r"# (\w+\.yaml)\n", example.parsed)
    if named:
        Path(named[1]).write_text(example.parsed, encoding="utf-8")


@pytest.fixture
def local_service(tmp_path, monkeypatch):
    """A server for `openai-api/local/…`, and nothing of the user's own settings."""
    from tests.hosted.server import Script, serving

    letters = dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1 / 26)
    monkeypatch.setenv("NASHSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("NASHSCOPE_SERVICES", raising=False)
    with serving(Script(likely=lambda prompt: letters)) as url:
        monkeypatch.setenv("LOCAL_BASE_URL", url)
        yield


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # logs of submitit
@pytest.mark.parametrize(
    "page", list(filter(has_examples, PAGES)), ids=lambda page: str(page.relative_to(ROOT))
)
def test_the_examples_of_a_page_work(page, request, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("nashscope.view.serve", lambda desk, told, port: told(str(port)))
    monkeypatch.setattr("webbrowser.open", lambda address: True)
    model = request.getfixturevalue("random_model")
    (tmp_path / "my-model").symlink_to(model)
    if "openai-api/local/" in page.read_text(encoding="utf-8"):
        request.getfixturevalue("local_service")
    shell = Shell(request.getfixturevalue("nashscope"), model)
    parsers = [CodeBlockParser("python", python), CodeBlockParser("sh", shell)]
    parsers.append(CodeBlockParser("yaml", saved))
    document = sybil.Sybil(parsers=parsers).parse(page)
    document.namespace["__name__"] = "example"
    monkeypatch.setitem(sys.modules, "example", sys)
    for example in document.examples():
        example.evaluate()


def test_every_block_has_a_language_that_says_whether_it_is_run():
    """A block without a language would be neither run nor seen not to be."""
    for page in PAGES:
        if page.name in ("LOG.md", "CHANGELOG.md"):
            continue
        fences = re.findall(r"^```(.*)$", page.read_text(encoding="utf-8"), re.M)
        opening = fences[::2]
        known = {*LANGUAGES, "text", "yaml", "json", "toml", "bash", "bibtex", "console"}
        strange = [word for word in opening if word not in known and not word.startswith("{")]
        assert not strange, f"{page.name}: {strange}"
