"""The command line: one file per command, and one place that turns errors into exit codes.

A command's file imports nothing heavy at its top: `nashscope --help` reads them all.
"""

from nashscope.cli.main import main

__all__ = ["main"]
