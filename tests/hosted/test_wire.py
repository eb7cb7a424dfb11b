"""Faults are tried again, counted, and end as outcomes; a budget stops; a key is never shown."""

import json
import logging
import threading

import numpy as np
import pytest

from nashscope.errors import BudgetSpent, Failed, Misuse, ModelRefused
from nashscope.models.hosted import Budget, Ledger, Task
from nashscope.models.hosted.cache import Answer
from tests.hosted.server import FAULTS, Script, letters, pick

FIELDS = {"max_tokens": 8, "seed": 1}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_tried_again(hosted, fault):
    script = Script(fault=lambda number: fault if number < 2 else "", slow=0.6)
    model, _ = hosted(script, timeout=0.3 if fault == "slow" else 5.0)
    answer = model.wire.ask("Hello", FIELDS)
    assert isinstance(answer, Answer) and answer.text == letters("Hello", {"seed": 1})
    assert len(script.seen) == 3 and model.wire.ledger.total.calls == 3
    assert model.wire.ledger.total.answered == 1


def test_the_server_says_how_long_to_wait(hosted, monkeypatch):
    from nashscope.models.hosted import wire

    slept = []
    monkeypatch.setattr(wire.time, "sleep", slept.append)
    model, _ = hosted(Script(fault=lambda number: "500"), attempts=4, backoff=1.0, longest=3.0)
    model.wire.ask("Hello", FIELDS)
    first, second, third = slept
    assert 0.5 <= first <= 1.5 and 1.0 <= second <= 3.0 and 2.0 <= third <= 3.0


def test_what_failed_for_good_says_why_and_is_not_cached(hosted):
    script = Script(fault=lambda number: "500")
    model, _ = hosted(script, attempts=2)
    failed = model.wire.ask("Hello", FIELDS)
    assert (failed.why, failed.attempts) == ("status 500", 2)
    script.fault = None
    assert isinstance(model.wire.ask("Hello", FIELDS), Answer)


def test_a_reply_that_was_paid_for_is_not_asked_again(hosted):
    model, script = hosted()
    one = model.wire.ask("Hello", FIELDS)
    assert model.wire.ask("Hello", FIELDS) == one and len(script.seen) == 1
    for prompt, fields, repetition in (
        ("Hello!", FIELDS, 0),
        ("Hello", FIELDS | {"seed": 2}, 0),
        ("Hello", FIELDS, 1),
    ):
        count = len(script.seen)
        model.wire.ask(prompt, fields, repetition)
        assert len(script.seen) == count + 1


def test_repetitions_are_answers_of_their_own(hosted):
    model, script = hosted(Script(say=lambda p, b: f"I say {pick(p, b)}"), samples=40)
    task = Task("F or K?", ("F", "K"), np.random.default_rng(0))
    (heard,) = model.hear([task])
    assert {reply.text for reply in heard.replies} == {"I say F", "I say K"}
    count = len(script.seen)
    (again,) = model.hear([Task("F or K?", ("F", "K"), np.random.default_rng(0))])
    assert again == heard and len(script.seen) == count


def test_no_more_requests_are_under_way_than_allowed(hosted):
    open_now, most, lock = 0, 0, threading.Lock()

    def say(prompt, body):
        nonlocal open_now, most
        with lock:
            open_now += 1
            most = max(most, open_now)
        threading.Event().wait(0.01)
        with lock:
            open_now -= 1
        return "F"

    model, _ = hosted(Script(say=say), concurrency=3)
    chances = [np.random.default_rng(i) for i in range(24)]
    model.generate([f"{i}?" for i in range(24)], chances, tokens=4)
    assert 1 < most <= 3


def test_the_budget_of_calls_stops_and_what_was_answered_is_kept(hosted):
    model, script = hosted(concurrency=2)
    _ = model.capabilities
    model.spend(Ledger(Budget(calls=5)))
    before = len(script.seen)
    chances = [np.random.default_rng(i) for i in range(20)]
    with pytest.raises(BudgetSpent, match="--max-calls"):
        model.generate([f"{i}?" for i in range(20)], chances, tokens=4)
    assert len(script.seen) == before + 5
    model.spend(Ledger())
    model.generate(
        [f"{i}?" for i in range(20)], [np.random.default_rng(i) for i in range(20)], tokens=4
    )
    assert len(script.seen) == before + 20


