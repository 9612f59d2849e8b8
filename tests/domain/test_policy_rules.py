"""What every country's policy must keep, whoever adds it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib import registry
from chalicelib.adapters.batches import reasons_de, reasons_en
from chalicelib.domain import policies
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.contact import MessageKind, Purpose
from chalicelib.domain.decision import Allowed, Wait
from chalicelib.domain.parties import Address, ChannelKind
from chalicelib.domain.policies._rules import FOR_GOOD, Situation, _holiday_table, unreachable_because
from tests.builders import claim, creditor, debtor

POLICIES = registry.collect(policies, "POLICY").values()
each = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.key)


def test_there_is_a_policy_for_germany():
    assert "DE" in {policy.key for policy in POLICIES}


@each
def test_a_policy_names_its_version_its_source_and_since_when(policy):
    assert policy.version and len(policy.source) > 20
    assert policy.rule == f"{policy.key}/{policy.version}"
    assert policy.valid_from <= date.today()


@each
def test_a_policy_has_a_day_and_caps(policy):
    assert policy.opens < policy.closes
    assert 0 < policy.most_per_day <= policy.most_per_week
    assert policy.durable


@each
def test_every_wait_in_the_nights_of_a_year_ends_where_the_answer_is_yes(policy):
    first, last, _ = _holiday_table(policy.holidays)
    one = Situation(
        creditor(country=policy.key),
        debtor(address=Address("Street 1", "1", "City", policy.key)),
        claim(due=first),
        Purpose.REMINDER,
        MessageKind.REMINDER,
        ChannelKind.EMAIL,
    )
    at = datetime(first.year, 1, 2, 3, 0, tzinfo=UTC)
    while at.date() < min(last - timedelta(days=20), first + timedelta(days=366)):
        answer = policy.may_contact(one, at)
        if isinstance(answer, Wait):
            assert isinstance(policy.may_contact(one, answer.until), Allowed)
        at += timedelta(hours=7)


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
