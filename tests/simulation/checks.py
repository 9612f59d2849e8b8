"""What must hold: of the matters and sources a step touched, after every step; of everything, now and then.

The invariants of tests/invariants.py by their numbers, and the laws of conservation: the money that the provider
received and the bank credited is what was allocated, what lies in suspense and what went back, to the cent.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.domain.bank import Side
from chalicelib.domain.claim import Claim
from chalicelib.domain.entry import EntryKind, LedgerEntry
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.ledger import fold
from local.bank.account import CREDIT
from tests import invariants

from .house import Broken
from .outgoing import payouts_hold
from .world import PAYER, Sim


def touched(sim: Sim) -> None:
    """The matters and the sources that were written about since the last time."""
    matters, sources = list(sim.store.touched), list(sim.store.sources)
    sim.store.touched.clear()
    sim.store.sources.clear()
    for creditor, debtor in matters:
        matter_holds(sim, creditor, debtor)
    for creditor, source in sources:
        source_holds(sim, creditor, source)


def everything(sim: Sim) -> None:
    """Every matter, every source, and the sums over each creditor's money."""
    for creditor in sim.settings:
        for key in sim.store.items.under("debtor", creditor):
            matter_holds(sim, creditor, key[2])
        for key in sim.store.items.under("source", creditor):
            source_holds(sim, creditor, key[2])
        sums_hold(sim, creditor)
    touched(sim)


def matter_holds(sim: Sim, creditor: str, debtor: str) -> None:
    matter = sim.store.seen(creditor, debtor)
    if matter is None:
        return
    with named(f"{debtor} of {creditor}"):
        for claim in matter.claims.values():
            ledger = sim.store.ledger(creditor, claim.id)
            invariants.balanced(claim, ledger)
            # What goes back of what had come again and of the rest is two entries of a claim, each of its payment.
            counted = Counter((entry.source, entry.reverses) for entry in ledger)
            assert all(number == 1 for number in counted.values()), "one entry per source and claim (2)"
            _kept_on(sim, creditor, claim.id, ledger)
            promises_kept(sim, claim, ledger)
        invariants.sent_by_permission(matter)
        invariants.spoken_for(matter)
        invariants.carried_on(matter, sim.store)
        invariants.costs_told(matter, sim.store)


def _kept_on(sim: Sim, creditor: str, claim: str, ledger: tuple[LedgerEntry, ...]) -> None:
    """What the chain was when it was last looked at is its beginning now."""
    last = sim.chains.get((creditor, claim))
    if last:
        assert len(ledger) >= last[0] and ledger[last[0] - 1].hash == last[1], "a chain only grows (6)"
    sim.chains[creditor, claim] = (len(ledger), ledger[-1].hash)


def promises_kept(sim: Sim, claim: Claim, ledger: tuple[LedgerEntry, ...]) -> None:
    """An amount that was told as good to a day closes the claim when money worth that day or an earlier one makes
    it up; what went back since is part of it again."""
    held = sim.promises.setdefault((claim.creditor, claim.id), [])
    for promise in list(held):
        begun, amount, until = promise
        owed, left = fold(ledger[:begun]).total, amount
        for number, entry in enumerate(ledger[begun:], begun):
            owed += entry.split.total if entry.adds else -entry.split.total
            if entry.kind is EntryKind.REVERSAL:
                held.remove(promise)
                break
            if entry.kind is not EntryKind.PAYMENT:
                continue
            left -= entry.amount if entry.value_date <= until else 0
            waived = ledger[number + 1 : number + 2]
            rest = owed - sum(next_one.split.total for next_one in waived if next_one.kind is EntryKind.WAIVER)
            assert left > 0 or rest == 0, "an amount told as good to a day closes the claim"
    good = claim.interest.good if claim.interest else None
    if good and claim.outstanding.total and good.until not in [until for _, _, until in held]:
        held.append((len(ledger), claim.outstanding.total, good.until))
        del held[:-2]


def source_holds(sim: Sim, creditor: str, source: str) -> None:
    """Money of one source has exactly one home, and all of it."""
    if source.startswith(("interest:", "waiver:", "credit:", "costs:")) or "batch" in source:
        return
    with named(f"{source} of {creditor}"):
        entries = [sim.store.entry(creditor, *place) for place in sim.store.homes.get((creditor, source), ())]
        kept = sim.store.suspended(creditor, source)
        arrived = sum(entry.amount for entry in entries if entry)
        settled = sum(entry.split.total for entry in entries if entry)
        received = truth(sim, creditor, source)
        if received is None:
            return
        if entries and kept and kept.home:
            placed = -kept.placed if received < 0 else kept.placed
            assert kept.amount == received and placed == settled, "what was assigned came out of suspense (3)"
        elif entries:
            assert arrived == received, "the received amount is booked, once and over all its claims (1, 3)"
            assert (kept.amount if kept else 0) == arrived - settled, "what is too much lies in suspense (3)"
        elif received > 0:
            assert kept and kept.amount == received, "it has a home (1)"
        assert kept is None or kept.left * kept.amount >= 0, "no more left suspense than lay there (4)"


