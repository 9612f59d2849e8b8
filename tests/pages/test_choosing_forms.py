"""The forms of choices and addresses, and the timeline at its longest."""

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest

from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import Contact, ContactState, MessageKind, Purpose, Tone
from chalicelib.domain.decision import Allowed
from chalicelib.domain.matter import Matter
from chalicelib.domain.parties import Barrier, ChannelKind, Choices, ContactPoint, PointState
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.task import DaySlot
from chalicelib.presentation import render, views
from chalicelib.presentation.forms import choices
from chalicelib.presentation.i18n import locale
from tests.pages import samples

HELD = Choices(ChannelKind.SMS, DaySlot.EVENING, True, Barrier.JOB)


def test_what_was_picked_is_what_is_read():
    posted = {
        "channel": ["email"],
        "best_time": ["morning"],
        "code_only": ["", "yes"],
        "barrier": ["bill"],
        "tongue": ["tr"],
    }
    chosen = choices.read(posted, Choices())
    assert chosen.choices == Choices(ChannelKind.EMAIL, DaySlot.MORNING, True, Barrier.BILL)
    assert chosen.language == "tr"


def test_what_the_form_did_not_show_stays_as_it_was():
    chosen = choices.read({"best_time": ["evening"], "barrier": ["job"]}, HELD)
    assert chosen.choices == HELD


def test_an_unchecked_box_is_a_no():
    assert not choices.read({"code_only": [""]}, HELD).choices.code_only


@pytest.mark.parametrize("odd", ["carrier_pigeon", "", "EMAIL", "\u202eemail\x00!"])
def test_a_choice_that_is_none_leaves_it_to_us(odd):
    chosen = choices.read({"channel": [odd], "best_time": [odd], "barrier": [odd], "tongue": [odd]}, Choices())
    assert (chosen.choices, chosen.language) == (Choices(), None)


@pytest.mark.parametrize(
    ("typed", "code"), [(" 123 456 ", "123456"), ("١٢٣٤٥٦", "123456"), ("12-34-56", "123456")]
)
def test_a_code_is_read_as_phones_and_people_write_it(typed, code):
    assert choices.read_code({"code": [typed]}) == code


@pytest.mark.parametrize("typed", ["", "   ", "abc", "½²"])
def test_what_holds_no_figure_is_no_code(typed):
    assert choices.read_code({"code": [typed]}) == ""


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (" Marta@Neu.Example ", (ChannelKind.EMAIL, "marta@neu.example")),
        ("0171 392 00 12", (ChannelKind.SMS, "+491713920012")),
        ("+43 664 1234567", (ChannelKind.SMS, "+436641234567")),
    ],
)
def test_an_address_is_told_apart_by_what_it_looks_like(typed, found):
    assert choices.read_point({"point": [typed]}) == found


@pytest.mark.parametrize("typed", ["", "a@b", "a b@c.de", "<a@b.de>@c.de", "12", "call me"])
def test_what_is_no_address_says_how_to_mend_it(typed):
    (problem,) = choices.read_point({"point": [typed]})
    assert (problem.field, problem.key.startswith("problem.point.")) == ("point", True)


def test_only_the_form_that_says_all_means_all():
    assert choices.read_about({"about": ["all"]}) is None
    assert choices.read_about({"about": [""]}) == ""
    assert choices.read_about({}) == ""


@pytest.mark.parametrize("carried", [None, "v" * 260])
@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_timeline_of_sixty_messages_is_still_light(language, carried):
    now, claim = samples.NOW, samples.PART
    written = [
        Contact(
            id="c-" + sha256(str(number).encode()).hexdigest()[:40],
            creditor=claim.creditor,
            debtor=claim.debtor,
            claim=claim.id,
            purpose=Purpose.REMINDER,
            kind=MessageKind.REMINDER,
            channel=tuple(ChannelKind)[number % 2],
            tone=Tone.FRIENDLY,
            due_at=now - timedelta(days=number, minutes=number),
            planned_at=now - timedelta(days=number + 1),
            state=ContactState.SENT,
            decisions=(Allowed("DE/2026-11"),),
            sent_at=now - timedelta(days=number, minutes=number),
        )
        for number in range(60)
    ]
    matter = Matter(samples.DEBTOR, {claim.id: claim}, {one.id: one for one in written})
    frame = replace(samples.page_samples(language)["history"].frame, carried=carried)
    page = render.page(views.history(frame, matter, claim, samples.ENTRIES, now))
    assert len(gzip.compress(page.body.encode())) < 14 * 1024


