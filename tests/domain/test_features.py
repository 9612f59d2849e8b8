"""What the model may know, and what it must never know."""

from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, date, datetime, timedelta
from math import isnan
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.features import (
    CLAIM_TYPES,
    FEATURES,
    FORBIDDEN,
    SECTORS,
    ClaimFacts,
    History,
    Kind,
    features_of,
    forbidden,
)
from chalicelib.domain.response import RESPONSE

AS_OF = date(2026, 11, 21)
CLAIM = ClaimFacts(amount=4_820, currency="EUR", due_date=date(2026, 9, 1))


def value(name, claim, as_of=AS_OF):
    places = [feature.name for feature in FEATURES]
    return features_of(claim, as_of=as_of)[places.index(name)]


days = st.dates(date(1990, 1, 1), date(2050, 1, 1))
maybe_count = st.none() | st.integers(-5, 10**9)
maybe = st.none() | st.booleans()
histories = st.builds(
    History,
    reminders_sent=maybe_count,
    first_notice_sent=st.none() | days,
    payments_made=maybe_count,
    plan_before=maybe,
    customer_since=st.none() | days,
    past_orders=maybe_count,
    past_payments=maybe_count,
)
claims = st.builds(
    ClaimFacts,
    amount=st.integers(0, 10**12),
    currency=st.sampled_from(["EUR", "USD"]),
    due_date=days,
    default_since=st.none() | days,
    claim_type=st.none() | st.text(max_size=20) | st.sampled_from(CLAIM_TYPES),
    titled=maybe,
    business=maybe,
    sector=st.none() | st.text(max_size=20) | st.sampled_from(SECTORS),
    has_email=st.booleans(),
    has_phone=st.booleans(),
    address_traced=maybe,
    history=histories,
)


@given(claims, days)
def test_every_feature_is_unknown_or_a_whole_number_that_32_bits_hold(claim, as_of):
    row = features_of(claim, as_of=as_of)
    assert len(row) == len(FEATURES)
    for number in row:
        assert isinstance(number, float)
        assert isnan(number) or (number.is_integer() and 0 <= number < 2**24)


@pytest.mark.parametrize(
    "field",
    [
        *(f.name for f in (*fields(ClaimFacts), *fields(History))),
        *(f.name for f in (*FEATURES, *RESPONSE)),
    ],
)
def test_no_person_no_health_and_no_customer_value_can_reach_the_model(field):
    assert forbidden(field) is None, field


@pytest.mark.parametrize(
    ("name", "what"),
    [
        *(("debtor_name", "name"), ("Vorname", "name"), ("username", "name")),
        *(("nationality", "nationality"), ("isCitizen", "nationality"), ("religion_1", "religion")),
        *(("sex_code", "sex"), ("GENDER", "sex"), ("debtorsex", "sex"), ("Geschlecht", "sex")),
        *(
            ("age", "age"),
            ("AgeBand", "age"),
            ("birth_date", "age"),
            ("yearOfBirth", "age"),
            ("geburtsjahr", "age"),
        ),
        *(("marital", "marital status"), ("is_married", "marital status"), ("MARRIAGE", "marital status")),
        *(("plz", "address"), ("PLZ2", "address"), ("zip_code", "address"), ("post-code-area", "address")),
        *(("Straße", "address"), ("address", "address"), ("address_line_1", "address"), ("ipaddress", "address")),
        *(("preferred_language", "language"), ("locale", "language"), ("Sprache", "language")),
        *(("needs_care", "health"), ("needsCare", "health"), ("illness", "health"), ("krankheit", "health")),
        *(("dispute_text", "dispute"), ("disputed", "dispute"), ("reason_for_not_paying", "dispute")),
        *(("budget_rent", "budget"), ("net_income", "budget"), ("Nettoeinkommen", "budget")),
        *(
            ("free_text", "free text"),
            ("note", "free text"),
            ("value_class", "value class"),
            ("vip", "value class"),
        ),
    ],
)
def test_a_forbidden_thing_is_known_by_any_of_its_names(name, what):
    assert forbidden(name) == what


