"""Documents on the deployed package: pressed in a real browser, printed by the function that has the layer."""

import urllib.request
from io import BytesIO

import pypdf
import pytest

from tests.browser import bare_phone, phone
from tests.journeys.claims import PAUL
from tests.journeys.stack import Stack, stack  # noqa: F401 - the fixture
from tests.journeys.test_claim_to_paid import (  # noqa: F401 - the fixtures
    chrome,
    link_of,
    message_to,
    play,
    through_the_door,
    written_to,
)


def pressed(page, kind: str) -> str:
    """Where pressing the button of this document leads the browser."""
    with page.expect_response(lambda answer: "/documents/" in answer.url) as led:
        page.click(f"form:has(input[name=kind][value={kind}]) button", no_wait_after=True)
    assert led.value.status == 200
    return led.value.url


def opened(address: str) -> pypdf.PdfReader:
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("inline; filename*=UTF-8''")
        return pypdf.PdfReader(BytesIO(answer.read()))


@pytest.mark.parametrize(("language", "direction"), [("de", "ltr"), ("ar", "rtl")])
def test_a_statement_is_pressed_printed_and_opened(written_to, chrome, language, direction):  # noqa: F811
    page = phone(chrome).new_page()
    link = link_of(message_to(written_to, PAUL))
    through_the_door(page, link, PAUL)
    page.goto(f"{link}/papers?lang={language}")
    assert page.get_attribute("html", "dir") in (direction, None if direction == "ltr" else direction)
    pdf = opened(pressed(page, "statement"))
    assert pdf.trailer["/Root"]["/Lang"] == language
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    words = "".join(sheet.extract_text() for sheet in pdf.pages)
    assert PAUL.name in words and PAUL.postcode not in words


def test_P13_without_scripts_and_cookies_a_statement_opens_too(written_to, play, tmp_path):  # noqa: F811
    context = bare_phone(play, tmp_path / "profile")
    page = context.new_page()
    through_the_door(page, link_of(message_to(written_to, PAUL)), PAUL)
    page.click("form:has(input[name=page][value=papers]) button")
    assert PAUL.name in "".join(sheet.extract_text() for sheet in opened(pressed(page, "statement")).pages)
    context.close()
