"""Reconciliation: what the comparison finds is mended by the day's own actions, whatever fails on the way."""

from datetime import timedelta

from chalicelib import wiring
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.reference import shown
from local.bank.messages import statement
from tests.faults.test_bank import TODAY, Branch

from ..picture import Differs
from ..scenario import scenario
from ..stage import SCHEDULES, Wakes
from .batches import INTAKE
from .money import paid
from .out import does, released

FIRST = TODAY - timedelta(days=4)
DAYS = {"first": FIRST.isoformat(), "last": TODAY.isoformat()}


TOLD = Differs(
    "COMPARED|BooksCompared", "whoever compares once more finds what is mended already, and says so a second time"
)


def wish(stage):
    """What the bus brings once a person has asked for these days."""
    detail = {"creditor": stage.creditor.id, **DAYS}
    return Wakes(f"{SCHEDULES}:nightly", {"detail-type": "ReconciliationAsked", "detail": detail})


def ended(stage):
    found = wiring.outgoing().reconciliation(stage.creditor.id, f"{FIRST}..{TODAY}")
    return found.state.value, found.count


@scenario()
def a_person_asks_for_some_days(stage):
    stage.open()
    yield does(stage, "anna", "reconcile", **DAYS)
    assert ended(stage) == ("asked", 0)


@scenario(differs=(TOLD,), again_changes_it=True)
def a_payment_and_its_return_that_nobody_told_of(stage):
    stage.open()
    claim = stage.claim()
    payment = stage.provider.takes(4820, claim=claim)
    wanted = {"api_key": stage.provider.key, "payment_intent": payment, "amount": 820}
    stage.house.payments.lever("POST", "refunds", **wanted)
    yield wish(stage)
    assert paid(stage) == [4820] and stage.again().outstanding.total == 820
    assert ended(stage) == ("done", 0)


def with_a_gap(stage):
    """The first and the third statement of an account are in; the second never comes."""
    stage.open()
    claim = stage.claim()
    bank = Branch(stage.house, stage.creditor)
    bodies = []
    for amount in (100, 200, 300):
        bank.account.receives(amount, shown(claim.reference), on=TODAY)
        bodies.append(statement(bank.account, on=TODAY))
    for name, body in (("1.xml", bodies[0]), ("3.xml", bodies[2])):
        Wakes(INTAKE, bank.put(body, name)).wake()
        bank.work()


@scenario(differs=(TOLD,), again_changes_it=True)
def a_difference_that_nobody_can_mend_is_written_down(stage):
    with_a_gap(stage)
    yield wish(stage)
    assert ended(stage) == ("done", 2)


@scenario(differs=(TOLD,), again_changes_it=True)
def a_refund_of_ours_that_ended_unheard(stage):
    order = released(stage)
    held = wiring.outgoing().refund(stage.creditor.id, order)
    labels = {"order": order, "creditor": stage.creditor.id}
    wiring.gateway().refund_payment(stage.creditor.id, held.source, held.amount, key=order, labels=labels)
    stage.paid = False  # the surplus has left again
    yield wish(stage)
    assert wiring.outgoing().refund(stage.creditor.id, order).state is LeavingState.DONE
    assert ended(stage) == ("done", 0)


@scenario(differs=(TOLD,), again_changes_it=True)
def entries_of_the_bank_that_the_queue_lost(stage):
    stage.open()
    claim = stage.claim()
    bank = Branch(stage.house, stage.creditor)
    bank.account.receives(2000, shown(claim.reference), on=TODAY)
    bank.account.receives(700, "ohne Zeichen", on=TODAY)
    Wakes(INTAKE, bank.put(statement(bank.account, on=TODAY))).wake()
    bank.messages()
    stage.amiss = True
    about = {"creditor": stage.creditor.id, "now": (wiring.clock() + timedelta(hours=1)).isoformat()}
    yield Wakes("tests.faults.machine.acts:books_night", about)
    assert paid(stage) == [2000]


def gap_left(stage):
    """A statement is missing for good, and a comparison has told of it: the command that lets it stand."""
    with_a_gap(stage)
    wish(stage).wake()
    found = wiring.outgoing().reconciliation(stage.creditor.id, f"{FIRST}..{TODAY}")
    gap = next(one for one in found.left if one.kind == "statement_gap")
    return {"difference": gap.id, "reason": "the bank cannot say any more", **DAYS}


@scenario(again_changes_it=True)
def one_person_lets_a_difference_stand(stage):
    said = gap_left(stage)
    yield does(stage, "anna", "accept", **said)
    (wish_of_one,) = wiring.outgoing().acceptances(stage.creditor.id)
    assert not wish_of_one.in_force and ended(stage) == ("done", 2)


@scenario(again_changes_it=True)
def two_people_let_a_difference_stand(stage):
    said = gap_left(stage)
    does(stage, "anna", "accept", **said).wake()
    yield does(stage, "bernd", "accept", **said)
    (let,) = wiring.outgoing().acceptances(stage.creditor.id)
    assert let.in_force and ended(stage) == ("done", 1)
