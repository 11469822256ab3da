"""How much each voice weighs: `data/weights.csv`, written by `scripts/weigh_voices.py` from priors set by hand (docs/model.md says how)."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from zlib import crc32

import msgspec

from farthing.categorize.taxonomy import by_slug


class Curve(msgspec.Struct, frozen=True):
    """Log-odds of what was added up, made those of what was true: `slope` x log-odds + `lift`."""

    slope: float
    lift: float


STRAIGHT = Curve(1.0, 0.0)
# Kinds of evidence, and each once more where letters alone would have said the same. Counted by place: never moved, only added to.
_KINDS = ("phrase", "merchant", "trade", "agreed", "quarrel", "refund", "against", "model", "provider", "mcc", "memory")
NOVEL = "novel"  # letters alone, of a name none of whose words they were taught
CALLED = ("vouched", "disputed", "overruled")  # several voices, one of them a provider's code
EVIDENCE = (*_KINDS, *(f"{kind} backed" for kind in _KINDS), NOVEL, *CALLED, *(f"{kind} backed" for kind in CALLED))
_BACKED = {**{kind: f"{kind} backed" for kind in (*_KINDS, *CALLED)}, NOVEL: NOVEL}


def named(kind: str, *, backed: bool) -> str:
    """A kind of evidence as it is counted."""
    return _BACKED[kind] if backed else kind


class Weights(msgspec.Struct, frozen=True):
    """`voices` by kind; `again` is what is left of each further voice for a group; `model_beside` is for money out and money in.

    `curves` by kind of evidence, `backed` where letters alone would have said the same; `groups` and `categories` are lifts: how much
    owners are of one mind there; `words` is the trust of trade words by group. `bends` by kind of evidence is what corrections taught
    since; `version` names all of it on a label.
    """

    voices: dict[str, float]
    again: float
    model_alone: float
    model_beside: tuple[float, float]
    curves: dict[str, Curve]
    groups: dict[str, float]
    words: dict[str, int]
    backed: dict[str, Curve] = {}
    categories: dict[int, float] = {}
    bends: dict[str, Curve] = {}
    version: int = 0

    def curve(self, kind: str, *, backed: bool) -> Curve:
        """How a sum that rests on such evidence is bent."""
        return (self.backed.get(kind) if backed else None) or self.curves[kind]

    def lift(self, category_id: int, group: str) -> float:
        """What is added for a category; an own one has its group's."""
        found = self.categories.get(category_id)
        return self.groups.get(group, 0.0) if found is None else found

    def with_own(self, own: Curve, version: int) -> Weights:
        """Bent once more, for every kind of evidence, by a household's own calibration."""
        bends = {name: self.bends.get(name, STRAIGHT) for name in EVIDENCE}
        twice = {name: Curve(own.slope * c.slope, own.slope * c.lift + own.lift) for name, c in bends.items()}
        return msgspec.structs.replace(self, bends=twice, version=version)


@cache
def weights() -> Weights:
    """Read once a process."""
    return parse(list(csv.DictReader(_text().splitlines())))


@cache
def checksum() -> str:
    """Tells two tables of weights apart."""
    return f"{crc32(_text().encode()):08x}"


def _text() -> str:
    return resources.files("farthing.categorize").joinpath("data/weights.csv").read_text(encoding="utf-8")


def parse(rows: list[dict[str, str]]) -> Weights:
    """Rows of kind, name, value and lift."""
    by_kind: dict[str, dict[str, float]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], {})[row["name"]] = float(row["value"] or 0)
    plain = by_kind["weight"]
    return Weights(
        voices=by_kind["voice"],
        again=plain["again"],
        model_alone=plain["model_alone"],
        model_beside=(plain["model_beside"], plain["model_beside_in"]),
        curves={r["name"]: Curve(float(r["value"]), float(r["lift"])) for r in rows if r["kind"] == "curve"},
        groups={r["name"]: float(r["lift"]) for r in rows if r["kind"] == "group"},
        words={name: int(value) for name, value in by_kind.get("word", {}).items()},
        backed={r["name"]: Curve(float(r["value"]), float(r["lift"])) for r in rows if r["kind"] == "backed"},
        categories={by_slug(r["name"]).category_id: float(r["lift"]) for r in rows if r["kind"] == "category"},
    )
