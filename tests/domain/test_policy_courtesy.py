"""What every country's policy says to a note before the day a claim is due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib import registry
from chalicelib.domain import policies
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.contact import MessageKind, Purpose
from chalicelib.domain.decision import Allowed, Refused, Wait
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.domain.policies._rules import COURTESY_RULES, REMINDER_RULES, Situation, before_due, not_yet_due
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.strategies.balanced import STRATEGY
from tests.builders import claim, collector, creditor, debtor
from tests.domain.situations import at_home
from tests.domain.test_strategies import BERLIN, BOTH, NONE

# A Monday, 10:00 in Berlin; the claim is due the Friday after.
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FRIDAY = date(2026, 11, 27)
EVERY_COUNTRY = registry.collect(policies, "POLICY").values()


def ask(at=MONDAY, **changes):
    plain = {
        "creditor": creditor(),
        "debtor": debtor(),
        "claim": claim(due=FRIDAY),
        "purpose": Purpose.COURTESY,
        "kind": MessageKind.COURTESY,
        "channel": ChannelKind.EMAIL,
    }
    return POLICY.may_contact(Situation(**{**plain, **changes}), at)


@pytest.mark.parametrize("policy", EVERY_COUNTRY, ids=lambda policy: policy.key)
def test_it_may_go_before_the_day_and_never_on_it_or_after(policy):
    for days in (-3, -1, 0, 1, 30):
        at = datetime(2026, 11, 27, 15, 0, tzinfo=UTC) + timedelta(days=days)
        situation = Situation(
            creditor(country=policy.key),
            at_home(policy),
            claim(due=at.date() - timedelta(days=days)),
            Purpose.COURTESY,
            MessageKind.COURTESY,
            ChannelKind.EMAIL,
        )
        assert (before_due(policy, situation, at) == Refused("due", policy.rule)) is (days >= 0), days


def test_the_day_is_the_debtors_own():
    last_moment = datetime(2026, 11, 26, 22, 59, tzinfo=UTC)
    assert ask(last_moment).because == "quiet_hours"
    assert ask(last_moment + timedelta(minutes=1)) == Refused("due", POLICY.rule), "Friday already, in Berlin"


def test_before_the_day_a_reminder_waits_where_the_note_may_go():
    assert isinstance(ask(), Allowed)
    assert ask(purpose=Purpose.REMINDER, kind=MessageKind.REMINDER).because == "not_yet_due"


def test_it_obeys_every_rule_of_a_reminder_but_the_day():
    """That of time-barred claims has nothing to say of what is not due."""
    missing = {rule.__name__ for rule in REMINDER_RULES} - {rule.__name__ for rule in COURTESY_RULES}
    assert not_yet_due not in COURTESY_RULES and before_due in COURTESY_RULES
    assert missing <= {"not_yet_due", "time_barred"}


@pytest.mark.parametrize("kind", [kind for kind in HoldKind if kind is not HoldKind.NEEDS_CARE])
def test_no_hold_lets_it_through(kind):
    answer = ask(claim=claim(due=FRIDAY).held(Hold(kind, MONDAY, None, "test")))
    assert isinstance(answer, (Wait, Refused)) and answer.because == kind.value


def test_it_is_counted_and_bound_like_a_reminder():
    assert ask(sends=(MONDAY - timedelta(hours=1),)).because == "daily_cap"
    assert ask(sends=(MONDAY - timedelta(days=2), MONDAY - timedelta(days=4))).because == "weekly_cap"


def test_who_wants_nothing_has_paid_or_is_on_a_plan_gets_none():
    silent = debtor().with_point_state("marta.lindqvist@example.com", PointState.OPTED_OUT)
    assert ask(debtor=silent) == Refused("opted_out", POLICY.rule)
    assert ask(claim=claim(due=FRIDAY, state=ClaimState.CLOSED)) == Refused("paid", POLICY.rule)
    assert ask(claim=claim(due=FRIDAY, state=ClaimState.ON_PLAN)) == Refused("plan", POLICY.rule)


def test_a_collectors_first_word_to_a_person_is_never_this():
    assert ask(creditor=collector()) == Refused("notice_missing", POLICY.rule)


def test_a_strategy_proposes_it_so_many_days_before_at_its_channels_hour():
    proposal = STRATEGY.courtesy(NONE, BOTH, date(2026, 12, 10), MONDAY, BERLIN)
    assert proposal.at.astimezone(BERLIN).date() == date(2026, 12, 10) - timedelta(days=STRATEGY.courtesy_days)
    assert proposal.at.astimezone(BERLIN).time() == STRATEGY.hours[proposal.channel]


def test_one_without_the_days_proposes_none_and_nobody_is_told_on_the_day():
    from dataclasses import replace

    never = replace(STRATEGY, courtesy_days=None)
    assert never.courtesy(NONE, BOTH, date(2026, 12, 10), MONDAY, BERLIN) is None
    for due in (MONDAY.date(), MONDAY.date() - timedelta(days=3)):
        assert STRATEGY.courtesy(NONE, BOTH, due, MONDAY, BERLIN) is None
    evening = MONDAY + timedelta(hours=10)
    assert STRATEGY.courtesy(NONE, BOTH, evening.date() + timedelta(days=1), evening, BERLIN) is None


def test_with_no_way_to_write_none_is_proposed():
    assert STRATEGY.courtesy(NONE, frozenset(), date(2026, 12, 10), MONDAY, BERLIN) is None
