"""A model behind a scripted server, with a cache of its own."""

import contextlib
import sys

import pytest

from nashscope.models import load
from nashscope.models.hosted import HostedModel
from tests.hosted.server import Script, serving


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """No setting, key or reply of the person who runs the tests is seen."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "NASHSCOPE_SERVICES", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NASHSCOPE_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture(autouse=True)
def unasked(monkeypatch):
    """The types of hosted models are checked without asking their servers.

    Before Python 3.12 a protocol looks for a property by reading it, and `reads` asks the server.
    """
    asked = HostedModel.reads.fget

    def reads(self):
        by_typing = sys._getframe(1).f_globals["__name__"] == "typing"
        return True if by_typing else asked(self)

    monkeypatch.setattr(HostedModel, "reads", property(reads))


@pytest.fixture
def hosted():
    """Gives a model and the script of its server."""
    opened = contextlib.ExitStack()

    def make(script=None, **options):
        script = script or Script()
        url = opened.enter_context(serving(script))
        options = {"backoff": 0.0, "timeout": 5.0} | options
        model = load("openai-api/local/tiny", base_url=url, **options)
        opened.callback(model.close)
        return model, script

    with opened:
        yield make
