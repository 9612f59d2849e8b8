"""Prove a factor at the door: count the try, compare, and let the reader in for half an hour."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from hmac import compare_digest

from ..domain.errors import Retry, StaleVersion
from ..domain.factors import proves
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Factor
from ..domain.pay_link import TRIES, LinkState, PayLink
from ..domain.signal import first_passed
from ..domain.visit import Visit
from ..ports import Commit, Store
from .keep_doors import mended

TURNS = 5


class Door(StrEnum):
    """How the door answered."""

    PASSED = "passed"
    WRONG = "wrong"
    RESTING = "resting"
    GONE = "gone"


@dataclass(frozen=True)
class Proof:
    """The door's answer; a Visit only when it was passed."""

    door: Door
    link: PayLink | None = None
    visit: Visit | None = None
    matter: Matter | None = None
    tries_left: int = 0


def prove_factor(
    link_id: str,
    factor: Factor,
    answer: str | date,
    *,
    store: Store,
    code_of: Callable[[str], str],
    now: datetime,
) -> Proof:
    """Whether the reader of this link is the debtor.

    The try is counted by a conditional write before anything is compared, so that a thousand guesses at once
    are still only five (P7). A resting link compares nothing.
    """
    link = _counted(link_id, store, now)
    if link is None:
        return Proof(Door.GONE)
    if link.rests_at(now) and link.tries < 0:
        return Proof(Door.RESTING, link)
    matter = store.matter(link.creditor, link.debtor)
    if matter is None or link.claim not in matter.claims:
        return Proof(Door.GONE, link)
    if factor is Factor.CODE:
        right = _fits(link, answer, code_of, now)
    else:
        right = proves(factor, answer, matter.debtor, matter.claims[link.claim])
    # An older link may still ask what the debtor wants asked no more: it is mended before it opens to anybody.
    mine = mended(link, matter.debtor, matter)
    if factor not in link.factors or factor not in mine.factors or not right:
        if not set(link.factors) <= set(mine.factors):
            link = _kept(mine, store)
        if link.rests_at(now):
            return Proof(Door.RESTING, link)
        return Proof(Door.WRONG, link, tries_left=TRIES - link.tries)
    # A code is used once.
    passed = replace(link.after_proof(), code=None, code_until=None)
    about = (("claim", link.claim), ("contact", link.contact))
    fact = Fact(FactName.DOOR_PASSED, link.creditor, about, now)
    _let_in(passed, fact, matter, store, now)
    visit = Visit(link.id, link.creditor, link.debtor, link.claim, now, link.scope)
    return Proof(Door.PASSED, passed, visit, matter)


def _let_in(link: PayLink, fact: Fact, matter: Matter, store: Store, now: datetime) -> None:
    """Keep that the door was passed, and of the message whose link it was that it led there.

    Where somebody else tried at the same moment, their count stays and this proof stands; where the message was
    written to meanwhile, it is told a moment later or not at all.
    """
    held: Matter | None = matter
    for _ in range(2):
        contact = held.contacts.get(link.contact) if held else None
        led = (replace(contact, passed_at=now),) if contact and first_passed(contact) else ()
        try:
            store.commit(link.creditor, Commit((fact,), links=(link,), contacts=led))
        except StaleVersion:
            if not led:
                return
            held = store.matter(link.creditor, link.debtor)
            continue
        return


def _kept(link: PayLink, store: Store) -> PayLink:
    """The link as it asks from now on, kept unless somebody else is at it; then the next answer mends it."""
    with suppress(StaleVersion):
        store.commit(link.creditor, Commit((), links=(link,)))
        return replace(link, version=link.version + 1)
    return link


def _fits(link: PayLink, answer: str | date, code_of: Callable[[str], str], now: datetime) -> bool:
    """The code that went out last for this door, within its minutes; compared in constant time."""
    if link.code is None or link.code_until is None or now >= link.code_until or not isinstance(answer, str):
        return False
    given = "".join(c for c in answer if c.isdigit())
    return compare_digest(given.encode(), code_of(link.code).encode())


def _counted(link_id: str, store: Store, now: datetime) -> PayLink | None:
    """The link after this try was counted; None when it is gone. A resting link comes back with tries -1."""
    for _ in range(TURNS):
        link = store.link(link_id)
        if link is None or link.state is not LinkState.ACTIVE or link.expired_at(now):
            return None
        if link.rests_at(now):
            return replace(link, tries=-1)
        counted = link.after_try(now)
        try:
            store.commit(link.creditor, Commit((), links=(counted,)))
        except StaleVersion:
            continue
        return replace(counted, version=counted.version + 1)
    raise Retry("too many tries at once")
