"""What every agent must keep to: looked at when it is loaded, at each decision, and by a test.

`decide` is the way to ask an agent anything: what it gives is legal, or nothing of it is used.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from nashscope.agents.agent import Agent, Decision, Question
from nashscope.agents.draw import distribution, undistributed
from nashscope.agents.strategy import Strategy
from nashscope.blame import raised_at
from nashscope.errors import IllegalDecision, Misuse, NashscopeError, Unreadable, shown
from nashscope.framing import PlainStyle
from nashscope.framing.form import asked_for
from nashscope.games import JointAction, NormalForm, Order, Repeated, View, game
from nashscope.games.answer import Answer, Choice, legal, size

__all__ = ["check_agent", "check_agent_at_load", "decide", "fault", "messages", "trial", "unfit"]

SAME = 1e-4
"""How far a policy may move with the batch in which it is read."""

Ask = Callable[[Sequence[Question]], Any]
"""A method of an agent that answers questions."""


def decide(agent: Agent, questions: Sequence[Question]) -> list[Decision]:
    """What an agent decides, every decision legal.

    Raises:
        IllegalDecision: naming the agent, the question and what it gave instead, or the line of the
            user's own code that raised.
    """
    given = _answers(agent, agent.decide, questions)
    for question, decision in zip(questions, given, strict=True):
        wrong = unfit(decision, question.ask.answer)
        if wrong is not None:
            raise IllegalDecision(f"{agent.name}, asked as {_seat(question)}, gives {wrong}")
    return [
        _plain(decision) if isinstance(question.ask.answer, Choice) else decision
        for question, decision in zip(questions, given, strict=True)
    ]


def messages(agent: Agent, speak: Ask, questions: Sequence[Question]) -> list[Decision]:
    """What an agent says before the game, each a message or silence.

    speak: gives its messages.

    Raises:
        IllegalDecision: as `decide` does.
    """
    given = _answers(agent, speak, questions)
    for question, decision in zip(questions, given, strict=True):
        if not (
            isinstance(decision, Decision)
            and decision.action is None
            and decision.outcome in ("said", "silent", "failed")
            and isinstance(decision.reply, str | None)
        ):
            raise IllegalDecision(
                f"{agent.name}, asked for a message as {_seat(question)}, gives "
                f"{shown(decision)}; a message is Decision(None, 'said', reply=TEXT)"
            )
    return given


def fault(decision: object, count: int) -> str | None:
    """What is wrong with a decision between `count` actions, in words; None if it is legal.

    >>> fault(Decision(7), 2)
    'action 7; there are 2 actions, numbered from 0'
    >>> fault(Decision(0, policy=(0.1, 0.1)), 2)
    'the policy (0.1, 0.1); a policy is one probability for each of 2 actions, sum 1'
    """
    if not isinstance(decision, Decision):
        return f"{shown(decision)}; it must give a Decision for every question"
    action = decision.action
    if (action is None) == (decision.outcome == "action"):
        return (
            f"action {action} with the outcome {decision.outcome!r}; the outcome is 'action' if "
            "there is one, and else says why there is none"
        )
    if action is not None and not (
        isinstance(action, int | np.integer | np.bool_) and 0 <= action < count
    ):
        return f"action {shown(action)}; there are {count} actions, numbered from 0"
    if decision.policy is not None and distribution(decision.policy, count) is None:
        return f"the policy {undistributed(decision.policy, count)}"
    return None


def unfit(decision: object, answer: Answer) -> str | None:
    """What is wrong with a decision on something asked, in words; None if it is legal.

    >>> from nashscope.games.answer import Amount
    >>> unfit(Decision(140), Amount(0, 100))
    'the answer 140; it must be a whole number from 0 to 100'
    """
    if isinstance(answer, Choice):
        return fault(decision, len(answer.options))
    if not isinstance(decision, Decision):
        return f"{shown(decision)}; it must give a Decision for every question"
    if (decision.action is None) == (decision.outcome == "action"):
        return f"the answer {shown(decision.action)} with the outcome {decision.outcome!r}"
    if decision.action is not None and not legal(answer, decision.action):
        return f"the answer {shown(decision.action)}; it must be {asked_for(answer)}"
    many = size(answer)
    if decision.policy is not None and (
        many is None or distribution(decision.policy, many) is None
    ):
        return f"the policy {undistributed(decision.policy, many or 0)}"
    return None


def check_agent_at_load(agent: object, name: str) -> Agent:
    """The object, if it has the form of an agent; it is not asked anything, which may cost.

    name: under which it was asked for.

    Raises:
        Unreadable: saying what it is instead.
    """
    if isinstance(agent, type):
        raise Unreadable(
            f"{name} is the class {agent.__name__}, not an agent; name an object of it, as in "
            f"AGENT = {agent.__name__}()"
        )
    if not isinstance(agent, Agent):
        raise Unreadable(
            f"{name} is a {type(agent).__name__}, not an agent; an agent has a name and a method "
            "decide, as Strategy(name, rule, source) has"
        )
    if not isinstance(agent.name, str) or not agent.name.strip():
        raise Unreadable(f"{name} has the name {shown(agent.name)}; an agent's name is a text")
    if not _takes_one(agent.decide):
        raise Unreadable(f"{name} has a decide that does not take one list of questions")
    if isinstance(agent, Strategy) and not _takes_one(agent.rule):
        raise Unreadable(
            f"{name} has the rule {shown(agent.rule)}; a rule is a function of one view that "
            "gives a probability for every action"
        )
    return agent


def check_agent(agent: Agent, questions: Sequence[Question] | None = None, seed: int = 0) -> None:
    """Refuses an agent that breaks the contract: the conformance test for anyone's own.

    Checked: every decision is legal; the same chance and plan give the same action, outcome and
    policy, whether questions are asked together, apart or in another order.

    questions: None for those of `trial`; games that the agent refuses in its own words are then
        left out, but not all of them.

    Raises:
        IllegalDecision: naming the question and what was wrong.
    """
    asked = list(questions) if questions is not None else _playable(agent)

    def again(chosen: Sequence[int]) -> dict[int, Decision]:
        fresh = [
            replace(asked[i], chance=np.random.default_rng([seed, i]), plan=asked[i].plan or i + 1)
            for i in chosen
        ]
        return dict(zip(chosen, decide(agent, fresh), strict=True))

    together = again(range(len(asked)))
    mixed = [int(i) for i in np.random.default_rng(seed).permutation(len(asked))]
    alone = {i: again([i])[i] for i in range(len(asked))}
    for others in (again(range(len(asked))), again(mixed), alone):
        for number, decision in together.items():
            if not _same(decision, others[number]):
                raise IllegalDecision(
                    f"{agent.name}, asked as {_seat(asked[number])}: question {number} was "
                    "decided by what else was asked, or by chance of its own; it gave "
                    f"{_gist(decision)} and then {_gist(others[number])}"
                )


def trial(seed: int = 0) -> list[list[Question]]:
    """Questions about games of several kinds, a list for each game.

    Two players with two actions each; with two and three; with three; and three players. Each in
    both orders of moving, with all of the past and the last two rounds, answers that nobody could
    read among them.
    """
    return [_questions(stage, seed) for stage in _stages()]


@cache
def _stages() -> tuple[NormalForm, ...]:
    """The games of `trial`."""
    asymmetric = NormalForm([[[4, 0, 1], [3, 3, -2]], [[1, 2, 0.5], [0, 1, 6]]], name="trial-2x3")
    three = np.zeros((3, 2, 2, 2))
    for cell in np.ndindex(2, 2, 2):
        given = 2 - sum(cell) + 1
        for player, action in enumerate(cell):
            three[(player, *cell)] = given + 1.5 * action
    return (
        game("prisoners-dilemma"),
        asymmetric,
        game("rock-paper-scissors"),
        NormalForm(three, name="trial-2x2x2"),
    )


def _questions(stage: NormalForm, seed: int) -> list[Question]:
    """Questions about one game."""
    chance = np.random.default_rng([seed, stage.players, *stage.shape])
    asked = []
    for number in range(8):
        order: Order = "sequential" if number % 2 else "simultaneous"
        repeated = Repeated(stage, 12, 2 if number >= 4 else None, order)
        player = number // 2 % stage.players
        played: list[JointAction] = [
            tuple(int(chance.integers(count)) for count in stage.shape) for _ in range(number)
        ]
        if number % 3 == 2:
            played[-1] = (None, *played[-1][1:])
        now = tuple(
            int(chance.integers(count)) if p < player else None
            for p, count in enumerate(stage.shape)
        )
        framing = PlainStyle().draw(stage, number, chance)
        view = repeated.view(player, played, now)
        asked.append(Question(view, framing, np.random.default_rng(number), number + 1))
    return asked


def _playable(agent: Agent) -> list[Question]:
    """The trial questions about games that the agent does not refuse.

    Raises:
        Misuse: the agent's own, if it refuses all.
    """
    playable: list[Question] = []
    refusals: list[Misuse] = []
    for asked in trial():
        try:
            decide(agent, [replace(q, chance=np.random.default_rng(0)) for q in asked])
        except IllegalDecision:
            raise
        except Misuse as error:
            refusals.append(error)
        else:
            playable += asked
    if not playable:
        raise refusals[0]
    return playable


def _answers(agent: Agent, ask: Ask, questions: Sequence[Question]) -> list[Any]:
    """One answer to every question; what goes wrong names the agent.

    An error of this package is raised as it is. Any other is told by the line of the user's code
    that raised it, and if there is none it is a fault of an installed package: its traceback stays.
    """
    try:
        given = ask(questions)
    except NashscopeError:
        raise
    except Exception as error:
        line = raised_at(error, getattr(agent, "rule", agent))
        if line is None:
            raise
        raise IllegalDecision(f"{agent.name}, asked as {_seat(questions[0])}: {line}") from error
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise IllegalDecision(
            f"{agent.name} gives {shown(given)} for {len(questions)} questions; it must give a "
            "list with a Decision for each"
        )
    if len(given) != len(questions):
        raise IllegalDecision(
            f"{agent.name} gives {len(given)} decisions for {len(questions)} questions"
        )
    return list(given)


def _plain(decision: Decision) -> Decision:
    """A legal decision in Python's own numbers, as it is stored."""
    action, policy = decision.action, decision.policy
    whole = action if action is None or type(action) is int else int(action)
    shares = policy
    if policy is not None and not (type(policy) is tuple and all(type(p) is float for p in policy)):
        shares = distribution(policy, len(policy))
    if whole is action and shares is policy:
        return decision
    return replace(decision, action=whole, policy=shares)


