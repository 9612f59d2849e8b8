"""The outbox as a page: what was sent, to whom, and what a newcomer needs to walk on."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

from chalicelib.adapters.dynamo.codec import to_item
from chalicelib.domain.parties import Address, ChannelKind, ContactPoint, Debtor
from chalicelib.domain.task import DaySlot, HelpRequest, Task, TaskKind
from local.calls import Calls, call_of
from local.debtors import Behind, Debtors
from local.outbox import Sent, _mail
from local.outbox_page import NARROW, WIDE, frame_height, outbox_page

READING = {"now": "2026-11-23T08:00:00+00:00", "ahead": 0.0, "next": None, "planned": 0, "running": 0}
READING |= {"waiting": 0, "unread": 0}
SMS = Sent("sms", "+491713920078", "Musterladen", "", "Hello", "", [], "2026-11-23T07:00:00+00:00")
MAIL = Sent("email", "ute@example.org", "a@b.example", "Hello", "One line.\n" * 9, "<p>x", [], SMS.at)


def page(*messages, behind=None, to=""):
    html = outbox_page(list(messages), behind or {}, READING, to=to, page=0, follow=False, said="")
    return re.sub(r"\s+", " ", html)


def test_beside_a_receiver_stands_who_it_is_and_what_answers_the_door():
    who = {SMS.to: [Behind("Jörg <Weiß>", "18055")], MAIL.to: [Behind("Ute", "99084")]}
    html = page(SMS, MAIL, behind=who)
    said = re.sub(r" +", " ", re.sub(r"<[^>]+>", " ", html))
    assert "Jörg &lt;Weiß&gt; answers the door with 18055" in said
    assert "Ute answers the door with 99084" in said
    assert "answers the door" not in page(SMS)


def test_what_came_with_a_mail_can_be_opened():
    assert "/attached/" not in page(MAIL)
    with_paper = replace(MAIL, files=[{"name": "Plan.pdf", "type": "application/pdf", "file": "0" * 64}])
    assert f'href="/attached/{"0" * 64}"' in page(with_paper) and ">Plan.pdf<" in page(with_paper)


def test_each_message_is_drawn_as_what_it_is():
    link = "http://127.0.0.1:1/p/abc"
    whatsapp = replace(SMS, channel="whatsapp", sender="Musterladen GmbH", text="Ihre Rechnung", links=[link])
    letter = replace(SMS, channel="letter", to="c-1", files=[{"name": "PDF", "type": "", "file": "c-1.pdf"}])
    assert 'class="bubble"' in page(SMS) and 'class="mail"' in page(MAIL)
    assert 'class="whatsapp"' in page(whatsapp) and f'href="{link}"' in page(whatsapp)
    assert 'class="letter" href="/letters/c-1.pdf"' in page(letter)


def test_a_fax_is_drawn_as_a_page_and_not_as_the_mail_that_takes_it_to_the_gateway():
    fax = replace(
        SMS, channel="fax", to="+493023125999", files=[{"name": "c-1.pdf", "type": "", "file": "1" * 64}]
    )
    html = page(fax)
    assert f'class="letter fax" href="/attached/{"1" * 64}"' in html and 'class="mail"' not in html
    sent = {"To": ["493023125999@fax.example.net"], "Source": "a@b.example", "Subject": "c-1", "MessageId": "m"}
    assert _mail(sent, fax.files).channel == "fax" and _mail(sent, fax.files).to == fax.to
    assert (
        _mail(sent, []).channel == "email" and _mail({**sent, "BodyText": "Hello"}, fax.files).channel == "email"
    )


NOTES = "Spreche ich mit Ute?\n\nBitte eine Angabe:\n- Postleitzahl\n- Geburtsdatum\n\nOffen sind <5> €.\n"


def a_call(**changes):
    request = HelpRequest(NOTES, DaySlot.MORNING, "de", SMS.to)
    moment = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    whose = {"creditor": "musterladen", "debtor": "1", "claim": "R-1"}
    task = Task("t-1", **whose, kind=TaskKind.CALL, request=request, opened_at=moment, due_at=moment, owner="x")
    return replace(task, **changes)


def test_a_call_is_drawn_as_the_sheet_of_whoever_makes_it():
    html = page(call_of(a_call()))
    assert "for musterladen, somebody is to dial +491713920078 in the morning, by Mon 23 Nov 2026" in html
    assert '<p dir="auto">Spreche ich mit Ute?</p>' in html and "Offen sind &lt;5&gt; €." in html
    listed = re.findall(r'<li dir="auto">([^<]*)</li>', html)
    assert listed == ["Postleitzahl", "Geburtsdatum"] and html.index("Ute?") < html.index("Postleitzahl")
    assert "(done)" in page(call_of(a_call(done_at=a_call().due_at)))


def test_the_calls_to_be_made_are_read_from_the_table_now_and_then():
    table = Table(a_call())
    calls = Calls(lambda: "kulanz", lambda: table)
    assert [call.to for _ in range(3) for call in calls()] == [SMS.to] * 3 and table.looks == 1
    assert Calls(lambda: "", lambda: None)() == []


def test_a_search_without_a_hit_says_whom_nothing_was_sent_to():
    assert "No message to 0171 1" in page(to="0171 1")
    assert "Nothing here yet" not in page(to="0171 1")
    assert "Nothing here yet" in page()


def test_a_mail_is_shown_whole():
    assert f"--wide: {frame_height(MAIL.text, WIDE)}px" in page(MAIL)
    assert frame_height("x" * 700, NARROW) > frame_height("x" * 700, WIDE) > frame_height("x", WIDE)


class Table:
    """A DynamoDB client over these debtors; counts how often it was looked through."""

    def __init__(self, *debtors):
        self.items, self.looks = [to_item(debtor) for debtor in debtors], 0

    def get_paginator(self, operation):
        assert operation == "scan"
        return self

    def paginate(self, **asked):
        assert asked["TableName"] == "kulanz"
        self.looks += 1
        return [{"Items": self.items}]


def debtor(number, name, postcode, born=None, phone=SMS.to):
    points = (ContactPoint(ChannelKind.SMS, phone),)
    return Debtor("musterladen", number, name, False, Address("Weg 1", postcode, "Rostock"), born, points=points)


def test_the_debtors_behind_an_address_are_read_from_the_table_once():
    table = Table(
        debtor("1", "Ute", "18055"), debtor("2", "Ida", "", date(1984, 3, 9)), debtor("3", "Ute", "18055")
    )
    debtors = Debtors(lambda: "kulanz", lambda: table)
    for _ in range(3):
        found = debtors.behind([SMS])
    assert found == {SMS.to: [Behind("Ute", "18055"), Behind("Ida", "9 March 1984")]}
    assert table.looks == 1
    assert debtors.behind([MAIL]) == {MAIL.to: []}


def test_before_anything_is_deployed_nobody_is_looked_for():
    assert Debtors(lambda: "", lambda: None).behind([SMS]) == {SMS.to: []}
