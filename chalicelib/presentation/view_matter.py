"""The matter: what is owed, whose move it is, and every way on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from ..domain.accrual import reckoned_to
from ..domain.claim import OUR_TURN, RESTING, Claim, ClaimState, Hold, HoldKind
from ..domain.entry import LedgerEntry
from ..domain.parties import Creditor, Debtor
from .frame import Frame, Row, View, moment
from .split_lines import rates_said
from .view_claim import Others, Paid, Subject, money_of, payments_of, split_rows, subject_of
from .went_back import because, came_back

if TYPE_CHECKING:  # a matter without an agreement need not know what one looks like
    from ..domain.task import HelpRequest
    from .view_agreed import Standing


@dataclass(frozen=True)
class Way:
    """One way on: where it leads and the keys of its two lines."""

    place: str
    title: str
    text: str


# The ways that work today, in the order they are offered; a new way is one more line.
WAYS = (
    Way("pay", "way.pay", "way.pay.how"),
    Way("later", "way.later", "way.later.text"),
    Way("plan", "way.plan", "way.plan.text"),
    Way("wrong", "way.wrong", "way.wrong.text"),
    Way("talk", "way.talk", "way.talk.text"),
)
DISPUTED = Way("wrong", "way.disputed", "way.disputed.text")
# A person asked something back: it stands before all that may wait.
ANSWER = Way("chat", "way.answer", "way.answer.text")
# An offer that waits for their yes is found again where they come in: its page bears no address to keep.
OFFERED = Way("offer", "way.offered", "way.offered.text")
# Once something is agreed, what was agreed takes the place of agreeing to it.
INSTEAD: dict[str, dict[str, Way | None]] = {
    "plan": {"plan": Way("plan", "way.running", "way.running.text"), "later": None},
    "agreed": {"later": Way("agreed", "way.deferred", "way.deferred.text")},
}


def ways_under(
    claim: Claim, agreed: Standing | None, *, asked: bool = False, offered: bool = False
) -> tuple[Way, ...]:
    """The ways on, as they are while an agreement runs or a dispute is open; first to what was `asked` back, then
    to what was `offered`."""
    instead = dict(INSTEAD[agreed.place]) if agreed else {}
    if claim.dispute:
        instead["wrong"] = DISPUTED
    found = (instead.get(way.place, way) for way in WAYS)
    first = ((ANSWER,) if asked else ()) + ((OFFERED,) if offered else ())
    return (*first, *(way for way in found if way))


@dataclass(frozen=True)
class Back:
    """Money that went back last: how much, its day, the key of why it did, and what is owed by it again."""

    amount: str
    day: str
    why: str | None
    owed: str


@dataclass(frozen=True)
class Matter(View):
    """What would you like to do? `turn` is the key of the sentence that says whose move it is."""

    template: ClassVar[str] = "matter.html"
    name: str
    amount: str
    turn: str
    turn_until: str | None
    subject: Subject
    split: tuple[Row, ...]
    as_of: str
    payments: tuple[Paid, ...]
    ways: tuple[Way, ...]
    agreed: Standing | None = None
    begun: bool = False
    lapsed: bool = False
    transfer_missing: bool = False
    back: Back | None = None
    rates: str | None = None
    rates_since: str | None = None
    others: Others | None = None
    transferable: bool = False
    call: str | None = None


# Holds that are an agreement; any other one is ours to end. While one binds, the reader need not do anything.
AGREED = frozenset({"deferral", "plan"})
# Holds of the debtor's own wish: nobody asks them, and they may do as they like.
WISHED = frozenset({HoldKind.NEEDS_CARE, HoldKind.REPRESENTATIVE})
# Sentences that leave the next move to the reader.
OPEN_TURNS = frozenset({"turn.yours", "turn.yours_until"})
# Sentences that what was agreed takes the place of: nothing more lasting is to be said.
UNDER_AGREEMENT = OPEN_TURNS | {"turn.agreed"}


def _turn(
    frame: Frame,
    debtor: Debtor,
    claim: Claim,
    now: datetime,
    good_until: date | None,
    begun: bool,
    answer_due: datetime | None,
) -> tuple[str, str | None]:
    """Whose move it is, as the key of its sentence, and until when."""
    holds = claim.binding_holds(now)
    if begun:
        holds = tuple(hold for hold in holds if hold.kind is not HoldKind.PAYMENT_UNDER_WAY)
    ours = [hold for hold in holds if hold.kind.value not in AGREED]
    if [hold.kind for hold in ours] == [HoldKind.TRANSFERRED] and ours[0].until:
        day = ours[0].until.astimezone(frame.zone).date()
        return "turn.transferred", frame.locale.weekday_date(day)
    if [hold.kind for hold in ours] == [HoldKind.CHARGEBACK] and ours[0].until:
        return "turn.chargeback", frame.locale.date(ours[0].until.astimezone(frame.zone).date())
    if ours:
        if answer_due is not None and answer_due <= now and claim.stands_still(now):
            return "turn.late", None
        if claim.interest and not _rests_throughout(holds):
            # The law of this hold lets interest run: nobody says that nothing is added.
            return "turn.looking", None
        ends = [end for hold in ours if (end := _ends(hold, answer_due))]
        if len(ends) == len(ours):
            return "turn.ours_until", moment(frame, max(ends), now)
        return "turn.ours", None
    if any(hold.kind in WISHED for hold in debtor.binding_holds(now)):
        return "turn.quiet", None
    if holds:
        return "turn.agreed", None
    if good_until is not None:
        return "turn.yours_until", frame.locale.date(good_until)
    return "turn.yours", None


def _rests_throughout(holds: Sequence[Hold]) -> bool:
    """Whether no interest grows for as long as the longest of these holds."""
    resting = [hold.until for hold in holds if hold.kind in RESTING]
    ends = [hold.until for hold in holds if hold.until]
    return None in resting or (bool(resting) and len(ends) == len(holds) and max(ends) in resting)


def _ends(hold: Hold, answer_due: datetime | None) -> datetime | None:
    """When a hold ends: one that waits for a person, when that person is to answer."""
    return hold.until or (answer_due if hold.kind in OUR_TURN else None)


def _back(frame: Frame, claim: Claim, entries: Sequence[LedgerEntry]) -> Back | None:
    """Why an amount that was paid is open again; None where it is not."""
    entry = came_back(entries)
    if entry is None:
        return None
    owed = money_of(frame, claim, entry.split.total)
    return Back(money_of(frame, claim, entry.amount), frame.locale.date(entry.value_date), because(entry), owed)


def matter(
    frame: Frame,
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    entries: Sequence[LedgerEntry],
    now: datetime,
    *,
    good_until: date | None = None,
    agreed: Standing | None = None,
    begun: bool = False,
    lapsed: bool = False,
    others: Others | None = None,
    answer_due: datetime | None = None,
    asked: bool = False,
    offered: bool = False,
    call: HelpRequest | None = None,
) -> Matter:
    """The matter of an open claim. `good_until`: the day to which the amount shown closes the claim.

    `agreed`: the plan or deferral it is under.
    `begun`: a payment was started and may or may not have been finished; the page says so and keeps all ways.
    `lapsed`: the last one started came to nothing (left unfinished, or a direct debit that was refused).
    `others`: what else is open with the same creditor.
    `answer_due`: by when a person answers what was asked. `asked`: they asked something back, and it waits for the
    reader: then nobody says that it is our turn. `offered`: an offer waits for their yes. `call`: what was
    asked of the one that is still to come.
    """
    turn, until = _turn(frame, debtor, claim, now, good_until, begun, answer_due)
    if asked:
        turn, until = "turn.asked", None
    elif agreed and turn in UNDER_AGREEMENT:
        turn = agreed.key
    rates = rates_said(claim, frame.locale) if claim.outstanding.interest else None
    return Matter(
        frame=frame,
        name=debtor.name,
        amount=money_of(frame, claim, claim.outstanding.total),
        turn=turn,
        turn_until=until,
        subject=subject_of(frame, creditor, claim),
        split=split_rows(frame, claim, claim.outstanding, all_lines=True),
        as_of=frame.locale.date(reckoned_to(claim, now.astimezone(frame.zone).date())),
        payments=payments_of(frame, claim, entries),
        ways=ways_under(claim, agreed, asked=asked, offered=offered),
        agreed=agreed,
        begun=begun,
        lapsed=lapsed,
        transfer_missing=turn in OPEN_TURNS and claim.missing_transfer(now),
        back=_back(frame, claim, entries),
        rates=rates,
        rates_since=frame.locale.date(claim.default_since) if rates and claim.default_since else None,
        others=others,
        transferable=claim.currency == "EUR"
        and not any(hold.kind is HoldKind.TRANSFERRED for hold in claim.binding_holds(now)),
        call=_when(frame, call) if call else None,
    )


def _when(frame: Frame, call: HelpRequest) -> str:
    from .day_parts import told_of

    return told_of(frame.locale, call)


def of_claim(
    frame: Frame,
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    entries: Sequence[LedgerEntry],
    now: datetime,
    *,
    good_until: date | None = None,
    agreed: Standing | None = None,
    begun: bool = False,
    lapsed: bool = False,
    others: Others | None = None,
    answer_due: datetime | None = None,
    asked: bool = False,
    offered: bool = False,
    call: HelpRequest | None = None,
) -> View:
    """The page that fits the claim's state just now: closed, a payment on its way, or the matter (P3).

    `begun`: the payment under way is one whose hosted page still stands open.
    """
    if claim.state is ClaimState.CLOSED:
        from .view_pay import closed

        return closed(frame, creditor, claim, entries, others=others)
    under_way = any(hold.kind is HoldKind.PAYMENT_UNDER_WAY for hold in claim.binding_holds(now))
    if under_way and not begun:
        from .view_pay import on_its_way

        return on_its_way(frame, others=others)
    return matter(
        frame,
        creditor,
        debtor,
        claim,
        entries,
        now,
        good_until=good_until,
        agreed=agreed,
        begun=begun,
        lapsed=lapsed,
        others=others,
        answer_due=answer_due,
        asked=asked,
        offered=offered,
        call=call,
    )
