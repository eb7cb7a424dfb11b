"""The conformance test for anyone's own game with a state."""

import math
from collections.abc import Hashable
from dataclasses import replace
from numbers import Real
from typing import Any

from numpy.random import Generator

from nashscope.chance import stream
from nashscope.errors import IllFormedGame
from nashscope.games.answer import Answer, Value, Words, draw, ends, legal, size
from nashscope.games.distribution import SLACK
from nashscope.games.dynamic import NATURE, Ask, DynamicGame, nature, odds

__all__ = ["check_dynamic"]

MATCHES = 24
"""How many matches are tried: one of first values, one of last, the others drawn."""

PROBED = 40
"""How many states are looked at closely."""

STEPS = 10_000
"""A match that does not say how long it is must be over by then."""

SECRET = 5
"""How many answers are tried in place of one that others may not learn."""

TWINS = 60
"""How many pairs of states that are taken for one are played on."""

Answers = tuple[Value | None, ...]


def check_dynamic(game: Any, seed: int = 0) -> None:
    """Does nothing if a game with a state keeps its promises in the matches that are tried.

    * Nobody is asked twice in one step, and (turn, player, about) occurs once in a match.
    * Every answer at both ends of its range leads to a state, and one that is unread where it
      passes; the same answers lead to the same state, and no state ever changes.
    * Facts do not tell what an ask keeps from their player (`Ask.seen`).
    * NATURE's odds are a distribution, payments are one finite number per player, the match ends
      within `longest`, and other words change neither asks nor payments.
    * `remaining` and `plans` are what they claim, where there are any.

    Raises:
        IllFormedGame: naming the first promise that is broken.

    >>> from nashscope.games import Repeated, game
    >>> check_dynamic(Repeated(game("chicken"), rounds=3, tremble=0.1))
    """
    if isinstance(game, type):
        raise IllFormedGame(
            f"{game.__name__} is a class; give a game made of it, {game.__name__}(), "
            f"or Named(make={game.__name__}, …)"
        )
    name = getattr(game, "name", "") or type(game).__name__
    if not isinstance(game, DynamicGame):
        lacking = ["players", "start", "asks", "after", "facts", "paid"]
        lacking = [part for part in lacking if not hasattr(game, part)]
        raise IllFormedGame(f"{name} has no {', '.join(lacking)}; a dynamic game has")
    _Check(game, name, seed).all()


