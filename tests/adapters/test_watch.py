"""The nightly run's indexes: what is due, what was never settled, what nobody relayed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.dynamo.store import DynamoStore, facts_in
from chalicelib.adapters.dynamo.watch import DynamoWatch
from chalicelib.domain.contact import ContactState
from chalicelib.domain.errors import Retry
from chalicelib.ports import Commit
from tests.adapters.test_store_contract import MOMENT, NUMBERS, contact, fact
from tests.builders import NOW


@pytest.fixture
def of():
    return f"watched{next(NUMBERS)}"


@pytest.fixture
def store(real_table):
    return DynamoStore(real_table, lambda: NOW)


@pytest.fixture
def watch(real_table):
    return DynamoWatch(real_table)


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
