"""A bank's entries: each sum of money once, whichever files tell of it; by rule, or kept with a proposal."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.actions.book_bank_entry import Payouts, Teller, book_bank_entry
from chalicelib.actions.load_statement import load_statement, take_entries
from chalicelib.adapters.bank.open_file import read_bank_file
from chalicelib.adapters.bank.told import statement_of
from chalicelib.domain.bank import Became, StatementStatus
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import Retry
from chalicelib.domain.matching import Clue
from chalicelib.domain.reference import shown
from chalicelib.domain.suspense import SuspenseReason
from local.bank.account import Account
from local.bank.messages import notice, statement
from tests.adapters.test_bank_camt import document, entry
from tests.adapters.test_bank_csv import HEAD
from tests.adapters.test_bank_csv import of as with_csv
from tests.builders import NOW, creditor
from tests.fakes.bank import FakeBankBook, FakeBankReports, FakeEntryQueue
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import POLICIES, STRATEGIES, World, hash_point

DAY = date(2026, 11, 20)
THEIRS = "DE89370400440532013000"


class Bank:
    """A creditor's bank and what becomes of its files, all in memory."""

    def __init__(self, world):
        self.world = world
        self.book, self.queue, self.reports = FakeBankBook(world.store), FakeEntryQueue(), FakeBankReports()
        self.account = Account(creditor().iban, creditor().payee)
        self.teller = Teller(
            store=world.store,
            bank=self.book,
            outgoing=FakeOutgoing(world.store),
            scheduler=world.scheduler,
            policies=POLICIES,
            strategies=STRATEGIES,
            keyed=hash_point,
            payouts=Payouts(frozenset({"EUROPE PAYMENTS PSP"})),
        )

    def hand_in(self, body, name="bank/nordlicht/x.xml"):
        """A file as the bank sent it, taken in and booked; its results."""
        told = read_bank_file(body, name, creditor())
        results = []
        for one in told:
            held = self.load(one, name)
            self.work()
            results += [r for n in range(held.chunks) for r in self.book.results("nordlicht", held.id, n)]
        return results

    def load(self, one, name="x.xml"):
        of = statement_of(one, "nordlicht", name, NOW)
        ways = {"bank": self.book, "queue": self.queue, "reports": self.reports}
        return load_statement(of, one.account, one.entries, now=NOW, **ways)

    def work(self):
        while self.queue.chunks:
            chunk = self.queue.chunks.pop(0)
            take_entries(chunk, self.booking, bank=self.book, reports=self.reports, now=NOW)

    def booking(self, *told):
        return book_bank_entry(*told, teller=self.teller, now=NOW)

    def notice(self, **form):
        return self.hand_in(notice(self.account, on=DAY, **form))

    def statement(self, **form):
        return self.hand_in(statement(self.account, on=DAY, **form))


@pytest.fixture
def world():
    world = World()
    world.register()
    yield world
    world.invariants()


@pytest.fixture
def bank(world):
    return Bank(world)


@pytest.fixture
def reference(world):
    return shown(world.claim().reference)


def became(results):
    return [result.became for result in results]


def payments(world, claim="R-1001"):
    return [entry for entry in world.store.ledger("nordlicht", claim) if entry.kind is EntryKind.PAYMENT]


def test_a_credit_with_our_reference_is_booked_on_its_value_date(bank, world, reference):
    bank.account.receives(2000, reference, on=DAY, value_date=date(2026, 11, 17))
    (told,) = bank.statement()
    (entry,) = payments(world)
    assert (told.became, told.claims, told.score, told.source) == (Became.BOOKED, ("R-1001",), 100, entry.source)
    assert (entry.amount, entry.value_date) == (2000, date(2026, 11, 17))
    assert entry.source.startswith("bank:")
    assert world.claim().outstanding.total == 2820


def test_the_same_statement_twice_is_a_no_op(bank, world, reference):
    bank.account.receives(2000, reference, on=DAY)
    body = statement(bank.account, on=DAY)
    first = bank.hand_in(body)
    before, reports = dict(world.store.items), len(bank.reports.written)
    assert bank.hand_in(body, "bank/nordlicht/again.xml") == first
    assert world.store.items == before and len(bank.reports.written) == reports


