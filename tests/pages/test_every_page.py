"""Every page in every language, linted, translated, and silent before the factor."""

import gzip
import re
from dataclasses import replace
from datetime import UTC
from functools import cache
from pathlib import Path

import html5lib
import pytest

from chalicelib.domain.claim import Ground, HoldKind
from chalicelib.presentation import i18n, render, views
from chalicelib.presentation.i18n import languages

from . import samples
from .lint import lint

NAMES = sorted(samples.page_samples("en"))
BEFORE_THE_FACTOR = (
    *("door", "door_collector", "door_failed", "door_empty", "not_me", "not_me_done", "stop", "stop_done"),
    *("new_link", "link_sent", "expired", "locked", "talk_by_phone", "not_found", "trouble", "returning", "left"),
)
OTHERS = [language for language in languages() if language != "de"]
# Every page in German and in three more languages, dealt in turn, so that each language meets a quarter of the
# pages and every new page three of them; `make gallery` looks at each page in each language.
ALL = [
    (language, name)
    for place, name in enumerate(NAMES)
    for language in ("de", *(OTHERS[(3 * place + n) % len(OTHERS)] for n in range(3)))
]
HOWS = ({}, {"chosen": True}, {"carried": samples.SEALED, "chosen": True})
NAUGHTY = (
    "<script>alert(1)</script>",
    "\u202egnitirw desrever\u202c",
    "مرحبا 123 <b>&amp;",
    "{{ 7 * 7 }}{% raw %}",
    "a\x00b\x07c\u2066d\u2028e",
    "\" onmouseover='x' style=\"",
    "Zoë 👩\u200d👩\u200d👧 Ǆ " + "W" * 60,
    "{name} {0} %(x)s %s",
)


@cache
def views_of(language, carried, chosen):
    """All views of one language; they are frozen, so that many tests may look at the same ones."""
    return samples.page_samples(language, carried=carried, chosen=chosen)


def html_of(language, name, carried=None, chosen=False):
    return render.page(views_of(language, carried, chosen)[name]).body


@pytest.mark.matrix(1)
@pytest.mark.parametrize(("language", "name"), ALL)
def test_every_page_is_valid_labelled_translated_and_light(language, name):
    """In German with and without cookies, the language chosen and not; in the other languages one way each."""
    ways = HOWS if language == "de" else (HOWS[OTHERS.index(language) % len(HOWS)],)
    for how in ways:
        assert lint(html_of(language, name, **how), language) == []


@pytest.mark.parametrize(("language", "name"), [(lang, n) for lang in languages() for n in BEFORE_THE_FACTOR])
def test_P6_a_page_before_the_factor_holds_no_personal_datum(language, name):
    html = html_of(language, name)
    claim, debtor = samples.CLAIM, samples.DEBTOR
    told = (
        *(debtor.name, *debtor.name.split(), debtor.number, debtor.address.street, debtor.address.postcode),
        *(claim.id, claim.ground.what, claim.ground.invoice_number, "53,83", "53.83", "48,20", "48.20"),
        *(point.value for point in debtor.points),
        *("1984", samples.COLLECTOR.on_behalf_of.split(",")[0]),
    )
    assert [word for word in told if word in html] == []


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("draw", [views.not_found, views.expired, views.new_link, views.link_sent])
def test_P8_the_page_of_a_link_that_does_not_work_knows_no_token_and_no_creditor(language, draw):
    frames = [views.frame(i18n.locale(language), zone=zone) for zone in (UTC, samples.ZONE)]
    pages = [render.page(draw(frame)) for frame in frames]
    assert pages[0] == pages[1]
    assert samples.TOKEN not in pages[0].body
    assert samples.CREDITOR.legal_name not in pages[0].body
    assert "/p/" not in pages[0].body


def test_P9_an_expired_link_asks_for_a_new_one_on_its_own_address():
    english = i18n.locale("en")
    html = render.page(views.expired(views.frame(english, zone=UTC))).body
    assert 'href="?new-link=1"' in html
    asked = render.page(views.new_link(views.frame(english, zone=UTC, place="new-link"))).body
    assert 'action="?new-link=1"' in asked
    assert 'href="?new-link=1&amp;lang=de"' in asked


@pytest.mark.matrix(1)
@pytest.mark.parametrize("naughty", NAUGHTY)
@pytest.mark.parametrize("language", languages())
def test_P16_naughty_and_bidirectional_text_is_escaped_and_isolated(language, naughty):
    ground = Ground(naughty, samples.CLAIM.ground.contract_date, naughty, samples.CLAIM.ground.invoice_date)
    claim = replace(samples.CLAIM, id=naughty, ground=ground)
    creditor = replace(samples.CREDITOR, legal_name=naughty, payee=naughty, help_hours=naughty)
    debtor = replace(samples.DEBTOR, name=naughty)
    frame = views.frame(i18n.locale(language), zone=samples.ZONE, creditor=creditor, token=samples.TOKEN)
    entries = (samples.OPENING, samples.FIRST)
    for view in (
        views.matter(frame, creditor, debtor, claim, entries, samples.NOW),
        views.pay(frame, creditor, claim, provider_name="Stripe"),
        views.receipt(frame, creditor, debtor, claim, entries, samples.NOW),
        views.closed(frame, creditor, claim),
        views.door(frame, samples.LINK),
        views.talk(frame, debtor, typed={"words": naughty, "phone": naughty}),
        views.disputed(
            frame, claim, replace(samples.DISPUTE, words=naughty), samples.NOW, typed={"words": naughty}
        ),
        views.represent(frame, typed={"name": naughty}),
        views.represented(frame, replace(samples.TASK, representative=replace(samples.ADVISER, name=naughty))),
    ):
        html = render.page(view).body
        faults = [f for f in lint(html, language) if f != "a hole in a sentence"]
        assert faults == []
        assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069\u2028]", html)
        assert "49" not in re.sub(r"\+49|tel:\S+", "", html) or "{{" not in naughty
        root = html5lib.parse(html, namespaceHTMLElements=False)
        isolated = {bdi.text or "" for bdi in root.iter("bdi")}
        assert i18n.one_line(naughty) in isolated