@pytest.fixture
def priced(hosted, apart, monkeypatch):
    """A model whose tokens have a price."""
    file = apart / "services.yaml"
    file.write_text("prices:\n  local/tiny: {input: 1000000, output: 2000000}\n")
    monkeypatch.setenv("NASHSCOPE_SERVICES", str(file))
    return hosted


def test_cost_follows_from_tokens_and_prices(priced):
    model, _ = priced()
    model.wire.ask("x" * 40, FIELDS)
    total = model.wire.ledger.total
    assert (total.input, total.output) == (10, 6) and total.cost == pytest.approx(10 + 2 * 6)


def test_the_budget_of_cost_is_not_exceeded(priced):
    model, _ = priced(concurrency=4)
    _ = model.capabilities
    ledger = Ledger(Budget(cost=150.0))
    model.spend(ledger)
    chances = [np.random.default_rng(i) for i in range(40)]
    with pytest.raises(BudgetSpent, match="--max-cost"):
        model.generate(["x" * 40 + str(i) for i in range(40)], chances, tokens=8)
    assert 100 < ledger.total.cost <= 150


def test_a_budget_of_cost_needs_a_price(hosted):
    model, _ = hosted()
    model.spend(Ledger(Budget(cost=1.0)))
    with pytest.raises(Misuse, match="price of local/tiny"):
        model.wire.ask("Hello", FIELDS)


def test_a_dead_server_stops_the_run_instead_of_filling_it_with_failures(hosted):
    model, script = hosted(Script(fault=lambda number: "500"), attempts=1, patience=3)
    model.wire.ask("1", FIELDS)
    model.wire.ask("2", FIELDS)
    with pytest.raises(Failed, match="3 requests in a row"):
        model.wire.ask("3", FIELDS)
    script.fault = None
    assert isinstance(model.wire.ask("4", FIELDS), Answer)


@pytest.mark.parametrize("status", ["401", "402", "403", "404"])
def test_what_cannot_get_better_stops_at_once(hosted, status):
    model, script = hosted(Script(fault=lambda number: status))
    with pytest.raises(ModelRefused, match=f"status {status}"):
        model.wire.ask("Hello", FIELDS)
    assert len(script.seen) == 1


SECRET = "sk-test-4f9a8b7c6d5e"


def test_a_key_is_never_shown(hosted, caplog, apart, monkeypatch):
    monkeypatch.setenv("LOCAL_API_KEY", SECRET)
    caplog.set_level(logging.DEBUG)
    calls = []
    echo = lambda prompt, body: f"your key is {SECRET}"  # noqa: E731
    model, script = hosted(Script(key=SECRET, say=echo))
    model.spend(Ledger(keep=calls.append))
    _ = model.capabilities
    answer = model.wire.ask("Hello", FIELDS)
    assert answer.text == "your key is [secret]"
    script.key = "another"
    with pytest.raises(ModelRefused) as refused:
        model.wire.ask("Again", FIELDS)
    kept = "".join(file.read_text() for file in apart.rglob("*.json"))
    for shown in (str(refused.value), repr(model), repr(calls), kept, caplog.text):
        assert SECRET not in shown
    assert calls and kept


def test_a_url_is_shown_without_what_is_secret_in_it():
    from nashscope.models.hosted import Service

    own = Service("s", "https://me:pass-word@host:8000/v1?key=abcdefgh")
    assert own.shown == "https://host:8000/v1"
    assert own.redacted("pass-word key=abcdefgh") == "[secret] [secret]"


def test_calls_are_records(hosted):
    from nashscope.records import dumps

    calls = []
    model, _ = hosted()
    model.spend(Ledger(keep=calls.append))
    model.wire.ask("Hello", FIELDS)
    assert json.loads(dumps(calls[0]))["outcome"] == "answered"
