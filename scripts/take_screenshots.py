"""Take the pictures of docs/images: the demo household in a home of its own, seen by the machine's Chromium.

.venv/bin/python scripts/take_screenshots.py [--out docs/images]
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

EMAIL, PASSWORD = "demo@farthing.example", "every farthing counts"
PAGES = {"overview": "/", "transactions": "/transactions", "budgets": "/budgets", "connections": "/connections"}
SCREENS = {"": (1440, 900), "-phone": (390, 844)}
READ_S = 60


def main() -> None:
    """Start, sign in, look, stop."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "docs/images")
    out: Path = arguments.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "FARTHING_HOME": home}
        command = [sys.executable, "-m", "farthing", "up", "--demo", "--port", "0"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
            try:
                take(address_of(running), out)
            finally:
                running.send_signal(signal.SIGINT)
                running.wait()
    print("\n".join(f"{p.stat().st_size // 1000:>4} kB  {p.name}" for p in sorted(out.glob("*.png"))))


def address_of(running: subprocess.Popen[str]) -> str:
    """Where it answers, once it says so."""
    assert running.stdout is not None
    for line in running.stdout:
        if found := re.search(r"ready at (\S+)", line):
            return found[1]
    raise SystemExit("farthing up ended before it was ready")


def take(address: str, out: Path) -> None:
    """Every page in both themes, at a desk and in a hand."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for theme in ("light", "dark"):
            for suffix, (width, height) in SCREENS.items():
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
                sign_in(page, address)
                for name, path in PAGES.items():
                    page.goto(address + path)
                    page.wait_for_timeout(700)
                    page.screenshot(path=out / f"{name}-{theme}{suffix}.png")
                page.close()
        browser.close()


def sign_in(page: Page, address: str) -> None:
    """As the demo family, once its banks have been read."""
    page.goto(f"{address}/sign-in")
    page.fill("input[name=email]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.click("form button.main")
    page.wait_for_url(f"{address}/")
    for _ in range(READ_S):
        if page.locator("text=sign in again").count():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    raise SystemExit("the demo's banks were not read in time")


if __name__ == "__main__":
    main()
