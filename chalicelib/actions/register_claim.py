"""Register, score and plan one row of a batch, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from ..domain import retention
from ..domain.batch import Outcome, Problem, RowOutcome
from ..domain.claim import Claim, Hold, HoldKind
from ..domain.contact import Contact, ContactState
from ..domain.decision import Refused
from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..domain.factors import asked, provable
from ..domain.facts import Fact, FactName
from ..domain.features import ClaimFacts
from ..domain.ledger import opening
from ..domain.matching import name_of, word_of
from ..domain.matter import Matter
from ..domain.parties import Creditor, Debtor, PointState, ReleaseWay
from ..domain.pay_link import LIFETIME, LinkPurpose, PayLink, link_id
from ..domain.policies._country import CountryPolicy
from ..domain.score import Score
from ..domain.strategies._base import Strategy, strategy_of
from ..ports import Batches, Commit, RowPlace, Scheduler, Store, Way
from .book_bank_entry import mark
from .choose_arm import Chooser, choose_arm
from .close_task import contact_facts
from .plan_contact import Planned, kept_of, plan_contact, refused
from .plan_courtesy import plan_courtesy

TURNS = 5
DIFFERS = Problem("", "differs")
"""This very debtor's claim, known with other details: the report says which row, and what to do."""


@dataclass(frozen=True)
class Registration:
    """A checked row as the domain sees it: the card it brings, the claim it opens, what the model may know."""

    place: RowPlace
    debtor: Debtor
    claim: Claim
    facts: ClaimFacts
    flags: tuple[str, ...] = ()


def register_claim(
    row: Registration,
    *,
    store: Store,
    batches: Batches,
    chooser: Chooser,
    scheduler: Scheduler,
    policies: dict[str, CountryPolicy],
    strategies: dict[str, Strategy],
    hash_point: Callable[[str], str],
    new_reference: Callable[[], str],
    now: datetime,
) -> Outcome:
    """Take the row's claim once; say unchanged when it was taken before, differing when it reads otherwise.

    Called again for the same row (a redelivered message, a crash between commit and schedule) it writes
    nothing twice and makes sure that the planned contact has its schedule. Raises Retry when others keep
    writing to the same debtor.
    """
    creditor = store.creditor(row.claim.creditor)
    if creditor is None:
        raise Retry("creditor settings not there yet")
    for _ in range(TURNS):
        matter = store.matter(row.claim.creditor, row.debtor.number)
        known = matter.claims.get(row.claim.id) if matter else None
        if matter and known:
            return _known(row, known, matter, batches, scheduler, now)
        commit = _new(row, matter, creditor, chooser, policies, strategies, hash_point, new_reference(), now)
        try:
            store.commit(creditor.id, commit)
        except AlreadyDone:
            # The row or the claim is in since we read: by this very row, or by another debtor's.
            owner = store.debtor_of_claim(creditor.id, row.claim.id)
            if owner not in (None, row.debtor.number):
                _outcome(row, Outcome.DIFFERING, batches, flags=("other_debtor",))
                return Outcome.DIFFERING
            continue
        except StaleVersion:
            continue
        for contact in commit.contacts:
            if contact.state is ContactState.PLANNED:
                scheduler.at(contact, now)
        return Outcome.TAKEN
    raise Retry("the debtor's card keeps changing")


def _known(
    row: Registration, known: Claim, matter: Matter, batches: Batches, scheduler: Scheduler, now: datetime
) -> Outcome:
    for contact in matter.planned_for(known.id):
        scheduler.at(contact, now)
    if known.row_hash == row.claim.row_hash:
        _outcome(row, Outcome.UNCHANGED, batches)
        return Outcome.UNCHANGED
    _outcome(row, Outcome.DIFFERING, batches, problems=(DIFFERS,))
    return Outcome.DIFFERING


