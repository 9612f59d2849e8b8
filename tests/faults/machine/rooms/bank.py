"""A bank's files: each entry is booked once, whatever breaks off on the way."""

from datetime import timedelta

from chalicelib import wiring
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.reference import shown
from local.bank.account import DEBIT, Movement
from local.bank.messages import statement
from tests.faults.test_bank import TODAY, Branch

from ..scenario import scenario
from ..stage import EVENTS, Wakes, queued
from .batches import INTAKE
from .out import does, payout


def branch(stage):
    stage.open()
    claim = stage.claim()
    bank = Branch(stage.house, stage.creditor)
    bank.account.receives(2000, f"Strom {shown(claim.reference)}", on=TODAY, value_date=TODAY - timedelta(days=2))
    bank.account.receives(777, "Ohne Zeichen", on=TODAY, value_date=TODAY)
    return bank


@scenario()
def a_statement_comes(stage):
    bank = branch(stage)
    yield Wakes(INTAKE, bank.put(statement(bank.account, on=TODAY)))
    assert all(answer == {"batchItemFailures": []} for answer in bank.work())
    assert stage.again().outstanding.total == 2820


@scenario()
def the_entries_of_a_statement_are_booked(stage):
    bank = branch(stage)
    Wakes(INTAKE, bank.put(statement(bank.account, on=TODAY))).wake()
    yield queued(f"{EVENTS}:money", *bank.messages())
    assert stage.again().outstanding.total == 2820
    assert len([1 for amount in wiring.store().ledger(stage.creditor.id, "R-1")]) == 2


@scenario()
def a_return_that_named_nothing_takes_a_payment_back(stage):
    bank = branch(stage)
    bank.account.returns(bank.account.part(2000, "", on=TODAY), "AC04", on=TODAY)
    Wakes(INTAKE, bank.put(statement(bank.account, on=TODAY))).wake()
    queued(f"{EVENTS}:money", *bank.messages()).wake()
    (lying,) = [money for money in wiring.outgoing().lying(stage.creditor.id) if money.amount < 0]
    payment = wiring.store().ledger(stage.creditor.id, "R-1")[1].source
    yield does(stage, "anna", "take-back", source=lying.source, payment=payment)
    assert stage.again().outstanding.total == 4820


@scenario()
def a_payout_of_ours_has_left_the_account(stage):
    name = payout(stage)
    for who in ("anna", "bernd"):
        does(stage, who, "release", order=name).wake()
    does(stage, "anna", "collect").wake()
    sent = wiring.outgoing().payout(stage.creditor.id, name)
    bank = Branch(stage.house, stage.creditor)
    gone = Movement(
        sent.account.paid_out, DEBIT, TODAY, TODAY, "1", end_to_end=name.upper(), code=("PMNT", "ICDT", "ESCT")
    )
    bank.account._book(gone)
    Wakes(INTAKE, bank.put(statement(bank.account, on=TODAY))).wake()
    yield queued(f"{EVENTS}:money", *bank.messages())
    assert wiring.outgoing().payout(stage.creditor.id, name).state is LeavingState.DONE
