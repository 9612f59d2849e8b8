"""Trouble that passes: the provider that fails after it acted, the table and the provider that have too much."""

import json
import random
from itertools import pairwise

import pytest

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.leaving import LeavingState
from chalicelib.entrypoints.events import money
from tests.faults.test_money_out import PAID, at_provider, order_of, released, settled, wake
from tests.reader import Reader, sqs

# What the library draws its pauses with, held still: four draws that lie close together, and small.
SEED = 4669
# How often the table is asked at the most, and the longest pause after each time, in seconds.
ASKED, LONGEST = 5, (1, 2, 4, 8)
SLACK = 0.25


@pytest.fixture
def overpaid(provider, claim, anna):
    """€60.00 came for a claim of €48.20; the order that waits for what is too much."""
    provider.told(provider.notice(PAID, provider.takes(6000, claim=claim)))
    (order,) = anna.looks("refunds")["refunds"]
    return order


def booked(claim):
    found = wiring.store().ledger(claim.creditor, claim.id)
    return [entry.amount for entry in found if entry.kind is EntryKind.PAYMENT]


def noticed(creditor, provider, claim):
    """A payment of €48.20 whose notice is stored; what wakes the money function for it, as often as one likes."""
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    assert provider.tells(notice) == 200
    detail = {"creditor": creditor.id, "event": json.loads(notice[0])["id"]}
    return lambda: money(sqs({"detail": detail}), None)["batchItemFailures"]


# ---- the provider fails, after it acted or before it answers


def test_I11_the_provider_gave_the_money_back_and_answered_500_so_the_house_asks_and_books_once(
    house, creditor, provider, claim, overpaid, anna, bernd
):
    """It says 500 again to the same key, for a day: only asking how it stands helps."""
    released(overpaid, anna, bernd)
    house.payments.fault("late_error", status=500, path="/v1/refunds", type="POST", api_key=provider.key)
    assert wake(creditor, overpaid)["batchItemFailures"]
    assert at_provider(house, provider) == [1180], "it was done"
    assert order_of(creditor, overpaid).state is LeavingState.RELEASED, "and nobody here knows"
    for _ in range(2):
        assert wake(creditor, overpaid) == {"batchItemFailures": []}
        settled(house, creditor, provider)
    assert at_provider(house, provider) == [1180]
    assert order_of(creditor, overpaid).state is LeavingState.DONE
    reversals = [e for e in wiring.store().ledger(creditor.id, claim.id) if e.kind is EntryKind.REVERSAL]
    assert [entry.surplus for entry in reversals] == [1180]
    house.invariants(claim)


def test_I11_a_page_that_was_opened_and_answered_with_500_is_given_up_and_the_next_one_is_paid_once(
    house, creditor, provider, claim
):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    page = reader.get("pay")
    house.payments.fault("late_error", status=500, path="/v1/checkout/sessions", api_key=provider.key)
    assert reader.press(page, "/pay").status == 503, "told, and nothing begun"
    hosted = reader.press(reader.get("pay"), "/pay").location
    assert len(house.hosted_pages(creditor)) == 2, "of the first nobody was given the address"
    house.payments.press(hosted, "card")
    attempt = house.matter(claim).attempts[house.again(claim).attempt]
    paid = wiring.gateway().checkout(creditor.id, attempt.provider_id).payment_id
    provider.told(provider.notice(PAID, paid))
    assert booked(claim) == [4820] and house.again(claim).state is ClaimState.CLOSED
    house.invariants(claim)


def test_I11_a_notice_whose_payment_cannot_be_asked_for_comes_back_and_books_once(
    house, creditor, provider, claim
):
    book = noticed(creditor, provider, claim)
    house.payments.fault(
        "api_error", status=500, path="/v1/payment_intents", type="GET", times=None, api_key=provider.key
    )
    assert book() and booked(claim) == []
    house.payments.lever("DELETE", "faults")
    assert [book() for _ in range(2)] == [[], []]
    assert booked(claim) == [4820]


def test_I3_a_provider_with_too_much_to_do_is_asked_again_later_and_books_once(house, creditor, provider, claim):
    book = noticed(creditor, provider, claim)
    house.payments.fault(
        "api_error", status=429, path="/v1/payment_intents", type="GET", times=1, api_key=provider.key
    )
    assert book() and booked(claim) == [], "no hammering: the queue brings it again"
    assert [book() for _ in range(2)] == [[], []]
    assert booked(claim) == [4820]


# ---- the table has too much to do


def pauses(moments):
    return [after - before for before, after in pairwise(moments)]


@pytest.fixture
def still():
    """Chance held still, and its state as it was afterwards."""
    before = random.getstate()
    random.seed(SEED)
    yield
    random.setstate(before)


@pytest.mark.usefixtures("still")
def test_I3_a_throttled_booking_waits_longer_each_time_gives_up_and_comes_back_to_book_once(
    house, creditor, provider, claim
):
    book = noticed(creditor, provider, claim)
    before = house.everything(creditor.id)
    with house.wire.throttled("dynamodb.TransactWriteItems", times=1000) as moments:
        assert book(), "it goes back to its queue"
    assert len(moments) == ASKED, "bounded"
    waited = pauses(moments)
    assert waited == sorted(waited), "longer each time"
    assert all(pause <= most + SLACK for pause, most in zip(waited, LONGEST, strict=True))
    assert house.everything(creditor.id) == before, "nothing by halves"
    assert [book() for _ in range(2)] == [[], []]
    assert booked(claim) == [4820]


@pytest.mark.usefixtures("still")
def test_I3_what_is_throttled_for_a_moment_is_booked_in_the_same_breath_and_once(house, creditor, provider, claim):
    book = noticed(creditor, provider, claim)
    with house.wire.throttled("dynamodb.TransactWriteItems", times=2) as moments:
        assert book() == []
    assert len(moments) >= 3
    first, second = pauses(moments)[:2]
    assert 0 < first < second <= LONGEST[1] + SLACK
    assert book() == [] and booked(claim) == [4820]


@pytest.mark.usefixtures("still")
def test_I3_a_throttled_read_is_asked_again_and_answers_the_same(house, claim):
    with house.wire.throttled("dynamodb.Query", times=2) as moments:
        assert wiring.store().matter(claim.creditor, claim.debtor).claims[claim.id] == claim
    assert len(moments) == 3 and pauses(moments)[0] < pauses(moments)[1]
