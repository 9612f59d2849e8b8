"""Draw every page and message, as a phone, a narrow phone and a desk see it, by day and by night.

    .venv/bin/python tools/gallery.py [--all FOLDER] [--only door,matter]

Without --all it draws the chosen few into docs/gallery as WebP. With --all it draws every page in every
shape into FOLDER, to be looked at.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from chalicelib.presentation import render  # noqa: E402
from tests.pages.samples import page_samples  # noqa: E402

SHAPES = {
    "phone": (390, 844, "light"),
    "night": (390, 844, "dark"),
    "narrow": (320, 640, "light"),
    "desk": (1280, 800, "light"),
}


def chromium(play):
    """A headless browser: the system's where there is one, else the one playwright installed."""
    system = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), None)
    return play.chromium.launch(
        executable_path=system, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    )


def wanted(everything, only):
    """(name, language, shape, html) for each picture."""
    for language in ("de", "en"):
        for name, view in page_samples(language).items():
            if only and name not in only:
                continue
            html = render.page(view).body
            for shape in SHAPES:
                if everything or (name, language, shape) in CHOSEN:
                    yield name, language, shape, html


CHOSEN = {
    (name, language, shape)
    for name in ("door", "matter", "pay", "on_its_way", "closed", "receipt", "talk", "locked")
    for language, shape in (("de", "phone"), ("en", "phone"), ("de", "night"))
} | {("matter", "de", "desk"), ("door", "de", "narrow"), ("matter", "en", "narrow")}


def draw(folder, everything, only):
    """Draw the pictures into `folder`; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with sync_playwright() as play, tempfile.TemporaryDirectory() as scratch:
        browser = chromium(play)
        pages = {}
        for shape, (width, height, scheme) in SHAPES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=False
            )
            pages[shape] = context.new_page()
        for name, language, shape, html in wanted(everything, only):
            source = Path(scratch) / "page.html"
            source.write_text(html, encoding="utf-8")
            pages[shape].goto(source.as_uri())
            pages[shape].screenshot(
                path=folder / f"{name}.{language}.{shape}.png", full_page=True, animations="disabled"
            )
            count += 1
        browser.close()
    return count


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--all", type=Path)
    asked.add_argument("--only", default="")
    options = asked.parse_args()
    folder = options.all or ROOT / "docs" / "gallery"
    only = set(filter(None, options.only.split(",")))
    print(f"{draw(folder, bool(options.all), only)} pictures in {folder}")


if __name__ == "__main__":
    main()
