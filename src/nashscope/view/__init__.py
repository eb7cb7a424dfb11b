"""A live page: turn an edit up and down, and see policy and lens move.

Served to this machine only. It needs the extras `hf` and `view`.
"""

from nashscope.view.app import app, serve
from nashscope.view.desk import Desk, Seen, desk

__all__ = ["Desk", "Seen", "app", "desk", "serve"]
