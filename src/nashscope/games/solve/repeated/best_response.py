"""Best responses to strategies of repeated games, by dynamic programming over what they remember.

A player who faces fixed strategies faces a Markov decision process: its state is the states of the
others' automata, which it can follow, because they move on what everybody sees. That is solved
exactly: backwards from the last round, or, with a discount, by policy iteration (Howard 1960).

The frequencies of actions say nothing here: tit-for-tat that meets itself cooperates for ever, and
its frequencies would be exploitable in the stage game; tit-for-tat is not, if the future counts.

All values are per round: the mean over a finite horizon, or with a discount δ the sum weighted by
(1 - δ)·δᵗ, so that they compare with the payoffs of the stage game.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from nashscope.errors import IllFormedProfile, NotSolved
from nashscope.games.automaton import Automaton, Behaviour, automaton_of
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.rational import Number, integers, solve
from nashscope.games.repeated import JointAction, Repeated
from nashscope.games.solve.repeated.transition import Process, Situation, Spot, Worth

__all__ = [
    "RepeatedResponse",
    "repeated_best_response",
    "repeated_exploitability",
    "repeated_nash_conv",
    "repeated_payoffs",
    "repeated_regrets",
]

EXACT = 60
"""Up to this many situations a discounted game is solved in fractions, if its numbers are."""

ELIMINATED = 2_000
"""Up to this many situations the linear system in floats is solved by elimination."""


@dataclass(frozen=True)
class RepeatedResponse:
    """A best response to strategies of a repeated game, with its proof.

    value: what it earns per round; a fraction where all numbers are.
    choices: the action at every situation that can come up: rounds played (0 in a discounted
        game), the states of the others' automata, and what is seen of the round.
    error: no strategy earns more than the value plus this; 0 where it is exact.
    automaton: the response as a strategy.
    """

    player: int
    value: Number
    choices: dict[Spot, int]
    error: Number
    automaton: Automaton


def repeated_best_response(
    game: Repeated,
    player: int,
    behaviours: Sequence[Behaviour | None],
    *,
    time_limit: TimeLimit = 60.0,
) -> RepeatedResponse:
    """The best that one player can do against the strategies of the others, by any strategy.

    Its own strategy may remember everything, even where the game shows only the last rounds.

    behaviours: one per player; the player's own is not looked at, and may be None.

    Raises:
        IllFormedProfile: if a strategy's answer is not a distribution, naming the situation.
        NotSolved: if the time limit, in seconds, passes, too many situations can come up, or the
            monitoring is private.

    >>> from nashscope.games import game, Repeated
    >>> def tit_for_tat(view):
    ...     last = view.last(1 - view.player)
    ...     return [1, 0] if last in (None, 0) else [0, 1]
    >>> rounds = Repeated(game("prisoners-dilemma"), rounds=10, memory=1)
    >>> repeated_best_response(rounds, 0, [None, tit_for_tat]).value  # 9 times 3, then 5
    Fraction(16, 5)
    """
    process = _process(game, behaviours, player, Deadline.of(time_limit))
    choices: dict[Spot, int] = {}
    error: Number = Fraction(0)
    if game.discount is None:
        value = _backwards(process, choices)[player]
    else:
        values, error = _policy_iteration(process, choices)
        value = values[player]
    return RepeatedResponse(player, value, choices, error, _follower(process, choices))


def repeated_payoffs(
    game: Repeated, behaviours: Sequence[Behaviour], *, time_limit: TimeLimit = 60.0
) -> tuple[Number, ...]:
    """What each player earns per round when all follow their strategies.

    Raises:
        IllFormedProfile, NotSolved: as `repeated_best_response`; private monitoring is allowed.
    """
    process = _process(game, behaviours, None, Deadline.of(time_limit))
    if game.discount is None:
        return tuple(_backwards(process, {}))
    return tuple(_policy_iteration(process, {})[0])


def repeated_regrets(
    game: Repeated, behaviours: Sequence[Behaviour], *, time_limit: TimeLimit = 60.0
) -> tuple[Number, ...]:
    """What each player would gain per round by its best response to the others' strategies."""
    deadline = Deadline.of(time_limit)
    earned = repeated_payoffs(game, behaviours, time_limit=deadline)
    gains: list[Number] = []
    for player, own in enumerate(earned):
        deadline.check("finding best responses in a repeated game")
        best = repeated_best_response(game, player, behaviours, time_limit=deadline)
        gain = best.value - own
        # rounding leaves small negative numbers; fractions have none
        gains.append(gain if isinstance(gain, Fraction) else max(0.0, gain))
    return tuple(gains)