@pytest.mark.parametrize("order", [("notice", "statement"), ("statement", "notice")])
@pytest.mark.parametrize("versions", [(2, 8), (8, 2)])
def test_a_notice_and_the_statement_of_the_day_book_once_in_either_order(bank, world, reference, order, versions):
    bank.account.receives(2000, reference, on=DAY)
    bank.account.receives_together([bank.account.part(100, reference, on=DAY)] * 2, on=DAY)
    first = getattr(bank, order[0])(version=versions[0])
    second = getattr(bank, order[1])(version=versions[1])
    assert became(first) == [Became.BOOKED] * 3 and became(second) == [Became.KNOWN] * 3
    assert sum(entry.amount for entry in payments(world)) == 2200


def test_a_sum_whose_parts_were_told_is_not_booked_again(bank, world, reference):
    bank.account.receives_together([bank.account.part(100, reference, on=DAY)] * 2, on=DAY)
    assert became(bank.notice()) == [Became.BOOKED] * 2
    assert became(bank.statement(parts=False)) == [Became.PARTS]
    assert world.store.suspense("nordlicht") == ()


def test_parts_of_a_sum_that_lies_in_suspense_are_not_booked_beside_it(bank, world, reference):
    bank.account.receives_together([bank.account.part(100, reference, on=DAY)] * 2, on=DAY)
    assert became(bank.statement(parts=False)) == [Became.SUSPENSE]
    results = bank.notice()
    assert became(results) == [Became.KNOWN] * 2 and {r.because for r in results} == {"sum_kept"}
    (money,) = world.store.suspense("nordlicht")
    assert (money.amount, money.reason) == (200, SuspenseReason.UNSPLIT)
    assert payments(world) == []


def test_money_no_rule_knows_lies_in_suspense_with_a_proposal(bank, world):
    bank.account.receives(4820, "danke", on=DAY, name="Marta Lindqvist")
    bank.account.receives(1, "?", on=DAY)
    results = bank.statement()
    assert [(r.became, r.because) for r in results] == [(Became.SUSPENSE, "unsure"), (Became.SUSPENSE, "no_match")]
    unsure, lost = sorted(world.store.suspense("nordlicht"), key=lambda money: -money.amount)
    (candidate,) = unsure.candidates
    assert (candidate.claim, candidate.score, candidate.clues) == ("R-1001", 70, (Clue.AMOUNT_OWED, Clue.NAME))
    assert (lost.candidates, lost.reason) == ((), SuspenseReason.NO_MATCH)
    assert payments(world) == []


def test_an_account_that_paid_by_reference_leads_to_the_debtor_from_then_on(bank, world, reference):
    bank.account.receives(820, reference, on=DAY, name="Marta Lindqvist", iban=THEIRS)
    bank.account.receives(4000, "Rest", on=DAY, name="Marta Lindqvist", iban=THEIRS)
    assert became(bank.statement()) == [Became.BOOKED] * 2
    assert world.claim().state is ClaimState.CLOSED
    assert world.matter().debtor.accounts and THEIRS not in str(world.matter().debtor.accounts)


def test_what_pays_two_claims_to_the_cent_is_spent_as_the_law_says(bank, world):
    world.register(claim="R-1002", principal=1000, iban=THEIRS, invoice_number="2026-99")
    assert world.matter().debtor.iban == THEIRS
    bank.account.receives(5820, "alles", on=DAY, iban=THEIRS)
    (told,) = bank.statement()
    assert told.became is Became.BOOKED and set(told.claims) == {"R-1001", "R-1002"}
    assert {claim.state for claim in world.matter().claims.values()} == {ClaimState.CLOSED}


def test_what_is_disputed_is_paid_by_nobody_by_the_way(bank, world, reference):
    world.hold("R-1001", Hold(HoldKind.DISPUTE, NOW, None, "d"))
    bank.account.receives(4820, "2026-4711", on=DAY, name="Marta Lindqvist")
    assert became(bank.statement()) == [Became.BOOKED]
    assert payments(world)[0].flags == ("on_disputed_claim",)


def test_more_than_is_owed_is_booked_and_the_rest_lies_in_suspense(bank, world, reference):
    bank.account.receives(5000, reference, on=DAY)
    assert became(bank.statement()) == [Became.BOOKED]
    (money,) = world.store.suspense("nordlicht")
    assert (money.amount, money.reason) == (180, SuspenseReason.OVERPAID)


def test_W13_money_in_another_currency_lies_in_suspense(bank, world, reference):
    bank.account.currency = "CHF"
    bank.account.receives(4820, reference, on=DAY)
    (told,) = bank.statement()
    assert (told.became, told.because, told.currency) == (Became.SUSPENSE, "wrong_currency", "CHF")


