"""What leaves by the bank leaves in one file, once, and is done on the bank's word."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.bank_told import bank_told
from chalicelib.actions.collect_transfers import Treasury, collect_transfers
from chalicelib.actions.release_refund import release_refund, send_back
from chalicelib.domain.account_change import BankAccount
from chalicelib.domain.bank import BankEntry, Side, Sighting, StatementKind
from chalicelib.domain.errors import Retry
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.person import ActKind
from chalicelib.domain.suspense import Suspense, SuspenseEnd, SuspenseReason
from chalicelib.domain.trail import Trail
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.bank import FakeBankBook
from tests.fakes.store import FakeOutgoing
from tests.fakes.treasury import FakePaymentFiles
from tests.fakes.world import POLICIES, STRATEGIES

OF = "nordlicht"
DAY = date(2026, 11, 20)
THEIRS = "DE89370400440532013000"
LATER = NOW + timedelta(days=2)


@pytest.fixture
def office(world):
    return Office(world)


class Office:
    """Money that came by the bank and goes back by it."""

    def __init__(self, world):
        self.world, self.store, self.outgoing = world, world.store, FakeOutgoing(world.store)
        self.bank, self.files = FakeBankBook(world.store), FakePaymentFiles()
        self.treasury = Treasury(self.store, self.outgoing, self.bank, self.files, POLICIES)

    def lying(self, number=1, amount=1500, iban=THEIRS, currency="EUR"):
        """A transfer that fits no claim, as the bank told it."""
        source = f"bank:{number}"
        entry = BankEntry("1", amount, currency, Side.CREDIT, DAY, name="Jana Kowalski", iban=iban)
        self.bank.sighted(OF, Sighting(source, "s1", StatementKind.STATEMENT, "1", entry), ())
        money = Suspense(OF, source, amount, currency, SuspenseReason.NO_MATCH, None, NOW, value_date=DAY)
        self.store.commit(OF, Commit((), suspense=(money,), trails=(Trail(OF, source),), source=source))
        return source

    def released(self, source, to=None):
        order = send_back(OF, source, by="anna", store=self.store, outgoing=self.outgoing, now=NOW, to=to)
        for by in ("anna", "bernd"):
            release_refund(OF, order.id, by=by, store=self.store, outgoing=self.outgoing, now=NOW)
        return self.outgoing.refund(OF, order.id)

    def collect(self, by=None, now=NOW):
        return collect_transfers(OF, treasury=self.treasury, now=now, by=by)

    def told(self, order, *, came_back=False, amount=None, name=None, now=LATER):
        return bank_told(
            OF,
            name or order.id.upper(),
            amount or order.amount,
            "EUR",
            DAY,
            came_back=came_back,
            store=self.store,
            outgoing=self.outgoing,
            scheduler=self.world.scheduler,
            policies=POLICIES,
            strategies=STRATEGIES,
            now=now,
        )

    def again(self, order):
        return self.outgoing.refund(OF, order.id)


def test_what_was_released_goes_back_to_the_account_it_came_from(office):
    order = office.released(office.lying())
    (file,) = office.collect(by="carla")
    (written,) = office.files.written.values()
    (transfer,) = written.transfers
    assert (transfer.end_to_end, transfer.amount, transfer.iban) == (order.id, 1500, THEIRS)
    assert (transfer.name, transfer.text) == ("Jana Kowalski", f"Erstattung {order.id}")
    assert (written.id, written.iban, written.name) == (
        file.id,
        "DE47990009090001234567",
        "Nordlicht Energie GmbH",
    )
    assert len(file.id) <= 35 and file.orders == (order.id,) and file.total == 1500
    sent = office.again(order)
    assert (sent.state, sent.left_as) == (LeavingState.SENT, file.id)
    acts = office.outgoing.acts(OF, f"{NOW:%Y-%m}")
    assert ("carla", ActKind.COLLECT, file.id) in [(act.by, act.what, act.about) for act in acts]


def test_each_order_stands_in_one_file_only(office):
    office.released(office.lying(1))
    office.collect()
    assert office.collect() == ()
    office.released(office.lying(2, 700))
    (second,) = office.collect()
    assert second.total == 700 and len(office.files.written) == 2


def test_what_two_people_have_not_released_does_not_leave(office):
    source = office.lying()
    order = send_back(OF, source, by="anna", store=office.store, outgoing=office.outgoing, now=NOW)
    assert office.collect() == ()
    release_refund(OF, order.id, by="anna", store=office.store, outgoing=office.outgoing, now=NOW)
    assert office.collect() == () and office.files.written == {}


def test_a_crash_before_the_file_is_written_leaves_one_file_with_the_same_bytes(office):
    order = office.released(office.lying())
    office.files.down.append(Retry("away"))
    with pytest.raises(Retry):
        office.collect()
    assert office.again(order).state is LeavingState.SENT and office.files.written == {}
    (file,) = office.collect(now=LATER)
    assert file.orders == (order.id,) and file.made_at == NOW
    assert office.collect() == () and office.files.writings == 1


def test_a_crash_after_the_file_was_written_writes_the_same_file_again(office):
    office.released(office.lying())
    office.store.meanwhile += [lambda: None, _dies]
    with pytest.raises(Retry):
        office.collect()
    assert office.files.writings == 1
    office.collect(now=LATER)
    assert office.files.writings == 2 and len(office.files.written) == 1


def _dies():
    raise Retry("the process is gone")


def test_two_people_who_collect_at_once_make_one_file(office):
    order = office.released(office.lying())
    office.store.meanwhile.append(lambda: office.collect(by="bernd"))
    office.collect(by="anna")
    assert len(office.files.written) == 1
    (written,) = office.files.written.values()
    assert [transfer.end_to_end for transfer in written.transfers] == [order.id]


@pytest.mark.parametrize(
    ("because", "told"),
    [("no_account", {"iban": ""}), ("not_euro", {"currency": "CHF"})],
)
def test_what_cannot_leave_by_the_bank_fails_by_name_and_lies_where_it_was(office, because, told):
    source = office.lying(**told)
    order = office.released(source)
    assert office.collect() == ()
    assert (office.again(order).state, office.again(order).because) == (LeavingState.FAILED, because)
    assert office.store.suspended(OF, source).order is None


def test_another_account_needs_a_person_to_name_it_and_two_to_release_it(office):
    order = office.released(office.lying(iban=""), to=BankAccount("Piotr Kowalski", "DE02120300000000202051"))
    office.collect()
    (written,) = office.files.written.values()
    assert written.transfers[0].iban == "DE02120300000000202051"
    office.told(order)
    assert office.again(order).to is None, "it is forgotten once the money is there"


def test_M5_money_that_went_back_meanwhile_does_not_leave_again(office):
    source = office.lying()
    order = office.released(source)
    money = office.store.suspended(OF, source)
    office.store.commit(OF, Commit((), suspense=(money.giving_back(1, NOW),)))
    assert office.collect() == ()
    assert office.again(order).because == "above_paid"


def test_the_banks_word_ends_order_and_money_once(office):
    order = office.released(office.lying())
    assert office.told(order) is None, "nothing was sent yet"
    office.collect()
    assert office.told(order) is LeavingState.DONE
    money = office.store.suspended(OF, order.source)
    assert (money.left, money.ended_as) == (0, SuspenseEnd.GONE_BACK)
    before = dict(office.store.items)
    assert office.told(order) is LeavingState.DONE
    assert office.store.items == before


def test_another_amount_or_another_id_is_not_ours(office):
    order = office.released(office.lying())
    office.collect()
    assert office.told(order, amount=1499) is None
    assert office.told(order, name="rf000000000000000000000000") is None
    assert office.told(order, name="NOTPROVIDED") is None
    assert office.again(order).state is LeavingState.SENT


@pytest.mark.parametrize("first", [False, True])
def test_what_came_back_fails_whichever_is_told_first(office, first):
    order = office.released(office.lying())
    office.collect()
    words = (False, True) if first else (True, False)
    for came_back in words:
        office.told(order, came_back=came_back)
    assert (office.again(order).state, office.again(order).because) == (LeavingState.FAILED, "came_back")
    assert office.store.suspended(OF, order.source).left == 0, "it lies again under the entry that brought it back"


def test_a_lost_settings_item_leaves_nothing(office):
    assert collect_transfers("unknown", treasury=replace(office.treasury), now=NOW) == ()