def repeated_nash_conv(
    game: Repeated, behaviours: Sequence[Behaviour], *, time_limit: TimeLimit = 60.0
) -> Number:
    """The sum of the players' regrets, per round; 0 where nobody gains by another strategy."""
    return sum(repeated_regrets(game, behaviours, time_limit=time_limit), Fraction(0))


def repeated_exploitability(
    game: Repeated, behaviours: Sequence[Behaviour], *, time_limit: TimeLimit = 60.0
) -> Number:
    """The mean of the players' regrets, per round."""
    return repeated_nash_conv(game, behaviours, time_limit=time_limit) / game.stage.players


def _process(
    game: Repeated,
    behaviours: Sequence[Behaviour | None],
    free: int | None,
    deadline: Deadline,
) -> Process:
    """The process that the strategies make of the game."""
    players = game.stage.players
    if len(behaviours) != players or (free is not None and not 0 <= free < players):
        raise IllFormedProfile(
            f"{len(behaviours)} strategies and player {free} were given; "
            f"the stage game has {players} players, numbered from 0"
        )
    automata = {}
    for player, behaviour in enumerate(behaviours):
        if player == free:
            continue
        if behaviour is None:
            raise IllFormedProfile(f"player {player} has no strategy")
        automata[player] = automaton_of(game, player, behaviour)
    return Process(game, automata, free, deadline)


def _best(worths: list[Number]) -> int:
    """The first of the best."""
    return worths.index(max(worths))


def _backwards(process: Process, choices: dict[Spot, int]) -> list[Number]:
    """The values per round from the first one, last round first; notes the choices made."""

    def choose(spot: Spot, worths: list[Number]) -> int:
        choices[spot] = _best(worths)
        return choices[spot]

    ahead: dict[Situation, Worth] = defaultdict(dict)  # nothing comes after the last round
    rounds = process.explore()
    for played in reversed(range(len(rounds))):
        process.deadline.check("solving a repeated game")
        ahead = {
            situation: process.expect(played, situation, choose, ahead.__getitem__)
            for situation in rounds[played]
        }
    total = ahead[process.start]
    return [total[player] / process.game.rounds for player in range(process.game.stage.players)]


def _policy_iteration(process: Process, choices: dict[Spot, int]) -> tuple[list[Number], Number]:
    """The values per round of the discounted game and how far they may be too low."""
    (situations,) = process.explore()
    exact = process.exact and len(situations) <= EXACT
    discount: Number = process.game.discount or Fraction(0)
    if not exact:
        process.payoffs, discount = process.game.stage.payoffs, float(discount)
    slack = 0 if exact else 1e-12 * (process.game.stage.spread or 1.0)
    free = process.free if process.free is not None else 0

    def follow(spot: Spot, worths: list[Number]) -> int:
        return choices.setdefault(spot, 0)

    while True:
        process.deadline.check("solving a discounted game")
        values = _evaluated(process, situations, follow, discount, exact)
        changed = False

        def improve(spot: Spot, worths: list[Number]) -> int:
            nonlocal changed
            best = _best(worths)
            if worths[best] > worths[choices[spot]] + slack:
                choices[spot], changed = best, True
            return best

        later = discount / (1 - discount)
        ahead: dict[Situation, Worth] = {
            s: {player: later * v for player, v in enumerate(own)} for s, own in values.items()
        }
        error: Number = Fraction(0)
        for situation in situations:
            reached = process.expect(0, situation, improve, ahead.__getitem__)[free]
            apart = (1 - discount) * reached - values[situation][free]
            error = max(error, apart, -apart)
        if not changed:
            # Bellman's residual bounds how far from the optimum this is, on either side, whatever
            # the linear system was solved by (Puterman 1994, Theorem 6.3.1)
            return values[process.start], error / (1 - discount)


