"""Cooperates and defects in turn, whatever happens."""

from nashscope.agents.strategy import Strategy, cooperation, defection, pure

AGENT = Strategy(
    "alternator",
    lambda view: pure(view, (defection if view.round % 2 else cooperation)(view, view.player)),
    "Axelrod 1984, The Evolution of Cooperation, appendix B",
)