def test_P19_the_peace_after_i_have_transferred_it_ends_when_the_money_is_there(bank, world, reference):
    world.announce()
    assert HoldKind.TRANSFERRED in {hold.kind for hold in world.claim().holds}
    bank.account.receives(2000, reference, on=DAY)
    bank.statement()
    assert HoldKind.TRANSFERRED not in {hold.kind for hold in world.claim().holds}


def test_the_creditor_s_own_doings_and_what_is_only_announced_book_nothing(bank, world):
    bank.account.pays(7700, "Miete", on=DAY, name="Haus")
    body = statement(bank.account, on=DAY)
    assert became(bank.hand_in(body)) == [Became.OWN]
    bank.account.receives(10, "later", on=DAY)
    pending = notice(bank.account, on=DAY).replace(b"<Cd>BOOK</Cd>", b"<Cd>PDNG</Cd>")
    assert became(bank.hand_in(pending)) == [Became.PENDING] * 2
    assert became(bank.statement()) == [Became.SUSPENSE]
    assert len(world.store.suspense("nordlicht")) == 1


def test_a_payout_of_the_provider_is_known_and_booked_on_no_claim(bank, world):
    bank.account.receives(99900, "2026-4711", on=DAY, name="PSP Payments, Europe")
    assert became(bank.notice()) == [Became.PAYOUT]
    assert became(bank.statement()) == [Became.KNOWN]
    assert payments(world) == [] and world.store.suspense("nordlicht") == ()


def test_two_numbered_statements_never_share_an_entry(bank, world, reference):
    """What looks alike in both is another sum of money: it is kept, for a person to look at."""
    bank.account.receives(2000, reference, on=DAY)
    body = statement(bank.account, on=DAY)
    assert became(bank.hand_in(body)) == [Became.BOOKED]
    second = body.replace(b"<ElctrncSeqNb>1<", b"<ElctrncSeqNb>2<").replace(b"<Id>S202600001<", b"<Id>S202600002<")
    (told,) = bank.hand_in(second)
    assert (told.became, told.because) == (Became.SUSPENSE, "possible_twin")
    assert bank.hand_in(second)[0] == told
    assert sum(entry.amount for entry in payments(world)) == 2000


def test_an_overlapping_export_of_unnumbered_statements_books_nothing_twice(bank, world, reference):
    bank.account.receives(2000, reference, on=DAY)
    body = statement(bank.account, on=DAY).replace(b"<ElctrncSeqNb>1</ElctrncSeqNb>", b"")
    assert became(bank.hand_in(body)) == [Became.BOOKED]
    assert became(bank.hand_in(body.replace(b"<Id>S202600001<", b"<Id>OTHER<"))) == [Became.KNOWN]


def test_one_end_to_end_id_more_is_another_sum_whatever_the_bank_calls_the_entry(bank, world, reference):
    bank.account.receives(1000, reference, on=DAY, end_to_end="E1")
    body = notice(bank.account, on=DAY)
    bank.hand_in(body)
    (told,) = bank.hand_in(body.replace(b">E1<", b">E2<"))
    assert (told.became, told.because) == (Became.SUSPENSE, "possible_twin")


def test_equal_payments_of_one_day_are_two(bank, world, reference):
    for _ in range(2):
        bank.account.receives(1000, reference, on=DAY)
    bodies = [write(bank.account, on=DAY) for write in (notice, statement)]
    for body in bodies:
        bank.hand_in(re.sub(rb"<AcctSvcrRef>.*?</AcctSvcrRef>", b"", body))
    assert [entry.amount for entry in payments(world)] == [1000, 1000]


def test_a_file_that_died_half_way_is_finished_by_the_next_delivery_and_counted_once(bank, world, reference):
    for amount in range(1, 46):
        bank.account.receives(amount, reference, on=DAY)
    body = statement(bank.account, on=DAY)
    (one,) = read_bank_file(body, "x.xml", creditor())
    bank.load(one)
    bank.queue.chunks.pop(0)
    world.store.trouble = [Retry("throttled")]
    with pytest.raises(Retry):
        take_entries(bank.queue.chunks[0], bank.booking, bank=bank.book, reports=bank.reports, now=NOW)
    assert len(payments(world)) == 19
    held = bank.load(one)
    assert held.status is StatementStatus.BOOKING
    bank.work()
    done = bank.book.statement("nordlicht", held.id)
    assert (done.status, done.counts, done.sums) == (StatementStatus.DONE, {"booked": 45}, {"booked": 1035})
    assert sorted(entry.amount for entry in payments(world)) == list(range(1, 46))
    assert len(bank.reports.written[-1][1]) == 45


