"""The matrix benchmark of a hosted model: its policy is read, or estimated where it cannot be."""

import json

import pytest

from nashscope.bench import matrix
from tests.hosted.server import Script, pick

ITEMS = list(matrix.dense(3, ((2, 2),), 3))


def labels(prompt):
    """The words of the actions, which end the prompt; others where none are asked for."""
    _, asked, words = prompt.partition("Your actions: ")
    return tuple(words.splitlines()[0].split()) if asked else ("yes", "no")


def answers(model, **options):
    return matrix.ask(model, ITEMS, "policy", **options)


def test_a_policy_is_read_where_the_labels_are_told(hosted):
    def likely(prompt):
        first, second = labels(prompt)
        return {first: 0.6, second: 0.2, "x": 0.2}

    model, script = hosted(Script(likely=likely))
    found = answers(model)
    assert {(one.how, one.samples) for one in found} == {("logprobs", None)}
    for one in found:
        assert one.strategy == pytest.approx((0.75, 0.25)) and one.mass == pytest.approx(0.8)
    # one request for each player of every game
    assert sum(body.get("logprobs", False) for body in script.seen) == 1 + len(found)


@pytest.mark.parametrize("held", ["structured_outputs", ""])
def test_labels_that_are_not_listed_are_sampled(hosted, held):
    """A server that tells log-probabilities of other words used to end the study."""
    script = Script(
        likely=lambda prompt: {"Well": 0.6, "The": 0.4},
        say=lambda prompt, body: f"I choose {pick(prompt, body, labels(prompt))}",
        held=held,
    )
    model, script = hosted(script, samples=5)
    found = answers(model)
    way = "structured choice" if held else "samples"
    assert {(one.how, one.samples, one.mass) for one in found} == {(way, 5, 1.0)}
    asked = [body for body in script.seen if "Your actions" in body["messages"][0]["content"]]
    sampled = [body for body in asked if not body.get("logprobs")]
    assert len(sampled) == 5 * len(found) and len(asked) == 6 * len(found)
    # a policy is the model's own: what it writes elsewhere may be asked at another temperature
    assert {body["temperature"] for body in sampled} == {1.0}
    for one, item in zip(found, [item for item in ITEMS for _ in (0, 1)], strict=True):
        prompt = item.question(one.player).render("policy")
        own = [body for body in sampled if body["messages"][0]["content"] == prompt]
        said = [pick(prompt, body, labels(prompt)) for body in own]
        shares = [said.count(label) / 5 for label in labels(prompt)]
        assert one.strategy == pytest.approx(shares) and one.residual is not None
    assert len({one.strategy for one in found}) > 1
    assert answers(model) == found


def test_answers_that_name_no_action_are_unread_and_not_counted(hosted):
    def say(prompt, body):
        return labels(prompt)[0] if body["seed"] % 2 else "I cannot say"

    model, _ = hosted(Script(say=say), samples=6)
    found = answers(model)
    assert {one.how for one in found} == {"samples"}
    for one in found:
        assert one.mass == one.samples / 6
        assert one.strategy == ((1.0, 0.0) if one.samples else None)
    assert len({one.samples for one in found}) > 1
    silent, _ = hosted(Script(say=lambda prompt, body: "?"), samples=2)
    for one in answers(silent):
        assert (one.strategy, one.residual, one.unread) == (None, None, "unparsed")
        assert (one.how, one.samples) == ("samples", 0)


def test_no_answer_at_all_is_a_failure_with_its_reason(hosted):
    model, script = hosted(samples=2, attempts=1, patience=1000)
    _ = model.capabilities
    script.fault = lambda number: "500"
    for one in answers(model):
        assert (one.unread, one.strategy, one.how) == ("unparsed", None, "samples")
        assert "status 500" in one.why


def test_a_model_may_think_before_each_of_its_answers(hosted):
    model, script = hosted(
        Script(say=lambda prompt, body: f"Hm.\nAnswer: {labels(prompt)[1]}"), samples=2
    )
    found = answers(model, thinking=True)
    assert {one.strategy for one in found} == {(0.0, 1.0)}
    asked = [body for body in script.seen if "Your actions" in body["messages"][0]["content"]]
    assert all("Think first" in body["messages"][0]["content"] for body in asked)
    assert {body["max_tokens"] > 2000 for body in asked} == {True}


def test_a_study_goes_to_its_end_and_keeps_how_it_asked(hosted, nashscope, apart, monkeypatch):
    model, _ = hosted(
        Script(
            likely=lambda prompt: {"Well": 0.6, "The": 0.4},
            say=lambda prompt, body: pick(prompt, body, labels(prompt)),
        )
    )
    monkeypatch.setenv("LOCAL_BASE_URL", model.wire.service.base_url)
    folder = apart / "run"
    command = ["bench", "matrix", "--model", model.name, "--fresh", 3, "--sizes", "2"]
    command += ["--limit", 2, "--interfaces", "policy", "--quiet", "--out", folder]
    assert nashscope(*command)[0] == 0
    (file,) = (folder / "results").glob("answers-*.json")
    kept = json.loads(file.read_text(encoding="utf-8"))["rows"]
    assert {(row["how"], row["samples"]) for row in kept} == {("samples", 8)}
