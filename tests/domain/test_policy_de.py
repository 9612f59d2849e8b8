"""Germany's policy, asked for every hour of two years, after any history, and for every block that is built."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import policies
from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import ClaimState, Ground, Hold, HoldKind
from chalicelib.domain.contact import MessageKind, Purpose
from chalicelib.domain.decision import Allowed, Refused, Wait
from chalicelib.domain.parties import Address, ChannelKind, ContactPoint, PointState
from chalicelib.domain.policies._figures import HolidaysRanOut, LawRanOut, holidays_in
from chalicelib.domain.policies._rules import FOR_GOOD, UNTOLD, Situation
from chalicelib.domain.policies.de import POLICY
from tests.builders import claim, collector, creditor, debtor

BERLIN = ZoneInfo("Europe/Berlin")
TABLE = json.loads((files(policies) / "data" / "de_holidays.json").read_text())
FREE = {date.fromisoformat(day) for day in TABLE["days"]}
MAIL = "marta.lindqvist@example.com"
# A Monday: 10:00 in Berlin.
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def ask(at=MONDAY, **changes):
    return POLICY.may_contact(situation(**changes), at)


def situation(**changes):
    plain = {
        "creditor": creditor(),
        "debtor": debtor(),
        "claim": claim(due=date(2025, 12, 1)),
        "purpose": Purpose.REMINDER,
        "kind": MessageKind.REMINDER,
        "channel": ChannelKind.EMAIL,
    }
    return Situation(**{**plain, **changes})


def permitted(at):
    """The house rule told once more, without the policy's own words."""
    local = at.astimezone(BERLIN)
    return 8 <= local.hour < 20 and local.weekday() < 6 and local.date() not in FREE


def hours(first, last):
    at = first
    while at < last:
        yield at
        at += timedelta(hours=1)


def test_every_hour_of_two_years_is_permitted_by_day_on_workdays_only():
    """Clock changes, holidays and Sundays included; each Wait ends at the very first permitted moment."""
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    one, opens = situation(), None
    for at in reversed(list(hours(start, end + timedelta(days=9)))):
        if permitted(at):
            opens = at
        answer = POLICY.may_contact(one, at)
        assert isinstance(answer, Allowed) == permitted(at), at
        if isinstance(answer, Wait) and at < end:
            assert (answer.until, answer.because) == (opens, "quiet_hours"), at


def test_the_edges_of_the_day_are_8_inclusive_and_20_exclusive():
    opens = datetime(2026, 11, 23, 8, 0, tzinfo=BERLIN)
    tick = timedelta(microseconds=1)
    assert isinstance(ask(opens), Allowed)
    assert ask(opens - tick) == Wait(opens, "quiet_hours", POLICY.rule)
    assert isinstance(ask(opens + timedelta(hours=12) - tick), Allowed)
    assert isinstance(ask(opens + timedelta(hours=12)), Wait)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)])
def test_I10_around_a_clock_change_the_local_hour_counts(day):
    for near in (day - timedelta(days=1), day + timedelta(days=1)):
        for hour in (7, 8, 19, 20):
            at = datetime(near.year, near.month, near.day, hour, 30, tzinfo=BERLIN).astimezone(UTC)
            assert isinstance(ask(at), Allowed) == permitted(at), at


def test_a_holiday_of_any_state_is_a_quiet_day():
    assert date(2026, 11, 18) in FREE  # Buß- und Bettag, in one state only
    answer = ask(datetime(2026, 11, 18, 11, 0, tzinfo=UTC))
    assert answer == Wait(datetime(2026, 11, 19, 7, 0, tzinfo=UTC), "quiet_hours", POLICY.rule)


