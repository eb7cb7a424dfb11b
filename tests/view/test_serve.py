"""The socket of the live page."""

import importlib
import socket

import pytest

uvicorn = pytest.importorskip("uvicorn")


def test_answers_are_sent_without_delay_and_on_loopback_alone(monkeypatch):
    """asyncio switches Nagle's delay off for sockets that are named as TCP, and for no others."""
    from nashscope.view import serve
    from nashscope.view.desk import Desk

    served = []

    def run(self, sockets):
        served.extend((own.proto, own.getsockname()[0]) for own in sockets)

    monkeypatch.setattr(uvicorn.Server, "run", run)
    module = importlib.import_module("nashscope.view.app")
    monkeypatch.setattr(module, "app", lambda desk, token: None)
    told = []
    serve(object.__new__(Desk), told.append)
    assert served == [(socket.IPPROTO_TCP, "127.0.0.1")]
    assert told[0].startswith("http://127.0.0.1:")
