"""Contracts that must be signed: everyone is asked first, and the contract binds if all sign.

Asking is a game of its own, with the actions accept and refuse. A language model is told the game
and the contract in words; a strategy sees what the best equilibrium pays with the contract and
without it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nashscope.agents import Agent, Decision, Question, decide
from nashscope.chance import stream
from nashscope.errors import Misuse
from nashscope.framing import Framing, Mode, Unparsed, parse
from nashscope.framing.noted import asking
from nashscope.games import NormalForm, Repeated, View
from nashscope.games.institution import cooperation_of, mechanism
from nashscope.games.solve import equilibria
from nashscope.play.cell import Cell
from nashscope.play.match import Cast, framing_of, play
from nashscope.play.transcript import Event, Transcript

__all__ = ["ANSWERS", "Offer", "Signed", "offered", "signing_game"]

ANSWERS = ("accept", "refuse")
"""The words for signing and not signing."""


@dataclass(frozen=True)
class Offer:
    """The question whether to sign, told by the framing of the game that is played afterwards.

    game: that game, without the contract. fine: what a defector would pay each other player.
    """

    framing: Framing
    game: Repeated
    fine: float

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The words for signing and not signing, the same for all players."""
        return (ANSWERS,) * self.game.stage.players

    def render(self, view: View, mode: Mode = "direct") -> str:
        """The prompt: the game, the contract, and the question. It is the same in all modes."""
        player, players = view.player, self.game.stage.players
        good = self.framing.labels[player][cooperation_of(self.game.stage)[player]]
        before = View(self.game, player, now=(None,) * players)
        return asking(
            self.framing,
            before,
            before.ask,
            f"A contract is offered. If all sign it, then in every round whoever does not choose "
            f"the agreed action (yours is {good}) pays {self.fine:g} points to each other player. "
            "If anyone refuses, the game is played without it. Answer with accept or refuse only.\n"
            "My answer:",
        )

    def parse(self, reply: str, player: int, mode: Mode = "direct") -> int | Unparsed:
        """Whether a reply signs: 0 for accept, 1 for refuse."""
        return parse(reply, ANSWERS)


@dataclass(frozen=True)
class Signed:
    """What became of an offer.

    decisions: for every match, everyone's answer. An answer that nobody can read signs nothing.
    signed: which of them were signed by all. bound, free: the matches that were played after it,
        with and without the contract.
    """

    decisions: tuple[tuple[Decision, ...], ...]
    signed: tuple[bool, ...]
    bound: tuple[Transcript, ...]
    free: tuple[Transcript, ...]


def signing_game(cell: Cell) -> NormalForm:
    """Accept or refuse: all accept, and the best equilibrium is that of the game under contract.

    Backward induction with the equilibrium in which all together earn most.
    """
    stage = replace(cell, mechanism="").repeated.stage
    bound, free = (_best(game) for game in (mechanism(cell.mechanism).change(stage), stage))
    players = stage.players
    table = np.empty((players, *(2,) * players), dtype=object)
    for answers in np.ndindex(*(2,) * players):
        paid = bound if not any(answers) else free
        for player in range(players):
            table[(player, *answers)] = paid[player]
    return NormalForm(table, (ANSWERS,) * players, "signing")


def offered(
    cell: Cell, cast: Cast, *, keep: Callable[[Event], None] = lambda event: None
) -> Signed:
    """Offers the contract of a cell in every match, and plays them with or without it.

    Raises:
        Misuse: if the cell's mechanism is no contract.
    """
    made = mechanism(cell.mechanism)
    if made.kind != "contract":
        raise Misuse(f"the mechanism is {cell.mechanism!r}; to be signed it takes contract:FINE")
    plain = replace(cell, mechanism="")
    agents = [cast(name, cell) for name in cell.agents]
    game = Repeated(signing_game(cell))
    answers = [
        _asked(
            plain, agents, game, Offer(framing_of(plain, n), plain.repeated, float(made.fine)), n
        )
        for n in range(cell.matches)
    ]
    signed = tuple(all(decision.action == 0 for decision in own) for own in answers)
    counts: Mapping[bool, int] = {kind: signed.count(kind) for kind in (True, False)}
    found = {
        kind: tuple(play([replace(own, matches=counts[kind])], cast, keep=keep))
        if counts[kind]
        else ()
        for kind, own in ((True, cell), (False, plain))
    }
    return Signed(tuple(answers), signed, found[True], found[False])


def _asked(
    cell: Cell, agents: Sequence[Agent], game: Repeated, offer: Offer, match: int
) -> tuple[Decision, ...]:
    """Everyone's answer in one match; nobody sees the others'."""
    nobody = (None,) * len(agents)
    decisions = []
    for player, agent in enumerate(agents):
        chance = stream(cell.seed, "signing", cell.id, match, player)
        question = Question(View(game, player, now=nobody), offer, chance)
        decisions += decide(agent, [question])
    return tuple(decisions)


def _best(stage: NormalForm) -> tuple[object, ...]:
    """What everyone earns in the equilibrium in which all together earn most."""
    best = max(equilibria(stage), key=lambda found: float(sum(found.payoffs)))
    return tuple(best.payoffs)
