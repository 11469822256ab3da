"""What has to be there before uv can read uv.lock: uv itself, and pip to install it with. Both at the versions and hashes of uv.lock.

setup_tools.py uv    prints uv as a line for `pip install --require-hashes --requirement`
setup_tools.py pip   installs pip where Python came without ensurepip (Debian's python3 without python3-venv)
"""

import hashlib
import pathlib
import subprocess
import sys
import tempfile
import tomllib
import urllib.request

LOCK = pathlib.Path(__file__).resolve().parents[1] / "uv.lock"


def locked(name: str) -> dict:
    packages = tomllib.loads(LOCK.read_text(encoding="utf-8"))["package"]
    return next(package for package in packages if package["name"] == name)


def requirement(name: str) -> str:
    package = locked(name)
    return f"{name}=={package['version']} " + " ".join(f"--hash={wheel['hash']}" for wheel in package["wheels"])


def install_pip() -> int:
    wheel = locked("pip")["wheels"][0]
    with urllib.request.urlopen(wheel["url"], timeout=60) as answer:
        content = answer.read()
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != wheel["hash"]:
        raise SystemExit(f"{wheel['url']} is not the file that uv.lock names")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / wheel["url"].rsplit("/", 1)[-1]
        file.write_bytes(content)
        # A wheel is a zip that Python can run from: pip installs itself.
        return subprocess.call([sys.executable, f"{file}/pip", "install", "--quiet", "--no-index", "--no-input", str(file)])


if __name__ == "__main__":
    if sys.argv[1:] == ["pip"]:
        raise SystemExit(install_pip())
    print(requirement("uv"))
