"""Pages before the eyes of axe-core, by day and by night, and on the narrowest phones with the largest letters.

Here a dealt sample: each page in one language, by day or by night, each language with both;
`make test-long` takes each page in each language, `make gallery` all of it (tools/look.py).
"""

from itertools import cycle, islice
from random import Random

import pytest

from chalicelib.presentation import render
from chalicelib.presentation.i18n import languages

from . import eyes, samples

ORIGIN = "https://zahlen.nordlicht.example"
SEED = 20261121
NAMES = tuple(samples.page_samples("de"))


FEW = 1


def deal():
    """Language -> the (name, scheme, whether all of it, which turn) to look at: pairwise over page, language and
    theme, the states by turns, the first turn of the pages through each language by day and by night. What frames
    a page in its language is the same on all: after two turns only `main` counts."""
    states = {}
    for name, view in samples.page_samples("de").items():
        states.setdefault(view.template, []).append(name)
    chance, dealt = Random(SEED), {language: [] for language in languages()}
    for number, names in enumerate(states.values()):
        first = list(dealt)[number % len(dealt)]
        tongues = [language for language in dealt if language != first]
        chance.shuffle(tongues)
        tongues.insert(0, first)
        for turn, name in enumerate(islice(cycle(names), max(len(tongues), len(names)))):
            scheme = ("light", "dark")[(number // len(dealt) + turn) % 2]
            dealt[tongues[turn % len(tongues)]].append((name, scheme, turn < 2, turn < FEW))
    return dealt


DEALT = deal()


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


def test_the_deal_is_pairwise_and_its_first_turns_see_each_page_each_language_and_each_theme():
    template = {name: view.template for name, view in samples.page_samples("de").items()}
    dealt = [(name, lang, *row) for lang, rows in DEALT.items() for name, *row in rows]
    seen = {(template[name], lang, scheme) for name, lang, scheme, *_ in dealt}
    whole = {(lang, scheme) for _, lang, scheme, all_of_it, _ in dealt if all_of_it}
    pages = set(template.values())
    assert {(page, lang) for page, lang, _ in seen} == {(page, lang) for page in pages for lang in languages()}
    assert {(page, scheme) for page, _, scheme in seen} == {(p, s) for p in pages for s in ("light", "dark")}
    assert {row[1:] for row in seen} == whole == {(lang, s) for lang in languages() for s in ("light", "dark")}
    few = [row for row in dealt if row[-1]]
    assert {template[name] for name, *_ in few} == pages and len(few) < len(dealt) / 2
    assert {name for name, *_ in dealt} == set(NAMES)
    assert {(lang, scheme) for _, lang, scheme, *_ in few} == whole


def faults_of(language, tab, axe, *, early):
    """What axe finds on the pages dealt to this language: on those of the first turns, or on the others."""
    views, found = samples.page_samples(language), {}
    for scheme in ("light", "dark"):
        page = tab(viewport=eyes.PHONE, color_scheme=scheme)
        page.evaluate(axe)  # once: writing a document anew keeps the window and what it knows
        for name, wanted, all_of_it, first in DEALT[language]:
            if (wanted, first) == (scheme, early):
                eyes.show(page, render.page(views[name]).body)
                found[name] = eyes.by_axe(page, within=None if all_of_it else "main")
    return {name: faults for name, faults in found.items() if faults}


@pytest.mark.parametrize("language", languages())
def test_axe_finds_nothing_on_a_sample_of_the_pages(language, tab, axe):
    assert faults_of(language, tab, axe, early=True) == {}


@pytest.mark.long
@pytest.mark.parametrize("language", languages())
def test_axe_finds_nothing_on_any_page(language, tab, axe):
    assert faults_of(language, tab, axe, early=False) == {}


def test_a_page_is_one_response_that_its_own_security_policy_allows(tab):
    page = tab(viewport=eyes.PHONE)
    asked, complaints, drawn = [], [], {}

    def serve(route):
        asked.append(route.request.url)
        shown = drawn[route.request.url]
        route.fulfill(status=shown.status, headers=shown.headers(), body=shown.body)

    page.route("**/*", serve)
    page.on("console", lambda said: complaints.append(said.text))
    # The policy is one page's own, whatever its state.
    for name, view in {view.template: (name, view) for name, view in samples.page_samples("ar").items()}.values():
        url = f"{ORIGIN}/{name}"
        drawn[url] = render.page(view)
        page.goto(url)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)", name
    assert asked == list(drawn)
    assert [said for said in complaints if "Content Security Policy" in said] == []


@pytest.mark.parametrize(
    ("shape", "large", "half"),
    [
        pytest.param(eyes.NARROW, False, 0, id="320 px"),
        pytest.param(eyes.NARROW, False, 1, id="320 px, the others", marks=pytest.mark.long),
        pytest.param(eyes.PHONE, True, 0, id="200 %", marks=pytest.mark.long),
        pytest.param(eyes.PHONE, True, 1, id="200 %, the others", marks=pytest.mark.long),
    ],
)
def test_nothing_scrolls_sideways_is_cut_or_lies_on_something_else(shape, large, half, tab):
    """Each state once narrow and once large, the languages by turns; half of them as readers without cookies get
    them. Here every second state narrow."""
    page, tongues, unfit = tab(viewport=shape), list(languages()), {}
    Random(SEED + large).shuffle(tongues)
    carried = {
        way: {lang: samples.page_samples(lang, carried=way) for lang in tongues} for way in (None, "v" * 180)
    }
    for number, name in list(enumerate(NAMES))[half::2]:
        language, way = tongues[number % len(tongues)], ("v" * 180, None)[number // len(tongues) % 2]
        eyes.show(page, render.page(carried[way][language][name]).body, large=large)
        if found := eyes.misfits(page):
            unfit[name, language] = found
    assert unfit == {}


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("<p style='white-space:nowrap'>" + "lang " * 40, "scrolls sideways"),
        ("<p style='position:absolute;inset-inline-start:-9em'>weg</p>", "text leaves the page"),
        ("<p style='overflow:hidden;height:1em;font-size:2em'>halb</p>", "cut: p"),
        (
            "<button class='primary' style='block-size:1em;min-block-size:0;padding:0'>Ein<br>Knopf</button>",
            "text leaves its",
        ),
        ("<button class='way' style='position:absolute;inset-block-start:3px'>Darauf</button>", "one on another"),
        ("<p style='margin:0'>Erst dies</p><p style='margin-block-start:-1.4em'>Dann das</p>", "text on text"),
        ("<button>Klein</button>", "a low target"),
    ],
)
def test_what_does_not_fit_is_found(added, said, tab):
    page = tab(viewport=eyes.NARROW)
    html = render.page(samples.page_samples("de")["matter"]).body
    eyes.show(page, html)
    assert eyes.misfits(page) == []
    eyes.show(page, html.replace("</main>", f"{added}</main>"))
    assert [found for found in eyes.misfits(page) if found.startswith(said)]
