"""What a bank tells of an account: a BankStatement, its BankEntries, and what makes two of them the same money.

One transfer is told up to three times: in a notice (camt.054) within minutes, in the day's statement (camt.053),
and in whatever export somebody draws for a span that overlaps the last one. `identity` names the money itself:

- The bank's own reference of the entry decides where there is one; it is unique at the bank that gave it
  (ISO 20022, AcctSvcrRef). A part of a collective entry adds its end-to-end id.
- Without one the content decides: value date, counterpart, end-to-end id and text.
- What is alike within one file is told apart by its `rank`: the second of two equal payments is the second in
  every file that shows both.

An entry number (NtryRef) counts within its file only, so it never tells money apart between files.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

# What banks write where they have nothing to say; an identity may not rest on it.
NOTHING_SAID = frozenset({"", "NOTPROVIDED", "NONREF", "NONREFERENCE", "NONE", "NOREF", "UNKNOWN", "KREF", "NA"})
# A value date may be put right by the bank between notice and statement; further apart it is another payment.
MOVED_AT_MOST = timedelta(days=7)


class Side(StrEnum):
    CREDIT = "credit"
    DEBIT = "debit"


class StatementKind(StrEnum):
    """What kind of file told it."""

    STATEMENT = "statement"
    """The account's whole day, with balances (camt.053)."""
    NOTICE = "notice"
    """Single movements as they happen (camt.054)."""
    EXPORT = "export"
    """A span somebody chose, out of online banking (CSV)."""


class Became(StrEnum):
    """What became of one entry."""

    BOOKED = "booked"
    REVERSED = "reversed"
    SUSPENSE = "suspense"
    KNOWN = "known"
    """Another file told of the same money before."""
    PAYOUT = "payout"
    """The payment provider hands over what it collected: its payments are booked one by one already."""
    OWN = "own"
    """The creditor's own doing: no payment of a debtor."""
    PENDING = "pending"
    """The bank has announced it and not booked it yet."""
    PARTS = "parts"
    """A sum whose parts are told, and booked, one by one."""


@dataclass(frozen=True)
class BankEntry:
    """One movement of an account as the bank told it; of a collective entry, one of its parts.

    `number` is its place in the file: 3, or 3.2 for the second part of the third entry. `amount` is what moved, in
    minor units of `currency`, never below zero; `charges` the bank's own, contained in it. `reference` is the
    bank's for the entry, `part_of` every name a collective entry goes by; `parts` says how many transfers it sums
    up without showing them. `returned` is the bank's reason where an earlier movement comes back, "" where it
    gives none, None where nothing does. `booked` is False for what the bank only announces. `name`, `iban` and
    `text` are as the bank told them.
    """

    number: str
    amount: int
    currency: str
    side: Side
    value_date: date
    booked_on: date | None = None
    text: str = ""
    end_to_end: str = ""
    name: str = ""
    iban: str = ""
    reference: str = ""
    code: str = ""
    part_of: tuple[str, ...] = ()
    parts: int = 0
    returned: str | None = None
    charges: int = 0
    rank: int = 0
    booked: bool = True

    @property
    def signed(self) -> int:
        """What it does to the balance."""
        return self.amount if self.side is Side.CREDIT else -self.amount

    @property
    def is_part(self) -> bool:
        """One transfer of a collective entry."""
        return "." in self.number

    @property
    def without_charges(self) -> int:
        """What came back of a returned payment: the bank's fee for it was never the debtor's payment."""
        return self.amount - self.charges if self.returned is not None else self.amount


@dataclass(frozen=True)
class EntryResult:
    """What became of one entry, for the report: ids and amounts, no person.

    `amount` is signed, in minor units. `claims` are those it was booked on; in suspense, those proposed. `because`
    is a key of the sentences beside the reports.
    """

    number: str
    became: Became
    amount: int
    currency: str
    source: str = ""
    claims: tuple[str, ...] = ()
    because: str = ""
    score: int = 0


