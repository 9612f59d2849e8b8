"""After an erasure no word that the desk keeps is in the table, whoever wrote it: in memory and over DynamoDB."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from chalicelib.actions.forget_person import Forgotten, forget_person
from chalicelib.adapters.dynamo.outgoing import DynamoOutgoing
from chalicelib.adapters.dynamo.roster import DynamoLooks
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.domain.audit import Look
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.complaint import Cause, Complaint
from chalicelib.domain.contact import Contact, Message, MessageKind, Purpose, Reply, Tone
from chalicelib.domain.conversation import Conversation, Learnt, Speaker, Utterance
from chalicelib.domain.dispute import Dispute, DisputeReason
from chalicelib.domain.motion import Motion, MotionKind, MotionState
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.person import Act, ActKind
from chalicelib.domain.task import DaySlot, HelpRequest, Representative, Task, TaskKind
from chalicelib.ports import Commit
from tests.builders import NOW, claim, creditor, debtor, opening_of
from tests.fakes.outside import FakeErasures
from tests.fakes.store import FakeLooks, FakeOutgoing, FakeStore
from tests.fakes.world import POLICIES, hash_point

NUMBERS = count(1)
LONG_AGO = datetime(2017, 5, 2, 9, 0, tzinfo=UTC)
TONIGHT = NOW + timedelta(hours=16)
WORD = "Geheimwort"
WHO = ("K-501", "R-1001")


class Nothing:
    """No files of theirs lie anywhere."""

    def forget(self, creditor, thing):
        raise AssertionError(thing)


@pytest.fixture
def of():
    return f"forgetting{next(NUMBERS)}"


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request):
    """(store, outgoing, looks, every item as text)."""
    if request.param == "memory":
        memory, looks = FakeStore(), FakeLooks()
        return memory, FakeOutgoing(memory), looks, lambda: [str(one) for one in memory.items.items()]
    table = request.getfixturevalue("real_table")

    def lines():
        pages = table.client.get_paginator("scan").paginate(TableName=table.name)
        return [str(item) for page in pages for item in page["Items"]]

    return DynamoStore(table, lambda: NOW), DynamoOutgoing(table), DynamoLooks(table), lines


def filled(of, store, looks, booked_at):
    """A claim that is closed, and all that was ever said about it, by the debtor and by those who answer."""
    first = replace(opening_of(claim(creditor=of)), booked_at=booked_at)
    owed = claim(creditor=of, state=ClaimState.CLOSED, recent=(first,), registered_at=booked_at)
    store.commit(of, Commit((), creditor=replace(creditor(id=of), version=0)))
    held = replace(debtor(creditor=of), holds=(Hold(HoldKind.DECEASED, NOW, None, "desk:anna"),))
    store.commit(of, Commit((), debtor=held, claims=(owed,), entries=((owed.id, first),)))
    asked = HelpRequest(WORD, DaySlot.MORNING, "de", WORD)
    for number, kind in enumerate(TaskKind):
        store.commit(of, Commit((), tasks=(task_of(of, f"t-{number}", kind, asked),)))
    wrong = (DisputeReason.OTHER, WORD, None, None, "de", "t-1", NOW, NOW)
    store.commit(of, Commit((), disputes=(Dispute("d-1", of, *WHO, *wrong),)))
    talked(of, store)
    motions = [motion_of(of, state) for state in MotionState]
    store.commit(of, Commit((), motions=tuple(motions), acts=(Act(of, "anna", ActKind.PROPOSE, "m-open", NOW),)))
    about = next(f"t-{number}" for number, kind in enumerate(TaskKind) if kind is TaskKind.COMPLAINT)
    told = {"answered_at": NOW, "cause": Cause.TONE, "justified": True, "changed": WORD, "by": "anna"}
    theirs = Complaint(of, *WHO, about, NOW, NOW, **told)
    another = replace(theirs, debtor="K-9", task="t-of-another", changed="Andere Worte")
    store.commit(of, Commit((), complaints=(theirs, another)))
    looks.note(Look(of, "anna", NOW, "matter", *WHO))


def task_of(of, name, kind, asked):
    rest = {"representative": Representative(WORD, WORD, WORD, WORD), "words": WORD, "language": "de"}
    return Task(name, of, *WHO, kind, asked, NOW, NOW + timedelta(days=1), "anna", **rest)


def motion_of(of, state):
    at = {"second": "ben", "second_at": NOW} if state is not MotionState.OPEN else {}
    return Motion(
        f"m-{state}", of, *WHO, MotionKind.CORRECT, "anna", NOW, WORD, 100, signed=WORD, state=state, **at
    )


def talked(of, store):
    here = Utterance("u-1", of, *WHO, Speaker.DEBTOR, NOW, WORD, "de")
    letter = replace(here, id="u-2", channel=ChannelKind.EMAIL, contact="c-1", by=Speaker.PERSON, signed=WORD)
    head = Conversation(of, *WHO, NOW, learnt=(Learnt("meter_number", WORD),), task="t-1")
    way = (Purpose.ANSWER, MessageKind.REPLY, ChannelKind.EMAIL, Tone.FRIENDLY, NOW, NOW)
    message = Contact("c-1", of, *WHO, *way, about="u-2")
    store.commit(of, Commit((), said=(here, letter), conversation=head, contacts=(message,)))
    reply = Reply("in-1", ChannelKind.EMAIL, WORD, "", WORD, NOW, None, of, WHO[0], "c-1")
    sent = Message("de", WORD, WORD, WORD, WORD, "1")
    store.commit(of, Commit((), reply=reply, message=(message, sent)))


def forget(of, kept, now=TONIGHT, **more):
    store, outgoing, *_ = kept
    ports = {"archive": Nothing(), "evidence": Nothing(), "erasures": FakeErasures()}
    rules = {"policies": POLICIES, "hash_point": hash_point, "now": now}
    return forget_person(of, "K-501", store=store, outgoing=outgoing, **ports, **rules, **more)


def left(of, lines):
    return [line for line in lines() if WORD in line and of in line]


def test_G1_no_word_of_the_desk_is_in_the_table_once_its_debtor_was_forgotten(kept, of):
    store, _, looks, lines = kept
    filled(of, store, looks, LONG_AGO)
    assert len(left(of, lines)) >= len(TaskKind) + len(MotionState) + 6
    assert forget(of, kept) is Forgotten.DONE
    assert left(of, lines) == []
    assert [line for line in lines() if "Lindqvist" in line and of in line] == []
    counted = {one.debtor: (one.cause, one.changed) for one in store.complaints(of, f"{NOW:%Y-%m}")}
    assert counted == {"K-501": (Cause.TONE, ""), "K-9": (Cause.TONE, "Andere Worte")}, "the count stays"


def test_while_the_books_bind_only_letters_objections_and_what_was_carried_stay(kept, of):
    store, _, looks, _ = kept
    filled(of, store, looks, NOW)
    assert forget(of, kept, again=True) is Forgotten.RESTRICTED
    head, said = store.talk(of, "K-501")
    assert head is None and [one.id for one in said] == ["u-2"]
    assert [one.state for one in store.motions(of, "K-501")] == [MotionState.CARRIED]
    assert [one.changed for one in store.complaints(of, f"{NOW:%Y-%m}") if one.debtor == "K-501"] == [""]
