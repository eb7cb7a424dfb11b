"""A person at the terminal: reads what a model would read, and types a label."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nashscope.agents.agent import Decision, Outcome, Question
from nashscope.errors import Interrupted
from nashscope.framing import Unparsed
from nashscope.framing.form import asked_for
from nashscope.framing.framing import in_parts
from nashscope.games import View
from nashscope.games.answer import Value

__all__ = ["AGENT", "Human"]

TRIES = 3
"""How often a person is asked before an answer that names no action is stored as that."""

WRONG = {
    "empty": "Nothing was typed.",
    "no label": "That names no choice.",
    "several labels": "That names more than one choice.",
    "negated": "That says what you do not choose.",
    "refused": "A choice is needed; Ctrl-C ends the game.",
}
"""What is said to a person whose answer was not read, by the reason."""


def at_the_terminal(prompt: str) -> str:
    """What a person types after a prompt; the prompt goes to stderr, out of the way of results.

    Raises:
        Interrupted: at the end of the input (Ctrl-D), or at Ctrl-C.
    """
    print(prompt, end=" ", file=sys.stderr, flush=True)
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        print(file=sys.stderr)
        raise Interrupted("the game was ended by Ctrl-C; nothing was chosen") from None
    except UnicodeDecodeError:
        return "�"
    if not line:
        print(file=sys.stderr)
        raise Interrupted("the input ended before the game did; nothing was chosen")
    return line.rstrip("\n")


@dataclass(frozen=True)
class Human:
    """A person, asked one question after the other.

    listen: shows a text and returns what is typed.
    """

    name: str = "human"
    listen: Callable[[str], str] = at_the_terminal

    def decide(self, questions: Sequence[Question]) -> list[Decision]:
        """What the person chooses; asked again, a few times, after an answer nobody can read."""
        return [self._asked(question) for question in questions]

    def _asked(self, question: Question) -> Decision:
        """One decision."""
        prompt, shown = question.prompt(), _news(question)
        reply, unread = "", Unparsed("", "empty")
        for _ in range(TRIES):
            reply = self.listen(shown)
            read = _typed(reply.strip(), question)
            if not isinstance(read, Unparsed):
                return Decision(read, prompt=prompt, reply=reply)
            unread = read
            wrong = WRONG.get(read.why, "That is no answer to the question.")
            shown = (
                f"{wrong} Please type {asked_for(question.ask.answer, question.labels or None)}:"
            )
        return Decision(None, unread.why, prompt=prompt, reply=reply)

    def speak(self, questions: Sequence[Question]) -> list[Decision]:
        """What the person says before the game; an empty line is silence."""
        messages = []
        for question in questions:
            prompt = question.prompt()
            words = self.listen(prompt).strip()
            outcome: Outcome = "said" if words else "silent"
            messages.append(Decision(None, outcome, prompt=prompt, reply=words))
        return messages


def _typed(reply: str, question: Question) -> Value | Unparsed:
    """What a person answers: a label in any case, or what can be read in the reply."""
    for action, label in enumerate(question.labels):
        if reply.casefold() == label.casefold():
            return action
    return question.read(reply)


def _news(question: Question) -> str:
    """The whole prompt at first; later what is new since the last time."""
    _, history, asked = in_parts(question.framing, question.facts, question.ask)
    if question.ask.turn <= 0:
        return question.prompt()
    if not isinstance(question.facts, View):
        return f"{history}\n{asked}"
    return f"{history.splitlines()[-1] if history else ''}\n{asked}"


AGENT = Human()
