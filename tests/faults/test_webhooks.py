"""Notices of the payment provider that come twice, late, wrong, forged or never: W1 to W16."""

import hmac
import json
import time
from hashlib import sha256

import pytest

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState
from chalicelib.entrypoints.schedules import NightlyFailed, nightly
from tests.reader import Reader, answered
from tests.wire import Death, lost

PAID = "payment_intent.succeeded"


def paid(house, claim):
    """What the ledger of a claim holds besides its opening."""
    return [entry.amount for entry in wiring.store().ledger(claim.creditor, claim.id)[1:]]


def signed(creditor, event, *, at=None, secret=None):
    """A notice signed by our own hand, as the provider's documents say it is signed."""
    body = event if isinstance(event, str) else json.dumps(event)
    moment = int(time.time() if at is None else at)
    key = secret or f"whsec_{creditor.id}"
    mark = hmac.new(key.encode(), f"{moment}.{body}".encode(), sha256).hexdigest()
    return body, f"t={moment},v1={mark}"


def event_about(object_id, kind=PAID, **changes):
    thing = {"id": object_id, "object": kind.split(".")[0]}
    made = {"object": "event", "created": int(time.time()), "livemode": False, "data": {"object": thing}}
    return {"id": f"evt_of_{object_id}", "type": kind, **made, **changes}


def early_in_a_second():
    """Now, with most of its second still ahead: so that whole seconds count the same here and there."""
    while time.time() % 1 > 0.5:
        time.sleep(0.02)
    return int(time.time())


def test_W1_the_same_notice_five_times_books_once(house, provider, claim):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    for _ in range(5):
        assert provider.told(notice) == 200
        house.invariants(claim)
    assert paid(house, claim) == [4820]
    assert house.again(claim).state is ClaimState.CLOSED


def test_W1_the_same_notice_to_both_functions_at_the_same_time_books_once(house, creditor, provider, claim):
    payment = provider.takes(4820, claim=claim)
    notice = provider.notice(PAID, payment)
    told = house.wire.race(*[lambda: provider.tells(notice)] * 4)
    assert told == [200] * 4
    kept = wiring.store().event(creditor.id, json.loads(notice[0])["id"])
    answers = house.wire.race(*[lambda: house.money_told(creditor.id, kept)] * 4)
    assert answers == [{"batchItemFailures": []}] * 4
    assert paid(house, claim) == [4820]
    house.invariants(claim)


def test_W2_new_event_id_for_the_same_payment_books_once(house, provider, claim):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    again = provider.sends_again(notice, new_id=True)
    assert json.loads(again[0])["id"] != json.loads(notice[0])["id"]
    for one in (notice, again, notice):
        assert provider.told(one) == 200
        house.invariants(claim)
    assert paid(house, claim) == [4820]


def test_W2_two_event_ids_of_one_payment_worked_on_at_the_same_time_book_once(house, creditor, provider, claim):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    both = [notice, provider.sends_again(notice, new_id=True)]
    assert [provider.tells(one) for one in both] == [200, 200]
    kept = [wiring.store().event(creditor.id, json.loads(body)["id"]) for body, _ in both]
    house.wire.race(*[lambda one=one: house.money_told(creditor.id, one) for one in kept])
    assert paid(house, claim) == [4820]
    house.invariants(claim)


def test_W3_succeeded_before_created_is_booked(house, provider, claim):
    payment = provider.takes(4820, claim=claim)
    for kind in (PAID, "charge.succeeded", "payment_intent.created"):
        assert (
            provider.told(provider.notice(kind, payment if "intent" in kind else charge_of(house, payment))) == 200
        )
        house.invariants(claim)
        assert paid(house, claim) == [4820]


def charge_of(house, payment):
    def named():
        told = (event["data"]["object"] for event in house.payments.listener.events())
        return next((thing["id"] for thing in told if thing.get("payment_intent") == payment), None)

    return house.until(named)


