"""Games with a state: how fast their rules are followed, how long matches grow, how fast a best
reply is found.
"""

import tracemalloc
from collections.abc import Iterator

from timing import Row, at_least, at_most, interleaved

from nashscope.games import DynamicGame, Repeated, game, named
from nashscope.games.solve import best_reply, one_owner

SHORT, LONG = 1_000, 10_000


def rows() -> Iterator[Row]:
    """One row for every bar."""
    stage = game("prisoners-dilemma")
    commons = named("commons").make()
    short, long = (Repeated(stage, rounds=rounds) for rounds in (SHORT, LONG))
    seconds = interleaved(
        {
            "commons": lambda: [followed(commons, 10) for _ in range(100)],
            "repeated": lambda: [followed(Repeated(stage, rounds=50), 0) for _ in range(60)],
            "short": lambda: [followed(short, 1) for _ in range(10)],
            "long": lambda: followed(long, 1),
        }
    )
    yield at_least(
        "asks, facts and states of commons, answers a second over those of a repeated 2×2 game",
        (100 * answers(commons) / seconds["commons"]) / (60 * 100 / seconds["repeated"]),
        0.75,
    )
    yield at_most(
        f"the time of a round in {LONG:,} rounds over that in {SHORT:,}",
        seconds["long"] / seconds["short"],
        3,
    )
    yield at_most(
        f"the memory of all states of {LONG:,} rounds over ten times that of {SHORT:,}",
        kept(long) / (10 * kept(short)),
        1.2,
    )

    def plain(facts, ask):
        return min(10, facts.stock // 10)

    taken = interleaved(
        {
            "best reply": lambda: best_reply(commons, 0, [None] + [plain] * 4),
            "one owner": lambda: one_owner(commons),
        }
    )
    yield at_most("best_reply in commons, 12 months and 101 amounts: s", taken["best reply"], 2)
    yield at_most("one_owner of commons: s", taken["one owner"], 2)


def followed(match: DynamicGame, answer: int) -> object:
    """Follows a match in which all answer alike."""
    state = match.start
    while asks := match.asks(state):
        for ask in asks:
            match.facts(state, ask.player)
        state = match.after(state, (answer,) * len(asks))
    return state


def answers(match: DynamicGame) -> int:
    """How many answers are given."""
    state, given = match.start, 0
    while asks := match.asks(state):
        given += len(asks)
        state = match.after(state, (10,) * len(asks))
    return given


def kept(match: DynamicGame) -> int:
    """Bytes of all states of a match."""
    tracemalloc.start()
    states = [match.start]
    while match.asks(states[-1]):
        states.append(match.after(states[-1], (0, 1)))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size
