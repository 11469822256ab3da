"""Programs that must not outlive the process that started them, however that one ends.

Linux sends a signal when the parent dies; it has to be asked for in the child, after its change of user, before its exec. Elsewhere a
small watcher stands between the two. Either is a few lines of Python in a fresh interpreter: a preexec_fn would run between fork and
exec of a process with threads.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

# argv: signal, uid, gid (0 = stay who we are), parent, program...   1 is PR_SET_PDEATHSIG.
ASK_KERNEL = """\
import ctypes, os, sys
death, uid, gid, parent = map(int, sys.argv[1:5])
if uid and os.geteuid() == 0:
    os.setgroups([]), os.setgid(gid), os.setuid(uid)
ctypes.CDLL(None).prctl(1, death)
if os.getppid() != parent:
    sys.exit(1)
os.execv(sys.argv[5], sys.argv[5:])
"""

# The same argv. Signals to stop are passed on; the group of the program ends with it.
WATCH_PARENT = """\
import os, signal, subprocess, sys
death, uid, gid, parent = map(int, sys.argv[1:5])
who = dict(user=uid, group=gid, extra_groups=[]) if uid and os.geteuid() == 0 else {}
child = subprocess.Popen(sys.argv[5:], **who)
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, lambda number, frame: child.send_signal(number))
while True:
    try:
        code = child.wait(0.5)
        sys.exit(code if code >= 0 else 128 - code)
    except subprocess.TimeoutExpired:
        if os.getppid() != parent:
            child.send_signal(death)
            parent = os.getppid()
"""


def dying_with_parent(
    command: Sequence[str], *, death: signal.Signals, uid: int = 0, gid: int = 0, by_kernel: bool = sys.platform == "linux"
) -> list[str]:
    """The command to start instead, from this process's main thread, so that `death` reaches the program when we are gone."""
    launcher = ASK_KERNEL if by_kernel else WATCH_PARENT
    numbers = [str(number) for number in (int(death), uid, gid, os.getpid())]
    return [sys.executable, "-I", "-S", "-c", launcher, *numbers, *command]
