"""Games with a state are played by the one loop: legal, resumed, told to the right player."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nashscope.agents import Decision, agent
from nashscope.errors import IllegalDecision, Misuse
from nashscope.framing.branching import BranchingStyle
from nashscope.framing.facts import FactsStyle, Telling
from nashscope.framing.framing import rendered, understood, words
from nashscope.games import game, named
from nashscope.games.answer import Amount, Choice, Words
from nashscope.games.dynamic import NATURE, Ask
from nashscope.games.solve import expected_payoffs, uniform_policy
from nashscope.games.tree import Move
from nashscope.metrics import earned, unparsed_rate
from nashscope.play import Cell, play, questions

CAST = {"random": agent("random")}


def cast(name, cell):
    return CAST[name]


def played(game, **more):
    cell = Cell(game, ("random",) * named(game).make().players, **{"matches": 6, **more})
    events = []
    matches = play([cell], cast, keep=events.append)
    return cell, events, matches


@pytest.mark.parametrize("name", ["kuhn-poker", "ultimatum", "trust", "selten-horse", "escalation"])
def test_a_tree_is_played_to_an_end_that_pays_what_the_tree_says(name):
    _, events, matches = played(name)
    tree = named(name).make()
    for match in matches:
        node = tree.root
        for event in match.events:
            if event.about != "end":
                node = node.children[event.decision.action]
        assert match.over and match.paid == node.payoffs
    assert len({(e.match, e.round, e.player, e.about) for e in events}) == len(events)


@pytest.mark.parametrize("talk", [0, 2])
@pytest.mark.parametrize("stop", [1, 3, 8, 13])
def test_a_match_that_was_stopped_goes_on_to_the_same(talk, stop):
    cell, events, matches = played("kuhn-poker", talk=talk)
    again = []
    resumed = play([cell], cast, done=events[:stop], keep=again.append)
    assert [m.paid for m in resumed] == [m.paid for m in matches]
    key = lambda e: (e.match, e.round, e.player, e.about, e.decision.action)  # noqa: E731
    assert sorted(map(key, events[:stop] + again)) == sorted(map(key, events))


def test_how_many_matches_are_asked_for_changes_none():
    _, _, few = played("kuhn-poker", matches=3)
    _, _, many = played("kuhn-poker", matches=6)
    assert [m.paid for m in few] == [m.paid for m in many[:3]]


def test_random_play_earns_what_random_play_is_worth():
    _, _, matches = played("kuhn-poker", matches=400)
    worth = float(expected_payoffs(named("kuhn-poker").make(), uniform_policy)[0])
    found = earned(matches, 0)
    assert found.low <= worth <= found.high
    assert unparsed_rate(matches).value == 0


def test_what_a_player_is_told_is_a_function_of_its_information_set():
    for name in ("kuhn-poker", "selten-horse", "hawk-dove-types", "beer-quiche"):
        tree = named(name).make()
        framing = BranchingStyle().draw(tree, 0, np.random.default_rng(0))
        told = {}
        waiting = [tree.start]
        while waiting:
            state = waiting.pop()
            for ask in tree.asks(state):
                waiting += [tree.after(state, (a,)) for a in range(len(ask.answer.options))]
                if ask.player != NATURE:
                    node = state.node
                    assert isinstance(node, Move)
                    prompt = rendered(framing, tree.facts(state, ask.player), ask)
                    seen = told.setdefault((ask.player, node.information), prompt)
                    assert prompt == seen
        assert len(set(told.values())) == len(told)


def test_every_ending_of_a_small_tree_is_told_once_with_the_hearer_first():
    tree = named("ultimatum").make()
    framing = BranchingStyle().draw(tree, 0, np.random.default_rng(0))
    (ask,) = tree.asks(tree.start)
    lines = rendered(framing, tree.facts(tree.start, 0), ask).splitlines()
    endings = [line for line in lines if line.startswith("- ")]
    assert len(endings) == 10
    assert endings[2] == "- you choose 1, then player 2 chooses accept: you get 3, player 2 gets 1."
    for action, label in enumerate(words(framing, ask)):
        assert understood(framing, label, ask) == action


@dataclass(frozen=True)
class Left:
    """How much there is to take."""

    left: int


@dataclass(frozen=True)
class Take:
    """Two players take from a pool, one after the other; what is left grows by half for nobody."""

    pool: int = 10
    players: int = 2

    @property
    def start(self):
        return ()

    def asks(self, state):
        if len(state) == self.players:
            return ()
        return (Ask(len(state), Amount(0, self.pool - sum(state)), "take", len(state)),)

    def after(self, state, answers):
        return (*state, answers[0])

    def facts(self, state, player):
        return Left(self.pool - sum(state))

    def paid(self, state):
        return tuple(map(Fraction, (*state, *(0,) * (self.players - len(state)))))


TAKE = Take()


@dataclass(frozen=True)
class Taking:
    """An agent that answers the same to everything."""

    answer: object
    name: str = "taking"

    def decide(self, asked):
        made = isinstance(self.answer, Decision)
        return [self.answer if made else Decision(self.answer) for _ in asked]


def test_a_game_of_ones_own_is_played_and_an_answer_outside_its_range_is_refused():
    cell = Cell(f"{__file__}:TAKE", ("one", "other"), matches=1)
    makers = {"one": Taking(7), "other": Taking(3)}
    (match,) = play([cell], lambda name, _: makers[name])
    assert match.paid == (7, 3)
    makers["other"] = Taking(4)
    with pytest.raises(IllegalDecision, match="gives the answer 4; it must be a whole number"):
        play([cell], lambda name, _: makers[name])


def test_an_answer_nobody_can_read_ends_the_match_and_pays_nobody():
    cell = Cell(f"{__file__}:TAKE", ("one", "other"), matches=1)
    makers = {"one": Taking(Decision(None, "no number")), "other": Taking(3)}
    (match,) = play([cell], lambda name, _: makers[name])
    assert match.over and match.paid is None
    assert [e.about for e in match.events] == ["take", "end"]
    assert earned([match]).value is None and unparsed_rate([match]).value == 1


def test_conditions_of_repeated_games_are_refused_elsewhere():
    with pytest.raises(Misuse, match="leave out tremble"):
        Cell("ultimatum", ("random", "random"), tremble=0.1)
    with pytest.raises(Misuse, match="tells games in strategic form; ultimatum is told plain"):
        play([Cell("ultimatum", ("random", "random"), framing="plain-words")], cast)
    with pytest.raises(Misuse, match="tit-for-tat plays games in strategic form"):
        play([Cell("ultimatum", ("tit-for-tat",) * 2)], lambda name, _: agent(name))


def test_facts_are_told_each_in_its_line_and_the_question_says_how_to_answer():
    telling = Telling(
        "You are player {player} of {players}. The pool holds {pool}.",
        {"left": "There are {value} left."},
        {"take": "How much do you take?"},
    )
    framing = FactsStyle(telling).draw(TAKE, 0, np.random.default_rng(0))
    state = (4,)
    (ask,) = TAKE.asks(state)
    prompt = rendered(framing, TAKE.facts(state, 1), ask)
    assert prompt == (
        "You are player 2 of 2. The pool holds 10.\nThere are 6 left.\n"
        "How much do you take? Answer with a whole number from 0 to 6 only.\nMy take:"
    )
    assert understood(framing, "I take 5.", ask) == 5
    assert words(framing, ask) is None
    plain = FactsStyle().draw(TAKE, 0, np.random.default_rng(0))
    assert "left: 6" in rendered(plain, TAKE.facts(state, 1), ask)


def test_prompts_of_a_stored_match_are_rebuilt_to_the_letter():
    CAST["fake/uniform"] = agent("fake/uniform")
    cell = Cell("kuhn-poker", ("fake/uniform", "random"), matches=3, talk=1)
    events = []
    play([cell], cast, keep=events.append)
    told = 0
    for number in range(3):
        own = [event for event in events if event.match == number]
        for event, question in questions(cell, number, own):
            if event.decision.prompt is not None:
                assert question.prompt() == event.decision.prompt
                told += 1
    assert told >= 6


def test_strategic_games_are_still_what_they_were():
    assert game("prisoners-dilemma") == Cell("prisoners-dilemma", ("random",) * 2).stage
    assert isinstance(
        Cell("chicken", ("random",) * 2, talk=1)
        .played.asks(Cell("chicken", ("random",) * 2, talk=1).played.start)[0]
        .answer,
        Words,
    )
    assert isinstance(TAKE.asks(())[0].answer, Amount) and Choice(("a",)).options == ("a",)


def test_a_folder_from_elsewhere_is_shown_without_running_its_game(tmp_path, nashscope):
    """What was answered and paid stands in its lines; the file of the game may be gone or evil."""
    own = tmp_path / "own"
    own.mkdir()
    code = (own / "take.py").write_text
    rules = Path(__file__).read_text(encoding="utf-8")
    start, end = rules.index("@dataclass(frozen=True)\nclass Left"), rules.index("TAKE = Take()")
    head = (
        "from dataclasses import dataclass\nfrom fractions import Fraction\n"
        "from nashscope.games.answer import Amount\nfrom nashscope.games.dynamic import Ask\n\n\n"
    )
    code(head + rules[start:end] + "TAKE = Take()\n", encoding="utf-8")
    game, run = f"{own / 'take.py'}:TAKE", tmp_path / "run"
    assert nashscope("play", game, "random", "random", "--matches", 2, "--out", run)[0] == 0
    mark = tmp_path / "was-run"
    code(f"open({str(mark)!r}, 'w').close()\nTAKE = None\n", encoding="utf-8")
    code, out, err = nashscope("show", run)
    assert code == 0, err
    assert out.count("random – random") == 2
    assert nashscope("show", run, 1)[0] == 0
    assert nashscope("report", run)[0] == 0
    assert nashscope("export", run, "--out", tmp_path / "tables")[0] == 0
    assert not mark.exists()
