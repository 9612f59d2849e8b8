"""A creditor's statement of account opens in a spreadsheet, and nothing in it is taken for a formula."""

import csv
import io
from datetime import date, timedelta

import pytest

from chalicelib.actions.tell_account import MOST_DAYS, tell_account
from chalicelib.adapters.batches.account_file import HEADERS, KINDS, account_csv, account_key
from chalicelib.domain.allocation import Split
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.ledger import booked, charged, costs_given_back, left_of, taken_back
from chalicelib.domain.statement import of_journal
from chalicelib.domain.trail import Booking
from tests.builders import NOW, claim, profile
from tests.fakes.world import World

DAY = date(2026, 11, 23)


@pytest.fixture
def world():
    return World()


GERMAN = profile(decimal=",", thousands=".", date_format="dd.mm.yyyy")


def bookings():
    one = claim(outstanding=Split(250_000))
    with_costs, costs = charged(one, {CostKind.VAT: 400, CostKind.COLLECTION: 2_575}, "=cmd|x", DAY, NOW)
    paid, payment = booked(with_costs, 300_000, "+pi_1", DAY, NOW + timedelta(minutes=1))
    left = left_of(payment, ())
    back, reversal = taken_back(paid, payment, left, 100_000, "-re_1", DAY, NOW + timedelta(minutes=2))
    after = ((with_costs, costs), (paid, payment), (back, reversal))
    return [Booking(one.debtor, "@SUM(A1)", entry, then.outstanding.total) for then, entry in after]


def read(body, delimiter=";"):
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=delimiter))


def test_every_movement_has_its_split_and_its_balance_in_the_creditors_own_form():
    rows = read(account_csv(of_journal(bookings()), "de", GERMAN))
    table = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [row["Offen"] for row in table] == ["2.500,00", "2.529,75", "0,00", "529,75", "529,75"]
    assert [row["Mehr"] for row in table] == ["", "29,75", "", "529,75", ""]
    assert [row["Weniger"] for row in table] == ["", "", "2.529,75", "", ""]
    assert table[1]["Kosten nach Art"] == "collection 25,75; vat 4,00"
    assert (table[2]["Zu viel"], table[3]["Zu viel"]) == ("470,25", "470,25")
    assert (table[3]["Nimmt zurück"], table[1]["Wertstellung"]) == ("2", "23.11.2026")


def test_costs_that_are_given_back_are_told_apart_from_interest():
    one, _ = charged(claim(outstanding=Split(250_000)), {CostKind.VAT: 400}, "c", DAY, NOW)
    after, back = costs_given_back(one, 400, "b", DAY, NOW, {CostKind.VAT: 400})
    booking = Booking(one.debtor, one.id, back, after.outstanding.total)
    for language, word in (("de", "Kostengutschrift"), ("en", "costs back")):
        assert word in account_csv(of_journal([booking]), language, GERMAN).decode("utf-8-sig")


def test_B8_nothing_begins_a_formula():
    for row in read(account_csv(of_journal(bookings()), "en", profile()), ","):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_every_language_of_reports_has_its_words():
    assert set(HEADERS) == set(KINDS)
    assert len({len(header) for header in HEADERS.values()}) == 1
    assert all(set(words) == set(EntryKind) for words in KINDS.values())


class Kept:
    def __init__(self):
        self.written = []

    def write_account(self, creditor, first, last, statements):
        self.written.append((account_key(creditor.id, first, last), account_csv(statements, "de", GERMAN)))


def test_a_creditor_is_told_what_was_booked_in_its_days_and_nothing_else(world):
    world.register()
    world.book(world.gateway.money(1000, NOW))
    late = NOW + timedelta(days=3)
    world.book(world.gateway.money(500, late), now=late)
    kept = Kept()
    (account,) = tell_account("nordlicht", NOW.date(), NOW.date(), store=world.store, accounts=kept)
    assert (account.before, account.after, len(account.movements)) == (4820, 3820, 1)
    assert kept.written[0][0] == "reports/nordlicht/statement-2026-11-23-2026-11-23"
    (both,) = tell_account("nordlicht", NOW.date(), late.date(), store=world.store, accounts=kept)
    assert (both.before, both.after) == (4820, world.claim().outstanding.total)


def test_no_days_too_many_days_and_no_creditor_are_refused(world):
    given = {"store": world.store, "accounts": Kept()}
    with pytest.raises(BrokenRule):
        tell_account("nobody", DAY, DAY, **given)
    for last in (DAY - timedelta(days=1), DAY + timedelta(days=MOST_DAYS)):
        with pytest.raises(ValueError, match="days"):
            tell_account("nordlicht", DAY, last, **given)
