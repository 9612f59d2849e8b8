"""What is the debtor's: the door, choices, addresses, helpers, silence, and being forgotten."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib import wiring
from chalicelib.actions.choose import choose
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.parties import Choices
from chalicelib.domain.visit import Visit
from chalicelib.ports import Commit
from tests.reader import Reader

from ..line import Mode
from ..picture import Differs
from ..scenario import scenario

LONG_AGO = datetime(2016, 5, 2, 9, 0, tzinfo=UTC)
AFTER = (Mode.LOST, Mode.DIES_AFTER)
TWICE = "a try is counted before it is compared: whoever heard no answer and tries again has tried twice (P7)"
TRIED = (
    Differs("LINK|DoorPassed", TWICE, at=r"dynamodb\.TransactWriteItems", modes=AFTER),
    Differs("LINK", TWICE, at=r"dynamodb\.(Query|TransactWriteItems)"),
)
SHOWN_ONCE = (
    "a helper's code is shown once and never kept: one whose page was lost is nobody's, and another is made"
)
UNSEEN = (
    Differs("DEBTOR|LINK|HelperInvited", SHOWN_ONCE, modes=AFTER),
    Differs("DEBTOR|LINK|HelperInvited", SHOWN_ONCE, at=r"dynamodb\.Query"),
)


def standing(stage):
    stage.open()
    stage.claim()
    return stage.reader()


def codes(stage):
    """The contacts that carry a code or a link somebody asked for."""
    return [c for c in stage.matter().contacts.values() if c.kind in (MessageKind.CODE, MessageKind.NEW_LINK)]


@scenario(again_changes_it=True, differs=TRIED)
def the_door_is_passed(stage):
    stage.open()
    reader = Reader(stage.house.link_to(stage.claim()))
    yield stage.press(reader, reader.get(), reader.token, factor="postcode", postcode="10437")


@scenario(again_changes_it=True, differs=TRIED)
def the_door_is_passed_by_a_messages_own_link(stage):
    stage.open()
    due = stage.house.planned(stage.claim())
    stage.house.send(due)
    (token,) = set(re.findall(r"/p/([\w-]{22})", stage.house.mails(stage.address)[-1]))
    reader = Reader(token)
    yield stage.press(reader, reader.get(), token, factor="postcode", postcode="10437")
    assert stage.matter().contacts[due.id].passed_at


@scenario(again_changes_it=True, differs=TRIED)
def a_wrong_answer_is_given_at_the_door(stage):
    stage.open()
    reader = Reader(stage.house.link_to(stage.claim()))
    yield stage.press(reader, reader.get(), reader.token, factor="postcode", postcode="99999")
    assert stage.house.link(reader.token).tries <= 2


@scenario()
def a_code_is_sent_to_the_door(stage):
    stage.open()
    claim = stage.claim()
    visit = Visit("link", claim.creditor, claim.debtor, claim.id, wiring.clock())
    choose(
        visit,
        Choices(code_only=True),
        None,
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        now=wiring.clock(),
    )
    reader = Reader(stage.again().reference)
    yield stage.press(reader, reader.get(), reader.token)
    assert len(codes(stage)) == 1


@scenario()
def a_new_link_is_asked_for(stage):
    stage.open()
    reader = Reader(stage.house.link_to(stage.claim()))
    yield stage.press(reader, reader.get("new-link"), "/new-link")
    assert len(codes(stage)) == 1


@scenario()
def choices_are_made(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("choices"), "/choices", tongue="en", channel="sms")


@scenario()
def an_address_is_written_down(stage):
    reader = standing(stage)
    yield stage.post(reader, "points", {"point": "new.one@example.com"})
    assert len(stage.matter().debtor.points) == 2 and len(codes(stage)) == 1


@scenario()
def an_address_is_confirmed(stage):
    reader = standing(stage)
    page = reader.post("points", {"point": "new.one@example.com"})
    (contact,) = codes(stage)
    stage.due(contact).wake()
    yield stage.press(reader, page, "/points", code=wiring.code_of(contact.id))
    points = stage.matter().debtor.points
    assert [point.confirmed for point in points] == [True, False]


@scenario()
def an_address_is_silenced(stage):
    reader = standing(stage)
    page = reader.get("points")
    about = next(fields["about"] for _, fields in page.forms() if "about" in fields)
    yield stage.post(reader, "points", {**page.form("/points", about=about)[1], "about": about})


@scenario(again_changes_it=True, differs=UNSEEN)
def a_helper_is_let_in(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("helpers"), "/helpers", scope="see")
    assert len(stage.matter().debtor.helpers) >= 1


@scenario()
def a_helper_is_shut_out(stage):
    reader = standing(stage)
    reader.press(reader.get("helpers"), "/helpers", scope="see")
    page = reader.get("helpers")
    about = next(fields["about"] for _, fields in page.forms() if "about" in fields)
    yield stage.post(reader, "helpers", {"about": about})


@scenario()
def where_it_comes_from_is_asked_for(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("origin"), "/origin")


@scenario()
def a_person_is_asked_to_look_at_a_decision(stage):
    stage.open()
    claim = stage.claim()
    contact = stage.house.planned(claim)
    stage.sends(contact).wake()
    reader = stage.reader()
    yield stage.post(reader, "review", {"about": contact.id})
    assert len(stage.matter().tasks) == 1


@scenario()
def leaving(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get(), "/close")


@scenario()
def messages_are_stopped(stage):
    stage.open()
    reader = Reader(stage.house.link_to(stage.claim()))
    yield stage.press(reader, reader.get("stop"), "/stop")
    assert stage.matter().debtor.points[0].state.value == "opted_out"


@scenario()
def it_is_the_wrong_person(stage):
    stage.open()
    reader = Reader(stage.house.link_to(stage.claim()))
    yield stage.press(reader, reader.get("not-me"), "/not-me")
    assert len(stage.matter().debtor.blocked) == 1


@scenario()
def being_forgotten_is_asked_for(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("forget"), "/forget")
    assert stage.matter().debtor.forget_on and len(stage.matter().tasks) == 1


def lived(stage):
    """Paid and closed long ago, with a dispute, a helper and a paper; and the wish to be forgotten."""
    reader = standing(stage)
    reader.press(reader.get("helpers"), "/helpers", scope="arrange")
    reader.press(reader.get("wrong?about=faulty"), "/wrong", words="Mein Zähler ist kaputt.")
    assert reader.post("document", {"kind": "statement"}).status == 303
    stage.taken(4820, stage.again()).wake()
    closed = stage.again()
    aged = tuple(replace(entry, booked_at=LONG_AGO) for entry in closed.recent)
    wiring.store().commit(stage.creditor.id, Commit((), claims=(replace(closed, recent=aged),)))
    reader.press(reader.get("forget"), "/forget")
    return reader


@scenario()
def the_night_leaves_the_books_alone_of_whoever_asked(stage):
    reader = standing(stage)
    reader.press(reader.get("helpers"), "/helpers", scope="arrange")
    stage.taken(4820, stage.again()).wake()
    reader.press(reader.get("forget"), "/forget")
    yield stage.night(wiring.clock() + timedelta(minutes=1))
    card = stage.matter().debtor
    assert card.restricted_at and card.name and not (card.points or card.helpers)


@scenario()
def the_night_forgets_whose_day_has_come(stage):
    lived(stage)
    stage.paid = False  # the copy in the claim was aged by hand
    stage.aged = True
    yield stage.night(wiring.clock() + timedelta(minutes=1))
    assert stage.matter().debtor.erased_at and not stage.matter().debtor.name
    assert stage.objects() == []
