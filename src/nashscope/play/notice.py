"""What players are told of a cell beside the game: its end, noise, reputations, institutions."""

from typing import TYPE_CHECKING

from nashscope.games.institution import Mechanism, cooperation_of, mechanism
from nashscope.play.stage import stage_game

if TYPE_CHECKING:
    from nashscope.play.cell import Cell

__all__ = ["notices"]

Labels = tuple[tuple[str, ...], ...]


def notices(cell: "Cell", labels: Labels) -> tuple[tuple[str, ...], ...]:
    """For every player the sentences that it reads after the game, in the words of this match."""
    shared = [*_ending(cell), *_noise(cell)]
    made = mechanism(cell.mechanism)
    return tuple(
        (*_institution(cell, made, labels, player), *shared, *_reputations(cell, labels, player))
        for player in range(len(cell.agents))
    )


def _ending(cell: "Cell") -> list[str]:
    """How the match ends, where it is not after a number of rounds that all count alike."""
    if cell.discount is None:
        return []
    if cell.ending == "random":
        return [f"After every round the game goes on with probability {cell.discount:g}."]
    return [f"A point of a later round is worth {cell.discount:g} of a point of the round before."]


def _noise(cell: "Cell") -> list[str]:
    """That choices can go wrong."""
    if not cell.tremble:
        return []
    return [
        f"Choices can go wrong: with probability {cell.tremble:g} another one is taken in place of "
        "the one that a player chose."
    ]


def _reputations(cell: "Cell", labels: Labels, player: int) -> list[str]:
    """How often the others cooperated before, in the words of this match."""
    if not cell.standing:
        return []
    best = cooperation_of(stage_game(cell.game))
    lines = []
    for other, record in enumerate(cell.standing):
        if other == player:
            continue
        who = "The other player" if len(cell.agents) == 2 else f"Player {other + 1}"
        if record is None:
            lines.append(f"{who} has not played this game before.")
        else:
            done, rounds = record
            label = labels[other][best[other]]
            lines.append(
                f"In earlier games with others {_lower(who)} chose what is {label} here in {done} "
                f"of {rounds} rounds."
            )
    return lines


def _institution(cell: "Cell", made: Mechanism, labels: Labels, player: int) -> list[str]:
    """What the mediator or the contract does."""
    if not made.kind:
        return []
    best = cooperation_of(stage_game(cell.game))
    own = labels[player]
    if made.kind == "mediation":
        return [
            f"{own[2]} leaves your choice to a mediator. If everyone does, it chooses "
            f"{own[best[player]]} for you; if not, {own[1 - best[player]]}. The points above say "
            "what that earns."
        ]
    good = own[best[player]]
    return [
        f"A contract is signed: whoever does not choose the agreed action (yours is {good}) pays "
        f"{float(made.fine):g} points to each other player. The points above include that."
    ]


def _lower(who: str) -> str:
    """The name inside a sentence."""
    return who[0].lower() + who[1:]
