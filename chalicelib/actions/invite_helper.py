"""Let somebody help: one code, as far as the debtor says, for two weeks, taken back at any time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..domain.consent import Consent, ConsentPurpose
from ..domain.errors import BrokenRule
from ..domain.factors import asked
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor, Debtor, Helper
from ..domain.pay_link import LinkPurpose, LinkState, PayLink, Scope, link_id
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .write_change import write_change

LASTS = timedelta(days=14)
MOST = 3


@dataclass(frozen=True)
class Invited:
    """`code` is shown to the debtor once and never kept; None where as many helpers are in as may be."""

    code: str | None
    until: datetime


def invite_helper(
    visit: Visit,
    scope: Scope,
    *,
    words: str,
    store: Store,
    scheduler: Scheduler,
    new_reference: Callable[[], str],
    now: datetime,
) -> Invited:
    """A door of its own for one helper: the code opens it together with something the helper knows of the debtor.

    A helper never gets the debtor's own rights, nor invites another: BrokenRule("not_yours").
    """
    visit.require(Scope.ALL)
    if scope is Scope.ALL:
        raise BrokenRule("not_yours")
    code = new_reference()

    def decide(creditor: Creditor, matter: Matter) -> tuple[Invited, Commit | None]:
        claim, debtor = matter.claims.get(visit.claim), _without_past(matter.debtor, now)
        if claim is None:
            raise BrokenRule("not_found")
        until = now + LASTS
        if len(debtor.helpers) >= MOST:
            return Invited(None, until), None
        link = PayLink(
            id=link_id(code),
            creditor=creditor.id,
            debtor=debtor.number,
            claim=claim.id,
            contact="",
            issued_at=now,
            expires_at=until,
            factors=asked(LinkPurpose.HELPER, debtor, claim),
            language=debtor.language,
            scope=scope,
            purpose=LinkPurpose.HELPER,
        )
        card = replace(
            debtor,
            helpers=(*debtor.helpers, Helper(link.id, scope.value, now, until)),
            consents=(*debtor.consents, Consent(ConsentPurpose.HELPER, True, now, words)),
        )
        fact = Fact(FactName.HELPER_INVITED, creditor.id, (("debtor", debtor.number),), now)
        return Invited(code, until), Commit((fact,), debtor=card, links=(link,))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def revoke_helper(
    visit: Visit, link: str, *, words: str, store: Store, scheduler: Scheduler, now: datetime
) -> bool:
    """This helper's door is shut at once. False where it was shut before."""
    visit.require(Scope.ALL)

    def decide(creditor: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        debtor = _without_past(matter.debtor, now)
        held = store.link(link)
        if held is None or link not in {helper.link for helper in debtor.helpers}:
            return False, None
        card = replace(
            debtor,
            helpers=tuple(helper for helper in debtor.helpers if helper.link != link),
            consents=(*debtor.consents, Consent(ConsentPurpose.HELPER, False, now, words)),
        )
        fact = Fact(FactName.CONSENT_WITHDRAWN, creditor.id, (("debtor", debtor.number),), now)
        return True, Commit((fact,), debtor=card, links=(replace(held, state=LinkState.DISOWNED),))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _without_past(debtor: Debtor, now: datetime) -> Debtor:
    return replace(debtor, helpers=tuple(helper for helper in debtor.helpers if now < helper.until))
