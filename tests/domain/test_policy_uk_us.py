"""The United Kingdom and the United States: what their law adds, and where their debtors live."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.domain.accrual import owed_on
from chalicelib.domain.charging import rests
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import MessageKind, Purpose
from chalicelib.domain.decision import Allowed, Refused, Wait
from chalicelib.domain.interest import Interest
from chalicelib.domain.matter import Matter
from chalicelib.domain.parties import ActingAs, ChannelKind
from tests.builders import claim
from tests.domain.situations import NOON, POLICIES, a_collector, ask, at_home, situation, whole

DE, GB, US = POLICIES["DE"], POLICIES["GB"], POLICIES["US"]
DAY = timedelta(days=1)


def utc(*figures):
    return datetime(*figures, tzinfo=UTC)


# The United Kingdom


def test_a_breathing_space_lasts_60_days_and_in_a_crisis_30_beyond_its_treatment():
    space = GB.figures(NOON.date()).breathing_space
    assert space.last_day(date(2026, 11, 1)) == date(2026, 12, 30)
    assert space.last_day(date(2026, 11, 1), crisis=True) is None
    assert space.last_day(date(2026, 11, 1), date(2027, 1, 10), crisis=True) == date(2027, 2, 9)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.key)
def test_under_a_breathing_space_neither_interest_nor_fees_grow(policy):
    """Wherever there is any: interest rests for all the debtor owes, and no fee rises under a hold."""
    since = NOON - 20 * DAY
    held = at_home(policy, holds=(Hold(HoldKind.BREATHING_SPACE, since, since + 60 * DAY, "file"),))
    terms = Interest(500, since.date() - 30 * DAY, since.date() - 30 * DAY)
    bearing = claim(default_since=since.date() - 30 * DAY, interest=terms)
    days = (since.date(), NOON.date())
    for debtor, grows in ((at_home(policy), True), (held, False)):
        meter = replace(DE.meter, rests=policy.meter_for(debtor).rests)
        first, then = (owed_on(bearing, day, meter).outstanding.interest for day in days)
        assert (then > first) == grows
    matter = Matter(held, {bearing.id: bearing})
    assert rests(matter, bearing, NOON) and not rests(replace(matter, debtor=at_home(policy)), bearing, NOON)


def test_while_a_plan_is_being_worked_out_nobody_is_pursued_for_30_days():
    answer = ask(GB, offered=NOON - 10 * DAY)
    assert answer == Wait(utc(2026, 12, 14, 8), "plan_in_the_making", GB.rule), "a Sunday is passed over"
    assert isinstance(ask(GB, offered=NOON - 30 * DAY), Allowed)
    assert isinstance(ask(DE, NOON - timedelta(hours=2), offered=NOON - DAY), Allowed), "Germany has no such rule"


def test_what_was_due_five_years_ago_is_not_asked_for():
    assert ask(GB, claim=claim(due=date(2021, 11, 22))) == Refused("time_barred", GB.rule)
    assert isinstance(ask(GB, claim=claim(due=date(2021, 11, 23))), Allowed)


@pytest.mark.parametrize(
    ("postcode", "day", "quiet"),
    [
        ("EH1 1AA", date(2026, 11, 30), True),  # St Andrew's Day
        ("M1 1AA", date(2026, 11, 30), False),
        ("BT1 1AA", date(2027, 7, 12), True),  # the Boyne
        ("SW1A 1AA", date(2027, 7, 12), False),
        ("TD15 1AA", date(2026, 11, 30), True),  # on either side of the border
        ("", date(2026, 11, 30), True),
        ("nonsense", date(2027, 7, 12), True),
    ],
)
def test_a_bank_holiday_is_one_where_the_debtor_lives(postcode, day, quiet):
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert isinstance(ask(GB, noon, debtor=at_home(GB, postcode or " ")), Wait) == quiet


@pytest.mark.parametrize("postcode", ["JE2 3AB", "GY1 1AA", "IM1 1AA", "BF1 1AA"])
def test_an_island_with_a_law_of_its_own_is_not_written_to(postcode):
    assert ask(GB, debtor=at_home(GB, postcode)) == Refused("unknown_zone", GB.rule)


# The United States


def test_hours_are_8_to_21_where_the_debtor_lives_on_every_channel_alike():
    for way in ChannelKind:
        for postcode, opens in (("10001", 13), ("60601", 14), ("80202", 15), ("90210", 16), ("96813", 18)):
            lives = at_home(US, postcode)
            home = {"debtor": lives, "channel": way, "to": lives.points[0].state}
            first = utc(2026, 11, 24, opens)
            assert isinstance(ask(US, first, **home), Allowed)
            assert ask(US, first - timedelta(seconds=1), **home) == Wait(first, "quiet_hours", US.rule)
            assert isinstance(ask(US, first + timedelta(hours=12, minutes=59), **home), Allowed)
            assert isinstance(ask(US, first + timedelta(hours=13), **home), Wait)


def test_a_state_of_two_zones_is_written_to_when_it_is_permitted_in_both():
    texas = {"debtor": at_home(US, "79901")}
    assert isinstance(ask(US, utc(2026, 11, 24, 14, 30), **texas), Wait), "8:30 in Dallas, 7:30 in El Paso"
    assert isinstance(ask(US, utc(2026, 11, 24, 15), **texas), Allowed)
    assert isinstance(ask(US, utc(2026, 11, 25, 3), **texas), Wait), "21:00 in Dallas"


@pytest.mark.parametrize("postcode", ["", "2139", "unknown", "99-999"])
def test_an_address_that_tells_no_zone_is_written_to_only_when_it_is_permitted_in_every_one(postcode):
    """From Puerto Rico to Guam that is the evening of the east; a ZIP that lost its zero tells nothing."""
    lost = {"debtor": at_home(US, postcode or " ")}
    day = [hour for hour in range(24) if isinstance(ask(US, utc(2026, 12, 2, hour, 30), **lost), Allowed)]
    assert day == [0, 22, 23]


@pytest.mark.parametrize("postcode", ["09012", "34001", "96201", "96960", "96940"])
def test_the_armed_forces_and_the_associated_states_have_no_zone_that_could_be_named(postcode):
    assert ask(US, debtor=at_home(US, postcode)) == Refused("unknown_zone", US.rule)


def test_a_holiday_is_one_of_the_debtors_state_and_of_any_state_where_that_is_not_known():
    patriots = utc(2027, 4, 19, 23, 30)  # Massachusetts and Maine
    assert isinstance(ask(US, patriots, debtor=at_home(US, "02139")), Wait)
    assert isinstance(ask(US, patriots, debtor=at_home(US, "10001")), Allowed)
    assert isinstance(ask(US, patriots, debtor=at_home(US, " ")), Wait)


def test_an_hour_is_proposed_in_the_debtors_zone_where_it_is_known():
    assert US.zone_of(at_home(US, "90210")).key == "America/Los_Angeles"
    assert US.zone_of(at_home(US, "79901")) == US.zone_of(at_home(US, " ")) == US.zone


def test_seven_calls_in_seven_days_are_counted_for_themselves():
    rules = US.figures(NOON.date())
    calls = rules.cap(ChannelKind.PHONE, Purpose.REMINDER)
    assert calls.counter == "calls" and rules.cap("email", Purpose.REMINDER).counter == "messages"
    six = tuple(NOON - n * timedelta(hours=20) for n in range(1, 7))
    by_phone = {"channel": ChannelKind.PHONE, "to": at_home(US).points[0].state}
    assert isinstance(ask(US, **by_phone, sends=six), Allowed)
    answer = ask(US, **by_phone, sends=(*six, NOON - timedelta(hours=150)))
    assert isinstance(answer, Wait) and answer.because == "weekly_cap"
    assert answer.until == utc(2026, 11, 24, 13), "at six in New York it is a week: at eight they are called"


def test_after_the_validation_notice_a_collector_waits_35_days():
    one = {"creditor": a_collector(US), "claim": whole(US, notice_sent_at=NOON - 5 * DAY)}
    assert ask(US, **one) == Wait(utc(2026, 12, 23, 17), "notice_open", US.rule)
    own = {**one, "creditor": situation(US).creditor}
    assert isinstance(ask(US, **own), Allowed), "who writes in their own name owes no notice"
    later = {**one, "claim": whole(US, notice_sent_at=NOON - 35 * DAY)}
    assert isinstance(ask(US, **later), Allowed)
    de = {"creditor": a_collector(DE), "claim": whole(DE, notice_sent_at=NOON - 5 * DAY)}
    assert isinstance(ask(DE, NOON - timedelta(hours=2), **de), Allowed)


def test_every_electronic_message_must_say_how_to_end_it_and_a_collectors_who_writes():
    rules = US.figures(NOON.date())

    def names(kind, acting_as):
        return {text.name for text in rules.required(kind, acting_as)}

    assert all("stop" in names(kind, acting) for kind in MessageKind for acting in ActingAs)
    assert {"collector", "validation"} <= names(MessageKind.NOTICE, ActingAs.COLLECTOR)
    assert not {"collector", "validation"} & names(MessageKind.NOTICE, ActingAs.OWN_NAME)
    assert "validation" not in names(MessageKind.REMINDER, ActingAs.COLLECTOR)


def test_the_words_that_end_messages_are_the_laws_seven():
    words = {"stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"}
    assert set(US.figures(NOON.date()).stop_words) == words


@pytest.mark.parametrize("policy", [GB, US], ids=["GB", "US"])
def test_a_country_without_a_table_of_rates_or_fees_adds_nothing(policy):
    assert policy.base_rates is None and policy.fees is None
    assert policy.meter.rates.confirmed_through < date(1900, 1, 1)
