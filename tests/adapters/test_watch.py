"""The nightly run's indexes: what is due, what was never settled, what nobody relayed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.adapters.dynamo.store import DynamoStore, facts_in
from chalicelib.adapters.dynamo.watch import DynamoWatch
from chalicelib.domain.collection_fee import CollectionFee
from chalicelib.domain.contact import ContactState
from chalicelib.domain.deferral import Deferral
from chalicelib.domain.errors import Retry
from chalicelib.domain.mandate import Mandate
from chalicelib.domain.plan import Instalment, Method, Plan
from chalicelib.ports import Commit
from tests.adapters.test_store_contract import MOMENT, NUMBERS, contact, fact, opened
from tests.builders import NOW
from tests.fakes.outside import FakeWatch
from tests.fakes.store import FakeStore


@pytest.fixture
def of():
    return f"watched{next(NUMBERS)}"


@pytest.fixture
def store(real_table):
    return DynamoStore(real_table, lambda: NOW)


@pytest.fixture
def watch(real_table):
    return DynamoWatch(real_table)


def plan(of, **changes):
    parts, how = (Instalment(1, date(2026, 12, 1), 4820),), Method.LINK
    plain = Plan(f"{of}-p", of, "K-501", "R-1001", "EUR", parts, how, "o-1", agreed_at=NOW, paid_before=0)
    return replace(plain, **changes)


def deferral(of, **changes):
    plain = Deferral(f"{of}-l", of, "K-501", "R-1001", until=date(2026, 12, 1), offer="o-1", agreed_at=NOW)
    return replace(plain, **changes)


def due(watch, of, until=MOMENT):
    return {found.id.removeprefix(f"{of}-") for found in watch.contacts_due(until) if found.creditor == of}


def test_contacts_come_up_to_the_moment_asked_for(store, watch, of):
    late = contact(of, "late", due_at=MOMENT + timedelta(microseconds=1))
    store.commit(of, Commit((), contacts=(contact(of, "due"), late)))
    assert due(watch, of) == {"due"}
    assert due(watch, of, MOMENT + timedelta(seconds=1)) == {"due", "late"}
    (found,) = (c for c in watch.contacts_due(MOMENT) if c.creditor == of)
    assert found == replace(contact(of, "due"), version=1)


@pytest.mark.parametrize("state", ContactState)
def test_only_what_is_planned_or_half_sent_is_looked_after(store, watch, of, state):
    store.commit(of, Commit((), contacts=(contact(of),)))
    if state is not ContactState.PLANNED:
        store.commit(of, Commit((), contacts=(contact(of, state=state, version=1),)))
    looked_after = state in (ContactState.PLANNED, ContactState.RESERVED)
    assert due(watch, of) == ({"c-1"} if looked_after else set())


def running(watch, of, until=MOMENT):
    return {found for found in watch.agreements_due(until) if found.creditor == of}


@pytest.mark.parametrize("part", ["plans", "deferrals"])
def test_agreements_come_once_the_hour_of_their_next_contact_has_gone_by(store, watch, of, part):
    one = {"plans": plan, "deferrals": deferral}[part](of, next_at=MOMENT)
    store.commit(of, Commit((), contacts=(contact(of, "due"),), **{part: (one,)}))
    assert running(watch, of, MOMENT - timedelta(seconds=1)) == set()
    assert running(watch, of) == {replace(one, version=1)}
    assert due(watch, of) == {"due"}, "neither is taken for the other"


@pytest.mark.parametrize("part", ["plans", "deferrals"])
def test_an_agreement_that_is_over_is_looked_after_no_more(store, watch, of, part):
    one = {"plans": plan, "deferrals": deferral}[part](of, next_at=MOMENT)
    store.commit(of, Commit((), **{part: (one,)}))
    store.commit(of, Commit((), **{part: (replace(one, next_at=None, version=1),)}))
    assert running(watch, of) == set()


def mandates(watch, of, until=MOMENT):
    return {found.id for found in watch.mandates_due(until) if found.creditor == of}


def test_mandates_come_when_they_are_to_be_looked_at_and_only_then(store, watch, of):
    one = Mandate(f"{of}-m", of, "K-501", "R-1001", "p-1", 2, NOW, look_at=MOMENT)
    store.commit(of, Commit((), contacts=(contact(of, "due"),), mandates=(one,)))
    assert mandates(watch, of, MOMENT - timedelta(seconds=1)) == set()
    assert mandates(watch, of) == {one.id}
    assert due(watch, of) == {"due"} and running(watch, of) == set(), "none is taken for another"
    store.commit(of, Commit((), mandates=(replace(one, look_at=None, version=1),)))
    assert mandates(watch, of) == set()


def test_facts_nobody_relayed_are_said_once(store, watch, of):
    store.commit(of, Commit((fact(of),)))
    said = []
    watch.resend_facts(NOW - timedelta(seconds=1), said.append)
    assert not [facts for facts in said if facts[0].creditor == of], "too young"
    watch.resend_facts(NOW, said.append)
    watch.resend_facts(NOW, said.append)
    assert [facts for facts in said if facts[0].creditor == of] == [(fact(of),)]


def test_facts_the_bus_refuses_stay_unsaid(store, watch, of):
    store.commit(of, Commit((fact(of),)))

    def refuse(facts):
        raise Retry("bus out of reach")

    with pytest.raises(Retry):
        watch.resend_facts(NOW, refuse)
    said = []
    watch.resend_facts(NOW, said.append)
    assert (fact(of),) in said


def test_facts_that_left_the_table_meanwhile_are_no_trouble(watch):
    watch.relayed({"pk": "CR#gone#F#1", "sk": "FACTS"})


def test_the_last_comparison_with_the_provider_is_remembered(watch, of):
    assert watch.reconciled(of) is None
    for at in (MOMENT, MOMENT + timedelta(days=1)):
        watch.note_reconciled(of, at)
        assert watch.reconciled(of) == at


def test_an_outbox_item_tells_its_facts(store, real_table, of):
    store.commit(of, Commit((fact(of), fact(of))))
    items = [i for i in real_table.client.scan(TableName="contract")["Items"] if f"CR#{of}#F" in i["pk"]["S"]]
    (item,) = items
    assert facts_in(item) == (fact(of), fact(of))
    assert "unrelayed" in item and item["sk2"]["S"]


def test_claims_come_when_their_fee_may_rise_and_no_others(store, watch, of):
    fee = CollectionFee("c-1", date(2026, 11, 2), 20_000, vat=False, flat=False, look_at=MOMENT)
    one, _, _ = opened(store, of, fee=fee)
    opened(store, f"{of}-other", fee=replace(fee, look_at=None))

    def found(until=MOMENT):
        return [claim for claim in watch.fees_due(until) if claim.creditor.startswith(of)]

    assert found(MOMENT - timedelta(seconds=1)) == []
    assert found() == [one]
    store.commit(of, Commit((), claims=(replace(one, fee=replace(fee, look_at=None)),)))
    assert found() == []


def test_a_creditors_past_contacts_come_by_their_hour_each_time_in_the_same_order(store, watch, of):
    here = FakeStore()
    day = MOMENT.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = [day - timedelta(microseconds=1), day, MOMENT, MOMENT, day + timedelta(hours=24)]
    held = [contact(of, f"n-{place}-{n}", due_at=at) for place, at in enumerate(hours) for n in range(8)]
    for one in (*held, contact(f"{of}x", "other", due_at=MOMENT)):
        for kept in (store, here):
            kept.commit(one.creditor, Commit((), contacts=(one,)))
            if not one.id.endswith("-7"):
                kept.commit(one.creditor, Commit((), contacts=(replace(one, state=ContactState.SENT, version=1),)))
    span = (day, day + timedelta(hours=24))
    found = [one.id for one in watch.contacts_of(of, *span)]
    assert sorted(found) == sorted(one.id for one in held[8:32] if not one.id.endswith("-7"))
    assert found == [one.id for one in FakeWatch(here).contacts_of(of, *span)]
