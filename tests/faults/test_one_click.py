"""A mail program's own button for "no more of these": one POST silences one address (RFC 8058; P4, P5, P17)."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from chalicelib import wiring
from chalicelib.domain.contact import ContactState
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.ports import Commit
from tests.fakes.outside import FakeChannel
from tests.reader import FORM, answered

WORD = "List-Unsubscribe=One-Click"
BOUNDARY = "----=_Part_7"
PART = 'Content-Disposition: form-data; name="List-Unsubscribe"'
RICHER = f"--{BOUNDARY}\r\n{PART}\r\n\r\nOne-Click\r\n--{BOUNDARY}--\r\n"
BOTH = [(WORD, FORM), (RICHER, f"multipart/form-data; boundary={BOUNDARY}")]


def sent_by(house, contact):
    """What left when this contact's hour came."""
    box = FakeChannel(contact.channel)
    desk = replace(wiring.desk(), channels={**wiring.channels(), contact.channel.value: box})
    house.send(contact, desk=desk)
    return box.sent


def by_mail(house, claim):
    """The contact that is planned, as one that goes by mail."""
    planned = replace(house.planned(claim), channel=ChannelKind.EMAIL)
    wiring.store().commit(claim.creditor, Commit((), contacts=(planned,)))
    return house.planned(claim)


@pytest.fixture
def mail(house, claim):
    """The header of a reminder that went out: where its button posts to."""
    ((_, message, _),) = sent_by(house, by_mail(house, claim))
    return urlsplit(message.stop).path


def states(house, claim):
    return {p.channel: p.state for p in house.matter(claim).debtor.points}


@pytest.mark.parametrize(("body", "kind"), BOTH, ids=["plain", "multipart"])
def test_P5_one_post_silences_exactly_the_address_the_mail_went_to(house, claim, mail, body, kind):
    # A mail provider's machine: no cookie, no page of ours before it, no Origin.
    answer = answered("POST", mail, body, {"Content-Type": kind})
    assert answer.status == 200
    assert states(house, claim) == {
        ChannelKind.EMAIL: PointState.OPTED_OUT,
        ChannelKind.SMS: PointState.ACTIVE,
    }
    (step,) = house.matter(claim).debtor.consents
    assert (step.purpose.value, step.given) == ("email", False)
    assert "Marta" not in answer.text and "4711" not in answer.text


def test_P4_looking_at_it_does_nothing(house, claim, mail):
    before = house.everything()
    for method in ("GET", "GET", "HEAD"):
        answered(method, f"{mail}?{WORD}", "", {})
    assert house.everything() == before


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", FORM),
        ("List-Unsubscribe=Two-Click", FORM),
        ("list=One-Click", FORM),
        (RICHER.replace("One-Click", "Maybe"), BOTH[1][1]),
        ("One-Click", "text/plain"),
    ],
)
def test_P5_another_word_asks_first_and_does_nothing(house, claim, mail, body, kind):
    before = house.everything()
    assert answered("POST", mail, body, {"Content-Type": kind}).status == 200
    assert house.everything() == before


def test_P2_pressed_twice_it_is_one_word(house, claim, mail):
    for _ in range(2):
        assert answered("POST", mail, WORD, {"Content-Type": FORM}).status == 200
    assert len(house.matter(claim).debtor.consents) == 1


def test_P12_from_another_page_it_is_refused(house, claim, mail):
    headers = {"Content-Type": FORM, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    before = house.everything()
    assert answered("POST", mail, WORD, headers).status == 403
    assert house.everything() == before


def test_P17_pressed_while_the_next_mail_is_queued_that_mail_does_not_leave(house, claim, mail):
    later = by_mail(house, claim)
    answered("POST", mail, WORD, {"Content-Type": FORM})
    assert sent_by(house, later) == []
    assert house.matter(claim).contacts[later.id].state is ContactState.CANCELLED


def test_P8_a_link_that_never_was_says_what_an_expired_one_says(house, claim, mail):
    before = house.everything()
    answer = answered("POST", "/p/AAAAAAAAAAAAAAAAAAAAAA/stop", WORD, {"Content-Type": FORM})
    assert answer.status in (404, 410) and house.everything() == before
