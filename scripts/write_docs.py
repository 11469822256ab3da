"""Writes the pages of docs/howto that list what the code has: settings, commands, routes. A house test compares them with the code.

Run `make docs` after changing any of the three.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from farthing.platform.settings import TABLE, Settings

HOWTO = Path(__file__).resolve().parents[1] / "docs" / "howto"
GENERATED = "<!-- written by scripts/write_docs.py -->\n"
SETTINGS = """\
All settings are environment variables, read once at start and checked whole: an unknown `FARTHING_*` name is an error, and an empty
variable is an unset one. `farthing doctor` says what is in force and what is wrong.
"""
COMMANDS = """\
`.venv/bin/farthing COMMAND --help` says the same. Exit code 0: done; 1: refused, with the reason; 2: not understood;
128 and a signal's number: ended by it (`farthing up` once it is ready, `web` and `worker`: 0). The answer alone is on
stdout, as one JSON object with `--json`; reasons and progress are on stderr.
"""
WIDTH: dict[str, Any] = {"terminal_width": 100, "color": False}
ROUTES = """\
Pages are HTML; `/api/v1` is JSON, described in full at `/api/openapi.json` (to be read at `/api/docs`). Whatever changes something needs a
signed-in session with its form token, or a bearer token of scope `write`.
"""


def settings_page() -> str:
    """One row a setting, from the table that the program itself reads."""
    rows = []
    for setting in TABLE:
        default = f"`{setting.default}`" if setting.default else "empty"
        secret = " (secret: never logged)" if setting.kind.secret else ""
        rows.append(f"| `{setting.variable}` | {setting.kind.expected}{secret} | {default} | {setting.help} |")
    return page("Settings", SETTINGS, ["| variable | is | unset means | what for |", "|---|---|---|---|", *rows])


def commands_page() -> str:
    """Every command's own `--help`."""
    from farthing.cli import main as command_line

    lines = []
    for path, command in commands(command_line):
        words = ("farthing", *path)
        context, group = click.Context(command_line, info_name="farthing", **WIDTH, **command_line.context_settings), command_line
        for word in path:
            group = group.commands[word] if isinstance(group, click.Group) else group
            context = click.Context(group, info_name=word, parent=context, **WIDTH)
        lines += [f"## `{' '.join(words)}`", "", "```text", command.get_help(context).rstrip(), "```", ""]
    return page("Commands", COMMANDS, lines[:-1])


def commands(group: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it, in alphabetical order."""
    if isinstance(group, click.Group):
        for name, command in sorted(group.commands.items()):
            yield from commands(command, (*path, name))
    else:
        yield path, group


def routes_page() -> str:
    """Every route of the web server with the first line of what its handler says of itself."""
    rows = [f"| `{method}` | `{path}` | {what} |" for path, method, what in sorted(routes())]
    return page("Routes", ROUTES, ["| method | path | what |", "|---|---|---|", *rows])


def routes() -> Iterator[tuple[str, str, str]]:
    """(path, method, what), from the application itself; it is built, not started."""
    from litestar.routes import HTTPRoute

    from farthing.web.app import create_app

    app = create_app(Settings.read({}), lambda _: NotImplemented)
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                what = (inspect.getdoc(inspect.unwrap(handler.fn)) or "").split("\n\n")[0].replace("\n", " ")
                for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                    yield route.path_format, method, what


def page(title: str, intro: str, lines: list[str]) -> str:
    return "\n".join([f"# {title}", "", GENERATED, intro, *lines]) + "\n"


PAGES: dict[str, Callable[[], str]] = {"settings.md": settings_page, "commands.md": commands_page, "routes.md": routes_page}


def main() -> None:
    for name, write in PAGES.items():
        (HOWTO / name).write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    main()
