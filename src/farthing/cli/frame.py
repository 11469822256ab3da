"""What every command has in common: how its story is run, how it fails, and how it prints.

Exit codes: 0 done, 1 refused with the reason, 2 not understood, 130 and 143 stopped by Ctrl-C or by a signal. Whatever goes wrong is one
sentence on stderr; where a bug happened is in the log (FARTHING_LOG_LEVEL=debug), never on the terminal.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])
FULL = (errno.ENOSPC, errno.EDQUOT)
STOPPED = 130
LEVEL = "FARTHING_LOG_LEVEL"


class Commands(click.Group):
    """The outermost group: every failure of every command ends here. `sections` is how `--help` shows them."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.sections: dict[str, list[click.Command]] = {}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        for section, commands in self.sections.items():
            with formatter.section(section):
                formatter.write_dl([(c.name or "", (c.help or "").split(" Example:")[0].split("\n\n")[0]) for c in commands])

    def invoke(self, ctx: click.Context) -> Any:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except KeyboardInterrupt:
            sys.exit(STOPPED)
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # click ends quietly: whoever read our output has had enough
            _say_no_more()
            click.echo(f"farthing: {sentence_of(error)}", err=True)
            _log(error)
            sys.exit(1)
        return answer


def run(story: Coroutine[Any, Any, int | None], *, service: bool = False) -> None:
    """Run a command to its end. `service`: one that goes on until it is stopped, and logs what it does."""
    try:
        from farthing.platform import loop
        from farthing.platform.log import configure
        from farthing.platform.settings import LEVELS

        level = os.environ.get(LEVEL, "").strip().lower()
        configure(level if level in LEVELS else "info" if service else "warning")
        code = loop.run(_until_told(story))
    finally:
        story.close()  # one that Ctrl-C was quicker than
    if code:
        sys.stdout.flush()
        sys.exit(code)


async def _until_told(story: Coroutine[Any, Any, int | None]) -> int | None:
    """The story, or 128 + the signal that ended it. What it opened is closed first, and a second signal does not break into that."""
    import asyncio

    task, loop, told = asyncio.current_task(), asyncio.get_running_loop(), list[int]()
    assert task is not None, "a coroutine runs in a task"

    def tell(number: int) -> None:
        if not told:
            task.cancel()
        told.append(number)

    heeded = [n for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) is not signal.SIG_IGN]
    for number in heeded:
        loop.add_signal_handler(number, tell, number)
    try:
        return await story
    except asyncio.CancelledError:
        if not told:
            raise
        return 128 + told[0]
    finally:  # uvloop would keep them beyond its end
        for number in heeded:
            loop.remove_signal_handler(number)


def sentence_of(error: BaseException) -> str:
    """What went wrong and what to do, for the person at the terminal; nothing of what was typed or read stands in it by accident."""
    from farthing.core.errors import FarthingError

    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, FarthingError):
        return f"{error.detail} ({error.code})"
    if isinstance(error, TimeoutError):
        return "something we need did not answer in time; `farthing doctor` says what (timeout)"
    if type(error).__module__.startswith("asyncpg"):
        return _of_database(type(error).__name__)
    if type(error).__module__.startswith("redis"):
        return "Valkey does not answer; start it again, or correct FARTHING_VALKEY_URL (valkey_down)"
    if isinstance(error, OSError):
        return _of_system(error)
    if isinstance(error, MemoryError):
        return "this machine has too little free memory (out_of_memory)"
    return f"something is broken on our side, and it is not your doing: {type(error).__name__} {_place(error)} (bug)"


DATABASE = {
    "UndefinedTableError": "the database is not at the schema of this version; run: farthing migrate (not_migrated)",
    "UndefinedColumnError": "the database is not at the schema of this version; run: farthing migrate (not_migrated)",
    "InvalidPasswordError": "the database refuses the user or password in FARTHING_DATABASE_URL (database_login)",
    "InvalidAuthorizationSpecificationError": "the database refuses the user in FARTHING_DATABASE_URL (database_login)",
    "InvalidCatalogNameError": "the server has no database of the name in FARTHING_DATABASE_URL (database_missing)",
    "InsufficientPrivilegeError": "the database role may not do that; see `farthing doctor` (database_rights)",
    "DiskFullError": "the database's disk is full; free some space and try again, nothing is lost (disk_full)",
}


def _of_database(kind: str) -> str:
    return DATABASE.get(kind, f"the database does not answer as it should: {kind}; see `farthing doctor` (database)")


def _of_system(error: OSError) -> str:
    what = error.filename if isinstance(error.filename, str) else ""
    if error.errno in FULL:
        return f"the disk{f' with {what}' if what else ''} is full; free some space and try again, nothing is lost (disk_full)"
    reason = (error.strerror or type(error).__name__).lower()
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS) and what:
        return f"{what} cannot be used: {reason}; give it back to the user Farthing runs as, or set FARTHING_HOME elsewhere (no_rights)"
    return f"{what + ': ' if what else ''}{reason} (system)"


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"at {'/'.join(trace.tb_frame.f_code.co_filename.split('/')[-2:])}:{trace.tb_lineno}" if trace else ""


def _log(error: BaseException) -> None:
    """Where it happened, for whoever asked for it."""
    import structlog

    if os.environ.get(LEVEL, "").strip().lower() == "debug":
        structlog.get_logger().debug("ended", exc_info=error)


def _say_no_more() -> None:
    """What could not be written (a full disk) must not fail once more when Python closes stdout."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


# --- options and output


def with_options(function: Function, *options: Callable[[Function], Function]) -> Function:
    """The command with these options and arguments, which its help shows in this order."""
    for option in reversed(options):
        function = option(function)
    return function


def as_json_option(function: Function) -> Function:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, for programs.")(function)


def tell(what: Any, *, as_json: bool, words: Callable[[], str]) -> None:
    """The answer on stdout: as JSON, or in words."""
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(what).decode())
    elif text := words():
        click.echo(text)


def say(text: str) -> None:
    """Progress and asides, for the person at the terminal: on stderr, so that stdout is the answer alone. A closed one reads nothing."""
    with contextlib.suppress(OSError):
        click.echo(text, err=True)


def pairs(rows: Mapping[str, object]) -> str:
    """`name  value` lines; what is None is left out."""
    shown = {name: value for name, value in rows.items() if value is not None}
    width = max(map(len, shown), default=0)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in shown.items())


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Columns as wide as they need to be; `right` names those that end at the right."""
    lines = [tuple(head), *(tuple(_plain(cell) for cell in row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join("  ".join(_cell(c, widths[i], i in right) for i, c in enumerate(line)).rstrip() for line in lines)


def _cell(text: str, width: int, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)


def _plain(text: str) -> str:
    """Bank text may hold anything; nothing of it may move the cursor."""
    return "".join(c if c.isprintable() else "?" for c in text)
