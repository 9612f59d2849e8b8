"""Paying in part, by transfer and later, end to end: the deployed package under IAM, a real browser."""

import re
from datetime import date

import pytest

from chalicelib.domain.bank_days import bank_days_after
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.deferral import DeferralState
from chalicelib.domain.policies.de import POLICY
from chalicelib.presentation.i18n import locale
from tests.browser import PHONE
from tests.journeys.claims import GRETA, LENA, VERA, YUSUF
from tests.journeys.walking import (
    ONLINE,
    Journey,
    by_card,
    fits,
    ledger,
    mail_with,
    opened_pdf,
    paid,
    press_pdf,
    press_way,
    said,
    title,
    words_of,
)


def today(journey: Journey) -> date:
    return journey.stack.now().astimezone(POLICY.zone).date()


def choose_part(page, amount: str) -> None:
    page.check("#much_other")
    page.fill("#other", amount)


@pytest.mark.long
def test_P10_P19_part_is_paid_in_german_and_the_rest_announced_as_transferred(journey):
    page = journey.phone()
    link = journey.enter(page, LENA)
    old_tab = journey.tab(page.context)
    old_tab.goto(f"{link}/pay")
    press_way(page, "pay")
    choose_part(page, "30,00")
    by_card(page)
    page.wait_for_url(f"{link}/thanks")
    journey.wait(lambda: paid(journey.stack, LENA), "the part is booked")
    page.goto(f"{link}/thanks")
    assert said("de", "thanks.left", left="60,00\N{NO-BREAK SPACE}€") in page.inner_text("main")

    choose_part(old_tab, "30,00")
    old_tab.click(ONLINE)
    assert said("de", "pay.changed") in old_tab.inner_text("main"), "P10: the old tab asks again"
    assert "/c/pay/" not in old_tab.url

    page.click("main .primary")
    press_way(page, "pay")
    page.click("button[formaction$='/transfer']")
    lines = page.inner_text("main")
    assert "60,00" in lines and "Fadenlauf Schuhe GmbH" in lines and page.locator("[role=img] svg").count() == 1
    page.click("main form[action$='/transfer'] button.primary")
    until = locale("de").weekday_date(bank_days_after(today(journey), 7))
    assert until in page.inner_text("main"), "P19: the page says how long nobody writes"
    press_way(page, "")
    assert said("de", "turn.transferred", until=until) in page.inner_text("main")
    assert HoldKind.TRANSFERRED in {hold.kind for hold in journey.claim(LENA).holds}
    assert len(ledger(journey.stack, LENA)) == 2, "what was announced books nothing"


def days_in(ics: str) -> list[str]:
    """The all-day events of a calendar file, its folded lines put together again."""
    lines = re.sub(r"\r\n[ \t]", "", ics).split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT")
    return [line.partition(":")[2] for line in lines if line.startswith("DTSTART;VALUE=DATE:")]


@pytest.mark.long
def test_P1_paying_later_is_agreed_once_in_arabic_and_kept_in_a_calendar(journey):
    page = journey.phone(accept_downloads=True)
    link = journey.enter(page, YUSUF)
    assert page.get_attribute("html", "dir") == "rtl" and fits(page, PHONE["width"])
    press_way(page, "later")
    day = page.locator("button[name=until]").first
    until = date.fromisoformat(day.get_attribute("value"))
    day.click()
    shown = page.inner_text("main")
    assert title(page) == said("ar", "offer.h1") and locale("ar").date(until) in shown
    assert "…@example.com" in shown, "it says where the notice went"
    notice = words_of(opened_pdf(press_pdf(page, "main form[action$='/document'] button")))
    assert YUSUF.shown in notice
    second = journey.tab(page.context)
    second.goto(f"{link}/later")
    second.click(f"button[name=until][value='{until}']")
    page.click("form[action$='/agree'] button")
    second.click("form[action$='/agree'] button")
    for tab in (page, second):
        assert title(tab) == said("ar", "deferred.h1") and tab.url == f"{link}/agreed"
    with page.expect_download() as caught:
        page.click("form[action$='/calendar'] button")
    assert caught.value.suggested_filename == "calendar.ics"
    ics = caught.value.path().read_bytes().decode()
    assert days_in(ics) == [f"{until:%Y%m%d}"] and YUSUF.shown not in ics and "TRANSP:TRANSPARENT" in ics
    journey.settle()
    deferrals = journey.matter(YUSUF).deferrals.values()
    assert [(each.until, each.state) for each in deferrals] == [(until, DeferralState.RUNNING)]
    assert len(mail_with(journey, YUSUF, said("ar", "mail.agreement.text"))["files"]) == 1


@pytest.mark.long
def test_P13_without_scripts_and_cookies_one_pays_later(journey):
    page = journey.phone(own=True, cookies=False, java_script_enabled=False)
    journey.enter(page, VERA)
    press_way(page, "later")
    page.locator("button[name=until]").nth(1).click()
    opened_pdf(press_pdf(page, "main form[action$='/document'] button"))
    page.click("form[action$='/agree'] button")
    assert title(page) == said("en", "deferred.h1")
    press_way(page, "matter")
    assert VERA.shown in page.inner_text("main")
    assert page.context.cookies() == []
    assert journey.claim(VERA).deferral


def test_P2_P13_without_scripts_and_cookies_something_is_wrong_is_said_once(journey):
    page = journey.phone(own=True, cookies=False, java_script_enabled=False)
    journey.enter(page, GRETA)
    press_way(page, "wrong")
    page.click("form:has(input[name=about][value=already_paid]) button")
    page.fill("#paid_on", "Anfang Oktober")
    page.click("main form.ask button.primary")
    assert title(page) == said("de", "disputed.h1")
    page.reload()
    assert title(page) == said("de", "disputed.h1")
    matter = journey.matter(GRETA)
    assert len(matter.disputes) == 1 and len(matter.open_tasks(GRETA.claim)) == 1