moments = st.datetimes(datetime(2026, 6, 1), datetime(2027, 6, 1), timezones=st.just(UTC))


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 86399)), max_size=80))
def test_caps_are_never_passed_whatever_is_asked_when(asked):
    """Whoever asks before each send and obeys never passes one a day and two in any seven days."""
    first = datetime(2026, 6, 1, tzinfo=UTC)
    sends = []
    for day, second in sorted(asked):
        at = first + timedelta(days=day, seconds=second)
        recent = tuple(x for x in sends if x > at - timedelta(days=14))
        if isinstance(ask(at, sends=recent), Allowed):
            sends.append(at)
    days = [x.astimezone(BERLIN).date() for x in sends]
    assert len(days) == len(set(days))
    for one, _, third in zip(sends, sends[1:], sends[2:], strict=False):
        assert third - one >= timedelta(days=7)
    assert all(permitted(x) for x in sends)


@settings(max_examples=200)
@given(
    moments,
    st.lists(st.timedeltas(timedelta(0), timedelta(days=14)), max_size=6),
    st.lists(
        st.tuples(st.sampled_from(sorted(set(HoldKind) - FOR_GOOD)), st.timedeltas(timedelta(0), timedelta(90)))
    ),
    st.timedeltas(timedelta(days=-40), timedelta(days=40)),
)
def test_every_wait_ends_in_permitted_hours_where_the_same_question_gets_a_yes(at, sent, held, due):
    holds = tuple(Hold(kind, at - timedelta(days=1), at + lasts, "test") for kind, lasts in held)
    one = situation(
        claim=claim(due=(at + due).date(), holds=holds[::2]),
        debtor=debtor(holds=holds[1::2]),
        sends=tuple(at - before for before in sent),
    )
    answer = POLICY.may_contact(one, at)
    if isinstance(answer, Wait):
        assert answer.until > at and permitted(answer.until)
        assert isinstance(POLICY.may_contact(one, answer.until), Allowed)
    else:
        assert isinstance(answer, Allowed) and permitted(at)


def test_one_message_a_day_then_the_next_day():
    assert ask(sends=(MONDAY - timedelta(hours=1),)) == Wait(
        datetime(2026, 11, 24, 7, 0, tzinfo=UTC), "daily_cap", POLICY.rule
    )


def test_the_day_of_the_cap_is_the_debtors_own():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # half past midnight on Monday in Berlin
    assert isinstance(ask(sends=(late,)), Wait)
    assert isinstance(ask(sends=(late - timedelta(hours=1),)), Allowed)


def test_two_messages_in_seven_days_and_the_third_when_the_first_of_them_is_a_week_old():
    sends = (MONDAY - timedelta(days=6), MONDAY - timedelta(days=3))
    assert ask(sends=sends) == Wait(MONDAY + timedelta(days=1), "weekly_cap", POLICY.rule)
    assert isinstance(ask(MONDAY + timedelta(days=1), sends=sends), Allowed)


def test_a_daily_cap_that_runs_into_the_weekly_one_waits_for_both():
    sends = (MONDAY - timedelta(days=5), MONDAY - timedelta(hours=1))
    assert ask(sends=sends) == Wait(MONDAY + timedelta(days=2), "daily_cap", POLICY.rule)


@pytest.mark.parametrize("kind", sorted(FOR_GOOD))
@pytest.mark.parametrize("on", ["debtor", "claim"])
def test_what_silences_for_good_is_refused_by_its_name(kind, on):
    hold = Hold(kind, MONDAY, None, "file")
    held = {"debtor": debtor(holds=(hold,))} if on == "debtor" else {"claim": claim(holds=(hold,))}
    assert ask(**held) == Refused(kind.value, POLICY.rule)


@pytest.mark.parametrize("kind", sorted(set(HoldKind) - FOR_GOOD))
def test_a_hold_with_an_end_is_waited_for(kind):
    until = datetime(2026, 12, 20, 12, 0, tzinfo=UTC)  # a Sunday
    answer = ask(claim=claim(holds=(Hold(kind, MONDAY, until, "x"),)))
    assert answer == Wait(datetime(2026, 12, 21, 7, 0, tzinfo=UTC), UNTOLD.get(kind, kind).value, POLICY.rule)