def test_what_another_file_died_over_is_booked_by_the_one_that_comes(bank, world, reference):
    bank.account.receives(1000, reference, on=DAY)
    told, stated = notice(bank.account, on=DAY), statement(bank.account, on=DAY)
    world.store.trouble = [Retry("throttled")]
    with pytest.raises(Retry):
        bank.hand_in(told)
    assert became(bank.hand_in(stated)) == [Became.BOOKED]
    (one,) = read_bank_file(told, "x.xml", creditor())
    bank.load(one)
    bank.work()
    assert len(payments(world)) == 1


def test_others_who_write_at_the_same_time_are_waited_for(bank, world, reference):
    bank.account.receives(1000, reference, on=DAY)
    world.store.meanwhile = [lambda: world.store.touch("claim", "nordlicht", "K-501", "R-1001")]
    assert became(bank.statement()) == [Became.BOOKED]


def test_a_receipt_answers_for_money_that_came_by_bank(bank, world, reference):
    bank.account.receives(1000, reference, on=DAY)
    bank.statement()
    receipts = [contact for contact in world.contacts() if contact.kind.value == "receipt"]
    assert len(receipts) == 1 and receipts[0].id in world.scheduler.planned


def test_an_empty_statement_is_done_at_once(bank):
    assert bank.statement() == []
    assert bank.reports.written[-1][0].status is StatementStatus.DONE


def test_the_value_date_of_a_year_ago_is_taken_as_the_bank_says(bank, world, reference):
    long_ago = (datetime.now(UTC) - timedelta(days=365)).date()
    bank.account.receives(1000, reference, on=DAY, value_date=long_ago)
    assert became(bank.statement()) == [Became.BOOKED]
    assert payments(world)[0].value_date == long_ago
    assert replace(payments(world)[0]).sealed().hash == payments(world)[0].hash


@pytest.mark.parametrize("said", ["end_to_end", "text"])
def test_M8_what_the_bank_takes_back_is_owed_again_without_the_bank_s_fee(bank, world, reference, said):
    known = {"end_to_end": "E-77"} if said == "end_to_end" else {}
    paid = bank.account.receives(4820, reference, on=DAY, name="Marta Lindqvist", iban=THEIRS, **known)
    bank.statement()
    assert world.claim().state is ClaimState.CLOSED
    bank.account.returns(paid, "AC04", on=DAY + timedelta(days=49), fee=350)
    (told,) = bank.statement()
    assert (told.became, told.claims, told.amount) == (Became.REVERSED, ("R-1001",), -5170)
    claim = world.claim()
    assert (claim.state, claim.outstanding.total, claim.paid) == (ClaimState.OPEN, 4820, 0)
    back = world.store.ledger("nordlicht", "R-1001")[-1]
    assert (back.kind, back.amount, back.value_date) == (EntryKind.REVERSAL, 4820, DAY + timedelta(days=49))


def test_a_return_told_in_notice_and_statement_goes_back_once(bank, world, reference):
    paid = bank.account.receives(2000, reference, on=DAY, end_to_end="E-77")
    bank.notice()
    bank.account.returns(paid, "AC04", on=DAY, fee=350)
    assert became(bank.notice()) == [Became.REVERSED]
    assert became(bank.statement()) == [Became.KNOWN, Became.KNOWN]
    assert world.claim().outstanding.total == 4820


def test_a_return_nobody_can_place_lies_in_suspense_below_zero(bank, world, reference):
    paid = bank.account.part(2000, "wer weiß", on=DAY)
    bank.account.returns(paid, "AC04", on=DAY, fee=350)
    (told,) = bank.statement()
    assert (told.became, told.because) == (Became.SUSPENSE, "return_unmatched")
    (money,) = world.store.suspense("nordlicht")
    assert money.amount == -2000


def test_a_return_that_could_be_one_of_two_payments_is_for_a_person(bank, world, reference):
    paid = [bank.account.receives(1000, reference, on=DAY, iban=THEIRS) for _ in range(2)]
    bank.statement()
    bank.account.returns(paid[0], "AC04", on=DAY)
    (told,) = bank.statement()
    assert (told.became, told.because) == (Became.SUSPENSE, "return_unmatched")
    assert world.claim().outstanding.total == 2820


