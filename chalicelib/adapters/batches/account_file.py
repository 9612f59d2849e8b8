"""A creditor's statement of account as a CSV a spreadsheet opens: every movement, split, with its balance."""

from collections.abc import Iterable
from datetime import date

from ...domain.entry import EntryKind
from ...domain.money import MINOR_DIGITS
from ...domain.profile import FileProfile, amount_text, date_text
from ...domain.statement import Movement, Statement
from .report import DELIMITER, written

HEADERS = {
    "de": (
        *("Wertstellung", "Gebucht am", "Debitor", "Forderung", "Nummer", "Vorgang", "Währung"),
        *("Hauptforderung", "Zinsen", "Kosten", "Kosten nach Art", "Zu viel", "Quelle", "Nimmt zurück"),
        *("Mehr", "Weniger", "Offen"),
    ),
    "en": (
        *("value date", "booked on", "debtor", "claim", "number", "entry", "currency"),
        *("principal", "interest", "costs", "costs by kind", "too much", "source", "takes back"),
        *("more", "less", "open"),
    ),
}
KINDS = {
    "de": {
        EntryKind.OPENING: "Anfang",
        EntryKind.PAYMENT: "Zahlung",
        EntryKind.WAIVER: "Erlass",
        EntryKind.CORRECTION: "Berichtigung",
        EntryKind.INTEREST: "Zinsen",
        EntryKind.COSTS: "Kosten",
        EntryKind.REVERSAL: "Rückbuchung",
        EntryKind.CREDIT: "Zinsgutschrift",
    },
    "en": {kind: kind.value for kind in EntryKind},
}
COSTS_BACK = {"de": "Kostengutschrift", "en": "costs back"}
BEFORE = {"de": "Offen davor", "en": "open before"}
AFTER = {"de": "Offen danach", "en": "open after"}


def account_key(creditor: str, first: date, last: date) -> str:
    """Where a creditor finds the statement of these days."""
    return f"reports/{creditor}/statement-{first.isoformat()}-{last.isoformat()}"


def account_csv(statements: Iterable[Statement], language: str, profile: FileProfile) -> bytes:
    """Each currency's statement below the other; amounts and days in the form of the creditor's own files.

    What makes more and what makes less stand in columns of their own, so that no figure begins with a sign that a
    spreadsheet takes for a formula.
    """
    language = language if language in HEADERS else "en"
    lines: list[tuple[object, ...]] = [HEADERS[language]]
    for statement in statements:
        digits = MINOR_DIGITS[statement.currency]
        lines.append(_edge(BEFORE[language], statement.before, statement, profile))
        lines += [_line(movement, language, profile, digits) for movement in statement.movements]
        lines.append(_edge(AFTER[language], statement.after, statement, profile))
    return written(lines, DELIMITER[language])


def _edge(words: str, amount: int, statement: Statement, profile: FileProfile) -> tuple[object, ...]:
    """The line before the first movement, or after the last."""
    digits = MINOR_DIGITS[statement.currency]
    return (*[""] * 5, words, statement.currency, *[""] * 9, amount_text(amount, profile, digits))


def _line(movement: Movement, language: str, profile: FileProfile, digits: int) -> tuple[object, ...]:
    entry = movement.entry
    split = entry.split

    def amount(minor: int) -> str:
        return amount_text(minor, profile, digits) if minor else ""

    by_kind = (
        "; ".join(f"{kind.value} {amount(part)}" for kind, part in split.by_kind.items()) if split.kinds else ""
    )
    return (
        date_text(entry.value_date, profile),
        date_text(entry.booked_at.date(), profile),
        movement.debtor,
        movement.claim,
        entry.number,
        COSTS_BACK[language] if entry.gives_costs_back else KINDS[language][entry.kind],
        entry.currency,
        amount(split.principal),
        amount(split.interest),
        amount(split.costs),
        by_kind,
        amount(entry.surplus),
        entry.source,
        "" if entry.reverses is None else entry.reverses,
        amount(max(0, movement.change)),
        amount(max(0, -movement.change)),
        amount_text(movement.balance, profile, digits),
    )
