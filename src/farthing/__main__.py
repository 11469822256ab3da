"""`farthing`, and `python -m farthing`."""

from __future__ import annotations

import signal


def start() -> None:
    """The command line. While it is loaded, which takes a moment, Ctrl-C simply ends the process; then `cli/frame.py` sees to it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from farthing.cli import main

    main()


if __name__ == "__main__":
    start()
