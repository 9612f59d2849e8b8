"""Reconciliation: every way two books can differ is found, mended where the day's own actions can, told once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.reconcile_books import LONGEST, ask_reconciliation
from chalicelib.actions.record_payment import Booked
from chalicelib.actions.reverse_payment import reverse_payment
from chalicelib.domain.decision import Refused
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import Permanent
from chalicelib.domain.facts import FactName
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.money_back import PayoutStatus, ProviderPayout, RefundStatus
from chalicelib.domain.payout import PayoutCredit
from chalicelib.domain.payout_terms import PayoutTerms
from chalicelib.domain.person import ActKind
from chalicelib.domain.reconciliation import NIGHT, ReconciliationState, Uncompared
from chalicelib.domain.reference import shown
from chalicelib.domain.trail import Reversal, ReversalReason
from chalicelib.ports import Commit
from local.bank.messages import statement
from tests.builders import NOW
from tests.fakes.world import World

from .counting import OF, TODAY, Counting, counts, days
from .test_collect_transfers import Office

DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    world = World()
    world.register()
    return world


@pytest.fixture
def counting(world):
    return Counting(world)


def booked(world, amount=4820, **changes):
    payment = world.gateway.money(amount, NOW, **changes)
    world.book(payment)
    return payment


def kinds(counting, **at):
    return [kind for kind, _ in counting.differences(**at)]


def mended(counting, world, **at):
    """It is repaired at once, a second run finds nothing, and nobody is alarmed."""
    done = counting.reconcile(**at)
    assert done.compared.found == done.compared.repaired > 0 and done.compared.left == (), done.compared
    assert counts(counting.reconcile(**at)) == (0, 0, 0) and counting.alarms == []
    world.invariants()


def told_once(counting, *kinds, **at):
    """It is listed each time, and told of the first time only."""
    first, second = counting.reconcile(**at), counting.reconcile(**at)
    for done in (first, second):
        assert [one.kind for one in done.compared.left] == [*kinds], done.compared.left
        assert done.repairs.failed == []
    assert [[one.kind for one in told] for told in counting.alarms] == [[*kinds]]
    return first.compared.left[0]


# ---- Nothing differs


def test_books_that_say_the_same_have_no_difference(counting, world):
    booked(world, 2000)
    counting.bank.account.receives(1000, shown(world.claim().reference), on=TODAY)
    counting.bank.account.pays(300, "Gebühr", on=TODAY)
    counting.hand_in(statement(counting.bank.account, on=TODAY), "one")
    done = counting.reconcile()
    assert counts(done) == (0, 0, 0) and done.compared.uncompared == ()
    assert counting.written[-1].state is ReconciliationState.DONE


def test_what_is_too_much_goes_back_and_comes_again_leaves_no_difference(counting, world):
    payment = booked(world, 6000)
    refund = world.gateway.gives_back(payment.object_id, 2000, NOW)
    counting.reconcile()
    world.gateway.refund_ends(refund.object_id, RefundStatus.FAILED)
    taken = world.gateway.takes_back(booked(world, 500).object_id, NOW)
    counting.reconcile()
    world.gateway.chargeback_ends(taken.object_id, NOW, won=True)
    mended(counting, world)


# ---- The provider has it, and we have not


def test_W15_four_days_without_a_webhook_are_found_and_booked(counting, world):
    for day in range(4):
        world.gateway.money(500, days(days=-day))
    payment = world.gateway.money(900, days(days=-3), claim=None)
    world.gateway.gives_back(payment.object_id, 100, NOW)
    world.gateway.takes_back(world.gateway.money(700, NOW).object_id, NOW, debit=True)
    first = TODAY - 4 * DAY
    assert sorted(kinds(counting, first=first)) == ["not_booked"] * 6 + ["not_reversed"] * 2
    mended(counting, world, first=first)
    assert world.claim().paid == 2000


def test_what_was_put_in_suspense_by_a_repair_is_counted_for_its_alarm(counting, world):
    world.gateway.money(900, NOW, claim="R-404")
    assert counting.reconcile().repairs.suspended == 1


def test_a_reversal_that_was_lost_is_booked(counting, world):
    refund = world.gateway.gives_back(booked(world).object_id, 1000, NOW)
    assert counting.differences() == [("not_reversed", refund.object_id)]
    mended(counting, world)
    assert world.claim().outstanding.total == 1000


def test_money_that_came_again_and_was_not_booked_is_booked(counting, world):
    taken = world.gateway.takes_back(booked(world).object_id, NOW)
    counting.reconcile()
    world.gateway.chargeback_ends(taken.object_id, NOW, won=True)
    assert kinds(counting) == ["not_booked"]
    mended(counting, world)
    assert world.claim().outstanding.total == 0


def test_an_order_that_does_not_know_how_its_refund_ended_is_told(counting, world):
    payment = booked(world, 6000)
    (order,) = counting.outgoing.refunds(OF)
    for by in ("anna", "bernd"):
        order = order.released_by(by, NOW)
    world.store.commit(OF, Commit((), refunds=(order,)))
    labels = {"order": order.id, "creditor": OF}
    world.gateway.refund_payment(OF, payment.object_id, 1180, key=order.id, labels=labels)
    assert sorted(kinds(counting)) == ["not_reversed", "order_behind"]
    mended(counting, world)
    assert counting.outgoing.refund(OF, order.id).state is LeavingState.DONE


# ---- What cannot be mended


def test_a_payment_that_was_booked_by_hand_with_another_amount_is_told_once(counting, world):
    payment = world.gateway.money(4000, NOW)
    assert world.book(replace(payment, received=4820)) is Booked.BOOKED
    one = told_once(counting, "amount_differs")
    assert (one.about, one.theirs, one.ours, one.claims) == (payment.object_id, 4000, 4820, ("R-1001",))


def test_money_the_provider_never_had_is_told_once(counting, world):
    payment = booked(world)
    del world.gateway.payments[payment.object_id]
    one = told_once(counting, "unknown_at_provider")
    assert (one.about, one.theirs, one.ours) == (payment.object_id, None, 4820)


def test_what_was_booked_before_it_arrived_is_told_once(counting, world):
    payment = booked(world)
    world.gateway.payments[payment.object_id] = replace(payment, status="processing", received=0)
    assert told_once(counting, "unknown_at_provider").theirs == 0


def test_what_went_back_here_and_not_there_is_told_once(counting, world):
    payment = booked(world)
    reversal = Reversal("re_none", payment.object_id, 1000, "EUR", TODAY, ReversalReason.REFUND)
    writing = world.till.writing(NOW)
    assert reverse_payment(OF, reversal, **writing) is Booked.BOOKED
    one = told_once(counting, "not_given_back")
    assert (one.about, one.theirs, one.ours) == ("re_none", None, -1000)


def test_more_that_went_back_than_is_left_stays_with_a_person(counting, world):
    payment = booked(world)
    world.gateway.takes_back(payment.object_id, NOW)
    counting.reconcile()
    world.gateway.gives_back(payment.object_id, 1000, NOW)
    assert told_once(counting, "not_reversed").ours is None


def test_money_that_is_booked_twice_is_told_once(counting, world):
    payment = booked(world, 1000)
    key = ("journal", OF, TODAY, "R-1001", 1)
    (booking,) = world.store.items[key]
    again = replace(booking, entry=replace(booking.entry, number=9))
    world.store.items[("journal", OF, TODAY, "R-1001", 9)] = (again,)
    one = told_once(counting, "booked_twice", "ledger_broken")
    assert (one.about, one.theirs, one.ours) == (payment.object_id, 1000, 2000)


def test_another_amount_in_suspense_than_the_entries_left_over_is_told_once(counting, world):
    payment = booked(world, 6000)
    key = ("suspense", OF, payment.object_id)
    world.store.items[key] = replace(world.store.items[key], amount=1000)
    one = told_once(counting, "suspense_differs")
    assert (one.theirs, one.ours) == (1180, 1000)


def changed_entry(world, number=1, **said):
    key = ("entry", OF, "R-1001", number)
    world.store.items[key] = replace(world.store.items[key], **said)


@pytest.mark.parametrize(
    "said",
    [{"amount": 4819}, {"source": "pi_x"}, {"flags": ("on_closed_claim",)}, {"value_date": NOW.date() - DAY}],
)
def test_an_entry_that_somebody_changed_in_the_table_is_told_once(counting, world, said):
    booked(world)
    changed_entry(world, **said)
    assert "ledger_broken" in kinds(counting)


def test_a_chain_that_was_sealed_anew_shows_by_its_claim_and_by_the_journal(counting, world):
    booked(world)
    entry = world.store.items[("entry", OF, "R-1001", 1)]
    forged = replace(entry, value_date=NOW.date() - DAY).sealed()
    changed_entry(world, value_date=forged.value_date, hash=forged.hash)
    one = told_once(counting, "ledger_broken")
    assert (one.about, one.claims) == ("R-1001", ("R-1001",))


def test_an_entry_that_was_taken_away_is_told(counting, world):
    booked(world)
    del world.store.items[("entry", OF, "R-1001", 1)]
    assert "ledger_broken" in kinds(counting)


def test_a_journal_that_says_more_than_the_ledger_is_told_before_a_creditor_is_paid_by_it(counting, world):
    booked(world, 1000)
    key = ("journal", OF, TODAY, "R-1001", 1)
    (booking,) = world.store.items[key]
    world.store.items[key] = (replace(booking, entry=replace(booking.entry, flags=("refund",))),)
    assert kinds(counting) == ["ledger_broken"]


# ---- The bank


def test_entries_whose_message_was_lost_are_booked_from_the_banks_own_file(counting, world):
    counting.bank.account.receives(2000, shown(world.claim().reference), on=TODAY)
    for number in range(30):
        counting.bank.account.receives(10 + number, "ohne Zeichen", on=TODAY)
    held = counting.hand_in(statement(counting.bank.account, on=TODAY), "one", work=False)
    assert counting.differences() == [], "it may still be on its way"
    later = days(hours=1)
    assert counting.differences(now=later) == [("entry_not_booked", held.id)]
    mended(counting, world, now=later)
    assert world.claim().paid == 2000
    after = counting.bank.book.statement(OF, held.id)
    assert (after.status, after.counts) == ("done", {"booked": 1, "suspense": 30})


def test_the_result_of_one_entry_that_was_lost_is_found_again(counting, world):
    counting.bank.account.receives(2000, shown(world.claim().reference), on=TODAY)
    counting.bank.account.pays(10, "Gebühr", on=TODAY)
    held = counting.hand_in(statement(counting.bank.account, on=TODAY), "one")
    del world.store.items["told", OF, held.id, 0, 1]
    mended(counting, world)


def test_a_statement_whose_file_is_gone_stays_with_a_person(counting, world):
    counting.bank.account.receives(2000, shown(world.claim().reference), on=TODAY)
    counting.hand_in(statement(counting.bank.account, on=TODAY), "one", work=False)
    counting.files.clear()
    told_once(counting, "entry_not_booked", now=days(hours=1))


def test_a_doubled_file_makes_no_difference_however_often(counting, world):
    counting.bank.account.receives(2000, shown(world.claim().reference), on=TODAY)
    body = statement(counting.bank.account, on=TODAY)
    for name in ("one", "two", "one"):
        counting.hand_in(body, name)
    assert counts(counting.reconcile()) == (0, 0, 0)
    world.invariants()


def test_a_doubled_statement_with_new_references_books_twice_and_is_told(counting, world):
    """The bank sends the same statement once more and numbers its entries anew: only a person can tell."""
    reference = shown(world.claim().reference)
    counting.bank.account.receives(2000, reference, on=TODAY)
    body = statement(counting.bank.account, on=TODAY)
    counting.hand_in(body, "one")
    ref = counting.bank.account.booked[-1].reference.encode()
    counting.hand_in(body.replace(ref, b"ANDERE" + ref), "two", days(minutes=1))
    assert world.claim().paid == 4000
    one = told_once(counting, "entry_unknown")
    assert (one.ours, one.claims) == (2000, ("R-1001",))


def test_money_of_a_bank_entry_that_no_statement_tells_is_told_once(counting, world):
    counting.bank.account.receives(2000, shown(world.claim().reference), on=TODAY)
    held = counting.hand_in(statement(counting.bank.account, on=TODAY), "one")
    for kind in ("statement", "told", "sighting"):
        for key in world.store.items.under(kind, OF):
            del world.store.items[key]
    assert held and told_once(counting, "entry_unknown").ours == 2000


def test_a_missing_statement_is_told_once_and_is_well_once_it_comes(counting, world):
    account, bodies = counting.bank.account, []
    for number in range(3):
        account.receives(100 + number, shown(world.claim().reference), on=TODAY)
        bodies.append(statement(account, on=TODAY))
    counting.hand_in(bodies[0], "one")
    counting.hand_in(bodies[2], "three")
    done = counting.reconcile()
    assert sorted(one.kind for one in done.compared.left) == ["balance_gap", "statement_gap"]
    gap = next(one for one in done.compared.left if one.kind == "balance_gap")
    assert (gap.ours, gap.theirs) == (100, 201)
    counting.reconcile()
    assert len(counting.alarms) == 1
    counting.hand_in(bodies[1], "two", days(minutes=5))
    assert counts(counting.reconcile()) == (0, 0, 0)


def test_an_old_statement_that_comes_late_is_held_against_its_own_neighbours(counting, world):
    """All of last summer's statements are known; one of them comes again, with other entries."""
    account, summer = counting.bank.account, TODAY - timedelta(days=150)
    for number in range(4):
        account.receives(100 + number, shown(world.claim().reference), on=summer + number * DAY)
        body = statement(account, on=summer + number * DAY)
        counting.hand_in(body, f"{number}", days(days=-149 + number))
    assert kinds(counting) == []
    account.receives(7, "anders", on=summer + DAY)
    account.sequence, account.balance = 1, 100
    counting.hand_in(statement(account, on=summer + DAY), "late")
    assert sorted(kinds(counting)) == ["balance_gap", "entry_unknown"]