@pytest.mark.parametrize(
    "name", ["message_age", "message", "stage", "bills", "scared", "destination", "percentage"]
)
def test_a_word_within_a_word_says_nothing_but_a_word_of_its_own_does(name):
    assert forbidden(name) == ("age" if name.endswith("_age") else None)


def test_each_forbidden_thing_has_words_and_none_stands_under_two():
    every = [word for listed in FORBIDDEN.values() for word in listed.split()]
    assert len(every) == len(set(every)) > 100


def test_the_facts_hold_only_plain_values_so_that_no_person_can_ride_along():
    plain = {int, str, date, bool, type(None), History}
    for kind in (ClaimFacts, History):
        for name, hint in get_type_hints(kind).items():
            assert set(get_args(hint) or (hint,)) <= plain, name


def test_the_facts_cannot_be_changed_after_they_were_read():
    with pytest.raises(FrozenInstanceError):
        CLAIM.amount = 1


@given(claims, days, histories)
def test_a_good_history_told_never_reads_worse_than_one_untold(claim, as_of, told):
    silent = replace(told, customer_since=None, past_orders=None, past_payments=None)
    before = features_of(replace(claim, history=silent), as_of=as_of)
    after = features_of(replace(claim, history=told), as_of=as_of)
    for feature, untold, now in zip(FEATURES, before, after, strict=True):
        if feature.goodwill:
            assert feature.direction == 1
            assert untold == 0 <= now
        else:
            assert untold == now or (isnan(untold) and isnan(now))


def test_what_nobody_told_us_is_unknown_and_not_nought():
    for name in ("reminders_sent", "payments_made", "plan_before", "sector", "titled", "business"):
        assert isnan(value(name, CLAIM)), name
    assert value("reminders_sent", replace(CLAIM, history=History(reminders_sent=0))) == 0


def test_nothing_later_than_the_moment_of_asking_is_known():
    tomorrow = AS_OF + timedelta(days=1)
    late = replace(CLAIM, default_since=tomorrow, due_date=tomorrow)
    assert value("days_overdue", late) == 0
    assert value("days_in_default", late) == 0
    history = History(first_notice_sent=tomorrow, customer_since=tomorrow)
    assert isnan(value("days_since_notice", replace(CLAIM, history=history)))
    assert value("customer_days", replace(CLAIM, history=history)) == 0


def test_a_moment_counts_as_its_own_day():
    moment = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)
    assert str(features_of(CLAIM, as_of=moment)) == str(features_of(CLAIM, as_of=AS_OF))
    assert value("days_overdue", CLAIM) == 81


def test_an_amount_in_another_currency_is_unknown_because_no_rate_is_guessed():
    assert value("amount", CLAIM) == 4_820
    assert isnan(value("amount", replace(CLAIM, currency="PLN")))


def test_a_sector_is_read_whatever_its_case_and_a_strange_one_is_another_one():
    assert value("sector", replace(CLAIM, sector=" Retail ")) == SECTORS.index("retail")
    assert value("sector", replace(CLAIM, sector="beekeeping")) == len(SECTORS)
    assert isnan(value("sector", replace(CLAIM, sector="  ")))


@pytest.mark.parametrize("sector", ["health", "medical", "dental", "pharmacy", "hospital", "care"])
def test_a_medical_sector_is_only_another_one(sector):
    assert value("sector", replace(CLAIM, sector=sector)) == len(SECTORS)


def test_each_feature_is_named_once_and_says_what_it_means():
    names = [feature.name for feature in FEATURES]
    assert len(set(names)) == len(names)
    for feature in FEATURES:
        assert feature.means
        assert feature.direction in {-1, 0, 1}
        assert bool(feature.levels) == (feature.kind is Kind.LEVEL)


def test_a_row_can_be_wholly_unknown_but_for_what_is_always_known():
    row = dict(zip((f.name for f in FEATURES), features_of(CLAIM, as_of=AS_OF), strict=True))
    known = {name for name, number in row.items() if not isnan(number)}
    assert known == {
        "amount", "days_overdue", "customer_days", "past_orders", "past_payments", "has_email", "has_phone",
    }  # fmt: skip
