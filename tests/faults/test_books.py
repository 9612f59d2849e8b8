"""The ledger over the real protocol: what has grown, what goes back, and a claim with ten thousand entries."""

import time
from datetime import date, timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.record_payment import Booked
from chalicelib.actions.reverse_payment import restore_payment, reverse_payment
from chalicelib.adapters.dynamo import keys
from chalicelib.adapters.dynamo.commits import item_of
from chalicelib.domain.accrual import owed_on
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import Fact, FactName
from chalicelib.domain.ledger import booked
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.trail import Restoration, Reversal, ReversalReason
from chalicelib.ports import Commit
from tests.faults.test_paying import ledger, told_of_payment
from tests.reader import Reader

METER = POLICY.meter
IN_DEFAULT = {
    "principal": 5_000_000,
    "default_since": date(2025, 9, 1),
    "due": date(2025, 8, 1),
    "invoice_date": date(2025, 7, 1),
    "default_basis": "Mahnung",
}
# A day of a half-year whose base rate is known: interest grows no further than the last one that is.
AS_OF = date(2026, 8, 1)


@pytest.fixture
def claim(house, creditor):
    """A claim that bears interest, its figures three months old and more."""
    claim = house.register(creditor, as_of=AS_OF, **IN_DEFAULT)
    yield claim
    house.invariants(claim)


