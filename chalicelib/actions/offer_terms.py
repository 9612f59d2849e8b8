"""Offer terms from the desk: as a debtor makes them by themselves, and beyond the strategy by two people."""

from collections.abc import Mapping
from datetime import date, datetime

from ..domain.decision import Refused
from ..domain.motion import TWO_PEOPLE, Motion, MotionKind, MotionState
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.terms import NotPossible, Wish
from ..domain.visit import at_the_desk
from ..ports import Archive, Printer, Scheduler, Store
from .agree import Agreed, AskAgain, NoticeMissing, agree
from .make_offer import USED, OfferMade, make_offer


def offer_terms(
    creditor: str,
    debtor: str,
    claim: str,
    terms: Wish | date,
    *,
    by: str,
    motion: str | None,
    language: str,
    store: Store,
    printer: Printer,
    archive: Archive,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> OfferMade | NotPossible | Refused:
    """The offer, with its notice on its way to the debtor, who agrees by one press.

    Beyond the strategy it needs a `motion` that two people carried for these very terms: at least the monthly part
    it names, or no later than its day. It counts once: said twice it is the same offer, and another needs another
    motion. Refused by name: motion, used.
    """
    if motion is not None:
        carried = next((one for one in store.motions(creditor, debtor) if one.id == motion), None)
        if carried is None or not _covers(carried, claim, terms):
            return Refused("motion", TWO_PEOPLE)
    made = make_offer(
        at_the_desk(by, creditor, debtor, claim, now),
        terms,
        store=store,
        printer=printer,
        archive=archive,
        scheduler=scheduler,
        policies=policies,
        strategies=strategies,
        language=language,
        now=now,
        motion=motion,
        acts=(Act(creditor, by, ActKind.OFFER, claim, now),),
    )
    return Refused(USED, TWO_PEOPLE) if isinstance(made, NotPossible) and made.because == USED else made


def _covers(motion: Motion, claim: str, terms: Wish | date) -> bool:
    if motion.state is not MotionState.CARRIED or motion.claim != claim or motion.day is None:
        return False
    if isinstance(terms, Wish):
        enough = terms.amount >= (motion.amount or 0)
        return motion.kind is MotionKind.PLAN and enough and terms.first <= motion.day
    return motion.kind is MotionKind.DATE and terms <= motion.day


def agree_for(
    creditor: str,
    debtor: str,
    claim: str,
    offer: str,
    *,
    by: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Agreed | NoticeMissing | AskAgain:
    """What the debtor said yes to on the phone is agreed, once its notice was given, as by their own press
    (P14)."""
    return agree(
        at_the_desk(by, creditor, debtor, claim, now),
        offer,
        store=store,
        scheduler=scheduler,
        policies=policies,
        strategies=strategies,
        now=now,
        acts=(Act(creditor, by, ActKind.AGREE, offer, now),),
    )