def test_banks_that_begin_anew_with_the_year_leave_no_gap(counting, world):
    account = counting.bank.account
    account.receives(100, "eins", on=TODAY)
    counting.hand_in(statement(account, on=TODAY), "one")
    account.sequence = 0
    turn = TODAY.replace(year=TODAY.year + 1, month=1, day=2)
    account.receives(100, "zwei", on=turn)
    counting.hand_in(statement(account, on=turn), "two", days(days=40))
    now = days(days=41)
    assert kinds(counting, first=turn, last=now.date(), now=now) == []


# ---- What is under way


def test_a_transfer_the_bank_never_told_of_is_told_after_five_bank_days(world, counting):
    office = Office(world)
    order = office.released(office.lying())
    office.collect()
    bank_week = days(days=7)
    assert kinds(counting, last=bank_week.date(), now=bank_week) == []
    later = days(days=9)
    one = told_once(counting, "untold_by_bank", last=later.date(), now=later)
    assert (one.about, one.ours) == (order.id, -1500)
    office.told(order, now=later)
    assert counts(counting.reconcile(last=later.date(), now=later)) == (0, 0, 0)


def payout(counting, amount=900, status=PayoutStatus.PAID, name="po_1"):
    made = ProviderPayout(name, status, amount, "EUR", TODAY, NOW, live=False)
    counting.balance.paid[name] = made
    return made


