"""Questions that go out together: what several stories ask of one connection, in one round trip.

asyncpg has no pipeline, so questions that wait at the same time are put as one statement, the arms of a `union all`; an arm's columns find
room among those of its types, and what comes back is told apart by the number of its arm (docs/decisions/0043). What may be at hand
elsewhere, which costs less than to ask, is looked for first, and together as well.
"""

from __future__ import annotations

from collections.abc import Coroutine, Generator, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from farthing.platform.sql import Connection, moved

SHAPES_MAX, JOINTS_MAX = 2_000, 500


class Question(NamedTuple):
    """A statement as it goes to the server, with its arguments; lists among them as tuples, so that two alike are known to be."""

    sql: str
    arguments: tuple[Any, ...]


class Answer(tuple[Any, ...]):
    """A row that came back with others: read by place, by name, or taken apart, as a row of the driver's is."""

    __slots__ = ()
    places: dict[str, int]

    def __getitem__(self, key: Any) -> Any:
        return tuple.__getitem__(self, self.places[key] if key.__class__ is str else key)

    def keys(self) -> Iterator[str]:
        """Its columns."""
        return iter(self.places)

    def values(self) -> tuple[Any, ...]:
        """What stands in them, in order."""
        return self


class _Shape(NamedTuple):
    """What a statement answers with: a row of its columns, and their types in order."""

    row: type[Answer]
    types: tuple[str, ...]


class _Joint(NamedTuple):
    """Several statements as one, and where each finds its columns in a row of it."""

    sql: str
    rows: tuple[type[Answer], ...]
    places: tuple[itemgetter[Any], ...]


_shapes: dict[str, _Shape] = {}
_joints: dict[tuple[str, ...], _Joint] = {}


class Asked:
    """Waits for the answers to some questions; whoever drives the story sends them in, one list of rows a question."""

    __slots__ = ("questions",)

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions = questions

    def __await__(self) -> Generator[Any, Any, list[list[Any]]]:
        answers: list[list[Any]] = yield self
        return answers


class Shelf(Protocol):
    """Where things may be at hand."""

    async def every(self, keys: Sequence[Any]) -> list[Any]:
        """What stands there for each of these, in order; None where nothing does."""
        ...


class Sought:
    """Waits for what may be at hand; whoever drives the story looks for all that is sought at one time."""

    __slots__ = ("keys", "shelf")

    def __init__(self, shelf: Shelf, keys: Sequence[Any]) -> None:
        self.shelf, self.keys = shelf, keys

    def __await__(self) -> Generator[Any, Any, list[Any]]:
        found: list[Any] = yield self
        return found


class Gathering:
    """Stands where a connection does while stories are told side by side: whoever asks it waits until all of them have asked."""

    __slots__ = ()

    async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
        """Every row."""
        asked = Question(sql, tuple(tuple(a) if isinstance(a, list) else a for a in arguments))
        return (await Asked([asked]))[0]

    async def fetchrow(self, sql: str, *arguments: Any) -> Any:
        """The first row or None."""
        rows = await self.fetch(sql, *arguments)
        return rows[0] if rows else None

    async def fetchval(self, sql: str, *arguments: Any) -> Any:
        """The first column of the first row, or None."""
        row = await self.fetchrow(sql, *arguments)
        return row[0] if row else None


class _Through:
    """Hands what a story waits for beside the database to the event loop."""

    __slots__ = ("wish",)

    def __init__(self, wish: Any) -> None:
        self.wish = wish

    def __await__(self) -> Generator[Any, Any, Any]:
        return (yield self.wish)


async def told_together(stories: Sequence[Coroutine[Any, Any, Any]], answer: Any, find: Any) -> list[Any]:
    """What each story comes to, in order. `answer(questions)` is awaited whenever every story that is not over has asked something.

    `find(shelf, keys)` is awaited before that, for as long as any of them seeks something. An error in one of them ends all.
    """
    results: list[Any] = [None] * len(stories)
    live: list[tuple[int, Any]] = [(n, None) for n in range(len(stories))]
    try:
        while live:
            asking: list[tuple[int, Asked]] = []
            while live:
                seeking: list[tuple[int, Sought]] = []
                for number, heard in live:
                    wish = await _until_asked(stories[number], heard, results, number)
                    if isinstance(wish, Asked):
                        asking.append((number, wish))
                    elif wish is not None:
                        seeking.append((number, wish))
                live = await _found(seeking, find) if seeking else []
            asking.sort(key=itemgetter(0))  # so that the statement is the same whatever was at hand
            different = list(dict.fromkeys(q for _, wish in asking for q in wish.questions))
            found = dict(zip(different, await answer(different), strict=True)) if different else {}
            live = [(number, [found[q] for q in wish.questions]) for number, wish in asking]
    finally:
        for story in stories:
            story.close()
    return results


