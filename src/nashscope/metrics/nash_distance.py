"""How far play is from the nearest equilibrium of the stage game."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from nashscope.agents import Decision
from nashscope.errors import NotSolved
from nashscope.games import NormalForm
from nashscope.games.solve import distance_to_nash
from nashscope.metrics.bounds import Bounds, bounded, over
from nashscope.metrics.counting import unparsed_rate
from nashscope.metrics.measure import Measure, mean_over, missing
from nashscope.metrics.sampling import counts, cross_fitted, rests_on
from nashscope.play import Transcript

__all__ = [
    "distances_by_round",
    "empirical_nash_distance",
    "empirical_nash_distance_bounds",
    "nash_distance",
    "nash_distance_bounds",
    "nash_distance_by_round",
]

NAME, EMPIRICAL, UNIT = "nash distance", "empirical nash distance", "total variation"


def nash_distance(matches: Sequence[Transcript], player: int | None = None) -> Measure:
    """Total variation from the policies of a round to the nearest equilibrium, mean over rounds.

    The nearest equilibrium of the stage game (continua included) is the one from which the worst
    player is least far. By default the distance is that of the worst player; with `player` it is
    that player's distance to its part of the same equilibrium.

    In [0, 1]; 0 only if every round's policies are an equilibrium. Repeated play may be in
    equilibrium of the *repeated* game at any distance from that of the stage game: two tit-for-tat
    players have distance 1. Rounds in which some policy is unknown do not count.

    "at most" where an equilibrium may have been missed; that of one player is then the worst
    player's, since who is how far from the true nearest one is not known. Missing, with the
    reason, where the game is not solved. Policies estimated from sampled answers are measured
    without what chance adds (`metrics.sampling`), and the note says so.
    """
    if note := _unsolved(matches):
        return missing(NAME, UNIT, unparsed_rate(matches).value, note)
    each = [distances_by_round(match, player) for match in matches]
    unparsed = unparsed_rate(matches).value
    values = [_mean(apart) for apart in each]
    measure = mean_over(NAME, values, UNIT, span=(0.0, 1.0), unparsed=unparsed)
    return _limited(bounded(measure, _ends(each)), matches, _rests_on(matches, player))


def nash_distance_by_round(
    matches: Sequence[Transcript], player: int | None = None
) -> list[Measure]:
    """`nash_distance` of every round alone, over the matches that got that far."""
    longest = max((len(match.rounds) for match in matches), default=0)
    if note := _unsolved(matches):
        return [missing(NAME, UNIT, note=note)] * longest
    each = [distances_by_round(match, player) for match in matches]
    note, found = _rests_on(matches, player), []
    for number in range(longest):
        values = [apart[number] for apart in each if number < len(apart)]
        unparsed = unparsed_rate(matches, number).value
        measure = mean_over(NAME, values, UNIT, span=(0.0, 1.0), unparsed=unparsed)
        ends = _ends([[value] for value in values])
        found.append(_limited(bounded(measure, ends), matches, note))
    return found


def empirical_nash_distance(matches: Sequence[Transcript], player: int | None = None) -> Measure:
    """The same distance, from the frequencies of actions over a whole match.

    It needs no policies, only actions; a cycle through all actions can have distance 0 here though
    no single round is near an equilibrium. It is of what was done: where play is mixed, few rounds
    lie off the equilibrium by chance alone, and the note says what is left without that.
    """
    if note := _unsolved(matches):
        return missing(EMPIRICAL, UNIT, unparsed_rate(matches).value, note)
    values = [_empirical(match, player) for match in matches]
    measure = mean_over(
        EMPIRICAL, values, UNIT, span=(0.0, 1.0), unparsed=unparsed_rate(matches).value
    )
    spans = empirical_nash_distance_bounds(matches, player)
    return _limited(bounded(measure, spans), matches, _without_chance(matches, player, measure))


def distances_by_round(
    match: Transcript, player: int | None = None, *, as_they_are: bool = False
) -> list[float | None]:
    """The Nash distance of every round of a match; None where a policy is unknown.

    Of rounds whose policies were estimated from sampled answers it is cross-fitted, and may then be
    negative: only means over many are distances.

    as_they_are: whether estimates are taken for the policies themselves instead.

    Raises:
        NotSolved: if no equilibrium of the stage game was found.
    """
    stage = match.game.stage
    known = [
        number
        for number, decisions in enumerate(match.rounds)
        if all(decision.policy is not None for decision in decisions)
    ]
    found: list[float | None] = [None] * len(match.rounds)
    sampled = [] if as_they_are else [n for n in known if _estimated(match.rounds[n])]
    if read := [number for number in known if number not in sampled]:
        profile = [
            np.array([match.rounds[number][p].policy for number in read], dtype=float)
            for p in range(stage.players)
        ]
        for number, value in zip(read, _apart(stage, profile, player), strict=True):
            found[number] = float(value)
    for number in sampled:
        decisions = match.rounds[number]
        found[number] = cross_fitted(
            partial(_apart, stage, player=player),
            [counts(decision) for decision in decisions],
            [np.array(decision.policy, dtype=float) for decision in decisions],
            (match.match, number),
        )
    return found


def nash_distance_bounds(matches: Sequence[Transcript], player: int | None = None) -> Bounds:
    """Bounds of the Nash distance: a round without all policies may lie anywhere from 0 to 1."""
    unparsed = unparsed_rate(matches).value
    spans = [_ends([distances_by_round(match, player)]) for match in matches if match.rounds]
    known = [span for span in spans if span is not None]
    if not known:
        return Bounds(NAME, None, None, UNIT, 0, False, unparsed)
    low, high = (float(np.mean(side)) for side in zip(*known, strict=True))
    return Bounds(NAME, low, high, UNIT, len(known), low == high, unparsed)


def empirical_nash_distance_bounds(
    matches: Sequence[Transcript], player: int | None = None
) -> Bounds:
    """Bounds of the empirical Nash distance.

    Frequencies with a share m of unread answers are within total variation m of those with them,
    and the distance to the nearest equilibrium changes by no more than the frequencies do.
    """

    def span(match: Transcript) -> tuple[float, float] | None:
        if not match.rounds:
            return None
        value = _empirical(match, player)
        if value is None:
            return 0.0, 1.0
        players = range(match.game.stage.players)
        unread = max(
            sum(joint[p] is None for joint in match.actions) / len(match.actions) for p in players
        )
        if player is not None and unread:
            return 0.0, 1.0  # another equilibrium may become the nearest, at any distance for one
        return max(value - unread, 0.0), min(value + unread, 1.0)

    unparsed = unparsed_rate(matches).value
    return over(EMPIRICAL, UNIT, matches, span, exact=False, unparsed=unparsed)


def _apart(
    stage: NormalForm, profile: list[Float[ndarray, "batch _"]], player: int | None
) -> Float[ndarray, "batch"]:
    """One player's distance, or the worst player's; always the worst one's where not all equilibria
    are known: which is nearest is then open, but none is further for the worst than the best known.
    """
    found = distance_to_nash(stage, profile)
    one = player is not None and found.exact
    return np.atleast_1d(np.asarray(found.players[..., player] if one else found.worst))


def _empirical(match: Transcript, player: int | None) -> float | None:
    """The distance of the frequencies of a match; None where some player's are unknown."""
    times = _frequencies(match)
    if not all(own.sum() for own in times):
        return None
    profile = [(own / own.sum())[None] for own in times]
    return float(_apart(match.game.stage, profile, player)[0])


