"""What belongs to the debtor: what was, why, papers, where it comes from, their data, and leaving."""

import json

import pytest

from chalicelib.domain.contact import MessageKind
from chalicelib.domain.task import TaskKind
from tests.journeys.claims import JOANA
from tests.journeys.walking import opened_pdf, press_pdf, press_way, said, title, words_of


@pytest.mark.long
def test_what_was_and_why_papers_origin_data_and_close(journey):
    page = journey.phone(accept_downloads=True)
    link = journey.enter(page, JOANA)
    press_way(page, "history")
    assert said("de", "history.kind.reminder") in page.inner_text("main")
    page.click("a[href*='/why']")
    assert title(page) == said("de", "why.h1")
    shown = page.inner_text("main")
    assert said("de", "why.hour") in shown and JOANA.email not in shown.split(said("de", "why.words"))[0]
    page.click("form[action$='/review'] button")
    assert TaskKind.REVIEW in {task.kind for task in journey.matter(JOANA).open_tasks(JOANA.claim)}

    press_way(page, "")
    press_way(page, "papers")
    for place in range(page.locator("form[action$='/document'] button").count()):
        page.goto(f"{link}/papers")
        pdf = opened_pdf(press_pdf(page, f"ul.ways > li:nth-child({place + 1}) button"))
        assert JOANA.name in words_of(pdf) and pdf.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    assert place == 0, "while nothing is paid or agreed there is one paper"

    page.goto(f"{link}/origin")
    page.click("form[action$='/origin'] button.primary")
    assert said("de", "origin.sent") in page.inner_text("main")
    journey.settle()
    asked = [c for c in journey.matter(JOANA).contacts.values() if c.kind is MessageKind.ORIGIN]
    assert len(asked) == 1
    assert "Ledersneaker" in journey.stack.messages(to=JOANA.email)[0]["text"]

    page.goto(f"{link}/data")
    with page.expect_download() as caught:
        page.click("form[action$='/export'] button")
    held = json.loads(caught.value.path().read_text("utf-8"))
    assert JOANA.name in json.dumps(held, ensure_ascii=False) and JOANA.claim in json.dumps(held)
    page.goto(f"{link}/data")
    press_way(page, "forget")
    page.click("form[action$='/forget'] button.primary")
    assert TaskKind.ERASURE in {task.kind for task in journey.matter(JOANA).tasks.values()}
    page.goto(f"{link}/data")
    assert page.locator("a[href*='/forget']").count() == 0, "asked once"

    page.goto(link)
    page.click("form[action$='/close'] button")
    assert title(page) == said("de", "gone.h1")
    page.goto(f"{link}/history")
    assert title(page) == said("de", "door.h1") and JOANA.name not in page.content()
