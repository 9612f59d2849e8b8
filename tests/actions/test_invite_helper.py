"""A helper comes in by a code of their own, as far as the debtor says, for two weeks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.fall_silent import report_wrong_person, stop_contact
from chalicelib.actions.forget_person import ask_to_forget
from chalicelib.actions.gather_data import gather_data
from chalicelib.actions.invite_helper import LASTS, MOST, invite_helper, revoke_helper
from chalicelib.actions.leave import leave
from chalicelib.actions.prove_factor import Door, prove_factor
from chalicelib.actions.renew_link import renew_link
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.errors import BrokenRule, Retry
from chalicelib.domain.parties import Factor
from chalicelib.domain.pay_link import LinkPurpose, LinkState, Scope, link_id
from tests.builders import NOW
from tests.fakes.world import POLICIES, code_of, hash_point


@pytest.fixture
def world(world):
    world.register()
    return world


def invite(world, scope=Scope.SEE, now=NOW, visit=None):
    return invite_helper(
        visit or world.visit(),
        scope,
        words="de:1",
        store=world.store,
        scheduler=world.scheduler,
        new_reference=world.new_reference,
        now=now,
    )


def revoke(world, code, now=NOW, visit=None):
    ports = {"store": world.store, "scheduler": world.scheduler, "now": now}
    return revoke_helper(visit or world.visit(), link_id(code), words="de:1", **ports)


def prove(world, code, now=NOW):
    return prove_factor(link_id(code), Factor.POSTCODE, "10437", store=world.store, code_of=code_of, now=now)


@pytest.mark.parametrize("scope", [Scope.SEE, Scope.ARRANGE])
def test_the_code_opens_a_door_of_its_own_as_far_as_the_debtor_said(world, scope):
    made = invite(world, scope)
    proof = prove(world, made.code)
    assert (proof.door, proof.visit.scope) == (Door.PASSED, scope)
    assert (made.until, proof.link.purpose) == (NOW + LASTS, LinkPurpose.HELPER)
    assert made.code not in repr(world.store.items), "it is shown once and never kept"


def test_after_two_weeks_it_opens_nothing(world):
    code = invite(world).code
    assert prove(world, code, NOW + LASTS - timedelta(seconds=1)).door is Door.PASSED
    assert prove(world, code, NOW + LASTS).door is Door.GONE


def test_taken_back_it_is_shut_at_once_and_both_steps_are_kept(world):
    code = invite(world).code
    assert revoke(world, code) and not revoke(world, code)
    assert prove(world, code).door is Door.GONE
    assert world.store.link(link_id(code)).state is LinkState.DISOWNED
    card = world.matter().debtor
    assert (card.helpers, [step.given for step in card.consents]) == ((), [True, False])


def test_three_at_most_and_whose_time_is_over_makes_room(world):
    codes = [invite(world).code for _ in range(MOST)]
    assert len(set(codes)) == MOST and invite(world).code is None
    revoke(world, codes[0])
    assert invite(world).code
    assert invite(world, now=NOW + LASTS).code


def test_a_link_that_is_no_helpers_cannot_be_taken_back_this_way(world):
    start = world.claim().reference
    assert not revoke(world, start)
    assert world.store.link(link_id(start)).state is LinkState.ACTIVE


def test_nobody_gets_the_debtors_own_rights(world):
    with pytest.raises(BrokenRule, match="not_yours"):
        invite(world, Scope.ALL)


@pytest.mark.parametrize("scope", [Scope.SEE, Scope.ARRANGE])
def test_a_helper_invites_nobody_shuts_no_door_takes_no_data_and_forgets_nobody(world, scope):
    helper, code = replace(world.visit(), scope=scope), invite(world).code
    before = dict(world.store.items)
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": NOW}
    for act in (
        lambda: invite(world, visit=helper),
        lambda: revoke(world, code, visit=helper),
        lambda: gather_data(helper, store=world.store),
        lambda: ask_to_forget(helper, **ports),
    ):
        with pytest.raises(BrokenRule, match="not_yours"):
            act()
    assert world.store.items == before


@pytest.mark.parametrize("whose", ["letter", "helper"])
def test_P18_a_door_without_an_address_silences_nobody_and_bars_nothing(world, whose):
    code = invite(world).code if whose == "helper" else world.claim().reference
    link = world.store.link(link_id(code))
    assert link.point == ""
    before = dict(world.store.items)
    ports = {"store": world.store, "scheduler": world.scheduler, "hash_point": hash_point, "now": NOW}
    report_wrong_person(link, **ports)
    stop_contact(link, words="de:1", **ports)
    assert world.store.items == before


def test_P9_a_reader_of_a_letter_gets_a_new_link_to_the_address_we_know(world):
    link = world.store.link(link_id(world.claim().reference))
    zone = POLICIES["DE"].zone
    assert renew_link(link, store=world.store, scheduler=world.scheduler, zone=zone, now=NOW)
    assert [c.kind for c in world.contacts()].count(MessageKind.NEW_LINK) == 1


def test_P7_guessing_at_the_letters_door_does_not_lock_the_messages_link(world):
    start, link = world.claim().reference, world.link()
    for _ in range(5):
        prove_factor(link_id(start), Factor.POSTCODE, "1", store=world.store, code_of=code_of, now=NOW)
    assert prove(world, start).door is Door.RESTING
    opened = prove_factor(link.id, Factor.POSTCODE, "10437", store=world.store, code_of=code_of, now=NOW)
    assert opened.door is Door.PASSED


def test_a_goodbye_ends_what_was_sealed_before_and_nothing_after(world):
    link = world.link()
    leave(link, store=world.store, now=NOW)
    left = world.store.link(link.id)
    assert left.left_since(NOW) and left.left_since(NOW - timedelta(minutes=5))
    assert not left.left_since(NOW + timedelta(seconds=1)) and not link.left_since(NOW)


def test_a_goodbye_beside_somebody_at_the_door_loses_nothing(world):
    link = world.link()
    world.store.meanwhile.append(lambda: prove(world, "token"))
    leave(link, store=world.store, now=NOW)
    assert world.store.link(link.id).left_at == NOW
    leave(replace(link, id="gone"), store=world.store, now=NOW)
    world.store.meanwhile += [lambda: world.store.touch("link", link.id)] * 5
    with pytest.raises(Retry):
        leave(link, store=world.store, now=NOW)
