"""What a server can do is found out by asking it."""

import pytest

from nashscope.errors import Failed, ModelRefused
from nashscope.models import check_model
from nashscope.models.hosted.probe import CHOICES
from tests.hosted.server import Script, letters

SAID = {"F": 0.6, "K": 0.3, " F": 0.05, "x": 0.05}
VLLM = frozenset({"top_k", "min_p", "repetition_penalty", "generation_config"})


def test_log_probabilities_are_used_where_a_server_tells_them(hosted):
    model, _ = hosted(Script(likely=lambda prompt: SAID))
    assert model.capabilities.logprobs == 20 and model.reads
    assert not {"logprobs", "top_logprobs"} & set(model.capabilities.ignored)


@pytest.mark.parametrize("strict", [True, False])
def test_a_server_without_log_probabilities_is_found_out(hosted, strict):
    model, _ = hosted(Script(strict=strict))
    can = model.capabilities
    assert can.logprobs == 0 and not model.reads
    assert "logprobs" in (can.refused if strict else can.ignored)
    assert any(("refuses" if strict else "ignores") in line for line in can.said())


@pytest.mark.parametrize("kind", CHOICES)
@pytest.mark.parametrize("strict", [True, False])
def test_every_way_of_structured_choice_is_found(hosted, kind, strict):
    field = "response_format" if kind == "json_schema" else kind
    model, _ = hosted(Script(held=field, strict=strict))
    assert model.capabilities.choice == kind


def test_a_server_that_ignores_structured_choice_is_said_to(hosted):
    model, _ = hosted(Script())
    can = model.capabilities
    assert can.choice is None
    assert {"structured_outputs", "guided_choice", "grammar", "response_format"} <= {*can.ignored}


def test_every_sampling_field_is_sent(hosted):
    model, script = hosted()
    model.generate(["Hello"], [_chance()], tokens=7)
    sent = script.seen[-1]
    assert sent["max_tokens"] == 7 and sent["top_k"] == 0 and sent["min_p"] == 0.0
    assert sent["temperature"] == sent["top_p"] == sent["repetition_penalty"] == 1.0
    assert sent["presence_penalty"] == sent["frequency_penalty"] == 0.0 and "seed" in sent


def test_refused_fields_are_left_out_and_said(hosted):
    model, script = hosted(Script(takes=frozenset(), strict=True))
    assert {"top_k", "min_p", "repetition_penalty"} <= set(model.capabilities.refused)
    model.generate(["Hello"], [_chance()], tokens=7)
    assert not {"top_k", "min_p", "repetition_penalty"} & set(script.seen[-1])
    assert {"temperature", "top_p", "seed", "max_tokens"} <= set(script.seen[-1])


def test_a_field_that_is_refused_without_its_name_is_found_and_the_others_kept(hosted):
    def fault(number):
        return "400" if "min_p" in script.seen[number] else ""

    script = Script(fault=fault)
    model, _ = hosted(script)
    can = model.capabilities
    assert can.refused == ("min_p",)
    assert {"top_k", "repetition_penalty", "seed", "temperature"} <= set(can.sent)


def test_generation_config_stands_in_where_top_k_is_refused(hosted):
    model, script = hosted(Script(takes=frozenset({"generation_config"}), strict=True))
    model.generate(["Hello"], [_chance()], tokens=7, temperature=0.0)
    assert '"do_sample": false' in script.seen[-1]["generation_config"]
    assert not {"top_k", "min_p", "repetition_penalty"} & set(script.seen[-1])


@pytest.mark.parametrize(
    ("say", "verdict", "ignored"),
    [
        (letters, True, False),
        (lambda prompt, body: "always the same", None, False),
        (lambda prompt, body: str(id(body)), False, True),
    ],
)
def test_a_seed_that_does_nothing_is_found_out(hosted, say, verdict, ignored):
    numbers = iter(range(1000))
    if verdict is False:
        say = lambda prompt, body: f"answer {next(numbers)}"  # noqa: E731
    model, _ = hosted(Script(say=say))
    assert model.capabilities.reproducible is verdict
    assert ("seed" in model.capabilities.ignored) is ignored


def test_the_probe_asks_only_once(hosted):
    model, script = hosted()
    assert model.capabilities is model.capabilities
    count = len(script.seen)
    assert model.reads is False and len(script.seen) == count <= 12


def test_a_server_that_refuses_everything_is_refused(hosted):
    model, _ = hosted(Script(fault=lambda number: "400"))
    with pytest.raises(ModelRefused, match="refuses a plain question"):
        _ = model.capabilities


def test_a_server_that_never_answers_is_said_to(hosted):
    model, _ = hosted(Script(fault=lambda number: "500"), attempts=2)
    with pytest.raises(Failed, match=r"does not answer: status 500 \(2 attempts\)"):
        _ = model.capabilities


def _chance():
    from nashscope.chance import stream

    return stream(0, "test")


@pytest.mark.parametrize("likely", [None, lambda prompt: {"one": 0.6, "two": 0.3}])
def test_a_hosted_model_keeps_the_contract_of_models(hosted, likely):
    """It is asked one reply after another, each with its own seed, as a server gives them."""
    check_model(hosted(Script(say=letters, likely=likely))[0])
