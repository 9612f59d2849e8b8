"""A Claim: one amount owed to one creditor, its state, its holds and its running totals."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from .allocation import ClaimType, Split
from .entry import LedgerEntry
from .errors import BrokenRule

if TYPE_CHECKING:
    from .collection_fee import CollectionFee
    from .interest import Interest
    from .score import Score


class ClaimState(StrEnum):
    OPEN = "open"
    ON_PLAN = "on_plan"
    CLOSED = "closed"


# The one table of lawful transitions. A returned payment reopens a closed claim.
NEXT: dict[ClaimState, frozenset[ClaimState]] = {
    ClaimState.OPEN: frozenset({ClaimState.ON_PLAN, ClaimState.CLOSED}),
    ClaimState.ON_PLAN: frozenset({ClaimState.OPEN, ClaimState.CLOSED}),
    ClaimState.CLOSED: frozenset({ClaimState.OPEN}),
}


class HoldKind(StrEnum):
    """Why nobody is asked for money just now. Each has an end or a person who ends it."""

    PAYMENT_UNDER_WAY = "payment_under_way"
    TASK_OPEN = "task_open"
    OPERATOR = "operator"
    UNRELEASED = "unreleased"
    """The batch it came in rests until a person has released it."""
    DISPUTE = "dispute"
    DEFERRAL = "deferral"
    PLAN = "plan"
    TRANSFERRED = "transferred"
    NEEDS_CARE = "needs_care"
    INSOLVENCY = "insolvency"
    BREATHING_SPACE = "breathing_space"
    REPRESENTATIVE = "representative"
    CHARGEBACK = "chargeback"
    """The debtor's bank took the money back, and whether it comes again is being decided."""
    MINOR = "minor"
    DECEASED = "deceased"
    WRONG_PERSON = "wrong_person"


# Holds after which nobody is ever asked for money again by a plan of ours; a person decides what follows.
FOR_GOOD = frozenset(
    {
        HoldKind.INSOLVENCY,
        HoldKind.REPRESENTATIVE,
        HoldKind.MINOR,
        HoldKind.DECEASED,
        HoldKind.WRONG_PERSON,
    }
)
# Holds under which the next move is ours: interest and costs stand still, no mandate is drawn on.
OUR_TURN = frozenset({HoldKind.DISPUTE, HoldKind.TASK_OPEN})
# Holds under which the law adds nothing to what may be asked for: interest after an insolvency was opened is
# subordinate (InsO §39(1) no. 1), and a breathing space stops interest and fees. They stand on the debtor as well.
BY_LAW = frozenset({HoldKind.INSOLVENCY, HoldKind.BREATHING_SPACE})
# Holds under which no interest grows: these, ours, and those whose page says that nothing is added: what was
# agreed, and the days in which a transfer is waited for.
# An operator's hold is about contact: under it interest grows. Under a chargeback it rests on what is contested,
# which a Rest says by itself, and grows on the remainder (ADR 15).
RESTING = OUR_TURN | BY_LAW | {HoldKind.PLAN, HoldKind.DEFERRAL, HoldKind.TRANSFERRED}
# Holds whose end begins a fee's two weeks anew: whoever waited for a decision is not charged for that time. A word
# that money is on its way is none: it keeps the fee from rising while it holds, and no longer.
ENDS_ANEW = (RESTING | {HoldKind.CHARGEBACK}) - {HoldKind.TRANSFERRED}


@dataclass(frozen=True)
class Hold:
    """A reason not to contact, since when, until when (None: until lifted) and where it came from."""

    kind: HoldKind
    since: datetime
    until: datetime | None
    source: str

    def binds(self, now: datetime) -> bool:
        return self.until is None or now < self.until


@dataclass(frozen=True)
class Rest:
    """A time in which no interest grows, from the day after `since` to the day of `until`: on the whole principal,
    or on `contested` minor units of it, which the chargeback `source` is about."""

    since: datetime
    until: datetime
    contested: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Ground:
    """Why it is owed, in the words RDG §13a(1) asks for: what was agreed, when, on which invoice."""

    what: str
    contract_date: date | None
    invoice_number: str
    invoice_date: date


