"""Book what went back by the provider's word: refunds, chargebacks, and direct debits the bank returned.

The provider is asked how each stands now, and the payment it is about is booked first, so that a notice of the
return may come before that of the payment. What is booked is the money that moved, each movement once.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from ..domain.claim import HoldKind
from ..domain.contact import Purpose
from ..domain.errors import Retry
from ..domain.matter import Matter
from ..domain.money_back import Chargeback, ChargebackStatus, Moved, ProviderRefund, RefundStatus
from ..domain.parties import Creditor
from ..domain.payments import ProviderPayment
from ..domain.trail import Restoration, Reversal, ReversalReason
from ..ports import Commit
from .close_task import contact_facts, planned_again
from .record_payment import Booked, record_payment
from .reverse_payment import restore_payment, reverse_payment
from .till import Till
from .write_change import write_change

TURNS = 5
BACK = (RefundStatus.FAILED, RefundStatus.CANCELLED)


def refund_told(creditor: str, object_id: str, *, till: Till, now: datetime) -> Booked:
    """Something happened to a refund: book it as it stands.

    It is asked for once more after it was booked: whoever read an older word meanwhile may have come too late to
    find what it had to restore.
    """
    refund = till.gateway.refund(creditor, object_id)
    for _ in range(TURNS):
        booked = record_refund(creditor, refund, till=till, now=now)
        if booked is not Booked.BOOKED:
            return booked
        later = till.gateway.refund(creditor, object_id)
        if later.status is refund.status:
            return booked
        refund = later
    raise Retry("the refund keeps changing")


def refunds_told(creditor: str, payment: str, *, till: Till, now: datetime) -> Booked:
    """Something of a payment was refunded: book all its refunds; what became of the last that changed anything."""
    answer = Booked.NOTHING
    for refund in till.gateway.refunds_of(creditor, payment):
        booked = refund_told(creditor, refund.object_id, till=till, now=now)
        if answer in (Booked.NOTHING, Booked.DUPLICATE) or booked is Booked.REFUSED:
            answer = booked
    return answer


def record_refund(creditor: str, refund: ProviderRefund, *, till: Till, now: datetime) -> Booked:
    """Take back what was refunded, once, whoever tells of it how often (M3, M4).

    One that did not reach the debtor after all is taken out again by a payment of its own. REFUSED where more went
    back than is left of the payment (M5): nothing is written, and somebody has to look.
    """
    if refund.status in BACK:
        if till.store.trail(creditor, refund.object_id) is None:
            return Booked.NOTHING
        return _restored(creditor, refund.came_back, refund.object_id, refund.amount, refund.currency, till, now)
    if refund.status is not RefundStatus.SUCCEEDED or refund.payment is None:
        return Booked.NOTHING
    payment = till.gateway.payment(creditor, refund.payment)
    return _taken(
        creditor,
        payment,
        Reversal(
            source=refund.object_id,
            payment=payment.object_id,
            amount=refund.amount,
            currency=refund.currency,
            value_date=_day(creditor, refund.made_at, till),
            why=ReversalReason.REFUND,
            claim=payment.claim,
        ),
        till,
        now,
    )


def chargeback_told(creditor: str, object_id: str, *, till: Till, now: datetime) -> Booked:
    """Something happened to a chargeback or a returned direct debit: book it as it stands."""
    return record_chargeback(creditor, till.gateway.chargeback(creditor, object_id), till=till, now=now)


def record_chargeback(creditor: str, chargeback: Chargeback, *, till: Till, now: datetime) -> Booked:
    """Take back what the bank took (M6, M8), and bring back what was won (M7): each movement once.

    Both are booked where both have happened, so that the books are the same whenever they are told. An inquiry has
    moved nothing. Nobody is reminded while it is being decided; once it is lost the strategy goes on.
    """
    taken, back = chargeback.taken, chargeback.given_back
    if taken is None or chargeback.payment is None:
        return Booked.NOTHING
    payment = till.gateway.payment(creditor, chargeback.payment)
    why = ReversalReason.DIRECT_DEBIT_RETURN if chargeback.is_debit else ReversalReason.CHARGEBACK
    booked = _taken(
        creditor,
        payment,
        Reversal(
            source=chargeback.object_id,
            payment=payment.object_id,
            amount=-taken.amount,
            currency=chargeback.currency,
            value_date=_day(creditor, taken.at, till),
            why=why,
            claim=payment.claim,
        ),
        till,
        now,
    )
    if booked not in (Booked.BOOKED, Booked.DUPLICATE):
        return booked
    if back:
        return _given_back(creditor, chargeback, back, till, now)
    if chargeback.status is ChargebackStatus.LOST:
        _decided(creditor, chargeback.object_id, till, now)
    return booked


def returns_since(creditor: str, since: datetime, *, till: Till, now: datetime) -> Iterator[Booked]:
    """All that went back since then by the provider's own lists, booked: what no notice told of is found (W15)."""
    for refund in till.gateway.refunds_since(creditor, since):
        yield record_refund(creditor, refund, till=till, now=now)
    for chargeback in till.gateway.chargebacks_since(creditor, since):
        yield record_chargeback(creditor, chargeback, till=till, now=now)


