"""Money that leaves, over the real protocol: by whom, how often, and whatever fails on the way."""

import json
import os
from contextlib import suppress
from dataclasses import replace

import pytest

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.leaving import LeavingState
from chalicelib.entrypoints.schedules import NightlyFailed, nightly
from chalicelib.ports import Commit
from tests.operators import ACCOUNT, Person
from tests.reader import sqs
from tests.wire import Death, lost

PAID = "payment_intent.succeeded"


@pytest.fixture
def overpaid(house, provider, claim, anna):
    """€60.00 came for a claim of €48.20; the order that waits for what is too much."""
    payment = provider.takes(6000, claim=claim)
    provider.told(provider.notice(PAID, payment))
    (order,) = anna.looks("refunds")["refunds"]
    return order


def at_provider(house, provider):
    """Every refund the provider has made for this creditor, in minor units."""
    session = wiring.gateway()
    return [one.amount for one in session.refunds_since(provider.creditor.id, wiring.clock().replace(year=2020))]


def settled(house, creditor, provider):
    """The stream and the bus carry on until nothing waits, and the provider's notices come."""
    for _ in range(4):
        house.carry(creditor)
        for body, signature in list(house.payments.listener.heard):
            if json.loads(body)["type"].startswith("refund."):
                provider.tells((body.decode(), signature))


def order_of(creditor, order):
    return wiring.outgoing().refund(creditor.id, order["id"])


def test_M1_what_is_too_much_goes_back_when_two_people_say_so(
    house, creditor, provider, claim, overpaid, anna, bernd
):
    assert (overpaid["amount"], overpaid["state"], overpaid["reason"]) == (1180, "waiting", "overpaid")
    assert anna.acts("release", order=overpaid["id"])["refund"]["state"] == "released_once"
    settled(house, creditor, provider)
    assert at_provider(house, provider) == []
    assert bernd.acts("release", order=overpaid["id"])["refund"]["state"] == "released"
    settled(house, creditor, provider)
    assert at_provider(house, provider) == [1180]
    assert order_of(creditor, overpaid).state is LeavingState.DONE
    assert anna.looks("refunds")["refunds"] == anna.looks("suspense")["suspense"] == []
    assert house.again(claim).state is ClaimState.CLOSED
    told = [(act["by"], act["what"]) for act in anna.looks("acts")["acts"]]
    assert told == [("anna", "release"), ("bernd", "release")]


@pytest.fixture
def paid(house, provider, claim, anna):
    """A claim of €48.20 that was paid: the payment as an operator finds it."""
    provider.told(provider.notice(PAID, provider.takes(4820, claim=claim)))
    (payment,) = anna.looks("payments", claim=claim.id)["payments"]
    return payment


def test_M4_M5_a_booked_payment_goes_back_once_and_the_providers_notices_reverse_it_once(
    house, creditor, provider, claim, paid, anna, bernd
):
    assert (paid["amount"], paid["left"]) == (4820, 4820)
    given = anna.acts("give-back", source=paid["source"], amount="20.00")
    order = given["refund"]
    assert (order["amount"], order["state"], order["reason"]) == (2000, "waiting", "given_back")
    assert bernd.acts("give-back", source=paid["source"], amount="20.00")["refund"]["id"] == order["id"]
    assert anna.acts("give-back", source=paid["source"], amount="20.01")["because"] == "refund_waits"
    assert house.again(claim).state is ClaimState.CLOSED
    for person in (anna, bernd):
        person.acts("release", order=order["id"])
    for _ in range(2):
        settled(house, creditor, provider)
        nightly({"creditors": [creditor.id]}, None)
    assert at_provider(house, provider) == [2000] and order_of(creditor, order).state is LeavingState.DONE
    entries = wiring.store().ledger(creditor.id, claim.id)
    assert [(e.kind.value, e.amount) for e in entries[1:]] == [("payment", 4820), ("reversal", 2000)]
    assert house.again(claim).outstanding.total == 2000
    assert anna.looks("payments", claim=claim.id)["payments"][0]["left"] == 2820
    assert anna.acts("give-back", source=paid["source"], amount="28.21")["because"] == "above_paid"
    assert anna.acts("give-back", source="pi_other", amount="1.00")["status"] == 404
    house.invariants(claim)


def test_M4_eight_people_at_once_order_one_refund(house, paid, anna):
    people = [Person(name, anna.creditor) for name in "abcdefgh"]
    ask = [lambda who=who: who.acts("give-back", source=paid["source"], amount="48.20") for who in people]
    answers = house.wire.race(*ask)
    assert len({answer["refund"]["id"] for answer in answers if answer["status"] == 200}) == 1
    assert len(anna.looks("refunds")["refunds"]) == 1


def test_O3_another_creditors_payment_is_as_if_it_did_not_exist(house, claim, paid):
    other = Person("anna", house.open_creditor().id)
    assert other.looks("payments", claim=claim.id)["payments"] == []
    assert other.acts("give-back", source=paid["source"], amount="48.20")["status"] == 404


