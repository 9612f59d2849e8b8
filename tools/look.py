"""Look at every page in every language: axe-core by day and by night, the fit at 320 px and with large letters.

    .venv/bin/python tools/look.py [--languages de,en] [--only door,matter]

Prints what is wrong and fails if anything is; the tests look at a dealt sample (tests/pages/test_axe.py).
"""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from chalicelib.presentation import i18n, render  # noqa: E402
from tests.browser import Missing, axe_source, chromium  # noqa: E402
from tests.pages import eyes  # noqa: E402
from tests.pages.samples import page_samples  # noqa: E402

SEALED = "v" * 180


def seen(language: str, only: frozenset[str]) -> tuple[int, list[str]]:
    """(how many pages were looked at, what is wrong with them) in one language."""
    plain, carried, wrong = page_samples(language), page_samples(language, carried=SEALED), []
    names = [name for name in plain if not only or name in only]
    with sync_playwright() as play:
        browser = chromium(play)
        day = browser.new_context(viewport=eyes.PHONE).new_page()
        night = browser.new_context(viewport=eyes.PHONE, color_scheme="dark").new_page()
        narrow, large = (browser.new_context(viewport=v).new_page() for v in (eyes.NARROW, eyes.PHONE))
        for tab in (day, night):
            tab.evaluate(axe_source())
        for name in names:
            html, bare = (render.page(views[name]).body for views in (plain, carried))
            eyes.show(day, html)
            eyes.show(night, html)
            eyes.show(narrow, bare)
            eyes.show(large, bare, large=True)
            found = {
                "": eyes.by_axe(day) + eyes.misfits(day),
                # A theme changes colours and nothing else.
                " by night": eyes.by_axe(night, eyes.CONTRAST),
                " at 320 px": eyes.misfits(narrow),
                " at 200 %": eyes.misfits(large),
            }
            wrong += [f"{language} {name}{how}: {fault}" for how, faults in found.items() for fault in faults]
        browser.close()
    return len(names), wrong


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--languages", default=",".join(i18n.languages()))
    asked.add_argument("--only", default="")
    options = asked.parse_args()
    only, began = frozenset(filter(None, options.only.split(","))), time.monotonic()
    try:
        axe_source()
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    looked, wrong = 0, []
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for count, faults in workers.map(seen, options.languages.split(","), [only] * 99):
            looked, wrong = looked + count, wrong + faults
    print("\n".join(wrong), file=sys.stderr)
    print(f"{looked} pages looked at, {len(wrong)} faults, {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