def _same(one: Decision, other: Decision) -> bool:
    """Whether two decisions are one; a policy may differ by the rounding of a batch."""
    if (one.action, one.outcome) != (other.action, other.outcome):
        return False
    if one.policy is None or other.policy is None:
        return one.policy is other.policy
    return max(abs(p - q) for p, q in zip(one.policy, other.policy, strict=True)) <= SAME


def _gist(decision: Decision) -> str:
    """A decision in a few words."""
    chosen = decision.outcome if decision.action is None else f"action {decision.action}"
    if decision.policy is None:
        return chosen
    return f"{chosen} of ({', '.join(f'{p:.4g}' for p in decision.policy)})"


def _seat(question: Question) -> str:
    """Who is asked, when, and in which game."""
    ask = question.ask
    if not isinstance(question.facts, View):
        about = f" for {ask.about!r}" if ask.about else ""
        return f"player {ask.player + 1}{about} in turn {ask.turn + 1}"
    view = question.view
    name = view.stage.name or f"a {'×'.join(map(str, view.stage.shape))} game"
    return f"player {view.player + 1} in round {view.round + 1} of {name}"


def _takes_one(function: object) -> bool:
    """Whether something can be called with one argument, so far as can be seen."""
    if not callable(function):
        return False
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        return False
    except ValueError:  # written in C, without a signature
        return True
    return True