@dataclass(frozen=True)
class Claim:
    """One amount owed to one creditor.

    `outstanding` is the fold of its ledger entries, `entries` their count and `chain` the hash of the last one:
    all three are written in the booking transaction and compared with the fold by tests. `recent` repeats the last
    entries after the opening, so that the matter's page needs no second read; `paid` is what arrived, was
    allocated and stayed, `waived` what the creditor let go. `interest` is how it bears interest (None: it does
    not), `rests` the times in which none grew that are over, and those of chargebacks. `as_of` is the day to which
    the file's interest and costs were computed. `notice_sent_at` is when a collector first asserted it in Textform
    (RDG §13a(1)); `fee` what it charged, None where it charges nothing. `plan`, `deferral` and `dispute` are the
    ids of the running one. `reference` is what letters and transfers name it by; typed at /start it leads to its
    door.
    """

    creditor: str
    debtor: str
    id: str
    ground: Ground
    due: date
    currency: str
    claim_type: ClaimType
    outstanding: Split
    as_of: date
    registered_at: datetime
    batch: str
    row_hash: str
    state: ClaimState = ClaimState.OPEN
    paid: int = 0
    entries: int = 1
    chain: str = ""
    recent: tuple[LedgerEntry, ...] = ()
    holds: tuple[Hold, ...] = ()
    titled: bool = False
    default_since: date | None = None
    default_basis: str | None = None
    sector: str | None = None
    attempt: str | None = None
    score: Score | None = None
    closed_at: datetime | None = None
    notice_sent_at: datetime | None = None
    history: dict[str, str] = field(default_factory=dict)
    plan: str | None = None
    deferral: str | None = None
    dispute: str | None = None
    reference: str = ""
    waived: int = 0
    interest: Interest | None = None
    rests: tuple[Rest, ...] = ()
    fee: CollectionFee | None = None
    version: int = 0

    def moved_to(self, state: ClaimState) -> Claim:
        """The claim in its next state; BrokenRule when the table of transitions does not know the way."""
        if state is self.state:
            return self
        if state not in NEXT[self.state]:
            raise BrokenRule("wrong_state", state=self.state, wanted=state)
        return replace(self, state=state)

    def held(self, hold: Hold) -> Claim:
        """The claim with this hold, replacing an older one of the same kind."""
        free = self._without(hold.kind, hold.since)
        return replace(free, holds=(*free.holds, hold))

    def released(self, kind: HoldKind, now: datetime | None = None) -> Claim:
        """The claim without its hold of this kind; one that lets interest and costs rest ends at `now`."""
        return self._without(kind, now)

    def _without(self, kind: HoldKind, now: datetime | None) -> Claim:
        gone = [hold for hold in self.holds if hold.kind is kind]
        kept = tuple(hold for hold in self.holds if hold.kind is not kind)
        rests, fee = self.rests, self.fee
        resting, anew = self.interest and kind in RESTING, fee and kind in ENDS_ANEW
        if gone and (resting or anew):
            if now is None:
                raise ValueError(f"something rests under {kind}: when does that end?")
            ended = [Rest(hold.since, min(now, hold.until or now)) for hold in gone]
            if resting:
                rests += tuple(rest for rest in ended if rest.since < rest.until)
            if fee and anew:
                fee = fee.anew(max(rest.until for rest in ended))
        return replace(self, holds=kept, rests=rests, fee=fee)

    @property
    def unreleased(self) -> bool:
        """Its batch rests: nobody is written to about it, for whatever purpose."""
        return any(hold.kind is HoldKind.UNRELEASED for hold in self.holds)

    def contesting(self, rest: Rest) -> Claim:
        """The claim on which no interest grows, for that time, on what a chargeback contests."""
        return replace(self, rests=(*self.rests, rest)) if self.interest and rest.contested else self

    def settling(self, chargeback: str, principal: int) -> Claim:
        """The claim when so much of what this chargeback contested is settled again, as if it had never been owed:
        on so much less does interest rest."""
        left, rests = principal, []
        for rest in self.rests:
            if rest.source == chargeback and rest.contested is not None:
                settled = min(left, rest.contested)
                left -= settled
                rest = replace(rest, contested=rest.contested - settled)
            rests.append(rest)
        return replace(self, rests=tuple(rest for rest in rests if rest.contested != 0))

    def decided(self, chargeback: str, now: datetime) -> Claim:
        """The claim on which interest grows again from `now` on what this chargeback contested."""
        over = tuple(
            replace(rest, until=max(rest.since, min(rest.until, now))) if rest.source == chargeback else rest
            for rest in self.rests
        )
        return replace(self, rests=over)

    def missing_transfer(self, now: datetime) -> bool:
        """A transfer was told, the days in which it is waited for are over, and no money ended them."""
        return any(hold.kind is HoldKind.TRANSFERRED and not hold.binds(now) for hold in self.holds)

    def stands_still(self, now: datetime) -> bool:
        """It is our turn: neither interest nor costs grow while we owe the debtor an answer."""
        return any(hold.kind in OUR_TURN for hold in self.binding_holds(now))

    def binding_holds(self, now: datetime) -> tuple[Hold, ...]:
        return tuple(h for h in self.holds if h.binds(now))