def truth(sim: Sim, creditor: str, source: str) -> int | None:
    """What the outside says this money is, below zero where it went away; None where it is no money of its own."""
    if source.startswith("bank:"):
        sighting = sim.bank.sighting(creditor, source)
        if sighting is None:
            raise Broken("what was booked of the bank was told by it (1)", source)
        entry = sighting.entry
        return entry.without_charges if entry.side is Side.CREDIT else -entry.without_charges
    if source.startswith("out:"):
        order = sim.outgoing.refund(creditor, source.removeprefix("out:"))
        if order is None or source.removeprefix("out:") not in sim.executed:
            raise Broken("what the bank is said to have sent, it sent (1)", source)
        return -order.amount
    found = sim.double.store.get(sim.account(creditor)["id"], source)
    if found is None:
        raise Broken("what was booked of the provider is known there (1)", source)
    return _moved(found)


def _moved(found: dict[str, Any]) -> int:
    """The money an object of the provider stands for."""
    match found["object"]:
        case "payment_intent":
            return int(found["amount_received"])
        case "refund":
            return -int(found["amount"])
        case "dispute":
            return int(found["balance_transactions"][0]["amount"])
        case "balance_transaction":
            return int(found["amount"])
    raise Broken("money is a payment, a refund, a chargeback or a movement (1)", found["object"])


def sums_hold(sim: Sim, creditor: str) -> None:
    """All that came by every source, less what went, is what is allocated and what lies in suspense."""
    with named(creditor):
        came: Counter[str] = Counter()
        for key in sim.store.items.under("source", creditor):
            came["all"] += truth(sim, creditor, key[2]) or 0
        paid = sum(sim.store.items[key].paid for key in sim.store.items.under("claim", creditor))
        lies = sum(sim.store.items[key].left for key in sim.store.items.under("suspense", creditor))
        payouts_hold(sim, creditor)
        for kind in ("refund", "payout"):
            for key in sim.store.items.under(kind, creditor):
                thing = sim.store.items[key]
                with named(f"{thing.id} of {getattr(thing, 'source', creditor)}"):
                    two_people(thing)
        assert came["all"] == paid + lies, "received = allocated + suspense + gone back, to the cent"
        loose = [
            entry
            for key in sim.store.items.under("entry", creditor)
            if (entry := sim.store.items[key]).kind is EntryKind.PAYMENT
            and ("source", creditor, entry.source) not in sim.store.items
        ]
        assert not loose, "every payment's source is guarded (2)"


def two_people(thing: Any) -> None:
    """Whatever left was released by two people, and nobody counted twice."""
    left = thing.state in (LeavingState.RELEASED, LeavingState.SENT) or (
        thing.state is LeavingState.DONE and thing.amount
    )
    assert not left or len({release.by for release in thing.releases}) == 2, "nothing leaves without two people"


def nothing_is_lost(sim: Sim) -> None:
    """At the end, when everybody has told everything: all that came and went outside is in the books."""
    for creditor in sim.settings:
        with named(creditor):
            rows = sim.double.store.rows(
                "select id, body from objects where account = ? and kind = 'payment_intent'"
                " and json_extract(body, '$.status') = 'succeeded'",
                sim.account(creditor)["id"],
            )
            for row in rows:
                assert ("source", creditor, row["id"]) in sim.store.items, f"{row['id']} is lost (1)"
            told = sum(
                sighting.entry.amount
                for key in sim.store.items.under("sighting", creditor)
                if (sighting := sim.store.items[key]).entry.side is Side.CREDIT and sighting.entry.name != PAYER
            )
            credits = (
                movement.amount
                for booking in sim.accounts[creditor].booked
                for movement in booking.movements
                if movement.side == CREDIT and movement.name != PAYER
            )
            assert told == sum(credits), "every credit of the bank is in the books, once (1)"


@contextmanager
def named(where: str) -> Iterator[None]:
    """A failed assertion as the law it breaks, and where."""
    try:
        yield
    except Broken:
        raise
    except AssertionError as broken:
        text = str(broken).splitlines()[0] if str(broken) else "an invariant"
        raise Broken(re.sub(r"\S*\d[\w-]{5,}\S*", "it", text), where) from broken
    except ValueError as broken:
        raise Broken(re.sub(r"\d+", "n", str(broken)), where) from broken
