"""Make the icons that a home screen shows, in frontend/icons, from our own mark (frontend/farthing.svg), by the machine's Chromium.

.venv/bin/python scripts/make_icons.py
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

FRONTEND = Path(__file__).parent.parent / "frontend"
GROUND = "#0B6B63"
# Name: pixels, how much of them the coin fills, what is behind it. A system cuts a maskable icon to any shape within four fifths of it.
ICONS = {
    "icon-192.png": (192, 1.0, "transparent"),
    "icon-512.png": (512, 1.0, "transparent"),
    "icon-maskable-512.png": (512, 0.8, GROUND),
    "icon-touch-180.png": (180, 0.84, GROUND),
}
BADGE = "icon-badge-96.png"  # what a phone's status line shows: the bird alone, as a shape


def main() -> None:
    """Draw each and say how heavy it is."""
    mark = (FRONTEND / "farthing.svg").read_text()
    bird = re.sub(r'<circle class="(coin|rim)"[^>]*/>', "", mark)
    bird = bird.replace("scale(.86)", "scale(1.15)").replace(".coin,.eye{fill:#0B6B63}", ".eye{fill:transparent}")
    drawn = {name: (*wish, mark) for name, wish in ICONS.items()} | {BADGE: (96, 1.0, "transparent", bird)}
    out = FRONTEND / "icons"
    out.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (size, share, ground, svg) in drawn.items():
            page = browser.new_page(viewport={"width": size, "height": size}, color_scheme="light")
            box = f"position:fixed;inset:{(1 - share) / 2 * 100}%;width:{share * 100}%;height:{share * 100}%"
            page.set_content(f'<body style="margin:0;background:{ground}">{svg.replace("<svg ", f"""<svg style="{box}" """, 1)}')
            page.screenshot(path=out / name, omit_background=True)
            page.close()
        browser.close()
    print("\n".join(f"{p.stat().st_size / 1000:>5.1f} kB  {p.name}" for p in sorted(out.glob("*.png"))))


if __name__ == "__main__":
    main()
