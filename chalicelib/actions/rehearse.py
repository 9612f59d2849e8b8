"""Rehearse a strategy on one debtor's matter: asked hour by hour as the real thing is, and nothing is written.

What people did is taken as it was: nobody pays sooner or later here because another message would have gone out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..domain.claim import Claim, ClaimState, HoldKind
from ..domain.contact import UNASKED, Contact, ContactState, MessageKind, Purpose
from ..domain.decision import Allowed, Refused, Wait
from ..domain.entry import LedgerEntry
from ..domain.fees import bills_fee
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.policies._rules import UNTOLD, Situation
from ..domain.rehearsal import SPOKEN, Rehearsal, Spoken, as_it_was
from ..domain.strategies._base import Strategy
from .choose_arm import Chooser, choose_arm
from .gather_reminders import MOST, gathers, spoken_in
from .permit_contact import COUNTED, REMEMBERED
from .plan_contact import Planned, at_its_hour, plan_contact
from .register_claim import first_contact, first_note
from .send_contact import GONE

# A contact that is put off more often than this waits for somebody, not for an hour.
MOST_WAITS = 60
LATER = "later"
NOT_BEGUN = "not_begun"


@dataclass(frozen=True)
class Trial:
    """What is on trial, by whose law, and what arms are chosen with: the strategy in force or another."""

    creditor: Creditor
    policy: CountryPolicy
    strategy: Strategy
    chooser: Chooser


def did(matter: Matter, now: datetime) -> Rehearsal:
    """What left about this matter, unasked, from its beginning to now."""
    said = []
    for contact in sorted(matter.contacts.values(), key=lambda each: (each.due_at, each.id)):
        left = contact.state in SPOKEN or (contact.state is ContactState.FAILED and contact.sent_at)
        at = contact.sent_at or contact.reserved_at or contact.due_at
        if contact.purpose in UNASKED and left and at <= now:
            others = tuple(other.claim for other in matter.moved_onto(contact))
            said.append(_spoken(contact, others, at))
    return Rehearsal(tuple(said), tuple(_silent(matter, said, {}, now)))


def would_have(
    trial: Trial,
    matter: Matter,
    ledgers: Mapping[str, tuple[LedgerEntry, ...]],
    begins: Mapping[str, datetime | None],
    now: datetime,
) -> Rehearsal:
    """What the strategy would have sent about this matter from its beginning to now.

    `begins` says from when on each claim could be written about: its registration, or its batch's release; None
    where it rests. `ledgers` are the entries of those to which anything was booked. A claim that is bound today is
    silent for that, as `did` says too, and not for what else came up on the way.
    """
    course = _Course(trial, lambda at: as_it_was(matter, ledgers, at))
    order = sorted((at, name) for name, at in begins.items() if at is not None and at <= now)
    for at, name in order:
        course.run(at)
        course.take_up(name, at)
    course.run(now)
    silent = dict.fromkeys((name for name, at in begins.items() if at is None or at > now), NOT_BEGUN)
    bound = {name: why for name, claim in matter.claims.items() if (why := _binding(matter, claim, now))}
    because = {**course.because, **bound, **silent}
    return Rehearsal(tuple(course.said), tuple(_silent(matter, course.said, because, now)))


def would(trial: Trial, matter: Matter, now: datetime, until: datetime) -> Rehearsal:
    """What the strategy would send in the days ahead, from the matter as it stands.

    What is planned already goes as it was planned; what follows it is the strategy's. A claim that rests is
    reckoned as if its batch were released now.
    """
    resting = [name for name, claim in matter.claims.items() if claim.unreleased]
    free = {name: claim.released(HoldKind.UNRELEASED, now) for name, claim in matter.claims.items()}
    stands = replace(matter, claims=free)
    course = _Course(trial, lambda at: stands)
    course.counted = [
        (at, contact)
        for contact in matter.contacts.values()
        if contact.state in COUNTED and (at := contact.sent_at or contact.reserved_at)
    ]
    for contact in matter.contacts.values():
        if contact.state is ContactState.PLANNED and contact.purpose in UNASKED and contact.claim not in resting:
            course.put(course.chosen(replace(contact, due_at=max(contact.due_at, now)), now))
    for name in resting:
        course.take_up(name, now)
    course.run(until)
    return Rehearsal(tuple(course.said), tuple(_silent(stands, course.said, course.because, now)))


class _Course:
    """The hours of one matter, one after the other; `stands` is the matter as the house would read it then."""

    def __init__(self, trial: Trial, stands: Callable[[datetime], Matter]) -> None:
        self.trial = trial
        self.stands = stands
        self.waiting: dict[str, Contact] = {}
        self.waits: dict[str, int] = {}
        self.counted: list[tuple[datetime, Contact]] = []
        self.told: dict[str, datetime] = {}
        self.said: list[Spoken] = []
        self.because: dict[str, str] = {}

    def take_up(self, name: str, at: datetime) -> None:
        """Plan a claim's first words as its registration, or its release, would."""
        matter = self.stands(at)
        claim = matter.claims[name]
        if claim.plan or claim.deferral or claim.state is not ClaimState.OPEN:
            return
        policy, strategy = self.trial.policy, self.trial.strategy.toward(claim)
        for note in first_note(
            self.trial.creditor, matter.debtor, claim, policy=policy, strategy=strategy, now=at
        ):
            self.put(note)
        self._plan(
            name,
            first_contact(
                self.trial.creditor,
                matter,
                claim,
                policy=policy,
                strategy=strategy,
                chooser=self.trial.chooser,
                now=at,
            ),
        )

    def put(self, contact: Contact) -> None:
        self.waiting[f"{contact.claim}/{contact.purpose}"] = contact

    def run(self, until: datetime) -> None:
        """Every contact whose hour comes by then; what waits beyond it is left, with the reason."""
        while due := min(self.waiting.items(), key=lambda item: (item[1].due_at, item[1].id), default=None):
            place, contact = due
            if contact.due_at > until:
                break
            del self.waiting[place]
            self._come(place, contact)
        for contact in self.waiting.values():
            self.because.setdefault(contact.claim, LATER)

    def _come(self, place: str, contact: Contact) -> None:
        at = contact.due_at
        answer = self._ask(contact, at)
        if isinstance(answer, Wait):
            self.because[contact.claim] = answer.because
            self.waits[place] = self.waits.get(place, 0) + 1
            if self.waits[place] <= MOST_WAITS and answer.until > at:
                debtor = self.stands(at).debtor
                later = at_its_hour(contact, debtor, answer.until, self.trial.policy.zone_of(debtor))
                self.waiting[place] = replace(contact, due_at=later)
            return
        if isinstance(answer, Refused):
            self.because[contact.claim] = answer.because
            if contact.purpose is Purpose.REMINDER and answer.because in GONE:
                self._step(contact.claim, contact.step, at, timedelta(0))
            return
        self._speak(contact, at)

    def _ask(self, contact: Contact, at: datetime, by: Contact | None = None) -> Allowed | Wait | Refused:
        """What the policy says to it at that hour; `by` another's message the cap is not asked again."""
        matter, policy = self._matter(at), self.trial.policy
        cap = None if by else policy.cap(contact.channel, contact.purpose, at)
        sends = (
            sent
            for sent, other in self.counted
            if sent > at - REMEMBERED and policy.cap(other.channel, other.purpose, at) is cap
        )
        situation = Situation(
            self.trial.creditor,
            matter.debtor,
            matter.claims[contact.claim],
            contact.purpose,
            contact.kind,
            by.channel if by else contact.channel,
            tuple(sorted(sends)) if cap else (),
            offered=matter.offered_at(contact.claim),
        )
        return policy.may_contact(situation, at)

    def _speak(self, contact: Contact, at: datetime) -> None:
        others = tuple(self._gathered(contact, at))
        tone = spoken_in(contact, others)
        self.said.append(_spoken(replace(contact, tone=tone), tuple(other.claim for other in others), at))
        self.counted.append((at, contact))
        if contact.kind is MessageKind.NOTICE:
            self.told[contact.claim] = at
        for spoken in (contact, *others):
            self.because.pop(spoken.claim, None)
            if f"{spoken.claim}/{Purpose.REMINDER}" not in self.waiting:
                step = spoken.step + 1
                pause = self.trial.strategy.toward(self._matter(at).claims[spoken.claim]).pause_before(step)
                self._step(spoken.claim, step, at, pause)

    def _gathered(self, contact: Contact, at: datetime) -> Iterator[Contact]:
        """The reminders about other claims that this message speaks for; they wait no more."""
        trial, matter = self.trial, self._matter(at)
        near = trial.strategy.gathers_days
        if near is None or not gathers(trial.creditor, contact):
            return
        zone = trial.policy.zone_of(matter.debtor)
        last = at.astimezone(zone).date() + timedelta(days=near)
        found = 0
        for place, other in sorted(self.waiting.items(), key=lambda item: (item[1].due_at, item[1].id)):
            claim = matter.claims[other.claim]
            first = bills_fee(trial.creditor, trial.strategy.charges_costs) and claim.fee is None
            late = other.due_at.astimezone(zone).date() > last or other.claim == contact.claim
            if late or first or not gathers(trial.creditor, other) or found == MOST:
                continue
            if isinstance(self._ask(other, at, by=contact), Allowed):
                del self.waiting[place]
                found += 1
                yield other

    def _step(self, name: str, step: int, at: datetime, pause: timedelta) -> None:
        matter = self._matter(at)
        claim = matter.claims[name]
        planned = plan_contact(
            self.trial.creditor,
            matter.debtor,
            claim,
            step=step,
            after=at + pause,
            now=at,
            policy=self.trial.policy,
            strategy=self.trial.strategy.toward(claim),
        )
        contact = planned.contact
        self._plan(name, replace(planned, contact=self.chosen(contact, at)) if contact else planned)

    def chosen(self, contact: Contact, at: datetime) -> Contact:
        """The contact by the arm that is chosen for it, where nobody has chosen yet: the night does so later."""
        if contact.choice or contact.purpose is not Purpose.REMINDER:
            return contact
        matter = self._matter(at)
        return choose_arm(
            contact,
            creditor=self.trial.creditor,
            matter=matter,
            policy=self.trial.policy,
            strategy=self.trial.strategy.toward(matter.claims[contact.claim]),
            chooser=self.trial.chooser,
            now=at,
        )

    def _plan(self, name: str, planned: Planned) -> None:
        if planned.contact:
            self.put(planned.contact)
        elif isinstance(planned.decision, Refused):
            self.because[name] = planned.decision.because

    def _matter(self, at: datetime) -> Matter:
        """The matter at that hour, with the notices that were given on the way."""
        matter = self.stands(at)
        given = {
            name: replace(matter.claims[name], notice_sent_at=when)
            for name, when in self.told.items()
            if matter.claims[name].notice_sent_at is None
        }
        return replace(matter, claims={**matter.claims, **given}) if given else matter


