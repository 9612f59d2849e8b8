"""What the journeys share: one stack whose people have been written to, a browser, and a journey to end well."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.journeys.claims import CREDITOR, PEOPLE, claims_file
from tests.journeys.stack import Stack, stack  # noqa: F401 - the fixture
from tests.journeys.walking import PATIENCE, Journey


@pytest.fixture(scope="session")
def written_to(stack: Stack) -> Stack:  # noqa: F811
    """The stack once its first messages have gone out, at the next permitted hours."""
    stack.upload(f"inbox/{CREDITOR}/journeys.csv", claims_file())
    wanted = {person.email if person.by_email else person.phone for person in PEOPLE}

    def reached() -> bool:
        return wanted <= {message["to"] for message in stack.messages()}

    stack.settle(PATIENCE)
    for _ in range(4):
        if reached():
            break
        stack.move_clock("next")
        stack.settle(PATIENCE)
    stack.wait_for(reached, PATIENCE, "everybody has their first message")
    return stack


@pytest.fixture(scope="module")
def play() -> Iterator[Any]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chrome(play: Any) -> Iterator[Any]:
    browser = chromium(play)
    yield browser
    browser.close()


@pytest.fixture
def journey(written_to: Stack, play: Any, chrome: Any, tmp_path: Path) -> Iterator[Journey]:
    """One way through the deployed package. At its end the books are right, nobody was written to without a yes,
    no function complained, and neither did the browser."""
    walked = Journey(written_to, play, chrome, tmp_path)
    yield walked
    walked.end()
