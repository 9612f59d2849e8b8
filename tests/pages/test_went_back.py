"""What a reader is told when money went back: what happened, what is open again, and nobody's fault."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.accrual import paid_on, reversed_on
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import MessageKind, Tone
from chalicelib.domain.document import DocumentKind
from chalicelib.domain.ledger import left_of
from chalicelib.domain.trail import ReversalReason
from chalicelib.domain.transfer import transfer_of
from chalicelib.presentation import i18n, render, views
from chalicelib.presentation.composer import compose
from chalicelib.presentation.i18n import locale
from chalicelib.presentation.went_back import back_words, because, came_back, reasons
from tests.pages import samples
from tests.pages.papers import a_paper
from tests.pages.samples_back import METER, bearing, gone_back
from tests.pages.test_papers import text_of
from tests.reader import Answer

DE = locale("de")


def frame(place="matter", words=DE):
    return views.frame(words, zone=samples.ZONE, creditor=samples.CREDITOR, token=samples.TOKEN, place=place)


def words_of(view):
    return Answer(200, {}, [], render.page(view).body).words


def plain(key, count):
    return DE.text(key, count).replace("\u00a0", " ")


def matter(claim, entries, **more):
    return views.of_claim(frame(), samples.CREDITOR, samples.DEBTOR, claim, entries, samples.NOW, **more)


def said(claim, kind=MessageKind.REMINDER, language="de"):
    return compose(
        kind,
        creditor=samples.CREDITOR,
        debtor=samples.DEBTOR,
        claim=claim,
        link_url="https://zahlen.example/p/abc",
        stop_url="https://zahlen.example/p/def",
        tone=Tone.FRIENDLY,
        language=language,
        now=samples.NOW,
        zone=samples.ZONE,
    )


def test_every_reason_for_which_money_goes_back_has_its_words():
    assert set(reasons()) == set(ReversalReason)


@pytest.mark.parametrize("language", i18n.languages())
def test_M8_a_returned_debit_is_told_with_why_and_what_is_open_again(language):
    words = locale(language)
    shown = Answer(200, {}, [], render.page(samples.page_samples(language)["matter_came_back"]).body).words
    money = samples.page_samples(language)["matter_came_back"].back.owed.replace("\u00a0", " ")
    assert words.text("back.returned").replace("\u00a0", " ") in shown
    assert words.text("back.open", amount=money).replace("\u00a0", " ") in shown.replace(" .", ".")


def test_M7_what_the_bank_still_decides_is_asked_for_by_nobody_and_says_until_when():
    claim, entries = gone_back(samples, ReversalReason.CHARGEBACK)
    held = claim.held(Hold(HoldKind.CHARGEBACK, samples.NOW, samples.NOW + timedelta(days=90), "re_7"))
    shown = words_of(matter(held, entries))
    assert "Bis 21. Februar 2027 fragen wir Sie nicht nach diesem Geld." in shown
    assert "es kommt nichts dazu" not in shown


@pytest.mark.parametrize("kind", [HoldKind.OPERATOR, HoldKind.CHARGEBACK, HoldKind.MINOR])
def test_nothing_is_said_not_to_grow_while_interest_runs_on(kind):
    bears = bearing(samples).held(Hold(kind, samples.NOW, None, "x"))
    assert "es kommt nichts dazu" not in words_of(matter(bears, ()))
    bare = samples.CLAIM.held(Hold(kind, samples.NOW, None, "x"))
    assert "es kommt nichts dazu" in words_of(matter(bare, ()))
    disputed = bears.held(Hold(HoldKind.DISPUTE, samples.NOW, None, "y"))
    assert "es kommt nichts dazu" in words_of(matter(disputed, ()))


def test_nothing_is_said_not_to_grow_where_what_lets_it_rest_ends_before_the_hold():
    bears, soon = bearing(samples), samples.NOW + timedelta(days=9)
    told = bears.held(Hold(HoldKind.TRANSFERRED, samples.NOW, soon, "x"))
    assert "es kommt nichts dazu" in words_of(matter(told, ()))
    for until in (None, soon + timedelta(days=1)):
        held = told.held(Hold(HoldKind.OPERATOR, samples.NOW, until, "y"))
        assert "es kommt nichts dazu" not in words_of(matter(held, ()))
    assert "es kommt nichts dazu" in words_of(
        matter(told.held(Hold(HoldKind.OPERATOR, samples.NOW, soon, "y")), ())
    )


def test_money_that_comes_again_ends_the_note_and_its_line_stays_in_the_history():
    claim, entries = gone_back(samples)
    after, more = paid_on(claim, 1000, "pi_8", samples.NOW.date(), samples.NOW, METER)
    assert came_back(entries) and came_back((*entries, *more)) is None
    shown = words_of(matter(after, (*entries, *more)))
    assert "wieder offen" not in shown and plain("matter.payments", 2) in shown
    told = views.history(frame("history"), samples.MATTER, after, (*entries, *more), samples.NOW).moments
    assert DE.text("back.returned") in [moment.text for moment in told]


def test_a_payment_that_went_back_is_not_counted_as_one_more():
    shown = words_of(matter(*gone_back(samples)))
    assert plain("matter.payments", 1) in shown and plain("matter.payments", 2) not in shown


def test_what_was_paid_too_much_and_went_back_is_not_called_a_returned_payment():
    claim = bearing(samples)
    paid, entries = paid_on(claim, claim.outstanding.total + 500, "pi_7", samples.BARE.as_of, samples.NOW, METER)
    left = left_of(entries[-1], ())
    day = samples.BARE.as_of
    _, entry = reversed_on(
        paid, entries[-1], left, 500, "re_9", day, samples.NOW, METER, flags=(ReversalReason.REFUND.value,)
    )
    assert (back_words(entry), because(entry)) == ("back.surplus", "back.refunded")
    assert came_back((*entries, entry)) is None


@pytest.mark.parametrize(("was", "arrived"), [(5000, False), (9000, True), (None, True)])
def test_P10_only_an_amount_that_fell_is_said_to_come_of_a_payment(was, arrived):
    page = views.pay(
        frame("pay"), samples.CREDITOR, samples.PART, provider_name="Stripe", asked_again=True, was=was
    )
    assert samples.PART.outstanding.total == 3383
    grown = replace(samples.PART, outstanding=replace(samples.PART.outstanding, principal=7000))
    again = views.pay(frame("pay"), samples.CREDITOR, grown, provider_name="Stripe", asked_again=True, was=was)
    assert page.arrived and bool(again.arrived) is arrived


def test_the_reminder_after_a_returned_payment_says_why_it_comes_and_names_no_amount():
    claim, _ = gone_back(samples)
    text = said(claim)
    assert "Eine Zahlung zu dieser Rechnung ging zurück." in text.long and "ging zurück" in text.html
    assert "57,33" not in text.long and "zurück" not in text.short + text.subject
    assert "ging zurück" not in said(samples.CLAIM).long


def test_a_debit_that_is_announced_asks_nobody_to_pay():
    for language in i18n.languages():
        told = samples.message_samples(language)["instalment_debit"]
        words = locale(language)
        assert words.text("mail.agreed.look") not in told.long + told.html
        assert words.text("mail.crossed").replace("\u00a0", " ") not in told.long
        assert told.long.count("10") >= 1
    assert "Bitte zahlen" not in samples.message_samples("de-simple")["instalment_debit"].long


def test_the_page_of_a_plan_that_is_drawn_says_that_nothing_need_be_done_until_it_is_late():
    drawn = samples.page_samples("de")["running_debit"]
    page = render.page(drawn).body
    assert "Sie müssen nichts tun." in words_of(drawn) and 'class="primary"' not in page
    late = replace(drawn, late=True)
    assert "Sie müssen nichts tun." not in words_of(late) and 'class="primary"' in render.page(late).body


def test_interest_is_told_with_its_rate_and_since_when():
    claim, entries = gone_back(samples)
    shown = words_of(matter(claim, entries))
    assert "Zinsen: 6,52 % im Jahr, seit 16. August 2026" in shown
    assert "im Jahr, seit" not in words_of(matter(samples.CLAIM, (samples.OPENING,)))


def test_a_receipt_of_money_that_went_back_thanks_for_none():
    claim, entries = gone_back(samples)
    text = text_of(a_paper(DocumentKind.RECEIPT, claim=claim, entries=entries))
    assert "Danke" not in text and "ging zurück" in text


def test_a_closed_claim_says_that_what_was_paid_too_much_went_back():
    claim = bearing(samples)
    owed, day = claim.outstanding.total, samples.BARE.as_of
    paid, entries = paid_on(claim, owed + 500, "pi_7", day, samples.NOW, METER)
    left = left_of(entries[-1], ())
    back, entry = reversed_on(paid, entries[-1], left, 500, "re_9", day, samples.NOW, METER, flags=("refund",))
    shown = words_of(matter(back, (*entries, entry)))
    assert "Zu viel Gezahltes ging an Sie zurück" in shown and "5,00 €" in shown and "kümmern uns" not in shown


def test_a_transfer_of_all_that_is_owed_says_to_which_day_it_is_good_and_a_part_does_not():
    whole, part = (transfer_of(samples.CREDITOR, samples.CLAIM, amount) for amount in (5383, 2000))
    for asked, said_so in ((whole, True), (part, False)):
        page = views.transfer(frame("transfer"), samples.CLAIM, asked, good_until=samples.GOOD_UNTIL)
        assert ("Zahlen Sie bis zum 7. Dezember 2026 , ist damit alles erledigt" in words_of(page)) is said_so
