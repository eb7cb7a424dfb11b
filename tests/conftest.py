"""What many tests need: the command line in this process, and small folders of models."""

import os
import sys

import pytest
from hypothesis import HealthCheck, Phase, is_hypothesis_test, settings
from jaxtyping import _import_hook

from tests import duration


class Outermost(_import_hook.JaxtypingTransformer):
    """Has shapes and types checked at functions and methods, and not at functions within them.

    Those are made anew at every call of the outer one, and with them the code that checks them:
    half of the time of all tests.
    """

    def visit_FunctionDef(self, node):
        body, node.body = node.body, []
        super().visit_FunctionDef(node)
        node.body = body
        return node


_import_hook.JaxtypingTransformer = Outermost

# Speed is measured in benchmarks; a gate must not turn red because a machine is busy, nor depend on
# which examples are drawn today.
settings.register_profile(
    "gates", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
# Of a planted fault nobody needs the smallest example, and looking for it can take minutes.
settings.register_profile(
    "mutants",
    settings.get_profile("gates"),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
# Types and shapes are checked on few examples: that takes two to three times as long.
settings.register_profile("types", settings.get_profile("gates"), max_examples=5)
PROFILE = os.environ.get("NASHSCOPE_GATES", "gates")
settings.load_profile(PROFILE)

began, taken, marked = {}, {}, set()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Long tests first; few examples in the profile of that name, whatever a test asks for."""
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    items[:] = duration.longest_first(items, workers)
    most = settings.get_profile(PROFILE).max_examples
    for item in items:
        test = getattr(item, "obj", None)
        if PROFILE == "types" and is_hypothesis_test(test):
            used = test._hypothesis_internal_use_settings
            few = settings(used, max_examples=min(most, used.max_examples))
            test._hypothesis_internal_use_settings = few


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Notes when a test begins, in processor time."""
    began[item.nodeid] = duration.spent()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Every report says how much processor time the test has taken so far."""
    report = yield
    report.processor = duration.spent() - began.get(item.nodeid, duration.spent())
    return report


def pytest_runtest_logreport(report):
    """Keeps what the last report of a test says."""
    if hasattr(report, "processor"):
        taken[report.nodeid] = report.processor
    if "slow" in report.keywords:
        marked.add(report.nodeid)


def pytest_terminal_summary(terminalreporter):
    """Lists tests that take long and are not marked; says what all of them took."""
    long = duration.unmarked(taken, marked)
    for seconds, name in long:
        terminalreporter.write_line(f"{seconds:5.1f} s of processor time without mark slow: {name}")
    terminalreporter.write_line(
        f"{sum(taken.values()):.0f} s of processor time in {len(taken)} tests"
    )
    if duration.RENEW:
        duration.write(taken)


@pytest.fixture
def nashscope(monkeypatch, capsys):
    """Runs a command line in this process: gives its exit code, what it printed, what it said."""

    def run(*arguments):
        from nashscope.cli import main

        monkeypatch.setattr(sys, "argv", ["nashscope", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        printed = capsys.readouterr()
        return left.value.code or 0, printed.out, printed.err

    return run


@pytest.fixture(scope="session")
def random_model(tmp_path_factory):
    """The folder of a tiny Llama with random weights and the organisms' tokenizer."""
    pytest.importorskip("torch")
    return written_model(tmp_path_factory.mktemp("models") / "random-llama")


def written_model(folder):
    """Writes a tiny Llama with random weights and the organisms' tokenizer into a folder."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from nashscope.chance import stream
    from nashscope.organisms.lesson import Curriculum, draw
    from nashscope.organisms.tokenizer import tokenizer

    chance = stream(0, "tests")
    tokens = tokenizer(draw(Curriculum(rounds=6), chance).text for _ in range(200))
    config = LlamaConfig(
        vocab_size=len(tokens),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        initializer_range=0.3,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=tokens.eos_token_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = LlamaForCausalLM(config)
    model.save_pretrained(folder)
    tokens.save_pretrained(folder)
    return folder


def pytest_sessionfinish(exitstatus):
    """What the peers answered is written, if they were asked and agree."""
    opinion = sys.modules.get("tests.oracles.opinion")
    if opinion is not None and opinion.RENEW and exitstatus == 0:
        opinion.written()
