"""Instalments from the wish to the letter that nothing is owed: plain language, no scripts, the package."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib.domain.claim import ClaimState
from chalicelib.domain.plan import PlanState
from tests.browser import PHONE
from tests.journeys.claims import ROBIN
from tests.journeys.walking import (
    Journey,
    by_card,
    fits,
    mail_with,
    opened_pdf,
    paid,
    press_document,
    press_pdf,
    press_way,
    said,
    title,
    words_of,
)

PLAIN = "de-simple"
EURO = "\N{NO-BREAK SPACE}€"


def reckon(page, **figures: str) -> None:
    """Fill in the budget help and have it worked out; its figures stand in no address."""
    if not page.locator("#income").is_visible():
        page.click("#help summary")
    for name, figure in figures.items():
        page.fill(f"#{name}", figure)
    page.click("form[action$='/budget'] button.second")
    assert "?" not in page.url and urlsplit(page.url).path.endswith("/budget")


def offered(page) -> list[str]:
    """The offer on the page: what is paid when. Its notice is opened, which P14 asks for."""
    assert title(page) == said(PLAIN, "offer.h1")
    rows = [row.inner_text() for row in page.locator(".parts tbody tr").all()]
    assert ROBIN.name in words_of(opened_pdf(press_pdf(page, "main form[action$='/document'] button")))
    return rows


def plan_of(journey: Journey):
    (plan,) = journey.matter(ROBIN).plans.values()
    return plan


@pytest.mark.long
def test_a_plan_in_plain_language_without_scripts_from_the_wish_to_the_clear_slate(journey):
    page = journey.phone(java_script_enabled=False)
    journey.enter(page, ROBIN)
    page.click("details.tongues summary")
    page.click(f"a[hreflang={PLAIN}]")
    assert page.get_attribute("html", "lang").startswith("de") and title(page) == said(PLAIN, "matter.h1")
    press_way(page, "plan")

    page.fill("#amount", "5")
    page.click(".sumline button.second")
    assert said(PLAIN, "refused.below_least", amount=f"10,00{EURO}") in page.inner_text("main"), "why not"
    assert page.locator("button[form=own]").count() == 1, "a person, as large as ours"
    page.click("button[form=nearest]")
    assert page.input_value("#amount") == "10" and page.locator(".parts tbody tr").count() == 3

    reckon(page, income="1300", dependants="0", rent="700", living="600")
    assert title(page) == said(PLAIN, "nothing_left.h1")
    press_way(page, "plan")
    reckon(page, income="1700", dependants="0", rent="900", living="778")
    assert said(PLAIN, "plan.found", amount=f"20,00{EURO}") in page.inner_text("main")
    assert fits(page, PHONE["width"])
    page.click("#shown button.primary")

    assert [row.count("20,00") + row.count("10,00") for row in offered(page)] == [2, 1]
    page.click("form[action$='/agree'] button")
    assert title(page) == said(PLAIN, "plan_agreed.h1")
    journey.settle()
    agreed = plan_of(journey)
    assert [part.amount for part in agreed.instalments] == [2000, 1000]
    mail = mail_with(journey, ROBIN, said("de", "mail.agreement.text"))
    assert len(mail["files"]) == 1
    assert ROBIN.name in words_of(journey.stack.attached(mail["files"][0]))

    journey.stack.move_clock(agreed.next_at + timedelta(minutes=40))  # its hour, and the window it leaves over
    reminder = journey.wait(
        lambda: next(iter(m for m in journey.stack.messages(to=ROBIN.email) if m["at"] > mail["at"]), None),
        "the word before the first part",
    )
    assert "20,00" in reminder["text"]

    link = journey.enter(page, ROBIN)
    press_way(page, "plan")
    page.click("button[name=change][value=skip]")
    offered(page)
    page.click("form[action$='/agree'] button")
    assert title(page) == said(PLAIN, "plan_agreed.h1")
    journey.settle()
    moved = plan_of(journey)
    assert moved.changes == 1
    assert [part.due.day for part in moved.instalments] == [part.due.day for part in agreed.instalments]
    assert moved.instalments[0].due > agreed.instalments[0].due, "not this month"

    press_way(page, "")
    press_way(page, "pay")
    page.check("#much_part")
    by_card(page)
    page.wait_for_url(f"{link}/thanks*")
    journey.wait(lambda: paid(journey.stack, ROBIN, 1), "the first part is booked")
    journey.settle()
    assert journey.claim(ROBIN).outstanding.total == 1000
    page.goto(link)
    press_way(page, "pay")
    page.check("#much_all")
    by_card(page)
    page.wait_for_url(f"{link}/thanks*")
    journey.wait(lambda: paid(journey.stack, ROBIN, 2), "the last part is booked")
    journey.settle()
    assert plan_of(journey).state is PlanState.KEPT
    assert journey.claim(ROBIN).state is ClaimState.CLOSED
    page.goto(link)
    letter = words_of(opened_pdf(press_document(page, "clear_slate")))
    assert ROBIN.name in letter
