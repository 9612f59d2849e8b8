"""Reconciliation in the simulation: now and then somebody asks for it, and in the end it finds nothing left."""

import random
from datetime import timedelta
from typing import Any

from chalicelib.actions.compare_books import CountingRoom
from chalicelib.actions.reconcile_books import Reconciled, reconcile_books
from chalicelib.adapters.bank.open_file import read_bank_file
from chalicelib.adapters.bank.told import statement_of
from chalicelib.domain.bank import BankEntry, BankStatement
from chalicelib.domain.batch import Refused
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.parties import Creditor
from chalicelib.domain.reconciliation import Difference, DifferenceKind, Place, Reconciliation, span_id

from .house import Broken
from .triggers import teller
from .world import FIRST, Sim

SPANS = (0, 1, 3, 30)


class Reports:
    """Nobody reads them here."""

    def write_reconciliation(self, creditor: Creditor, compared: Reconciliation) -> None:
        """Nothing is kept."""


def room(sim: Sim) -> CountingRoom:
    gateway: Any = sim.till.gateway

    def told(of: Creditor, statement: BankStatement) -> tuple[str, tuple[BankEntry, ...]] | None:
        """The bank's own file, by what it says and not by its name."""
        for sent in sim.files:
            found = read_bank_file(sent.body, sent.name, sim.settings[sent.creditor])
            for one in () if isinstance(found, Refused) or sent.creditor != of.id else found:
                if statement_of(one, of.id, sent.name, sim.now).id == statement.id:
                    return one.account, one.entries
        return None

    return CountingRoom(
        till=sim.till,
        outgoing=sim.outgoing,
        watch=sim.house.watch,
        balance=gateway,
        teller=teller(sim),
        told=told,
        reports=Reports(),
        bank_reports=sim.reports,
    )


def compared(sim: Sim, creditor: str, days: int) -> Reconciled:
    last = sim.now.date()
    first = max(last - timedelta(days=days), FIRST.date())
    name = span_id(first, last)
    return reconcile_books(
        creditor, first, last, name=name, room=room(sim), tell=lambda of, new: None, now=sim.now
    )


def reconciles(sim: Sim, draw: random.Random) -> str | None:
    """Somebody wants some days compared, in the middle of everything."""
    creditor, span = draw.choice(sorted(sim.settings)), draw.choice(SPANS)
    answer = sim.press(lambda: compared(sim, creditor, span))
    if isinstance(answer, str):
        return f"somebody wants {creditor}'s books compared: {answer}"
    of = answer.compared
    return f"{creditor}'s books of {span + 1} days: {of.found} differ, {of.repaired} are mended, {of.count} left"


def nothing_is_left(sim: Sim) -> None:
    """In the end the provider, the bank and the house say the same, over all the days there were."""
    for creditor in sim.settings:
        done = compared(sim, creditor, (sim.now - FIRST).days)
        for _, trouble in done.repairs.failed:
            raise trouble
        left = [one for one in done.compared.left if not honest(sim, creditor, one)]
        if left:
            raise Broken(f"reconciliation leaves nothing: {left[0].kind}", f"{left[0]} of {creditor}")


def honest(sim: Sim, creditor: str, one: Difference) -> bool:
    """What a person really has to look at: a file that the bank of this world was never given, and money that went
    back twice, more than there was left of it (M5)."""
    if one.kind is DifferenceKind.UNTOLD_BY_BANK:
        order = sim.outgoing.refund(creditor, one.about)
        left = _left_of(sim, creditor, order.source) if order else 0
        return one.about not in sim.executed or (order is not None and left < order.amount)
    if one.kind is not DifferenceKind.NOT_REVERSED:
        return False
    gateway = sim.till.gateway
    ask: Any = gateway.refund if one.place is Place.REFUND else gateway.chargeback
    return _left_of(sim, creditor, ask(creditor, one.at).payment) < -(one.theirs or 0)


def _left_of(sim: Sim, creditor: str, source: str) -> int:
    """What is left of some money by the ledger, or in suspense where it never came to a claim; what had gone back
    and came again counts with the payment it was."""
    trail, kept = sim.store.trail(creditor, source), sim.store.suspended(creditor, source)
    came_again = sum(_left_of(sim, creditor, name) for name in trail.again) if trail else 0
    found = [sim.store.entry(creditor, *place) for place in trail.entries] if trail else []
    entries = [entry for entry in found if entry]
    if not entries:
        return came_again + (kept.left if kept else 0)
    stays = sum(-entry.amount if entry.kind is EntryKind.REVERSAL else entry.amount for entry in entries)
    return came_again + stays


STEPS = ((1, reconciles),)
