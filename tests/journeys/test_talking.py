"""Help from a person, in Arabic on a phone that keeps no cookies: a call, particular care, a complaint."""

import pytest

from chalicelib.domain.claim import HoldKind
from chalicelib.domain.consent import ConsentPurpose
from chalicelib.domain.task import TaskKind
from tests.browser import PHONE
from tests.journeys.claims import AMIRA
from tests.journeys.walking import Journey, fits, press_way, said, title


def kinds(journey: Journey) -> list[TaskKind]:
    return [task.kind for task in journey.matter(AMIRA).open_tasks(AMIRA.claim)]


def cared_for(journey: Journey) -> bool:
    matter = journey.matter(AMIRA)
    holds = (*matter.debtor.holds, *matter.claims[AMIRA.claim].holds)
    return HoldKind.NEEDS_CARE in {hold.kind for hold in holds}


@pytest.mark.long
def test_P13_a_call_care_and_a_complaint_in_arabic_without_cookies(journey):
    page = journey.phone(own=True, cookies=False)
    journey.enter(page, AMIRA)
    assert page.get_attribute("html", "dir") == "rtl"
    press_way(page, "talk")
    page.fill("#phone", "٠٣٠ ٢٣١٢٥ ٥٠٠")
    page.check("#slot_evening")
    page.check("#plain")
    page.click("main form.ask button.primary")
    assert title(page) == said("ar", "talk_done.h1") and fits(page, PHONE["width"])
    (task,) = journey.matter(AMIRA).open_tasks(AMIRA.claim)
    assert task.kind is TaskKind.CALL_BACK and task.request.phone == "03023125500" and task.request.plain

    press_way(page, "matter")
    press_way(page, "talk")
    press_way(page, "care")
    page.click("main form.ask button.primary")
    assert title(page) == said("ar", "care.h1") and not cared_for(journey), "not without consent"
    page.check("#consent")
    page.click("main form.ask button.primary")
    assert title(page) == said("ar", "care_given.h1") and cared_for(journey)
    page.click("form:has(input[name=step][value=end]) button")
    assert title(page) == said("ar", "care_ended.h1") and not cared_for(journey)
    consents = [c for c in journey.matter(AMIRA).debtor.consents if c.purpose is ConsentPurpose.CARE]
    assert [consent.given for consent in consents] == [True, False], "given, and taken back"

    press_way(page, "matter")
    press_way(page, "talk")
    press_way(page, "complain")
    page.fill("#words", "اتصلتم بي مرتين في يوم واحد.")
    page.click("main form.ask button.primary")
    assert title(page) == said("ar", "complain_done.h1")
    assert TaskKind.COMPLAINT in kinds(journey) and TaskKind.CALL_BACK in kinds(journey)
    assert page.context.cookies() == []