def _outcome(
    row: Registration,
    outcome: Outcome,
    batches: Batches,
    *,
    flags: tuple[str, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> None:
    """Keep the row's outcome; the first one counts, so a redelivered row stays what it was."""
    said = RowOutcome(row.place.line, row.claim.id, outcome, problems, flags=(*row.flags, *flags))
    batches.put_row(row.claim.creditor, row.place, said)


def _new(
    row: Registration,
    matter: Matter | None,
    creditor: Creditor,
    chooser: Chooser,
    policies: dict[str, CountryPolicy],
    strategies: dict[str, Strategy],
    hash_point: Callable[[str], str],
    reference: str,
    now: datetime,
) -> Commit:
    policy, strategy = policies[creditor.country], strategy_of(creditor, strategies, row.claim)
    debtor = _looked_at(_card(row, matter.debtor if matter else None, hash_point), policy, now)
    value_date = row.claim.as_of
    first = opening(
        row.claim.outstanding, row.claim.currency, f"{row.place.batch}/{row.place.line}", value_date, now
    )
    score = chooser.scorer.score(row.facts, now)
    claim = replace(row.claim, registered_at=now, chain=first.hash, entries=1, score=score, reference=reference)
    if not strategy.charges_interest or policy.base_rates is None:
        claim = replace(claim, interest=None)
    around = replace(matter or Matter(debtor), debtor=debtor)
    around = replace(around, claims={**around.claims, claim.id: claim})
    planned = first_contact(
        creditor, around, claim, policy=policy, strategy=strategy, chooser=chooser, now=now, score=score
    )
    because = planned.decision.because if isinstance(planned.decision, Refused) else None
    note = first_note(creditor, debtor, claim, policy=policy, strategy=strategy, now=now)
    contacts = (*note, *kept_of(planned, matter))
    if creditor.release is ReleaseWay.BY_HAND:
        # What would keep it from being written to is told all the same: a person reads it before they release.
        contacts, claim = (), claim.held(Hold(HoldKind.UNRELEASED, now, None, row.place.batch))
    about = (("claim", claim.id), ("batch", row.place.batch))
    facts = [
        Fact(FactName.CLAIM_REGISTERED, creditor.id, about, now),
        Fact(FactName.CLAIM_SCORED, creditor.id, (("claim", claim.id), ("model", score.model)), now),
    ]
    facts += contact_facts(tuple(c for c in contacts if c.state is ContactState.PLANNED), now)
    flags = (*row.flags, *((score.flagged,) if score.flagged else ()))
    outcome = RowOutcome(row.place.line, claim.id, Outcome.TAKEN, (), flags, because)
    return Commit(
        facts=tuple(facts),
        debtor=debtor,
        claims=(claim,),
        entries=((claim.id, first),),
        contacts=contacts,
        links=_start(debtor, claim, now),
        row=(row.place, outcome),
        ways=ways_to(debtor, claim, hash_point),
    )


def first_contact(
    creditor: Creditor,
    matter: Matter,
    claim: Claim,
    *,
    policy: CountryPolicy,
    strategy: Strategy,
    chooser: Chooser,
    now: datetime,
    score: Score | None = None,
) -> Planned:
    """What is planned for a claim at its beginning, as it stands now, by the arm that is chosen; without any, why
    nobody is written to. The matter holds the claim; `score` is the model's, where it was just asked."""
    debtor = matter.debtor
    after = max(now, datetime.combine(claim.due, time.max, policy.zone).astimezone(UTC))
    planned = plan_contact(
        creditor,
        debtor,
        claim,
        step=_first_step(claim, strategy),
        after=after,
        now=now,
        policy=policy,
        strategy=strategy,
    )
    if planned.contact and not provable(debtor, claim):
        # Somebody who could prove nothing at the door is not sent to it.
        return refused(planned.contact, Refused("no_factor", policy.rule))
    if planned.contact is None:
        return planned
    chosen = choose_arm(
        planned.contact,
        creditor=creditor,
        matter=matter,
        policy=policy,
        strategy=strategy,
        chooser=chooser,
        now=now,
        score=score,
    )
    return replace(planned, contact=chosen)


def first_note(
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    *,
    policy: CountryPolicy,
    strategy: Strategy,
    now: datetime,
) -> tuple[Contact, ...]:
    """The note before the day a claim is due, beside its first reminder; none to whom the door would not open."""
    note = plan_courtesy(creditor, debtor, claim, now=now, policy=policy, strategy=strategy)
    return (note,) if note and provable(debtor, claim) else ()


def ways_to(debtor: Debtor, claim: Claim, hash_point: Callable[[str], str]) -> tuple[Way, ...]:
    """What may stand on a transfer for this claim, as marks that lead to it (book_bank_entry looks them up)."""
    written = [("reference", claim.reference), ("name", name_of(debtor.name)), ("account", debtor.iban or "")]
    written += [("word", word_of(text)) for text in (claim.id, claim.ground.invoice_number, debtor.number)]
    marks = dict.fromkeys(mark(kind, text, hash_point) for kind, text in written if text)
    return tuple(Way(name, debtor.number, claim.id) for name in marks)


def _start(debtor: Debtor, claim: Claim, now: datetime) -> tuple[PayLink, ...]:
    """The standing door that the claim's reference opens at /start; none where nothing could be asked there."""
    factors = asked(LinkPurpose.START, debtor, claim)
    if not factors:
        return ()
    return (
        PayLink(
            id=link_id(claim.reference),
            creditor=claim.creditor,
            debtor=claim.debtor,
            claim=claim.id,
            contact="",
            issued_at=now,
            expires_at=now + LIFETIME,
            factors=factors,
            language=debtor.language,
            purpose=LinkPurpose.START,
        ),
    )


def _first_step(claim: Claim, strategy: Strategy) -> int:
    """Reminders the creditor sent before count as if they had gone out here; one is always left to send."""
    return min(int(claim.history.get("reminders_sent", "0")), len(strategy.steps) - 1)


def _card(row: Registration, known: Debtor | None, hash_point: Callable[[str], str]) -> Debtor:
    """The debtor's card after this row: what is known stays, new ways are added, blocked addresses are not.

    An opt-out binds every known address of its channel, whether or not the row repeats the address.
    """
    new = row.debtor
    if known is None:
        return new
    if known.erased_at:
        return _met_again(new, known, hash_point)
    # An address in other letters is the same address: whoever said stop is not written to in capitals.
    have = {(point.channel, point.value.lower()) for point in known.points}
    # By whatever channel they said it: a number that is silent is silent for a new channel too.
    quiet = {point.value.lower() for point in known.points if known.said_stop(point)}
    fresh = tuple(
        replace(p, state=PointState.OPTED_OUT) if p.value.lower() in quiet else p
        for p in new.points
        if (p.channel, p.value.lower()) not in have and hash_point(p.value) not in known.blocked
    )
    silent = {p.channel for p in known.points if row.claim.history.get(f"opt_out_{p.channel}") == "yes"}
    points = tuple(
        replace(p, state=PointState.OPTED_OUT) if p.channel in silent and p.state is PointState.ACTIVE else p
        for p in known.points
    )
    return replace(
        _held(known, new.holds),
        points=(*points, *fresh),
        birth_date=known.birth_date or new.birth_date,
        language=known.language or new.language,
        iban=known.iban or new.iban,
    )


def _looked_at(debtor: Debtor, policy: CountryPolicy, now: datetime) -> Debtor:
    """The card with the day on which the nightly run looks at what has had its time; a wish may be sooner."""
    first = retention.first_look(policy.retention, now.astimezone(policy.zone).date())
    look = datetime.combine(first, time(0), policy.zone).astimezone(UTC)
    return replace(debtor, forget_on=min(debtor.forget_on or look, look), restricted_at=None)


def _met_again(new: Debtor, known: Debtor, hash_point: Callable[[str], str]) -> Debtor:
    """A person who was forgotten owes something new: all that is known of them is what this row says, but for
    the addresses that are somebody else's."""
    points = tuple(p for p in new.points if hash_point(p.value) not in known.blocked)
    return replace(new, points=points, blocked=known.blocked, version=known.version)


def _held(known: Debtor, holds: tuple[Hold, ...]) -> Debtor:
    """One hold of each kind: the one that binds longest, the one a person lifts before any other."""
    for hold in holds:
        held = next((one for one in known.holds if one.kind is hold.kind), None)
        if held is None or (held.until and (hold.until is None or hold.until > held.until)):
            known = known.held(hold)
    return known