def _frequencies(match: Transcript) -> list[Int[ndarray, "_"]]:
    """How often every player took each action."""
    times = [np.zeros(size, dtype=int) for size in match.game.stage.shape]
    for joint in match.actions:
        for player, action in enumerate(joint):
            if action is not None:
                times[player][action] += 1
    return times


def _without_chance(matches: Sequence[Transcript], player: int | None, measure: Measure) -> str:
    """What the frequencies show if every round was drawn by itself; nothing where that is alike."""
    left = []
    for match in matches:
        times, stage = _frequencies(match), match.game.stage
        if all(own.sum() >= 2 for own in times):
            shares = [own / own.sum() for own in times]
            left.append(
                cross_fitted(partial(_apart, stage, player=player), times, shares, (match.match,))
            )
    if not left or measure.value is None:
        return ""
    mean = max(0.0, float(np.mean(left)))
    if abs(mean - measure.value) < 0.005:
        return ""
    return f"about {mean:.2f} without what chance adds in so few rounds, if all are drawn alike"


def _rests_on(matches: Sequence[Transcript], player: int | None) -> str:
    """What the policies were had from, where they were not simply read; else ""."""
    notes = list(rests_on(matches))
    if any(_estimated(decisions) for match in matches for decisions in match.rounds):
        plain = [_mean(distances_by_round(m, player, as_they_are=True)) for m in matches]
        if (mean := _mean(plain)) is not None:
            notes.append(f"{mean:.2f} with what chance adds, which is taken out")
    return "; ".join(notes)


def _limited(measure: Measure, matches: Sequence[Transcript], note: str) -> Measure:
    """The measure as a distance, with whether it is an upper bound and what it rests on."""
    if measure.value is None:
        return measure
    note = "; ".join(text for text in (measure.note, note) if text)
    cut = {
        name: max(0.0, end)
        for name in ("value", "low", "high", "least", "most")
        if (end := getattr(measure, name)) is not None
    }
    measure = replace(measure, note=note, **cut)
    if all(_exact(match.game.stage) for match in matches):
        return measure
    return replace(measure, limit="at most", least=None if measure.least is None else 0.0)


def _ends(each: Sequence[Sequence[float | None]]) -> tuple[float, float] | None:
    """The least and the most that the mean over matches can be, unknown rounds from 0 to 1."""
    ends = [
        [np.mean([fill if value is None else value for value in apart]) for apart in each if apart]
        for fill in (0.0, 1.0)
    ]
    return (float(np.mean(ends[0])), float(np.mean(ends[1]))) if ends[0] else None


def _estimated(decisions: Sequence[Decision]) -> bool:
    """Whether the policy of some decision of a round is a share of sampled answers."""
    return any(counts(decision) is not None for decision in decisions)


def _mean(values: Sequence[float | None]) -> float | None:
    """The mean of what is known."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _unsolved(matches: Sequence[Transcript]) -> str:
    """Why the distance cannot be told in some of the games; "" if it can."""
    reasons = (_reason(match.game.stage) for match in matches)
    return next((f"not solved: {reason}" for reason in reasons if reason), "")


@lru_cache(maxsize=4096)
def _reason(stage: NormalForm) -> str:
    """Why a game is not solved; "" if it is. Kept, so that a time limit is waited for once."""
    try:
        _exact(stage)
    except NotSolved as error:
        return str(error)
    return ""


@lru_cache(maxsize=4096)
def _exact(stage: NormalForm) -> bool:
    """Whether the nearest of all equilibria can be told."""
    return distance_to_nash(stage, [np.full(n, 1 / n) for n in stage.shape]).exact
