"""Make the release sheet of a batch: everything is asked as at its release, and nothing is written."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from ..domain.accrual import matter_on
from ..domain.batch import Batch, Outcome
from ..domain.claim import Claim, HoldKind
from ..domain.contact import Contact, Message, MessageKind, Tone
from ..domain.decision import Refused
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, Creditor
from ..domain.release_sheet import ReleaseSheet, Sum, Wave
from ..domain.strategies._base import strategy_of
from ..ports import Batches
from .choose_arm import Chooser
from .load_batch import every_row
from .register_claim import first_contact, first_note
from .write_message import Pen, as_told, text_of

DRAFTS = 5
# As long as a token is, so that a text message has its real length; it opens nothing.
NO_TOKEN = "sample" + "-" * 16


@dataclass(frozen=True)
class Draft:
    """A message as it would leave at its hour, and the matter behind its link as its reader would find it then."""

    contact: Contact
    matter: Matter
    claim: Claim
    message: Message


@dataclass(frozen=True)
class _Resting:
    """One claim of the batch, what would be planned for it, or why nothing would."""

    matter: Matter
    claim: Claim
    contacts: tuple[Contact, ...]
    because: str | None


def make_sheet(
    creditor: Creditor,
    batch: Batch,
    *,
    seed: str = "",
    batches: Batches,
    pen: Pen,
    chooser: Chooser,
    now: datetime,
) -> tuple[ReleaseSheet, tuple[Draft, ...]]:
    """The sheet of the claims this batch brought, and five of its messages, chosen by the sheet's id and `seed`.

    The same batch and seed choose the same five. A claim that another file brought before is not this one's.
    """
    owed, refused, waves = Counter[str](), Counter[str](), Counter[tuple[date, ChannelKind, Tone, bool]]()
    claims = Counter[str]()
    chosen: list[tuple[str, _Resting, Contact]] = []
    zone = pen.policies[creditor.country].zone
    for one in _resting(creditor, batch, batches, pen, chooser, now):
        claims[one.claim.currency] += 1
        owed[one.claim.currency] += one.claim.outstanding.total
        if not one.contacts:
            refused[one.because or HoldKind.PLAN.value] += 1
        for contact in one.contacts:
            notice = contact.kind is MessageKind.NOTICE
            waves[contact.due_at.astimezone(zone).date(), contact.channel, contact.tone, notice] += 1
            lot = hashlib.sha256(f"{batch.sheet}\n{seed}\n{contact.claim}\n{contact.kind}".encode()).hexdigest()
            chosen = sorted([*chosen, (lot, one, contact)], key=lambda drawn: drawn[0])[:DRAFTS]
    sheet = ReleaseSheet(
        batch,
        tuple(Sum(currency, claims[currency], owed[currency]) for currency in sorted(claims)),
        tuple(sorted(refused.items(), key=lambda pair: (-pair[1], pair[0]))),
        tuple(Wave(*wave, waves[wave]) for wave in sorted(waves)),
    )
    return sheet, tuple(_draft(creditor, one, contact, pen) for _, one, contact in chosen)


def _resting(
    creditor: Creditor, batch: Batch, batches: Batches, pen: Pen, chooser: Chooser, now: datetime
) -> Iterator[_Resting]:
    policy = pen.policies[creditor.country]
    for row in every_row(batch, batches):
        if row.outcome is not Outcome.TAKEN:
            continue
        debtor = pen.store.debtor_of_claim(creditor.id, row.claim)
        matter = pen.store.matter(creditor.id, debtor) if debtor else None
        if matter is None or matter.debtor.erased_at:
            continue
        claim = matter.claims[row.claim].released(HoldKind.UNRELEASED, now)
        free = replace(matter, claims={**matter.claims, claim.id: claim})
        contacts: tuple[Contact, ...] = ()
        because = None
        if not (claim.plan or claim.deferral):
            strategy = strategy_of(creditor, pen.strategies, claim)
            planned = first_contact(
                creditor, free, claim, policy=policy, strategy=strategy, chooser=chooser, now=now
            )
            because = planned.decision.because if isinstance(planned.decision, Refused) else None
            note = first_note(creditor, matter.debtor, claim, policy=policy, strategy=strategy, now=now)
            contacts = (*note, *((planned.contact,) if planned.contact else ()))
        yield _Resting(free, claim, contacts, because)


def _draft(creditor: Creditor, one: _Resting, contact: Contact, pen: Pen) -> Draft:
    at, policy = contact.due_at, pen.policies[creditor.country]
    told = as_told(one.claim, one.matter, contact, creditor, pen=pen, now=at)
    matter = replace(one.matter, claims={**one.matter.claims, told.claim.id: told.claim})
    message = text_of(NO_TOKEN, creditor, matter, contact, pen=pen, now=at)
    meter = policy.meter_for(matter.debtor)
    shown = matter_on(matter, meter.day(at), meter)
    return Draft(contact, shown, shown.claims[told.claim.id], message)
