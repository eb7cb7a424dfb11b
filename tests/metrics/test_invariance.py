"""What changes in the telling moves only those who listen to the telling."""

from dataclasses import dataclass

import numpy as np
import pytest

from nashscope.agents import Decision, agent
from nashscope.games import NormalForm, game
from nashscope.metrics.invariance import CHANGES, _drawn, changes, invariance

PD = game("prisoners-dilemma")


@dataclass
class Biased:
    """Chooses by something that ought not to matter, for certain or with a share of chance."""

    by: str
    name: str = "biased"

    def decide(self, questions):
        return [Decision(*self._chosen(question)) for question in questions]

    def _chosen(self, question):
        labels, view = question.framing.labels[question.view.player], question.view
        prompt = question.framing.render(view)
        if self.by == "label":  # the label that is first in the alphabet
            action = labels.index(min(labels))
        elif self.by == "order":  # what is offered first
            action = min((0, 1), key=lambda a: prompt.index(f" {labels[a]}"))
        elif self.by == "payoff":  # something large is at stake
            action = int(view.stage.payoffs.max() > 6)
        elif self.by == "player":
            action = view.player
        else:
            action = int("bakery" in prompt)
        policy = (1.0, 0.0) if action == 0 else (0.0, 1.0)
        return action, "action", policy, "rule"


MOVED = {
    "label": "label swap",
    "order": "order of cells",
    "payoff": "payoff rescaling",
    "player": "player swap",
    "story": "story or bare matrix",
}


@pytest.mark.parametrize("name", ["tit-for-tat", "random", "best-response", "zd-extortion"])
def test_who_reads_the_game_and_nothing_else_is_not_moved(name):
    for change, moved in invariance(agent(name), PD, draws=12).items():
        assert moved.value == pytest.approx(0, abs=1e-12), change
        assert moved.n == 12


@pytest.mark.parametrize("by", MOVED)
def test_a_bias_shows_in_its_own_number(by):
    found = invariance(Biased(by), PD, draws=24)
    assert found[MOVED[by]].value >= (0.2 if by == "story" else 0.5)
    if by == "label":
        assert found["label swap"].value == 1
    for change, moved in found.items():
        if change not in (MOVED[by], "label swap") or by in ("payoff", "player"):
            expected = MOVED[by] == change
            assert (moved.value > 0) is expected, change


def test_every_change_leaves_the_game_as_it_is():
    """Who is asked gets the same for the same actions, but for the unit of payoffs."""
    for number in range(6):
        asked = _drawn(NormalForm([[[3, 0], [5, 1]], [[2, 7], [4, -1]]]), 5, number, 0)
        for name, told in changes(asked, number).items():
            before, after = asked.view, told.view
            mine, now = (view.stage.payoffs[view.player] for view in (before, after))
            if name == "player swap":
                now = now.T
                assert after.history == tuple(joint[::-1] for joint in before.history)
            else:
                assert after.history == before.history
            if name == "payoff rescaling":
                now = (now - 2) / 3
            assert now == pytest.approx(mine)
            same = told.framing.render(after) == asked.framing.render(before)
            assert same is (name in ("asked again", "player swap")), name


def test_an_agent_without_policies_is_estimated_beside_a_control():
    """A fair coin that only writes moves by its own noise, in the control as elsewhere."""

    class Coin:
        name = "coin"

        def decide(self, questions):
            return [Decision(int(q.chance.random() < 0.5)) for q in questions]

    found = invariance(Coin(), PD, draws=12, samples=30)
    control = found["asked again"].value
    assert 0.02 < control < 0.25
    for moved in found.values():
        assert abs(moved.value - control) < 0.1


def test_what_nobody_could_read_is_counted_and_measured_as_nothing():
    found = invariance(agent("fake/constant:hm"), PD, draws=4, samples=3)
    for name in CHANGES:
        assert (found[name].value, found[name].unparsed) == (None, 1.0)


def test_larger_games_have_the_battery_too():
    stage = NormalForm(np.arange(24).reshape(2, 3, 4))
    for moved in invariance(agent("random"), stage, draws=4).values():
        assert moved.value == 0
