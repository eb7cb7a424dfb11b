"""Reading and editing an open model. An edited model is again a model.

These modules need torch (`pip install nashscope[hf]`); nothing else in the package imports them
before a model of weights is used.
"""

from nashscope.interp.capture import Captured, capture
from nashscope.interp.direction import Direction, difference_of_means, random_like
from nashscope.interp.edit import Edited, ablate, clamp, edited, steer
from nashscope.interp.information import Information, mutual_information
from nashscope.interp.interval import Interval, interval
from nashscope.interp.null import familywise_p, holm, permutation_p, shuffled
from nashscope.interp.probe import Probe, probe
from nashscope.interp.sweep import steering_sweep

__all__ = [
    "Captured",
    "Direction",
    "Edited",
    "Information",
    "Interval",
    "Probe",
    "ablate",
    "capture",
    "clamp",
    "difference_of_means",
    "edited",
    "familywise_p",
    "holm",
    "interval",
    "mutual_information",
    "permutation_p",
    "probe",
    "random_like",
    "shuffled",
    "steer",
    "steering_sweep",
]
