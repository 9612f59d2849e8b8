"""Draw every page and mail as a phone, a narrow phone and a desk see it, by day and by night.

    .venv/bin/python tools/gallery.py [--all FOLDER] [--only door,matter]

Without --all it draws the chosen few into docs/gallery. With --all it draws everything in every shape into
FOLDER, to be looked at.
"""

import argparse
import base64
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from chalicelib.presentation import i18n, render  # noqa: E402
from tests.browser import chromium  # noqa: E402
from tests.pages.samples import message_samples, page_samples  # noqa: E402

SHAPES = {
    "phone": (390, 844, "light"),
    "night": (390, 844, "dark"),
    "narrow": (320, 640, "light"),
    "desk": (1280, 800, "light"),
}
CHOSEN = {
    (name, language, shape)
    for name in ("door", "matter", "pay", "on_its_way", "closed", "receipt", "talk", "locked")
    for language, shape in (("de", "phone"), ("en", "phone"), ("en", "night"))
} | {
    ("matter", "de", "desk"),
    ("door", "de", "narrow"),
    ("door_failed", "de", "phone"),
    ("matter_our_move", "de", "phone"),
    ("pay_changed", "de", "phone"),
    ("expired", "de", "phone"),
    ("not_me", "de", "phone"),
    ("talk_done", "de", "phone"),
    ("trouble", "de", "phone"),
    ("mail_reminder_friendly", "de", "phone"),
    ("mail_reminder_friendly", "en", "night"),
    ("mail_notice", "de", "phone"),
}


def drawings(language):
    """Name -> HTML of everything there is to see in one language."""
    for name, view in page_samples(language).items():
        yield name, render.page(view).body
    for name, message in message_samples(language).items():
        yield f"mail_{name}", message.html


def picture(page):
    """The whole page as WebP."""
    page.evaluate("document.fonts.ready")
    session = page.context.new_cdp_session(page)
    height = page.evaluate("document.documentElement.getBoundingClientRect().height")
    size = page.viewport_size
    clip = {"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"]), "scale": 1}
    asked = {"format": "webp", "quality": 82, "captureBeyondViewport": True, "clip": clip}
    shot = session.send("Page.captureScreenshot", asked)
    session.detach()
    return base64.b64decode(shot["data"])


def draw(folder, everything, only):
    """Draw the pictures into `folder`; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with sync_playwright() as play:
        browser = chromium(play)
        pages = {
            shape: browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
            for shape, (width, height, scheme) in SHAPES.items()
        }
        for language in i18n.languages():
            for name, html in drawings(language):
                for shape, page in pages.items():
                    wanted = everything or (name, language, shape) in CHOSEN
                    if wanted and (not only or name in only):
                        page.set_content(html)
                        (folder / f"{name}.{language}.{shape}.webp").write_bytes(picture(page))
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
