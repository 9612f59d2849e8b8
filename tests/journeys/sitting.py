"""How somebody of the staff walks: in by the identity double, to a matter, and what a page says was done."""

from typing import Any

from tests.journeys.stack import Stack
from tests.journeys.walking import Journey

WIDE = {"width": 1280, "height": 900}


def at_the_desk(journey: Journey, name: str) -> Any:
    """A browser in which this person of the sample's has signed in, on their list."""
    page = journey.phone(viewport=WIDE, locale="en-GB")
    sign_in(page, journey.stack, name)
    return page


def sign_in(page: Any, stack: Stack, name: str) -> None:
    """In by one click at the identity double."""
    page.goto(stack.urls["desk"])
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name=name).click()
    page.wait_for_url(stack.urls["desk"])
    assert page.title().startswith("What waits")


def press(page: Any, button: str) -> None:
    """Press the button of this name, and stand on the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).first.click()


def find(page: Any, claim: str) -> None:
    """To the matter of this claim, by its number."""
    page.fill("#claim", claim)
    press(page, "Find")
    page.wait_for_url("**/desk/c/**")
    take(page)


def take(page: Any) -> None:
    """What is open here is theirs: by hand, unless it was given to them meanwhile."""
    if page.get_by_role("button", name="Take it", exact=True).count():
        press(page, "Take it")


def noted(page: Any) -> str:
    """What the page says was done."""
    return str(page.inner_text(".note.done")).strip()
