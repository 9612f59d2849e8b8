"""Terms of a plan or a deferral: offered with their cost notice (RDG §13a(3)), and once more when agreed.

They travel by mail, so they never print what the door asks for; and they contain no acknowledgement of what is
owed (that would need the warning of RDG §13a(4)).
"""

from dataclasses import dataclass
from datetime import date

from ...domain.drawing import RETRY_AFTER
from ...domain.mandate import AGREED_NOTICE_DAYS, USUAL_NOTICE_DAYS
from ...domain.offer import OfferKind
from ...domain.plan import Instalment, Method
from .paper import (
    Block,
    Calm,
    Case,
    Column,
    Facts,
    Heading,
    Paper,
    Table,
    Words,
    Written,
    farewell,
    hello,
    original,
    paper,
    subject,
)

METHODS = {
    Method.LINK: "paper.how.link",
    Method.TRANSFER: "paper.how.transfer",
    Method.DEBIT: "paper.how.debit",
}


@dataclass(frozen=True)
class Terms:
    """What is agreed, or offered: a later day, or dated parts. `owed` is what it is about, in minor units."""

    owed: int
    until: date | None = None
    instalments: tuple[Instalment, ...] = ()
    method: Method = Method.LINK


def offer(case: Case) -> Paper:
    """What it will cost (nothing) and what it means, before anybody agrees. `about` is the Offer."""
    made = case.matter.offers.get(case.about)
    if made is None:
        raise LookupError("no such offer")
    terms = Terms(made.owed, made.until, made.instalments, made.method)
    opening = "paper.offer.later" if made.kind is OfferKind.DEFERRAL else "paper.offer.plan"
    good = case.words.date(made.good_until.astimezone(case.zone).date())
    return paper(
        case,
        "paper.offer",
        hello(case),
        Words(case.words.text(opening)),
        *_said(case, terms),
        farewell(case, case.words.text("paper.offer.until", day=good)),
        _original(case, terms),
    )


def agreement(case: Case) -> Paper:
    """The terms that hold now. `about` is the Plan or the Deferral."""
    plan, deferral = case.matter.plans.get(case.about), case.matter.deferrals.get(case.about)
    if plan:
        terms, at = Terms(plan.total, None, plan.instalments, plan.method), plan.agreed_at
    elif deferral:
        offered = case.matter.offers.get(deferral.offer)
        owed = offered.owed if offered else case.claim.outstanding.total
        terms, at = Terms(owed, deferral.until), deferral.agreed_at
    else:
        raise LookupError("no such agreement")
    day = case.words.date(at.astimezone(case.zone).date())
    return paper(
        case,
        "paper.agreement",
        hello(case),
        Words(case.words.text("paper.agreement.text", day=day)),
        *_said(case, terms),
        farewell(case, case.words.text("paper.agreement.keep")),
        _original(case, terms),
    )


def _said(case: Case, terms: Terms) -> tuple[Block, ...]:
    words = case.words
    if terms.until:
        whole = words.text("paper.whole", amount=case.money(terms.owed))
        what: tuple[Block, ...] = (Heading(words.text("paper.until", day=words.date(terms.until))), Words(whole))
    else:
        heading = Heading(words.text("paper.instalments", count=len(terms.instalments)))
        what = (heading, _table(case, terms), Words(_how(case, terms)))
    return (
        Calm(words.text("paper.free")),
        subject(case, mailed=True),
        *what,
        Heading(words.text("paper.holds")),
        _rules(terms, words),
    )


def _table(case: Case, terms: Terms) -> Table:
    words = case.words
    columns = (
        Column(words.text("paper.number")),
        Column(words.text("paper.by_day"), wide=True),
        Column(words.text("paper.amount"), figures=True),
    )
    rows = tuple((str(p.number), words.weekday_date(p.due), case.money(p.amount)) for p in terms.instalments)
    total = case.money(sum(part.amount for part in terms.instalments))
    return Table(columns, rows, (("", words.text("split.total"), total),))


def _how(case: Case, terms: Terms) -> str:
    creditor = case.creditor
    return case.words.text(
        METHODS[terms.method],
        payee=creditor.payee,
        iban=spaced(creditor.iban),
        days=AGREED_NOTICE_DAYS,
        usual=USUAL_NOTICE_DAYS,
        later=RETRY_AFTER.days,
    )


def spaced(iban: str) -> str:
    """An IBAN in the groups of four that people copy."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _rules(terms: Terms, words: Written) -> Facts:
    """Its cost, what it does not mean, what it does to limitation, and what if it does not work out."""
    rows = (
        ("paper.costs", "paper.costs.none"),
        ("paper.owing", "paper.owing.none"),
        ("paper.limitation", "paper.limitation.text"),
        ("paper.change", "paper.change.later" if terms.until else "paper.change.plan"),
    )
    return Facts(tuple((words.text(label), words.text(text)) for label, text in rows))


def _original(case: Case, terms: Terms) -> Block | None:
    return original(case, Words(case.home.text("paper.free")), _rules(terms, case.home))
