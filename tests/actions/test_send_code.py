"""A code for the door: it opens once, within its minutes, and so many a day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.actions.choose import choose
from chalicelib.actions.prove_factor import Door, prove_factor
from chalicelib.actions.send_code import GOOD_FOR, MOST_A_DAY, CodeSent, send_door_code
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.parties import Choices, Factor, PointState
from chalicelib.domain.pay_link import TRIES
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES, code_of, hash_point

ZONE = POLICIES["DE"].zone
MAIL = "marta.lindqvist@example.com"


@pytest.fixture
def link(world):
    """A debtor who wants nothing but codes asked, and a link of theirs."""
    world.register()
    choose(
        world.visit(),
        Choices(code_only=True),
        None,
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=NOW,
    )
    return world.link(factors=(Factor.CODE,))


def ask(world, link, now=NOW):
    return send_door_code(
        link, store=world.store, scheduler=world.scheduler, hash_point=hash_point, zone=ZONE, now=now
    )


def codes(world):
    return sorted((c for c in world.contacts() if c.kind is MessageKind.CODE), key=lambda c: c.planned_at)


def prove(world, link, code, now=NOW):
    return prove_factor(link.id, Factor.CODE, code, store=world.store, code_of=code_of, now=now).door


def arrived(world):
    """The code in the last message that left."""
    latest = codes(world)[-1]
    world.send(latest)
    return code_of(latest.id)


def test_it_goes_to_the_debtors_address_at_once_and_nothing_else_is_in_it(world, link):
    assert ask(world, link) is CodeSent.SENT
    (contact,) = codes(world)
    assert (contact.due_at, contact.to) == (NOW, hash_point(MAIL))
    code = arrived(world)
    ((point, message, _),) = world.email.sent
    assert point.value == MAIL and code in message.long
    kept = world.store.message("nordlicht", contact.id)
    assert not [part for part in (kept.subject, kept.short, kept.long, kept.html) if code in part]


def test_a_code_opens_once(world, link):
    ask(world, link)
    code = arrived(world)
    assert prove(world, link, f" {code[:3]} {code[3:]}") is Door.PASSED
    assert prove(world, link, code) is Door.WRONG


def test_it_opens_within_fifteen_minutes(world, link):
    ask(world, link)
    code = arrived(world)
    assert prove(world, link, code, NOW + GOOD_FOR) is Door.WRONG
    assert prove(world, link, code, NOW + GOOD_FOR - timedelta(seconds=1)) is Door.PASSED


def test_only_the_last_one_fits(world, link):
    ask(world, link)
    first = arrived(world)
    assert ask(world, link, NOW + timedelta(minutes=1)) is CodeSent.SENT
    assert prove(world, link, first, NOW + timedelta(minutes=2)) is Door.WRONG
    assert prove(world, link, arrived(world), NOW + timedelta(minutes=2)) is Door.PASSED


def test_P7_a_wrong_code_is_a_try_and_five_let_the_link_rest(world, link):
    ask(world, link)
    code = arrived(world)
    wrong = str((int(code) + 1) % 1_000_000).zfill(6)
    assert [prove(world, link, wrong) for _ in range(TRIES)] == [Door.WRONG] * (TRIES - 1) + [Door.RESTING]
    assert prove(world, link, code) is Door.RESTING
    assert ask(world, link) is CodeSent.ENOUGH, "a resting link sends nothing"


def test_P7_without_a_code_nothing_fits_not_even_nothing(world, link):
    assert prove(world, link, "") is Door.WRONG
    assert prove(world, link, code_of("")) is Door.WRONG


def test_one_a_minute_and_five_a_day_of_the_debtors(world, link):
    assert ask(world, link) is CodeSent.SENT
    assert ask(world, link, NOW + timedelta(seconds=59)) is CodeSent.JUST_SENT
    for number in range(1, MOST_A_DAY):
        assert ask(world, link, NOW + timedelta(minutes=number)) is CodeSent.SENT
    assert ask(world, link, NOW + timedelta(hours=1)) is CodeSent.ENOUGH
    assert len(codes(world)) == MOST_A_DAY
    assert ask(world, link, datetime(2026, 11, 23, 23, 0, tzinfo=UTC)) is CodeSent.SENT


def test_the_days_codes_are_counted_over_all_doors(world, link):
    for number in range(MOST_A_DAY + 1):
        other = world.link(f"other{number}", factors=(Factor.CODE,))
        assert ask(world, other, NOW + timedelta(minutes=number)) is (
            CodeSent.SENT if number < MOST_A_DAY else CodeSent.ENOUGH
        )


def test_a_code_of_another_door_or_a_used_one_is_not_waited_for(world, link):
    ask(world, link)
    assert ask(world, world.link("other", factors=(Factor.CODE,))) is CodeSent.SENT
    prove(world, link, code_of(codes(world)[0].id))
    assert ask(world, world.store.link(link.id), NOW + timedelta(seconds=9)) is CodeSent.SENT


def test_one_that_did_not_leave_is_sent_again_at_once(world, link):
    ask(world, link)
    (contact,) = codes(world)
    failed = replace(contact.moved(ContactState.RESERVED).moved(ContactState.FAILED))
    world.store.commit("nordlicht", Commit((), contacts=(failed,)))
    assert ask(world, link, NOW + timedelta(seconds=5)) is CodeSent.SENT


def test_where_no_address_is_left_nothing_is_sent_and_that_is_said(world, link):
    card = world.matter().debtor
    for point in card.points:
        card = card.with_point_state(point.value, PointState.DEAD)
    world.store.commit("nordlicht", Commit((), debtor=card))
    assert ask(world, link) is CodeSent.NO_WAY
    assert codes(world) == []


def test_a_door_that_asks_for_no_code_sends_none(world):
    world.register()
    assert ask(world, world.link(factors=(Factor.POSTCODE,))) is CodeSent.ENOUGH
    assert codes(world) == []


def test_P6_a_stranger_with_the_debtors_mailbox_gets_no_code(world):
    world.register()
    link = world.link(factors=(Factor.POSTCODE, Factor.CODE))
    assert ask(world, link) is CodeSent.NO_WAY
