"""Who decides. The one floor that knows both pillars: games told in words, and models."""

from nashscope.agents.agent import Agent, Decision, How, Question
from nashscope.agents.check import check_agent, decide
from nashscope.agents.language import Language
from nashscope.agents.library import agent, strategies
from nashscope.agents.strategy import Strategy

__all__ = [
    "Agent",
    "Decision",
    "How",
    "Language",
    "Question",
    "Strategy",
    "agent",
    "check_agent",
    "decide",
    "strategies",
]