def _evaluated(
    process: Process, situations: list[Situation], follow: Any, discount: Number, exact: bool
) -> dict[Situation, list[Number]]:
    """The values per round of the strategies as they stand: one linear system for all players."""
    place = {situation: n for n, situation in enumerate(situations)}
    players = range(process.game.stage.players)
    flows: list[dict[int, Number]] = []
    earned: list[list[Number]] = []
    for situation in situations:
        process.deadline.check("evaluating strategies of a repeated game")
        flow = process.expect(0, situation, follow, lambda s: {s: 1})
        flows.append({place[name]: p for name, p in flow.items() if name in place})
        earned.append([(1 - discount) * flow[player] for player in players])
    solver = _solved_exactly if exact else _solved
    return dict(zip(situations, solver(flows, earned, discount), strict=True))


def _solved_exactly(
    flows: list[dict[int, Number]], earned: list[list[Number]], discount: Number
) -> list[list[Number]]:
    """The v with v = earned + discount · flows · v, in fractions."""
    rows = []
    for n, (flow, own) in enumerate(zip(flows, earned, strict=True)):
        row: list[Number] = [Fraction(0)] * len(flows)
        row[n] += 1
        for m, probability in flow.items():
            row[m] -= discount * probability
        rows.append([*row, *own])
    whole = integers(np.array(rows, dtype=object))[0].tolist()
    left = [row[: len(flows)] for row in whole]
    columns = []
    for player in range(len(earned[0])):
        found = solve(left, [row[len(flows) + player] for row in whole])
        if found is None:
            raise NotSolved("a discounted game gave a singular system; please report this")
        columns.append([Fraction(x, found[1]) for x in found[0]])
    return [list(own) for own in zip(*columns, strict=True)]


def _solved(
    flows: list[dict[int, Number]], earned: list[list[Number]], discount: Number
) -> list[list[Number]]:
    """The same in floats: eliminated while small, else iterated until nothing moves any more.

    Elimination would fill a sparse system of 16,000 situations with 10⁸ numbers; repetition shrinks
    the error by the discount each time.
    """
    from scipy.sparse import csr_array, eye_array  # 0.1 s: not at start-up
    from scipy.sparse.linalg import spsolve

    ends = np.cumsum([0, *map(len, flows)])
    places = [m for flow in flows for m in flow]
    weights = np.array([float(p) for flow in flows for p in flow.values()])
    size = (len(flows), len(flows))
    step = float(discount) * csr_array((weights, places, ends), shape=size)
    paid = np.array(earned, dtype=float)
    if len(flows) <= ELIMINATED:
        return _rows(spsolve((eye_array(len(flows)) - step).tocsc(), paid))
    found, moved = paid / (1 - float(discount)), np.inf
    while True:
        after = paid + step @ found
        size_now = float(np.abs(after - found).max())
        found = after
        if size_now >= moved or size_now == 0.0:
            return _rows(found)
        moved = size_now


def _rows(table: Any) -> list[list[Number]]:
    """A table of floats as lists."""
    return [list(row) for row in np.asarray(table).tolist()]


def _follower(process: Process, choices: dict[Spot, int]) -> Automaton:
    """The choices as a strategy, which follows the states of the others' automata."""
    automata, free = process.automata, process.free
    assert free is not None
    simultaneous, endless = process.game.order == "simultaneous", process.game.discount is not None
    actions = process.game.stage.shape[free]

    def act(situation: Situation, played: int, now: JointAction) -> list[Fraction]:
        seen = process.nobody if simultaneous else now
        best = choices[0 if endless else played, situation, seen]
        return [Fraction(int(a == best)) for a in range(actions)]

    def step(situation: Situation, seen: JointAction) -> Hashable:
        pairs = zip(process.fixed, situation, strict=True)
        return tuple(automata[player].step(state, seen) for player, state in pairs)

    return Automaton(process.start, act, step)
