"""A headless browser and the accessibility checker for the page tests, or one line on what is missing."""

import json
import shutil
from pathlib import Path

from playwright.sync_api import Error

TOOLS = Path(__file__).parents[1] / "tools"
AXE = TOOLS / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SYSTEM = ("chromium", "chromium-browser", "google-chrome")


class Missing(Exception):
    """Something the page tests need is not on this machine; the message says how to get it."""


def chromium(play):
    """A headless Chromium: the system's where there is one, else the one playwright installed."""
    system = next(filter(None, map(shutil.which, SYSTEM)), None)
    try:
        return play.chromium.launch(executable_path=system, args=list(FLAGS))
    except Error as missing:
        raise Missing("no browser: install Chromium (apt-get install chromium) for the page tests") from missing


def axe_source():
    """The text of axe-core at the version pinned in tools/package.json, as `make browser` installed it."""
    if not AXE.exists():
        raise Missing("no axe-core: run `make browser` where npm can reach its registry")
    return AXE.read_text(encoding="utf-8")


def phone(browser, **more):
    """A fresh phone at 390 × 844."""
    context = browser.new_context(**{"viewport": PHONE, "locale": "de-DE", **more})
    context.set_default_timeout(30_000)
    return context


def bare_phone(play, folder):
    """A phone that runs no script and keeps no cookie, as its owner set it in the browser's own settings."""
    return own_phone(play, folder, cookies=False, java_script_enabled=False)


def own_phone(play, folder, *, cookies=True, letters=16, **more):
    """A phone as its owner set it in the browser's own settings: cookies or none, letters of so many pixels."""
    settings = folder / "Default" / "Preferences"
    settings.parent.mkdir(parents=True)
    wishes = {
        "profile": {"default_content_setting_values": {"cookies": 1 if cookies else 2}},
        "webkit": {"webprefs": {"default_font_size": letters}},
    }
    settings.write_text(json.dumps(wishes))
    context = play.chromium.launch_persistent_context(
        str(folder),
        executable_path=next(filter(None, map(shutil.which, SYSTEM)), None),
        args=list(FLAGS),
        locale="de-DE",
        **{"viewport": PHONE, **more},
    )
    context.set_default_timeout(30_000)
    return context