@pytest.mark.parametrize("kind", sorted(set(HoldKind) - FOR_GOOD))
def test_a_hold_that_a_person_lifts_is_asked_about_again_in_a_week(kind):
    answer = ask(debtor=debtor(holds=(Hold(kind, MONDAY, None, "x"),)))
    assert answer == Wait(MONDAY + timedelta(days=7), UNTOLD.get(kind, kind).value, POLICY.rule)


@pytest.mark.parametrize(("days", "waits"), [(3, 7), (30, 30)])
def test_of_several_holds_the_one_that_lasts_is_waited_for(days, waits):
    short = Hold(HoldKind.TASK_OPEN, MONDAY, None, "t")
    long = Hold(HoldKind.DEFERRAL, MONDAY, MONDAY + timedelta(days=days), "d")
    answer = ask(claim=claim(holds=(long,)), debtor=debtor(holds=(short,)))
    assert answer.until == MONDAY + timedelta(days=waits)


def test_a_hold_that_is_over_holds_nothing():
    assert isinstance(ask(claim=claim(holds=(Hold(HoldKind.DEFERRAL, MONDAY, MONDAY, "x"),))), Allowed)


@pytest.mark.parametrize("settled", [{"state": ClaimState.CLOSED}, {"outstanding": Split()}])
def test_nobody_is_asked_for_what_is_paid(settled):
    assert ask(claim=claim(chain="x", **settled)) == Refused("paid", POLICY.rule)


@pytest.mark.parametrize(
    ("states", "because"),
    [
        ([], "no_contact_point"),
        ([PointState.DEAD], "dead_address"),
        ([PointState.WRONG_PERSON], "dead_address"),
        ([PointState.DEAD, PointState.OPTED_OUT], "opted_out"),
    ],
)
def test_an_address_that_may_not_be_written_to_is_refused_with_the_reason(states, because):
    points = tuple(ContactPoint(ChannelKind.EMAIL, f"{n}@example.com", s) for n, s in enumerate(states))
    phone = ContactPoint(ChannelKind.SMS, "+491713920012")
    assert ask(debtor=debtor(points=(*points, phone))) == Refused(because, POLICY.rule)


def test_a_claim_is_time_barred_three_years_after_the_end_of_its_year():
    old = claim(due=date(2025, 3, 1))
    last = datetime(2028, 12, 30, 11, 0, tzinfo=UTC)
    assert isinstance(ask(last, claim=old), Allowed)
    assert ask(datetime(2028, 12, 31, 23, 30, tzinfo=UTC), claim=old) == Refused("time_barred", POLICY.rule)
    assert isinstance(ask(datetime(2028, 12, 31, 22, 30, tzinfo=UTC), claim=old), Wait)


def test_a_titled_claim_is_not_barred_so_soon():
    assert isinstance(ask(claim=claim(due=date(2010, 3, 1), titled=True)), Allowed)
    assert ask(claim=claim(due=date(2010, 3, 1))) == Refused("time_barred", POLICY.rule)


def test_B11_what_is_not_due_yet_waits_for_the_day_after():
    answer = ask(claim=claim(due=date(2026, 11, 23)))
    assert answer == Wait(datetime(2026, 11, 24, 7, 0, tzinfo=UTC), "not_yet_due", POLICY.rule)
    assert isinstance(ask(claim=claim(due=date(2026, 11, 22))), Allowed)


def test_whether_something_is_due_is_asked_of_the_local_day():
    at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday already, in Berlin
    assert ask(at, claim=claim(due=date(2026, 11, 22))).because == "quiet_hours"
    assert ask(at, claim=claim(due=date(2026, 11, 23))).because == "not_yet_due"


def test_a_debtor_in_another_country_has_another_law_and_zone():
    away = debtor(address=Address("Rue 1", "75001", "Paris", "FR"))
    assert ask(debtor=away) == Refused("unknown_zone", POLICY.rule)


