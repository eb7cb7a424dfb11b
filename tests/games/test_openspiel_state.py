"""OpenSpiel's games are played as they are; where it is not installed that is said."""

import numpy as np
import pytest

from nashscope.errors import MissingExtra, UnknownName
from nashscope.games import check_dynamic, read
from nashscope.games.dynamic import NATURE, nature


def test_without_openspiel_the_command_that_installs_it_is_named():
    try:
        import pyspiel  # noqa: F401
    except ImportError:
        with pytest.raises(MissingExtra, match=r"is not installed; pip install .*openspiel"):
            read("openspiel/kuhn_poker")


@pytest.mark.parametrize(
    "name",
    ["kuhn_poker", "leduc_poker:players=3", "tic_tac_toe", "goofspiel:num_cards=3,imp_info=True"],
)
def test_a_game_of_openspiel_keeps_the_laws_and_pays_what_openspiel_pays(name):
    pyspiel = pytest.importorskip("pyspiel")
    game = read(f"openspiel/{name}")
    check_dynamic(game)
    chance = np.random.default_rng(0)
    state, theirs = game.start, pyspiel.load_game(game.text).new_initial_state()
    while asks := game.asks(state):
        answers = tuple(
            nature(ask, chance)
            if ask.player == NATURE
            else int(chance.integers(len(ask.answer.options)))
            for ask in asks
        )
        if theirs.is_simultaneous_node():
            theirs.apply_actions([theirs.legal_actions(p)[a] for p, a in enumerate(answers)])
        elif theirs.is_chance_node():
            theirs.apply_action(theirs.chance_outcomes()[answers[0]][0])
        else:
            theirs.apply_action(theirs.legal_actions()[answers[0]])
        state = game.after(state, answers)
    assert [float(paid) for paid in game.paid(state)] == theirs.returns()


def test_a_game_that_openspiel_has_not_is_one_line():
    pytest.importorskip("pyspiel")
    with pytest.raises(UnknownName, match=r"did you mean kuhn_poker\?"):
        read("openspiel/kun_poker")
