"""The workers' door: what is due is claimed in batches, done, and finished; woken by Valkey, made sure by the table."""

from farthing.worker.loop import work, working_for

__all__ = ["work", "working_for"]