async def _found(seeking: Sequence[tuple[int, Sought]], find: Any) -> list[tuple[int, Any]]:
    """What each of them sought; all seek on one shelf, that of the desk that they are told at."""
    shelf = seeking[0][1].shelf
    assert all(wish.shelf is shelf for _, wish in seeking), "stories that are told together have one shelf"
    keys = list(dict.fromkeys(key for _, wish in seeking for key in wish.keys))
    found = dict(zip(keys, await find(shelf, keys), strict=True))
    return [(number, [found[key] for key in wish.keys]) for number, wish in seeking]


async def _until_asked(story: Coroutine[Any, Any, Any], heard: Any, results: list[Any], number: int) -> Asked | Sought | None:
    """Tell a story on until it asks or seeks, or is over (None). What it waits for besides is waited for."""
    try:
        wish = story.send(heard)
        while not isinstance(wish, Asked | Sought):
            try:
                got = await _Through(wish)
            except BaseException as error:
                wish = story.throw(error)
            else:
                wish = story.send(got)
    except StopIteration as end:
        results[number] = end.value
        return None
    return wish


async def answers(conn: Connection, questions: Sequence[Question]) -> list[list[Any]]:
    """The rows of each question, asked in one round trip."""
    if len(questions) == 1:
        return [list(await conn.fetch(questions[0].sql, *questions[0].arguments))]
    texts = tuple(q.sql for q in questions)
    joint = _joints.get(texts)
    if joint is None:
        if len(_joints) >= JOINTS_MAX:
            _joints.clear()
        joint = _joints[texts] = _join(texts, [await _shape_of(conn, text) for text in texts])
    found: list[list[Any]] = [[] for _ in questions]
    rows, places = joint.rows, joint.places
    for row in await conn.fetch(joint.sql, *(argument for q in questions for argument in q.arguments)):
        arm = row[0]
        found[arm].append(rows[arm](places[arm](row)))
    return found


async def _shape_of(conn: Connection, text: str) -> _Shape:
    """A statement's columns, which the server tells once for every connection."""
    shape = _shapes.get(text)
    if shape is None:
        if len(_shapes) >= SHAPES_MAX:
            _shapes.clear()
        columns = (await conn.prepare(text)).get_attributes()
        row = type("Answer", (Answer,), {"__slots__": (), "places": {c.name: n for n, c in enumerate(columns)}})
        shape = _shapes[text] = _Shape(row, tuple(c.type.name for c in columns))
    return shape


def _join(texts: Sequence[str], shapes: Sequence[_Shape]) -> _Joint:
    """One statement that asks all of these; its parameters are theirs in order."""
    room: list[str] = []
    homes = [_homes(shape, room) for shape in shapes]
    arms, shift = [], 0
    for number, (text, home) in enumerate(zip(texts, homes, strict=True)):
        arm, count = moved(text, shift)
        shift += count
        own = {place: f"c{n}" for n, place in enumerate(home)}
        columns = ", ".join(f"{own.get(place, f'null::{kind}')} as r{place}" for place, kind in enumerate(room))
        names = ", ".join(f"c{n}" for n in range(len(home)))
        arms.append(f"(select {number} as arm, {columns} from ({arm}\n) as a({names}))")
    return _Joint("\nunion all\n".join(arms), tuple(s.row for s in shapes), tuple(_getter(home) for home in homes))


def _homes(shape: _Shape, room: list[str]) -> list[int]:
    """Where each column stands: the first place of its type that no column before it took; `room` grows where there is none."""
    homes: list[int] = []
    for kind in shape.types:
        place = next((n for n, held in enumerate(room) if held == kind and n not in homes), None)
        if place is None:
            place = len(room)
            room.append(kind)
        homes.append(place)
    return homes


def _getter(home: Sequence[int]) -> Any:
    """Takes a statement's columns out of a row of all, as a tuple even where it is one."""
    if len(home) == 1:
        place = home[0] + 1
        return lambda row: (row[place],)
    return itemgetter(*(n + 1 for n in home))
