"""P9 and P13: without cookies every room is entered and acted in by forms alone; an expired link leads on."""

import re

import pytest

from chalicelib.domain.contact import MessageKind
from chalicelib.domain.task import TaskKind
from tests.reader import Reader
from tests.real import later

# Where -> how to get there from the matter, what to fill in, and what it comes to.
ROOMS = {
    "talk": ((), {"slot": "morning", "phone": "0171 3920012"}, "Wir rufen Sie an"),
    "complain": (("talk",), {"words": "Der Brief war unfreundlich."}, "Ihre Beschwerde"),
    "represent": (("talk",), {"name": "Jana Kowalski", "email": "jana@example.com"}, "Jemand antwortet für Sie"),
    "care": (("talk",), {"consent": "yes"}, "Wir nehmen Rücksicht"),
    "choices": ((), {"tongue": "de"}, "Gespeichert"),
    "helpers": (("choices",), {"scope": "see"}, "Das ist der Code"),
    "forget": (("choices", "data"), {}, "Ein Mensch antwortet"),
    "origin": ((), {}, "Die E-Mail ist auf dem Weg"),
}


@pytest.fixture
def bare(house, claim):
    reader = Reader(house.link_to(claim), cookies=None)
    return reader, reader.through_the_door()


def follow(reader, answer):
    return reader.on(answer) if answer.status == 303 else answer


@pytest.mark.parametrize("room", ROOMS)
def test_P13_without_cookies_every_room_is_entered_and_acted_in_by_forms(bare, room):
    reader, page = bare
    before, typed, said = ROOMS[room]
    for place in (*before, room):
        page = reader.press(page, "/show", page=place)
        assert page.status == 200
    done = follow(reader, reader.press(page, f"/{room}", **typed))
    assert done.status == 200 and said in done.words
    assert not re.search(r'href="/p/', done.text), "a link would lose the Visit"
    assert not done.cookies or all("Max-Age=0" in cookie or "seen" in cookie for cookie in done.cookies)


def test_P13_without_cookies_several_claims_are_paid_together(house, creditor, provider):
    claims = [house.register(creditor, debtor="K-77", principal=amount) for amount in (4820, 1000)]
    reader = Reader(house.link_to(claims[0]), cookies=None)
    page = reader.press(reader.through_the_door(), "/show", page="pay-all")
    gone = reader.press(page, "/pay")
    (hosted,) = house.hosted_pages(creditor)
    assert (gone.location, hosted["amount_total"]) == (hosted["url"], 5820)
    house.invariants(*claims)


def test_P9_an_expired_link_leads_to_a_person_and_a_new_link_goes_only_to_the_known_address(house, creditor):
    claim = house.register(creditor, email="known@example.com", phone=None)
    reader = Reader(house.link_to(claim))
    house.link(reader.token, expires_at=later(seconds=-1))
    expired = reader.get()
    assert "Dieser Link ist abgelaufen" in expired.words or "Hier ist nichts zu finden" in expired.words
    assert "rufen" in expired.words, "a person is named too"
    asked = reader.get("?new-link=1")
    action, fields = asked.form("")
    house.queued()
    sent = reader.post(reader.at(action), {**fields, "email": "stranger@example.com", "phone": "+491701234567"})
    assert sent.status == 200 and "known@" not in sent.text
    (waiting,) = house.queued()
    contact = house.matter(claim).contacts[waiting["contact"]]
    assert contact.kind is MessageKind.NEW_LINK
    house.send(contact, now=later())
    (mail,) = house.mails("known@example.com")
    assert not house.mails("stranger@example.com") and not house.texts("+491701234567")
    fresh = Reader(re.search(r"/p/([A-Za-z0-9_-]{22})", mail)[1])
    assert "48,20 €" in fresh.through_the_door().words
    house.invariants(claim)


def test_P13_without_cookies_what_is_wrong_is_told_and_taken_back(house, claim, bare):
    reader, page = bare
    page = reader.press(page, "/show", page="wrong")
    page = reader.press(page, "/show", page="wrong", about="faulty")
    done = follow(reader, reader.press(page, "/wrong", words="Kaputt."))
    assert "Jetzt ruht alles" in done.words
    assert [task.kind for task in house.matter(claim).tasks.values()] == [TaskKind.DISPUTE]
