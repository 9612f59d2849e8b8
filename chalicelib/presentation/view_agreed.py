"""What may be agreed and what was: the offer with its notice, the agreement, and a plan that runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ..domain.claim import Claim
from ..domain.deferral import Deferral
from ..domain.mandate import AGREED_NOTICE_DAYS, Mandate
from ..domain.money import Money
from ..domain.offer import Offer, OfferKind
from ..domain.parties import Creditor
from ..domain.plan import Instalment, Method, Plan, late_parts, open_part, paid_in
from ..domain.terms import Change, ChangeKind, NotPossible, Wish
from .frame import Frame, Problem, Problems, Row, View, moment
from .view_plan import Part, bare_amount, day_fields, fields_of, parts_of, refusal, symbol_of

METHOD_SAID = {
    Method.LINK: "agreed.method.link",
    Method.TRANSFER: "agreed.method.transfer",
    Method.DEBIT: "agreed.method.debit",
}
BECAUSE = {
    ("change", "changes_used_up"): "refused.used_up",
    ("change", "nothing_open"): "refused.nothing_open",
    ("due", "no_room"): "refused.no_room",
    ("due", "in_the_past"): "refused.in_the_past",
    ("due", "too_far"): "refused.too_far",
    ("amount", "small_already"): "refused.less.small",
    ("amount", "not_less"): "refused.less.not_less",
    ("amount", "below_least"): "refused.less.below_least",
    ("claim", "by_a_person"): "refused.by_a_person",
}
# The lines of a running plan by what came of them; a line still ahead has nothing to say.
MARKS = {"paid": "parts.paid", "late": "parts.late", "next": "parts.next", "part": "parts.part"}


def _money(frame: Frame, currency: str, amount: int) -> str:
    return frame.locale.money(Money(amount, currency))


def masked(address: str) -> str:
    """An address as its owner knows it again: the first letter, and where it is."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}" if host else ""


def running_parts(
    frame: Frame, currency: str, instalments: tuple[Instalment, ...], paid: int, today: date
) -> tuple[Part, ...]:
    """The lines of a plan of which `paid` has come in."""
    held = open_part(instalments, paid)
    lines = []
    for part in instalments:
        state, left = "ahead", part.amount
        if held is None or part.number < held[0].number:
            state, left = "paid", 0
        elif part.number == held[0].number:
            left = held[1]
            state = "part" if left < part.amount else "next"
        if left and part.due < today:
            state = "late"
        money = _money(frame, currency, left)
        mark = frame.locale.text(MARKS[state], amount=money) if state in MARKS else ""
        lines.append(Part(frame.locale.date(part.due), _money(frame, currency, part.amount), money, state, mark))
    return tuple(lines)


def transfer_rows(creditor: Creditor, claim: Claim) -> tuple[Row, ...]:
    """What a standing order must say."""
    iban = " ".join(creditor.iban[at : at + 4] for at in range(0, len(creditor.iban), 4))
    return (
        Row("pay.payee", creditor.payee),
        Row("transfer.iban", iban),
        Row("transfer.reference", claim.reference or claim.id),
    )


@dataclass(frozen=True)
class OfferPage(View):
    """The terms in full and their notice, above one button. `document` holds the notice; `mailed` is where it
    went, `given` that it arrived or was opened, `missing` that the button was pressed before that."""

    template: ClassVar[str] = "offer.html"
    offer: str
    kind: OfferKind
    amount: str
    day: str
    last: str
    parts: tuple[Part, ...]
    method: str
    notice_days: ClassVar[int] = AGREED_NOTICE_DAYS
    transfer: tuple[Row, ...]
    agree: str
    good_until: str
    document: str
    mailed: str
    given: bool
    missing: bool
    again: tuple[tuple[str, str], ...]

    @property
    def http_status(self) -> int:
        return 409 if self.missing else 200


