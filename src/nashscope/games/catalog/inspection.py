"""The inspection game: to look costs, and not to look invites."""

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number


def inspection(
    wage: Number = 4, effort: Number = 1, worth: Number = 6, look: Number = 1
) -> NormalForm:
    """The game between a worker, who may shirk, and an inspector, who pays `look` to look.

    Work costs the worker `effort` and is worth `worth` to the inspector, who pays `wage` unless
    shirking was seen.
    """
    return NormalForm(
        [
            [[0, wage], [wage - effort, wage - effort]],
            [[-look, -wage], [worth - wage - look, worth - wage]],
        ],
        (("shirk", "work"), ("look", "trust")),
        "inspection",
    )


GAME = Named(
    make=inspection,
    family="cyclic",
    source="Fudenberg and Tirole 1991, Game Theory, example 1.7",
    equilibria=((("1/4", "3/4"), ("1/4", "3/4")),),
    note="The worker's mix depends on the inspector's payoffs alone, and the other way round.",
)