def _taken(creditor: str, payment: ProviderPayment, reversal: Reversal, till: Till, now: datetime) -> Booked:
    """The payment first, then what went back of it."""
    came = record_payment(creditor, payment, event=None, **till.writing(now))
    if came in (Booked.IGNORED, Booked.NOTHING):
        return came
    return reverse_payment(creditor, reversal, **till.writing(now))


def _given_back(creditor: str, chargeback: Chargeback, back: Moved, till: Till, now: datetime) -> Booked:
    return _restored(creditor, back.object_id, chargeback.object_id, back.amount, chargeback.currency, till, now)


def _restored(
    creditor: str, source: str, reversal: str, amount: int, currency: str, till: Till, now: datetime
) -> Booked:
    return restore_payment(creditor, Restoration(source, reversal, amount, currency), **till.writing(now))


def _day(creditor: str, at: datetime, till: Till) -> date:
    """The day a movement counts for where the creditor's law counts days."""
    settings = till.store.creditor(creditor)
    if settings is None:
        raise Retry("creditor settings not there yet")
    return at.astimezone(till.policies[settings.country].zone).date()


def _decided(creditor: str, chargeback: str, till: Till, now: datetime) -> None:
    """It is lost: the claims it held are free, and the next word about them is planned."""
    trail = till.store.trail(creditor, chargeback)
    if trail is None or trail.debtor is None:
        return

    def decide(settings: Creditor, matter: Matter) -> tuple[None, Commit | None]:
        held = [matter.claims[name] for name in trail.claims]
        over = [claim.decided(chargeback, now) for claim in held]
        free = tuple(
            claim.released(HoldKind.CHARGEBACK, now)
            for claim in over
            if any(h.kind is HoldKind.CHARGEBACK and h.source == chargeback for h in claim.holds)
        )
        # Where another chargeback came meanwhile, its hold stands; on this one's part interest grows again.
        freed = {claim.id for claim in free}
        rest = (after for before, after in zip(held, over, strict=True) if after != before)
        still = tuple(claim for claim in rest if claim.id not in freed)
        if not free and not still:
            return None, None
        # What was to go out when everybody had waited long enough goes out in its own time instead.
        waiting = (c for claim in free for c in matter.planned_for(claim.id) if c.purpose is Purpose.REMINDER)
        gone = tuple(contact.called_off("planned_again") for contact in waiting)
        after = replace(
            matter,
            claims={**matter.claims, **{claim.id: claim for claim in free}},
            contacts={**matter.contacts, **{contact.id: contact for contact in gone}},
        )
        contacts = (*gone, *planned_again(settings, after, free, till.policies, till.strategies, now))
        return None, Commit(contact_facts(contacts, now), claims=(*free, *still), contacts=contacts)

    write_change(creditor, trail.debtor, decide, store=till.store, scheduler=till.scheduler, now=now)