def test_W4_failed_after_succeeded_stays_paid(house, creditor, provider, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    hosted = reader.press(reader.get("pay"), "/pay").location
    house.payments.press(hosted, "card_declined")
    house.payments.press(hosted, "card")
    attempt = house.matter(claim).attempts[house.again(claim).attempt]
    payment = wiring.gateway().checkout(creditor.id, attempt.provider_id).payment_id
    assert provider.told(provider.notice(PAID, payment)) == 200
    assert house.again(claim).state is ClaimState.CLOSED
    assert provider.told(provider.notice("payment_intent.payment_failed", payment)) == 200
    assert house.again(claim).state is ClaimState.CLOSED
    assert paid(house, claim) == [4820]
    house.invariants(claim)


@pytest.mark.parametrize(
    "label",
    [
        lambda claim: {"creditor": claim.creditor, "claim": "R-nobody-knows"},
        lambda claim: {},
        lambda claim: {"creditor": "somebody-else", "claim": claim.id},
    ],
)
def test_W5_money_for_an_unknown_claim_goes_to_suspense_and_raises_an_alarm(
    house, creditor, provider, claim, alarms, label
):
    payment = provider.takes(990, labels=label(claim))
    notice = provider.notice(PAID, payment)
    assert provider.told(notice) == 200
    assert house.suspense(creditor) == [(payment, 990, "unknown_claim")]
    (alarm,) = alarms.of("suspense")
    assert alarm.creditor == creditor.id
    assert provider.told(notice) == 200
    assert provider.told(provider.sends_again(notice, new_id=True)) == 200
    assert len(house.suspense(creditor)) == 1
    assert paid(house, claim) == []
    house.invariants(claim)


def test_W6_a_bad_signature_is_400_and_nothing_is_written(house, creditor, provider, claim):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    house.carry(creditor)
    before = house.everything()
    forged = [
        provider.sends_again(notice, wrong_signature=True),
        (notice[0], ""),
        (notice[0], "t=1,v1=0"),
        (notice[0], "äöü"),
        signed(creditor, notice[0], secret="whsec_somebody_else"),  # noqa: S106
        (notice[0], notice[1].replace("v1=", "v0=")),
    ]
    assert [provider.told(one) for one in forged] == [400] * len(forged)
    assert house.everything() == before
    house.invariants(claim)


def test_O3_a_creditors_notice_at_anothers_address_books_nothing_whoever_signed_it(
    house, creditor, provider, claim, alarms
):
    other = house.open_creditor()
    body, mark = provider.notice(PAID, provider.takes(4820, claim=claim))
    before = house.everything()

    def at_the_others(text, signature):
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
        return answered("POST", f"/webhooks/{other.id}/stripe", text, headers).status

    assert at_the_others(body, mark) == 400
    assert house.everything() == before
    assert at_the_others(*signed(other, body)) == 200, "its own secret is believed, and its own account is asked"
    assert house.carry(other)[0]["batchItemFailures"], "which knows of no such payment: a person has to look"
    assert house.suspense(other) == house.suspense(creditor) == paid(house, claim) == []
    assert provider.told((body, mark)) == 200
    assert paid(house, claim) == [4820]


@pytest.mark.parametrize(("aside", "status"), [(-301, 400), (-300, 200), (300, 200), (301, 400)])
def test_W7_W8_a_notice_may_be_signed_300_seconds_away_and_not_301(
    house, creditor, provider, claim, aside, status
):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    before = house.everything()
    moved = signed(creditor, notice[0], at=early_in_a_second() + aside)
    assert provider.tells(moved) == status
    assert (house.everything() == before) is (status == 400)
    house.carry(creditor)
    assert paid(house, claim) == ([4820] if status == 200 else [])
    house.invariants(claim)


def test_W9_a_body_changed_on_the_way_is_refused_and_nothing_is_written(house, provider, claim):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    before = house.everything()
    changed = provider.sends_again(notice, changed_body=True)
    for one in (changed, (notice[0] + " ", notice[1]), (notice[0].replace("4820", "1"), notice[1])):
        assert provider.tells(one) == 400
    assert house.everything() == before
    assert provider.told(notice) == 200
    assert paid(house, claim) == [4820]
    house.invariants(claim)


def test_W10_while_a_secret_is_rotated_both_are_valid_and_later_only_the_new_one(house, creditor, provider, claim):
    old, new = f"whsec_{creditor.id}", f"whsec_new_{creditor.id}"
    value = {"api_key": provider.key, "webhook_secret": new}
    first, second = (provider.notice(PAID, provider.takes(amount, claim=claim)) for amount in (1000, 2000))
    assert provider.told(signed(creditor, first[0], secret=old)) == 200
    house.secrets.put_secret_value(SecretId=creditor.provider_secret, SecretString=json.dumps(value))
    house.forget_secrets()
    assert provider.told(signed(creditor, second[0], secret=new)) == 200
    third, fourth = (provider.notice(PAID, provider.takes(amount, claim=claim)) for amount in (300, 400))
    assert provider.told(signed(creditor, third[0], secret=old)) == 200
    assert paid(house, claim) == [1000, 2000, 300]
    value["webhook_secret"] = f"whsec_newest_{creditor.id}"
    house.secrets.put_secret_value(SecretId=creditor.provider_secret, SecretString=json.dumps(value))
    house.forget_secrets()
    assert provider.told(signed(creditor, fourth[0], secret=old)) == 400
    assert provider.told(signed(creditor, fourth[0], secret=new)) == 200
    house.invariants(claim)


def test_W11_a_live_notice_for_a_creditor_in_test_mode_is_ignored(house, creditor, provider, claim):
    payment = provider.takes(4820, claim=claim)
    before = house.everything()
    assert provider.tells(signed(creditor, event_about(payment, livemode=True))) == 200
    assert house.everything() == before


@pytest.mark.parametrize("kind", ["customer.created", "payment_intent.created", "a.kind.of.next.year"])
def test_W12_a_notice_of_a_kind_we_do_not_use_is_answered_and_forgotten(house, creditor, provider, claim, kind):
    before = house.everything()
    assert provider.tells(signed(creditor, event_about("cus_1", kind))) == 200
    assert house.everything() == before


def test_W13_another_currency_goes_to_suspense(house, creditor, provider, claim, alarms):
    payment = provider.takes(4820, claim=claim, currency="usd")
    assert provider.told(provider.notice(PAID, payment)) == 200
    assert house.suspense(creditor) == [(payment, 4820, "wrong_currency")]
    assert house.again(claim).outstanding.total == 4820
    assert len(alarms.of("suspense")) == 1
    house.invariants(claim)


def test_W14_what_was_received_is_booked_whatever_was_asked_for(house, creditor, provider, claim):
    assert provider.told(provider.notice(PAID, provider.takes(1820, claim=claim))) == 200
    assert house.again(claim).outstanding.total == 3000
    assert house.again(claim).state is ClaimState.OPEN
    house.invariants(claim)
    payment = provider.takes(3500, claim=claim)
    assert provider.told(provider.notice(PAID, payment)) == 200
    assert house.again(claim).state is ClaimState.CLOSED
    assert house.suspense(creditor) == [(payment, 500, "overpaid")]
    house.invariants(claim)


def test_W15_what_no_notice_told_of_is_found_at_night_and_one_creditor_in_trouble_stops_no_other(
    house, provider, claim, alarms
):
    """The bucket lists creditors by name; a broken one stands before and behind the one with the money."""
    bucket, creditor = house.aws.client("s3"), provider.creditor
    broken = house.open_creditor(id=f"b-{creditor.id}")
    house.secrets.delete_secret(SecretId=broken.provider_secret, ForceDeleteWithoutRecovery=True)
    keys = [f"creditors/{name}.yaml" for name in (f"a-{creditor.id}", broken.id, creditor.id, f"z-{creditor.id}")]
    for key in keys:
        bucket.put_object(Bucket="kulanz-house", Key=key, Body=b"settings that were refused")
    provider.takes(4820, claim=claim)
    with pytest.raises(NightlyFailed, match="MissingSecret"):
        nightly({}, None)
    assert paid(house, claim) == [4820]
    assert [alarm.creditor for alarm in alarms.of("secret_missing")] == [broken.id]
    bucket.delete_object(Bucket="kulanz-house", Key=keys[1])
    assert nightly({}, None)["found"] == 0, "found already"
    assert paid(house, claim) == [4820]
    house.invariants(claim)
    for key in keys:
        bucket.delete_object(Bucket="kulanz-house", Key=key)


def test_W16_a_huge_body_is_refused_unread(house, creditor, provider):
    before = house.everything()
    huge = json.dumps({**event_about("pi_1"), "more": "x" * 300_000})
    with house.wire.counted() as calls:
        assert provider.tells(signed(creditor, huge)) == 413
    assert not calls
    assert house.everything() == before


@pytest.mark.parametrize("creditor_id", ["nobody", "CREDITOR", "%2e%2e"])
def test_a_notice_for_a_creditor_or_provider_we_do_not_know_is_404(house, creditor, creditor_id):
    headers = {"Content-Type": "application/json", "Stripe-Signature": "t=1,v1=0"}
    assert answered("POST", f"/webhooks/{creditor_id}/stripe", "{}", headers).status == 404
    assert answered("POST", f"/webhooks/{creditor.id}/paypal", "{}", headers).status == 404


def test_I2_a_notice_kept_though_its_answer_was_lost_is_told_again_and_books_once(
    house, creditor, provider, claim
):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    with house.wire.at("dynamodb.TransactWriteItems", lost(), after=True):
        assert provider.tells(notice) == 503
    assert provider.tells(notice) == 200
    house.carry(creditor)
    assert paid(house, claim) == [4820]
    house.invariants(claim)


def waiting_of(house, creditor):
    """What lies in the queue for this creditor: a schedule of another test may fire late."""
    return [one for one in house.queued() if one["creditor"] == creditor.id]


def test_I2_a_booking_whose_answer_is_lost_on_the_line_is_answered_the_same_on_the_retry(
    house, creditor, provider, claim
):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    provider.tells(notice)
    kept = wiring.store().event(creditor.id, json.loads(notice[0])["id"])
    house.queued()
    with house.wire.answer_lost("dynamodb.TransactWriteItems"):
        assert house.money_told(creditor.id, kept) == {"batchItemFailures": []}
    assert paid(house, claim) == [4820]
    assert [waiting["debtor"] for waiting in waiting_of(house, creditor)] == [claim.debtor], (
        "the receipt is on its way"
    )
    house.invariants(claim)


def test_I2_a_booking_whose_answer_was_lost_is_asked_for_again_and_stands_once(house, creditor, provider, claim):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    provider.tells(notice)
    kept = wiring.store().event(creditor.id, json.loads(notice[0])["id"])
    house.queued()
    with house.wire.at("dynamodb.TransactWriteItems", lost(), after=True):
        assert house.money_told(creditor.id, kept)["batchItemFailures"]
    assert waiting_of(house, creditor) == []
    assert house.money_told(creditor.id, kept) == {"batchItemFailures": []}
    assert paid(house, claim) == [4820]
    assert [waiting["debtor"] for waiting in waiting_of(house, creditor)] == [claim.debtor], (
        "the receipt is on its way"
    )
    house.invariants(claim)


def test_a_crash_between_booking_and_schedule_loses_no_receipt(house, creditor, provider, claim):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    provider.tells(notice)
    kept = wiring.store().event(creditor.id, json.loads(notice[0])["id"])
    house.queued()
    with house.wire.at("sqs.SendMessage", Death()), pytest.raises(Death):
        house.money_told(creditor.id, kept)
    assert paid(house, claim) == [4820]
    house.money_told(creditor.id, kept)
    (waiting,) = waiting_of(house, creditor)
    assert waiting["contact"] == house.planned(claim).id
    house.invariants(claim)


def test_I14_without_the_providers_key_the_money_waits_with_an_alarm_and_is_booked_later(
    house, creditor, provider, claim, alarms
):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    provider.tells(notice)
    kept = wiring.store().event(creditor.id, json.loads(notice[0])["id"])
    value = house.secrets.get_secret_value(SecretId=creditor.provider_secret)["SecretString"]
    house.secrets.delete_secret(SecretId=creditor.provider_secret, ForceDeleteWithoutRecovery=True)
    house.forget_secrets()
    before = house.everything()
    assert house.money_told(creditor.id, kept)["batchItemFailures"]
    assert [alarm.secret for alarm in alarms.of("secret_missing")] == [creditor.provider_secret]
    assert house.everything() == before
    house.secrets.create_secret(Name=creditor.provider_secret, SecretString=value)
    assert house.money_told(creditor.id, kept) == {"batchItemFailures": []}
    assert paid(house, claim) == [4820]
    house.invariants(claim)


def test_I6_a_payment_decided_on_a_stale_reading_is_decided_again(house, creditor, provider, claim):
    """Another payment is booked between the reading and the writing: both stand, in one chain."""
    first, second = (provider.notice(PAID, provider.takes(amount, claim=claim)) for amount in (1000, 2000))
    for notice in (first, second):
        provider.tells(notice)
    kept = [wiring.store().event(creditor.id, json.loads(body)["id"]) for body, _ in (first, second)]
    with house.wire.at("dynamodb.TransactWriteItems", lambda: house.money_told(creditor.id, kept[1])):
        assert house.money_told(creditor.id, kept[0]) == {"batchItemFailures": []}
    assert sorted(paid(house, claim)) == [1000, 2000]
    assert house.again(claim).outstanding.total == 1820
    house.invariants(claim)


def test_I14_without_the_webhook_secret_the_door_to_the_ledger_answers_503_and_nothing_is_written(
    house, creditor, provider, claim, alarms
):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    before = house.everything()
    house.secrets.delete_secret(SecretId=creditor.provider_secret, ForceDeleteWithoutRecovery=True)
    house.forget_secrets()
    assert provider.tells(notice) == 503
    assert alarms.of("secret_missing")
    broken = json.dumps({"api_key": provider.key})
    house.secrets.create_secret(Name=creditor.provider_secret, SecretString=broken)
    assert provider.tells(notice) == 503
    assert house.everything() == before
    house.secrets.put_secret_value(
        SecretId=creditor.provider_secret,
        SecretString=json.dumps({"api_key": provider.key, "webhook_secret": f"whsec_{creditor.id}"}),
    )
    house.forget_secrets()
    assert provider.told(notice) == 200
    assert paid(house, claim) == [4820]
    house.invariants(claim)
