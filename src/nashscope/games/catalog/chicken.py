"""Chicken: each wants to be the one who does not give way."""

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number


def chicken(
    both: Number = 3, swerved: Number = 1, straight: Number = 4, crash: Number = 0
) -> NormalForm:
    """The game in which two who swerve get `both`, the one who swerves alone gets `swerved`, the
    one who goes straight against it gets `straight`, and a crash pays `crash`.
    """
    return NormalForm(
        [[[both, swerved], [straight, crash]], [[both, straight], [swerved, crash]]],
        (("swerve", "straight"),) * 2,
        "chicken",
    )


GAME = Named(
    make=chicken,
    family="anti-coordination",
    source="Russell 1959, Common Sense and Nuclear Warfare; Rapoport and Chammah 1966",
    equilibria=(
        (("1", "0"), ("0", "1")),
        (("0", "1"), ("1", "0")),
        (("1/2", "1/2"), ("1/2", "1/2")),
    ),
)
