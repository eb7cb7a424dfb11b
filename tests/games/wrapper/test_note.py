"""Notes to oneself: when they are written, who reads them, and that they change nothing else."""

import pytest

from nashscope.errors import IllFormedGame
from nashscope.games import Repeated, check_dynamic, game, named
from nashscope.games.dynamic import states
from nashscope.games.solve import best_reply, one_owner
from nashscope.games.wrapper.note import Noting
from nashscope.games.wrapper.talk import Talk

PD = game("prisoners-dilemma")


@pytest.mark.parametrize(
    "inner", [Repeated(PD, 3), Repeated(PD, 2, order="sequential"), named("kuhn-poker").make()]
)
@pytest.mark.parametrize("every", [1, 2])
def test_notes_around_any_game_keep_its_promises(inner, every):
    check_dynamic(Noting(inner, every))
    check_dynamic(Noting(Talk(inner, 1), every))


def test_everybody_notes_after_so_many_steps_and_reads_its_own():
    noting = Noting(Repeated(PD, 5), every=2)
    *_, before = states(noting, [(0, 1), (1, 1)])
    asks = noting.asks(before)
    assert [(a.player, a.about, a.turn, a.seen) for a in asks] == [
        (0, "note", 0, (0,)),
        (1, "note", 0, (1,)),
    ]
    *_, after = states(noting, [(0, 1), (1, 1), ("mine", None), (0, 0), (0, 0)])
    assert noting.asks(after)[0].turn == 1
    assert [noting.facts(after, p).notes for p in (0, 1)] == [("mine",), (None,)]
    assert len(noting.facts(after, 0).inside.history) == 4


def test_nobody_notes_when_the_game_is_over():
    noting = Noting(Repeated(PD))
    *_, after = states(noting, [(0, 0)])
    assert noting.asks(after) == ()


def test_notes_change_no_value():
    noting = Noting(Repeated(PD, 2))

    def rule(facts, ask):
        return "a note" if ask.about == "note" else 0

    assert one_owner(noting).value == one_owner(Repeated(PD, 2)).value
    assert best_reply(noting, 0, [None, rule]).value == 10


def test_notes_after_no_steps_are_refused():
    with pytest.raises(IllFormedGame, match="notes after every 0 steps; give 1 or more"):
        Noting(Repeated(PD), every=0)
