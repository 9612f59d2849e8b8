"""The plan page's script works out exactly what the server does, and leaves to it what it cannot be sure of."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.allocation import Split
from chalicelib.domain.terms import Bounds, Wish
from chalicelib.presentation import render, views
from chalicelib.presentation.forms import plan as plan_form
from chalicelib.presentation.i18n import locale

from . import samples

TODAY = samples.NOW.astimezone(samples.ZONE).date()
BOUNDS = Bounds(least=1000, most_months=24, first_within_days=120)
ROWS = """() => document.querySelector('#shown').hidden ? null : [
    [...document.querySelectorAll('.parts tbody tr')].map(row => [...row.cells].map(cell => cell.textContent)),
    document.querySelector('#shown .calm').textContent]"""
TYPE = """wish => { for (const [name, text] of Object.entries(wish)) document.getElementById(name).value = text;
    document.getElementById('wish').dispatchEvent(new Event('input')) }"""

# What is typed: the script must show the server's own lines, or nothing where the server refuses.
TYPED = [
    *(
        {"amount": text}
        for text in ("10", "40", "53,83", "53.83", "60", "1000", "12,5", "40 €", "€40", "EUR 40,-")
    ),
    *({"amount": text} for text in ("٤٠", "٤٠٫٥٠", "۴۰", " 40 ", "40,00 im Monat", "10.01", "17,94")),
    *({"amount": text} for text in ("9,99", "5", "0", "", "-40", "vierzig", "40 50", "1.2.3", "1e3")),
    {"amount": "11", "first_day": "31", "first_month": "12", "first_year": "2026", "day": "31"},
    {"amount": "11", "first_day": "30", "first_month": "11", "first_year": "26", "day": "1"},
    {"amount": "11", "first_day": "24", "first_month": "11", "first_year": "2026", "day": "5"},
    {"amount": "11", "first_day": "٢٨", "first_month": "٢", "first_year": "٢٠٢٧", "day": "30"},
    {"amount": "11", "first_day": "31", "first_month": "1", "first_year": "2027", "day": "29"},
    {"amount": "11", "first_day": "1", "first_month": "13", "first_year": "2026", "day": "1"},
    {"amount": "11", "first_day": "31", "first_month": "2", "first_year": "2027", "day": "1"},
    {"amount": "11", "first_day": "22", "first_month": "11", "first_year": "2026", "day": "1"},
    {"amount": "11", "first_day": "1", "first_month": "6", "first_year": "2027", "day": "1"},
    {"amount": "11", "first_day": "x", "first_month": "12", "first_year": "2026", "day": "1"},
]
OWED = {"small": 5383, "odd": 123_457, "large": 1_200_001}


def claim_of(owed):
    return replace(samples.CLAIM, outstanding=Split(principal=owed))


def frame(language):
    return views.frame(
        locale(language), zone=samples.ZONE, creditor=samples.CREDITOR, token=samples.TOKEN, place="plan"
    )


def drawn(language, owed, wish):
    return views.plan(frame(language), claim_of(owed), wish, BOUNDS, samples.NOW, answer_by=samples.NOW)


def by_server(language, owed, usual, typed):
    """What the page shows when the same fields are sent: its lines and its last sentence, or None."""
    sent = {name: [text] for name, text in (plan_fields(language, owed, usual) | typed).items()}
    wish = plan_form.read(sent, "EUR", TODAY, usual)
    if not isinstance(wish, Wish):
        return None
    page = drawn(language, owed, wish)
    if not page.parts:
        return None
    return [[[part.day, part.amount, part.left] for part in page.parts], said(language, page.last)]


def plan_fields(language, owed, usual):
    typed = drawn(language, owed, usual).typed
    return {name: text for name, text in typed.items() if name != "method"}


def said(language, day):
    return locale(language).text("plan.done", day=day)


@pytest.fixture
def tab(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.matrix(1)
@pytest.mark.parametrize("owed", OWED.values(), ids=OWED)
@pytest.mark.parametrize("language", ["de", "en"])
def test_M17_script_and_server_show_the_same_plan_to_the_cent_and_the_day(tab, language, owed):
    usual = Wish(max(BOUNDS.least, -(-owed // 20)), date(2026, 12, 1), 1)
    fields, left_alone = plan_fields(language, owed, usual), 0
    for typed in TYPED:
        tab.set_content(render.page(drawn(language, owed, usual)).body)
        tab.evaluate(TYPE, fields | typed)
        by_script, wanted = tab.evaluate(ROWS), by_server(language, owed, usual, typed)
        assert by_script is None or by_script == wanted, typed
        left_alone += by_script is None and wanted is not None
    assert left_alone == 0, "every one of these is plain enough for the script"


def test_the_script_follows_every_step_of_a_slider_of_amounts_and_days(tab):
    usual = Wish(1000, date(2026, 12, 1), 1)
    tab.set_content(render.page(drawn("de", 20_011, usual)).body)
    fields = plan_fields("de", 20_011, usual)
    for amount in range(834, 21_000, 997):
        for ahead, day in ((0, 31), (1, 1), (36, 15), (97, 30), (120, 28)):
            first = TODAY + timedelta(days=ahead)
            typed = {"amount": f"{amount // 100},{amount % 100:02}", "day": str(day)}
            typed |= {"first_day": str(first.day), "first_month": str(first.month), "first_year": str(first.year)}
            tab.evaluate(TYPE, fields | typed)
            assert tab.evaluate(ROWS) == by_server("de", 20_011, usual, typed), typed


def test_what_the_script_works_out_takes_the_refusal_away(tab):
    tab.set_content(render.page(drawn("de", 5383, Wish(500, date(2026, 12, 1), 1))).body)
    assert tab.is_hidden("#shown") and tab.is_visible(".refused")
    tab.fill("#amount", "20")
    assert tab.is_visible("#shown .primary")
    assert tab.query_selector(".refused") is None


@pytest.mark.parametrize("typed", ["5", "", "vierzig"])
def test_where_no_plan_shows_a_line_says_how_to_see_what_is_possible(tab, typed):
    tab.set_content(render.page(drawn("de", 5383, Wish(2000, date(2026, 12, 1), 1))).body)
    assert tab.is_hidden("#ask")
    tab.fill("#amount", typed)
    assert tab.is_hidden("#shown") and "Mit „Plan zeigen“ sehen Sie, was möglich ist." in tab.inner_text("#ask")
    tab.fill("#amount", "20")
    assert tab.is_visible("#shown .primary") and tab.is_hidden("#ask")


def test_the_day_of_the_month_follows_the_first_day_until_it_was_chosen(tab):
    tab.set_content(render.page(drawn("de", 5383, Wish(2000, date(2026, 12, 1), 1))).body)
    tab.click("#wish details summary")
    tab.fill("#first_day", "3")
    assert tab.input_value("#day") == "3"
    tab.select_option("#day", "15")
    tab.fill("#first_day", "5")
    assert tab.input_value("#day") == "15"


def test_grouped_figures_are_left_to_the_server(tab):
    usual = Wish(60_000, date(2026, 12, 1), 1)
    tab.set_content(render.page(drawn("de", 1_200_001, usual)).body)
    tab.fill("#amount", "1.000,00")
    assert tab.is_hidden("#shown")
    assert by_server("de", 1_200_001, usual, {"amount": "1.000,00"}) is not None


def test_the_script_is_spice_of_less_than_2_kb_and_the_policy_names_it_alone():
    page = render.page(drawn("de", 5383, Wish(1000, date(2026, 12, 1), 1)))
    assert len(render.script("plan.js").encode()) < 2048
    assert len(re.findall("<script>", page.body)) == 1
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]+';", page.csp)
    other = render.page(views.later(frame("de"), claim_of(5383), (), TODAY, samples.NOW))
    assert "<script" not in other.body and "script-src" not in other.csp


def test_the_policy_lets_the_script_run(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab, complaints = context.new_page(), []
    page = render.page(drawn("de", 5383, Wish(1000, date(2026, 12, 1), 1)))
    tab.route("**/*", lambda route: route.fulfill(status=200, headers=page.headers(), body=page.body))
    tab.on("console", lambda line: complaints.append(line.text))
    tab.goto("https://zahlen.nordlicht.example/p/x/plan")
    tab.fill("#amount", "20")
    assert len(tab.query_selector_all(".parts tbody tr")) == 3
    assert complaints == []
    context.close()
