"""Where the embedded engines keep their files, and as whom they run.

PostgreSQL refuses to run as root, and rightly: so when Farthing itself is root (a container), the engines run as the
unprivileged system user `farthing`, made on first use, or as `nobody` where users cannot be made. That user must be able to walk
to its files. Permissions of existing directories are never loosened for it; where it cannot walk to FARTHING_HOME (say, a clone
below /root) the engines' files go to /var/lib/farthing/<id>, and a line in the log says so.
"""

from __future__ import annotations

import errno
import logging
import os
import pwd
import secrets
import stat
import subprocess
from pathlib import Path

import msgspec

from farthing.core.errors import NeedsOperator

log = logging.getLogger(__name__)

SYSTEM_USER = "farthing"
FAR_ROOT = Path("/var/lib/farthing")
HOME_BYTES_MAX = 800  # PostgreSQL's own paths end at 1,023, and it adds to ours


class Account(msgspec.Struct, frozen=True):
    """An operating-system user."""

    name: str
    uid: int
    gid: int


class Place(msgspec.Struct, frozen=True):
    """`home` keeps what Farthing reads (passwords, state, locks); `root` what the engines own; `account` is None when we are not root."""

    home: Path
    root: Path
    account: Account | None


def find_place(home: Path) -> Place:
    """The engines' place for this FARTHING_HOME, made when missing. The same home gives the same place as long as it exists."""
    home = home.expanduser().resolve()
    make_home(home)
    near = home / "engines"
    as_root = os.geteuid() == 0
    try:
        make_directory(near, mode=0o711 if as_root else 0o700)
        far = FAR_ROOT / _place_id(near)
    except OSError as error:
        raise unusable(near, error) from error
    if not as_root:
        return Place(home=home, root=near, account=None)
    root = far if far.exists() else near
    account = _account_for(root)
    if not may_walk_to(near, account):
        if (near / "postgres").exists():
            raise NeedsOperator(
                "engine_unreachable",
                f"The database's files are in {near}, but its user {account.name!r} may no longer walk there. Give the directories above "
                "it back their x permission (chmod o+x), or run Farthing as a user other than root.",
            )
        if root != far:
            log.warning("%s cannot be reached by the user %r; the engines' files are kept in %s", near, account.name, far)
            root = far
            make_directory(FAR_ROOT, mode=0o711)
            make_directory(far, mode=0o711)
    return Place(home=home, root=root, account=account)


def make_home(home: Path) -> None:
    """Make FARTHING_HOME when it is missing: for its owner alone, or, when root makes it, so that the engines' user can walk through."""
    if (length := len(os.fsencode(home))) > HOME_BYTES_MAX:
        raise NeedsOperator("home_unusable", f"FARTHING_HOME is {length} bytes long, more than {HOME_BYTES_MAX}; set it to a shorter path.")
    try:
        if home.is_dir():
            return
        make_directory(home, mode=0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise unusable(home, error) from error


def make_directory(path: Path, *, mode: int) -> None:
    """Make `path` with exactly this mode, whatever the umask; a directory that is there already stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=mode)
    except FileExistsError:
        return
    path.chmod(mode)


def own_directory(path: Path, account: Account | None) -> Path:
    """`path` as a 0700 directory of the engines' user. Raises when it belongs to somebody else."""
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        status = path.lstat()
        owner = account.uid if account else os.geteuid()
        if account and status.st_uid == 0 and stat.S_ISDIR(status.st_mode):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
        elif status.st_uid != owner or not stat.S_ISDIR(status.st_mode):
            raise NeedsOperator(
                "engine_not_ours",
                f"{path} belongs to the user {status.st_uid}, not to {owner}. Start Farthing as that user, or set FARTHING_HOME to a "
                "place of your own.",
            )
        if stat.S_IMODE(status.st_mode) & 0o077:
            path.chmod(0o700)
    except OSError as error:
        raise unusable(path, error) from error
    return path


def write_private(path: Path, text: str, account: Account | None = None) -> None:
    """Write `path` whole or not at all, readable by its owner alone (the engines' user where one is given)."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as file:
            if account:
                os.fchown(file.fileno(), account.uid, account.gid)
            file.write(text)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise unusable(path, error) from error


def may_walk_to(path: Path, account: Account) -> bool:
    """Whether the permission bits of every directory down to `path` let the account through (access lists are not looked at)."""
    return all(_may(parent, account, 0o1) for parent in [path, *path.parents] if parent.exists())


def may_read(path: Path, account: Account) -> bool:
    return path.exists() and _may(path, account, 0o4) and may_walk_to(path.parent, account)


def _may(path: Path, account: Account, bit: int) -> bool:
    status = path.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & (bit << 6))
    if status.st_gid == account.gid:
        return bool(status.st_mode & (bit << 3))
    return bool(status.st_mode & bit)


def _place_id(near: Path) -> str:
    """Random per home, so that a new home at an old path never finds the data of the one that was deleted."""
    file = near / "id"
    if not file.exists():
        write_private(file, secrets.token_hex(6))
    return file.read_text()


def _account_for(root: Path) -> Account:
    """The owner of what is there already, else the system user, made when missing, else `nobody`."""
    for directory in (root / "postgres", root / "valkey"):
        if directory.exists() and (owner := directory.stat()).st_uid != 0:
            return Account(name=_name_of(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid)
    for make in (None, ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"], ["adduser", "-S", "-D", "-H"]):
        if make:
            _try_run([*make, SYSTEM_USER])
        if account := _account_named(SYSTEM_USER):
            return account
    log.warning("The system user %r cannot be made here; the engines run as 'nobody'", SYSTEM_USER)
    if account := _account_named("nobody"):
        return account
    raise NeedsOperator("engine_user", "PostgreSQL does not run as root and there is no other user. Make one: useradd --system farthing")


def _account_named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _try_run(command: list[str]) -> None:
    try:
        subprocess.run(command, capture_output=True, timeout=20, check=False)  # noqa: S603  fixed words only
    except (OSError, subprocess.TimeoutExpired) as error:
        log.debug("%s: %s", command[0], error)


def unusable(path: Path, error: OSError) -> NeedsOperator:
    """What a failure to write below the home means, in words that say what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NeedsOperator("disk_full", f"The disk with {path} is full. Free some space and start again; nothing is lost.")
    return NeedsOperator(
        "home_unusable", f"{path} cannot be used: {error.strerror}. Free it, or set FARTHING_HOME to a directory that you may write to."
    )
