"""Money out: payouts to whom we collect for, other accounts for them, and what may leave at all."""

import random
from datetime import datetime, timedelta

from chalicelib.actions.accept_creditor import accept_creditor
from chalicelib.actions.change_account import confirm_account
from chalicelib.actions.collect_transfers import collect_transfers
from chalicelib.actions.make_payout import make_payout, refuse_payout, release_payout
from chalicelib.domain.account_change import WAIT, BankAccount
from chalicelib.domain.decision import Refused
from chalicelib.domain.payout import Payout

from .chance import one_of
from .house import Broken
from .operators import STAFF, said
from .triggers import euro, treasury
from .world import Sim

OTHERS = ("DE75512108001245126199", "DE12500105170648489890", "DE89370400440532013000")


def _collecting(sim: Sim) -> str:
    return next(name for name, settings in sim.settings.items() if settings.payout_terms)


def settles(sim: Sim, draw: random.Random) -> str | None:
    """Somebody makes the payout for the days since the last one."""
    creditor, by = _collecting(sim), draw.choice(STAFF)
    last = sim.outgoing.last_payout(creditor)
    until = sim.now.date() - timedelta(days=draw.randint(0, 3))
    since = None if last else until - timedelta(days=60)
    how = {"store": sim.store, "outgoing": sim.outgoing, "now": sim.now}
    answer = sim.press(lambda: make_payout(creditor, until, since=since, by=by, **how))
    if not isinstance(answer, Payout):
        return f"{by} settles with {creditor}: {said(answer)}"
    return f"{by} settles with {creditor} until {until}: {euro(answer.amount)} to be paid out"


def decides(sim: Sim, draw: random.Random) -> str | None:
    """One person's word on a payout."""
    creditor, by = _collecting(sim), draw.choice(STAFF)
    last = sim.outgoing.last_payout(creditor)
    if last is None or not last.is_open:
        return None
    act, verb = (refuse_payout, "refuses") if draw.random() < 0.08 else (release_payout, "releases")
    how = {"store": sim.store, "outgoing": sim.outgoing, "now": sim.now}
    answer = sim.press(lambda: act(creditor, last.id, by=by, **how))
    return f"{by} {verb} payout {last.number}: {said(answer)}"


def collects(sim: Sim, draw: random.Random) -> str | None:
    """What was released is written into a file for the bank."""
    creditor, by = draw.choice(sorted(sim.settings)), draw.choice(STAFF)
    files = sim.press(lambda: collect_transfers(creditor, treasury=treasury(sim), now=sim.now, by=by))
    if files == ():
        return None
    return f"{by} collects {creditor}'s transfers: {files if isinstance(files, str) else len(files)}"


def moves_account(sim: Sim, draw: random.Random) -> str | None:
    """The settings ask for another account to be paid out to, or somebody confirms that wish."""
    creditor, by = _collecting(sim), draw.choice(STAFF)
    held = sim.store.fresh_creditor(creditor)
    assert held is not None
    waiting = [change for change in held.changes if change.confirmed_at is None]
    change = one_of(draw, waiting, lambda change: change.id)
    if change and draw.random() < 0.8:
        answer = sim.press(lambda: confirm_account(creditor, change.id, by=by, store=sim.store, now=sim.now))
        after = next((c for c in sim.store.fresh_creditor(creditor).changes if c.id == change.id), None)  # type: ignore[union-attr]
        if after and after.confirmed_at and len({release.by for release in after.releases}) == 2:
            sim.trusted.setdefault(after.account.iban, after.confirmed_at + WAIT)
        return f"{by} confirms another account of {creditor}: {said(answer)}"
    if draw.random() < 0.7:
        return None
    wished = BankAccount("Nordlicht Energie GmbH", draw.choice(OTHERS))
    settings = sim.settings[creditor]
    told = sim.press(lambda: accept_creditor(_with(settings, wished), store=sim.store, now=sim.now))
    return f"{creditor}'s settings ask for another account{': ' + told if isinstance(told, str) else ''}"


def _with(settings: object, account: BankAccount) -> object:
    from dataclasses import replace

    return replace(settings, payout_to=account)  # type: ignore[type-var]


def may_leave(sim: Sim, creditor: str, name: str, amount: int, iban: str, made_at: datetime) -> None:
    """A bank carries out whatever it is given: nothing may be in a file that two people have not released, twice,
    or to an account that a day and two people have not made trusted."""
    thing = sim.outgoing.refund(creditor, name) or sim.outgoing.payout(creditor, name)
    if thing is None or thing.amount != amount:
        raise Broken("only what was ordered leaves, and as much", name)
    if len({release.by for release in thing.releases}) < 2:
        raise Broken("nothing leaves without two people", name)
    if name in sim.executed:
        raise Broken("no order leaves twice", name)
    if isinstance(thing, Payout) and not sim.trusted.get(iban, made_at + WAIT) <= made_at:
        raise Broken("another account counts after two people and a day", name)


def payouts_hold(sim: Sim, creditor: str) -> None:
    """Each payout ties to the cent, begins where the last one ended, and is the fold of the journal."""
    balance, day = 0, None
    for payout in sim.outgoing.payouts(creditor):
        account = payout.account
        assert account.ties, "a payout ties to the cent"
        assert account.opening == balance, "a payout begins with what the last one left"
        assert day is None or payout.since == day + timedelta(days=1), "no day is in two payouts, and none in none"
        balance, day = account.closing, payout.until


def refused(answer: object) -> bool:
    return isinstance(answer, Refused)


STEPS = (
    (2, settles),
    (4, decides),
    (3, collects),
    (2, moves_account),
)