class _Check:
    """One game under test."""

    def __init__(self, game: DynamicGame, name: str, seed: int) -> None:
        self.game, self.name, self.seed = game, name, seed
        self.probes = 0
        self.alike: dict[Hashable, list[Any]] = {}

    def all(self) -> None:
        """Everything."""
        if type(self.game.players) is not int or self.game.players < 1:
            raise self._error(f"has {self.game.players!r} players; it needs at least 1")
        for number in range(MATCHES):
            self._match(number, stream(self.seed, "check", number))
        if hasattr(self.game, "remaining"):
            self._twins(stream(self.seed, "check", "twins"))

    def _error(self, says: str) -> IllFormedGame:
        return IllFormedGame(f"{self.name} {says}")

    def _match(self, number: int, chance: Generator) -> None:
        """Plays one match, looking closely at some of its states."""
        game, state = self.game, self.game.start
        met: set[tuple[int, int, str]] = set()
        longest = getattr(game, "longest", None)
        given, steps = 0, 0
        while asks := self._asks(state, met):
            given += sum(ask.player != NATURE for ask in asks)
            steps += 1
            if longest is not None and given > longest:
                raise self._error(f"asks for {given} answers; its longest match has {longest}")
            if longest is None and steps > STEPS:
                raise self._error(
                    f"is not over after {STEPS:,} steps; say in `longest` how many answers "
                    "a match has at most"
                )
            answers = tuple(_answer(ask, number, chance) for ask in asks)
            # the beginning is looked at in the first match, later states in later ones
            if self.probes < PROBED and (number < 2 or chance.random() < 0.5):
                self.probes += 1
                self._probe(state, asks, answers, chance)
            state = self._after(state, answers)
            self._paid(state, False)

    def _asks(self, state: Any, met: set[tuple[int, int, str]] | None = None) -> tuple[Ask, ...]:
        """What is asked in a state, checked."""
        asks, players = self.game.asks(state), self.game.players
        if not isinstance(asks, tuple) or not all(isinstance(ask, Ask) for ask in asks):
            raise self._error(f"asks {asks!r:.60}; it must be a tuple of Ask")
        for ask in asks:
            self._form(ask)
        named = [ask.player for ask in asks if ask.player != NATURE]
        for player in named:
            if type(player) is not int or not 0 <= player < players:
                raise self._error(f"asks player {player!r}; there are 0 to {players - 1}")
            if named.count(player) > 1:
                raise self._error(
                    f"asks player {player} twice in one step; ask for Several, or in two steps"
                )
        for ask in asks:
            key = (ask.turn, ask.player, ask.about)
            if met is not None and key in met:
                raise self._error(
                    f"asks player {ask.player} twice about {ask.about!r} in turn {ask.turn}; "
                    "let the turn count on"
                )
            if met is not None:
                met.add(key)
            if ask.player == NATURE:
                self._odds(ask)
        return asks

    def _form(self, ask: Ask) -> None:
        """The fields of an ask are what they must be."""
        wanted = {
            "answer": (isinstance(ask.answer, Answer), "a Choice, Amount, Split, … of games"),
            "about": (isinstance(ask.about, str), "a text"),
            "turn": (type(ask.turn) is int, "a whole number"),
            "odds": (isinstance(ask.odds, tuple) and all(map(_is_number, ask.odds)), "numbers"),
            "unread": (ask.unread in ("passes", "ends"), "'passes' or 'ends'"),
            "seen": (ask.seen is None or isinstance(ask.seen, tuple), "players, or None"),
        }
        for name, (fits, what) in wanted.items():
            if not fits:
                raise self._error(
                    f"has an ask whose {name} is {getattr(ask, name)!r:.60}; it must be {what}"
                )

    def _odds(self, ask: Ask) -> None:
        """The odds are a distribution over the answer's values."""
        if not ask.odds:
            return
        many = size(ask.answer)
        if many != len(ask.odds):
            raise self._error(f"has {len(ask.odds)} odds for {many} values ({ask.about!r})")
        total = float(sum(ask.odds))
        if not (min(ask.odds) >= 0 and abs(total - 1) <= SLACK):
            told = ", ".join(map(str, ask.odds))
            raise self._error(f"has odds {told:.60} ({ask.about!r}); they sum to {total:.6g}")

    def _after(self, state: Any, answers: Answers) -> Any:
        """The state after legal answers; it can be hashed."""
        try:
            after = self.game.after(state, answers)
            hash(after)
        except TypeError as error:
            if "unhashable" not in str(error):
                raise
            raise self._error(
                f"has a state that is not hashable ({error}); make it of tuples and frozen records"
            ) from None
        return after

    def _paid(self, state: Any, unread: bool) -> tuple[Any, ...] | None:
        """What is paid in a state, checked."""
        paid = self.game.paid(state)
        if paid is None:
            if unread:
                return None
            raise self._error("pays None though every answer was read; give a number per player")
        if not isinstance(paid, tuple | list):
            raise self._error(f"pays {paid!r:.60}; give a tuple of one number per player")
        if len(paid) != self.game.players:
            raise self._error(f"pays {len(paid)} numbers to {self.game.players} players")
        for player, number in enumerate(paid):
            if not _is_number(number) or not math.isfinite(number):
                raise self._error(f"pays {number!r} to player {player}; give a finite number")
        return tuple(paid)

    def _probe(
        self, state: Any, asks: tuple[Ask, ...], answers: Answers, chance: Generator
    ) -> None:
        """Looks closely at one state and what may follow it."""
        game, before = self.game, hash(state)
        for player in range(game.players):
            facts = game.facts(state, player)
            try:
                hash(facts)
            except TypeError as error:
                raise self._error(f"has facts that are not hashable ({error})") from None
            if facts != game.facts(state, player):
                raise self._error(f"tells player {player} other facts when asked again")
        first, again = self._after(state, answers), self._after(state, answers)
        if first != again or hash(first) != hash(again):
            raise self._error("leads to another state when the same answers are given again")
        for place, ask in enumerate(asks):
            others: list[Value | None] = [*_possible(ask)]
            if ask.player != NATURE and ask.unread == "passes":
                others.append(None)
            for value in others:
                after = self._after(state, _put(answers, place, value))
                self._asks(after)
                self._paid(after, value is None)
            self._secret(state, answers, place, ask, chance)
            if isinstance(ask.answer, Words):
                self._words(state, answers, place)
        if hasattr(game, "remaining"):
            self._gather(state, asks, answers, chance)
        if hash(state) != before:
            raise self._error("changes a state in `after`; return a new one")

    def _secret(
        self, state: Any, answers: Answers, place: int, ask: Ask, chance: Generator
    ) -> None:
        """Those who may not learn an answer know the same whatever it was."""
        if ask.seen is None:
            return
        if ask.player == NATURE:
            tried = [nature(ask, chance) for _ in range(SECRET)] + _possible(ask)
        else:
            tried = [draw(ask.answer, chance) for _ in range(SECRET)] + list(ends(ask.answer))
        afters = [self._after(state, _put(answers, place, value)) for value in tried]
        for player in set(range(self.game.players)) - {*ask.seen, ask.player}:
            told = {self.game.facts(after, player) for after in afters}
            if len(told) > 1:
                who = "nature" if ask.player == NATURE else f"player {ask.player}"
                raise self._error(
                    f"tells player {player} what {who} answered to {ask.about!r}, "
                    f"which only players {ask.seen} may learn"
                )

    def _words(self, state: Any, answers: Answers, place: int) -> None:
        """Other words change neither what is asked nor what is paid."""
        said = ("", "0", "accept")
        limit = self.game.asks(state)[place].answer
        afters = [
            self._after(state, _put(answers, place, text)) for text in said if legal(limit, text)
        ]
        for after in afters[1:]:
            if self.game.asks(after) != self.game.asks(afters[0]) or self.game.paid(
                after
            ) != self.game.paid(afters[0]):
                raise self._error(
                    "reads words: another text changes what is asked or paid; ask for a value"
                )

    def _gather(
        self, state: Any, asks: tuple[Ask, ...], answers: Answers, chance: Generator
    ) -> None:
        """Notes the states that may follow by what remains of the game in them."""
        tried = [answers]
        for _ in range(8):
            drawn = (_answer(ask, int(chance.integers(4)), chance) for ask in asks)
            tried.append(tuple(drawn))
        # exchanged answers often lead to states that differ in who earned what alone
        tried += [own for own in (own[::-1] for own in tried) if _fits(asks, own)]
        afters = {self._after(state, own): own for own in tried}
        for after in (state, *afters):
            remaining = self._remaining(after)
            own = self.alike.setdefault(remaining, [])
            if after not in own:
                own.append(after)
        if hasattr(self.game, "plans") and all(ask.player != NATURE for ask in asks):
            self._plans(state, asks, afters)

    def _remaining(self, state: Any) -> Hashable:
        """What remains of the game in a state."""
        remaining: Hashable = self.game.remaining(state)  # type: ignore[attr-defined]
        try:
            hash(remaining)
        except TypeError as error:
            raise self._error(f"has a `remaining` that is not hashable ({error})") from None
        return remaining

    def _plans(self, state: Any, asks: tuple[Ask, ...], afters: dict[Any, Answers]) -> None:
        """Whatever is answered, one of the plans leads as far and pays all no less."""
        best: dict[Hashable, Any] = {}
        for plan in self.game.plans(state):  # type: ignore[attr-defined]
            if not _fits(asks, plan):
                raise self._error(f"has a plan {plan!r:.60} that is no answer to what is asked")
            after = self._after(state, tuple(plan))
            key = self._remaining(after)
            total = sum(self.game.paid(after) or ())
            best[key] = max(total, best.get(key, total))
        for after, answers in afters.items():
            key = self._remaining(after)
            if key not in best or sum(self.game.paid(after) or ()) > best[key]:
                raise self._error(
                    f"has plans that leave out what the answers {answers!r:.60} lead to"
                )

    def _twins(self, chance: Generator) -> None:
        """States that are taken for one are followed by the same asks and payments."""
        pairs = [(own[0], other) for own in self.alike.values() for other in own[1:]]
        for place in chance.permutation(len(pairs))[:TWINS]:
            one, other = pairs[place]
            for number in range(4):
                self._together(one, other, number, chance)

    def _together(self, one: Any, other: Any, number: int, chance: Generator) -> None:
        """Plays two states on with the same answers."""
        wrong = f"takes two states for one in `remaining` ({one!r:.80} and {other!r:.80})"
        for _ in range(STEPS):
            asks = self.game.asks(one)
            if [replace(ask, turn=0) for ask in asks] != [
                replace(ask, turn=0) for ask in self.game.asks(other)
            ]:
                raise self._error(f"{wrong}, but asks otherwise")
            if not asks:
                return
            answers = tuple(_answer(ask, number, chance) for ask in asks)
            paid = [self._paid(state, False) or () for state in (one, other)]
            one, other = self._after(one, answers), self._after(other, answers)
            later = [self._paid(state, False) or () for state in (one, other)]
            here, there = (
                [float(b - a) for a, b in zip(old, new, strict=True)]
                for old, new in zip(paid, later, strict=True)
            )
            if any(not math.isclose(a, b, abs_tol=1e-9) for a, b in zip(here, there, strict=True)):
                raise self._error(f"{wrong}, but pays otherwise")