@pytest.mark.matrix(1)
@pytest.mark.parametrize(("language", "name"), [case for case in ALL if not case[1].endswith("_bare")])
def test_P13_without_cookies_every_way_on_is_a_form_that_carries_the_visit(language, name):
    root = html5lib.parse(html_of(language, name, carried=samples.SEALED), namespaceHTMLElements=False)
    links = [a.get("href") for a in root.iter("a") if a.get("href", "").startswith("/p/")]
    assert links == []
    for form in root.iter("form"):
        carried = {field.get("name"): field.get("value") for field in form.iter("input")}
        if form.get("action") == samples.UPLOAD.action:
            # A file goes elsewhere, and what goes elsewhere must not open the door.
            assert samples.SEALED not in carried.values()
            continue
        if form.get("action") == "/start":
            continue  # before any link there is no Visit
        assert carried["visit"] == samples.SEALED
        if form.get("action").endswith("/show"):
            assert carried["page"] in views.PLACES
    assert samples.SEALED not in "".join(root.find("body").itertext())


@pytest.mark.parametrize("language", languages())
def test_a_chosen_language_travels_along_links_and_forms(language):
    html = html_of(language, "matter", chosen=True)
    assert f'href="/p/{samples.TOKEN}/pay?lang={language}"' in html
    assert f'<input type="hidden" name="lang" value="{language}">' in html_of(language, "pay", chosen=True)


@pytest.mark.parametrize("language", languages())
def test_P10_the_pay_form_says_which_amount_the_reader_saw(language):
    for name, owed in (("pay_changed", samples.PART.outstanding.total), ("pay_all", samples.SUM)):
        assert f'name="owed" value="{owed}"' in html_of(language, name)


def test_the_matter_says_whose_move_it_is():
    english = i18n.locale("en")

    def turn(claim, **more):
        frame = views.frame(english, zone=samples.ZONE, creditor=samples.CREDITOR, token=samples.TOKEN)
        view = views.matter(frame, samples.CREDITOR, samples.DEBTOR, claim, (), samples.NOW, **more)
        return english.text(view.turn, until=view.turn_until)

    assert turn(samples.CLAIM).startswith("It is your move.")
    assert "Until 7\u00a0December 2026" in turn(samples.CLAIM, good_until=samples.GOOD_UNTIL)
    ours = samples.held(HoldKind.TASK_OPEN, samples.TASK.due_at)
    assert turn(ours).startswith("It is our move, until Wednesday, 25\u00a0November 2026, 18:00.")
    waiting = samples.held(HoldKind.DISPUTE)
    assert turn(waiting, answer_due=samples.TASK.due_at) == turn(ours)
    assert turn(waiting, answer_due=samples.NOW).startswith("It is our move, and we are late.")
    over = samples.held(HoldKind.TASK_OPEN, samples.NOW)
    assert turn(over).startswith("It is your move."), "a hold that has ended binds nobody"


def test_P3_a_closed_claim_shows_the_clear_slate_and_the_way_to_the_receipt():
    html = html_of("de", "closed")
    assert "nichts mehr offen" in html
    assert f"/p/{samples.TOKEN}/receipt" in html
    assert f"/p/{samples.TOKEN}/pay" not in html


def test_a_document_opens_beside_its_page_which_may_be_the_answer_to_a_form():
    forms = {name: re.findall(r"<form[^>]*/document\"[^>]*>", html_of("de", name)) for name in NAMES}
    assert {"offer", "plan_agreed", "papers", "closed", "thanks"} <= {n for n, found in forms.items() if found}
    assert all('target="_blank"' in form for found in forms.values() for form in found)


def test_every_page_is_sent_with_headers_that_keep_it_private():
    page = render.page(samples.page_samples("de")["matter"])
    headers = page.headers("https://checkout.stripe.com")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in headers["X-Robots-Tag"]
    policy = headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self' https://checkout.stripe.com",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


def test_the_style_of_all_pages_stays_under_5_kb_compressed():
    assert len(gzip.compress(render.style().encode())) < 5 * 1024


def test_the_style_uses_logical_directions_only():
    sides = "(?:left|right|top|bottom)"
    physical = rf"(?:margin|padding|border|inset)-{sides}|text-align:\s*{sides}|[{{;]\s*{sides}:"
    assert re.findall(physical, Path(i18n.TEMPLATES, "layouts/style.css").read_text()) == []


def test_whoever_is_asked_something_by_a_person_is_not_told_that_there_is_nothing_to_do():
    waits = samples.page_samples("de")["chat_waiting"]
    asked = render.page(waits).body
    assert "Fragt er Sie etwas, sind Sie an der Reihe" in asked and "nichts zu tun" not in asked
    assert "nichts zu tun" in render.page(replace(waits, asked=False)).body
