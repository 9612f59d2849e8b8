"""A checked row as the domain sees it: the debtor's card, the claim, and what the model may know."""

from datetime import datetime

from ..domain.features import ClaimFacts, History
from ..domain.parties import Creditor
from ..domain.row import Row, claim_of, debtor_of
from ..ports import RowPlace
from .register_claim import Registration


def registration_of(row: Row, creditor: Creditor, place: RowPlace, now: datetime) -> Registration:
    """What is to be registered for this row. Nothing of the person goes to the model."""
    facts = ClaimFacts(
        amount=row.principal + row.interest + row.costs,
        currency=row.currency,
        due_date=row.due,
        default_since=row.default_since,
        claim_type=row.claim_type.value,
        titled=row.titled,
        business=row.is_business,
        sector=row.sector,
        has_email=row.email is not None,
        has_phone=row.phone is not None,
        address_traced=row.traced,
        history=History(
            reminders_sent=row.reminders_sent,
            first_notice_sent=row.first_notice_sent,
            payments_made=row.payments_made,
            plan_before=row.plan_before,
            customer_since=row.customer_since,
            past_orders=row.past_orders,
            past_payments=row.past_payments,
        ),
    )
    claim = claim_of(row, creditor, place.batch, now)
    return Registration(place, debtor_of(row, creditor, now), claim, facts, row.flags)