def test_one_person_under_two_roles_is_one_person(house, overpaid, anna):
    anna.acts("release", order=overpaid["id"])
    for other in (
        anna,
        Person("Anna", anna.creditor, role="Finance"),
        Person("anna", anna.creditor, role="Admin"),
    ):
        answer = other.acts("release", order=overpaid["id"])
        assert (answer["status"], answer["because"]) == (409, "same_person")
    assert len(anna.looks("acts")["acts"]) == 1


@pytest.mark.parametrize(
    "arn",
    [f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:role/Finance", "-", "anna"],
)
def test_who_is_no_single_person_is_nobody_and_writes_nothing(house, creditor, overpaid, arn):
    before = house.everything(creditor.id)
    nobody = Person("anna", creditor.id, arn=arn)
    assert nobody.asks("GET", "refunds") == (403, {"said": "nobody"})
    assert nobody.acts("release", order=overpaid["id"])["status"] == 403
    assert house.everything(creditor.id) == before


def test_what_the_body_says_of_the_person_is_not_heard(house, overpaid, anna):
    anna.acts("release", order=overpaid["id"], by="bernd", userArn=f"arn:aws:iam::{ACCOUNT}:user/bernd")
    assert [act["by"] for act in anna.looks("acts")["acts"]] == ["anna"]


def test_O3_another_creditors_order_is_as_if_it_did_not_exist(house, overpaid):
    other = Person("anna", house.open_creditor().id)
    before = house.everything(other.creditor)
    assert other.acts("release", order=overpaid["id"])["status"] == 404
    assert other.acts("refuse", order=overpaid["id"])["status"] == 404
    assert other.looks("refunds")["refunds"] == []
    assert house.everything(other.creditor) == before


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("release", {}),
        ("release", {"order": ""}),
        ("release", {"order": "x" * 201}),
        ("assign", {"source": "pi_1"}),
        ("pay-out", {"until": "yesterday"}),
        ("send-back", {"source": "pi_1", "iban": "DE00", "payee": "Jana"}),
        ("give-back", {"source": "pi_1"}),
        ("take-back", {"source": "bank:1"}),
        ("give-back", {"source": "pi_1", "amount": "4820"}),
        ("give-back", {"source": "pi_1", "amount": "48,20"}),
        ("give-back", {"source": "pi_1", "amount": "-48.20"}),
        ("give-back", {"source": "pi_1", "amount": "1,048.20"}),
    ],
)
def test_what_a_command_needs_is_asked_for_by_name(anna, what, said):
    answer = anna.acts(what, **said)
    assert (answer["status"], answer["said"]) == (422, "unfit") and answer["field"]


@pytest.mark.parametrize("body", ["[]", "{", '"x"', "1"])
def test_a_body_that_is_no_object_is_unfit(anna, body):
    assert anna.asks("POST", "release", body=body)[0] == 422


def test_an_unknown_command_or_creditor_is_not_found(anna):
    assert anna.acts("give-me-all")["status"] == 404
    assert Person("anna", "nobody-knows").acts("release", order="rf1")["status"] == 404
    assert Person("anna", "UPPER").asks("GET", "refunds")[0] == 404


def released(overpaid, anna, bernd):
    for person in (anna, bernd):
        person.acts("release", order=overpaid["id"])


def wake(creditor, order):
    """The money function, as the bus wakes it for a released refund."""
    from chalicelib.entrypoints.events import money

    return money(sqs({"detail": {"creditor": creditor.id, "order": order["id"]}}), None)


def test_M4_the_answer_of_the_provider_is_lost_and_one_refund_leaves(
    house, creditor, provider, overpaid, anna, bernd
):
    released(overpaid, anna, bernd)
    house.payments.lever(
        "POST", "faults", fault="lose_response", path="/v1/refunds", type="POST", api_key=provider.key, times=9
    )
    assert wake(creditor, overpaid)["batchItemFailures"]
    house.payments.lever("DELETE", "faults")
    assert order_of(creditor, overpaid).state is LeavingState.RELEASED
    assert at_provider(house, provider) == [1180]
    for _ in range(3):
        assert wake(creditor, overpaid) == {"batchItemFailures": []}
    settled(house, creditor, provider)
    assert at_provider(house, provider) == [1180]
    assert order_of(creditor, overpaid).state is LeavingState.DONE


@pytest.mark.parametrize("after", [False, True])
def test_M4_the_process_dies_between_the_providers_refund_and_our_booking(
    house, creditor, provider, overpaid, anna, bernd, after
):
    released(overpaid, anna, bernd)
    with house.wire.at("dynamodb.TransactWriteItems", Death(), after=after), pytest.raises(Death):
        wake(creditor, overpaid)
    assert at_provider(house, provider) == [1180]
    assert wake(creditor, overpaid) == {"batchItemFailures": []}
    settled(house, creditor, provider)
    assert at_provider(house, provider) == [1180]
    assert order_of(creditor, overpaid).state is LeavingState.DONE