class StatementStatus(StrEnum):
    READING = "reading"
    BOOKING = "booking"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class BankStatement:
    """One statement, notice or export of one account, and how far its entries have come.

    `id` is made of what the file says, so the same one under another name is the same. `name` is the bank's id of
    it, `sequence` its number among the account's statements where the bank counts them, `account` the last four
    signs of the IBAN. Balances are signed minor units, None where the bank gives none. `counts` and the signed
    `sums` are by Became. Its entries were booked from `first_day` to `last_day`, None where it has none.
    `told_otherwise` are spans, first and last day, that a file of the other form told of before.
    """

    id: str
    creditor: str
    key: str
    kind: StatementKind
    account: str
    currency: str
    received_at: datetime
    name: str = ""
    sequence: str = ""
    opening: int | None = None
    closing: int | None = None
    entries: int = 0
    status: StatementStatus = StatementStatus.READING
    chunks: int = 0
    chunks_done: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    done_at: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    told_otherwise: tuple[tuple[date, date], ...] = ()
    version: int = 0

    @property
    def came(self) -> tuple[datetime, str]:
        """Its place in the order in which they came."""
        return self.received_at, self.id

    def in_another_form(self, others: Iterable["BankStatement"]) -> "BankStatement":
        """The statement with the spans that these told of in another form: CSV and camt bear no common mark."""
        spans = {
            (one.first_day, one.last_day)
            for one in others
            if one.account == self.account
            and (one.kind is StatementKind.EXPORT) != (self.kind is StatementKind.EXPORT)
            if one.first_day and one.last_day
        }
        return replace(self, told_otherwise=tuple(sorted(spans)))

    def doubtful(self, entry: BankEntry) -> bool:
        """Whether a file of the other form may have told of this money."""
        day = entry.booked_on or entry.value_date
        return any(first <= day <= last for first, last in self.told_otherwise)

    def concerns(self, first: date, last: date) -> bool:
        """Whether it tells of one of these days, or came on one."""
        told = self.first_day and self.last_day and self.first_day <= last and first <= self.last_day
        return bool(told) or first <= self.received_at.date() <= last

    def counting(self, results: Iterable[EntryResult]) -> "BankStatement":
        """The statement with these results in its counts and sums."""
        counts, sums = Counter(self.counts), dict(self.sums)
        for result in results:
            counts[result.became.value] += 1
            sums[result.became.value] = sums.get(result.became.value, 0) + result.amount
        return replace(self, counts=dict(counts), sums=sums)


@dataclass(frozen=True)
class Sighting:
    """The first time this money was told of: by which file, and how. Kept for refunds, returns and comparison."""

    source: str
    statement: str
    kind: StatementKind
    sequence: str
    entry: BankEntry

    def denies(self, later: "Sighting") -> bool:
        """Whether what was told later, though it bears the same marks, cannot be this money.

        Numbered statements of one account share no entry, and in all of them an entry is booked on one day. And
        money has one counterpart, one end-to-end id and one value date, give or take the bank's own corrections.
        """
        if self.statement == later.statement:
            return self.entry.number != later.entry.number
        both_official = self.kind is later.kind is StatementKind.STATEMENT
        if both_official and self.sequence and later.sequence and self.sequence != later.sequence:
            return True
        one, other = self.entry, later.entry
        if both_official and one.booked_on and other.booked_on and one.booked_on != other.booked_on:
            return True
        told_apart = ((one.iban, other.iban), (said(one.end_to_end), said(other.end_to_end)))
        if any(a and b and a != b for a, b in told_apart):
            return True
        return abs(one.value_date - other.value_date) > MOVED_AT_MOST


def balanced(opening: int | None, closing: int | None, entries: Iterable[BankEntry]) -> bool:
    """Whether the entries lead from one balance to the other; True where the bank gave none to hold them to."""
    if opening is None or closing is None:
        return True
    return opening + sum(entry.signed for entry in entries if entry.booked) == closing


def ranked(entries: Iterable[BankEntry]) -> Iterator[BankEntry]:
    """The entries of one file, those that are alike counted from 0 in the order they stand there."""
    alike: Counter[tuple[str, ...]] = Counter()
    for entry in entries:
        marks = _marks(entry)
        yield replace(entry, rank=alike[marks])
        alike[marks] += 1


def identity(account: str, entry: BankEntry) -> str:
    """The text that names this money, whichever file tells of it; personal data, so keep only its keyed hash.

    `account` is the IBAN the money moved on.
    """
    return "\n".join(("bank", account, *_marks(entry), str(entry.rank)))


def _marks(entry: BankEntry) -> tuple[str, ...]:
    common = (entry.side.value, str(entry.amount), entry.currency)
    reference = said(entry.reference)
    if reference:
        part = said(entry.end_to_end) if entry.is_part else ""
        return (*common, "reference", reference, part)
    content = (entry.value_date.isoformat(), said(entry.end_to_end), entry.iban, squeezed(entry.text))
    return (*common, "content", *content)


def said(reference: str) -> str:
    """A reference as it stands, or "" where the bank only filled the field."""
    bare = squeezed(reference)
    return "" if bare in NOTHING_SAID or not bare.strip("0") else bare


def squeezed(text: str) -> str:
    """Letters and digits alone, in capitals: what is left of a text however a bank wraps it."""
    return re.sub(r"[\W_]", "", text.upper())


def original_marks(entry: BankEntry) -> tuple[str, ...]:
    """Texts by which a payment and its return know each other; personal data, so keep only their keyed hashes.

    A return repeats the payment's end-to-end id, or at the least its counterpart and its text.
    """
    amount = str(entry.without_charges)
    marks = []
    if said(entry.end_to_end):
        marks.append("\n".join(("end_to_end", amount, entry.currency, said(entry.end_to_end))))
    text = squeezed(entry.text)
    for counterpart in (entry.iban, squeezed(entry.name)):
        if counterpart and text:
            marks.append("\n".join(("text", amount, entry.currency, counterpart, text)))
    return tuple(marks)
