"""Operators: they answer tasks, send money back with two people, or say no; and the faults the world is dealt."""

import random
from dataclasses import replace

from chalicelib.actions.assign_suspense import assign_suspense
from chalicelib.actions.close_task import close_task
from chalicelib.actions.give_back import give_back
from chalicelib.actions.hold_sending import hold_sending, lift_hold
from chalicelib.actions.place_return import place_return
from chalicelib.actions.release_refund import refuse_refund, release_refund, send_back
from chalicelib.domain.account_change import BankAccount
from chalicelib.domain.decision import Refused
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.gate import Halt
from chalicelib.domain.parties import ChannelKind

from .chance import one_of
from .triggers import euro, ports
from .world import Sim

STAFF = ("ada", "ben", "cem")


def said(answer: object) -> str:
    if isinstance(answer, str):
        return answer
    return f"refused, {answer.because}" if isinstance(answer, Refused) else "done"


def answers(sim: Sim, draw: random.Random) -> str | None:
    """A person answers what waits for one."""
    open_tasks = [
        (key[1], key[2], key[3])
        for creditor in sim.settings
        for key in sim.store.items.under("tasks", creditor)[-40:]
        if sim.store.items[key].done_at is None
    ]
    found = one_of(draw, open_tasks)
    if found is None:
        return None
    creditor, debtor, task = found
    sim.press(lambda: close_task(creditor, debtor, task, **ports(sim)))
    return f"a person answers {debtor}'s question"


def orders(sim: Sim, draw: random.Random) -> str | None:
    """Somebody wants money in suspense to go back."""
    creditor = draw.choice(sorted(sim.settings))
    money = one_of(draw, sim.outgoing.lying(creditor)[-30:], lambda money: money.source)
    if money is None:
        return None
    by = draw.choice(STAFF)
    how = {"store": sim.store, "outgoing": sim.outgoing, "now": sim.now}
    answer = sim.press(lambda: send_back(creditor, money.source, by=by, **how))
    return f"{by} wants {money.source[:14]} to go back: {said(answer)}"


def gives_back(sim: Sim, draw: random.Random) -> str | None:
    """Somebody wants a booked payment to go back, or a part of it, perhaps more than there is, or twice."""
    found = one_of(draw, list(sim.claims)[-60:])
    if found is None:
        return None
    creditor, claim = found
    came = [entry for entry in sim.store.ledger(creditor, claim) if entry.kind is EntryKind.PAYMENT]
    payment = one_of(draw, came, lambda entry: entry.source)
    if payment is None:
        return None
    amount = draw.choice((payment.amount, draw.randint(1, payment.amount), payment.amount + 1))
    by, to = draw.choice(STAFF), BankAccount("Anna Sommer", "DE89370400440532013000")
    how = {"store": sim.store, "outgoing": sim.outgoing, "now": sim.now}
    how |= {"to": to} if draw.random() < 0.3 else {}
    answer = sim.press(lambda: give_back(creditor, payment.source, amount, by=by, **how))
    return f"{by} wants {euro(amount)} of {payment.source[:14]} on {claim} to go back: {said(answer)}"


def takes_back(sim: Sim, draw: random.Random) -> str | None:
    """Somebody finds out which payment a return was of that named nothing, or thinks so."""
    creditor = draw.choice(sorted(sim.settings))
    below = [money for money in sim.outgoing.lying(creditor) if money.left < 0]
    money = one_of(draw, below, lambda money: money.source)
    claim = one_of(draw, [name for of, name in list(sim.claims)[-60:] if of == creditor])
    if money is None or claim is None:
        return None
    came = [entry for entry in sim.store.ledger(creditor, claim) if entry.kind is EntryKind.PAYMENT]
    payment = one_of(draw, came, lambda entry: entry.source)
    if payment is None:
        return None
    by = draw.choice(STAFF)
    answer = sim.press(lambda: place_return(creditor, money.source, payment.source, by=by, **ports(sim)))
    return f"{by} says that {money.source[:11]} took {payment.source[:14]} back: {said(answer)}"


def assigns(sim: Sim, draw: random.Random) -> str | None:
    """Somebody finds the claim that money in suspense was meant for, or thinks so."""
    creditor = draw.choice(sorted(sim.settings))
    money = one_of(draw, sim.outgoing.lying(creditor)[-30:], lambda money: money.source)
    claim = one_of(draw, [name for of, name in list(sim.claims)[-60:] if of == creditor])
    if money is None or claim is None:
        return None
    if money.candidates and draw.random() < 0.8:
        claim = money.candidates[0].claim
    by = draw.choice(STAFF)
    answer = sim.press(lambda: assign_suspense(creditor, money.source, claim, by=by, **ports(sim)))
    return f"{by} books {money.source[:14]} on {claim}: {said(answer)}"


def releases(sim: Sim, draw: random.Random) -> str | None:
    """One person's release of a refund, perhaps the same person's again; or a no."""
    creditor = draw.choice(sorted(sim.settings))
    order = one_of(draw, sim.outgoing.refunds(creditor)[-30:], lambda order: order.id)
    if order is None:
        return None
    by = draw.choice(STAFF)
    act, verb = (refuse_refund, "refuses") if draw.random() < 0.1 else (release_refund, "releases")
    how = {"store": sim.store, "outgoing": sim.outgoing, "now": sim.now}
    answer = sim.press(lambda: act(creditor, order.id, by=by, **how))
    return f"{by} {verb} {order.id[:8]}: {said(answer)}"


def holds(sim: Sim, draw: random.Random) -> str | None:
    """Somebody holds something back: all, a creditor, its batch, a channel."""
    by, creditor = draw.choice(STAFF), draw.choice((None, *sorted(sim.settings)))
    batch = draw.choice((None, None, "batch-1")) if creditor else None
    channel = draw.choice((None, *ChannelKind))
    halt = Halt(by, sim.now, creditor, batch, channel)
    answer = sim.press(lambda: hold_sending(halt, store=sim.store, gates=sim.house.gates))
    return f"{by} holds {halt.name}: {said(answer)}"


def lifts(sim: Sim, draw: random.Random) -> str | None:
    """Somebody lifts one of the holds."""
    held = one_of(draw, list(sim.house.gates.whole().halts), lambda halt: halt.name)
    if held is None:
        return None
    wanted = replace(held, by=draw.choice(STAFF), since=sim.now)
    answer = sim.press(lambda: lift_hold(wanted, store=sim.store, gates=sim.house.gates))
    return f"{wanted.by} lifts {held.name}: {said(answer)}"


def fault(sim: Sim, draw: random.Random) -> str | None:
    """Something will go wrong at one of the next calls."""
    armed = sim.faults.arm(draw)
    return f"one of the next calls {armed.kind.value}"


def again(sim: Sim, draw: random.Random) -> str | None:
    """A queue hands a message over that was done already."""
    done = one_of(draw, sim.done, lambda pair: repr(pair)[:200])
    if done is None:
        return None
    sim.later(sim.now, *done)
    return f"a queue hands {done[0]} over again"


STEPS = (
    (4, answers),
    (3, orders),
    (4, assigns),
    (3, gives_back),
    (2, takes_back),
    (7, releases),
    (1, holds),
    (3, lifts),
    (16, fault),
    (3, again),
)
