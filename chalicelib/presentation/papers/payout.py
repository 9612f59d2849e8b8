"""A creditor's payout statement: the letter it keeps, and the same as CSV with every booking in it.

Ids and amounts only: who paid stands in the creditor's own books.
"""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo

from ...domain.client_account import ClientAccount
from ...domain.entry import EntryKind
from ...domain.money import MINOR_DIGITS, Money
from ...domain.parties import Creditor
from ...domain.payout import Payout
from ...domain.profile import FileProfile, amount_text
from ...domain.trail import Booking
from ..colour import accent
from ..i18n import locale, one_line
from .paper import Block, Calm, Column, Farewell, Heading, Paper, Sender, Table, Words, Written, dialled
from .payout_words import WORDS

FORMS = {"de": FileProfile("de", decimal=",", thousands="."), "en": FileProfile("en")}
DELIMITER = {"de": ";", "en": ","}
# What a spreadsheet would take for the beginning of a formula (B8).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# The lines of the account in their order: what makes the balance more, and what makes it less.
LINES = (
    ("opening", 1),
    ("came_back", 1),
    ("collected", 1),
    ("refunded", -1),
    ("reversed", -1),
    ("provider_fees", -1),
    ("fee", -1),
    ("vat", -1),
    ("held_back", -1),
    ("released", 1),
    ("paid_out", -1),
)
CLOSING = "closing"


def spoken(creditor: Creditor) -> str:
    return creditor.language if creditor.language in WORDS else "en"


def payout_paper(creditor: Creditor, payout: Payout, *, now: datetime, zone: tzinfo) -> Paper:
    """The letter in the creditor's language: sums that tie to the cent, and what they rest on."""
    language = spoken(creditor)
    words, said = WORDS[language], Written.of(locale(language))

    def money(amount: int) -> str:
        return said.money(Money(amount, payout.currency))

    account = payout.account
    rows = tuple((label(language, name, account), money(sign * getattr(account, name))) for name, sign in LINES)
    columns = (Column(words["line"], wide=True), Column(words["amount"], figures=True))
    first = words["payout"].format(number=payout.number, amount=money(payout.amount))
    blocks: list[Block | None] = [
        Words(words["intro"].format(since=said.date(payout.since), until=said.date(payout.until))),
        Calm(first if payout.amount else words["nothing"]),
        Table(columns, rows, ((words[CLOSING], money(account.closing)),)),
        _note(words, "under_way", money(account.under_way)) if account.under_way else None,
        _note(words, "reserve", money(sum(held.amount for held in account.reserve))) if account.reserve else None,
        *_settlements(payout, words, money),
        Farewell((f"{words['regards']}\n{one_line(creditor.legal_name)}",)),
    ]
    where = creditor.address
    lines = (where.street, f"{where.postcode} {where.city}", dialled(creditor), creditor.help_email)
    return Paper(
        language=language,
        direction=said.direction,
        accent=accent(creditor.colour).button,
        title=words["title"],
        about=f"{words['title']} {payout.number}, {one_line(creditor.legal_name)}",
        sender=Sender(one_line(creditor.legal_name), tuple(said.foreign(line) for line in lines)),
        recipient=said.foreign(creditor.on_behalf_of or creditor.legal_name),
        unnamed=creditor.id,
        date=said.date(now.astimezone(zone).date()),
        page=said.raw("paper.page"),
        footer=(f"{payout.id}",),
        blocks=tuple(block for block in blocks if block is not None),
    )


def label(language: str, name: str, account: ClientAccount) -> str:
    """What a line is called, with its rate where it has one."""
    said, rates = WORDS[language][name], {"fee": account.fee_rate, "vat": account.vat_rate}
    if name not in rates:
        return said
    rate = amount_text(rates[name], FORMS[language])
    return said.format(rate=rate.rstrip("0").rstrip(FORMS[language].decimal))


def _note(words: dict[str, str], key: str, amount: str) -> Words:
    return Words(words[key].format(amount=amount))


def _settlements(payout: Payout, words: dict[str, str], money: Callable[[int], str]) -> Iterable[Block]:
    if not payout.settlements:
        return ()
    names = ("settlement", "arrived", "gross", "fees", "net", "bank")
    columns = tuple(Column(words[name], figures=name in ("gross", "fees", "net")) for name in names)
    rows = tuple(
        (
            one.id,
            one.arrives_on.isoformat(),
            money(one.gross),
            money(one.fees),
            money(one.amount),
            ", ".join(source.removeprefix("bank:")[:8] for source in one.brought_in) or words["missing"],
        )
        for one in payout.settlements
    )
    return (Heading(words["settlements"]), Table(columns, rows))


def payout_csv(creditor: Creditor, payout: Payout, bookings: Iterable[Booking]) -> bytes:
    """One line a booking, then one a payout of the provider, then the sums: all in the creditor's own form."""
    language = spoken(creditor)
    words, form = WORDS[language], FORMS[language]
    digits = MINOR_DIGITS[payout.currency]

    def both(amount: int) -> tuple[str, str]:
        text = amount_text(abs(amount), form, digits)
        return (text, "") if amount >= 0 else ("", text)

    header = ("line", "day", "claim", "entry", "in", "out", "currency")
    lines: list[tuple[str, ...]] = [tuple(words[name] for name in header)]
    for booking in bookings:
        entry = booking.entry
        if entry.currency != payout.currency or not entry.split.total:
            continue
        kind, sign = _kind(entry.kind, entry.flags)
        if kind:
            place = (entry.booked_at.date().isoformat(), booking.claim, str(entry.number))
            lines.append((words[kind], *place, *both(sign * entry.split.total), payout.currency))
    for one in payout.settlements:
        place = (one.arrives_on.isoformat(), one.id, " ".join(one.brought_in))
        lines.append((words["provider_fees"], *place, *both(-one.fees), payout.currency))
    account = payout.account
    span = f"{payout.since.isoformat()}/{payout.until.isoformat()}"
    for name, sign in (*LINES, (CLOSING, 1)):
        amount = both(sign * getattr(account, name))
        lines.append((label(language, name, account), span, "", payout.id, *amount, payout.currency))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=DELIMITER[language], lineterminator="\r\n")
    writer.writerows([tuple(map(_text, line)) for line in lines])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _kind(kind: EntryKind, flags: tuple[str, ...]) -> tuple[str, int]:
    if kind is EntryKind.PAYMENT:
        return "collected", 1
    if kind is EntryKind.REVERSAL:
        return ("refunded" if "refund" in flags else "reversed"), -1
    return "", 0


def _text(cell: str) -> str:
    """Text that stays text in a spreadsheet."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
