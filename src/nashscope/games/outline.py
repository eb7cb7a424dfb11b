"""What is asked in a game with a state, found by looking at some of its matches."""

from nashscope.chance import stream
from nashscope.games.answer import Amount, Answer, Choice, Several, Split, Subset, Words, draw
from nashscope.games.dynamic import NATURE, DynamicGame, nature

__all__ = ["kind", "questions"]

MATCHES = 8
"""How many matches are looked at."""

STEPS = 2_000
"""How many steps of each."""


def questions(game: DynamicGame) -> dict[str, str]:
    """What players are asked about, each with the kind of answer, in the order it comes up.

    >>> from nashscope.games import named
    >>> questions(named("alternating-offers").make())
    {'offer': 'a split of 10', 'reply': 'accept or reject'}
    """
    found: dict[str, str] = {}
    for number in range(MATCHES):
        chance, state = stream(0, "outline", number), game.start
        for _ in range(STEPS):
            asks = game.asks(state)
            if not asks:
                break
            for ask in asks:
                if ask.player != NATURE:
                    found.setdefault(ask.about, kind(ask.answer))
            answers = (
                nature(a, chance) if a.player == NATURE else draw(a.answer, chance) for a in asks
            )
            state = game.after(state, tuple(answers))
    return found


def kind(answer: Answer) -> str:
    """What kind of answer it is, in a few words.

    >>> kind(Amount(0, 100, 5, "units"))
    'an amount from 0 to 100 in steps of 5 (units)'
    """
    match answer:
        case Choice(options):
            few = options if len(options) <= 4 else (*options[:2], "…", options[-1])
            return " or ".join(few)
        case Amount(low, high, step, unit):
            to = "" if high is None else f" to {high}"
            steps = "" if step == 1 else f" in steps of {step}"
            return f"an amount from {low}{to}{steps}" + (f" ({unit})" if unit else "")
        case Split(total, _, _):
            return f"a split of {total}"
        case Subset(options, _, _):
            return f"some of {len(options)} options"
        case Words(most):
            return f"words, at most {most} characters"
        case Several(fields):
            return "; ".join(f"{name}: {kind(own)}" for name, own in fields)
