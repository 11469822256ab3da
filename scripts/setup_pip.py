"""Put pip into the virtual environment that runs this, where Python came without ensurepip (Debian's python3 without python3-venv)."""

import hashlib
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

WHEEL = "https://files.pythonhosted.org/packages/07/25/ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl"
SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def main(url: str = WHEEL) -> int:
    with urllib.request.urlopen(url, timeout=60) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise SystemExit(f"{url} is not the file it should be")
    with tempfile.TemporaryDirectory() as folder:
        wheel = pathlib.Path(folder) / url.rsplit("/", 1)[-1]
        wheel.write_bytes(content)
        # A wheel is a zip that Python can run from: pip installs itself.
        return subprocess.call([sys.executable, f"{wheel}/pip", "install", "--quiet", "--no-index", "--no-input", str(wheel)])


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
