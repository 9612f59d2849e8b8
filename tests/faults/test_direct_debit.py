"""A plan by direct debit over the real protocol: chosen, given on the hosted page, announced, drawn, ended."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.draw_instalment import Looked, look_after
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.drawing import RETRY_AFTER
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import Retry
from chalicelib.domain.mandate import MandateState
from chalicelib.domain.parties import PayMethod
from chalicelib.domain.plan import Method, PlanState
from chalicelib.ports import Commit
from tests.reader import Reader
from tests.wire import lost

MAIL = "marta.lindqvist@example.com"


@pytest.fixture
def reader(house, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    return reader


def agreed(reader, method="debit"):
    """The page after agreeing to a plan whose parts come that way."""
    offer = reader.on(reader.press(reader.get("plan"), "/plan", amount="10", method=method))
    assert reader.press(offer, "/document").status == 303
    return offer, reader.on(reader.press(offer, "/agree"))


def given(house, provider, claim, reader):
    """The mandate, given on the hosted page and told of."""
    _, page = agreed(reader)
    hosted = reader.press(page, "/mandate")
    assert hosted.status == 303 and hosted.location.startswith(house.payments.url)
    house.payments.press(hosted.location, "sepa")
    name = hosted.location.rpartition("/")[2]
    assert provider.told(provider.notice("checkout.session.completed", name)) == 200
    return the_mandate(house, claim)


def the_mandate(house, claim):
    (mandate,) = house.matter(claim).mandates.values()
    return mandate


def first_part(house, claim):
    (plan,) = house.matter(claim).plans.values()
    return plan.instalments[0]


def announced(house, claim):
    """The word before the first part, sent at its hour; when that was."""
    (word,) = [c for c in house.matter(claim).planned_for(claim.id) if c.kind is MessageKind.INSTALMENT]
    house.send(word)
    return word.due_at


def night(house, claim, days=0):
    """The nightly run comes to the mandate, so many days after its first part is due."""
    zone = wiring.policies()["DE"].zone
    now = datetime.combine(first_part(house, claim).due + timedelta(days=days), time(3), zone)
    return look_after(the_mandate(house, claim), till=wiring.till(), now=now)


def drawn(house, claim):
    return [a for a in house.matter(claim).attempts.values() if a.mandate]


def at_the_provider(house, claim):
    wish = {"limit": 100}
    found = wiring.mandates()._client(claim.creditor).v1.payment_intents.list(wish).data
    return [intent for intent in found if intent.metadata.to_dict().get("claim") == claim.id]


def test_a_plan_by_direct_debit_from_the_wish_to_the_booked_part(house, creditor, provider, claim, reader):
    offer, page = agreed(reader)
    assert "2 Tage vorher" in offer.words and "nichts abgebucht" in page.words
    assert house.matter(claim).plans and not drawn(house, claim)
    hosted = reader.press(page, "/mandate")
    again = reader.press(page, "/mandate")
    assert hosted.location == again.location, "two tabs, one page"
    house.payments.press(hosted.location, "sepa")
    back = reader.get(f"/r/{the_mandate(house, claim).id}")
    assert back.location.endswith("/agreed"), "the way back leads to what is agreed"
    provider.told(provider.notice("checkout.session.completed", hosted.location.rpartition("/")[2]))
    mandate = the_mandate(house, claim)
    assert (mandate.state, mandate.saved.last4) == (MandateState.ACTIVE, "3000")
    assert "3000" in reader.get("plan").words
    announced(house, claim)
    mail = house.mails(MAIL)[-1]
    assert "3000" in mail and mandate.saved.reference in mail and "10,00" in mail
    assert night(house, claim) is Looked.DRAWN
    assert night(house, claim, 1) is Looked.RESTS
    (intent,) = at_the_provider(house, claim)
    assert (intent.amount, intent.status) == (1000, "processing")
    assert not [action for action, _ in reader.get("pay").forms() if action.endswith("/pay")], "it is on its way"
    house.payments.lever("POST", f"payments/{intent.id}/settle", outcome="succeeded")
    assert provider.told(provider.notice("payment_intent.succeeded", intent.id)) == 200
    entries = [(e.kind, e.amount) for e in wiring.store().ledger(claim.creditor, claim.id)[1:]]
    assert entries == [(EntryKind.PAYMENT, 1000)]


def test_without_direct_debit_at_the_creditor_it_is_not_offered_and_a_forged_wish_gets_links(house):
    creditor = house.open_creditor(methods=(PayMethod.CARD,))
    claim = house.register(creditor)
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    assert 'value="debit"' not in reader.get("plan").text
    agreed(reader)
    (plan,) = house.matter(claim).plans.values()
    assert plan.method is Method.LINK
    assert reader.post("mandate", {}).location.endswith("/plan")
    house.invariants(claim)


def test_I2_an_answer_lost_at_the_provider_is_never_drawn_twice(house, provider, claim, reader):
    given(house, provider, claim, reader)
    announced(house, claim)
    house.payments.fault("lose_response", path="/v1/payment_intents", times=5)
    with pytest.raises(Retry):
        night(house, claim)
    house.payments.lever("DELETE", "faults")
    for day in (1, 2, 3):
        night(house, claim, day)
    assert len(at_the_provider(house, claim)) == len(drawn(house, claim)) == 1


@pytest.mark.parametrize("after", [False, True])
def test_I1_I2_a_break_before_or_after_the_draw_is_written_draws_once(house, provider, claim, reader, after):
    given(house, provider, claim, reader)
    announced(house, claim)
    with (
        house.wire.at("dynamodb.TransactWriteItems", lost(), after=after),
        pytest.raises(Exception, match="reach"),
    ):
        night(house, claim)
    house.invariants(claim)
    for day in (1, 2):
        night(house, claim, day)
        house.invariants(claim)
    assert len(at_the_provider(house, claim)) == len(drawn(house, claim)) == 1


def test_nothing_is_drawn_while_a_dispute_stands(house, provider, claim, reader):
    given(house, provider, claim, reader)
    announced(house, claim)
    held = house.again(claim).held(Hold(HoldKind.DISPUTE, wiring.clock(), None, "x-1"))
    wiring.store().commit(claim.creditor, Commit((), claims=(held,)))
    assert night(house, claim) is Looked.RESTS
    assert not at_the_provider(house, claim)


def test_the_debtor_ends_it_in_the_choices_and_the_provider_forgets_it(house, provider, claim, reader):
    mandate = given(house, provider, claim, reader)
    announced(house, claim)
    ended = reader.press(reader.get("choices"), "/choices", mandate=mandate.id)
    assert ended.status == 200 and "beendet" in ended.words and "3000" not in ended.words
    assert night(house, claim) is Looked.GONE
    assert wiring.mandates().saved_on(claim.creditor, mandate.page).active is False
    assert not at_the_provider(house, claim)
    (plan,) = house.matter(claim).plans.values()
    assert plan.state is PlanState.RUNNING


def test_a_mandate_that_ended_at_the_bank_is_told_of_and_drawn_on_no_more(house, provider, claim, reader):
    mandate = given(house, provider, claim, reader)
    gone = house.payments.lever("POST", f"mandates/{mandate.saved.way}/end")
    body, signature = house.until(
        lambda: next(
            (
                x
                for x in list(house.payments.listener.heard)
                if gone["id"].encode() in x[0] and b'"inactive"' in x[0]
            ),
            None,
        )
    )
    assert provider.told((body.decode(), signature)) == 200
    assert the_mandate(house, claim).state is MandateState.ENDED


def test_P5_nobody_without_the_factor_begins_or_ends_a_mandate(house, provider, claim, reader):
    mandate = given(house, provider, claim, reader)
    stranger = Reader(reader.token)
    assert stranger.post("mandate", {}).status == 303
    stranger.post("choices", {"mandate": mandate.id})
    assert the_mandate(house, claim).state is MandateState.ACTIVE
    assert replace(the_mandate(house, claim), version=0) == replace(mandate, version=0)


def test_a_debit_that_failed_is_told_with_the_day_of_the_second_try(house, provider, claim, reader):
    given(house, provider, claim, reader)
    announced(house, claim)
    assert night(house, claim) is Looked.DRAWN
    (intent,) = at_the_provider(house, claim)
    house.payments.lever("POST", f"payments/{intent.id}/settle", outcome="failed")
    assert provider.told(provider.notice("payment_intent.payment_failed", intent.id)) == 200
    (attempt,) = drawn(house, claim)
    page = reader.get("plan").words
    assert "Das kommt vor." in page and "versuchen wir es einmal noch" in page
    assert str((attempt.over_at + RETRY_AFTER).day) in page and "Sie müssen nichts tun" not in page


def test_M8_a_part_that_was_returned_is_drawn_no_more_and_nobody_is_told_to_wait_for_it(
    house, provider, claim, reader
):
    given(house, provider, claim, reader)
    word = announced(house, claim)
    assert night(house, claim) is Looked.DRAWN
    (intent,) = at_the_provider(house, claim)
    house.payments.lever("POST", f"payments/{intent.id}/settle", outcome="succeeded")
    assert provider.told(provider.notice("payment_intent.succeeded", intent.id)) == 200
    returned = house.payments.lever("POST", f"payments/{intent.id}/return")["id"]
    assert provider.told(provider.notice("charge.dispute.created", returned)) == 200
    page = reader.get("plan").words
    assert "nicht noch einmal ab" in page and "Sie müssen nichts tun" not in page
    assert night(house, claim, 4) is Looked.RESTS and len(drawn(house, claim)) == 1
    (again,) = [c for c in house.matter(claim).planned_for(claim.id) if c.kind is MessageKind.INSTALMENT]
    house.send(again)
    mail = house.mails(MAIL)[-1]
    assert "Eine Zahlung zu dieser Rechnung ging zurück." in mail and "buchen wir" not in mail and word
