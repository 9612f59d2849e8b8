"""Several claims of one debtor are one message, over the real protocol: I7 to I9, I13, and what is read of it."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib import wiring
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import ContactState
from chalicelib.domain.errors import Retry
from chalicelib.ports import Commit
from tests.reader import Reader
from tests.wire import Death, lost

from .test_machinery import night

MAIL = "ses.SendRawEmail"
COMMIT = "dynamodb.TransactWriteItems"


@pytest.fixture
def address(creditor):
    return f"reader.of.{creditor.id}@example.com"


@pytest.fixture
def claims(house, creditor, address):
    """Three claims of one debtor; whatever happens, the invariants hold in the end."""
    own = [
        house.register(
            creditor, debtor="K-1", claim=f"{creditor.id}-{n}", email=address, phone=None, invoice_number=f"N-{n}"
        )
        for n in range(3)
    ]
    yield own
    house.invariants(*own)


@pytest.fixture
def planned(house, claims):
    return [house.planned(claim) for claim in claims]


def states(house, planned):
    matter = wiring.store().matter(planned[0].creditor, planned[0].debtor)
    return [matter.contacts[contact.id].state for contact in planned]


def test_I7_three_reminders_brought_at_the_same_time_are_one_mail_that_says_three(house, claims, planned, address):
    said = house.wire.race(*[lambda one=one: house.send(one).value for one in (*planned, *planned)])
    assert sorted(said) == [*["duplicate"] * 5, "sent"]
    (mail,) = house.mails(address)
    assert "zusammen 3" in mail and "mehreren Rechnungen" in mail
    assert sorted(states(house, planned)) == [ContactState.MOVED, ContactState.MOVED, ContactState.SENT]
    assert [house.planned(claim).step for claim in claims] == [1, 1, 1]


def test_its_link_leads_to_a_page_that_shows_all_of_them_and_each_history_tells_of_it(
    house, claims, planned, address
):
    assert house.send(planned[0]) is Sent.SENT
    (mail,) = house.mails(address)
    token = mail.partition("/p/")[2].split()[0]
    reader = Reader(token)
    page = reader.through_the_door()
    assert all(f"N-{n}" in page.words for n in range(3)), page.words
    for claim in claims:
        timeline = Reader(house.link_to(claim))
        timeline.through_the_door()
        history = timeline.get("history")
        assert "mehreren Rechnungen zugleich" in history.words, claim.id


def test_a_throttled_provider_gives_all_of_them_back_and_the_next_try_is_one_mail(house, planned, address):
    throttled = ClientError({"Error": {"Code": "Throttling"}}, "SendRawEmail")
    with house.wire.at(MAIL, throttled), pytest.raises(Retry):
        house.send(planned[0])
    assert states(house, planned) == [ContactState.PLANNED] * 3
    assert house.send(planned[1]) is Sent.SENT
    assert [house.send(one) for one in planned] == [Sent.DUPLICATE] * 3
    assert len(house.mails(address)) == 1


def test_I13_a_mail_nobody_knows_the_fate_of_is_never_sent_again_by_any_of_them(house, claims, planned, address):
    with house.wire.at(MAIL, lost(), after=True):
        assert house.send(planned[0]) is Sent.UNKNOWN
    assert [house.send(one) for one in planned] == [Sent.DUPLICATE] * 3
    assert len(house.mails(address)) == 1
    assert states(house, planned)[0] is ContactState.LOST
    assert [house.planned(claim).step for claim in claims] == [1, 1, 1], "each goes on"


def test_I2_a_reservation_whose_answer_was_lost_is_made_once_and_one_mail_leaves(house, planned, address):
    with house.wire.answer_lost(COMMIT):
        assert house.send(planned[0]) is Sent.SENT
    assert [house.send(one) for one in planned] == [Sent.DUPLICATE] * 3
    assert len(house.mails(address)) == 1


def test_a_process_that_is_gone_after_the_reservation_sends_nothing_and_the_night_loses_it_once(
    house, claims, planned, address
):
    with house.wire.at(MAIL, Death()), pytest.raises(Death):
        house.send(planned[0])
    assert states(house, planned) == [ContactState.RESERVED, ContactState.MOVED, ContactState.MOVED]
    assert [house.send(one) for one in planned] == [Sent.DUPLICATE] * 3
    night(house, claims[0], now=planned[0].due_at + timedelta(hours=17), lost=[planned[0].id])
    assert states(house, planned)[0] is ContactState.LOST and not house.mails(address)
    assert [house.planned(claim).step for claim in claims] == [1, 1, 1]


def test_I8_hours_late_the_policy_is_asked_again_and_they_move_and_are_one_mail_the_next_day(
    house, claims, planned, address
):
    night = planned[0].due_at.replace(hour=22)
    assert [house.send(one, now=night) for one in planned] == [Sent.MOVED] * 3
    assert not house.mails(address)
    later = [house.planned(claim) for claim in claims]
    assert len({one.due_at for one in later}) == 1
    assert [house.send(one) for one in later] == [Sent.SENT, Sent.DUPLICATE, Sent.DUPLICATE]
    assert len(house.mails(address)) == 1


def test_I9_a_clock_that_is_ten_minutes_slow_on_one_of_two_machines_makes_one_mail(house, planned, address):
    slow = planned[0].due_at - timedelta(minutes=10)
    assert house.send(planned[0], now=slow) is Sent.EARLY
    assert house.send(planned[1]) is Sent.SENT
    assert house.send(planned[0], now=slow + timedelta(minutes=20)) is Sent.DUPLICATE
    assert len(house.mails(address)) == 1


def test_a_claim_that_was_disputed_a_moment_before_is_not_spoken_for(house, claims, planned, address):
    held = house.again(claims[1]).held(Hold(HoldKind.DISPUTE, wiring.clock(), None, "d"))
    wiring.store().commit(held.creditor, Commit((), claims=(held,)))
    assert house.send(planned[0]) is Sent.SENT
    (mail,) = house.mails(address)
    assert "zusammen 2" in mail
    assert states(house, planned)[1] is ContactState.PLANNED
