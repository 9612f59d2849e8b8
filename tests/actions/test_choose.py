"""My choices: what is planned moves, every door asks anew, and nobody else may choose."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.choose import choose
from chalicelib.actions.invite_helper import invite_helper
from chalicelib.actions.prove_factor import Door, prove_factor
from chalicelib.domain.channel import ChannelSettings, ChannelTerms, Reach, Shape
from chalicelib.domain.contact import ContactState
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import Barrier, ChannelKind, Choices, Factor, PointState
from chalicelib.domain.pay_link import Scope, link_id
from chalicelib.domain.task import DaySlot
from chalicelib.domain.voices import number_for
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES, code_of

ZONE = POLICIES["DE"].zone


def pick(world, language=None, visit=None, now=NOW, **choices):
    return choose(
        visit or world.visit(),
        Choices(**choices),
        language,
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=now,
    )


@pytest.fixture
def asked(world):
    world.register()
    return world


def test_the_planned_reminder_moves_to_the_chosen_way_and_hour(asked):
    before = asked.planned()
    pick(asked, channel=ChannelKind.SMS, best_time=DaySlot.EVENING)
    after = asked.planned()
    assert (after.channel, after.due_at.astimezone(ZONE).hour, after.why) == (ChannelKind.SMS, 18, "chosen")
    assert asked.again(before).state is ContactState.MOVED and asked.again(before).moved_to == after.id
    assert after.id in asked.scheduler.planned
    assert asked.send(before).value == "duplicate"
    asked.invariants()


def test_whoever_changes_their_mind_and_back_again_is_still_written_to_once(asked):
    for slot in (DaySlot.EVENING, None, DaySlot.EVENING, DaySlot.MIDDAY, None):
        pick(asked, best_time=slot)
    assert len(asked.contacts(ContactState.PLANNED)) == 1
    asked.send(asked.planned())
    assert len(asked.email.sent) == 1


def test_what_chose_nothing_new_writes_nothing(asked):
    pick(asked, barrier=Barrier.JOB)
    before = dict(asked.store.items)
    pick(asked, barrier=Barrier.JOB)
    assert asked.store.items == before
    assert len(asked.store.named(FactName.CHOICES_CHANGED)) == 1


def test_a_chosen_way_that_died_since_is_not_waited_for(asked):
    pick(asked, channel=ChannelKind.SMS)
    card = asked.matter().debtor.with_point_state("+491713920012", PointState.DEAD)
    asked.store.commit("nordlicht", Commit((), debtor=card))
    first = asked.planned()
    assert asked.send(first).value == "moved"
    assert asked.planned().channel is ChannelKind.EMAIL


def test_code_only_leaves_only_the_code_at_every_door(asked):
    asked.send(asked.planned())
    sent = next(c.link for c in asked.contacts() if c.link)
    start = link_id(asked.claim().reference)
    helper = invite_helper(
        asked.visit(),
        Scope.SEE,
        words="de:1",
        store=asked.store,
        scheduler=asked.scheduler,
        new_reference=asked.new_reference,
        now=NOW,
    )
    doors = (sent, start, link_id(helper.code))
    before = [asked.store.link(door).factors for door in doors]
    pick(asked, code_only=True)
    assert [asked.store.link(door).factors for door in doors] == [(Factor.CODE,)] * 3
    pick(asked)
    assert [asked.store.link(door).factors for door in doors] == before


def test_code_only_holds_at_a_door_nobody_got_round_to(asked):
    link = asked.link(factors=(Factor.POSTCODE,))
    pick(asked, code_only=True)
    proof = prove_factor(link.id, Factor.POSTCODE, "10437", store=asked.store, code_of=code_of, now=NOW)
    assert proof.door is Door.WRONG
    assert asked.store.link(link.id).factors == (Factor.CODE,), "from now on it asks for a code"


def test_the_language_is_spoken_behind_every_door(asked):
    pick(asked, "tr")
    assert asked.matter().debtor.language == "tr"
    assert asked.store.link(link_id(asked.claim().reference)).language == "tr"


def test_somebody_with_a_hundred_claims_may_choose_as_well(world):
    for number in range(100):
        world.register(claim=f"R-{number}")
    pick(world, visit=world.visit("R-1"), code_only=True, best_time=DaySlot.EVENING)
    assert world.matter().debtor.choices.code_only


@pytest.mark.parametrize("scope", [Scope.SEE, Scope.ARRANGE])
def test_a_helper_chooses_nothing(asked, scope):
    with pytest.raises(BrokenRule, match="not_yours"):
        pick(asked, visit=replace(asked.visit(), scope=scope), code_only=True)
    assert asked.matter().debtor.choices == Choices()


def test_a_claim_that_is_not_theirs_is_not_there(asked):
    with pytest.raises(BrokenRule, match="not_found"):
        pick(asked, visit=asked.visit("R-404"))


def test_the_chosen_hour_stays_within_the_lawful_day(asked):
    pick(asked, best_time=DaySlot.EVENING)
    at = asked.planned().due_at
    assert POLICIES["DE"].hours.next_open(at) == at and at - NOW < timedelta(days=2)


def reading(world, **changes):
    """A creditor whose messages are read out on the telephone, and a debtor with a number for texts."""
    world.register(**changes)
    settings = world.store.creditor("nordlicht")
    terms = ChannelTerms("voice", ChannelKind.VOICE, Reach.PHONE, Shape.SPOKEN)
    channels = (*settings.channels, ChannelSettings(terms))
    world.store.commit("nordlicht", Commit((), creditor=replace(settings, channels=channels)))
    return world


def test_who_chooses_to_be_read_to_is_called_at_the_number_of_their_texts_and_has_allowed_that(world):
    reading(world)
    assert world.matter().debtor.point(ChannelKind.VOICE) is None
    pick(world, channel=ChannelKind.VOICE, language="de")
    debtor = world.matter().debtor
    assert debtor.point(ChannelKind.VOICE).value == debtor.point(ChannelKind.SMS).value
    assert (debtor.consents[-1].given, debtor.consents[-1].at) == (True, NOW)
    pick(world, channel=ChannelKind.VOICE, language="de")
    assert len(world.matter().debtor.consents) == len(debtor.consents)


def test_nobody_is_called_by_a_voice_at_a_number_where_they_said_stop(world):
    reading(world, opt_out_sms=True)
    pick(world, channel=ChannelKind.VOICE, language="de")
    assert world.matter().debtor.point(ChannelKind.VOICE) is None


@pytest.mark.parametrize(("language", "reads"), [("de", True), ("uk", True), ("de", False)])
def test_a_number_may_be_called_only_by_a_creditor_who_reads_in_a_language_that_has_a_voice(
    world, language, reads
):
    reading(world)
    settings = world.store.creditor("nordlicht")
    debtor = replace(world.matter().debtor, language=language)
    found = number_for(debtor, settings if reads else replace(settings, channels=()))
    assert (found is not None) is (reads and language != "uk")
