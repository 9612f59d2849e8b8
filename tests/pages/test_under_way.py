"""What the pages say of a payment that was started: still to be finished, with the bank, or come to nothing."""

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.matter import Matter
from chalicelib.domain.payments import Attempt, AttemptStatus
from chalicelib.entrypoints.pages import begun, lapsed
from chalicelib.presentation import render, views
from chalicelib.presentation.i18n import languages, locale

from . import samples
from .test_went_back import said

CLOSES = samples.NOW + timedelta(minutes=60)


def matter(status, held_until):
    attempt = Attempt(
        id="a-1",
        creditor=samples.CREDITOR.id,
        debtor=samples.DEBTOR.number,
        claim=samples.CLAIM.id,
        amount=samples.CLAIM.outstanding.total,
        currency="EUR",
        expires_at=CLOSES,
        status=status,
    )
    claim = replace(samples.CLAIM, attempt=attempt.id)
    if held_until:
        claim = claim.held(Hold(HoldKind.PAYMENT_UNDER_WAY, samples.NOW, held_until, attempt.id))
    return Matter(samples.DEBTOR, {claim.id: claim}, {}, {attempt.id: attempt}), claim


def test_while_the_hosted_page_stands_open_the_reader_may_go_on():
    assert begun(*matter(AttemptStatus.OPEN, CLOSES), samples.NOW)


def test_a_direct_debit_under_way_is_not_the_readers_move():
    assert not begun(*matter(AttemptStatus.OPEN, samples.NOW + timedelta(days=14)), samples.NOW)


@pytest.mark.parametrize("status", list(AttemptStatus))
def test_only_a_payment_that_came_to_nothing_is_said_not_to_have_arrived(status):
    assert lapsed(*matter(status, None)) is (status is AttemptStatus.EXPIRED)


def told(until):
    return samples.CLAIM.held(Hold(HoldKind.TRANSFERRED, samples.NOW - timedelta(days=9), until, "a-link"))


@pytest.mark.parametrize("language", languages())
def test_P19_a_transfer_that_did_not_come_is_asked_about_on_the_page_and_in_the_reminder(language):
    words, missing = locale(language), locale(language).text("transfer.missing")
    frame = views.frame(words, zone=samples.ZONE, creditor=samples.CREDITOR, token=samples.TOKEN)

    def page(claim):
        view = views.of_claim(frame, samples.CREDITOR, samples.DEBTOR, claim, (), samples.NOW)
        return unescape(render.page(view).body)

    over = told(samples.NOW)
    assert missing in page(over)
    assert missing not in page(told(samples.NOW + timedelta(hours=1))) and missing not in page(samples.CLAIM)
    assert missing not in page(over.held(Hold(HoldKind.DISPUTE, samples.NOW, None, "d-1")))
    text = said(over, language=language)
    assert missing in " ".join(text.long.split()) and missing in unescape(text.html)
    assert missing not in " ".join(said(samples.CLAIM, language=language).long.split())


@pytest.mark.parametrize("language", languages())
def test_who_turned_back_on_the_hosted_page_is_not_told_that_a_payment_is_confirmed(language):
    frame = views.frame(locale(language), zone=samples.ZONE)
    turned_back = render.page(views.returning(frame, left=True)).body
    assert locale(language).text("returning.h1") not in turned_back
    assert locale(language).text("left.text") in turned_back


@pytest.mark.parametrize("language", languages())
def test_what_was_typed_at_the_door_is_shown_again(language):
    frame = views.frame(locale(language), zone=samples.ZONE, creditor=samples.CREDITOR, token=samples.TOKEN)
    html = render.page(views.door(frame, samples.LINK, failed=True, typed={"postcode": "10473"})).body
    assert 'name="postcode" type="text" value="10473"' in html
    assert f"<title>{locale(language).text('form.mend')}" in html