def _answer(ask: Ask, number: int, chance: Generator) -> Value:
    """An answer in a match: first values in the first, last ones in the second, else drawn."""
    if ask.player == NATURE:
        return nature(ask, chance)
    if isinstance(ask.answer, Words):
        return "words"[: ask.answer.most]
    if number < 2:
        return ends(ask.answer)[number]
    # every other answer stands at an end of its range, where rules have their corners
    if chance.random() < 0.5:
        return ends(ask.answer)[int(chance.integers(2))]
    return draw(ask.answer, chance)


def _is_number(value: Any) -> bool:
    """Whether a value is a number to count with; a truth value is none."""
    return isinstance(value, Real) and not isinstance(value, bool)


def _possible(ask: Ask) -> list[Value]:
    """The first and the last answer; of nature those that can come."""
    if ask.player != NATURE or not ask.odds:
        return list(ends(ask.answer))
    listed = [value for value, _ in odds(ask)]
    return [listed[0], listed[-1]]


def _fits(asks: tuple[Ask, ...], answers: Any) -> bool:
    """Whether these are legal answers to what is asked."""
    return len(answers) == len(asks) and all(
        legal(ask.answer, value) for ask, value in zip(asks, answers, strict=True)
    )


def _put(answers: Answers, place: int, value: Value | None) -> Answers:
    """The answers with another one at a place."""
    return (*answers[:place], value, *answers[place + 1 :])
