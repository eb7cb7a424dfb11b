"""What players are told beside the game: its end, noise, reputations, institutions."""

from collections.abc import Sequence

from nashscope.games import NormalForm
from nashscope.games.institution import Mechanism, cooperation_of
from nashscope.games.institution import mechanism as institution

__all__ = ["notices"]

Labels = tuple[tuple[str, ...], ...]


def notices(
    stage: NormalForm,
    labels: Labels,
    *,
    mechanism: str = "",
    ending: str = "fixed",
    discount: float | None = None,
    tremble: float = 0.0,
    standing: Sequence[tuple[int, int] | None] = (),
) -> tuple[tuple[str, ...], ...]:
    """For every player the sentences that it reads after the game.

    stage: the game of a round, before the institution changes it. labels: the words of this match
        for every player's actions, the institution's own included. The others: as in `Cell`.
    """
    shared = [*_ending(ending, discount), *_noise(tremble)]
    made = institution(mechanism)
    return tuple(
        (
            *_institution(stage, made, labels, player),
            *shared,
            *_reputations(stage, standing, labels, player),
        )
        for player in range(stage.players)
    )


def _ending(ending: str, discount: float | None) -> list[str]:
    """How the match ends, where it is not after a number of rounds that all count alike."""
    if discount is None:
        return []
    if ending == "random":
        return [f"After every round the game goes on with probability {discount:g}."]
    return [f"A point of a later round is worth {discount:g} of a point of the round before."]


def _noise(tremble: float) -> list[str]:
    """That choices can go wrong."""
    if not tremble:
        return []
    return [
        f"Choices can go wrong: with probability {tremble:g} another one is taken in place of "
        "the one that a player chose."
    ]


def _reputations(
    stage: NormalForm,
    standing: Sequence[tuple[int, int] | None],
    labels: Labels,
    player: int,
) -> list[str]:
    """How often the others cooperated before, in the words of this match."""
    if not standing:
        return []
    best = cooperation_of(stage)
    lines = []
    for other, record in enumerate(standing):
        if other == player:
            continue
        who = "The other player" if stage.players == 2 else f"Player {other + 1}"
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


def _institution(stage: NormalForm, made: Mechanism, labels: Labels, player: int) -> list[str]:
    """What the mediator or the contract does."""
    if not made.kind:
        return []
    best = cooperation_of(stage)
    words = labels[player]
    if made.kind == "mediation":
        return [
            f"{words[2]} leaves your choice to a mediator. If everyone does, it chooses "
            f"{words[best[player]]} for you; if not, {words[1 - best[player]]}. The points above "
            "say what that earns."
        ]
    good = words[best[player]]
    return [
        f"A contract is signed: whoever does not choose the agreed action (yours is {good}) pays "
        f"{float(made.fine):g} points to each other player. The points above include that."
    ]


def _lower(who: str) -> str:
    """The name inside a sentence."""
    return who[0].lower() + who[1:]
