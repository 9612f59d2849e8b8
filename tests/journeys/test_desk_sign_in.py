"""Somebody of the staff comes to the desk in a browser, on the deployed package, and goes again."""

import pytest

from tests.browser import axe_source
from tests.journeys.stack import Stack
from tests.pages.eyes import by_axe


@pytest.fixture
def desk(chrome):
    context = chrome.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    yield page
    context.close()


def test_a_lead_signs_in_with_one_click_sees_the_list_and_signs_out(stack: Stack, desk) -> None:
    desk.goto(stack.urls["desk"])
    assert desk.title().startswith("Hello")
    desk.get_by_role("link", name="Sign in").click()
    assert desk.url.startswith(stack.urls["identity"])
    desk.get_by_role("button", name="Lena Vogt").click()
    assert desk.url == stack.urls["desk"] and desk.title().startswith("What waits")
    desk.evaluate(axe_source())
    assert by_axe(desk) == []
    desk.get_by_role("link", name="My team").press("Enter")
    desk.wait_for_url("**/desk/team")
    assert desk.get_by_role("row").count() >= 3
    desk.get_by_role("button", name="Sign out").click()
    assert desk.title().startswith("You are signed out")
    desk.get_by_role("link", name="Sign out there too").click()
    desk.wait_for_url("**/desk/signed-out")
    desk.goto(stack.urls["desk"])
    assert desk.title().startswith("Hello")


def test_whoever_turns_back_at_the_provider_may_try_again_and_an_operator_sees_no_list(stack: Stack, desk) -> None:
    desk.goto(stack.urls["desk"] + "/staff")
    desk.get_by_role("link", name="Sign in").click()
    desk.get_by_role("button", name="Nobody: turn back").click()
    assert "did not work" in desk.get_by_role("main").inner_text()
    desk.get_by_role("link", name="Sign in").click()
    desk.get_by_role("button", name="Olga Petersen").click()
    assert desk.url.endswith("/desk/staff") and desk.get_by_role("link", name="Lena Vogt").is_visible()
    assert desk.get_by_role("link", name="List", exact=True).count() == 0
    desk.get_by_role("link", name="Jana Brandt").click()
    desk.get_by_label("When they work").fill("Mon-Fri 9-17")
    desk.get_by_role("button", name="Save").click()
    assert "counts from now on" in desk.get_by_role("main").inner_text()
    assert "Mon 09:00-17:00" in desk.get_by_role("row", name="Jana Brandt").inner_text()
