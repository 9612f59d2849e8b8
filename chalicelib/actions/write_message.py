"""Write the text of a contact as it would leave at this moment: to be sent, or to be looked at before it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict

from ..domain.accrual import good_to
from ..domain.channel import Shape
from ..domain.claim import Claim
from ..domain.contact import Contact, Message, MessageKind, Purpose
from ..domain.conversation import Speaker, Utterance
from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..ports import Composer, Store
from .charge_costs import charge_first
from .tell_amount import Told, tell_amount

# For so long after its reader wrote by a channel an answer may say its words there.
WITHIN = timedelta(hours=24)
# Replies that are done already, and lead to no page of their own.
DONE = ("stop", "start")
# What is answered with the whole conversation.
TALK = ("here",)


@dataclass(frozen=True)
class Pen:
    """What writing a message needs."""

    store: Store
    compose: Composer
    policies: Mapping[str, CountryPolicy]
    strategies: Mapping[str, Strategy]
    code_of: Callable[[str], str]


def as_told(
    claim: Claim, matter: Matter, contact: Contact, creditor: Creditor, *, pen: Pen, now: datetime
) -> Told:
    """The claim as the message tells it: a reminder's amount is what is owed now, good to the day it prints. The
    first demand's own costs are booked with it."""
    if contact.purpose is not Purpose.REMINDER:
        return Told(claim, (), (), new=False)
    policy, strategy = pen.policies[creditor.country], strategy_of(creditor, pen.strategies)
    charge = charge_first(
        claim, matter, contact, creditor, store=pen.store, policy=policy, strategy=strategy, now=now
    )
    told = tell_amount(charge.claim, matter.debtor, strategy.open_days, policy, now, prolong=True)
    entries, facts = (*charge.entries, *told.entries), (*charge.facts, *told.facts)
    return Told(told.claim, entries, facts, new=told.claim != claim)


def text_of(
    token: str, creditor: Creditor, matter: Matter, contact: Contact, *, pen: Pen, now: datetime, matters: int = 1
) -> Message:
    """The message this contact leaves with, its link opened by `token`; it speaks for so many `matters`.

    Raises TextRefused or BrokenRule where its text breaks a rule of ours or lacks what the law wants.
    """
    claim, policy = matter.claims[contact.claim], pen.policies[creditor.country]
    url = f"{creditor.public_url}/p/{token}"
    strategy, asking = strategy_of(creditor, pen.strategies), contact.purpose is Purpose.REMINDER
    terms = creditor.terms_of(contact.channel)
    payment, answer = None, _answer(contact, pen.store, now)
    if contact.entry is not None:
        known = (*claim.recent, *pen.store.ledger(creditor.id, claim.id))
        payment = next((entry for entry in known if entry.number == contact.entry), None)
    message = pen.compose(
        contact.kind,
        creditor=creditor,
        debtor=matter.debtor,
        claim=claim,
        link_url=f"{url}{_page(contact, answer.get('said'))}",
        stop_url=f"{url}/stop",
        tone=contact.tone,
        language=_read_in(contact, matter),
        now=now,
        zone=policy.zone,
        first=not any(other.sent_at and other.claim == claim.id for other in matter.contacts.values()),
        good_until=good_to(claim, policy.meter.day(now), strategy.open_days) if asking and matters == 1 else None,
        payment=payment,
        contact=contact,
        matter=matter,
        code=pen.code_of(contact.id) if contact.kind is MessageKind.CODE else None,
        shape=terms.shape if terms else Shape.LONG,
        most_parts=strategy.text_parts,
        rules=policy.figures(policy.meter.day(now)),
        matters=matters,
        **answer,
    )
    said = answer.get("said")
    return replace(message, by_person=True) if said and said.by is Speaker.PERSON else message


def _read_in(contact: Contact, matter: Matter) -> str | None:
    """The language of the message: what somebody asked for is acknowledged in the one they asked in."""
    task = matter.tasks.get(contact.about or "") if contact.kind is MessageKind.NOTED else None
    return (task.language if task else None) or matter.debtor.language


class _Answer(TypedDict, total=False):
    said: Utterance
    wrote_there: bool


def _answer(contact: Contact, store: Store, now: datetime) -> _Answer:
    """What an answer says, and whether its reader wrote by its channel within the day; nothing of other kinds."""
    if contact.kind is not MessageKind.ANSWER:
        return {}
    _, said = store.talk(contact.creditor, contact.debtor)
    wrote = [one for one in said if one.by is Speaker.DEBTOR and one.channel is contact.channel]
    there = bool(wrote) and now - wrote[-1].at <= WITHIN
    words = next((one for one in said if one.id == contact.about), None)
    if words is None:
        raise BrokenRule("not_found")
    return {"said": words, "wrote_there": there}


def _page(contact: Contact, said: Utterance | None = None) -> str:
    """Where the link of this message leads: to the matter; in answer to a reply, to the one page it asked for; of
    what was said, to the page that answers it, else to the whole conversation."""
    if contact.kind is MessageKind.ANSWER:
        offered = said.offers[0].partition("?")[0] if said and said.offers else "chat"
        return "/call" if offered == "talk" else f"/{offered}"
    if contact.kind is not MessageKind.REPLY or contact.about in DONE:
        return ""
    if contact.about in TALK:
        return "/chat"
    # Without a Visit that page shows a number to call; whoever asked to be called gets the form for it.
    return "/call" if contact.about == "talk" else f"/{contact.about}"