def whole():
    """A claim with everything the notice of RDG §13a must say."""
    ground = Ground("Strom", date(2024, 1, 5), "1", date(2026, 8, 1))
    return claim(creditor="fairkasso", ground=ground)


def test_a_collectors_first_word_is_the_whole_notice_by_a_durable_medium():
    one = {"creditor": collector(), "claim": whole()}
    assert ask(**one) == Refused("notice_missing", POLICY.rule)
    assert isinstance(ask(**one, kind=MessageKind.NOTICE), Allowed)
    by_sms = {**one, "kind": MessageKind.NOTICE, "channel": ChannelKind.SMS}
    assert ask(**by_sms) == Refused("notice_needs_durable_medium", POLICY.rule)


def test_a_notice_with_a_gap_is_never_sent():
    gap = {"creditor": collector(), "claim": claim(), "kind": MessageKind.NOTICE}
    assert ask(**gap) == Refused("notice_incomplete", POLICY.rule)


def test_after_the_notice_about_this_claim_a_reminder_may_follow():
    told = claim(notice_sent_at=MONDAY - timedelta(days=20))
    assert isinstance(ask(creditor=collector(), claim=told), Allowed)


def test_a_business_needs_no_notice():
    assert isinstance(ask(creditor=collector(), debtor=debtor(is_business=True)), Allowed)


ANSWER = {"purpose": Purpose.ANSWER, "kind": MessageKind.RECEIPT}


def test_an_answer_goes_at_once_whatever_hour_cap_hold_or_opt_out():
    asleep = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    busy = debtor(
        points=(ContactPoint(ChannelKind.EMAIL, MAIL, PointState.OPTED_OUT),),
        holds=(Hold(HoldKind.INSOLVENCY, MONDAY, None, "file"),),
    )
    sends = tuple(asleep - timedelta(hours=n) for n in range(5))
    paid = claim(chain="x", state=ClaimState.CLOSED, outstanding=Split())
    assert isinstance(ask(asleep, **ANSWER, debtor=busy, claim=paid, sends=sends, creditor=collector()), Allowed)


@pytest.mark.parametrize("kind", [HoldKind.WRONG_PERSON, HoldKind.DECEASED])
def test_an_answer_stops_for_a_wrong_person_and_for_the_dead(kind):
    held = debtor(holds=(Hold(kind, MONDAY, None, "x"),))
    assert ask(**ANSWER, debtor=held) == Refused(kind.value, POLICY.rule)


@pytest.mark.parametrize("points", [(), (ContactPoint(ChannelKind.EMAIL, MAIL, PointState.DEAD),)])
def test_an_answer_needs_an_address_that_works(points):
    assert isinstance(ask(**ANSWER, debtor=debtor(points=points)), Refused)


def quiet_on(*weekdays):
    return replace(POLICY, contact=tuple(replace(row, quiet_weekdays=frozenset(weekdays)) for row in POLICY.rows))


def test_a_policy_that_never_opens_says_so():
    with pytest.raises(HolidaysRanOut, match="no permitted hour"):
        quiet_on(*range(7)).hours.next_open(MONDAY)


def test_the_last_morning_known_is_a_permitted_one():
    # The file ends on a Monday.
    assert quiet_on(0, 6).hours.last_open.astimezone(BERLIN).weekday() == 5


LAST = date.fromisoformat(TABLE["valid_through"])


def test_beyond_the_holiday_file_nothing_is_sent_on_a_guess():
    with pytest.raises(HolidaysRanOut, match="make holidays|covers"):
        holidays_in(POLICY.holidays).free(LAST + timedelta(days=1), frozenset())
    after = datetime(LAST.year + 1, 1, 2, 11, 0, tzinfo=UTC)
    with pytest.raises(LawRanOut):
        ask(after, claim=claim(due=date(LAST.year, 1, 1)))


