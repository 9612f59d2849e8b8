"""What wakes the house: notices, queues, schedules and the night, each doing what its function does."""

import json
from typing import Any

from chalicelib.actions.book_bank_entry import Payouts, Teller, book_bank_entry
from chalicelib.actions.choose_arm import choose_again
from chalicelib.actions.collect_transfers import Treasury
from chalicelib.actions.draw_instalment import look_after
from chalicelib.actions.forget_person import Forgotten, forget_person
from chalicelib.actions.hold_sending import finish_hold, resume_sending
from chalicelib.actions.load_statement import load_statement, take_entries
from chalicelib.actions.look_after_money import MoneyDesk, look_after_money
from chalicelib.actions.make_document import make_agreement
from chalicelib.actions.make_payout import settlement_told
from chalicelib.actions.read_notice import read_notice
from chalicelib.actions.record_payment import Booked
from chalicelib.actions.record_return import refund_told as record_told
from chalicelib.actions.record_return import returns_since
from chalicelib.actions.send_contact import Sent, send_contact
from chalicelib.actions.send_refund import refund_told, send_refund
from chalicelib.actions.watch_over import watch_over
from chalicelib.adapters.bank.open_file import read_bank_file
from chalicelib.adapters.bank.told import statement_of
from chalicelib.adapters.stripe import PAYOUT_NAMES
from chalicelib.adapters.stripe.reading import object_of
from chalicelib.adapters.stripe.webhook import verify
from chalicelib.domain.batch import Refused
from chalicelib.domain.errors import AlreadyDone, Retry, StaleVersion
from chalicelib.domain.matching import name_of
from chalicelib.domain.refund_order import RefundWay
from chalicelib.domain.retention import RetentionUnknown
from local.payments import timers
from local.payments.deliveries import sign
from tests.fakes.evidence import FakeEvidence
from tests.fakes.outside import FakeErasures
from tests.fakes.world import POLICIES, STRATEGIES, hash_point

from .house import Broken
from .world import SECRET, Sim

SAID = {Booked.BOOKED: "booked", Booked.SUSPENSE: "put in suspense", Booked.REFUSED: "refused"}


def ports(sim: Sim) -> dict[str, Any]:
    return {
        "store": sim.store,
        "scheduler": sim.house.scheduler,
        "policies": POLICIES,
        "strategies": STRATEGIES,
        "now": sim.now,
    }


def webhook(sim: Sim, creditor: str, event_id: str) -> None:
    """The provider tells of an event, signed at this moment."""
    event = sim.double.store.get(sim.account(creditor)["id"], event_id)
    body = json.dumps(event)
    signature = sign(body, [SECRET], int(sim.now.timestamp()))
    notice = verify(body.encode(), signature, [SECRET], sim.now)
    kind, object_id = object_of(notice)
    if kind is None or not object_id:
        return
    sim.store.store_event(creditor, "stripe", notice, sim.now)


def event(sim: Sim, creditor: str, event_id: str) -> None:
    """The money function asks the provider what is true, and books that."""
    notice = sim.store.event(creditor, event_id)
    assert notice is not None, "a stored event is there"
    kind, object_id = object_of(notice)
    assert kind is not None, "only what concerns us was kept"
    if kind == "payout":
        payout_told(sim, creditor, object_id)
    booked = read_notice(kind, creditor, object_id, event=event_id, till=sim.till, now=sim.now)
    if kind == "refund":
        refund = sim.till.gateway.refund(creditor, object_id)
        refund_told(creditor, refund, store=sim.store, outgoing=sim.outgoing, now=sim.now)
    if booked in (Booked.BOOKED, Booked.SUSPENSE, Booked.REFUSED):
        sim.say(f"the word {notice.kind} about {object_id[:9]} arrives: {SAID[booked]}")


def contact(sim: Sim, creditor: str, debtor: str, name: str) -> None:
    sim.house.scheduler.planned.pop(name, None)
    answer = send_contact(creditor, debtor, name, desk=sim.house.desk, now=sim.now)
    if answer in (Sent.SENT, Sent.FAILED, Sent.UNKNOWN):
        matter = sim.store.seen(creditor, debtor)
        assert matter
        sent = matter.contacts[name]
        if sim.house.gates.whole().held(creditor, matter.claims[sent.claim].batch, sent.channel):
            raise Broken("what operators hold back does not leave (O1)", name)


def choose(sim: Sim, creditor: str, debtor: str, contact: str) -> None:
    """The workers choose the arm of what waits."""
    choose_again(creditor, debtor, contact, chooser=sim.house.chooser, **ports(sim))


def held(sim: Sim) -> None:
    """A hold was placed: every place of the gate is told, should whoever said it have met with a trouble."""
    finish_hold(gates=sim.house.gates)


def resume(sim: Sim) -> None:
    """A hold was lifted: whatever waited is brought back."""
    resume_sending(gates=sim.house.gates, watch=sim.house.watch, scheduler=sim.house.scheduler, now=sim.now)


def agreement(sim: Sim, creditor: str, claim: str, about: str) -> None:
    make_agreement(creditor, claim, about, room=sim.house.print_room, now=sim.now)


def refund(sim: Sim, creditor: str, order: str) -> None:
    state = send_refund(
        creditor, order, store=sim.store, outgoing=sim.outgoing, gateway=sim.house.gateway, now=sim.now
    )
    if state is None:
        return
    sim.say(f"the refund {order[:8]} leaves by the provider: {state.value}")
    sent = sim.outgoing.refund(creditor, order)
    if sent and sent.left_as and sent.way is RefundWay.PROVIDER:
        read_notice("refund", creditor, sent.left_as, event="", till=sim.till, now=sim.now)