def offer(
    frame: Frame,
    creditor: Creditor,
    claim: Claim,
    made: Offer,
    now: datetime,
    *,
    mailed_to: str | None = None,
    given: bool = False,
    missing: bool = False,
    plan: Plan | None = None,
) -> OfferPage:
    """Does this suit you? `plan` is the running one where the offer is to change it."""
    today = now.astimezone(frame.zone).date()
    parts: tuple[Part, ...] = ()
    amount, day, last = made.owed, made.until or today, made.until or today
    agree = "offer.agree.later"
    again: tuple[tuple[str, str], ...] = ()
    if made.kind is OfferKind.PLAN:
        first = made.instalments[0]
        parts = parts_of(frame, made.currency, made.instalments)
        amount, day, last = first.amount, first.due, made.instalments[-1].due
        agree = "offer.agree.plan" if len(parts) > 1 else "offer.agree.once"
        again = fields_of(Wish(first.amount, first.due, made.day, made.method))
    elif made.kind is OfferKind.PLAN_CHANGE:
        paid = paid_in(plan, claim) if plan else 0
        parts = running_parts(frame, made.currency, made.instalments, paid, today)
        held = open_part(made.instalments, paid) or (made.instalments[-1], made.instalments[-1].amount)
        amount, day, last = held[1], held[0].due, made.instalments[-1].due
        agree = "offer.agree.change"
    own = made.kind is not OfferKind.DEFERRAL and made.method is Method.TRANSFER
    return OfferPage(
        frame=frame,
        offer=made.id,
        kind=made.kind,
        amount=_money(frame, made.currency, amount),
        day=frame.locale.date(day),
        last=frame.locale.date(last),
        parts=parts,
        method=METHOD_SAID[made.method] if parts else "",
        transfer=transfer_rows(creditor, claim) if own else (),
        agree=agree,
        good_until=moment(frame, made.good_until, now),
        document=made.document or "",
        mailed=masked(mailed_to or ""),
        given=given,
        missing=missing,
        again=again,
    )


@dataclass(frozen=True)
class PlanAgreed(View):
    """Agreed: what happens next and when. `about` names the agreement's document."""

    template: ClassVar[str] = "states/plan_agreed.html"
    amount: str
    day: str
    last: str
    parts: tuple[Part, ...]
    method: str
    notice_days: ClassVar[int] = AGREED_NOTICE_DAYS
    transfer: tuple[Row, ...]
    about: str
    mandate: "Drawn | None"


@dataclass(frozen=True)
class Drawn:
    """How the parts are drawn: from the account that ends in `last4`; empty: the debtor has still to name one, on
    the page of the `provider`. `again`: the day from which the next part is tried once more; `no_more`: it is
    not."""

    last4: str
    provider: str
    again: str = ""
    no_more: bool = False


def drawn(
    frame: Frame, plan: Plan, mandate: Mandate | None, provider: str, again: datetime | None, no_more: bool
) -> Drawn | None:
    """None for a plan whose parts come another way."""
    if plan.method is not Method.DEBIT:
        return None
    last4 = mandate.saved.last4 if mandate and mandate.saved else ""
    day = frame.locale.date(again.astimezone(frame.zone).date()) if again else ""
    return Drawn(last4, provider, day, no_more and bool(last4))


def plan_agreed(
    frame: Frame,
    creditor: Creditor,
    claim: Claim,
    plan: Plan,
    now: datetime,
    *,
    mandate: Mandate | None = None,
    provider: str = "",
    again: datetime | None = None,
    no_more: bool = False,
) -> PlanAgreed:
    """The plan as it now stands, its next part first."""
    paid, today = paid_in(plan, claim), now.astimezone(frame.zone).date()
    held = open_part(plan.instalments, paid) or (plan.instalments[-1], 0)
    return PlanAgreed(
        frame=frame,
        amount=_money(frame, plan.currency, held[1]),
        day=frame.locale.weekday_date(held[0].due),
        last=frame.locale.date(plan.instalments[-1].due),
        parts=running_parts(frame, plan.currency, plan.instalments, paid, today),
        method=METHOD_SAID[plan.method],
        transfer=transfer_rows(creditor, claim) if plan.method is Method.TRANSFER else (),
        about=plan.id,
        mandate=drawn(frame, plan, mandate, provider, again, no_more),
    )


@dataclass(frozen=True)
class Instead:
    """The nearest change that can be agreed to: its key, what stands in it, and the fields that ask for it."""

    key: str
    amount: str
    day: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Running(View):
    """A plan that runs: the next part, the whole of it, and what may be changed; `late` asks what happened, and
    then `amount` and `day` are of all parts that are not here.

    `refused` says why a change cannot be agreed to, `instead` what can; `changing` offers the three changes.
    """

    template: ClassVar[str] = "running.html"
    amount: str
    day: str
    last: str
    left: str
    late: bool
    parts: tuple[Part, ...]
    method: str
    notice_days: ClassVar[int] = AGREED_NOTICE_DAYS
    transfer: tuple[Row, ...]
    typed: Mapping[str, str]
    symbol: str
    less_open: bool
    move_open: bool
    refused: Problem | None
    instead: Instead | None
    changing: bool
    changed: str
    about: str
    problems: Problems
    mandate: Drawn | None


