"""A Row on its way: through the queue, into its hash, into a Debtor and a Claim."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.batches.fields import BY_NAME, Kind
from chalicelib.domain.accrual import owed_on
from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.interest import Interest
from chalicelib.domain.notice import Particulars
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.row import MOST_BYTES, Row, claim_of, debtor_of
from tests.builders import NOW, creditor, row

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)


@settings(deadline=None, max_examples=100)
@given(name=WORDS, what=WORDS, born=st.none() | st.dates(), flag=st.booleans(), paid=st.none() | st.integers())
def test_a_row_survives_the_queue(name, what, born, flag, paid):
    sent = row(name=name, what=what, birth_date=born, disputed=flag, paid_before=paid, flags=("bad_iban",))
    assert Row.from_json(sent.to_json()) == sent


def test_the_longest_row_that_can_be_read_fits_its_message():
    longest = {}
    for field in fields(Row):
        kind = BY_NAME[field.name].kind if field.name in BY_NAME else None
        if kind in (Kind.TEXT, Kind.ID):
            longest[field.name] = "\U00020000" * BY_NAME[field.name].limit
        elif kind is Kind.DATE:
            longest[field.name] = date(2026, 11, 23)
        elif kind is Kind.COUNT:
            longest[field.name] = 999_999
    flags = ("bad_email", "bad_phone", "bad_iban", "characters_removed", "no_contact_point", "only_invoice_number")
    longest |= {"email": "a" * 254, "iban": "D" * 31, "language": "zh-Hant", "flags": flags}
    assert len(row(**longest).to_json().encode()) <= MOST_BYTES


def test_the_hash_is_of_what_a_row_says_not_of_where_it_stands():
    one = row()
    assert replace(one, line=99, flags=("landline",)).row_hash == one.row_hash
    changed = [
        replace(one, principal=4821),
        replace(one, name="Martha Lindqvist"),
        replace(one, birth_date=None),
        replace(one, disputed=True),
    ]
    assert len({one.row_hash, *(other.row_hash for other in changed)}) == 5


def test_every_value_of_a_row_enters_its_hash():
    one = row()
    for field in fields(Row):
        if field.name in ("line", "flags"):
            continue
        value = getattr(one, field.name)
        other = not value if isinstance(value, bool) else f"{value}x" if isinstance(value, str) else 7
        assert replace(one, **{field.name: other}).row_hash != one.row_hash, field.name


def test_a_row_becomes_its_debtor_and_its_claim():
    read = row(interest=120, costs=250, first_notice_sent=date(2026, 10, 1), reminders_sent=2, mandate="M-1")
    debtor, claim = debtor_of(read, creditor(), NOW), claim_of(read, creditor(), "b1", NOW)
    assert (debtor.creditor, debtor.number, claim.debtor) == ("nordlicht", "K-501", "K-501")
    assert claim.notice_sent_at == datetime(2026, 10, 1, tzinfo=UTC)
    assert [point.channel for point in debtor.points] == [ChannelKind.EMAIL, ChannelKind.SMS]
    assert claim.outstanding == Split(4820, 120, 250)
    assert claim.row_hash == read.row_hash
    assert claim.history == {"first_notice_sent": "2026-10-01", "reminders_sent": "2", "mandate": "M-1"}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"representative": True}, HoldKind.REPRESENTATIVE),
        ({"insolvency": True}, HoldKind.INSOLVENCY),
        ({"breathing_space_until": date(2026, 12, 24)}, HoldKind.BREATHING_SPACE),
        ({"minor": True, "birth_date": None}, HoldKind.MINOR),
        ({"birth_date": date(2010, 1, 1)}, HoldKind.MINOR),
        ({"disputed": True}, HoldKind.DISPUTE),
        ({"plan_until": date(2026, 12, 24)}, HoldKind.PLAN),
    ],
)
def test_what_the_creditor_knows_holds_as_if_it_had_happened_here(said, kind):
    read = row(**said)
    debtor, claim = debtor_of(read, creditor(), NOW), claim_of(read, creditor(), "b1", NOW)
    assert [hold.kind for hold in (*debtor.binding_holds(NOW), *claim.binding_holds(NOW))] == [kind]


def test_a_breathing_space_binds_on_its_last_day_and_no_longer():
    held = debtor_of(row(breathing_space_until=date(2026, 12, 24)), creditor(), NOW)
    assert held.binding_holds(datetime(2026, 12, 24, 23, 59, tzinfo=UTC))
    assert not held.binding_holds(datetime(2026, 12, 26, tzinfo=UTC))


def test_a_minor_is_held_until_the_eighteenth_birthday_also_when_born_on_a_leap_day():
    held = debtor_of(row(birth_date=date(2012, 2, 29)), creditor(), NOW)
    assert held.binding_holds(datetime(2030, 2, 28, 12, tzinfo=UTC))
    assert not held.binding_holds(datetime(2030, 3, 2, tzinfo=UTC))


def test_an_opt_out_binds_its_channel_only():
    debtor = debtor_of(row(opt_out_sms=True), creditor(), NOW)
    assert [point.state for point in debtor.points] == [PointState.ACTIVE, PointState.OPTED_OUT]


def test_the_particulars_of_a_collectors_first_letter_travel_with_the_claim():
    read = row(interest=120, costs=3250, interest_rate="6,52 % im Jahr", costs_kind="Geschäftsgebühr")
    known = Particulars.of(claim_of(replace(read, vat_reclaimable=False), creditor(), "b1", NOW))
    assert known == Particulars(
        interest_rate="6,52 % im Jahr", costs_kind="Geschäftsgebühr", vat_reclaimable=False
    )


LONG_AGO = date(2026, 9, 30)
BEARS = {"default_since": date(2026, 9, 1), "default_basis": "Mahnung", "as_of": LONG_AGO, "principal": 100_000}


@pytest.mark.parametrize("said", [{"disputed": True}, {"plan_until": date(2026, 12, 24)}])
def test_what_the_file_says_was_so_on_its_day_and_nothing_has_grown_since(said):
    """Disputed, or on a plan, as of 30 September and registered in November: no interest for the weeks between."""
    meter, today = POLICY.meter, NOW.date()
    free = claim_of(row(**BEARS), creditor(), "b", NOW)
    assert owed_on(free, today, meter).outstanding.interest > 0, "without that it would have grown"
    held = claim_of(row(**BEARS, **said), creditor(), "b", NOW)
    assert meter.day(held.holds[0].since) == LONG_AGO
    assert owed_on(held, today, meter).outstanding.interest == 0
    (hold,) = held.holds
    over = held.released(hold.kind, NOW)
    assert owed_on(over, today, meter).outstanding.interest == 0, "nor once it is over, for the time before"
    later, ten_days = today + timedelta(days=10), Interest(500, today, today)
    grown = owed_on(over, later, meter).outstanding.interest
    alone = owed_on(replace(free, interest=ten_days, as_of=today), later, meter).outstanding.interest
    assert grown == alone > 0


def test_figures_of_a_day_to_come_hold_nothing_before_today():
    held = claim_of(row(**BEARS | {"as_of": NOW.date() + timedelta(days=1)}, disputed=True), creditor(), "b", NOW)
    assert held.holds[0].since == NOW