def test_before_the_holiday_file_nothing_is_sent_on_a_guess():
    with pytest.raises(LawRanOut):
        ask(datetime(2025, 11, 24, 11, 0, tzinfo=UTC), claim=claim(due=date(2025, 1, 1)))


def test_a_wait_beyond_the_holiday_file_ends_on_its_last_permitted_morning_to_be_asked_again():
    far = claim(holds=(Hold(HoldKind.PLAN, MONDAY, datetime(LAST.year + 4, 6, 1, tzinfo=UTC), "file"),))
    answer = ask(claim=far)
    assert isinstance(answer, Wait) and answer.because == "plan"
    assert permitted(answer.until)
    assert timedelta(0) <= datetime(LAST.year + 1, 1, 1, tzinfo=UTC) - answer.until < timedelta(days=10)
    with pytest.raises(LawRanOut):
        ask(answer.until, claim=far)


def test_what_can_be_foreseen_ends_with_the_holiday_file():
    assert POLICY.hours.foreseeable(MONDAY) == MONDAY
    assert POLICY.hours.foreseeable(datetime(LAST.year + 4, 1, 1, tzinfo=UTC)).astimezone(BERLIN).date() <= LAST


def test_the_holiday_file_reaches_at_least_60_days_ahead_of_today():
    """When this fails, run `make holidays` and commit what it writes."""
    assert LAST - date.today() > timedelta(days=60)


# What was agreed


def agreed(at=MONDAY, **changes):
    words = {"purpose": Purpose.AGREED, "kind": MessageKind.INSTALMENT}
    return ask(at, **{**words, **changes})


def test_while_a_plan_is_kept_nobody_is_reminded_and_its_own_words_go_out():
    kept = claim(state=ClaimState.ON_PLAN, holds=(Hold(HoldKind.PLAN, MONDAY, None, "p-1"),))
    answer = ask(claim=kept)
    assert isinstance(answer, Refused) and answer.because == "plan"
    assert isinstance(agreed(claim=kept), Allowed)


def test_while_a_deferral_runs_reminders_wait_and_its_own_word_goes_out():
    until = MONDAY + timedelta(days=9)
    deferred = claim(holds=(Hold(HoldKind.DEFERRAL, MONDAY, until, "l-1"),))
    answer = ask(claim=deferred)
    assert isinstance(answer, Wait) and (answer.because, answer.until) == ("deferral", until)
    assert isinstance(agreed(claim=deferred), Allowed)


@pytest.mark.parametrize("kind", sorted(set(HoldKind) - FOR_GOOD - {HoldKind.PLAN, HoldKind.DEFERRAL}))
def test_every_other_hold_keeps_an_agreements_words_back(kind):
    answer = agreed(claim=claim(holds=(Hold(kind, MONDAY, MONDAY + timedelta(days=2), "x"),)))
    assert isinstance(answer, Wait) and answer.until == MONDAY + timedelta(days=2)


@pytest.mark.parametrize("kind", sorted(FOR_GOOD))
def test_what_silences_for_good_silences_an_agreement_too(kind):
    assert isinstance(agreed(claim=claim(holds=(Hold(kind, MONDAY, None, "x"),))), Refused)


def test_an_agreements_words_know_no_cap_and_need_no_notice_but_keep_the_hours():
    sends = (MONDAY - timedelta(hours=1), MONDAY - timedelta(days=1), MONDAY - timedelta(days=2))
    assert isinstance(agreed(sends=sends), Allowed)
    assert isinstance(agreed(creditor=collector()), Allowed)
    night = MONDAY.replace(hour=21)
    answer = agreed(night)
    assert isinstance(answer, Wait) and answer.because == "quiet_hours"


@pytest.mark.parametrize("state", [PointState.OPTED_OUT, PointState.DEAD])
def test_an_agreements_words_respect_a_stop(state):
    card = debtor().with_point_state(MAIL, state)
    assert isinstance(agreed(debtor=card), Refused)
