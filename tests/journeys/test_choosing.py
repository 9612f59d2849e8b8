"""My choices, with letters twice as large: a new address, a helper, and a door that only a code opens."""

import re

import pytest

from chalicelib.domain.parties import ChannelKind
from tests.browser import PHONE
from tests.journeys.claims import CARLA
from tests.journeys.walking import Journey, fits, link_of, message_to, press_way, said, title

NEW = "carla.neu@example.com"
TWICE, BASE = 32, 1.125  # browsers come with 16 pixels; ours is a little more


def code_sent_to(journey: Journey, address: str, before: int = 0) -> str:
    """The six digits of the newest message to this address, once there are more than `before`."""
    sent = journey.wait(
        lambda: found if len(found := journey.stack.messages(to=address)) > before else None, "a code came"
    )
    return re.search(r"\b(\d{6})\b", sent[0]["text"])[1]


@pytest.mark.long
def test_a_new_address_a_helper_and_a_code_of_ones_own_at_letters_of_200_percent(journey):
    page = journey.phone(own=True, letters=TWICE)
    link = journey.enter(page, CARLA)
    assert page.evaluate("() => getComputedStyle(document.documentElement).fontSize") == f"{TWICE * BASE:g}px"
    assert fits(page, PHONE["width"])

    press_way(page, "choices")
    press_way(page, "points")
    page.fill("#point", NEW)
    page.click("form:has(#point) button.primary")
    assert said("de", "points.sent") in page.inner_text("main") and fits(page, PHONE["width"])
    page.fill("#code", code_sent_to(journey, NEW))
    page.click("form:has(#code) button.primary")
    assert said("de", "points.confirmed") in page.inner_text("main")
    assert journey.matter(CARLA).debtor.point(ChannelKind.EMAIL).value == NEW

    press_way(page, "choices")
    press_way(page, "helpers")
    page.check("#scope_arrange")
    page.click("main form.ask button.primary")
    code = page.inner_text(".call").strip()
    assert fits(page, PHONE["width"])
    helped(journey, code)

    press_way(page, "choices")
    page.check("#code_only")
    page.click("main form.ask button.primary")
    assert said("de", "choices.saved") in page.inner_text("main")
    only_by_code(journey, link)


def helped(journey: Journey, code: str) -> None:
    """Somebody who was given the code comes by /start with what they know, and meddles with no choices."""
    page = journey.phone()
    page.goto(f"{journey.stack.urls['api']}/start")
    page.fill("#reference", code.lower())
    page.click("main form button.primary")
    assert title(page) == said("de", "door.h1.helper") and CARLA.name not in page.content()
    page.fill("input[name=postcode]", CARLA.postcode)
    page.click("main form button.primary")
    assert CARLA.shown in page.inner_text("main")
    press_way(page, "later")
    assert title(page) == said("de", "later.h1")
    page.goto(page.url.replace("/later", "/choices"))
    assert title(page) == said("de", "not_yours.h1") and NEW not in page.content()


def only_by_code(journey: Journey, link: str) -> None:
    """The postcode opens nothing any more; the code that comes to the confirmed address does."""
    page = journey.phone()
    before = len(journey.stack.messages(to=NEW))
    page.goto(link)
    assert page.locator("input[name=postcode]").count() == 0
    page.click("main form button.primary")
    assert said("de", "door.code.sent") in page.inner_text("main")
    page.fill("input[name=code]", code_sent_to(journey, NEW, before))
    page.click("main form button.primary")
    assert CARLA.shown in page.inner_text("main")
    assert link_of(message_to(journey.stack, CARLA)), "the old address is still known"
