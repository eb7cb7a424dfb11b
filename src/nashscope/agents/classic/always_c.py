"""Always cooperates."""

from nashscope.agents.strategy import Strategy, cooperation, pure

AGENT = Strategy(
    "always-c",
    lambda view: pure(view, cooperation(view, view.player)),
    "Axelrod 1984, The Evolution of Cooperation (ALL C)",
)
