"""What tests of files ask of bytes."""

from __future__ import annotations


def is_utf8(content: bytes) -> bool:
    """Whether letters of an older page happen to be UTF-8 as well: then nobody can tell."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
