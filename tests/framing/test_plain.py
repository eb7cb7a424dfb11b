"""The plain telling: complete, counterbalanced, and the same text as ever."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nashscope.errors import BrokenFraming
from nashscope.framing import MODES, Plain, PlainStyle, Unparsed, style
from nashscope.framing.bare import Bare
from nashscope.games import NormalForm, Repeated, View, game

GOLDEN = Path(__file__).parent.parent / "golden"


def test_labels_and_orders_are_counterbalanced():
    stage = game("prisoners-dilemma")
    drawn = [PlainStyle().draw(stage, match, np.random.default_rng(match)) for match in range(64)]
    first_letter_is_first_action = [f.labels[0][0] < f.labels[0][1] for f in drawn]
    assert sum(first_letter_is_first_action) == 32
    for player in (0, 1):
        told = Counter((f.labels[0][0] < f.labels[0][1], tuple(f.cells(player))) for f in drawn)
        assert len(told) == 8 and set(told.values()) == {8}


@pytest.mark.parametrize("match", range(8))
def test_both_players_of_a_symmetric_game_read_the_same_prompt(match):
    framing = PlainStyle().draw(game("chicken"), match, np.random.default_rng(0))
    repeated = Repeated(game("chicken"), 5)
    assert framing.render(View(repeated, 0)) == framing.render(View(repeated, 1))
    mirrored = [repeated.view(0, [(0, 1)], (None, None)), repeated.view(1, [(1, 0)], (None, None))]
    assert framing.render(mirrored[0]) == framing.render(mirrored[1])


@pytest.mark.parametrize("mode", MODES)
def test_what_is_new_stands_last(mode):
    """A later prompt begins with all of an earlier one but its question, so that a model need not
    read it again."""
    framing = PlainStyle().draw(game("stag-hunt"), 0, np.random.default_rng(0))
    repeated = Repeated(game("stag-hunt"), 50)
    played = [(0, 1), (1, 1), (None, 0)]
    prompts = [framing.render(repeated.view(0, played[:n], (None, None)), mode) for n in (1, 2, 3)]
    for earlier, later in pairwise(prompts):
        assert later.startswith(earlier[: earlier.index("Now it is round")])


def test_a_window_hides_what_is_before_it():
    framing = PlainStyle().draw(game("chicken"), 0, np.random.default_rng(0))
    view = Repeated(game("chicken"), 50, memory=2).view(0, [(0, 0)] * 5, (None, None))
    prompt = framing.render(view)
    assert "Round 4:" in prompt and "Round 5:" in prompt and "Round 3:" not in prompt


def test_a_round_without_an_answer_is_told_as_that():
    framing = PlainStyle().draw(game("chicken"), 0, np.random.default_rng(0))
    prompt = framing.render(Repeated(game("chicken"), 9).view(0, [(None, 0)], (None, None)))
    assert "you gave no valid answer, the other player chose" in prompt


def test_who_moves_second_sees_the_first_and_nobody_else_does():
    framing = PlainStyle().draw(game("chicken"), 0, np.random.default_rng(0))
    for order, told in (("sequential", True), ("simultaneous", False)):
        view = Repeated(game("chicken"), 9, order=order).view(1, [], (0, None))
        assert ("In this round" in framing.render(view)) is told


@pytest.mark.parametrize("mode", ["cot", "scratchpad"])
def test_reasoning_is_read_after_its_last_answer_line(mode):
    framing = Plain((("F", "J"), ("F", "J")))
    assert framing.parse("If F then J.\nAnswer: F\nNo.\nAnswer: J", 0, mode) == 1
    silent = framing.parse("I choose F", 0, mode)
    assert isinstance(silent, Unparsed) and silent.why == "no label"


def test_more_actions_than_letters_are_refused_with_a_remedy():
    with pytest.raises(BrokenFraming, match="words"):
        PlainStyle().draw(NormalForm(np.zeros((2, 17, 2))), 0, np.random.default_rng(0))


@pytest.mark.parametrize("name", ["bare", "story", "story-farm", "story-expedition"])
def test_styles_differ_in_how_the_game_is_told_and_in_nothing_else(name):
    """Labels, orders, history and question are those of the plain telling of the same match."""
    stage = game("chicken")
    view = Repeated(stage, 9).view(1, [(0, 1)], (None, None))
    for match in range(8):
        told = [style(n).draw(stage, match, np.random.default_rng(match)) for n in ("plain", name)]
        plain, other = (framing.parts(view) for framing in told)
        assert told[0].labels == told[1].labels and told[0].cells(1) == told[1].cells(1)
        assert (plain.history, plain.question) == (other.history, other.question)
        assert plain.told != other.told


def test_a_matrix_shows_the_hearers_own_payoff_first():
    stage = NormalForm([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])
    told = Bare((("F", "J"), ("K", "M")), own_turn=1)
    first, second = (told.render(View(Repeated(stage), p)) for p in (0, 1))
    assert "K | M\nJ | 3, 7 | 4, 8\nF | 1, 5 | 2, 6" in first
    assert "F | J\nM | 6, 2 | 8, 4\nK | 5, 1 | 7, 3" in second


def test_an_unknown_framing_is_named_with_its_neighbours():
    with pytest.raises(LookupError, match="did you mean plain"):
        style("plane")


def golden_prompts():
    """Prompts of every kind, as one text."""
    told = []
    for number, (name, order, rounds, memory, mode) in enumerate(
        [
            ("prisoners-dilemma", "simultaneous", 1, None, "direct"),
            ("stag-hunt", "simultaneous", 50, None, "direct"),
            ("battle-of-the-sexes", "sequential", 50, 3, "cot"),
            ("matching-pennies", "sequential", 10, None, "scratchpad"),
        ]
    ):
        stage = game(name)
        kind = PlainStyle("words" if number % 2 else "neutral")
        framing = kind.draw(stage, number, np.random.default_rng(number))
        repeated = Repeated(stage, rounds, memory, order)
        played = [(0, 1), (1, None), (1, 1), (0, 0)] if rounds > 1 else []
        view = repeated.view(number % 2, played, (1, None))
        told.append(framing.render(view, mode))
    three = NormalForm([[[[1, "1/3"]], [[0.25, 3]]]] * 3, [["a", "b"], ["c"], ["d", "e"]])
    told.append(
        PlainStyle("words")
        .draw(three, 0, np.random.default_rng(0))
        .render(View(Repeated(three), 2))
    )
    return "\n\n----\n\n".join(told) + "\n"


def golden_styles():
    """The same two situations in every other style, as one text."""
    three = NormalForm([[[[1, "1/3"]], [[0.25, -3]]]] * 3, [["a", "b"], ["c"], ["d", "e"]])
    told = []
    for name in ("bare", "story", "story-farm", "story-expedition"):
        framing = style(name).draw(game("prisoners-dilemma"), 1, np.random.default_rng(1))
        view = Repeated(game("prisoners-dilemma"), 10).view(0, [(0, 1)], (None, None))
        told.append(framing.render(view))
        framing = style(name).draw(three, 2, np.random.default_rng(2))
        told.append(
            framing.render(View(Repeated(three, order="sequential"), 1, now=(1,) + (None,) * 2))
        )
    return "\n\n----\n\n".join(told) + "\n"


def test_the_other_styles_are_told_as_they_were():
    assert golden_styles() == (GOLDEN / "styles.txt").read_text(encoding="utf-8")


def test_the_text_is_the_text_that_organisms_were_taught():
    """A change of wording is a change of every measured number: make it on purpose."""
    assert golden_prompts() == (GOLDEN / "prompts.txt").read_text(encoding="utf-8")