def running(
    frame: Frame,
    creditor: Creditor,
    claim: Claim,
    plan: Plan,
    now: datetime,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
    refused: NotPossible | None = None,
    changed: str = "",
    mandate: Mandate | None = None,
    provider: str = "",
    again: datetime | None = None,
    no_more: bool = False,
) -> Running:
    """The plan just now. `refused`: why the change that was asked for cannot be agreed to; `changed`: "amount" or
    "offer", for what is another one now than the reader saw. `again`: when the next part is drawn once more;
    `no_more`: it came back and is not."""
    paid, today = paid_in(plan, claim), now.astimezone(frame.zone).date()
    part, left = open_part(plan.instalments, paid) or (plan.instalments[-1], 0)
    first = {**day_fields("due", part.due), "less": bare_amount(frame, left // 2 // 100 * 100, plan.currency)}
    wrong = {problem.field for problem in problems} | ({refused.field} if refused else set())
    late = late_parts(plan, claim, today)
    amount, day = _late(frame, plan, late) if late else (_money(frame, plan.currency, left), "")
    return Running(
        frame=frame,
        amount=amount,
        day=day or frame.locale.weekday_date(part.due),
        last=frame.locale.date(plan.instalments[-1].due),
        left=_money(frame, plan.currency, max(0, plan.total - paid)),
        late=bool(late),
        parts=running_parts(frame, plan.currency, plan.instalments, paid, today),
        method=METHOD_SAID[plan.method],
        transfer=transfer_rows(creditor, claim) if plan.method is Method.TRANSFER else (),
        typed=first | {name: text for name, text in (typed or {}).items() if text},
        symbol=symbol_of(frame, plan.currency),
        less_open=bool(wrong & {"less", "amount"}),
        move_open="due" in wrong,
        refused=refusal(frame, claim, refused, BECAUSE) if refused else None,
        instead=_instead(frame, plan, refused.nearest)
        if refused and isinstance(refused.nearest, Change)
        else None,
        changing=refused is None or refused.field in ("due", "amount"),
        changed=changed,
        about=plan.id,
        problems=problems,
        mandate=drawn(frame, plan, mandate, provider, again, no_more),
    )


def _late(frame: Frame, plan: Plan, late: tuple[tuple[Instalment, int], ...]) -> tuple[str, str]:
    """What is not here in all, and the days it was to be here."""
    words = frame.locale
    # Of several days each weekday would only lengthen the sentence.
    days = words.listed(words.date(part.due) for part, _ in late)
    day = days if len(late) > 1 else words.weekday_date(late[0][0].due)
    return _money(frame, plan.currency, sum(left for _, left in late)), day


def _instead(frame: Frame, plan: Plan, change: object) -> Instead | None:
    if not isinstance(change, Change):
        return None
    if change.kind is ChangeKind.MOVE and change.due:
        fields = (("change", "move"), ("due", change.due.isoformat()))
        return Instead("running.move.to", "", frame.locale.date(change.due), fields)
    if change.kind is ChangeKind.LESS:
        fields = (("change", "less"), ("pick", str(change.amount)))
        return Instead("running.less.to", _money(frame, plan.currency, change.amount), "", fields)
    return Instead("running.skip", "", "", (("change", "skip"),))


@dataclass(frozen=True)
class Standing:
    """What was agreed about a claim, for its own page: a sentence with the next amount and day."""

    key: str
    amount: str
    day: str
    place: str


def standing(
    frame: Frame, claim: Claim, plan: Plan | None, deferral: Deferral | None, now: datetime, *, drawn: bool = False
) -> Standing | None:
    """Whose move it is under what was agreed; None where nothing is. `drawn`: the next part is a direct debit."""
    if plan is not None:
        held = open_part(plan.instalments, paid_in(plan, claim))
        if held is None:
            return None
        today = now.astimezone(frame.zone).date()
        if late := late_parts(plan, claim, today):
            return Standing("turn.plan_late", *_late(frame, plan, late), "plan")
        key = "turn.plan_drawn" if drawn else "turn.plan"
        return Standing(key, _money(frame, plan.currency, held[1]), frame.locale.weekday_date(held[0].due), "plan")
    if deferral is not None:
        amount = _money(frame, claim.currency, claim.outstanding.total)
        return Standing("turn.deferred", amount, frame.locale.weekday_date(deferral.until), "agreed")
    return None
