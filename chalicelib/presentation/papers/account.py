"""Letters about the money of a claim: what was paid, every entry of its account, and that nothing more is owed."""

from ...domain.allocation import ORDER, Split
from ...domain.entry import EntryKind, LedgerEntry
from ...domain.statement import of_ledgers
from ..split_lines import credit_words, split_lines
from ..view_claim import too_much
from ..went_back import back_words, came_back
from .paper import Block, Calm, Case, Column, Heading, Paper, Table, Words, farewell, hello, paper, subject

# What an entry is called in the account; a kind of entry that is missing here fails a test.
ENTRIES = {
    EntryKind.OPENING: "paper.entry.opening",
    EntryKind.PAYMENT: "paper.entry.payment",
    EntryKind.WAIVER: "paper.entry.waiver",
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
    words, left = case.words, case.claim.outstanding.total
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
    words, owed, rows = case.words, Split(), []
    (account,) = of_ledgers(case.claim.debtor, {case.claim.id: entries})
    for movement in account.movements:
        entry = movement.entry
        owed = owed + entry.split if entry.adds else owed - entry.split
        lines = [words.text(_named(entry))]
        by_kind = entry.kind is EntryKind.COSTS or entry.gives_costs_back
        if len(parts := _lines(case, entry.split)) > 1 or by_kind:
            lines += parts
        if entry.surplus and (entry.kind is EntryKind.PAYMENT or entry.split.total):
            lines.append(words.text("payments.surplus", amount=case.money(entry.surplus)))
        amount = entry.amount if entry.adds else -entry.amount
        day = words.date(entry.value_date)
        rows.append((day, "\n".join(lines), case.money(amount), case.money(movement.balance)))
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
