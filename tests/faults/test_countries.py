"""Other countries' creditors over the real protocol: sandbox only, at the debtor's hour, in their own money."""

from datetime import date

import pytest

from chalicelib import wiring
from chalicelib.domain.contact import ContactState
from chalicelib.domain.parties import ActingAs, Address
from tests.builders import row
from tests.operators import Person
from tests.reader import Reader

OFFICES = {
    "GB": Address("1 Quay Street", "M3 3JE", "Manchester", "GB"),
    "US": Address("1 Market St", "94105", "San Francisco, CA", "US"),
}
HOMES = {
    "GB": {"country": "GB", "postcode": "EH1 1AA", "city": "Edinburgh", "currency": "GBP"},
    "US": {"country": "US", "postcode": "96813", "city": "Honolulu, HI", "currency": "USD"},
}
LONG_AGO = date(2024, 1, 5)
SIGNS = {"GB": "£", "US": "$"}
each = pytest.mark.parametrize("country", sorted(OFFICES))


def opened(house, country, **changes):
    changes = {"country": country, "address": OFFICES[country], "sandbox": True, "language": "en", **changes}
    return house.open_creditor(**{"reviewed_by": None, "reviewed_on": None, **changes})


def taken(house, creditor, country, **changes):
    said = {"language": "en", "default_since": None, **HOMES[country], **changes}
    return house.register(creditor, **said)


@each
@pytest.mark.parametrize("lacking", ["reviewed_by", "sandbox"])
def test_O2_a_policy_nobody_reviewed_runs_in_the_sandbox_and_nothing_leaves(house, country, lacking):
    """What would have left stands in the table as it was composed, and nowhere else."""
    creditor = opened(house, country, **({} if lacking == "sandbox" else {"sandbox": False}))
    address = f"{creditor.id}@example.com"
    claim = taken(house, creditor, country, email=address, phone=None)
    planned = house.planned(claim)
    policy, debtor = wiring.policies()[country], house.matter(claim).debtor
    local = planned.due_at.astimezone(policy.zone_of(debtor))
    assert local.hour in (8, 9) and policy.hours_of(debtor).permitted(planned.due_at), "a morning where they live"
    assert house.send(planned).value == "sandboxed"
    assert house.mails(address) == []
    held = house.matter(claim).contacts[planned.id]
    assert (held.state, held.sent_at) == (ContactState.SANDBOXED, None)
    message = wiring.store().message(creditor.id, planned.id)
    assert message.language == "en" and "/stop" in message.long
    house.invariants(claim)


@each
def test_a_claim_in_pounds_or_dollars_is_shown_and_written_in_its_own_money(house, country):
    claim = taken(house, opened(house, country), country, default_since=None)
    reader = Reader(house.link_to(claim), sends={"Host": "zahlen.example", "Accept-Language": "en"})
    page = reader.through_the_door(HOMES[country]["postcode"])
    assert f"{SIGNS[country]}48.20" in page.words and "€" not in page.words
    for place in ("pay", "later", "plan", "wrong", "talk", "history"):
        answer = reader.get(place)
        assert answer.status == 200 and "€" not in answer.words, place
    house.invariants(claim)


@each
def test_neither_interest_nor_a_fee_of_another_countrys_law_is_added(house, country):
    collector = {"acting_as": ActingAs.COLLECTOR, "on_behalf_of": "Dawn plc", "bills_collection_fee": True}
    creditor = opened(house, country, **collector)
    claim = taken(
        house, creditor, country, default_since=row().due, default_basis="reminder", contract_date=LONG_AGO
    )
    assert claim.interest is None
    house.send(house.planned(claim))
    assert house.again(claim).fee is None and house.again(claim).outstanding == claim.outstanding


def test_every_contact_with_a_claim_made_and_not_made_is_shown_with_what_the_policy_answered(house):
    creditor = house.open_creditor()
    claim = house.register(creditor, representative=True)
    person = Person("anna", creditor.id)
    (unmade,) = person.looks("contacts", claim=claim.id)["contacts"]
    (answer,) = unmade["decisions"]
    assert (unmade["state"], unmade["step"]) == ("cancelled", 0)
    assert answer["answer"] == "refused" and answer["because"] == "representative"
    assert answer["rule"] == wiring.policies()["DE"].rule
    made = house.register(creditor)
    planned = house.planned(made)
    assert house.send(planned).value == "sent"
    first, then = person.looks("contacts", claim=made.id)["contacts"]
    planning, sending = first["decisions"]
    assert planning["answer"] in ("allowed", "wait") and sending["answer"] == "allowed"
    assert then["state"] == "planned" and then["id"] == house.planned(made).id
    assert "@" not in str((unmade, first, then)), "ids and reasons, no address"
    assert person.asks("GET", "contacts", query={"claim": "R-nobody"})[0] == 404
    stranger = Person("anna", house.open_creditor().id)
    assert stranger.asks("GET", "contacts", query={"claim": claim.id})[0] == 404, "O3"
