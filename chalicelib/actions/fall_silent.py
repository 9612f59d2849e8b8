"""What anybody with the link may do without a proof: make us stop writing to this address."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice

from ..domain.consent import Consent
from ..domain.contact import UNASKED, Contact, ContactState
from ..domain.errors import Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ContactPoint, Debtor, PointState, purpose_of
from ..domain.pay_link import LinkState, PayLink
from ..domain.silence import Silence
from ..ports import Commit, Scheduler, Store
from .close_task import called_off

TURNS = 5
MOST_AT_ONCE = 80


def report_wrong_person(
    link: PayLink, *, store: Store, scheduler: Scheduler, hash_point: Callable[[str], str], now: datetime
) -> None:
    """The address is not the debtor's: it is forgotten at once, and its keyed hash keeps it from coming back, by
    whichever of the creditor's debtors.

    The link dies with it. Nothing about the debtor is revealed and nothing else is changed (P18). A door that a
    letter or a helper's code led to stands for no address of ours: nothing is silenced there.
    """

    def change(link: PayLink, matter: Matter, point: ContactPoint | None, said: Silence) -> Commit:
        return disowned(matter, point, said, link, link.contact, now)

    _fall_silent(link, change, store, scheduler, hash_point)


def stop_contact(
    link: PayLink,
    *,
    words: str,
    store: Store,
    scheduler: Scheduler,
    hash_point: Callable[[str], str],
    now: datetime,
) -> None:
    """No more requests for money to this address, about whoever's claim; the claim stays open and receipts still
    come.

    `words` is the version of the sentence it was asked in, kept with the step. Said twice it is one word.
    """

    def change(link: PayLink, matter: Matter, point: ContactPoint | None, said: Silence) -> Commit | None:
        return stopped(matter, point, said, link.contact, words, now)

    _fall_silent(link, change, store, scheduler, hash_point)


def disowned(
    matter: Matter, point: ContactPoint | None, said: Silence, link: PayLink | None, contact: str, now: datetime
) -> Commit:
    """What is written when an address is somebody else's; `said` is all that was said there, `link` led there."""
    debtor = matter.debtor
    if point:
        debtor = debtor.with_point_state(point.value, PointState.WRONG_PERSON)
    if said.point not in debtor.blocked:
        debtor = replace(debtor, blocked=(*debtor.blocked, said.point))
    about = (("debtor", debtor.number), ("contact", contact))
    commit = Commit(
        facts=(Fact(FactName.WRONG_PERSON_REPORTED, debtor.creditor, about, now),),
        debtor=debtor,
        contacts=_silenced(matter, point, "wrong_person"),
        links=(replace(link, state=LinkState.DISOWNED),) if link and link.state is LinkState.ACTIVE else (),
        silences=news(said, said.disown(now)),
    )
    return _without_calls(commit, matter, point, now)


def stopped(
    matter: Matter, point: ContactPoint | None, said: Silence | None, contact: str, words: str, now: datetime
) -> Commit | None:
    """What is written when this address is to get no more requests for money; None where that is so already.

    `said` is what was said there before, None where nobody knows the address; `now` is when this was.
    """
    debtor, silenced = matter.debtor, _silenced(matter, point, "opted_out")
    silences = news(said, said.stop(debtor.number, now)) if said else ()
    if not silenced and not silences and (point is None or point.state is not PointState.ACTIVE):
        return None
    if point and point.state is PointState.ACTIVE:
        debtor = replace(debtor, points=in_state(debtor, point, PointState.ACTIVE, PointState.OPTED_OUT))
        step = Consent(purpose_of(point.channel), False, now, words)
        debtor = replace(debtor, consents=(*debtor.consents, step))
    about = (("debtor", debtor.number), ("contact", contact))
    fact = Fact(FactName.CONTACT_STOPPED, debtor.creditor, about, now)
    commit = Commit((fact,), debtor=debtor, contacts=silenced, silences=silences)
    return _without_calls(commit, matter, point, now)


def news(before: Silence, after: Silence) -> tuple[Silence, ...]:
    """What is to be written of what was said at an address: nothing where it is known."""
    return (after,) if after != before else ()


def _without_calls(commit: Commit, matter: Matter, point: ContactPoint | None, now: datetime) -> Commit:
    """The same, and nobody calls the number that is silent now."""
    for claim in matter.claims.values() if point else ():
        free, done, facts = called_off(matter, claim, now, point.value if point else None)
        if done:
            commit = replace(
                commit,
                facts=(*commit.facts, *facts),
                claims=(*commit.claims, free),
                tasks=(*commit.tasks, *done),
            )
    return commit


def in_state(debtor: Debtor, point: ContactPoint, was: PointState, now: PointState) -> tuple[ContactPoint, ...]:
    """The debtor's addresses, this one in another state, by each channel in which it was in the first."""
    return tuple(replace(p, state=now) if p.value == point.value and p.state is was else p for p in debtor.points)


def _fall_silent(
    link: PayLink,
    change: Callable[[PayLink, Matter, ContactPoint | None, Silence], Commit | None],
    store: Store,
    scheduler: Scheduler,
    hash_point: Callable[[str], str],
) -> None:
    for _ in range(TURNS):
        matter = store.matter(link.creditor, link.debtor) if link.point else None
        if matter is None:
            return
        said = store.silence(link.creditor, link.point)
        point = next((p for p in matter.debtor.points if hash_point(p.value) == link.point), None)
        commit = change(link, matter, point, said)
        if commit is None:
            return
        try:
            store.commit(link.creditor, commit)
        except StaleVersion:
            fresh = store.link(link.id)
            if fresh is None or fresh.state is not link.state:
                return
            link = fresh
            continue
        for contact in commit.contacts:
            # A schedule that stays fires at a contact that is cancelled: nobody is told of trouble for that.
            with suppress(Retry):
                scheduler.cancel(contact)
        return
    raise Retry("the matter keeps changing")


def _silenced(matter: Matter, point: ContactPoint | None, because: str) -> tuple[Contact, ...]:
    """What nobody asked for and is planned by the channel of this address, over all the debtor's claims.

    As many as one transaction holds: the address itself says no, and what is left is refused at its hour.
    """
    if point is None:
        return ()
    ways = {p.channel for p in matter.debtor.points if p.value == point.value}
    planned = (
        contact.called_off(because)
        for contact in matter.contacts.values()
        if contact.state is ContactState.PLANNED and contact.purpose in UNASKED and contact.channel in ways
    )
    return tuple(islice(planned, MOST_AT_ONCE))
