"""The linear model behind a guess: one table of small weights, read once, made by `scripts/train_guesses.py` (docs/model.md).

A file that is missing or damaged is no error: everybody else is still heard, it is logged once, and `farthing doctor` says so.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec
import numpy as np
import numpy.typing as npt
import zstandard

from farthing.categorize.guessing.features import CONTEXTS, PLACES, Bag, Places, bag, bags_of, laid_out, one_by_one, parts_of, places_beside
from farthing.categorize.taxonomy import by_slug

FILE = "data/guesses.bin"
BYTES_MAX = 16 * 1024 * 1024
FEW = 50  # texts
STRENGTH = 4.0  # a text's places together weigh as sixteen: long names are no surer than short ones

Scores = npt.NDArray[np.float32]


class Damaged(Exception):
    """The model's file is not what the training script wrote."""


class Packed(msgspec.Struct, frozen=True):
    """The file. `weights` are a row of int8 for each place, to be multiplied by a category's `scales`."""

    version: str
    slugs: tuple[str, ...]
    weights: bytes
    scales: tuple[float, ...]
    contexts: bytes  # float16, with the bias within
    checksum: int
    telling: bytes = b""  # places of words that tell a group, as uint32


class Model(msgspec.Struct, frozen=True):
    """Ready to score. `category_ids` in the order of a score's columns, those of a group together; `weights` has a last row of nothing.

    `telling`: the words, as numbers, that it saw in names of mostly one group.
    """

    version: str
    category_ids: tuple[int, ...]
    groups: tuple[str, ...]
    weights: npt.NDArray[np.int16]
    scales: Scores
    contexts: Scores
    telling: frozenset[int] = frozenset()

    def tells(self, key: str) -> bool:
        """Whether any word of a cleaned text is one that it was taught, whole or grown together with another (DORFKAFFEE)."""
        return any(number in self.telling for word in key.split() for number in parts_of(word))

    def of_texts(self, texts: Sequence[tuple[str, str]]) -> Scores:
        """What each (cleaned text, words beside it) says, as logits without amount and direction; a row a text.

        A merchant comes many times in a batch, and so does a way to pay: each is added up once.
        """
        keys, besides = dict[str, int](), dict[str, int]()
        at_key = [keys.setdefault(key, len(keys)) for key, _ in texts]
        at_beside = [besides.setdefault(beside, len(besides)) for _, beside in texts]
        names, in_names = self._sums(bags_of([(key, "") for key in keys]), len(keys))
        words, in_words = self._sums([bag([places_beside(b) for b in besides])], len(besides))
        sums, counts = names[at_key] + words[at_beside], in_names[at_key] + in_words[at_beside]
        return np.asarray(sums * self.scales * (STRENGTH / np.sqrt(counts))[:, None], dtype=np.float32)

    def _sums(self, bags: Sequence[Bag], rows: int) -> tuple[npt.NDArray[np.int16], Places]:
        """The weights of all places of each row added up, and how many places it has."""
        if rows <= FEW:  # text by text is a few calls for each, place by place three for every place of the longest
            each = one_by_one(bags, rows)
            sums = np.array([self.weights.take(places, axis=0).sum(axis=0, dtype=np.int16) for places in each])
            return sums, np.fromiter(map(len, each), dtype=np.int64, count=rows)
        table, counts = laid_out(bags, rows)
        order = np.argsort(-counts, kind="stable")
        columns, sizes = np.ascontiguousarray(table[order].T), counts[order]
        sums = np.zeros((rows, len(self.category_ids)), dtype=np.int16)
        for n, column in enumerate(columns):  # one place of every text at a time, the long texts first: much quicker than text by text
            still = int(np.searchsorted(-sizes, -n, side="left"))
            sums[:still] += self.weights.take(column[:still], axis=0)
        found = np.empty_like(sums)
        found[order] = sums
        return found, counts

    def of_contexts(self, contexts: Sequence[int]) -> Scores:
        """What amount, direction and kind of account say, as logits."""
        return self.contexts[list(contexts)]


def pack(
    version: str,
    slugs: Sequence[str],
    weights: npt.NDArray[np.float32],
    contexts: npt.NDArray[np.float32],
    telling: Sequence[int] = (),
) -> bytes:
    """The bytes of a model's file."""
    scales = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    small = np.round(weights / scales).astype(np.int8)
    held = contexts.astype(np.float16).tobytes()
    words = np.array(sorted(telling), dtype=np.uint32).tobytes()
    packed = Packed(
        version, tuple(slugs), small.tobytes(), tuple(map(float, scales)), held, zlib.crc32(small.tobytes() + held + words), words
    )
    return zstandard.ZstdCompressor(level=19).compress(msgspec.msgpack.encode(packed))


def unpack(content: bytes) -> Model:
    """Raises Damaged."""
    try:
        raw = zstandard.ZstdDecompressor().decompress(content, max_output_size=BYTES_MAX)
        packed = msgspec.msgpack.decode(raw, type=Packed)
        if packed.checksum != zlib.crc32(packed.weights + packed.contexts + packed.telling):
            raise Damaged("its checksum is another")
        count = len(packed.slugs)
        known = [by_slug(s) for s in packed.slugs]
        order = sorted(range(count), key=lambda n: (known[n].group, known[n].category_id))
        small = np.frombuffer(packed.weights, dtype=np.int8).reshape(PLACES, count)
        return Model(
            version=packed.version,
            category_ids=tuple(known[n].category_id for n in order),
            groups=tuple(known[n].group for n in order),
            weights=np.vstack((small[:, order], np.zeros((1, count), dtype=np.int8))).astype(np.int16, order="C"),  # else `take` copies it
            scales=np.array(packed.scales, dtype=np.float32)[order],
            contexts=np.frombuffer(packed.contexts, dtype=np.float16).astype(np.float32).reshape(CONTEXTS, count)[:, order],
            telling=frozenset(np.frombuffer(packed.telling, dtype=np.uint32).tolist()),
        )
    except (zstandard.ZstdError, msgspec.MsgspecError, KeyError, ValueError, MemoryError) as error:
        raise Damaged(type(error).__name__) from error


@cache
def load() -> Model | None:
    """The model of this version of Farthing, or None where its file cannot be used."""
    return load_from(resources.files("farthing.categorize").joinpath(FILE))


def load_from(file: Traversable) -> Model | None:
    """The model in a file; what is wrong with it is logged."""
    try:
        return unpack(file.read_bytes())
    except (OSError, Damaged) as error:
        import structlog  # only here: it takes longer to import than all tables to read

        structlog.get_logger().warning("no model: guesses are made without it", file=FILE, reason=f"{type(error).__name__}: {error}"[:200])
        return None
