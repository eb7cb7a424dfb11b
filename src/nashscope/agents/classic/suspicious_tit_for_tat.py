"""Defects first, then does what the other player did last."""

from nashscope.agents.past import follows
from nashscope.agents.strategy import Strategy

AGENT = Strategy(
    "suspicious-tit-for-tat",
    follows(lambda past: past.moves[-1] if past.moves else False),
    "Boyd and Lorberbaum 1987, No pure strategy is evolutionarily stable, Nature 327",
)