def _spoken(contact: Contact, others: tuple[str, ...], at: datetime) -> Spoken:
    claims = (contact.claim, *others)
    return Spoken(contact.debtor, claims, at, contact.channel, contact.tone, contact.kind, contact.why)


def _silent(
    matter: Matter, said: list[Spoken], because: Mapping[str, str], now: datetime
) -> Iterator[tuple[str, str]]:
    """Each claim that no message is about, with what keeps it silent."""
    spoken = {name for one in said for name in one.claims}
    for name, claim in matter.claims.items():
        if name not in spoken:
            yield name, because.get(name) or _binding(matter, claim, now) or _still(matter, claim)


def _binding(matter: Matter, claim: Claim, now: datetime) -> str | None:
    """What binds a claim as it stands, so that nothing is said about it: the most lasting reason first."""
    if claim.state is ClaimState.CLOSED:
        return "paid"
    if claim.unreleased:
        return HoldKind.UNRELEASED
    holds = (*matter.debtor.binding_holds(now), *claim.binding_holds(now))
    if holds:
        return UNTOLD.get(holds[0].kind, holds[0].kind).value
    return HoldKind.PLAN.value if claim.state is ClaimState.ON_PLAN else None


def _still(matter: Matter, claim: Claim) -> str:
    """Why nothing is said about a claim that nothing binds."""
    asked = [c for c in matter.contacts.values() if c.claim == claim.id and c.purpose in UNASKED]
    refused = [c for c in asked if c.state is ContactState.CANCELLED and c.decisions]
    if any(c.state in SPOKEN for c in asked):
        return "steps_used_up"
    last = max(refused, key=lambda c: (c.planned_at, c.id)).decisions[-1] if refused else None
    return last.because if isinstance(last, Refused) else LATER