def test_I2_the_answer_of_our_own_table_is_lost_and_the_order_moves_once(
    house, creditor, provider, overpaid, anna, bernd
):
    released(overpaid, anna, bernd)
    with house.wire.answer_lost("dynamodb.TransactWriteItems"):
        wake(creditor, overpaid)
    wake(creditor, overpaid)
    settled(house, creditor, provider)
    assert at_provider(house, provider) == [1180]
    assert order_of(creditor, overpaid).state is LeavingState.DONE


def test_M4_four_workers_at_once_give_back_once(house, creditor, provider, overpaid, anna, bernd):
    released(overpaid, anna, bernd)
    house.wire.race(*[lambda: wake(creditor, overpaid)] * 4)
    wake(creditor, overpaid)
    settled(house, creditor, provider)
    assert at_provider(house, provider) == [1180]
    assert order_of(creditor, overpaid).state is LeavingState.DONE


def test_two_releases_at_the_same_moment_both_count(house, overpaid, anna, bernd):
    ask = [lambda who=who: who.acts("release", order=overpaid["id"]) for who in (anna, bernd)]
    states = sorted(answer["refund"]["state"] for answer in house.wire.race(*ask))
    assert states == ["released", "released_once"]


def test_the_same_person_at_four_terminals_counts_once(house, overpaid, anna):
    answers = house.wire.race(*[lambda: anna.acts("release", order=overpaid["id"])] * 4)
    assert sorted(answer["status"] for answer in answers) == [200, 409, 409, 409]
    assert anna.looks("refunds")["refunds"][0]["state"] == "released_once"


def test_M5_what_the_creditor_gave_back_by_itself_is_not_given_back_again(
    house, creditor, provider, overpaid, anna, bernd, alarms
):
    wish = {"api_key": provider.key, "payment_intent": overpaid["source"], "amount": 5000}
    house.payments.lever("POST", "refunds", **wish)
    released(overpaid, anna, bernd)
    settled(house, creditor, provider)
    assert at_provider(house, provider) == [5000]
    assert (order_of(creditor, overpaid).state, order_of(creditor, overpaid).because) == (
        LeavingState.FAILED,
        "above_paid",
    )
    assert alarms.of("refund_failed")


def test_a_release_that_nobody_carried_on_leaves_with_the_next_night(
    house, creditor, provider, overpaid, anna, bernd, alarms
):
    released(overpaid, anna, bernd)
    put_settings(house, creditor)
    order = order_of(creditor, overpaid)
    older = order.changed_at.replace(year=order.changed_at.year - 1)
    wiring.store().commit(creditor.id, Commit((), refunds=(replace(order, changed_at=older),)))
    night()
    assert at_provider(house, provider) == [1180]
    assert order_of(creditor, overpaid).state is LeavingState.DONE


def put_settings(house, creditor):
    """The nightly run names the creditors by their settings' objects."""
    house.aws.client("s3").put_object(
        Bucket=os.environ["BUCKET"], Key=f"creditors/{creditor.id}.yaml", Body=b"id: x"
    )


def night():
    with suppress(NightlyFailed):  # other creditors of this run have no keys any more
        nightly({}, None)


def test_money_of_an_unknown_claim_is_assigned_once(house, creditor, provider, claim, anna, bernd):
    payment = provider.takes(4820, labels={"creditor": creditor.id})
    provider.told(provider.notice(PAID, payment))
    (lying,) = anna.looks("suspense")["suspense"]
    assert (lying["source"], lying["amount"], lying["days"]) == (payment, 4820, 0)
    ask = [lambda who=who: who.acts("assign", source=payment, claim=claim.id) for who in (anna, bernd)]
    answers = house.wire.race(*ask)
    assert [answer["assigned"]["taken"] for answer in answers if answer["status"] == 200]
    again = anna.acts("assign", source=payment, claim=claim.id)
    assert again["assigned"] == {"claim": claim.id, "taken": 4820, "surplus": 0}
    assert house.again(claim).state is ClaimState.CLOSED
    assert [entry.amount for entry in wiring.store().ledger(creditor.id, claim.id)[1:]] == [4820]
    assert anna.looks("suspense")["suspense"] == []


def test_what_is_assigned_and_then_charged_back_is_owed_again(house, creditor, provider, claim, anna):
    payment = provider.takes(4820, labels={"creditor": creditor.id})
    provider.told(provider.notice(PAID, payment))
    anna.acts("assign", source=payment, claim=claim.id)
    dispute = house.payments.lever("POST", "disputes", api_key=provider.key, payment_intent=payment)["id"]
    provider.told(provider.notice("charge.dispute.created", dispute))
    assert house.again(claim).state is ClaimState.OPEN
    assert house.again(claim).outstanding.total == 4820


def test_an_operators_answer_names_no_person_in_the_log(house, overpaid, anna, alarms):
    anna.acts("release", order=overpaid["id"])
    assert "anna" not in alarms


def test_the_table_is_out_of_reach_and_the_door_says_try_again(house, overpaid, anna):
    with house.wire.at("dynamodb.TransactWriteItems", lost()):
        answer = anna.acts("release", order=overpaid["id"])
    assert (answer["status"], answer["said"]) == (503, "try_again")
    assert anna.acts("release", order=overpaid["id"])["status"] == 200
