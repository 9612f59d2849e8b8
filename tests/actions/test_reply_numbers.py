"""A number is heard where a message of ours offered it: about that claim, for 30 days; elsewhere it is no word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.answer_reply import Became
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.reply_numbers import may_offer
from chalicelib.domain.task import TaskKind
from tests.actions.test_take_reply import PHONE, answers, reply, take, tasks, written
from tests.fakes.world import World, hash_point

OURS = "+4915799900001"


def offered(language="de", text="Was ist das?", **changes):
    """A world in which somebody wrote what no rule knows, and was offered numbers to answer with."""
    world = World()
    world.open(**{"sender_sms": OURS} | changes)
    world, sent = written(world, language=language)
    assert take(world, reply(world, sent, text, at=world.now)) is Became.ASKED
    (noted,) = answers(world, MessageKind.NOTED)
    world.send(noted)
    world.now += timedelta(hours=1)
    return world, world.again(noted)


@pytest.mark.parametrize(
    ("text", "page"),
    [("1", "sent"), ("2.", "later"), ("3)", "plan"), ("\u0661", "sent"), ("\u06f3", "plan")],
)
@pytest.mark.parametrize("by_sender", [False, True])
def test_a_number_that_was_offered_brings_its_page_and_the_task_stays(text, page, by_sender):
    world, noted = offered()
    before = world.claim()
    said = reply(world, noted, text, "in-2", **({"answers": None} if by_sender else {}))
    assert take(world, said) is Became.ANSWERED
    (answer,) = answers(world)
    assert (answer.about, answer.channel, answer.to) == (page, ChannelKind.SMS, hash_point(PHONE))
    (task,) = tasks(world)
    assert task.done_at is None and task.words == "Was ist das?"
    assert world.claim() == before and world.send(answer) is Sent.SENT
    assert take(world, said) is Became.KNOWN
    assert take(world, replace(said, id="in-3")) is Became.ANSWERED and len(answers(world)) == 1


def test_a_number_counts_for_thirty_days_from_the_message_that_offered_it_and_no_longer():
    world, noted = offered()
    until = noted.sent_at + timedelta(days=30)
    for at, became in ((until, Became.ANSWERED), (until + timedelta(seconds=1), Became.ASKED)):
        assert take(world, reply(world, noted, "2", f"in-{became}", at=at), until) is became
    assert take(world, reply(world, noted, "2", "in-4", at=noted.sent_at - timedelta(seconds=1))) is Became.ASKED


def test_a_number_to_somebody_who_was_offered_none_is_for_a_person():
    world, sent = written()
    assert take(world, reply(world, sent, "1")) is Became.ASKED
    # The message by a name offers none: nobody could answer it.
    world, noted = offered(sender_sms="Nordlicht")
    assert not noted.text.endswith("+numbers")
    assert take(world, reply(world, noted, "1", "in-2")) is Became.ASKED and answers(world) == []
    (task,) = tasks(world)
    assert task.words == "Was ist das?\n\n1"


@pytest.mark.parametrize(
    "changes", [{"sender": "+4915100000001"}, {"proven": False}, {"channel": ChannelKind.WHATSAPP}]
)
def test_a_number_counts_from_the_address_it_was_offered_to_alone(changes):
    world, noted = offered()
    assert take(world, reply(world, noted, "1", "in-2", **changes)) is Became.ASKED and answers(world) == []


def test_a_number_counts_about_the_claim_it_was_offered_for_alone():
    world, noted = offered()
    world.register(email=None, claim="R-2001", invoice_number="2")
    world.store.items["contact", "nordlicht", "K-501", noted.id] = replace(noted, claim="R-2001")
    about = next(c for c in world.contacts(ContactState.SENT) if c.claim == "R-1001")
    assert take(world, reply(world, about, "1", "in-2")) is Became.ASKED and answers(world) == []
    assert take(world, reply(world, noted, "1", "in-3")) is Became.ANSWERED
    assert [answer.claim for answer in answers(world)] == ["R-2001"]


def test_a_message_that_may_not_have_left_or_did_not_arrive_offered_nothing():
    for state in (ContactState.LOST, ContactState.FAILED, ContactState.SANDBOXED):
        world, noted = offered()
        key = ("contact", "nordlicht", "K-501", noted.id)
        world.store.items[key] = replace(noted, state=state)
        assert take(world, reply(world, noted, "1", "in-2")) is Became.ASKED, state


def test_the_answer_to_a_call_for_help_offers_no_numbers():
    world, noted = offered()
    task = replace(tasks(world)[0], kind=TaskKind.CALL_BACK)
    assert may_offer(noted, world.matter(), world.store.creditor("nordlicht"))
    matter = replace(world.matter(), tasks={task.id: task})
    assert not may_offer(noted, matter, world.store.creditor("nordlicht"))