def test_money_that_lay_in_suspense_leaves_it_when_it_goes_back(bank, world):
    paid = bank.account.receives(1000, "?", on=DAY, end_to_end="E-1")
    bank.statement()
    bank.account.returns(paid, "AC04", on=DAY)
    assert became(bank.statement()) == [Became.REVERSED]
    (money,) = world.store.suspense("nordlicht")
    assert (money.amount, money.left) == (1000, 0)


def test_our_own_money_that_comes_back_is_kept_for_a_person(bank, world, reference):
    sent = bank.account.pays(500, f"Rückzahlung {reference}", on=DAY, name="Marta Lindqvist")
    bank.account.returns(sent, "AC01", on=DAY)
    results = bank.statement()
    assert [(r.became, r.because) for r in results] == [(Became.OWN, ""), (Became.SUSPENSE, "came_back")]


def test_M14_a_back_dated_payment_is_worth_its_own_day(bank, world, reference):
    """Interest is the ledger's to reckon: what is asked here is that the bank's day reaches it."""
    bank.account.receives(4820, reference, on=DAY, value_date=date(2026, 9, 1))
    bank.statement()
    assert payments(world)[0].value_date == date(2026, 9, 1)
    assert world.claim().state is ClaimState.CLOSED


def test_returned_debits_in_one_sum_lie_in_suspense_below_zero_for_a_person(bank, world):
    tx = "<TxDtls><Amt Ccy='EUR'>20.00</Amt><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"
    (found,) = bank.hand_in(document(entry(f"<NtryDtls>{tx}{tx}</NtryDtls>", amount="46.00", side="DBIT")))
    (money,) = world.store.suspense("nordlicht")
    assert (found.became, money.amount) == (Became.SUSPENSE, -4600)
    assert money.reason is SuspenseReason.RETURN_UNMATCHED


def test_an_entry_of_nothing_books_nothing_and_keeps_no_other_from_its_claim(bank, world, reference):
    text = f"<NtryDtls><TxDtls><RmtInf><Ustrd>{reference}</Ustrd></RmtInf></TxDtls></NtryDtls>"
    found = bank.hand_in(document(entry(text, amount="0.00") + entry(text)))
    assert became(found) == [Became.OWN, Became.BOOKED]
    assert [payment.amount for payment in payments(world)] == [4820]


def test_equal_payments_that_unnumbered_statements_book_on_two_days_are_two(bank, world, reference):
    """The bank gives no reference and no number: what is worth the same day may still be another payment."""
    text = f"<NtryDtls><TxDtls><RmtInf><Ustrd>{reference}</Ustrd></RmtInf></TxDtls></NtryDtls>"
    for day, wanted in (("20", Became.BOOKED), ("23", Became.SUSPENSE)):
        dates = f"<BookgDt><Dt>2026-11-{day}</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>"
        (found,) = bank.hand_in(document(entry(text, amount="10.00", dates=dates)))
        assert found.became is wanted
    (money,) = world.store.suspense("nordlicht")
    assert (money.amount, money.reason) == (1000, SuspenseReason.POSSIBLE_TWIN)


@pytest.mark.parametrize(("day", "wanted"), [("20", Became.SUSPENSE), ("21", Became.BOOKED)])
def test_what_csv_told_of_before_a_change_over_to_camt_is_kept_for_a_person_and_not_booked_twice(
    bank, world, reference, day, wanted
):
    line = f"20.11.2026;20.11.2026;Marta Lindqvist;{THEIRS};{reference};20,00;1,00\r\n"
    (told,) = read_bank_file((HEAD + line).encode("cp1252"), "umsatz.csv", with_csv())
    bank.load(told, "umsatz.csv")
    bank.work()
    text = f"<NtryDtls><TxDtls><RmtInf><Ustrd>{reference}</Ustrd></RmtInf></TxDtls></NtryDtls>"
    dates = f"<BookgDt><Dt>2026-11-{day}</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>"
    body = document(entry(f"<AcctSvcrRef>B1</AcctSvcrRef>{text}", amount="20.00", dates=dates))
    for _ in range(2):
        (found,) = bank.hand_in(body)
        assert found.became is wanted
    lying = [(money.amount, money.reason) for money in world.store.suspense("nordlicht")]
    assert lying == ([(2000, SuspenseReason.POSSIBLE_TWIN)] if wanted is Became.SUSPENSE else [])
    assert len(payments(world)) == 1 + (wanted is Became.BOOKED)
