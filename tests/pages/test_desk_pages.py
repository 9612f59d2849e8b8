"""Every page of the desk, in both of its languages: whole, calm, readable by everybody, and light."""

import gzip
import re
from pathlib import Path

import pytest

from chalicelib.presentation import i18n, render

from . import eyes
from .lint import lint
from .samples_desk import PROOF, desk_samples

LANGUAGES = i18n.desk_languages()
SAMPLES = {language: desk_samples(language) for language in LANGUAGES}
NAMES = tuple(SAMPLES["en"])
ALL = [(language, name) for language in LANGUAGES for name in NAMES]
WIDE = {"width": 1280, "height": 900}


@pytest.mark.parametrize(("language", "name"), ALL)
def test_every_page_is_valid_labelled_translated_and_light(language, name):
    assert lint(render.page(SAMPLES[language][name]).body, language) == []


def test_every_template_of_the_desk_is_drawn_by_a_sample():
    drawn = {view.template for view in SAMPLES["en"].values()}
    pages = i18n.TEMPLATES / "pages"
    assert drawn == {str(path.relative_to(pages)) for path in pages.glob("desk/**/*.html")}


@pytest.mark.parametrize("name", NAMES)
def test_every_form_brings_the_proof_of_its_sign_in(name):
    html = render.page(SAMPLES["en"][name]).body
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.DOTALL)
    assert all(f'name="proof" value="{PROOF}"' in form for form in forms)


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_by_day_and_by_night(scheme, browser, axe):
    """Each page by day in one language and by night in the other. What frames them is the same on all: after the
    first in its language only `main` counts."""
    context, found, framed = browser.new_context(viewport=WIDE, color_scheme=scheme), {}, set()
    page = context.new_page()
    page.evaluate(axe)
    for number, name in enumerate(NAMES):
        language = LANGUAGES[(number + (scheme == "dark")) % len(LANGUAGES)]
        eyes.show(page, render.page(SAMPLES[language][name]).body)
        signed_in = page.locator("form[action='/desk/sign-out']").count() > 0
        whole = (language, signed_in) not in framed
        framed.add((language, signed_in))
        if faults := eyes.by_axe(page, within=None if whole else "main"):
            found[name, language] = faults
    context.close()
    assert found == {}


@pytest.mark.parametrize(
    ("shape", "large"),
    [
        pytest.param(WIDE, False, id="1280 px", marks=pytest.mark.long),
        pytest.param(eyes.NARROW, False, id="320 px"),
        pytest.param(eyes.PHONE, True, id="200 %", marks=pytest.mark.long),
    ],
)
def test_nothing_scrolls_sideways_is_cut_or_lies_on_something_else(shape, large, browser):
    context, unfit = browser.new_context(viewport=shape), {}
    page = context.new_page()
    for number, name in enumerate(NAMES):
        language = LANGUAGES[number % len(LANGUAGES)]
        eyes.show(page, render.page(SAMPLES[language][name]).body, large=large)
        if found := eyes.misfits(page):
            unfit[name, language] = found
    context.close()
    assert unfit == {}


def test_the_first_tab_leads_to_the_content_and_the_keys_are_told(browser):
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    page.set_content(render.page(SAMPLES["en"]["home"]).body)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    keys = page.evaluate("[...document.querySelectorAll('[accesskey]')].map(one => one.accessKey)")
    told = page.locator(".keys kbd").all_inner_texts()
    assert sorted(keys) == sorted(told) and len(set(keys)) == len(keys)
    context.close()


def test_the_desks_style_stays_under_5_kb_and_uses_logical_directions_only():
    assert len(gzip.compress(render.style("desk.css").encode())) < 5 * 1024
    sides = "(?:left|right|top|bottom)"
    physical = rf"(?:margin|padding|border|inset)-{sides}|text-align:\s*{sides}|[{{;]\s*{sides}:"
    assert re.findall(physical, Path(i18n.TEMPLATES, "layouts/desk.css").read_text()) == []


def test_a_page_of_the_desk_is_sent_with_a_policy_that_fits_its_own_style():
    policy = render.page(SAMPLES["en"]["sign_in"]).headers()["Content-Security-Policy"]
    assert "form-action 'self'" in policy and "script-src" not in policy and "unsafe" not in policy
    says_so = render.page(SAMPLES["en"]["home"]).headers()["Content-Security-Policy"]
    assert "script-src 'sha256-" in says_so and "connect-src 'self'" in says_so and "unsafe" not in says_so
    assert render.policy(SAMPLES["en"]["home"].frame.accent) not in policy
