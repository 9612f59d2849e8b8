"""One browser for all page tests of a run."""

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import Missing, axe_source, chromium


@pytest.fixture(scope="session")
def play():
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(play):
    try:
        opened = chromium(play)
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def axe():
    try:
        return axe_source()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)
