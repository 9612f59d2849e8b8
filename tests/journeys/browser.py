"""A phone: headless Chromium at 390 × 844, driven through the DevTools protocol."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

PHONE = {"width": 390, "height": 844}
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """The browser on this machine; its absence is a failure said in one line, never a silent skip."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    pytest.fail("no Chromium here: `make browser` installs it (Debian: apt-get install chromium)", pytrace=False)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=chromium(), args=list(OPTIONS), headless=True)
        yield one
        one.close()


def phone(of: Browser, *, scripts: bool = True, cookies: bool = True, **more: Any) -> BrowserContext:
    """A fresh phone. Without cookies, whatever a page sets is thrown away before the next request."""
    context = of.new_context(viewport=PHONE, java_script_enabled=scripts, locale="de-DE", **more)
    context.set_default_timeout(20_000)
    if not cookies:
        context.route("**/*", _without_cookies)
    return context


def _without_cookies(route: Any) -> None:
    headers = {k: v for k, v in route.request.headers.items() if k != "cookie"}
    route.continue_(headers=headers)
