"""An objection with a photo, from a debtor's telephone to the answer of a person: both sides in a browser."""

import re

import pytest

from chalicelib.domain.claim import ClaimState
from chalicelib.domain.dispute import Verdict
from tests.adapters import files_to_clean as files
from tests.journeys.claims import TILDA
from tests.journeys.sitting import at_the_desk, find, noted, press
from tests.journeys.walking import PATIENCE, Journey, mail_with, press_way, said, title

BROKEN = "Die Sohle ist nach zwei Tagen gebrochen."
WORDS = "Danke für das Foto. Die Sohle ist gebrochen, das tut uns leid. Sie haben recht: Es ist nichts mehr offen."


def objects_with_a_photo(journey: Journey, page, photo) -> str:
    """Something is wrong, and here is how it looks; the link it was done behind."""
    link = journey.enter(page, TILDA)
    press_way(page, "wrong")
    page.click("a[href*='about=faulty']")
    page.fill("#words", BROKEN)
    page.check("#answer_email")
    page.click("main form.ask button.primary")
    assert title(page) == said("de", "disputed.h1")
    page.click("details:has(form[enctype]) summary")
    page.set_input_files("#file", photo)
    page.click("form[enctype] button")
    page.wait_for_url(re.compile(r"/evidence\?.*etag="))
    journey.stack.settle(PATIENCE)
    page.goto(page.url)
    assert "Angekommen: Foto" in page.inner_text("main")
    return link


@pytest.mark.long
def test_an_objection_with_a_photo_is_handed_on_upheld_by_two_people_and_the_claim_is_closed(journey, tmp_path):
    photo = tmp_path / "foto.jpg"
    photo.write_bytes(files.photo())
    page = journey.phone()
    link = objects_with_a_photo(journey, page, photo)

    tom = at_the_desk(journey, "Tom Okafor")
    find(tom, TILDA.claim)
    jana = at_the_desk(journey, "Jana Brandt")
    tom.get_by_text("Hand on", exact=True).first.click()
    tom.get_by_label("To", exact=True).select_option(label="Jana Brandt")
    press(tom, "Hand on")
    assert noted(tom) == "Handed on."

    jana.reload()
    jana.get_by_role("region", name="With me").get_by_role("link").first.click()
    assert BROKEN in jana.inner_text("main"), "whoever it was handed to need not ask what is wrong"
    with jana.context.expect_page() as opened:
        jana.get_by_role("link", name="Photo").first.click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("document.images[0].naturalWidth") == 400, "the photo itself"
    opened.value.close()
    jana.get_by_label("Your answer").fill(WORDS)
    jana.check("input[name=step][value=right]")
    press(jana, "Answer")
    assert noted(jana) == "This is with a second person now."
    assert journey.claim(TILDA).state is ClaimState.OPEN, "one person alone closes nothing"

    lena = at_the_desk(journey, "Lena Vogt")
    lena.get_by_role("region", name="For a second person").get_by_role("link").first.click()
    assert WORDS in lena.inner_text("main")
    press(lena, "Agree")
    assert noted(lena) == "Decided."

    assert journey.claim(TILDA).state is ClaimState.CLOSED
    (dispute,) = journey.matter(TILDA).disputes.values()
    assert dispute.verdict is Verdict.UPHELD
    assert mail_with(journey, TILDA, WORDS)["to"] == TILDA.email
    page.goto(link)
    assert title(page) == said("de", "closed.h1")
    page.goto(f"{link}/chat")
    assert WORDS in page.inner_text("main")
