"""Always defects."""

from nashscope.agents.strategy import Strategy, defection, pure

AGENT = Strategy(
    "always-d",
    lambda view: pure(view, defection(view, view.player)),
    "Axelrod 1984, The Evolution of Cooperation (ALL D)",
)
