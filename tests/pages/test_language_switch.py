"""Twelve languages behind one quiet line: found by whoever cannot read the page, opened by hand or key."""

import html5lib
import pytest

from chalicelib.presentation import i18n, render
from chalicelib.presentation.i18n import languages, locale, tongues

from . import samples


def page_of(language, name="door", **how):
    return render.page(samples.page_samples(language, **how)[name]).body


def switch_of(html):
    root = html5lib.parse(html, namespaceHTMLElements=False)
    return next(node for node in root.iter("details") if node.get("class") == "tongues")


@pytest.mark.parametrize("language", languages())
def test_the_door_says_language_in_every_other_tongue_until_the_reader_has_chosen(language):
    hint = switch_of(page_of(language)).find("summary")
    said = {bdi.get("lang"): bdi.text for bdi in hint.iter("bdi")}
    own = locale(language).word
    assert set(said.values()) == {one.word for one in tongues()} - {own}
    assert all(locale(code).word == word for code, word in said.items())
    for how in ({"chosen": True}, {"name": "matter"}):
        assert not list(switch_of(page_of(language, **how)).find("summary").iter("bdi"))


@pytest.mark.parametrize("carried", [None, samples.SEALED])
def test_every_language_is_offered_by_its_own_name_with_and_without_cookies(carried):
    switch = switch_of(page_of("de", "matter", carried=carried))
    names = {item.get("lang"): "".join(item.itertext()).strip() for item in switch.iter("li")}
    assert names == {code: locale(code).name for code in languages()}
    current = [node for node in switch.iter() if node.get("aria-current")]
    assert [node.text for node in current] == ["Deutsch"]
    ways = {button.get("value") for button in switch.iter("button")} or {
        a.get("hreflang") for a in switch.iter("a")
    }
    assert ways == set(languages()) - {"de"}


def test_languages_are_named_in_one_order_whatever_the_page_is_in():
    orders = {tuple(item.get("lang") for item in switch_of(page_of(code)).iter("li")) for code in languages()}
    assert len(orders) == 1


def test_the_switch_opens_by_key_without_scripts_and_moves_nothing_sideways(browser):
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    try:
        page = context.new_page()
        page.set_content(page_of("ar"))
        closed = page.locator("summary").first.bounding_box()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.locator(".tongues[open]").count() == 1
        assert page.locator("summary").first.bounding_box() == closed
        boxes = [one.bounding_box() for one in page.locator(".tongues a").all()]
        assert all(box["height"] >= 44 for box in boxes)
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= 320 for box in boxes)
        page.keyboard.press("Tab")
        focused = page.locator(".tongues a:focus").get_attribute("hreflang")
        assert focused == next(one.language for one in i18n.tongues() if one.language != "ar")
    finally:
        context.close()
