"""Give a mandate for a plan: over the provider's hosted page to a saved way to pay, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..domain.errors import AlreadyDone, BrokenRule, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.mandate import Mandate, MandateState, SavedWay, ended
from ..domain.matter import Matter
from ..domain.pay_link import Scope
from ..domain.plan import Method, Plan
from ..domain.visit import Visit
from ..ports import Commit, MandateGateway, Store

TURNS = 5
PAGE_LASTS = timedelta(minutes=60)
# A page about to close is not handed out again.
MARGIN = timedelta(minutes=25)
# The provider tells within minutes; later the nightly run asks for itself.
ASK_AFTER = timedelta(hours=3)


@dataclass(frozen=True)
class GiveOn:
    """The hosted page on which the mandate is given."""

    url: str


@dataclass(frozen=True)
class Given:
    """There is one already; nothing was begun."""

    mandate: Mandate


def give_mandate(
    visit: Visit,
    *,
    store: Store,
    gateway: MandateGateway,
    new_id: Callable[[], str],
    locale: str,
    now: datetime,
) -> GiveOn | Given:
    """Where the debtor gives the mandate for the plan that runs; pressed twice it is one page.

    Nothing is drawn by it. Raises BrokenRule("not_found") where no plan with direct debits runs or a helper only
    looks, Retry when the provider cannot be reached.
    """
    if visit.scope is Scope.SEE:
        raise BrokenRule("not_found")
    for _ in range(TURNS):
        creditor, matter = store.creditor(visit.creditor), store.matter(visit.creditor, visit.debtor)
        claim = matter.claims.get(visit.claim) if matter else None
        plan = matter.running(claim.plan) if matter and claim else None
        if creditor is None or matter is None or claim is None or not isinstance(plan, Plan):
            raise BrokenRule("not_found")
        if plan.method is not Method.DEBIT:
            raise BrokenRule("not_found")
        if active := matter.mandate_for(plan.id):
            return Given(active)
        mandate = _begun(matter, plan, now)
        try:
            if mandate is None:
                mandate = Mandate(
                    id=new_id(),
                    creditor=creditor.id,
                    debtor=visit.debtor,
                    claim=claim.id,
                    plan=plan.id,
                    notice_days=plan.notice_days,
                    begun_at=now.replace(microsecond=0),
                    look_at=now + ASK_AFTER,
                )
                # The claim is written with it, so that of two tabs one goes first.
                store.commit(creditor.id, Commit((), claims=(claim,), mandates=(mandate,)))
                mandate = replace(mandate, version=1)
            if mandate.url:
                return GiveOn(mandate.url)
            back = f"{creditor.public_url}/r/{mandate.id}"
            page = gateway.begin_mandate(
                mandate,
                payee=creditor.payee,
                currency=plan.currency,
                locale=locale,
                success_url=back,
                cancel_url=f"{back}?left=1",
                expires_at=mandate.begun_at + PAGE_LASTS,
            )
            opened = replace(mandate, page=page.provider_id, url=page.url)
            store.commit(creditor.id, Commit((), mandates=(opened,)))
        except (StaleVersion, AlreadyDone):
            continue
        return GiveOn(page.url)
    raise Retry("the matter keeps changing")


def _begun(matter: Matter, plan: Plan, now: datetime) -> Mandate | None:
    """One that was begun a moment ago, whose page still stands."""
    young = (m for m in matter.mandates.values() if m.plan == plan.id and m.state is MandateState.STARTING)
    return next((m for m in young if now < m.begun_at + PAGE_LASTS - MARGIN), None)


def mandate_told(
    creditor: str,
    mandate_id: str,
    page: str | None,
    *,
    store: Store,
    gateway: MandateGateway,
    now: datetime,
) -> bool:
    """Something happened to a mandate: keep what the provider has saved, as it stands now.

    A newer one takes the place of an older one for the same plan. One that ended at the bank is drawn on no more.
    False when nothing had to be written. It is told twice, late and out of order without harm.
    """
    owner = store.attempt_owner(mandate_id)
    if owner is None or owner.creditor != creditor:
        return False
    for _ in range(TURNS):
        matter = store.matter(creditor, owner.debtor)
        held = matter.mandates.get(mandate_id) if matter else None
        if matter is None or held is None:
            return False
        on = held.page or page
        saved = gateway.saved_on(creditor, on) if on else None
        changes = _changes(matter, replace(held, page=on), saved, now) if saved else {}
        if not changes:
            return False
        facts = tuple(
            Fact(_fact(after), creditor, (("claim", after.claim), ("mandate", after.id)), now)
            for after in changes.values()
            if after.state is not matter.mandates[after.id].state
        )
        try:
            store.commit(creditor, Commit(facts, mandates=tuple(changes.values())))
        except StaleVersion:
            continue
        return True
    raise Retry("the mandate keeps changing")


def _changes(matter: Matter, held: Mandate, saved: SavedWay, now: datetime) -> Mapping[str, Mandate]:
    if matter.debtor.erased_at:
        return {}
    if held.state is MandateState.STARTING:
        after = replace(held, saved=saved, state=MandateState.ACTIVE, since=now, look_at=now, url=None)
        after = after if saved.active and matter.running(held.plan) else ended(after, now)
        older = matter.mandate_for(held.plan) if after.is_active else None
        return {one.id: one for one in (after, *((ended(older, now),) if older else ()))}
    if held.is_active and not saved.active:
        return {held.id: ended(replace(held, saved=saved), now)}
    return {}


def _fact(mandate: Mandate) -> FactName:
    return FactName.MANDATE_GIVEN if mandate.is_active else FactName.MANDATE_ENDED


def end_mandate(visit: Visit, mandate_id: str, *, store: Store, now: datetime) -> Mandate | None:
    """The debtor ends a mandate: from this moment nothing is drawn on it. None for one that is not theirs.

    What was agreed stays agreed; its parts come by a link again. The provider is told by the nightly run, and a
    draw that is on its way already cannot be called back.
    """
    if visit.scope is not Scope.ALL:
        raise BrokenRule("not_found")
    for _ in range(TURNS):
        matter = store.matter(visit.creditor, visit.debtor)
        held = matter.mandates.get(mandate_id) if matter else None
        if held is None or held.state not in (MandateState.STARTING, MandateState.ACTIVE):
            return held
        after = ended(held, now)
        fact = Fact(FactName.MANDATE_ENDED, held.creditor, (("claim", held.claim), ("mandate", held.id)), now)
        try:
            store.commit(held.creditor, Commit((fact,), mandates=(after,)))
        except StaleVersion:
            continue
        return after
    raise Retry("the mandate keeps changing")
