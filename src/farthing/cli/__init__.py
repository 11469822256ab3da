"""The command line. Imports are late, so that `farthing --help` is quick."""

from farthing.cli.main import main

__all__ = ["main"]
