"""Text to tokens to logits, and what happens in between. Knows no game.

This file is light; the modules that need torch (`hf`, `replay`, …) are imported when a model of
weights is loaded.
"""

from nashscope.models.library import load
from nashscope.models.model import LanguageModel, Reply, check_model
from nashscope.models.open_model import OpenModel
from nashscope.models.sites import Edits

__all__ = ["Edits", "LanguageModel", "OpenModel", "Reply", "check_model", "load"]
