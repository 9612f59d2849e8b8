"""Documents on the deployed package: pressed in a real browser, printed by the function that has the layer."""

import pytest

from tests.browser import bare_phone, phone
from tests.journeys.claims import PAUL
from tests.journeys.walking import link_of, message_to, opened_pdf, press_document, through_the_door, words_of


@pytest.mark.parametrize(
    ("language", "direction"), [("de", "ltr"), pytest.param("ar", "rtl", marks=pytest.mark.long)]
)
def test_a_statement_is_pressed_printed_and_opened(written_to, chrome, language, direction):
    page = phone(chrome).new_page()
    link = link_of(message_to(written_to, PAUL))
    through_the_door(page, link, PAUL)
    page.goto(f"{link}/papers?lang={language}")
    assert page.get_attribute("html", "dir") in (direction, None if direction == "ltr" else direction)
    pdf = opened_pdf(press_document(page, "statement"))
    assert pdf.trailer["/Root"]["/Lang"] == language
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    words = words_of(pdf)
    assert PAUL.name in words and PAUL.postcode not in words


@pytest.mark.long
def test_P13_without_scripts_and_cookies_a_statement_opens_too(written_to, play, tmp_path):
    context = bare_phone(play, tmp_path / "profile")
    page = context.new_page()
    through_the_door(page, link_of(message_to(written_to, PAUL)), PAUL)
    page.click("form:has(input[name=page][value=papers]) button")
    assert PAUL.name in "".join(
        sheet.extract_text() for sheet in opened_pdf(press_document(page, "statement")).pages
    )
    context.close()
