"""Reading and editing an open model. An edited model is again a model.

These modules need torch (the extra `hf`); nothing else in the package imports them
before a model of weights is used.
"""

from nashscope.interp.attribution import Attribution, attribution
from nashscope.interp.budget import Spent, strength_at
from nashscope.interp.capture import Captured, capture
from nashscope.interp.contribution import Contribution
from nashscope.interp.control import SteeringEffect, SteeringMap, steering_effect, steering_map
from nashscope.interp.direction import (
    METHODS,
    Direction,
    Stability,
    cosines,
    difference_of_means,
    direction,
    principal_component,
    probe_normal,
    random_like,
    residual_norms,
    scaled,
    stability,
)
from nashscope.interp.edit import Edited, ablate, at, clamp, edited, patch, steer
from nashscope.interp.gradient import FirstOrder, first_order, slopes
from nashscope.interp.information import Information, mutual_information
from nashscope.interp.interval import Interval, interval
from nashscope.interp.lens import Lens, lens
from nashscope.interp.null import familywise_p, holm, permutation_p, shuffled
from nashscope.interp.outcome import divergence, log_odds, policy
from nashscope.interp.patching import Patched, patching_by_head, patching_by_position
from nashscope.interp.probe import Probe, probe
from nashscope.interp.ranking import HeadRanking, head_ranking
from nashscope.interp.side_effect import SideEffect, on_prompts, on_text, unrelated_text
from nashscope.interp.store import Stored, capture_to, stored
from nashscope.interp.swap import LayerSwap, layer_swap, swapped
from nashscope.interp.sweep import steering_sweep
from nashscope.interp.tuned import TunedLens, tuned_lens

__all__ = [
    "METHODS",
    "Attribution",
    "Captured",
    "Contribution",
    "Direction",
    "Edited",
    "FirstOrder",
    "HeadRanking",
    "Information",
    "Interval",
    "LayerSwap",
    "Lens",
    "Patched",
    "Probe",
    "SideEffect",
    "Spent",
    "Stability",
    "SteeringEffect",
    "SteeringMap",
    "Stored",
    "TunedLens",
    "ablate",
    "at",
    "attribution",
    "capture",
    "capture_to",
    "clamp",
    "cosines",
    "difference_of_means",
    "direction",
    "divergence",
    "edited",
    "familywise_p",
    "first_order",
    "head_ranking",
    "holm",
    "interval",
    "layer_swap",
    "lens",
    "log_odds",
    "mutual_information",
    "on_prompts",
    "on_text",
    "patch",
    "patching_by_head",
    "patching_by_position",
    "permutation_p",
    "policy",
    "principal_component",
    "probe",
    "probe_normal",
    "random_like",
    "residual_norms",
    "scaled",
    "shuffled",
    "slopes",
    "stability",
    "steer",
    "steering_effect",
    "steering_map",
    "steering_sweep",
    "stored",
    "strength_at",
    "swapped",
    "tuned_lens",
    "unrelated_text",
]
