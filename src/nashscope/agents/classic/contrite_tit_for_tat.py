"""Tit-for-tat that accepts its punishment: it does not answer a defection that it brought about."""

from nashscope.agents.past import Past, follows
from nashscope.agents.strategy import Strategy


def plan(past: Past) -> bool:
    """Defects only if it is in good standing and the other player is not.

    A player who cooperates is in good standing; one who defects loses it, unless it was in good
    standing and the other was not.
    """
    mine = theirs = True
    for own, other in zip(past.own, past.other, strict=True):
        mine, theirs = own or (mine and not theirs), other or (theirs and not mine)
    if past.now is not None:
        theirs = past.now or (theirs and not mine)
    return not mine or theirs


AGENT = Strategy(
    "contrite-tit-for-tat",
    follows(plan),
    "Boyd 1989, Mistakes Allow Evolutionary Stability in the Repeated Prisoner's Dilemma Game; "
    "Sugden 1986, The Economics of Rights, Co-operation and Welfare",
)
