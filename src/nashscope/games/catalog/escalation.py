"""Escalation: each step costs more than the last, and giving in loses what was spent."""

from nashscope.games.named import Named
from nashscope.games.tree import Move, Node, Tree, leaf


def escalation(rungs: int = 5, prize: int = 4, step: int = 1) -> Tree:
    """The game in which two take turns to raise by `step` or give in; who gives in loses what it
    has put up, the other wins the prize minus its own; at the last rung both lose 2·prize more.
    """

    def play(rung: int, spent: tuple[int, int]) -> Node:
        if rung == rungs:
            return leaf(*(-own - 2 * prize for own in spent))
        player = rung % 2
        out = [prize - spent[0], prize - spent[1]]
        out[player] = -spent[player]
        # to raise is to go one step above what the other has put up
        raised = list(spent)
        raised[player] = spent[1 - player] + step
        return Move(
            player,
            f"rung {rung + 1}",
            ("give in", "raise"),
            (leaf(*out), play(rung + 1, (raised[0], raised[1]))),
        )

    return Tree(play(0, (0, 0)), 2, "escalation")


GAME = Named(
    make=escalation,
    family="conflict",
    source="Shubik 1971, The dollar auction game, Journal of Conflict Resolution 15; with a last "
    "rung as in O'Neill 1986, ibid. 30",
    perfect=("0", "4"),
    note="The second player can afford the last safe rung, so that the first gives in at once.",
)
