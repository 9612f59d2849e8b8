"""A channel that only answers: no request goes by it, and an answer it takes no more goes by mail or text."""

from dataclasses import replace

import pytest

from chalicelib.actions.plan_contact import plan_answer, reachable
from chalicelib.actions.settle_contact import next_step
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.parties import ChannelKind, ContactPoint
from tests.builders import NOW, creditor
from tests.fakes.world import POLICIES, STRATEGIES, World

HERE = ContactPoint(ChannelKind.MESSENGER, "24601", confirmed=True)


@pytest.fixture
def answer():
    """A matter whose debtor goes on in Messenger, and what is said to them there."""
    world = World()
    world.register()
    matter, claim = world.matter(), world.claim()
    matter = replace(matter, debtor=replace(matter.debtor, points=(HERE, *matter.debtor.points)))
    told = {"what": "u-1", "now": NOW, "by": ChannelKind.MESSENGER}
    return matter, claim, replace(plan_answer(matter.debtor, claim, MessageKind.ANSWER, **told), about="u-1")


def test_who_goes_on_there_is_answered_there_and_asked_for_nothing(answer):
    matter, _, contact = answer
    assert contact.channel is ChannelKind.MESSENGER
    assert ChannelKind.MESSENGER not in reachable(matter.debtor)


@pytest.mark.parametrize("state", [ContactState.FAILED, ContactState.SENT])
def test_an_answer_that_is_refused_there_goes_with_its_words_by_mail_and_one_that_left_does_not(answer, state):
    matter, claim, contact = answer
    done = replace(contact, state=state)
    found = next_step(creditor(), matter.debtor, claim, matter, done, POLICIES, STRATEGIES, NOW)
    want = [(ChannelKind.EMAIL, MessageKind.ANSWER, "u-1")] if state is ContactState.FAILED else []
    assert [(other.channel, other.kind, other.about) for other in found] == want
    assert all(other.id != contact.id for other in found)
