"""Money that leaves: orders, two releases, refunds and payouts, accounts that change."""

import json
from dataclasses import replace
from datetime import timedelta

from chalicelib import wiring
from chalicelib.domain.account_change import BankAccount
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.payout_terms import PayoutTerms
from chalicelib.ports import Commit
from tests.operators import Person
from tests.reader import api_event

from ..scenario import scenario
from ..stage import EVENTS, Wakes, queued
from .batches import settings

OWN = BankAccount("Nordlicht Energie GmbH", "DE02120300000000202051")


def does(stage, who, what, **said):
    """One person's decision at the operators' door; retried it is the same one."""
    person = Person(who, stage.creditor.id)
    url = f"/operator/{stage.creditor.id}/{what}"
    event = api_event("POST", url, json.dumps(said), {"Content-Type": "application/json"})
    event["requestContext"]["identity"] = {"userArn": person.principal}
    return Wakes("app:app", event)


def looks(stage, what):
    return Person("anna", stage.creditor.id).looks(what)[what]


def overpaid(stage):
    """€60.00 came for a claim of €48.20: the order that waits for what is too much."""
    stage.open()
    claim = stage.claim()
    stage.taken(6000, claim).wake()
    (order,) = looks(stage, "refunds")
    return order["id"]


def released(stage):
    order = overpaid(stage)
    for who in ("anna", "bernd"):
        does(stage, who, "release", order=order).wake()
    return order


def state_of(stage, order):
    return wiring.outgoing().refund(stage.creditor.id, order).state


@scenario(again_changes_it=True)
def one_person_releases_a_refund(stage):
    order = overpaid(stage)
    yield does(stage, "anna", "release", order=order)
    assert state_of(stage, order) is LeavingState.RELEASED_ONCE


@scenario(again_changes_it=True)
def the_second_person_releases_a_refund(stage):
    order = overpaid(stage)
    does(stage, "anna", "release", order=order).wake()
    yield does(stage, "bernd", "release", order=order)
    assert state_of(stage, order) is LeavingState.RELEASED


@scenario()
def a_person_refuses_a_refund(stage):
    order = overpaid(stage)
    yield does(stage, "anna", "refuse", order=order)
    assert state_of(stage, order) is LeavingState.REFUSED


@scenario()
def a_released_refund_leaves_by_the_provider(stage):
    order = released(stage)
    yield queued(f"{EVENTS}:money", {"detail": {"creditor": stage.creditor.id, "order": order}})
    made = list(wiring.gateway().refunds_since(stage.creditor.id, stage.began - timedelta(days=1)))
    assert [refund.amount for refund in made] == [1180]
    stage.paid = False  # the surplus has left again


def lying(stage):
    """€48.20 that fit no claim."""
    stage.open()
    stage.claim()
    payment = stage.provider.takes(4820, labels={"creditor": stage.creditor.id})
    stage.told("payment_intent.succeeded", payment).wake()
    return payment


@scenario()
def money_that_fits_no_claim_is_assigned(stage):
    payment = lying(stage)
    yield does(stage, "anna", "assign", source=payment, claim="R-1")
    assert stage.again().outstanding.total == 0 and looks(stage, "suspense") == []


@scenario()
def money_that_fits_no_claim_is_sent_back(stage):
    payment = lying(stage)
    yield does(stage, "anna", "send-back", source=payment)
    assert len(looks(stage, "refunds")) == 1


def booked(stage):
    """€48.20 that paid a claim."""
    stage.open()
    payment = stage.provider.takes(4820, claim=stage.claim())
    stage.told("payment_intent.succeeded", payment).wake()
    return payment


@scenario()
def a_booked_payment_is_to_go_back(stage):
    payment = booked(stage)
    yield does(stage, "anna", "give-back", source=payment, amount="20.00")
    assert [order["amount"] for order in looks(stage, "refunds")] == [2000]


def given_back(stage):
    """€20.00 of a booked payment that two people let go, and what carries it on."""
    payment = booked(stage)
    does(stage, "anna", "give-back", source=payment, amount="20.00").wake()
    (order,) = looks(stage, "refunds")
    for who in ("anna", "bernd"):
        does(stage, who, "release", order=order["id"]).wake()
    return order["id"], queued(
        f"{EVENTS}:money", {"detail": {"creditor": stage.creditor.id, "order": order["id"]}}
    )


def refunds(stage):
    return list(wiring.gateway().refunds_since(stage.creditor.id, stage.began - timedelta(days=1)))


@scenario()
def a_booked_payment_goes_back_by_the_provider(stage):
    _, carried_on = given_back(stage)
    yield carried_on
    assert [refund.amount for refund in refunds(stage)] == [2000]


