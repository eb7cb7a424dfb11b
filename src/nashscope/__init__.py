"""A laboratory for the strategic play of language models.

Importing this package is light: a floor is imported when it is used, and torch only
when a model of weights is loaded.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("nashscope")
except PackageNotFoundError:  # a source tree on the path that was never installed
    __version__ = "0+unknown"

__all__ = ["__version__"]
