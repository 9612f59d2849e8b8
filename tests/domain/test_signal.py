"""Signals: what followed a message, laid to the one that came last, and nothing that is nobody's business."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import ContactState, Purpose
from chalicelib.domain.deferral import Deferral
from chalicelib.domain.ledger import booked
from chalicelib.domain.matter import Matter
from chalicelib.domain.signal import WINDOW, SignalKind, signals
from chalicelib.domain.task import Task, TaskKind
from tests.builders import NOW, claim, debtor
from tests.domain.test_contact import contact

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + timedelta(days=400)
SENT = contact(state=ContactState.SENT, sent_at=NOW)


def task(kind, at=NOW + HOUR):
    whose = {"creditor": "nordlicht", "debtor": "K-501", "claim": "R-1001"}
    return Task("t-1", **whose, kind=kind, request=None, opened_at=at, due_at=at + DAY, owner="team")


def deferral(at):
    return Deferral("l-1", "nordlicht", "K-501", "R-1001", until=date(2026, 12, 1), offer="o-1", agreed_at=at)


def matter(*contacts, of=None, **parts):
    of = of or claim()
    return Matter(debtor(), {of.id: of}, {c.id: c for c in contacts}, **parts)


def told(found):
    return [(signal.kind.value, signal.what, signal.at) for signal in found]


def test_door_reply_and_choice_follow_in_order_of_time():
    one = replace(SENT, passed_at=NOW + HOUR, replied_at=NOW + 2 * HOUR)
    here = matter(one, deferrals={"l-1": deferral(NOW + 3 * HOUR)})
    assert told(signals(here, one, LATER)) == [
        ("passed_door", "", NOW + HOUR),
        ("replied", "", NOW + 2 * HOUR),
        ("chose", "deferral", NOW + 3 * HOUR),
    ]


def test_a_payment_follows_the_last_request_that_had_left():
    paid, _ = booked(claim(), 1000, "pi_1", date(2026, 11, 26), NOW + 3 * DAY)
    second = contact(id="c-2", state=ContactState.DELIVERED, sent_at=NOW + 2 * DAY)
    here = matter(SENT, second, of=paid)
    assert signals(here, SENT, LATER) == ()
    assert told(signals(here, second, LATER)) == [("paid", "", NOW + 3 * DAY)]


def test_a_receipt_neither_asks_nor_ends_what_a_request_began():
    receipt = contact(id="c-2", purpose=Purpose.ANSWER, state=ContactState.SENT, sent_at=NOW + HOUR)
    here = matter(SENT, receipt, deferrals={"l-1": deferral(NOW + 2 * HOUR)})
    assert signals(here, receipt, LATER) == ()
    assert [signal.what for signal in signals(here, SENT, LATER)] == ["deferral"]


@pytest.mark.parametrize(("after", "counts"), [(WINDOW - timedelta(seconds=1), True), (WINDOW, False)])
def test_after_four_weeks_nothing_is_laid_to_a_message_any_more(after, counts):
    here = matter(SENT, deferrals={"l-1": deferral(NOW + after)})
    assert bool(signals(here, SENT, LATER)) is counts


def test_what_is_not_known_by_then_is_not_told():
    one = replace(SENT, passed_at=NOW + HOUR)
    assert signals(matter(one), one, NOW + HOUR) == ()
    assert len(signals(matter(one), one, NOW + 2 * HOUR)) == 1


@pytest.mark.parametrize("kind", TaskKind)
def test_only_a_choice_of_a_way_on_counts_and_neither_care_nor_helpers_nor_rights(kind):
    what = {TaskKind.CALL_BACK: ["help"], TaskKind.OFFER: ["offer"]}
    here = matter(SENT, tasks={"t-1": task(kind)})
    assert [signal.what for signal in signals(here, SENT, LATER)] == what.get(kind, [])


def test_a_transfer_told_of_is_a_choice():
    held = claim().held(Hold(HoldKind.TRANSFERRED, NOW + HOUR, NOW + DAY, "page"))
    assert [s.what for s in signals(matter(SENT, of=held), SENT, LATER)] == ["transfer"]


def test_nothing_follows_what_never_left():
    never = contact(state=ContactState.CANCELLED)
    here = matter(never, deferrals={"l-1": deferral(NOW + HOUR)})
    assert signals(here, never, LATER) == ()


def test_there_are_four_kinds_and_no_more():
    assert {kind.value for kind in SignalKind} == {"passed_door", "replied", "chose", "paid"}
