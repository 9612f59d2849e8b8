"""The debtor's addresses: nothing but a code before it comes back, silence and speech as they say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.fall_silent import report_wrong_person
from chalicelib.actions.keep_points import MOST_POINTS, TRIES, Kept, add_point, confirm_point, silence_point
from chalicelib.actions.send_code import GOOD_FOR, MOST_A_DAY
from chalicelib.domain.consent import ConsentPurpose
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.parties import ChannelKind, Factor, PointState
from chalicelib.domain.pay_link import Scope, link_id
from tests.builders import NOW
from tests.fakes.world import POLICIES, code_of, hash_point

ZONE = POLICIES["DE"].zone
MAIL, PHONE, NEW = "marta.lindqvist@example.com", "+491713920012", "marta@neu.example"


@pytest.fixture
def world(world):
    world.register()
    return world


def ports(world, now=NOW):
    return {"store": world.store, "scheduler": world.scheduler, "hash_point": hash_point, "now": now}


def add(world, value=NEW, now=NOW, visit=None, channel=ChannelKind.EMAIL):
    return add_point(visit or world.visit(), channel, value, zone=ZONE, **ports(world, now))


def confirm(world, code, now=NOW, visit=None):
    return confirm_point(visit or world.visit(), code, words="de:1", code_of=code_of, **ports(world, now))


def silence(world, value, *, again=False, visit=None):
    point = hash_point(value) if value else None
    return silence_point(visit or world.visit(), point, open_again=again, words="de:1", **ports(world))


def points(world):
    return {point.value: point.state for point in world.matter().debtor.points}


def codes(world):
    return sorted((c for c in world.contacts() if c.kind is MessageKind.CODE), key=lambda c: c.planned_at)


def code(world):
    return code_of(codes(world)[-1].id)


def test_a_new_address_gets_a_code_and_nothing_else_until_it_comes_back(world):
    assert add(world) is Kept.CODE_SENT
    assert points(world)[NEW] is PointState.UNCONFIRMED
    for contact in world.contacts(ContactState.PLANNED):
        world.send(contact)
    assert {c.kind for p, _, c in world.email.sent if p.value == NEW} == {MessageKind.CODE}


def test_confirmed_it_is_the_first_to_be_written_to_and_the_consent_is_kept(world):
    add(world)
    assert confirm(world, code(world)) is Kept.CONFIRMED
    first = world.matter().debtor.points[0]
    assert (first.value, first.state, first.confirmed) == (NEW, PointState.ACTIVE, True)
    (step,) = world.matter().debtor.consents
    assert (step.purpose, step.given, step.at, step.words) == (ConsentPurpose.EMAIL, True, NOW, "de:1")
    world.send(next(c for c in world.contacts(ContactState.PLANNED) if c.kind is MessageKind.REMINDER))
    assert world.email.sent[-1][0].value == NEW


def test_from_then_on_a_door_may_send_codes_there(world):
    start = link_id(world.claim().reference)
    assert Factor.CODE not in world.store.link(start).factors
    add(world)
    confirm(world, code(world))
    assert Factor.CODE in world.store.link(start).factors


def test_an_address_we_write_to_already_can_be_confirmed_and_loses_nothing_on_the_way(world):
    assert add(world, MAIL.upper()) is Kept.CODE_SENT
    assert points(world) == {MAIL: PointState.ACTIVE, PHONE: PointState.ACTIVE}
    assert confirm(world, code(world)) is Kept.CONFIRMED
    assert world.matter().debtor.code_point().value == MAIL
    assert add(world, MAIL) is Kept.KNOWN


def test_five_wrong_codes_let_a_new_address_go_and_an_old_one_stay(world):
    add(world)
    right = code(world)
    wrong = str((int(right) + 1) % 1_000_000).zfill(6)
    assert [confirm(world, wrong) for _ in range(TRIES)] == [Kept.WRONG_CODE] * (TRIES - 1) + [Kept.LET_GO]
    assert NEW not in points(world)
    assert confirm(world, right) is Kept.KNOWN, "nothing waits any more"
    add(world, MAIL)
    right = code(world)
    wrong = str((int(right) + 1) % 1_000_000).zfill(6)
    assert [confirm(world, wrong) for _ in range(TRIES)][-1] is Kept.LET_GO
    assert confirm(world, right) is Kept.KNOWN
    assert points(world)[MAIL] is PointState.ACTIVE


def test_an_old_code_confirms_nothing(world):
    add(world)
    assert confirm(world, code(world), NOW + GOOD_FOR) is Kept.WRONG_CODE
    assert confirm(world, "") is Kept.WRONG_CODE


def test_a_code_goes_there_once_a_minute_and_five_times_a_day(world):
    add(world)
    assert add(world, now=NOW + timedelta(seconds=30)) is Kept.CODE_SENT
    assert len(codes(world)) == 1
    said = [add(world, now=NOW + timedelta(minutes=number)) for number in range(1, MOST_A_DAY + 1)]
    assert said == [Kept.CODE_SENT] * (MOST_A_DAY - 1) + [Kept.ENOUGH]


def test_P18_an_address_that_is_somebody_elses_gets_not_even_a_code(world):
    report_wrong_person(world.link(), **ports(world))
    assert add(world, MAIL) is Kept.BLOCKED
    assert add(world, MAIL.upper()) is Kept.BLOCKED
    assert codes(world) == [] and MAIL not in points(world)


def test_there_is_room_for_six_and_what_is_of_no_use_makes_room(world):
    for number in range(9):
        assert add(world, f"new{number}@example.com") is Kept.CODE_SENT
    assert len(points(world)) == MOST_POINTS and {MAIL, PHONE, "new8@example.com"} <= set(points(world))
    for number in range(9, 20):
        at = NOW + timedelta(days=number)
        if add(world, f"new{number}@example.com", at) is Kept.CODE_SENT:
            confirm(world, code(world), at)
    assert len(points(world)) == MOST_POINTS
    assert add(world, "one.more@example.com", NOW + timedelta(days=30)) is Kept.FULL


def test_silent_means_no_reminder_and_still_a_receipt_and_every_step_is_kept(world):
    assert silence(world, MAIL) is Kept.STOPPED
    assert silence(world, MAIL) is Kept.STOPPED
    assert points(world) == {MAIL: PointState.OPTED_OUT, PHONE: PointState.ACTIVE}
    assert world.contacts(ContactState.PLANNED) == []
    world.book(world.gateway.money(1000, NOW))
    assert world.send(world.planned()).value == "sent"
    assert silence(world, MAIL, again=True) is Kept.OPENED
    assert points(world)[MAIL] is PointState.ACTIVE
    assert [(s.purpose, s.given) for s in world.matter().debtor.consents] == [
        (ConsentPurpose.EMAIL, False),
        (ConsentPurpose.EMAIL, True),
    ]


def test_stop_everywhere_silences_every_address_and_only_those_that_speak(world):
    add(world)
    silence(world, None)
    assert points(world) == {
        MAIL: PointState.OPTED_OUT,
        PHONE: PointState.OPTED_OUT,
        NEW: PointState.UNCONFIRMED,
    }
    assert len(world.matter().debtor.consents) == 2


def test_a_name_that_is_none_silences_nothing(world):
    silence(world, "somebody@example.com")
    assert points(world) == {MAIL: PointState.ACTIVE, PHONE: PointState.ACTIVE}


@pytest.mark.parametrize("scope", [Scope.SEE, Scope.ARRANGE])
def test_a_helper_changes_no_address(world, scope):
    helper = replace(world.visit(), scope=scope)
    for act in (
        lambda: add(world, visit=helper),
        lambda: confirm(world, "000000", visit=helper),
        lambda: silence(world, None, visit=helper),
    ):
        with pytest.raises(BrokenRule, match="not_yours"):
            act()
    assert points(world) == {MAIL: PointState.ACTIVE, PHONE: PointState.ACTIVE}
