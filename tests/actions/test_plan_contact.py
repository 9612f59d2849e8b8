"""The strategy proposes, the policy permits, and the answer is kept."""

from datetime import UTC, datetime, timedelta

from chalicelib.actions.plan_contact import moved, plan_answer, plan_contact, reachable
from chalicelib.domain.contact import MessageKind, Purpose
from chalicelib.domain.decision import Allowed, Refused, Wait
from chalicelib.domain.parties import ChannelKind, ContactPoint, PointState
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.score import Score
from chalicelib.domain.strategies.balanced import STRATEGY
from tests.builders import NOW, claim, creditor, debtor

EMAIL, SMS = ChannelKind.EMAIL, ChannelKind.SMS
SUNDAY = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)


def plan(step=0, after=NOW, of=None, about=None):
    return plan_contact(
        creditor(),
        of or debtor(),
        about or claim(),
        step=step,
        after=after,
        now=NOW,
        policy=POLICY,
        strategy=STRATEGY,
    )


def points(email, sms):
    return (
        ContactPoint(EMAIL, "marta@example.com", email),
        ContactPoint(SMS, "+491713920012", sms),
    )


def test_an_hour_the_policy_permits_is_taken_as_proposed():
    planned = plan()
    assert isinstance(planned.decision, Allowed)
    assert planned.contact.due_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert planned.contact.decisions == (planned.decision,)


def test_an_hour_the_policy_does_not_permit_waits_as_long_as_it_says():
    planned = plan(after=SUNDAY)
    assert isinstance(planned.decision, Wait)
    assert planned.contact.due_at == planned.decision.until == datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


def test_a_refusal_plans_nothing_and_says_why():
    dead = debtor(points=points(PointState.DEAD, PointState.DEAD))
    assert plan(of=dead).decision == Refused("dead_address", POLICY.rule)
    mixed = debtor(points=points(PointState.DEAD, PointState.OPTED_OUT))
    assert plan(of=mixed).decision == Refused("opted_out", POLICY.rule)
    assert plan(step=3).decision == Refused("steps_used_up", "strategy/balanced")
    assert plan(step=3).contact is None


def test_the_way_that_is_left_is_taken():
    one = debtor(points=points(PointState.OPTED_OUT, PointState.ACTIVE))
    assert plan(of=one, about=claim(score=Score(0.9, (), "m"))).contact.channel is SMS
    assert reachable(one) == {SMS} and reachable(one, answering=True) == {EMAIL, SMS}


def test_an_answer_goes_at_once_by_email_even_after_an_opt_out():
    one = debtor(points=points(PointState.OPTED_OUT, PointState.ACTIVE))
    answer = plan_answer(one, claim(), MessageKind.RECEIPT, what="pi_1", now=NOW, entry=1)
    assert (answer.purpose, answer.channel, answer.due_at, answer.entry) == (Purpose.ANSWER, EMAIL, NOW, 1)
    by_sms = debtor(points=points(PointState.DEAD, PointState.ACTIVE))
    assert plan_answer(by_sms, claim(), MessageKind.RECEIPT, what="pi_1", now=NOW).channel is SMS
    nowhere = debtor(points=points(PointState.DEAD, PointState.DEAD))
    assert plan_answer(nowhere, claim(), MessageKind.RECEIPT, what="pi_1", now=NOW) is None


def test_an_answer_has_one_name_for_one_occasion():
    one, two = (plan_answer(debtor(), claim(), MessageKind.RECEIPT, what=w, now=NOW) for w in ("pi_1", "pi_2"))
    later = plan_answer(debtor(), claim(), MessageKind.RECEIPT, what="pi_1", now=NOW + timedelta(days=1))
    assert one.id == later.id != two.id


def test_a_moved_contact_has_a_new_name_and_remembers_why():
    first = plan().contact
    wait = Wait(first.due_at + timedelta(days=1), "daily_cap", POLICY.rule)
    later = moved(first, wait.until, wait)
    assert later.id != first.id and later.version == 0
    assert later.decisions == (*first.decisions, wait)
    for _ in range(20):
        later = moved(later, later.due_at + timedelta(days=1), wait)
    assert len(later.decisions) == 8
