"""Another account counts when two people have confirmed it and a day has passed; nothing gets round that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.accept_creditor import accept_creditor
from chalicelib.actions.change_account import bring_accounts_live, confirm_account
from chalicelib.domain.account_change import AccountUse, BankAccount
from chalicelib.domain.decision import Refused
from chalicelib.domain.facts import FactName
from chalicelib.domain.payout_terms import PayoutTerms
from tests.builders import NOW, creditor
from tests.fakes.store import FakeOutgoing

FIRST, OTHER, THIRD = "DE47990009090001234567", "DE14990003030000123456", "DE02120300000000202051"
DAY = timedelta(days=1)
OWN = BankAccount("Nordlicht Energie GmbH", THIRD)


@pytest.fixture
def house(world):
    return House(world)


class House:
    """One creditor's settings as its file, two people and the clock change them."""

    def __init__(self, world):
        self.store = world.store

    def upload(self, at=NOW, **changes):
        return accept_creditor(creditor(id="neu", **changes), store=self.store, now=at)

    def confirm(self, by, at=NOW, change=None):
        return confirm_account("neu", change or self.waiting().id, by=by, store=self.store, now=at)

    def waiting(self):
        (change,) = self.held().changes
        return change

    def held(self):
        return self.store.creditor("neu")

    def night(self, at):
        return bring_accounts_live("neu", store=self.store, now=at)


def test_a_first_account_is_shown_at_once_and_a_first_payout_account_waits(house):
    held = house.upload(payout_to=OWN, payout_terms=PayoutTerms())
    assert held.iban == FIRST and held.payout_to is None
    (change,) = held.changes
    assert (change.use, change.account) == (AccountUse.PAYOUT, OWN)


def test_another_account_counts_a_day_after_the_second_person(house):
    house.upload()
    held = house.upload(iban=OTHER, help_phone="+493099")
    assert (held.iban, held.help_phone) == (FIRST, "+493099")
    house.confirm("anna")
    assert house.confirm("bernd", NOW + DAY).live_from == NOW + 2 * DAY
    assert house.night(NOW + 2 * DAY - timedelta(seconds=1)) == ()
    assert house.held().iban == FIRST
    (name,) = house.night(NOW + 2 * DAY)
    assert house.night(NOW + 2 * DAY) == ()
    assert house.held().iban == OTHER and house.held().changes == ()
    (fact,) = house.store.named(FactName.ACCOUNT_CHANGED)
    assert dict(fact.about) == {"change": name}


def test_the_same_person_twice_is_one_person(house):
    house.upload()
    house.upload(iban=OTHER)
    house.confirm("anna")
    assert house.confirm("anna", NOW + DAY) == Refused("same_person", "two_people")
    assert house.night(NOW + 9 * DAY) == () and house.held().iban == FIRST


def test_two_people_at_once_both_count(house):
    house.upload()
    house.upload(iban=OTHER)
    house.store.meanwhile.append(lambda: house.confirm("bernd"))
    assert house.confirm("anna").live_from == NOW + DAY


def test_the_same_file_again_asks_nothing_new(house):
    house.upload()
    house.upload(iban=OTHER)
    house.confirm("anna")
    before = house.held()
    assert house.upload(NOW + DAY, iban=OTHER) == before
    assert len(house.store.named(FactName.ACCOUNT_CHANGE_ASKED)) == 1


def test_taken_back_and_asked_again_begins_anew(house):
    house.upload()
    house.upload(iban=OTHER)
    asked = house.waiting().id
    house.confirm("anna")
    assert house.upload().changes == ()
    assert house.confirm("bernd", change=asked) == Refused("not_found", "account_change")
    house.upload(NOW + DAY, iban=OTHER)
    assert house.waiting().releases == () and house.waiting().id != asked


def test_a_third_account_after_the_confirmation_begins_anew(house):
    house.upload()
    house.upload(iban=OTHER)
    house.confirm("anna")
    house.confirm("bernd")
    house.upload(NOW + timedelta(hours=1), iban=THIRD)
    assert house.night(NOW + 2 * DAY) == ()
    assert house.held().iban == FIRST and house.waiting().account.iban == THIRD


def test_another_payee_on_the_same_account_is_a_change_too(house):
    house.upload(legal_name="Nordlicht Energie GmbH")
    held = house.upload(payee="Nordlicht Strom GmbH", legal_name="Nordlicht Strom GmbH")
    assert held.payee == "Nordlicht Energie GmbH"
    assert house.waiting().account.payee == "Nordlicht Strom GmbH"


def test_emptying_the_payout_account_does_not_get_round_it(house):
    house.upload(payout_to=OWN, payout_terms=PayoutTerms())
    house.confirm("anna")
    house.confirm("bernd")
    house.night(NOW + DAY)
    assert house.held().payout_to == OWN
    assert house.upload(NOW + DAY).payout_to == OWN
    other = replace(OWN, iban=OTHER)
    held = house.upload(NOW + 2 * DAY, payout_to=other, payout_terms=PayoutTerms())
    assert held.payout_to == OWN
    assert house.waiting().account == other


def test_an_upload_after_the_day_takes_the_change_into_force(house):
    house.upload()
    house.upload(iban=OTHER)
    house.confirm("anna")
    house.confirm("bernd")
    held = house.upload(NOW + DAY, iban=OTHER)
    assert held.iban == OTHER and held.changes == ()


def test_both_accounts_change_each_by_itself(house):
    house.upload()
    house.upload(iban=OTHER, payout_to=OWN, payout_terms=PayoutTerms())
    uses = {change.use: change.id for change in house.held().changes}
    house.confirm("anna", change=uses[AccountUse.PAYOUT])
    house.confirm("bernd", NOW + timedelta(minutes=1), change=uses[AccountUse.PAYOUT])
    house.night(NOW + 2 * DAY)
    assert (house.held().iban, house.held().payout_to) == (FIRST, OWN)
    assert house.waiting().use is AccountUse.INCOMING


def test_a_confirmation_is_written_with_who_and_when(house):
    house.upload()
    house.upload(iban=OTHER)
    house.confirm("anna")
    (act,) = FakeOutgoing(house.store).acts("neu", f"{NOW:%Y-%m}")
    assert (act.by, act.what.value, act.about) == ("anna", "confirm_account", house.waiting().id)


def test_an_account_is_shown_by_its_end_only():
    assert OWN.shown == "DE…2051"
