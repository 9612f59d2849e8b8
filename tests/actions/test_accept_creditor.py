"""A creditor's settings count from the version under which they were accepted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.accept_creditor import AccountTaken, accept_creditor
from chalicelib.actions.change_account import bring_accounts_live, confirm_account
from chalicelib.domain.account_change import BankAccount
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.payout_terms import PayoutTerms
from chalicelib.ports import Commit
from tests.builders import NOW, creditor


def accept(world, **changes):
    return accept_creditor(creditor(id="neu", **changes), store=world.store, now=NOW).version


def test_new_settings_begin_with_one_and_changed_ones_count_up(world):
    assert accept(world) == 1
    assert accept(world, help_phone="+493000000") == 2
    assert world.store.creditor("neu") == replace(creditor(id="neu", help_phone="+493000000"), version=2)
    versions = [dict(fact.about)["version"] for fact in world.store.named(FactName.CREDITOR_ACCEPTED)]
    assert versions == ["1", "2"]


def test_the_same_settings_again_change_nothing(world):
    accept(world)
    before = dict(world.store.items)
    assert accept(world) == 1
    assert world.store.items == before
    assert len(world.store.named(FactName.CREDITOR_ACCEPTED)) == 1


def test_two_uploads_at_once_are_two_versions(world):
    accept(world)
    world.store.meanwhile.append(lambda: accept(world, help_phone="+491"))
    assert accept(world, help_phone="+492") == 3
    assert world.store.creditor("neu").help_phone == "+492"


def test_settings_that_keep_changing_come_back(world):
    accept(world)
    world.store.meanwhile += [lambda: world.store.touch("creditor", "neu")] * 5
    with pytest.raises(Retry):
        accept(world, help_phone="+491")


# ---- An account is one creditor's

OTHER, THIRD = "DE14990003030000123456", "DE02120300000000202051"
DAY = timedelta(days=1)


def take(world, id, at=NOW, **changes):
    return accept_creditor(creditor(id=id, **changes), store=world.store, now=at)


def test_an_account_that_is_another_creditors_is_refused_with_everything_else(world):
    first = take(world, "neu")
    refused = take(world, "zwei", help_phone="+493099")
    assert refused == AccountTaken(BankAccount(first.payee, first.iban), "neu")
    assert world.store.creditor("zwei") is None and world.store.holder(first.iban).creditor == "neu"
    assert take(world, "zwei", iban=OTHER).iban == OTHER


def test_a_known_creditor_cannot_ask_for_anothers_account_either(world):
    take(world, "neu")
    held = take(world, "zwei", iban=OTHER)
    assert take(world, "zwei", help_phone="+493099").holder == "neu"
    assert world.store.creditor("zwei") == held


def test_an_account_that_was_asked_for_is_kept_for_who_asked_until_they_think_better_of_it(world):
    take(world, "neu")
    take(world, "neu", iban=OTHER)
    assert take(world, "zwei", iban=OTHER).holder == "neu"
    take(world, "neu")
    assert take(world, "zwei", iban=OTHER).id == "zwei"


def test_an_account_is_free_once_another_is_in_force(world):
    first = take(world, "neu")
    (change,) = take(world, "neu", iban=OTHER).changes
    for who in ("anna", "bernd"):
        confirm_account("neu", change.id, by=who, store=world.store, now=NOW)
    assert take(world, "zwei").holder == "neu", "not before its day"
    assert bring_accounts_live("neu", store=world.store, now=NOW + DAY) == (change.id,)
    assert take(world, "zwei", iban=OTHER).holder == "neu"
    assert take(world, "zwei").iban == first.iban
    assert take(world, "neu", NOW + DAY).holder == "zwei", "back to the old one is another's now"


def test_settings_that_bring_the_change_live_themselves_let_go_too(world):
    first = take(world, "neu")
    (change,) = take(world, "neu", iban=OTHER).changes
    for who in ("anna", "bernd"):
        confirm_account("neu", change.id, by=who, store=world.store, now=NOW)
    assert take(world, "neu", NOW + 2 * DAY, iban=OTHER).iban == OTHER
    assert take(world, "zwei").id == "zwei" and world.store.holder(first.iban).creditor == "zwei"


def test_of_two_creditors_who_come_together_with_one_account_one_is_refused(world):
    world.store.meanwhile.append(lambda: take(world, "neu"))
    assert take(world, "zwei").holder == "neu"
    assert world.store.creditor("zwei") is None


def test_payouts_of_several_creditors_may_go_to_one_account(world):
    out = BankAccount("Nordlicht Energie GmbH", THIRD)
    for id, iban in (("neu", OTHER), ("zwei", creditor().iban)):
        accepted = take(world, id, iban=iban, payout_to=out, payout_terms=PayoutTerms())
        assert [change.account for change in accepted.changes] == [out]


def test_a_creditor_from_before_accounts_were_held_holds_its_own_when_it_is_accepted_again(world):
    settings = creditor(id="alt")
    world.store.commit("alt", Commit((), creditor=settings))
    assert take(world, "alt").iban == settings.iban
    assert world.store.holder(settings.iban).creditor == "alt" and take(world, "zwei").holder == "alt"


def test_two_who_share_an_account_from_before_come_apart_by_the_second_ones_own(world):
    for id in ("alt", "auch"):
        world.store.commit(id, Commit((), creditor=creditor(id=id)))
    shared = take(world, "alt").iban
    assert take(world, "auch").holder == "alt"
    (change,) = take(world, "auch", iban=OTHER).changes
    for who in ("anna", "bernd"):
        confirm_account("auch", change.id, by=who, store=world.store, now=NOW)
    assert bring_accounts_live("auch", store=world.store, now=NOW + DAY)
    assert [world.store.holder(iban).creditor for iban in (shared, OTHER)] == ["alt", "auch"]


def test_who_asks_for_an_account_again_while_another_takes_it_over_is_refused_or_refuses(world):
    """It was asked for, thought better of, and is wished for by two at the same moment: one has it."""
    take(world, "neu")
    take(world, "neu", iban=OTHER)
    take(world, "neu")
    world.store.meanwhile.append(lambda: take(world, "zwei", iban=OTHER))
    assert take(world, "neu", iban=OTHER).holder == "zwei"
    take(world, "drei", iban=THIRD)
    take(world, "drei", iban="DE68210501700012345678")
    take(world, "drei", iban=THIRD)
    world.store.meanwhile.append(lambda: take(world, "drei", iban="DE68210501700012345678"))
    assert take(world, "vier", iban="DE68210501700012345678").holder == "drei"