@pytest.fixture
def reader(house, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    return reader


def ports(house):
    return {
        "store": wiring.store(),
        "scheduler": wiring.scheduler(),
        "policies": wiring.policies(),
        "strategies": wiring.strategies(),
        "now": wiring.clock(),
    }


def goes_back(house, claim, payment, much, source="re_1", why=ReversalReason.DIRECT_DEBIT_RETURN):
    day = METER.day(wiring.clock())
    reversal = Reversal(source, payment, much, "EUR", day, why)
    return reverse_payment(claim.creditor, reversal, **ports(house))


def owed(house, claim):
    return owed_on(house.again(claim), METER.day(wiring.clock()), METER).outstanding


def test_P4_what_has_grown_is_shown_by_two_reads_and_written_by_nobody_who_looks(house, claim, reader):
    before = house.everything(claim.creditor)
    with house.wire.counted() as calls:
        page = reader.get()
    assert calls == {"dynamodb.GetItem": 1, "dynamodb.Query": 1}
    grown = owed(house, claim)
    assert grown.interest > 80_000, "ninety days on fifty thousand euros"
    euros = f"{grown.interest // 100:,}".replace(",", ".") + f",{grown.interest % 100:02d}"
    assert euros in page.words, "interest has a line of its own"
    assert house.everything(claim.creditor) == before
    assert ledger(claim) == []


def test_a_payment_is_of_the_amount_that_was_shown_and_closes_the_claim(house, claim, reader, provider):
    grown = owed(house, claim)
    hosted = reader.press(reader.get("pay"), "/pay").location
    assert ledger(claim) == [(EntryKind.INTEREST, grown.interest)]
    assert house.again(claim).interest.good.until == METER.day(wiring.clock()) + timedelta(days=14)
    house.payments.press(hosted, "card")
    told_of_payment(house, provider, claim)
    assert house.again(claim).state is ClaimState.CLOSED
    assert ledger(claim)[-1] == (EntryKind.PAYMENT, grown.total)


def paid_in_full(house, claim, reader, provider):
    house.payments.press(reader.press(reader.get("pay"), "/pay").location, "card")
    payment = told_of_payment(house, provider, claim)
    assert house.again(claim).state is ClaimState.CLOSED
    return payment


def test_M8_a_returned_debit_reopens_and_the_page_asks_again(house, claim, reader, provider):
    total = owed(house, claim).total
    payment = paid_in_full(house, claim, reader, provider)
    assert goes_back(house, claim, payment, total) is Booked.BOOKED
    assert goes_back(house, claim, payment, total) is Booked.DUPLICATE
    again = house.again(claim)
    assert (again.state, again.outstanding.total, again.paid) == (ClaimState.OPEN, total, 0)
    assert "Offen ist" in reader.get().words
    assert "Zahlung ging zurück" in reader.get("history").words


def test_M7_a_chargeback_that_is_won_closes_the_claim_again(house, claim, reader, provider):
    total = owed(house, claim).total
    payment = paid_in_full(house, claim, reader, provider)
    goes_back(house, claim, payment, total, why=ReversalReason.CHARGEBACK)
    won = Restoration("won_1", "re_1", total, "EUR")
    assert restore_payment(claim.creditor, won, **ports(house)) is Booked.BOOKED
    assert restore_payment(claim.creditor, won, **ports(house)) is Booked.DUPLICATE
    assert house.again(claim).state is ClaimState.CLOSED


@pytest.mark.parametrize("after", [False, True])
def test_I2_a_reversal_whose_answer_is_lost_is_booked_once(house, claim, reader, provider, after):
    total = owed(house, claim).total
    payment = paid_in_full(house, claim, reader, provider)
    with (
        house.wire.at("dynamodb.TransactWriteItems", Retry("lost"), after=after),
        pytest.raises(Retry),
    ):
        goes_back(house, claim, payment, total)
    assert goes_back(house, claim, payment, total) is (Booked.DUPLICATE if after else Booked.BOOKED)
    assert house.again(claim).outstanding.total == total


def test_M4_eight_reversals_at_once_take_back_no_more_than_there_is(house, claim, reader, provider):
    payment = paid_in_full(house, claim, reader, provider)
    most = house.again(claim).paid
    acts = [
        lambda number=number: goes_back(house, claim, payment, most // 4 + 1, source=f"re_{number}")
        for number in range(8)
    ]
    answers = house.wire.race(*acts)
    assert answers.count(Booked.BOOKED) == 3
    assert house.again(claim).outstanding.total == 3 * (most // 4 + 1)


def test_M16_a_missing_base_rate_rings_when_its_fact_goes_by(house, claim, alarms):
    fact = Fact(FactName.BASE_RATE_MISSING, claim.creditor, (("claim", claim.id),), wiring.clock())
    wiring.store().commit(claim.creditor, Commit((fact,)))
    house.carry(wiring.store().creditor(claim.creditor))
    assert [(a.table, a.ended) for a in alarms.of("law_data_ends")] == [("base_rates", True)]


# ---- Ten thousand entries

MANY = 10_000


def grow_long(house, claim, number):
    """So many payments of a cent, each its own entry, put in past the actions and to the letter of them."""
    one, requests = house.again(claim), []
    for _ in range(number):
        one, entry = booked(one, 1, f"pi_{one.entries}", date(2026, 11, 1), claim.registered_at)
        requests.append({"PutRequest": {"Item": item_of(keys.entry(one.creditor, one.id, entry.number), entry)}})
    table = house.aws.client("dynamodb")
    for start in range(0, len(requests), 25):
        assert not table.batch_write_item(RequestItems={"kulanz": requests[start : start + 25]})[
            "UnprocessedItems"
        ]
    wiring.store().commit(one.creditor, Commit((), claims=(one,)))


def opened(house, reader):
    """The calls the matter takes, and how long it takes, in seconds."""
    with house.wire.counted() as calls:
        begun = time.perf_counter()
        assert reader.get().status == 200
        return calls, time.perf_counter() - begun


@pytest.mark.long
def test_a_claim_with_ten_thousand_entries_opens_as_one_with_three(house, creditor, claim, reader):
    short = house.register(creditor, as_of=AS_OF, **IN_DEFAULT)
    other = Reader(house.link_to(short))
    other.through_the_door()
    grow_long(house, claim, MANY)
    grow_long(house, short, 3)
    assert (house.again(claim).entries, house.again(short).entries) == (MANY + 1, 4)
    # By turns, so that what else the machine does weighs on both.
    taken = [(opened(house, reader), opened(house, other)) for _ in range(9)]
    assert all(many == few for (many, _), (few, _) in taken)
    slow, quick = (min(turn[which][1] for turn in taken) for which in (0, 1))
    assert slow < 1.5 * quick + 0.01
