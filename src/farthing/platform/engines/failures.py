"""Why an engine did not start, in words that say what to do: read from what it wrote."""

from __future__ import annotations

from pathlib import Path

from farthing.core.errors import NeedsOperator

SHOWN_LINES = 6


class PortTaken(NeedsOperator):
    """Somebody listens there already; another port is tried."""


class StillInUse(NeedsOperator):
    """What is left of a crashed server still holds its memory; it ends by itself within seconds."""


def explain_start(output: str, *, where: Path) -> NeedsOperator:
    """The error for what `initdb`, `postgres` or `valkey-server` wrote before it ended. `where` = its directory, to look further."""
    text = output.lower()
    if "no space left on device" in text:
        return NeedsOperator("disk_full", f"The disk with {where} is full. Free some space and start again; nothing is lost.")
    if "address already in use" in text or "could not create any" in text:
        return PortTaken("port_taken", f"Another program listens where the database in {where} should.")
    if "pre-existing shared memory block" in text:
        return StillInUse("still_in_use", f"A crashed database server in {where} has not ended yet. Wait a few seconds and start again.")
    if "permission denied" in text:
        reason = "It may not use one of its own files; give them back to the user it runs as, or restore them."
    elif "incompatible with server" in text:
        reason = "The data was written by another version; use that version (FARTHING_POSTGRES_BIN)."
    elif "could not map anonymous shared memory" in text or "out of memory" in text:
        reason = "The machine has too little free memory; stop something, or lower FARTHING_POSTGRES_MEMORY_MB."
    else:
        reason = f"Its files and logs are in {where}."
    last = "\n  ".join([line for line in output.splitlines() if line.strip()][-SHOWN_LINES:])
    return NeedsOperator("engine_start", f"The engine did not start. {reason}\n  {last}")
