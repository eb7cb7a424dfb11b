"""Every game with a state of the catalogue is told: its rules, its facts, and how to answer."""

import re

import numpy as np
import pytest

from nashscope.errors import BrokenFraming
from nashscope.framing.answer import Unparsed
from nashscope.framing.facts import FactsStyle, Telling
from nashscope.framing.form import write
from nashscope.framing.framing import rendered, understood, words
from nashscope.framing.library import told_by
from nashscope.games import NormalForm, Tree, catalogue, read
from nashscope.games.answer import draw, size, values
from nashscope.games.dynamic import NATURE, nature

DYNAMIC = [name for name in catalogue() if not isinstance(read(name), NormalForm | Tree)]


def asked(game, seed, most=12):
    """The player asks of a random match, each with its state."""
    chance = np.random.default_rng(seed)
    state = game.start
    for _ in range(most):
        asks = game.asks(state)
        if not asks:
            return
        yield from ((state, ask) for ask in asks if ask.player != NATURE)
        answers = [
            nature(a, chance) if a.player == NATURE else draw(a.answer, chance) for a in asks
        ]
        state = game.after(state, tuple(answers))


@pytest.mark.parametrize("name", DYNAMIC)
def test_a_telling_says_the_facts_and_reads_every_answer(name):
    game = read(name)
    style = told_by("plain", name, game)
    assert style.telling is not None
    for seed in range(3):
        framing = style.draw(game, seed, np.random.default_rng(seed))
        for state, ask in asked(game, seed):
            facts = game.facts(state, ask.player)
            prompt = rendered(framing, facts, ask)
            assert "{" not in prompt and "None" not in prompt and "Fraction" not in prompt
            assert f"{ask.player + 1}" in prompt.splitlines()[0]
            assert prompt == rendered(framing, facts, ask)
            assert isinstance(understood(framing, "...", ask), Unparsed)
            if (size(ask.answer) or 10**9) <= 200:
                for value in values(ask.answer):
                    said = write(ask.answer, value, words(framing, ask))
                    assert understood(framing, said, ask) == value
                    reasoned = f"The others took 7 of 9.\nAnswer: {said}"
                    assert understood(framing, reasoned, ask, "cot") == value


def test_every_number_of_the_facts_stands_in_its_own_line():
    game = read("commons:players=3")
    framing = told_by("plain", "commons", game).draw(game, 0, np.random.default_rng(0))
    state = game.after(game.start, (11, 13, 17))
    ask = game.asks(state)[1]
    lines = rendered(framing, game.facts(state, 1), ask).splitlines()
    assert [line for line in lines if "13" in line] == [
        "You have caught 13 so far.",
        "Month 1: player 1 11, player 2 13, player 3 17.",
    ]
    assert sum(bool(re.search(r"\b100\b", line)) for line in lines) >= 1
    assert any(line == "The lake holds 100 units of fish." for line in lines)


def test_a_telling_that_passes_over_a_fact_or_asks_for_one_that_is_not_there_is_refused():
    game = read("sequential-goods")
    ((state, ask), *_) = asked(game, 0)
    for telling, says in [
        (Telling("x", {}), "says nothing of 'gifts'"),
        (Telling("{nonsense}", {"gifts": ""}), "asks for 'nonsense'"),
        (Telling("x", {"gifts": "{value:nonsense}"}), "the form 'nonsense'"),
    ]:
        framing = FactsStyle(telling).draw(game, 0, np.random.default_rng(0))
        with pytest.raises(BrokenFraming, match=says):
            rendered(framing, game.facts(state, ask.player), ask)
