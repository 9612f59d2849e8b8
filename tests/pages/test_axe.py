"""Every page before the eyes of axe-core, by day and by night, and on the narrowest phones."""

import pytest

from chalicelib.presentation import render
from chalicelib.presentation.i18n import languages

from .samples import page_samples

ORIGIN = "https://zahlen.nordlicht.example"
OPEN = "document.querySelectorAll('details').forEach(d => d.open = true)"
RUN = "() => axe.run(document, {resultTypes: ['violations', 'incomplete'], preload: false})"
WIDE = "() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
LARGE = "document.documentElement.style.fontSize = '225%'"


@pytest.fixture
def tab(browser):
    """A page of a browser of its own, closed again afterwards."""
    opened = []

    def open_tab(**shape):
        opened.append(browser.new_context(**shape))
        return opened[-1].new_page()

    yield open_tab
    for context in opened:
        context.close()


def found_by_axe(page):
    result = page.evaluate(RUN)
    return [
        f"{rule['id']}: {node['html'][:120]} {node.get('failureSummary', '')}"
        for kind in ("violations", "incomplete")
        for rule in result[kind]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", languages())
def test_axe_finds_nothing_on_any_page(language, scheme, tab, axe):
    page = tab(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page.evaluate(axe)  # once: writing a document anew keeps the window and what it knows
    found = {}
    for name, view in page_samples(language).items():
        page.set_content(render.page(view).body)
        page.evaluate(OPEN)
        found[name] = found_by_axe(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_page_is_one_response_that_its_own_security_policy_allows(tab):
    page = tab(viewport={"width": 390, "height": 844})
    asked, complaints, drawn = [], [], {}

    def serve(route):
        asked.append(route.request.url)
        shown = drawn[route.request.url]
        route.fulfill(status=shown.status, headers=shown.headers(), body=shown.body)

    page.route("**/*", serve)
    page.on("console", lambda said: complaints.append(said.text))
    for name, view in page_samples(languages()[0]).items():
        url = f"{ORIGIN}/{name}"
        drawn[url] = render.page(view)
        page.goto(url)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)", name
    assert asked == list(drawn)
    assert [said for said in complaints if "Content Security Policy" in said] == []


@pytest.mark.parametrize("language", languages())
def test_no_page_scrolls_sideways_at_320_px_nor_with_text_twice_as_large(language, tab):
    narrow, phone = tab(viewport={"width": 320, "height": 640}), tab(viewport={"width": 390, "height": 844})
    wide = []
    for name, view in page_samples(language, carried="v" * 180).items():
        html = render.page(view).body
        for page, width in ((narrow, 320), (phone, 390)):
            page.set_content(html)
            page.evaluate(OPEN)
            if page is phone:
                page.evaluate(LARGE)
            found = page.evaluate(WIDE)
            if found > width:
                wide.append(f"{name}: {found} of {width} px")
    assert wide == []
