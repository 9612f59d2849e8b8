"""One sample of every document, in every state worth a look, for tests and for the gallery."""

from dataclasses import replace
from datetime import date, timedelta

from chalicelib.domain.allocation import Split
from chalicelib.domain.deferral import Deferral
from chalicelib.domain.document import DocumentKind
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.ledger import booked
from chalicelib.domain.matter import Matter
from chalicelib.domain.offer import Offer, OfferKind
from chalicelib.domain.plan import Instalment, Method, Plan
from chalicelib.presentation.papers.build import paper_of
from tests.builders import opening_of
from tests.pages import samples
from tests.pages.samples import (
    CLAIM,
    COLLECTOR,
    CREDITOR,
    DEBTOR,
    DONE,
    ENTRIES,
    NOTICED,
    NOW,
    OPENING,
    PART,
    ZONE,
)
from tests.pages.samples_back import gone_back

TERMS = (
    Instalment(1, date(2026, 12, 15), 1500),
    Instalment(2, date(2027, 1, 15), 1500),
    Instalment(3, date(2027, 2, 15), 1500),
    Instalment(4, date(2027, 3, 15), 883),
)
WHOSE = {"creditor": "nordlicht", "debtor": "K-501", "claim": "R-1001"}
PLAN_OFFER = Offer(
    "o-1",
    **WHOSE,
    kind=OfferKind.PLAN,
    owed=5383,
    currency="EUR",
    language="de",
    made_at=NOW,
    good_until=NOW + timedelta(days=14),
    instalments=TERMS,
)
LATER_OFFER = replace(PLAN_OFFER, id="o-2", kind=OfferKind.DEFERRAL, instalments=(), until=date(2026, 12, 31))
PLAN = Plan("p-1", **WHOSE, currency="EUR", instalments=TERMS, method=Method.LINK, offer="o-1", agreed_at=NOW,
            paid_before=0)  # fmt: skip
DEFERRAL = Deferral("f-1", **WHOSE, until=date(2026, 12, 31), offer="o-2", agreed_at=NOW)


def matter_of(claim=CLAIM, debtor=DEBTOR):
    """The matter with an offer and an agreement of each kind in it."""
    return Matter(
        debtor,
        {claim.id: claim},
        plans={"p-1": PLAN, "p-2": replace(PLAN, id="p-2", method=Method.TRANSFER)},
        deferrals={"f-1": DEFERRAL},
        offers={"o-1": PLAN_OFFER, "o-2": LATER_OFFER},
    )


def a_paper(
    kind,
    language="de",
    *,
    creditor=CREDITOR,
    claim=CLAIM,
    entries=(OPENING,),
    about="",
    debtor=DEBTOR,
    others=(),
):
    """`others`: (claim, its entries) of each further claim of the debtor."""
    matter = matter_of(claim, debtor)
    return paper_of(
        kind,
        creditor=creditor,
        matter=replace(matter, claims={**matter.claims, **{other.id: other for other, _ in others}}),
        claim=claim,
        ledgers={claim.id: entries, **{other.id: ledger for other, ledger in others}},
        about=about,
        language=language,
        now=NOW,
        zone=ZONE,
    )


def long_account():
    """A claim with forty small payments: its statement takes a second page."""
    claim, entries = CLAIM, [OPENING]
    for n in range(40):
        claim, entry = booked(claim, 100, f"pi_{n + 10}", date(2026, 11, 21), NOW)
        entries.append(entry)
    return claim, tuple(entries)


def another_claim():
    """A second claim of the same debtor, on which one payment was spent as on the first; its entries."""
    ground = replace(CLAIM.ground, what="Gas, März", invoice_number="2026-4712")
    one = replace(CLAIM, id="R-1002", reference="KLZ2S4U6W8Y3", ground=ground, outstanding=Split(4000), entries=1)
    opening = opening_of(one)
    one = replace(one, chain=opening.hash)
    paid, entry = booked(one, 1500, ENTRIES[1].source, ENTRIES[1].value_date, ENTRIES[1].booked_at)
    return paid, (opening, entry)


def paper_samples(language):
    """Name -> Paper, in every kind and state."""

    def said(kind, **given):
        return a_paper(kind, language, **given)

    claim, entries = long_account()
    returned, went = gone_back(samples)
    waived = replace(ENTRIES[2], kind=EntryKind.WAIVER, amount=200, surplus=0)
    return {
        "receipt": said(DocumentKind.RECEIPT, claim=DONE, entries=ENTRIES),
        "receipt_part": said(DocumentKind.RECEIPT, claim=PART, entries=ENTRIES[:2], about="1"),
        "statement": said(DocumentKind.STATEMENT, claim=DONE, entries=ENTRIES),
        "statement_long": said(DocumentKind.STATEMENT, claim=claim, entries=entries),
        "statement_waived": said(DocumentKind.STATEMENT, claim=PART, entries=(*ENTRIES[:2], waived)),
        "statement_back": said(DocumentKind.STATEMENT, claim=returned, entries=went),
        "account": said(DocumentKind.ACCOUNT, claim=DONE, entries=ENTRIES, others=(another_claim(),)),
        "receipt_back": said(DocumentKind.RECEIPT, claim=returned, entries=went),
        "clear_slate": said(DocumentKind.CLEAR_SLATE, claim=DONE, entries=ENTRIES),
        "notice": said(DocumentKind.NOTICE, creditor=COLLECTOR, claim=NOTICED),
        "offer_plan": said(DocumentKind.OFFER, about="o-1"),
        "offer_later": said(DocumentKind.OFFER, about="o-2"),
        "agreement_plan": said(DocumentKind.AGREEMENT, about="p-1"),
        "agreement_transfer": said(DocumentKind.AGREEMENT, about="p-2"),
        "agreement_later": said(DocumentKind.AGREEMENT, about="f-1"),
    }