def settles(world):
    """Money of this creditor is settled over the account."""
    settings = world.store.creditor(OF)
    world.store.commit(OF, Commit((), creditor=replace(settings, payout_terms=PayoutTerms())))


def test_payouts_to_an_account_whose_statements_never_brought_one_are_not_looked_for(counting, world):
    counting.bank.account.pays(10, "Gebühr", on=TODAY)
    counting.hand_in(statement(counting.bank.account, on=TODAY), "one")
    payout(counting)
    later = days(days=9)
    done = counting.reconcile(last=later.date(), now=later)
    assert counts(done) == (0, 0, 0) and done.compared.uncompared == (Uncompared.OTHER_ACCOUNT,)


def test_a_payout_that_did_not_arrive_is_told_once_and_is_well_once_it_does(counting, world):
    settles(world)
    counting.bank.account.pays(10, "Gebühr", on=TODAY)
    counting.hand_in(statement(counting.bank.account, on=TODAY), "one")
    payout(counting)
    later = days(days=9)
    assert kinds(counting, last=later.date(), now=days(days=7)) == []
    assert told_once(counting, "not_arrived", last=later.date(), now=later).theirs == 900
    brought = PayoutCredit("bank:x", 900, "EUR", TODAY + DAY)
    world.store.commit(OF, Commit((), payout_credit=brought))
    assert counts(counting.reconcile(last=later.date(), now=later)) == (0, 0, 0)


