"""What History says of a change by hand: kept with its batch when it is made, and read out with today's names."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UnsetType

from farthing.core.dates import parse_day
from farthing.flows.desk import Desk
from farthing.flows.view_models.format import day_view
from farthing.flows.view_parts import eye_of
from farthing.ingest.batches.batch import BatchRow

SAID, TOLD = "said", "told"  # fields by name; a sentence
TEXT_MAX, TAGS_MAX = 40, 5


def summary_of(wish: msgspec.Struct) -> dict[str, Any]:
    """The fields that a wish names, as plain values; texts and lists cut to what is shown."""
    fields = {name: getattr(wish, name) for name in wish.__struct_fields__}
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode({k: v for k, v in fields.items() if not isinstance(v, UnsetType)}))
    return {SAID: {name: _cut(value) for name, value in plain.items() if name != "more_tags" or value}}


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= TEXT_MAX else f"{value[: TEXT_MAX - 1]}…"
    return value[:TAGS_MAX] if isinstance(value, list) else value


def said_words(desk: Desk, batch: BatchRow) -> str:
    """`category to Restaurants, hidden`; empty where nothing was kept."""
    said = batch.summary.get(SAID)
    return ", ".join(_word(desk, name, value) for name, value in said.items()) if isinstance(said, dict) else ""


def _word(desk: Desk, name: str, value: Any) -> str:
    match name:
        case "category_id":
            return "sorted by Farthing again" if value is None else f"category to {desk.categories.of(value).name}"
        case "hidden":
            return "hidden" if value else "shown again"
        case "reviewed":
            return "reviewed" if value else "to review"
        case "merchant":
            return f"called “{value}”" if value else "the bank’s name again"
        case "note":
            return f"note “{value}”" if value else "note taken away"
        case "tags":
            return f"tags {_tags(value)}" if value else "tags taken away"
        case "more_tags":
            return f"tag {_tags(value)}"
        case "date":
            return (
                "the bank’s day again" if value is None else f"day to {day_view(parse_day(value), locale=eye_of(desk).locale, year=True)}"
            )
        case _:
            return str(value)


def _tags(names: list[str]) -> str:
    return ", ".join(f"#{n}" for n in names)
