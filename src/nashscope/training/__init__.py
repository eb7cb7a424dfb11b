"""Model to model by gradient: supervised on solver answers, and exploitability as the reward."""

from nashscope.training.advantage import MovingAverage, advantage_alignment, group_advantages
from nashscope.training.data import TrainingQuestion, own_games, questions
from nashscope.training.plan import METHODS, Method, TrainingPlan, check_training
from nashscope.training.reward import rewards
from nashscope.training.run import seeded_plans, train
from nashscope.training.selfplay import BASELINES, Lesson, SelfPlay, self_play

__all__ = [
    "BASELINES",
    "METHODS",
    "Lesson",
    "Method",
    "MovingAverage",
    "SelfPlay",
    "TrainingPlan",
    "TrainingQuestion",
    "advantage_alignment",
    "check_training",
    "group_advantages",
    "own_games",
    "questions",
    "rewards",
    "seeded_plans",
    "self_play",
    "train",
]