def test_the_timeline_says_the_claim_came_on_the_day_it_came_whatever_day_its_amounts_are_right_for():
    came_at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    first = replace(samples.OPENING, value_date=date(2026, 3, 2), booked_at=came_at)
    claim = replace(samples.CLAIM, registered_at=came_at)
    matter = Matter(samples.DEBTOR, {claim.id: claim}, {})
    shown = samples.page_samples("en")
    frame = shown["history"].frame
    (came,) = views.history(frame, matter, claim, (first,), samples.NOW).moments
    origin = views.origin(shown["origin"].frame, samples.CREDITOR, matter, claim)
    assert came.day == origin.registered == frame.locale.date(date(2026, 11, 23))


def test_a_helper_is_shown_no_way_that_is_not_theirs():
    whole = samples.page_samples("de")["matter"]
    shown = {scope: render.page(replace(whole, frame=replace(whole.frame, scope=scope))).body for scope in Scope}
    assert [place in shown[Scope.ALL] for place in ("/choices", "/plan", "/history")] == [True] * 3
    assert [place in shown[Scope.ARRANGE] for place in ("/choices", "/plan", "/history")] == [False, True, True]
    assert [place in shown[Scope.SEE] for place in ("/choices", "/plan", "/history")] == [False, False, True]


def test_the_amount_is_added_up_from_the_invoice_whatever_a_payment_settles_first():
    view = samples.page_samples("de")["matter"]
    assert [row.label for row in view.split] == ["split.principal", "split.interest", "split.costs"]


def test_P19_the_timeline_tells_the_readers_own_word_that_the_money_travels_and_how_long_we_wait():
    since, until = samples.NOW - timedelta(days=1), samples.NOW + timedelta(days=8)
    claim = samples.CLAIM.held(Hold(HoldKind.TRANSFERRED, since, until, "a-link"))
    matter = Matter(samples.DEBTOR, {claim.id: claim}, {})
    frame = samples.page_samples("de")["history"].frame
    for now, waits in ((samples.NOW, True), (until, False)):
        told = views.history(frame, matter, claim, (), now).moments
        assert [moment.title for moment in told] == ["Sie haben gesagt, dass Sie überwiesen haben."]
        assert bool(told[0].text) == waits and (not waits or frame.locale.date(until.date()) in told[0].text)


@pytest.mark.parametrize(
    "page", ["why", "origin", "closed", "on_its_way_unfinished", "matter_several", "evidence_none"]
)
def test_whoever_may_only_look_is_offered_nothing_that_would_be_refused(page):
    view = samples.page_samples("de")[page]
    body = render.page(replace(view, frame=replace(view.frame, scope=Scope.SEE))).body
    for beyond in ("/review", "/talk", "/wrong", "/pay", "/choices", "/transfer"):
        assert beyond not in body, beyond


def test_on_a_shared_phone_the_visit_can_be_ended_where_nothing_is_owed_any_more_too():
    for page in ("matter", "closed", "closed_several"):
        assert '/close"' in render.page(samples.page_samples("de")[page]).body, page


@pytest.mark.parametrize(
    ("sms", "whatsapp", "said"),
    [
        (PointState.ACTIVE, PointState.ACTIVE, "points.active"),
        (PointState.DEAD, PointState.ACTIVE, "points.active"),
        (PointState.OPTED_OUT, PointState.DEAD, "points.silent"),
        (PointState.DEAD, PointState.DEAD, "points.dead"),
    ],
)
def test_a_number_that_is_written_to_by_several_channels_is_one_address(sms, whatsapp, said):
    number = "+491713920012"
    points = (
        ContactPoint(ChannelKind.SMS, number, sms),
        ContactPoint(ChannelKind.EMAIL, "marta@neu.example"),
        ContactPoint(ChannelKind.WHATSAPP, number, whatsapp),
        ContactPoint(ChannelKind.PHONE, number, PointState.DEAD),
    )
    frame = views.frame(
        locale("de"), zone=samples.ZONE, creditor=samples.CREDITOR, token=samples.TOKEN, place="points"
    )
    shown = views.points(frame, replace(samples.DEBTOR, points=points), str)
    assert [(p.value, p.state) for p in shown.points] == [(number, said), ("marta@neu.example", "points.active")]


@pytest.mark.parametrize("key", ["choices.time.hint", "why.hour.text"])
def test_the_days_and_hours_the_pages_promise_are_those_that_are_kept(key):
    """Saturday is one of them: in most languages a working day ends the week on Friday."""
    kept = POLICY.figures(samples.NOW.date())
    assert (kept.opens.hour, kept.closes.hour, set(kept.quiet_weekdays)) == (8, 20, {6})
    said = locale("de").text(key)
    assert "montags bis samstags zwischen 8 und 20 Uhr, nie an Feiertagen" in said
    for language, saturday in {
        "en": "Saturday",
        "tr": "cumartesi",
        "ar": "السبت",
        "ru": "суббот",
        "pl": "sobot",
    }.items():
        assert saturday in locale(language).text(key)
