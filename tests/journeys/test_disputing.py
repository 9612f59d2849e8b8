"""Something is wrong: by the keyboard alone on the narrowest phone, with a photo, until it is taken back."""

import re
from datetime import timedelta

import pytest

from chalicelib.domain.claim import HoldKind
from chalicelib.domain.dispute import DisputeState
from tests.adapters import files_to_clean as files
from tests.journeys.claims import MIRJA
from tests.journeys.walking import PATIENCE, fits, link_of, message_to, said, title

NARROW = {"width": 320, "height": 640}
HERE = """wanted => { const at = document.activeElement;
    return at && at !== document.body && at.matches(wanted) }"""
MOST_STEPS = 60


def step_to(page, wanted: str) -> None:
    """Tab on until the element of this selector has the focus, and can be seen to have it."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate(HERE, wanted):
            assert page.evaluate("() => document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"the keyboard does not reach {wanted} on {page.url}")


def press(page, wanted: str) -> None:
    """Step to it and press Enter; the page it leads to fits, however narrow."""
    step_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert fits(page, NARROW["width"]), page.url


def unfold(page) -> None:
    """Open what holds the form for a file."""
    step_to(page, "details:has(form[enctype]) summary")
    page.keyboard.press("Enter")


def enter(journey, page) -> None:
    page.goto(link_of(message_to(journey.stack, MIRJA)))
    step_to(page, "#postcode")
    page.keyboard.type(MIRJA.postcode)
    page.keyboard.press("Enter")
    page.wait_for_selector(".amount")
    assert MIRJA.shown in page.inner_text("main") and fits(page, NARROW["width"])


def send(journey, page, file) -> str:
    """Choose a file and send it, by keyboard; what the page says of it once it was looked through."""
    step_to(page, "#file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    step_to(page, "form[enctype] button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/evidence\?.*etag="))
    journey.stack.settle(PATIENCE)
    page.reload()
    assert fits(page, NARROW["width"])
    return page.inner_text("main")


@pytest.mark.long
def test_something_is_wrong_by_keyboard_with_a_photo_and_taken_back(journey, tmp_path):
    (tmp_path / "foto.jpg").write_bytes(files.photo())
    (tmp_path / "gesperrt.pdf").write_bytes(files.locked_pdf())
    page = journey.phone(viewport=NARROW)
    # Whoever listens from the start misses no chooser, however soon it opens.
    page.on("filechooser", lambda opened: None)
    journey.walked_by(MIRJA)
    enter(journey, page)
    press(page, "a[href*='/wrong']")
    press(page, "a[href*='about=faulty']")
    step_to(page, "#words")
    page.keyboard.type("Die linke Sohle ist gebrochen.")
    press(page, "main form.ask button.primary")
    assert title(page) == said("de", "disputed.h1")
    claim = journey.claim(MIRJA)
    assert HoldKind.DISPUTE in {hold.kind for hold in claim.holds}

    unfold(page)
    assert said("de", "evidence.thanks", what=said("de", "evidence.photo")) in send(
        journey, page, tmp_path / "foto.jpg"
    )
    unfold(page)
    assert said("de", "evidence.locked") in send(journey, page, tmp_path / "gesperrt.pdf")
    assert sorted(held.state for held in journey.matter(MIRJA).evidence.values()) == ["refused", "taken"]

    journey.settle()
    said_so_far = journey.stack.messages(to=MIRJA.email)
    journey.stack.move_clock(timedelta(days=15))
    journey.settle()
    assert journey.stack.messages(to=MIRJA.email) == said_so_far, "nobody asks while we look"

    enter(journey, page)
    press(page, "a[href*='/wrong']")
    press(page, "a[href*='about=withdraw']")
    press(page, "main form button.primary")
    assert title(page) == said("de", "withdrawn.h1")
    (dispute,) = journey.matter(MIRJA).disputes.values()
    assert dispute.state is DisputeState.WITHDRAWN
    assert HoldKind.DISPUTE not in {hold.kind for hold in journey.claim(MIRJA).holds}
    assert len(journey.matter(MIRJA).planned_for(MIRJA.claim)) == 1, "what held before holds again"