@scenario()
def the_provider_tells_of_what_a_booked_payment_gave_back(stage):
    order, carried_on = given_back(stage)
    carried_on.wake()
    (refund,) = refunds(stage)
    yield stage.told("refund.created", refund.object_id)
    assert stage.again().outstanding.total == 2000 and state_of(stage, order) is LeavingState.DONE


def collected(stage):
    """A creditor that is paid out, with €48.20 collected."""
    stage.open(payout_terms=PayoutTerms(fee=1_000), payout_to=OWN)
    secret = f"whsec_{stage.creditor.id}"
    stage.house.payments.register(api_key=stage.provider.key, webhook_secret=secret, available_seconds=0)
    stage.taken(4820, stage.claim()).wake()


def settled(stage):
    """The provider pays out what it holds; its notice waits to be read."""
    made = stage.house.payments.lever("POST", "payouts", api_key=stage.provider.key)
    stage.house.payments.lever("POST", f"payouts/{made['id']}/settle", outcome="paid")
    return stage.told("payout.paid", made["id"]), made


def in_a_week(stage):
    about = {"creditor": stage.creditor.id, "now": (wiring.clock() + timedelta(days=8)).isoformat()}
    return Wakes("tests.faults.machine.acts:pay_out", about)


@scenario()
def a_payout_is_made(stage):
    collected(stage)
    yield in_a_week(stage)
    assert len(looks(stage, "payouts")) == 1


@scenario()
def an_account_is_to_change(stage):
    stage.open()
    yield settings(stage, iban="DE02120300000000202051")
    known = wiring.store().fresh_creditor(stage.creditor.id)
    assert len(known.changes) == 1 and known.iban != "DE02120300000000202051"


@scenario(again_changes_it=True)
def a_change_of_account_is_confirmed(stage):
    stage.open()
    settings(stage, iban="DE02120300000000202051").wake()
    (change,) = wiring.store().fresh_creditor(stage.creditor.id).changes
    yield does(stage, "anna", "confirm", change=change.id)
    (after,) = wiring.store().fresh_creditor(stage.creditor.id).changes
    assert len(after.releases) == 1


@scenario()
def the_night_brings_a_confirmed_account_into_force(stage):
    stage.open()
    settings(stage, iban="DE02120300000000202051").wake()
    (change,) = wiring.store().fresh_creditor(stage.creditor.id).changes
    for who in ("anna", "bernd"):
        does(stage, who, "confirm", change=change.id).wake()
    about = {"creditors": [stage.creditor.id], "now": (wiring.clock() + timedelta(days=8)).isoformat()}
    yield Wakes("tests.faults.machine.acts:money_night", about)
    assert wiring.store().fresh_creditor(stage.creditor.id).iban == "DE02120300000000202051"


def payout(stage):
    """A payout that waits for two people."""
    collected(stage)
    in_a_week(stage).wake()
    (shown,) = looks(stage, "payouts")
    made = wiring.outgoing().payout(stage.creditor.id, shown["id"])
    account = replace(made.account, paid_out=made.account.closing, closing=0, under_way=0)
    waiting = replace(made, state=LeavingState.WAITING, account=account)
    wiring.store().commit(stage.creditor.id, Commit((), payouts=(waiting,)))
    return made.id


@scenario(again_changes_it=True)
def the_second_person_releases_a_payout(stage):
    name = payout(stage)
    does(stage, "anna", "release", order=name).wake()
    yield does(stage, "bernd", "release", order=name)
    assert looks(stage, "payouts")[0]["state"] == "released"


@scenario()
def a_person_refuses_a_payout(stage):
    name = payout(stage)
    yield does(stage, "anna", "refuse", order=name)
    assert looks(stage, "payouts")[0]["state"] == "refused"


@scenario()
def the_file_for_the_bank_is_written(stage):
    name = payout(stage)
    for who in ("anna", "bernd"):
        does(stage, who, "release", order=name).wake()
    yield does(stage, "anna", "collect")
    assert looks(stage, "payouts")[0]["state"] == "sent"


@scenario()
def the_provider_tells_of_its_payout(stage):
    collected(stage)
    told, made = settled(stage)
    yield told
    assert [one.amount for one in wiring.outgoing().settlements(stage.creditor.id)] == [made["amount"]]


@scenario()
def a_released_refund_that_cannot_leave_any_more_fails(stage):
    order = released(stage)
    money = wiring.outgoing().refund(stage.creditor.id, order).source
    wish = {"api_key": stage.provider.key, "payment_intent": money, "amount": 5000}
    stage.house.payments.lever("POST", "refunds", **wish)
    stage.paid = False  # the creditor gave it back by itself
    yield queued(f"{EVENTS}:money", {"detail": {"creditor": stage.creditor.id, "order": order}})
    assert state_of(stage, order) is LeavingState.FAILED