def test_one_credit_brings_one_payout(counting, world):
    counting.bank.account.pays(10, "Gebühr", on=TODAY)
    counting.hand_in(statement(counting.bank.account, on=TODAY), "one")
    payout(counting)
    payout(counting, name="po_2")
    world.store.commit(OF, Commit((), payout_credit=PayoutCredit("bank:x", 900, "EUR", TODAY)))
    assert counting.differences(last=days(days=9).date(), now=days(days=9)) == [("not_arrived", "po_2")]


# ---- What was not compared is said


def test_what_could_not_be_compared_is_said(counting, world):
    assert counting.reconcile().compared.uncompared == (Uncompared.NO_STATEMENTS,)
    old = TODAY - timedelta(days=40)
    said = counting.reconcile(first=old, last=old).compared.uncompared
    assert said == (Uncompared.LATE_CHANGES, Uncompared.NO_STATEMENTS)
    older = TODAY - timedelta(days=200)
    assert Uncompared.OLD_STATEMENTS in counting.reconcile(first=older, last=older).compared.uncompared


def test_a_provider_that_does_not_answer_changes_nothing_and_is_no_difference(counting, world):
    booked(world)
    world.gateway.down = Permanent("key revoked")
    with pytest.raises(Permanent):
        counting.reconcile()
    assert counting.alarms == [] and counting.written == []


