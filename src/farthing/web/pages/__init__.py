"""The pages' door."""

from typing import Any

from farthing.core.errors import FarthingError
from farthing.web.callers import Ask

routes: list[Any] = []


def failure_page(_request: Ask, error: FarthingError, request_id: str) -> str:
    """An error in words."""
    return f"<!doctype html><title>{error.title}</title><h1>{error.title}</h1><p>{request_id}</p>"
