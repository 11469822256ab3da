"""How texts that people typed are compared."""

from __future__ import annotations


def folded(text: str) -> str:
    """As texts are compared: case, spaces and quotes aside, for a quote within quotes cannot be typed."""
    return " ".join(text.replace('"', " ").split()).casefold()
