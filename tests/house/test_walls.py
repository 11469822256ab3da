"""Things that may be done in one place only, found by reading the source: the clock, cryptography, HTTP, regular expressions, printing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from house.tree import ROOT, at, dotted, expect_none, nodes, parsed, real_names, sources, used

CLOCK_OWNERS = {"src/farthing/core/dates.py", "src/banksim/clock.py"}
WALL_CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.strftime",
    "time.ctime",
}
STOPWATCH = {"time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns", "time.process_time"}
# Who may measure how long something takes: deadlines of child processes and sockets, and the benchmarks.
STOPWATCH_OWNERS = (
    "src/farthing/core/dates.py",
    "src/farthing/platform/",
    "src/farthing/cli/",
    "src/banksim/",
)
CRYPTO = {"cryptography", "http_ece", "joserfc", "ssl"}
CRYPTO_OWNERS = ("src/farthing/security/", "src/farthing/connections/providers/", "src/banksim/")
HTTP = {"aiohttp", "httpx", "requests", "urllib3", "urllib.request", "http.client"}
HTTP_OWNERS = ("src/farthing/platform/http.py", "src/farthing/cli/up.py")  # `up` asks its own web server whether it is ready
PRINT_OWNERS = ("src/farthing/cli/", "src/banksim/")
# Statements outside queries.sql, and why each may be: whoever is not on this list has a room with a file for them.
SQL_OWNERS = {
    "src/farthing/platform/": "engines and migrations, before there is a schema",
    "src/farthing/flows/erase.py": "goes through every tenant table, by the names in platform/tables.py",
    "src/farthing/cli/": "asks whether there is a schema yet",
    "src/banksim/": "has a small store of its own",
}
# Data that somebody else wrote, compiled as a pattern, can hang the process; `re2` cannot.
PATTERN_MAKERS = {f"re.{f}" for f in ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def misuses(forbidden: set[str], owners: tuple[str, ...] | set[str]) -> list[str]:
    """Uses of `forbidden` names (or of anything in forbidden modules) outside the owners."""
    allowed = tuple(owners)
    return sorted(
        {
            f"{at(path, node)} {text}"
            for path in sources()
            if not name(path).startswith(allowed)
            for text, node in used(path)
            if text in forbidden or any(text.startswith(f"{module}.") for module in forbidden)
        }
    )


def test_only_core_dates_reads_the_clock() -> None:
    """Everybody else is handed `now`, so that a test can say what day it is and a replay gives the same answer."""
    expect_none(misuses(WALL_CLOCK, CLOCK_OWNERS))


def test_only_the_engine_room_uses_a_stopwatch() -> None:
    """Deadlines elsewhere come from the `Clock` too; what measures real processes may ask the machine."""
    expect_none(misuses(STOPWATCH, STOPWATCH_OWNERS))


def test_cryptography_stays_behind_its_wall() -> None:
    """One module seals, so one review tells how. Providers verify signed webhooks."""
    expect_none(misuses(CRYPTO, CRYPTO_OWNERS))


def test_one_module_speaks_http_to_the_outside() -> None:
    """Deadline, size cap, no redirects and the egress guard hold because there is no second way out. banksim is outside itself."""
    faults = misuses(HTTP, HTTP_OWNERS)
    expect_none([f for f in faults if not f.startswith("src/banksim/")])


def test_no_regular_expression_is_made_of_data() -> None:
    """Python's `re` can run for hours on a hostile pattern and hold the whole process. Patterns are literals; a user's go to `re2`."""
    faults = []
    for path in sources():
        names = real_names(path)
        for call in (n for n in nodes(path) if isinstance(n, ast.Call) and n.args):
            head, _, rest = dotted(call.func).partition(".")
            if f"{names.get(head, head)}.{rest}".strip(".") in PATTERN_MAKERS and not is_constant(call.args[0]):
                faults.append(f"{at(path, call)} {ast.unparse(call.args[0])}")
    expect_none(faults)


def is_constant(node: ast.expr) -> bool:
    """A literal, a NAME_OF_A_CONSTANT, or text put together from those."""
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=text):
            return text.isupper()
        case ast.JoinedStr(values=parts):
            return all(is_constant(p) for p in parts)
        case ast.FormattedValue(value=value):
            return is_constant(value)
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            return is_constant(left) and is_constant(right)
    return False


def test_sql_stands_in_queries_sql() -> None:
    """What is not in a file of statements is not planned, not scoped and not found by any of the tests on statements."""
    statement = re.compile(r"^\s*(?:select\s(?!1$)|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s)", re.IGNORECASE)
    faults = []
    for path in sources():
        if not name(path).startswith(tuple(SQL_OWNERS)):
            texts = (n for n in nodes(path) if isinstance(n, ast.Constant) and isinstance(n.value, str))
            faults += [f"{at(path, n)} {str(n.value)[:60]}" for n in texts if statement.search(str(n.value))]
    expect_none(faults)


def test_nothing_prints_but_the_command_line() -> None:
    """A web process that prints has two logs, and one of them has no filter."""
    faults = [
        at(path, node)
        for path in sources()
        if not name(path).startswith(PRINT_OWNERS)
        for text, node in used(path)
        if text in {"print", "pprint.pprint", "sys.stdout.write"}
    ]
    expect_none(faults)


def test_no_work_is_left_marked_as_unfinished() -> None:
    """A mark in the source is a promise nobody reads; what is left goes into an issue."""
    marks = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    others = ("src/**/*.sql", "migrations/*.sql", "frontend/**/*.js", "src/**/*.html")
    files = [*sources(), *(p for pattern in others for p in ROOT.glob(pattern))]
    expect_none(
        [
            f"{name(path)}:{number} {line.strip()}"
            for path in files
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if marks.search(line) and "dist" not in path.parts and '"XXX"' not in line
        ]
    )


def test_our_own_code_is_never_mocked() -> None:
    """A mock of our own code proves what we believed when we wrote it. Only the wire is replaced."""
    mock = re.compile(r"\bMagicMock\b|\bunittest\.mock\b|\bmocker\.|monkeypatch\.setattr\(\s*[\"']?(?:farthing|banksim)\b")
    tests = {p: p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*.py") if p.name != Path(__file__).name}
    words = [f"{name(p)}: {m[0]}" for p, text in tests.items() if (m := mock.search(text))]
    expect_none([*words, *(fault for p, text in tests.items() if "monkeypatch.setattr" in text for fault in replaced(p))])


def replaced(path: Path) -> Iterator[str]:
    """Our own functions that a test puts something else in the place of. A LIMIT of ours may be made small."""
    names = real_names(path)
    for call in (n for n in nodes(path) if isinstance(n, ast.Call) and dotted(n.func) == "monkeypatch.setattr"):
        whose = names.get(dotted(call.args[0]), "").split(".")[0]
        what = ast.literal_eval(call.args[1]) if whose in {"farthing", "banksim"} else ""
        if what and not what.isupper():
            yield f"{at(path, call)} {what}"


# Calls that fail by themselves. A helper that asserts is named `must_...`, so that its call reads as the claim that it is.
CLAIM = re.compile(r"pytest\.(raises|warns|fail)|(.+\.)?(expect(_\w+)?|must_\w+)")


def claims(test: ast.AST) -> bool:
    """Whether it says what must be so. A word in a name or a text, such as "refused", claims nothing."""
    return any(
        isinstance(n, ast.Assert) or (isinstance(n, ast.Call) and CLAIM.fullmatch(ast.unparse(n.func)) is not None) for n in ast.walk(test)
    )


def test_every_test_asserts_something() -> None:
    """A test without a claim is green whatever happens."""
    faults = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in (inner for outer in parsed(path).body for inner in (outer, *getattr(outer, "body", ()))):
            is_test = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
            if is_test and not claims(node):
                faults.append(f"{at(path, node)} {node.name}")
    expect_none(faults)


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        ("assert one", True), ("with pytest.raises(OSError): do()", True), ("await expect(page).to_be_visible()", True),
        ("await Play(household).must_hold(case)", True), ("pytest.fail(said)", True), ("sender.verify(token)", False),
        ("await refused(sender)", False), ("'what we expect and assert'", False), ("bank.teller.fail(token)", False),
    ],
)  # fmt: skip
def test_a_claim_is_told_from_a_word_of_one(body: str, is_one: bool) -> None:
    assert claims(ast.parse(f"async def test_it():\n    {body}")) is is_one
