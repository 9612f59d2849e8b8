"""Letters about the money of a claim: what was paid, every entry of its account, and that nothing more is owed."""

from ...domain.allocation import ORDER, Split
from ...domain.entry import EntryKind, LedgerEntry
from .paper import Block, Calm, Case, Column, Heading, Paper, Table, Words, farewell, hello, paper, subject

COMPONENTS = {"principal": "split.principal", "interest": "split.interest", "costs": "split.costs"}
# What an entry is called in the account; a kind of entry that is missing here fails a test.
ENTRIES = {
    EntryKind.OPENING: "paper.entry.opening",
    EntryKind.PAYMENT: "paper.entry.payment",
    EntryKind.WAIVER: "paper.entry.waiver",
}


def receipt(case: Case, entries: tuple[LedgerEntry, ...]) -> Paper:
    """What arrived when, and what it settled. `about` is the number of one entry; empty: every payment."""
    paid = [e for e in entries if e.kind is EntryKind.PAYMENT and case.about in ("", str(e.number))]
    if not paid:
        raise LookupError("no payment to answer for")
    words, left = case.words, case.claim.outstanding.total
    rows = tuple((words.date(e.value_date), _settled(case, e), case.money(e.amount)) for e in paid)
    total = case.money(sum(e.amount for e in paid))
    columns = (Column(words.text("paper.day")), Column(words.text("paper.settled"), wide=True))
    sums = (("", words.text("split.total"), total),) if len(rows) > 1 else ()
    last = words.text("thanks.all") if left == 0 else words.text("paper.left", left=case.money(left))
    return paper(
        case,
        "receipt.h1",
        hello(case),
        Words(words.text("paper.receipt")),
        Calm(words.text("paper.received", amount=total)),
        Table((*columns, Column(words.text("paper.amount"), figures=True)), rows, sums),
        Words(last),
        Heading(words.text("matter.about")),
        subject(case),
        farewell(case),
    )


def _settled(case: Case, entry: LedgerEntry) -> str:
    """Which part of the claim a payment settled, a line each; what was too much comes back."""
    words = case.words
    parts = [(name, getattr(entry.split, name)) for name in ORDER[case.claim.claim_type]]
    lines = [
        words.text("payments.part", part=words.text(COMPONENTS[name]), amount=case.money(amount))
        for name, amount in parts
        if amount
    ]
    if entry.surplus:
        lines.append(words.text("payments.surplus", amount=case.money(entry.surplus)))
    return "\n".join(lines)


def statement(case: Case, entries: tuple[LedgerEntry, ...]) -> Paper:
    """Every entry of the account in its order, and what was owed after each."""
    words, owed, rows = case.words, Split(), []
    for entry in entries:
        opening = entry.kind is EntryKind.OPENING
        owed = owed + entry.split if opening else owed - entry.split
        called = words.text(ENTRIES[entry.kind])
        if entry.surplus:
            called += "\n" + words.text("payments.surplus", amount=case.money(entry.surplus))
        amount = entry.amount if opening else -entry.amount
        rows.append((words.date(entry.value_date), called, case.money(amount), case.money(owed.total)))
    columns = (
        Column(words.text("paper.day")),
        Column(words.text("paper.entry"), wide=True),
        Column(words.text("paper.amount"), figures=True),
        Column(words.text("paper.owed_after"), figures=True),
    )
    return paper(
        case,
        "paper.statement",
        hello(case),
        Words(words.text("paper.statement.text")),
        subject(case),
        Heading(words.text("paper.entries")),
        Table(columns, tuple(rows), (("", words.text("receipt.left"), "", case.money(owed.total)),)),
        *_parts(case, owed),
        farewell(case),
    )


def _parts(case: Case, owed: Split) -> tuple[Block, ...]:
    """What is left, by component, the invoice first; nothing where it is one component or none."""
    words = case.words
    left = [(name, getattr(owed, name)) for name in COMPONENTS if getattr(owed, name)]
    if len(left) < 2:
        return ()
    columns = (Column(words.text("matter.split"), wide=True), Column(words.text("paper.amount"), figures=True))
    rows = tuple((words.text(COMPONENTS[name]), case.money(amount)) for name, amount in left)
    return (Table(columns, rows, ((words.text("split.total"), case.money(owed.total)),)),)


def clear_slate(case: Case, entries: tuple[LedgerEntry, ...]) -> Paper:
    """Nothing more is owed: the letter one keeps."""
    words, claim = case.words, case.claim
    closed = (claim.closed_at or case.now).astimezone(case.zone).date()
    more = sum(entry.surplus for entry in entries)
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
