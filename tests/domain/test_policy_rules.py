"""What every country's policy must keep, whoever adds it, and that a country is one new file."""

import json
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib import registry
from chalicelib.adapters.batches import reasons_de, reasons_en
from chalicelib.domain import law_data, policies
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.policies._country import CountryPolicy
from chalicelib.domain.policies._places import each_of
from chalicelib.domain.policies._rules import FOR_GOOD, unreachable_because
from tests.builders import debtor
from tests.domain.walk import DAYS, FIRST, a_history, every_hour, one_of_each_zone, walks_of
from tools import holidays_data

POLICIES = registry.collect(policies, "POLICY").values()
each = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.key)
END = (FIRST + timedelta(days=DAYS)).date()


def names_its_version_and_its_source(policy):
    assert policy.version and len(policy.source) > 20
    assert policy.rule == f"{policy.key}/{policy.version}"
    assert policy.valid_from <= date.today()
    assert all(len(row.source) > 20 for row in policy.rows)


def has_a_day_and_caps(policy):
    for row in policy.rows:
        assert row.opens < row.closes and len(row.quiet_weekdays) < 7
        assert row.limitation.years > 0
        for cap in row.caps:
            assert all(span.most > 0 and 0 < span.days <= 14 for span in cap.limits), "a fortnight is remembered"
            assert {span.because for span in cap.limits} <= {"daily_cap", "weekly_cap"}
    assert policy.durable


def every_channel_is_capped_and_says_who_writes(policy):
    row = policy.figures(FIRST.date())
    assert all(row.cap(kind.value, "reminder") for kind in ChannelKind)
    assert {"writer", "stop"} <= {text.name for text in row.texts}


def its_figures_reach_and_ring_in_time(policy):
    row = policy.rows[-1]
    assert row.valid_from <= row.reviewed_through and row.reviewed_through > END
    known = {table.name: table.last for table in law_data.dated()}
    assert {f"contact/{policy.key}", f"holidays/{policy.key}"} <= set(known)
    assert known[f"contact/{policy.key}"] == row.reviewed_through


def four_hundred_days_keep_its_hours_and_caps(policy):
    for walk in one_of_each_zone(walks_of(policy)):
        every_hour(walk, timedelta(hours=97))
        a_history(walk, 3)


KEPT = (
    names_its_version_and_its_source,
    has_a_day_and_caps,
    every_channel_is_capped_and_says_who_writes,
    its_figures_reach_and_ring_in_time,
    four_hundred_days_keep_its_hours_and_caps,
)


@each
@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.__name__)
def test_every_country_keeps(policy, kept):
    kept(policy)


def test_there_are_policies_for_germany_the_united_kingdom_and_the_united_states():
    assert {"DE", "GB", "US"} <= {policy.key for policy in POLICIES}


AUSTRIA = """
from datetime import date, time
from zoneinfo import ZoneInfo

from chalicelib.domain.contact import MessageKind
from chalicelib.domain.parties import ActingAs, ChannelKind
from chalicelib.domain.policies._figures import (
    EVERY, Cap, CapSpan, ContactRules, Holidays, Limitation, RequiredText
)
from chalicelib.domain.policies._country import CountryPolicy

EVERYWHERE = frozenset({EVERY})
RULES = ContactRules(
    valid_from=date(2026, 1, 1),
    reviewed_through=date(2028, 12, 31),
    source="House rule for hours and caps; ABGB § 1486 for limitation",
    opens=time(9),
    closes=time(18, 30),
    quiet_weekdays=frozenset({5, 6}),
    caps=(
        Cap("messages", frozenset({"reminder"}), EVERYWHERE, (CapSpan(1, 3, "weekly_cap"),)),
    ),
    limitation=Limitation(3, from_due=True),
    texts=tuple(
        RequiredText(name, frozenset(MessageKind), EVERYWHERE, frozenset(ActingAs)) for name in ("writer", "stop")
    ),
)
FREE = {date(2026, 10, 26): EVERYWHERE, date(2026, 12, 8): EVERYWHERE, date(2027, 11, 11): frozenset({"B"})}
POLICY = CountryPolicy(
    key="AT",
    version="2026-11",
    source="House rule, for a test of the house",
    valid_from=date(2026, 1, 1),
    zone=ZoneInfo("Europe/Vienna"),
    contact=(RULES,),
    holidays=Holidays(date(2026, 1, 1), date(2028, 12, 31), FREE),
    durable=frozenset({ChannelKind.EMAIL}),
    retention="de_retention.json",
)
"""


@pytest.fixture
def beside(tmp_path):
    """A folder beside the countries of the house: what lies in it is one of them."""
    policies.__path__.append(str(tmp_path))
    yield tmp_path
    policies.__path__.remove(str(tmp_path))


def test_a_country_is_one_new_file_and_nothing_else(beside: Path):
    (beside / "at.py").write_text(AUSTRIA)
    found = registry.collect(policies, "POLICY")
    assert set(found) == {"AT", *(policy.key for policy in POLICIES)}
    austria: CountryPolicy = found["AT"]
    assert austria.zone == ZoneInfo("Europe/Vienna")
    for kept in KEPT:
        kept(austria)
    ends = {ending.table for ending in law_data.endings(date(2029, 1, 1), law_data.dated())}
    assert {"contact/AT", "holidays/AT"} <= ends


def test_a_file_of_holidays_is_as_the_tool_writes_it():
    """`make holidays` writes them; whoever mends one by hand loses it with the next year."""
    for country, what in holidays_data.COUNTRIES.items():
        written = (holidays_data.DATA / f"{country.lower()}_holidays.json").read_text("utf-8")
        assert holidays_data.written(holidays_data.table(country, what)) == written


def test_every_region_that_a_postcode_tells_is_one_the_holidays_know():
    for policy in POLICIES:
        if policy.places is None:
            continue
        table = json.loads((holidays_data.DATA / policy.places).read_text("utf-8"))
        known = set(holidays_data.holidays.country_holidays(policy.key).subdivisions)
        assert set(table["regions"]) <= known
        told = {region for regions in table["prefixes"].values() for region in regions}
        assert told <= set(table["regions"]) and all(table["regions"].values())


def test_no_postcode_stands_under_two_headings():
    """The file is read from the top: a prefix named twice would mean whatever came last."""
    for policy in POLICIES:
        if policy.places:
            said = json.loads((holidays_data.DATA / policy.places).read_text("utf-8"))
            spans = [*said["prefixes"], *said["nowhere"]]
            each = [prefix for span in spans for prefix in each_of(span)]
            assert len(each) == len(set(each)), policy.key


REASONS = {
    # That somebody needs care is told to nobody: it is said as an open task (GDPR Art. 9).
    *(kind.value for kind in HoldKind if kind is not HoldKind.NEEDS_CARE),
    *("paid", "opted_out", "dead_address", "no_contact_point", "time_barred", "unknown_zone", "notice_missing"),
    *("notice_needs_durable_medium", "notice_incomplete", "steps_used_up", "no_factor"),
}


@pytest.mark.parametrize("sentences", [reasons_de.SENTENCES, reasons_en.SENTENCES], ids=["de", "en"])
def test_every_reason_not_to_write_can_be_told_to_the_creditor(sentences):
    assert REASONS - set(sentences) == set()


def test_what_silences_for_good_is_a_hold():
    assert set(HoldKind) > FOR_GOOD


def test_somebodys_wish_is_named_before_a_mere_fault():
    assert unreachable_because(debtor(points=()), *ChannelKind) == "no_contact_point"