# ---- By command


def ask(counting, first=TODAY - DAY, last=TODAY, now=NOW):
    how = {"store": counting.world.store, "outgoing": counting.outgoing, "now": now}
    return ask_reconciliation(OF, first, last, by="anna", **how)


def test_a_span_is_asked_for_by_a_person_and_written_down(counting, world):
    asked = ask(counting)
    assert asked.state is ReconciliationState.ASKED
    (fact,) = world.store.named(FactName.RECONCILIATION_ASKED)
    assert dict(fact.about) == {"first": "2026-11-22", "last": "2026-11-23"}
    (act,) = counting.outgoing.acts(OF, "2026-11")
    assert (act.by, act.what, act.about) == ("anna", ActKind.RECONCILE, asked.id)
    counting.reconcile(TODAY - DAY, TODAY)
    assert counting.outgoing.reconciliation(OF, asked.id).state is ReconciliationState.DONE


def test_a_wish_told_twice_is_one_until_it_is_done(counting, world):
    first = ask(counting)
    assert ask(counting, now=days(minutes=14)).asked_at == first.asked_at
    assert len(world.store.named(FactName.RECONCILIATION_ASKED)) == 1
    ask(counting, now=days(minutes=16))
    assert len(world.store.named(FactName.RECONCILIATION_ASKED)) == 2


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (TODAY, TODAY - DAY, "no_such_span"),
        (TODAY, TODAY + DAY, "in_the_future"),
        (TODAY - LONGEST, TODAY, "span_too_long"),
    ],
)
def test_a_span_that_cannot_be_is_refused_by_name(counting, world, first, last, why):
    answer = ask(counting, first, last)
    assert isinstance(answer, Refused) and answer.because == why
    assert world.store.named(FactName.RECONCILIATION_ASKED) == []


# ---- By night


def test_the_night_goes_back_to_what_it_left_open_and_tells_of_it_once(counting, world):
    payment = world.gateway.money(4000, NOW)
    world.book(replace(payment, received=4820))
    for night in range(1, 12):
        done = counting.night(days(days=night))
        assert counts(done) == (1, 0, 1), night
    assert len(counting.alarms) == 1
    held = counting.outgoing.reconciliation(OF, NIGHT)
    assert held.first == TODAY and held.last == days(days=11).date()
    world.gateway.payments[payment.object_id] = replace(payment, received=4820)
    assert counts(counting.night(days(days=12))) == (0, 0, 0)
    assert counting.night(days(days=13)).compared.first == days(days=9).date()


def test_money_that_moves_during_the_first_look_is_no_difference(counting, world):
    """A refund is booked between two reads of one sum: its trail is older than what lies in suspense of it."""
    payment = booked(world, 6000)
    moves = Moving(world.store.suspended)
    world.store.suspended = moves
    done = counting.reconcile()
    assert moves.asked >= 2 and payment
    assert (done.compared.found, done.compared.repaired, done.compared.count) == (1, 1, 0)
    assert counting.alarms == []


class Moving:
    """The first read of what lies in suspense comes a moment late."""

    def __init__(self, read):
        self.read, self.asked = read, 0

    def __call__(self, creditor, source):
        found = self.read(creditor, source)
        self.asked += 1
        return found.giving_back(100, NOW) if found and self.asked == 1 else found


def test_a_death_before_it_was_written_down_tells_once_more(counting, world):
    payment = world.gateway.money(4000, NOW)
    world.book(replace(payment, received=4820))
    world.store.trouble.append(Permanent("gone"))
    with pytest.raises(Permanent):
        counting.night(days(hours=17))
    counting.night(days(hours=18))
    counting.night(days(hours=19))
    assert len(counting.alarms) == 2


def test_entries_of_the_ledger_are_only_ever_added(counting, world):
    world.gateway.money(1000, NOW)
    before = world.store.ledger(OF, "R-1001")
    counting.reconcile()
    after = world.store.ledger(OF, "R-1001")
    assert after[: len(before)] == before and after[-1].kind is EntryKind.PAYMENT
