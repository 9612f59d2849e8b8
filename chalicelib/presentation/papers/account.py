"""Letters about the money of a claim: what was paid, every entry of its account, and that nothing more is owed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...domain.allocation import ORDER, Split
from ...domain.claim import Claim
from ...domain.entry import EntryKind, LedgerEntry
from ...domain.reference import shown
from ...domain.statement import Movement, Statement, of_ledgers
from ..split_lines import credit_words, split_lines
from ..view_claim import too_much
from ..went_back import back_words, came_back
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
    farewell,
    hello,
    paper,
    parties,
    subject,
)

# What an entry is called in the account; a kind of entry that is missing here fails a test.
ENTRIES = {
    EntryKind.OPENING: "paper.entry.opening",
    EntryKind.PAYMENT: "paper.entry.payment",
    EntryKind.WAIVER: "paper.entry.waiver",
    EntryKind.CORRECTION: "paper.entry.correction",
    EntryKind.INTEREST: "paper.entry.interest",
    EntryKind.COSTS: "paper.entry.costs",
    EntryKind.REVERSAL: "paper.entry.reversal",
    EntryKind.CREDIT: "paper.entry.credit",
}


def receipt(case: Case, entries: tuple[LedgerEntry, ...]) -> Paper:
    """What arrived when, and what it settled. `about` is the number of one entry; empty: every payment."""
    # All of them with what went back of them; or one by itself, as it came.
    kinds = (EntryKind.PAYMENT,) if case.about else (EntryKind.PAYMENT, EntryKind.REVERSAL)
    paid = [e for e in entries if e.kind in kinds and case.about in ("", str(e.number))]
    if not paid:
        raise LookupError("no payment to answer for")
    words, left, more = case.words, case.claim.outstanding.total, too_much(entries)
    came = [(e, e.amount if e.kind is EntryKind.PAYMENT else -e.amount) for e in paid]
    rows = tuple((words.date(e.value_date), _settled(case, e), case.money(amount)) for e, amount in came)
    total = case.money(sum(amount for _, amount in came))
    columns = (Column(words.text("paper.day")), Column(words.text("paper.settled"), wide=True))
    sums = (("", words.text("split.total"), total),) if len(rows) > 1 else ()
    last = words.text("thanks.all") if left == 0 else words.text("paper.left", left=case.money(left))
    return paper(
        case,
        "receipt.h1",
        hello(case),
        Words(words.text("back.mail" if came_back(entries) and not case.about else "paper.receipt")),
        Calm(words.text("paper.received", amount=total)),
        Table((*columns, Column(words.text("paper.amount"), figures=True)), rows, sums),
        Words(words.text("surplus", amount=case.money(more))) if more and not case.about else None,
        Words(last),
        Heading(words.text("matter.about")),
        subject(case),
        farewell(case),
    )


def _settled(case: Case, entry: LedgerEntry) -> str:
    """Which part of the claim a payment settled, a line each; what was too much comes back."""
    words = case.words
    if entry.kind is EntryKind.REVERSAL:
        return words.text(back_words(entry))
    lines = list(_lines(case, entry.split))
    if entry.surplus:
        lines.append(words.text("payments.surplus", amount=case.money(entry.surplus)))
    return "\n".join(lines)


def _lines(case: Case, split: Split) -> tuple[str, ...]:
    """What an amount is made of, a line each."""
    words = case.words
    return tuple(
        words.text("payments.part", part=words.text(key), amount=case.money(amount))
        for key, amount in split_lines(split, ORDER[case.claim.claim_type])
        if amount
    )


def _named(entry: LedgerEntry) -> str:
    """The key of what an entry is called in the account."""
    if entry.kind is EntryKind.REVERSAL:
        return back_words(entry)
    return credit_words(entry) if entry.kind is EntryKind.CREDIT else ENTRIES[entry.kind]


def statement(case: Case, entries: tuple[LedgerEntry, ...]) -> Paper:
    """Every entry of the account in its order, and what was owed after each."""
    (account,) = of_ledgers(case.claim.debtor, {case.claim.id: entries})
    return paper(
        case,
        "paper.statement",
        hello(case),
        Words(case.words.text("paper.statement.text")),
        subject(case),
        Heading(case.words.text("paper.entries")),
        _movements(case, account),
        *_parts(case, _owed(account)),
        farewell(case),
    )


def account_of_all(case: Case, ledgers: Mapping[str, tuple[LedgerEntry, ...]]) -> Paper:
    """The account of all claims of one debtor: what each of them stands at, and every movement in its order.

    Money of two currencies is never added up: each has tables of its own.
    """
    words, blocks = case.words, list[Block]()
    for account in of_ledgers(case.debtor.number, ledgers):
        within = {movement.claim for movement in account.movements}
        claims = [case.matter.claims[name] for name in sorted(within)]
        there = replace(case, claim=claims[0])
        blocks += (
            Heading(words.text("paper.owed_after")),
            _claims(there, claims, account),
            Heading(words.text("paper.entries")),
            _movements(there, account, names=True),
            *_parts(there, _owed(account)),
        )
    return paper(
        case,
        "paper.account",
        hello(case),
        Words(words.text("paper.account.text")),
        Facts(parties(case, words)),
        *blocks,
        farewell(case),
    )


def _owed(account: Statement) -> Split:
    """What is owed at the end of an account, by component."""
    owed = Split()
    for movement in account.movements:
        owed = owed + movement.entry.split if movement.entry.adds else owed - movement.entry.split
    return owed


def _called(case: Case, claim: Claim) -> str:
    return case.words.foreign(shown(claim.reference) or claim.id)


def _claims(case: Case, claims: list[Claim], account: Statement) -> Table:
    """What is open of each claim."""
    words = case.words
    left = dict.fromkeys((claim.id for claim in claims), 0)
    for movement in account.movements:
        left[movement.claim] += movement.change
    columns = (
        Column(words.text("subject.reference")),
        Column(words.text("subject.what"), wide=True),
        Column(words.text("receipt.left"), figures=True),
    )

    def what(claim: Claim) -> str:
        ground = claim.ground
        invoice = words.text(
            "subject.invoice.of", number=ground.invoice_number, day=words.date(ground.invoice_date)
        )
        return f"{words.foreign(ground.what)}\n{invoice}"

    rows = tuple((_called(case, claim), what(claim), case.money(left[claim.id])) for claim in claims)
    return Table(columns, rows, (("", words.text("split.total"), case.money(account.after)),))


def _movements(case: Case, account: Statement, *, names: bool = False) -> Table:
    """Every line of the account with what was owed after it; `names`: and of which claim each is."""
    words, rows = case.words, []
    for line in account.lines:
        entry = line[0].entry
        amount = sum(one.entry.amount if one.entry.adds else -one.entry.amount for one in line)
        said = "\n".join((words.text(_named(entry)), *_told(case, line, names=names)))
        rows.append((words.date(entry.value_date), said, case.money(amount), case.money(line[-1].balance)))
    columns = (
        Column(words.text("paper.day")),
        Column(words.text("paper.entry"), wide=True),
        Column(words.text("paper.amount"), figures=True),
        Column(words.text("paper.owed_after"), figures=True),
    )
    return Table(columns, tuple(rows), (("", words.text("receipt.left"), "", case.money(account.after)),))


def _told(case: Case, line: tuple[Movement, ...], *, names: bool) -> Iterator[str]:
    """What a line consists of: by claim where the money was for several, else by component."""
    words, surplus = case.words, 0
    for movement in line:
        entry, claim = movement.entry, case.matter.claims[movement.claim]
        parts = _lines(case, entry.split)
        if len(line) > 1:
            called = _called(case, claim)
            yield words.text("payments.part", part=called, amount=case.money(entry.split.total))
        elif names:
            yield _called(case, claim)
        if len(line) == 1 and (len(parts) > 1 or entry.kind is EntryKind.COSTS or entry.gives_costs_back):
            yield from parts
        if entry.kind is EntryKind.PAYMENT or entry.split.total:
            surplus += entry.surplus
    if surplus:
        yield words.text("payments.surplus", amount=case.money(surplus))


def _parts(case: Case, owed: Split) -> tuple[Block, ...]:
    """What is left, by component, the invoice first; nothing where it is one component or none."""
    words = case.words
    left = [(key, amount) for key, amount in split_lines(owed) if amount]
    if len(left) < 2:
        return ()
    columns = (Column(words.text("matter.split"), wide=True), Column(words.text("paper.amount"), figures=True))
    rows = tuple((words.text(key), case.money(amount)) for key, amount in left)
    return (Table(columns, rows, ((words.text("split.total"), case.money(owed.total)),)),)


def clear_slate(case: Case, entries: tuple[LedgerEntry, ...]) -> Paper:
    """Nothing more is owed: the letter one keeps."""
    words, claim = case.words, case.claim
    closed = (claim.closed_at or case.now).astimezone(case.zone).date()
    more = too_much(entries)
    what = words.text("closed.text", what=case.said(claim.ground.what), owed_to=case.owed_to)
    paid = words.text("closed.paid", paid=case.money(claim.paid), day=words.date(closed)) if claim.paid else None
    return paper(
        case,
        "closed.h1",
        hello(case),
        Calm(words.text("paper.clear")),
        Words(what),
        Words(paid) if paid else None,
        Words(words.text("surplus", amount=case.money(more))) if more else None,
        Words(words.text("closed.quiet")),
        subject(case),
        farewell(case, words.text("paper.keep")),
    )