def payout_told(sim: Sim, creditor: str, object_id: str) -> None:
    """The provider paid out: kept with what makes it up."""
    if sim.store.creditor(creditor).payout_terms is None:  # type: ignore[union-attr]
        return
    settlement_told(
        creditor,
        object_id,
        store=sim.store,
        outgoing=sim.outgoing,
        balance=sim.till.gateway,  # type: ignore[arg-type]
    )


def bank_file(sim: Sim, creditor: str, name: str, body: bytes) -> None:
    """A file of the bank lies in the bucket: read, and handed on in pieces."""
    told = read_bank_file(body, name, sim.settings[creditor])
    if isinstance(told, Refused):
        sim.say(f"the bank's file {name} is refused: {told.reason}")
        return
    for one in told:
        load_statement(
            statement_of(one, creditor, name, sim.now),
            one.account,
            one.entries,
            bank=sim.bank,
            queue=sim.entry_queue,
            reports=sim.reports,
            now=sim.now,
        )
    for chunk in sim.entry_queue.chunks:
        sim.later(sim.now, "entries", (chunk,))
    sim.entry_queue.chunks.clear()


def teller(sim: Sim) -> Teller:
    return Teller(
        store=sim.store,
        bank=sim.bank,
        outgoing=sim.outgoing,
        scheduler=sim.house.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        keyed=hash_point,
        payouts=Payouts(frozenset(name_of(name) for name in PAYOUT_NAMES)),
    )


def entries(sim: Sim, chunk: Any) -> None:
    """The money function takes a portion of a statement."""
    by = teller(sim)

    def book(*told: Any) -> Any:
        result = book_bank_entry(*told, teller=by, now=sim.now)
        if result.became.value not in ("own", "known", "parts"):
            home = f" on {', '.join(result.claims)}" if result.claims else ""
            entry = f"the bank's entry over {euro(result.amount)}, {result.source[:11]},"
            sim.say(f"{entry} is {result.became.value.replace('suspense', 'put in suspense')}{home}")
        return result

    take_entries(chunk, book, bank=sim.bank, reports=sim.reports, now=sim.now)


def provider(sim: Sim) -> None:
    """The provider's clock: pages close, direct debits settle."""
    timers.run_due(sim.double)


def night(sim: Sim) -> None:
    """The nightly run."""
    found = watch_over(
        sim.settings,
        watch=sim.house.watch,
        gateway=sim.house.gateway,
        look_after=lambda mandate: look_after(mandate, till=sim.till, now=sim.now),
        returns=lambda creditor, since: returns_since(creditor, since, till=sim.till, now=sim.now),
        publish=lambda facts: None,
        forget=lambda creditor, debtor: _forget(sim, creditor, debtor),
        choose=lambda creditor, debtor, contact: sim.later(sim.now, "choose", (creditor, debtor, contact)),
        **ports(sim),
    )
    if found.found or found.suspended:
        sim.say(f"the nightly run finds {found.found + found.suspended} payments nobody told of")
    if found.charged:
        sim.say(f"the nightly run charges what is left of nine tenths on {found.charged} claims")
    looked = look_after_money(sim.settings, desk=_desk(sim), now=sim.now)
    if looked.untied:
        raise Broken("a payout of the provider is the sum of its transactions", looked.untied[0][1])
    for _, trouble in (*found.failed, *looked.failed):
        if not isinstance(trouble, Retry | StaleVersion | AlreadyDone):
            raise trouble
    if found.failed or looked.failed:
        raise Retry("a part of the nightly run failed")


def _forget(sim: Sim, creditor: str, debtor: str) -> Forgotten:
    """Whoever need not be reached any more is restricted; once nobody has reviewed the rule, all stay."""
    held = {"archive": sim.house.archive, "evidence": FakeEvidence(), "erasures": FakeErasures()}
    ports = {"store": sim.store, "outgoing": sim.outgoing, **held}
    try:
        became = forget_person(creditor, debtor, policies=POLICIES, hash_point=hash_point, now=sim.now, **ports)
    except RetentionUnknown:
        return Forgotten.KEPT
    if became is Forgotten.RESTRICTED:
        sim.say(f"of {debtor} only the books are left")
    return became


def _desk(sim: Sim) -> MoneyDesk:
    gateway: Any = sim.till.gateway
    return MoneyDesk(
        store=sim.store,
        outgoing=sim.outgoing,
        watch=sim.house.watch,
        gateway=gateway,
        balance=gateway,
        treasury=treasury(sim),
        strategies=STRATEGIES,
        record_refund=lambda creditor, refund: record_told(creditor, refund, till=sim.till, now=sim.now),
    )


def treasury(sim: Sim) -> Treasury:
    return Treasury(sim.store, sim.outgoing, sim.bank, sim.payment_files, POLICIES)


def euro(minor: int) -> str:
    return f"€{minor / 100:.2f}" if minor >= 0 else f"-€{-minor / 100:.2f}"


HANDLERS = {
    "webhook": webhook,
    "event": event,
    "contact": contact,
    "choose": choose,
    "finish_hold": held,
    "resume": resume,
    "agreement": agreement,
    "refund": refund,
    "bank_file": bank_file,
    "entries": entries,
    "provider": provider,
    "night": night,
}
