"""What the Axelrod library and the adapter to it play, as JSON: run by `test_classic.py`."""

import json
import sys

import numpy as np

from nashscope.agents import Question, check_agent
from nashscope.agents.axelrod import axelrod_strategies, load
from nashscope.agents.check import trial
from nashscope.errors import NashscopeError, UnknownName
from nashscope.framing import Plain
from nashscope.games import Repeated, game

LETTERS = Plain((("F", "J"),) * 2)


def library(player, moves):
    import axelrod

    other, said = axelrod.MockPlayer(), ""
    for move in moves:
        said += str(action := player.strategy(other))
        player.update_history(action, axelrod.Action.from_char(move))
        other.update_history(axelrod.Action.from_char(move), action)
    return said


def adapter(name, moves, plan=0):
    own, repeated = load(f"axelrod:{name}"), Repeated(game("prisoners-dilemma"), 99)
    played = []
    for move in moves:
        view = repeated.view(0, played, (None, None))
        question = Question(view, LETTERS, np.random.default_rng(9), plan)
        (decision,) = own.decide([question])
        assert (decision.policy is None) is own.drawn
        played.append((decision.action, "CD".index(move)))
    return "".join("CD"[action] for action, _ in played)


def seeded(plan):
    import axelrod

    player = axelrod.ZDExtort2()
    player.set_seed(plan)
    return player


def unknown():
    try:
        load("axelrod:omega-tfd")
    except UnknownName as error:
        return str(error)


def breaches():
    """What each strategy of the library breaks, by its name.

    Two questions each: the teams of players among them take a second for a decision.
    """
    said, asked = {}, trial()[0][3:5]
    for name in axelrod_strategies():
        try:
            check_agent(load(f"axelrod:{name}"), asked)
        except NashscopeError as error:
            said[name] = str(error)
    return said


def main():
    import axelrod

    if sys.argv[1:] == ["check"]:
        json.dump(breaches(), sys.stdout)
        return
    asked = json.load(sys.stdin)
    long = "CDCCDDCCCDCDCCCDDDCCCCCDCDCDCC"
    json.dump(
        {
            "played": {
                own: [
                    (library(getattr(axelrod, name)(), row), adapter(name, row))
                    for row in asked["rows"]
                ]
                for own, name in asked["strategies"].items()
            },
            "drawn": [
                {
                    "library": library(seeded(plan), long),
                    "adapter": adapter("ZD Extort 2", long, plan),
                }
                for plan in (3, 4)
            ],
            "count": len(axelrod_strategies()),
            "unknown": unknown(),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
