"""What was read before is not read again, and nothing depends on whether it was."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")
LABELS = ("F", "K")


@pytest.fixture(scope="module")
def two(random_model):
    """The same model with and without memory."""
    from nashscope.models import load

    keeping, forgetful = load(f"hf/{random_model}"), load(f"hf/{random_model}")
    forgetful.remember = False
    return keeping, forgetful


def told(history):
    lines = [f"Round {k + 1}: you chose {a}, the other player chose {b}." for k, (a, b) in history]
    return "You play a game. You choose F or K.\n" + "\n".join(lines) + "\nMy choice:"


moves = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), max_size=6)


@settings(max_examples=15)
@given(st.lists(moves, min_size=1, max_size=4), st.sampled_from([2**30, 200_000, 0]))
def test_answers_do_not_depend_on_what_is_remembered(two, matches, bound):
    from nashscope.models.memory import size

    keeping, forgetful = two
    keeping.prefixes.bound = bound
    for rounds in range(max(map(len, matches)) + 1):
        prompts = [told(list(enumerate(match[:rounds]))) for match in matches]
        labels = [LABELS] * len(prompts)
        one = np.array(keeping.logprobs(prompts, labels))
        other = np.array(forgetful.logprobs(prompts, labels))
        assert np.abs(one - other).max() < 1e-4
        caches = {id(row.cache): row.cache for row in keeping.prefixes._rows.values()}
        assert keeping.prefixes.held == sum(map(size, caches.values())) <= bound


def test_a_longer_history_costs_its_new_tokens_alone(two):
    keeping, _ = two
    keeping.prefixes.bound = 2**30
    match = [("F", "K")] * 20
    spent = []
    for rounds in range(21):
        before = keeping.prefixes.computed
        keeping.logprobs([told(list(enumerate(match[:rounds])))], [LABELS])
        spent.append(keeping.prefixes.computed - before)
    assert max(spent[2:]) <= 2 * spent[5] < spent[0]


def test_matches_with_the_same_rules_do_not_forget_each_other(two):
    from nashscope.models.tokens import prompt_ids

    keeping, _ = two
    keeping.prefixes.bound = 2**30
    histories = [[(mine, theirs)] * 30 for mine in LABELS for theirs in LABELS]
    keeping.prefixes.computed = 0
    unique = set()
    for rounds in range(31):
        for history in histories:  # one by one, so that each finds what the one before it left
            prompt = told(list(enumerate(history[:rounds])))
            keeping.logprobs([prompt], [LABELS])
            (ids,) = prompt_ids(keeping.tokenizer, [prompt])
            unique |= {ids[:end] for end in range(1, len(ids) + 1)}
    assert keeping.prefixes.computed <= 1.2 * len(unique)


def test_a_match_does_not_write_over_the_keys_of_another(two):
    keeping, _ = two
    keeping.prefixes = type(keeping.prefixes)()
    first, second = [("F", "K")] * 24, [("K", "F")] * 24
    # Alone in its memory, each is where the next one that begins like it could be written.
    for history in (first[:20], first[:21], second[:3], first[:22], second[:4], first):
        prompt = "The rules are the same for all. " * 4 + told(list(enumerate(history)))
        one, other = (model.logprobs([prompt], [LABELS])[0] for model in two)
        assert np.abs(one - other).max() < 1e-4, len(history)


def test_what_is_read_is_written_behind_what_was_read(two):
    from nashscope.models.memory import Growing

    keeping, _ = two
    keeping.prefixes = type(keeping.prefixes)()
    places = []
    for rounds in range(8):
        prompts = [told(list(enumerate([own] * rounds))) for own in (("F", "K"), ("K", "K"))]
        keeping.logprobs(prompts, [LABELS] * 2)
        (layer, *_) = next(reversed(keeping.prefixes._rows.values())).cache.layers
        places.append(layer.keys.data_ptr() if isinstance(layer, Growing) else None)
    assert len(set(places[3:])) == 1 and places[3] is not None


def test_answers_do_not_depend_on_whether_they_outgrow_a_batch(random_model, monkeypatch):
    from numpy.random import default_rng

    from nashscope.models import decoding, load
    from nashscope.models.tokens import prompt_ids

    model = load(f"hf/{random_model}")
    prompts = [told(list(enumerate([("F", "K")] * n))) for n in range(5)]
    longest = max(map(len, prompt_ids(model.tokenizer, prompts)))
    halves, picked = [], decoding._picked
    monkeypatch.setattr(decoding, "_picked", lambda h, r: halves.append(len(r)) or picked(h, r))

    def written(tokens, remember):
        model.batch_tokens, model.remember = tokens, remember
        chances = [default_rng(n) for n in range(5)]
        return model.generate(prompts, chances, tokens=40, stop=("F",), temperature=1.0)

    alone = written(1, False)
    assert len({reply.text for reply in alone}) > 1 and not halves
    for remember in (True, False):
        assert written(10**6, remember) == alone and not halves
        assert written(5 * longest + 9, remember) == alone and halves
        halves.clear()
