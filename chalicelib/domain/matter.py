"""A Matter: everything about one debtor at one creditor, as one read finds it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from .claim import FOR_GOOD
from .contact import ContactState
from .task import TaskKind

if TYPE_CHECKING:
    from .claim import Claim
    from .contact import Contact
    from .deferral import Deferral
    from .dispute import Dispute
    from .document import Document
    from .evidence import Evidence
    from .mandate import Mandate
    from .offer import Offer
    from .parties import Debtor
    from .payments import Attempt
    from .plan import Plan
    from .task import HelpRequest, Task


@dataclass(frozen=True)
class Matter:
    """The debtor's card with their claims and all that was said, agreed and asked about them, each by id."""

    debtor: Debtor
    claims: dict[str, Claim] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    deferrals: dict[str, Deferral] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    mandates: dict[str, Mandate] = field(default_factory=dict)

    def planned_for(self, claim: str) -> tuple[Contact, ...]:
        """Contacts about this claim that are still to go out."""
        planned = (c for c in self.contacts.values() if c.claim == claim and c.state is ContactState.PLANNED)
        return tuple(planned)

    def moved_onto(self, contact: Contact) -> tuple[Contact, ...]:
        """Reminders about the debtor's other claims that this contact speaks for."""
        moved = (c for c in self.contacts.values() if c.moved_to == contact.id and c.claim != contact.claim)
        return tuple(moved)

    def spoken_by(self, contact: Contact) -> Contact:
        """The contact whose message says what this one was planned for: that of another claim, or its own."""
        other = self.contacts.get(contact.moved_to or "")
        return other if other and other.claim != contact.claim else contact

    def for_helper(self) -> Matter:
        """The matter as somebody who helps the debtor may see it: without care, consents and who else helps."""
        private = (TaskKind.CARE, TaskKind.REPRESENTATIVE)
        tasks = {name: task for name, task in self.tasks.items() if task.kind not in private}
        return replace(self, debtor=replace(self.debtor, consents=()), tasks=tasks)

    def for_creditor(self) -> Matter:
        """The matter as somebody of the creditor may see it: what is owed, agreed and sent, and nothing that its
        debtor told in confidence."""
        debtor = replace(self.debtor, consents=(), holds=(), helpers=())
        return replace(self, debtor=debtor, tasks={}, disputes={}, evidence={})

    def open_tasks(self, claim: str) -> tuple[Task, ...]:
        """What a person still has to answer about this claim, the first due first."""
        waiting = (task for task in self.tasks.values() if task.claim == claim and task.done_at is None)
        return tuple(sorted(waiting, key=lambda task: (task.due_at, task.id)))

    def answer_due(self, claim: str) -> datetime | None:
        """By when everything that was asked about this claim is answered; None when nothing waits."""
        waiting = self.open_tasks(claim)
        return waiting[-1].due_at if waiting else None

    def call_asked(self, claim: str) -> HelpRequest | None:
        """What was asked of the call about this claim that is still to come, None where none is."""
        calls = (task.request for task in self.open_tasks(claim) if task.kind is TaskKind.CALL_BACK)
        return next(calls, None)

    def asked_back(self, claim: str) -> bool:
        """Whether somebody asked the debtor something about this claim that waits for their words, or for a
        photo."""
        return any(task.asks_since and not self._sent_since(task) for task in self.open_tasks(claim))

    def _sent_since(self, task: Task) -> bool:
        sent = (one for one in self.evidence.values() if one.dispute == task.about and one.problem is None)
        return any(task.asks_since and one.sent_at >= task.asks_since for one in sent)

    def notice_given(self, offer: Offer) -> bool:
        """The offer's cost notice is in the debtor's hands: its mail left, or its document was fetched (P14)."""
        document = self.documents.get(offer.document or "")
        if document is None:
            return False
        mail = self.contacts.get(offer.contact or "")
        left = mail is not None and mail.state in (ContactState.SENT, ContactState.DELIVERED)
        return left or document.fetched_at is not None

    def running(self, about: str | None) -> Plan | Deferral | None:
        """The plan or the deferral of this id, while it runs."""
        plan, deferral = self.plans.get(about or ""), self.deferrals.get(about or "")
        if plan and plan.is_running:
            return plan
        return deferral if deferral and deferral.is_running else None

    def offered_at(self, claim: str) -> datetime | None:
        """When terms were last worked out for this claim that nobody has agreed to yet."""
        made = (o.made_at for o in self.offers.values() if o.claim == claim and o.is_open)
        return max(made, default=None)

    def needs_a_person(self, claim: Claim, now: datetime) -> bool:
        """Nothing is agreed or ended by itself with a minor, in an insolvency, after a death or past a
        representative: a person has to look."""
        holds = (*self.debtor.binding_holds(now), *claim.binding_holds(now))
        return any(hold.kind in FOR_GOOD for hold in holds)

    def mandate_for(self, plan: str | None) -> Mandate | None:
        """The mandate by which the parts of this plan are drawn now."""
        active = (m for m in self.mandates.values() if m.plan == plan and m.is_active)
        return max(active, key=lambda mandate: (mandate.since or mandate.begun_at, mandate.id), default=None)

    def open_attempt(self, claim: Claim, now: datetime) -> Attempt | None:
        """The one payment attempt of this claim that its reader may go on with."""
        attempt = self.attempts.get(claim.attempt or "")
        if attempt is None or not attempt.is_open:
            return None
        return attempt if now < attempt.expires_at else None
