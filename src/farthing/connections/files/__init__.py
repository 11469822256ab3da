"""Files from banks and other trackers: bytes in, statement lines out. Pure, but for the child process it is done in.

Knows OFX, QFX, QIF, camt, MT940 and CSV; owns no table. `read_statement` reads, `read_in_child` reads what a stranger sent.
"""

from farthing.connections.files.model import Doubt, Mapping, RowError, Statement, Unreadable
from farthing.connections.files.read import read_statement

__all__ = ["Doubt", "Mapping", "RowError", "Statement", "Unreadable", "read_statement"]
