"""What blocks a contact, one test for each line of the law's list, asked of every country."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.contact import MessageKind, Purpose
from chalicelib.domain.decision import Allowed, Refused, Wait
from chalicelib.domain.parties import Address, ChannelKind, ContactPoint, PointState
from chalicelib.domain.policies._rules import ASK_AGAIN, RULES
from tests.builders import claim, debtor
from tests.domain.situations import NOON, a_collector, ask, at_home, each, situation, whole

AHEAD = NOON + timedelta(days=9)


def held(policy, kind, until=AHEAD, on="claim"):
    hold = Hold(kind, NOON - timedelta(days=1), until, "x")
    if on == "claim":
        return {"claim": claim(due=date(2026, 2, 1), holds=(hold,))}
    return {"debtor": at_home(policy, holds=(hold,))}


def waits(policy, kind, **changes):
    """Whether this hold keeps a reminder back while it binds, and no longer."""
    answer = ask(policy, **held(policy, kind, **changes))
    assert isinstance(answer, Wait) and answer.until >= AHEAD, answer
    over = held(policy, kind, NOON, **{k: v for k, v in changes.items() if k == "on"})
    assert isinstance(ask(policy, **over), Allowed)
    return answer.because


def refused(policy, kind):
    for on in ("claim", "debtor"):
        assert ask(policy, **held(policy, kind, None, on)) == Refused(kind.value, policy.rule)
    return True


@each
def test_payment_processing(policy):
    assert waits(policy, HoldKind.PAYMENT_UNDER_WAY) == "payment_under_way"
    assert waits(policy, HoldKind.CHARGEBACK) == "chargeback"


@each
def test_debtor_says_transferred(policy):
    assert waits(policy, HoldKind.TRANSFERRED) == "transferred"


@each
def test_deferral_running(policy):
    assert waits(policy, HoldKind.DEFERRAL) == "deferral"


@each
def test_plan_kept_its_own_reminders_excepted(policy):
    kept = claim(due=date(2026, 2, 1), state=ClaimState.ON_PLAN, holds=(Hold(HoldKind.PLAN, NOON, None, "p"),))
    assert ask(policy, claim=kept) == Refused("plan", policy.rule)
    own = {"purpose": Purpose.AGREED, "kind": MessageKind.INSTALMENT, "claim": kept}
    assert isinstance(ask(policy, **own), Allowed)


@each
def test_open_task_or_unanswered_message(policy):
    assert waits(policy, HoldKind.TASK_OPEN) == "task_open"
    answer = ask(policy, **held(policy, HoldKind.TASK_OPEN, None))
    assert isinstance(answer, Wait) and answer.until >= NOON + ASK_AGAIN


@each
def test_particular_care_is_told_to_nobody(policy):
    assert waits(policy, HoldKind.NEEDS_CARE, on="debtor") == "task_open"


@each
def test_held_by_the_operator(policy):
    assert waits(policy, HoldKind.OPERATOR) == "operator"
    assert waits(policy, HoldKind.OPERATOR, on="debtor") == "operator"


@each
def test_minor(policy):
    assert refused(policy, HoldKind.MINOR)


@each
def test_dispute(policy):
    assert waits(policy, HoldKind.DISPUTE) == "dispute"


@each
def test_insolvency(policy):
    assert refused(policy, HoldKind.INSOLVENCY)


@each
@pytest.mark.parametrize("on", ["claim", "debtor"])
def test_breathing_space(policy, on):
    assert waits(policy, HoldKind.BREATHING_SPACE, on=on) == "breathing_space"
    agreed = {"purpose": Purpose.AGREED, "kind": MessageKind.INSTALMENT}
    assert isinstance(ask(policy, **agreed, **held(policy, HoldKind.BREATHING_SPACE, on=on)), Wait)


@each
def test_representative_named(policy):
    assert refused(policy, HoldKind.REPRESENTATIVE)


@each
def test_deceased(policy):
    assert refused(policy, HoldKind.DECEASED)


@each
def test_wrong_person(policy):
    assert refused(policy, HoldKind.WRONG_PERSON)


@each
def test_channel_opt_out(policy):
    points = (
        ContactPoint(ChannelKind.EMAIL, "a@example.com", PointState.OPTED_OUT),
        ContactPoint(ChannelKind.SMS, "+491713920012"),
    )
    assert ask(policy, debtor=at_home(policy, points=points)) == Refused("opted_out", policy.rule)
    assert isinstance(ask(policy, debtor=at_home(policy, points=points), channel=ChannelKind.SMS), Allowed)


@each
def test_quiet_hours(policy):
    zone, row = policy.zone, policy.figures(NOON.date())
    closes = datetime.combine(date(2026, 11, 23), row.closes, zone)
    assert isinstance(ask(policy, closes - timedelta(seconds=1)), Allowed)
    morning = datetime.combine(date(2026, 11, 24), row.opens, zone)
    assert ask(policy, closes) == Wait(morning.astimezone(UTC), "quiet_hours", policy.rule)


@each
def test_unknown_time_zone(policy):
    away = debtor(address=Address("Rue 1", "75001", "Paris", "FR"))
    assert ask(policy, debtor=away) == Refused("unknown_zone", policy.rule)


@each
def test_daily_and_weekly_cap(policy):
    answer = ask(policy, sends=(NOON - timedelta(hours=2),))
    assert isinstance(answer, Wait) and answer.because == "daily_cap"
    sends = (NOON - timedelta(days=6), NOON - timedelta(days=3))
    assert ask(policy, sends=sends) == Wait(NOON + timedelta(days=1), "weekly_cap", policy.rule)
    agreed = {"purpose": Purpose.AGREED, "kind": MessageKind.INSTALMENT, "sends": sends}
    assert isinstance(ask(policy, **agreed), Allowed), "whoever chose a day is told of it"


@each
def test_paid(policy):
    assert ask(policy, claim=claim(outstanding=Split(), chain="x")) == Refused("paid", policy.rule)
    closed = claim(state=ClaimState.CLOSED, chain="x")
    assert ask(policy, claim=closed) == Refused("paid", policy.rule)


@each
def test_time_barred(policy):
    last = policy.figures(NOON.date()).limitation.last_day(date(2021, 3, 1))
    old = claim(due=date(2021, 3, 1))
    assert last < date(2026, 11, 1)
    assert ask(policy, claim=old) == Refused("time_barred", policy.rule)
    assert isinstance(ask(policy, claim=replace(old, titled=True)), Allowed)


@each
def test_missing_notice(policy):
    one = {"creditor": a_collector(policy), "claim": whole(policy)}
    if policy.figures(NOON.date()).notice is None:
        assert isinstance(ask(policy, **one), Allowed)
        return
    assert ask(policy, **one) == Refused("notice_missing", policy.rule)
    assert isinstance(ask(policy, **one, kind=MessageKind.NOTICE), Allowed)
    by_sms = {**one, "kind": MessageKind.NOTICE, "channel": ChannelKind.SMS}
    assert ask(policy, **by_sms) == Refused("notice_needs_durable_medium", policy.rule)
    gap = {**one, "creditor": a_collector(policy, on_behalf_of=None), "kind": MessageKind.NOTICE}
    assert ask(policy, **gap) == Refused("notice_incomplete", policy.rule)


@each
def test_marketing_content_has_no_purpose_under_which_it_could_be_asked(policy):
    """UWG §7: every message is about a claim there is; whatever else somebody would like to send has no rules."""
    assert set(RULES) == set(Purpose) and not {"marketing", "advertising", "offer"} & set(Purpose)
    with pytest.raises(KeyError):
        policy.may_contact(situation(policy, purpose="marketing"), NOON)
