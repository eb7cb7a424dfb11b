"""Every agent keeps the contract, and plays the game rather than the order of its table."""

import io
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.agents import Question, agent, strategies
from nashscope.agents.human import Human
from nashscope.errors import Misuse, UnknownName
from nashscope.framing import style
from nashscope.games import Repeated, View, game, relabel, swap_players

NAMED = [  # that follow a rule
    *strategies(),
    "memory-one:0.9,0.1,0.8,0.2",
    "memory-one:1,0,1,0,0.5",
    "zd-extortion:3",
    "zd-generosity:1.5",
    "solved",
    "solved:1",
]


def questions(stage, order="simultaneous", memory=None, seed=0, count=12):
    rng = np.random.default_rng(seed)
    repeated = Repeated(stage, 20, memory=memory, order=order)
    asked = []
    for number in range(count):
        played = [tuple(map(int, rng.integers(2, size=2))) for _ in range(rng.integers(0, 15))]
        if played and number % 4 == 0:
            played[len(played) // 2] = (None, played[0][1])
        player = number % 2
        now = (int(rng.integers(2)), None) if player == 1 else (None, None)
        framing = style("plain").draw(stage, number, rng)
        view = repeated.view(player, played, now)
        asked.append(Question(view, framing, np.random.default_rng(number)))
    return asked


@pytest.mark.parametrize("name", NAMED)
def test_a_strategy_does_not_care_who_it_is_or_what_comes_first_in_the_table(name):
    """Swapping players and reordering the actions gives the same play, renamed."""
    stage, strategy = game("prisoners-dilemma"), agent(name)
    other = swap_players(relabel(stage, [(1, 0), (1, 0)]))
    for number, question in enumerate(questions(stage, "simultaneous")):
        view = question.view
        turned = tuple(
            tuple(None if a is None else 1 - a for a in reversed(joint)) for joint in view.history
        )
        there = View(Repeated(other, 20), 1 - view.player, view.round, turned)
        assert strategy.rule(view) == pytest.approx(tuple(reversed(strategy.rule(there)))), number


@given(
    st.sampled_from(NAMED),
    st.integers(0, 10_000),
    st.sampled_from([None, 0, 1]),
)
@settings(max_examples=60, deadline=None)
def test_a_round_without_an_answer_is_no_move(name, seed, own):
    """What nobody could read is neither cooperation nor defection to a classic strategy."""
    strategy, stage = agent(name), game("prisoners-dilemma")
    view = questions(stage, seed=seed, count=2)[seed % 2].view
    without = tuple(joint for joint in view.history if None not in joint)
    unread = (own, None) if view.player == 0 else (None, own)
    shown = [
        View(view.game, view.player, view.round, past) for past in (without, (*without, unread))
    ]
    assert strategy.rule(shown[0]) == strategy.rule(shown[1])


def test_a_strategy_that_needs_cooperation_refuses_a_game_without_it():
    asked = questions(game("matching-pennies"))
    with pytest.raises(Misuse, match="use another strategy or game"):
        agent("tit-for-tat").decide(asked)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("tit-for-tad", "did you mean tit-for-tat"),
        ("memory-one:1,2,0,0", "is no probability"),
        ("memory-one:1,0", "has not the form"),
        ("zd-extortion:0.5", "1 or more"),
        ("zd-extortion:much", "ends in no number"),
        ("tit-for-tat:3", "takes no parameters"),
        ("solved:0", "numbered 1, 2"),
        ("wonder:fake/uniform", "workflow"),
    ],
)
def test_a_wrong_name_is_refused_with_the_remedy(name, says):
    with pytest.raises((Misuse, UnknownName), match=says):
        agent(name)


def test_a_workflow_has_steps_of_its_own_and_takes_no_other_mode():
    with pytest.raises(Misuse, match="mode direct"):
        agent("belief:fake/uniform", "cot")


def sitting(typed, framing="plain-words"):
    """A person who types these lines, the question, and what is shown."""
    shown, lines = [], iter(typed)

    def listen(text):
        shown.append(text)
        return next(lines)

    stage = game("prisoners-dilemma")
    told = style(framing).draw(stage, 0, np.random.default_rng(0))
    view = Repeated(stage, 9).view(0, [(0, 1)], (None, None))
    return Human(listen=listen), Question(view, told, np.random.default_rng(0)), shown


def test_a_person_is_asked_again_and_then_believed():
    human, question, shown = sitting(["what?", "defect", "Q", "Q", "Q"])
    first, second = human.decide([question, question])
    assert (first.action, first.outcome) == (1, "action")
    assert (second.action, second.outcome) == (None, "no label")
    assert shown[0].startswith("Round 1: you chose cooperate")
    assert shown[1] == "That names no choice. Please type cooperate or defect:"
    assert len(shown) == 5


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Nothing was typed."),
        ("never defect", "That says what you do not choose."),
        ("defect or cooperate", "more than one choice"),
        ("I refuse", "Ctrl-C ends the game"),
        ("hm", "That names no choice."),
    ],
)
def test_a_person_is_told_what_was_wrong(typed, says):
    human, question, shown = sitting([typed, "defect"])
    (decision,) = human.decide([question])
    assert decision.action == 1 and says in shown[1]


def test_a_person_need_not_mind_capitals():
    _, question, _ = sitting([], "plain")
    labels = question.framing.labels[0]
    for listened, action in ((labels[1].lower(), 1), (f" {labels[0].lower()} ", 0)):
        (decision,) = Human(listen=lambda _, said=listened: said).decide([question])
        assert decision.action == action


@pytest.mark.parametrize("typed", ["", "J\n"])
def test_the_end_of_the_input_ends_the_game(typed, monkeypatch, nashscope):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    code, _, err = nashscope("play", "prisoners-dilemma", "human", "random", "--rounds", 2)
    assert code == 130 and "the input ended before the game did" in err.splitlines()[-1]
    assert "My choice: nashscope" not in err and "Traceback" not in err


def test_ctrl_c_at_the_question_ends_the_game(monkeypatch, nashscope):
    def pressed():
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(readline=pressed, isatty=lambda: True))
    code, _, err = nashscope("play", "prisoners-dilemma", "human", "random", "--rounds", 2)
    assert code == 130 and "ended by Ctrl-C" in err and "Traceback" not in err
