"""Read a provider's notice: by what it is about, ask how that stands now, and write down what follows."""

from datetime import datetime

from .give_mandate import mandate_told
from .read_event import checkout_told, payment_told
from .record_payment import Booked
from .record_return import chargeback_told, refund_told, refunds_told
from .till import Till


def read_notice(kind: str, creditor: str, object_id: str, *, event: str, till: Till, now: datetime) -> Booked:
    """What became of a notice. `kind` says what `object_id` names; the notice itself says nothing else."""
    if kind == "payment":
        return payment_told(creditor, object_id, event=event, **till.asking(now))
    if kind == "checkout":
        checkout = till.gateway.checkout(creditor, object_id)
        if checkout.mandate:
            return _mandate(creditor, checkout.mandate, object_id, till, now)
        return checkout_told(creditor, object_id, event=event, **till.asking(now))
    if kind == "mandate":
        named = till.mandates.labels_of(creditor, object_id).get("mandate")
        return _mandate(creditor, named, None, till, now) if named else Booked.NOTHING
    if kind == "refund":
        return refund_told(creditor, object_id, till=till, now=now)
    if kind == "payment_of_charge":
        return refunds_told(creditor, object_id, till=till, now=now)
    if kind == "chargeback":
        return chargeback_told(creditor, object_id, till=till, now=now)
    return Booked.NOTHING


def _mandate(creditor: str, name: str, page: str | None, till: Till, now: datetime) -> Booked:
    mandate_told(creditor, name, page, store=till.store, gateway=till.mandates, now=now)
    return Booked.NOTHING
