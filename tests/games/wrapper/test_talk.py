"""Talk around any game: who hears what, when, and that it changes nothing else."""

import pytest

from nashscope.errors import IllFormedGame
from nashscope.games import Repeated, check_dynamic, game, named
from nashscope.games.dynamic import states
from nashscope.games.wrapper.talk import Talk

PD = game("prisoners-dilemma")
PUBLIC = game("public-goods")


@pytest.mark.parametrize("inner", [Repeated(PD, 2), Repeated(PUBLIC), named("kuhn-poker").make()])
@pytest.mark.parametrize("order", ["together", "in turn"])
@pytest.mark.parametrize("private", [False, True])
def test_talk_around_any_game_keeps_its_promises(inner, order, private):
    to = tuple(((p + 1) % inner.players,) for p in range(inner.players)) if private else None
    check_dynamic(Talk(inner, 2, None, to, order))
    check_dynamic(Talk(inner, 1, (1,), to, order, 3))


def test_all_speak_before_the_first_round_and_hear_each_other_after():
    talk = Talk(Repeated(PD), 2)
    asks = talk.asks(talk.start)
    assert [(a.player, a.about, a.turn, a.unread) for a in asks] == [
        (0, "speak", -2, "passes"),
        (1, "speak", -2, "passes"),
    ]
    *_, before, after = states(talk, [("hello", ""), (None, "bye"), (0, 1)])
    assert talk.facts(before, 0) == talk.facts(before, 1)._replace(inside=talk.facts(before, 0)[0])
    assert talk.facts(before, 1).said == (
        (-2, 0, "hello"),
        (-2, 1, ""),
        (-1, 0, None),
        (-1, 1, "bye"),
    )
    assert talk.facts(before, 1).inside == Repeated(PD).facts(Repeated(PD).start, 1)
    assert talk.paid(after) == (0, 5) and talk.asks(after) == ()


def test_in_turn_those_who_come_later_have_heard_those_before():
    talk = Talk(Repeated(PD), 1, order="in turn")
    *_, after = states(talk, [("first",)])
    (ask,) = talk.asks(after)
    assert (ask.player, ask.turn) == (1, -1) and talk.facts(after, 1).said == ((-1, 0, "first"),)


def test_a_private_message_is_heard_by_whom_it_is_for():
    talk = Talk(Repeated(PUBLIC), 1, to=((1,), (), (0, 1)))
    *_, after = states(talk, [("a", "b", "c")])
    heard = ["".join(own.words for own in talk.facts(after, p).said) for p in range(3)]
    assert heard == ["ac", "abc", "c"]


@pytest.mark.parametrize("order", ["together", "in turn"])
def test_before_every_step_they_talk_again(order):
    talk = Talk(named("commons:players=2,months=3").make(), 1, None, None, order, when="every step")
    check_dynamic(talk)
    spoken = [("a", "b")] if order == "together" else [("a",), ("b",)]
    *_, after = states(talk, [*spoken, (1, 2), *spoken, (3, 4)])
    assert [own.turn for own in talk.facts(after, 0).said] == [-1, -1, 0, 0]
    assert talk.asks(after)[0].about == "speak" and talk.paid(after) == (4, 6)
    assert talk.longest == 6 + 2 * 6


def test_over_a_game_that_is_over_nobody_talks():
    poker = Talk(named("kuhn-poker").make(), 1, when="every step")
    check_dynamic(poker)
    *_, after = states(poker, [(0,), ("a", "b"), (0,), ("", ""), (0,)])
    assert poker.asks(after) == ()


def test_nobody_at_all_is_the_control():
    silent = Talk(Repeated(PD), 3, who=())
    assert silent.asks(silent.start) == Repeated(PD).asks(Repeated(PD).start)
    assert Talk(Repeated(PD), 0).longest == 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"rounds": -1}, "-1 rounds of talk"),
        ({"when": "never"}, "it is 'start' or 'every step'"),
        ({"who": (0, 2)}, r"players \(0, 2\) speak; there are 0 to 1"),
        ({"who": (0, 0)}, "speak; there are 0 to 1"),
        ({"to": ((1,),)}, "give for each of 2 players who"),
        ({"to": ((1,), (5,))}, "give for each of 2 players who"),
    ],
)
def test_talk_that_cannot_be_is_named(fields, says):
    with pytest.raises(IllFormedGame, match=says):
        Talk(**{"inner": Repeated(PD), "rounds": 1, **fields})
