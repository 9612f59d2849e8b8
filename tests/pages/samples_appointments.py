"""One sample of every message about what was offered or agreed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.contact import Contact, MessageKind, Purpose, Tone
from chalicelib.domain.deferral import Deferral
from chalicelib.domain.mandate import Mandate, MandateState, SavedWay
from chalicelib.domain.matter import Matter
from chalicelib.domain.offer import Offer, OfferKind
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.plan import Method, Plan
from chalicelib.domain.strategies.balanced import STRATEGY
from chalicelib.domain.terms import Wish, propose

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OWNED = {"creditor": "nordlicht", "debtor": "K-501", "claim": "R-1001"}


def appointment_samples(said, debtor, claim, reference):
    """Name -> message; `said` composes one of a kind."""
    owed = claim.outstanding.total
    parts = propose(Wish(1000, date(2026, 12, 1), 1), owed, STRATEGY.plan, date(2026, 11, 23)).instalments
    plan = Plan(
        "p-1",
        **OWNED,
        currency="EUR",
        instalments=parts,
        method=Method.LINK,
        offer="o-1",
        agreed_at=AT,
        paid_before=claim.paid,
    )
    offer = Offer(
        "o-1",
        **OWNED,
        kind=OfferKind.PLAN,
        owed=owed,
        currency="EUR",
        language="de",
        made_at=AT,
        good_until=AT + timedelta(days=8),
        instalments=parts,
    )
    later = Deferral("l-1", **OWNED, until=date(2026, 12, 15), offer="o-2", agreed_at=AT)
    matter = Matter(debtor, plans={plan.id: plan}, deferrals={later.id: later}, offers={offer.id: offer})
    standing = replace(matter, plans={plan.id: replace(plan, method=Method.TRANSFER)})

    way = SavedWay("cus_1", "pm_1", "sepa_debit", "3000", reference, True)
    mandate = Mandate("m-1", *OWNED.values(), "p-1", 2, AT, MandateState.ACTIVE, saved=way)
    drawn = replace(matter, plans={plan.id: replace(plan, method=Method.DEBIT)}, mandates={mandate.id: mandate})

    def of(kind, about, number=None, within=matter):
        contact = Contact(
            id="c-1",
            **OWNED,
            purpose=Purpose.AGREED,
            kind=kind,
            channel=ChannelKind.EMAIL,
            tone=Tone.FRIENDLY,
            due_at=AT,
            planned_at=AT,
            about=about,
            number=number,
        )
        return said(kind, claim=claim, contact=contact, matter=within)

    return {
        "offer": of(MessageKind.OFFER, offer.id),
        "agreement": of(MessageKind.AGREEMENT, plan.id),
        "agreement_later": of(MessageKind.AGREEMENT, later.id),
        "instalment": of(MessageKind.INSTALMENT, plan.id, 1),
        "instalment_transfer": of(MessageKind.INSTALMENT, plan.id, 2, standing),
        "instalment_debit": of(MessageKind.INSTALMENT, plan.id, 1, drawn),
        "missed": of(MessageKind.MISSED, plan.id, 1),
        "deferral_ends": of(MessageKind.DEFERRAL_ENDS, later.id),
    }
