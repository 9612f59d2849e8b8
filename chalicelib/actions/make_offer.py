"""Make an offer: the terms with their cost notice, kept and handed over before anybody can agree (P14)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..domain.accrual import good_through
from ..domain.claim import Claim, ClaimState
from ..domain.contact import Contact, ContactState, MessageKind
from ..domain.course import end_of
from ..domain.document import Document, DocumentKind
from ..domain.drawing import may_be_drawn
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.motion import Motion
from ..domain.offer import Offer, OfferKind, OfferState
from ..domain.parties import Creditor
from ..domain.pay_link import Scope
from ..domain.person import Act
from ..domain.plan import Method, Plan, paid_in
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..domain.terms import LATEST, WIDEST, Change, NotPossible, Wish, changed, judge_deferral, propose, used_up
from ..domain.visit import Visit
from ..ports import Archive, Commit, Printer, Scheduler, Store
from .close_task import contact_facts
from .make_document import PrintRoom, printed_document
from .plan_contact import plan_answer
from .tell_amount import Told, tell_amount
from .write_change import write_change

GOOD_FOR = timedelta(days=14)
# Why terms are not possible by a motion that counted already.
USED = "used"

Terms = Wish | date | Change


@dataclass(frozen=True)
class OfferMade:
    """The offer as it stands, and the matter with it: its document can be fetched now."""

    offer: Offer
    matter: Matter


def make_offer(
    visit: Visit,
    terms: Terms,
    *,
    store: Store,
    printer: Printer,
    archive: Archive,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    language: str,
    now: datetime,
    motion: str | None = None,
    acts: tuple[Act, ...] = (),
) -> OfferMade | NotPossible:
    """An Offer for a plan (a Wish), a deferral (a date) or a change of the running plan (a Change).

    Its document is printed and kept first; then the offer, the document and the mail that brings it are written
    in one transaction. The same terms asked again the same day are the same offer; an older one that is still
    open is replaced. What cannot be agreed to by itself is a NotPossible with the nearest that can; nothing is
    written then. By a `motion` that two people carried it may go beyond the strategy, once: it keeps which offer
    was made by it, and another is not possible ("motion"). `acts` are written with the offer. Raises
    BrokenRule("closed") when nothing is owed.
    """
    room = PrintRoom(store, archive, printer, policies, strategies)

    def decide(creditor: Creditor, matter: Matter) -> tuple[OfferMade | NotPossible, Commit | None]:
        policy, strategy = policies[creditor.country], strategy_of(creditor, strategies)
        if motion:
            strategy = replace(strategy, plan=WIDEST, deferral=LATEST)
        # What is offered is about what is owed on this day; it stays good for as long as the offer does.
        standing = arranging(visit, matter)
        asked = tell_amount(standing, matter.debtor, GOOD_FOR.days, policy, now, prolong=True)
        claim = asked.claim
        if claim.state is ClaimState.OPEN:
            claim = good_through(claim, policy.meter.day(now) + GOOD_FOR)
            asked = replace(asked, claim=claim, new=claim != standing)
        matter = replace(matter, claims={**matter.claims, claim.id: claim})
        wanted = _possible(terms, creditor, matter, claim)
        offer = _offer(matter, claim, wanted, policy, strategy, language, now)
        if isinstance(offer, NotPossible):
            return offer, None
        offer = replace(offer, motion=offer.motion or motion)
        known = matter.offers.get(offer.id)
        if known:
            _send_again(matter, known, scheduler, now)
            return OfferMade(known, matter), None
        carried = _carried(store, visit, motion)
        if any(one.offer for one in carried):
            return NotPossible("motion", USED), None
        offered = replace(matter, offers={**matter.offers, offer.id: offer})
        document = printed_document(
            offered, claim, DocumentKind.OFFER, offer.id, language=language, room=room, now=now
        )
        letter = _letter(matter, claim, offer, document, policy, now)
        offer = replace(offer, document=document.id, contact=letter.id if letter else None)
        spent = tuple(replace(one, offer=offer.id) for one in carried)
        commit = replace(_commit(matter, offer, document, letter, asked, now), acts=acts, motions=spent)
        return OfferMade(replace(offer, version=1), _after(matter, commit)), commit

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _carried(store: Store, visit: Visit, motion: str | None) -> tuple[Motion, ...]:
    """The motion as it stands now; none where the terms need none."""
    if motion is None:
        return ()
    return tuple(one for one in store.motions(visit.creditor, visit.debtor) if one.id == motion)


def _possible(terms: Terms, creditor: Creditor, matter: Matter, claim: Claim) -> Terms:
    """The terms without a direct debit where none can be: its parts come by a link then, as they would anyway."""
    if not isinstance(terms, Wish) or terms.method is not Method.DEBIT:
        return terms
    possible = may_be_drawn(creditor, matter.debtor, claim.currency)
    return terms if possible else replace(terms, method=Method.LINK)


def arranging(visit: Visit, matter: Matter) -> Claim:
    """The claim this visit may arrange something about; whoever may only look arranges nothing."""
    claim = matter.claims.get(visit.claim)
    if claim is None or visit.scope is Scope.SEE:
        raise BrokenRule("not_found")
    if claim.state is ClaimState.CLOSED or claim.outstanding.total == 0:
        raise BrokenRule("closed")
    return claim


def _offer(
    matter: Matter,
    claim: Claim,
    terms: Terms,
    policy: CountryPolicy,
    strategy: Strategy,
    language: str,
    now: datetime,
) -> Offer | NotPossible:
    """The offer that these terms are: the one that lies open already, or a new one that is not kept yet."""
    if matter.needs_a_person(claim, now):
        return NotPossible("claim", "by_a_person")
    owed, today = claim.outstanding.total, now.astimezone(policy.zone).date()
    bare = Offer(
        id="",
        creditor=claim.creditor,
        debtor=claim.debtor,
        claim=claim.id,
        kind=OfferKind.PLAN,
        owed=owed,
        currency=claim.currency,
        language=language,
        made_at=now,
        good_until=now + GOOD_FOR,
    )
    if isinstance(terms, Wish):
        runs = matter.running(claim.plan)
        if isinstance(runs, Plan) and used_up(runs, strategy.plan, today):
            return NotPossible("change", "changes_used_up")
        plan = propose(terms, owed, strategy.plan, today)
        if isinstance(plan, NotPossible):
            return plan
        offer = replace(bare, instalments=plan.instalments, method=terms.method, day=terms.day)
        last = end_of(offer.instalments[0].due, policy.zone)
    elif isinstance(terms, Change):
        held = matter.running(claim.plan)
        if not isinstance(held, Plan):
            return NotPossible("change", "nothing_open")
        parts = changed(held, paid_in(held, claim), terms, strategy.plan, today)
        if isinstance(parts, NotPossible):
            return parts
        offer = replace(
            bare,
            kind=OfferKind.PLAN_CHANGE,
            instalments=parts,
            method=held.method,
            day=held.day,
            plan=held.id,
        )
        last = min(end_of(part.due, policy.zone) for part in parts if part.due >= today)
    else:
        no = judge_deferral(terms, claim, matter.deferrals.values(), strategy.deferral, today)
        if no:
            return no
        offer = replace(bare, kind=OfferKind.DEFERRAL, until=terms)
        last = end_of(terms - timedelta(days=1), policy.zone)
    # A second before midnight: what prints the day then prints the right one.
    offer = replace(offer, good_until=min(offer.good_until, last - timedelta(seconds=1)))
    return _named(matter, claim, offer, terms, today)


def _named(matter: Matter, claim: Claim, offer: Offer, terms: Terms, today: date) -> Offer:
    """The offer under its own name: the same terms about the same claim on the same day have the same."""
    turn = 0
    while True:
        text = f"{claim.creditor}\n{claim.id}\n{claim.entries}\n{today}\n{terms!r}\n{offer.language}\n{turn}"
        name = "o-" + hashlib.sha256(text.encode()).hexdigest()[:30]
        known = matter.offers.get(name)
        if known is None or known.is_open:
            return known or replace(offer, id=name)
        turn += 1


def _letter(
    matter: Matter, claim: Claim, offer: Offer, document: Document, policy: CountryPolicy, now: datetime
) -> Contact | None:
    """The mail that brings the offer, where there is a durable way; without one its document is fetched."""
    letter = plan_answer(matter.debtor, claim, MessageKind.OFFER, what=offer.id, now=now)
    if letter is None or letter.channel not in policy.durable:
        return None
    return replace(letter, about=offer.id, document=document.id)


def _send_again(matter: Matter, offer: Offer, scheduler: Scheduler, now: datetime) -> None:
    """After a crash between commit and schedule: its mail gets its schedule now."""
    letter = matter.contacts.get(offer.contact or "")
    if letter and letter.state is ContactState.PLANNED:
        scheduler.at(letter, now)


def _commit(
    matter: Matter, offer: Offer, document: Document, letter: Contact | None, asked: Told, now: datetime
) -> Commit:
    older = [o for o in matter.offers.values() if o.claim == offer.claim and o.is_open]
    unsent = [
        contact.called_off("offer_replaced")
        for contact in (matter.contacts.get(o.contact or "") for o in older)
        if contact and contact.state is ContactState.PLANNED
    ]
    contacts = (*unsent, *((letter,) if letter else ()))
    ids = (("claim", offer.claim), ("offer", offer.id), ("document", document.id))
    made = Fact(FactName.OFFER_MADE, offer.creditor, ids, now)
    return Commit(
        (made, *asked.facts, *contact_facts(contacts, now)),
        claims=(asked.claim,) if asked.new else (),
        entries=asked.entries,
        offers=(offer, *(replace(o, state=OfferState.REPLACED) for o in older)),
        # What was kept before a crash is written now; what is written already stays as it is.
        documents=() if document.id in matter.documents else (document,),
        contacts=contacts,
    )


def _after(matter: Matter, commit: Commit) -> Matter:
    """The matter as it stands once this is written."""

    def grown[Part: (Claim, Offer, Document, Contact)](
        known: dict[str, Part], new: tuple[Part, ...]
    ) -> dict[str, Part]:
        return {**known, **{part.id: replace(part, version=part.version + 1) for part in new}}

    return replace(
        matter,
        claims=grown(matter.claims, commit.claims),
        offers=grown(matter.offers, commit.offers),
        documents=grown(matter.documents, commit.documents),
        contacts=grown(matter.contacts, commit.contacts),
    )
