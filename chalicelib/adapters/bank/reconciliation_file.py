"""The report of a reconciliation: each difference with its ids and both amounts, and what to do about it."""

from typing import Any

from ...domain.money import MINOR_DIGITS
from ...domain.profile import amount_text
from ...domain.reconciliation import Difference, DifferenceKind, Reconciliation, Uncompared
from ..batches.report import DELIMITER, Report, dumped, written
from .report import FORMS

HEADERS = {
    "de": (
        *("Tag", "Unterschied", "Betrifft", "Steht in", "Nummer dort", "Forderungen", "Währung"),
        *("Dort", "Hier", "Richtung", "Was nicht stimmt", "Was zu tun ist"),
    ),
    "en": (
        *("day", "difference", "about", "told by", "its id", "claims", "currency"),
        *("theirs", "ours", "direction", "what is wrong", "what to do"),
    ),
}
# What is wrong, and what a person does about it: by kind, German and English.
SENTENCES: dict[DifferenceKind, dict[str, tuple[str, str]]] = {
    DifferenceKind.NOT_BOOKED: {
        "de": (
            "Der Zahlungsdienst hat Geld, das hier nicht gebucht ist.",
            "Noch einmal abgleichen.",
        ),
        "en": ("The provider has money that is not booked here.", "Reconcile again."),
    },
    DifferenceKind.UNKNOWN_AT_PROVIDER: {
        "de": ("Hier ist Geld gebucht, das der Zahlungsdienst nicht kennt.", "Beim Zahlungsdienst nachsehen."),
        "en": ("Money is booked here that the provider does not know.", "Look at the provider."),
    },
    DifferenceKind.AMOUNT_DIFFERS: {
        "de": ("Der gebuchte Betrag ist ein anderer.", "Den Vorgang dort mit der Forderung vergleichen."),
        "en": ("The amount booked is another one.", "Compare the original with the claim."),
    },
    DifferenceKind.NOT_REVERSED: {
        "de": ("Dort ging Geld zurück, hier nicht.", "Rückzahlungen und Rückbuchungen dort nachsehen."),
        "en": ("Money went back there, and not here.", "Look at its refunds and disputes there."),
    },
    DifferenceKind.NOT_GIVEN_BACK: {
        "de": ("Hier ging Geld zurück, dort nicht.", "Beim Zahlungsdienst nachsehen."),
        "en": ("Money went back here, and not there.", "Look at the provider."),
    },
    DifferenceKind.BOOKED_TWICE: {
        "de": ("Dasselbe Geld ist zweimal gebucht.", "Den Support fragen; nichts von Hand buchen."),
        "en": ("The same money is booked twice.", "Ask for support; book nothing by hand."),
    },
    DifferenceKind.ORDER_BEHIND: {
        "de": ("Eine Erstattung ist dort beendet, hier nicht.", "Noch einmal abgleichen."),
        "en": ("A refund came to its end there, and not here.", "Reconcile again."),
    },
    DifferenceKind.ENTRY_NOT_BOOKED: {
        "de": ("Ein Umsatz der Bank ist nicht gebucht.", "Den Kontoauszug noch einmal einreichen."),
        "en": ("An entry of the bank is not booked.", "Hand the statement in again."),
    },
    DifferenceKind.ENTRY_UNKNOWN: {
        "de": (
            "Gebucht ist ein Umsatz, den kein Auszug mehr nennt.",
            "Auszüge vergleichen, Bank fragen.",
        ),
        "en": ("An entry is booked that no statement holds.", "Compare the statements; ask the bank."),
    },
    DifferenceKind.STATEMENT_GAP: {
        "de": ("Davor fehlt ein Kontoauszug.", "Den fehlenden Auszug bei der Bank holen und einreichen."),
        "en": ("A statement is missing before this one.", "Fetch the missing one and hand it in."),
    },
    DifferenceKind.BALANCE_GAP: {
        "de": ("Der Saldo schließt nicht an.", "Die Auszüge bei der Bank holen und einreichen."),
        "en": ("The balance does not join.", "Fetch the statements and hand them in."),
    },
    DifferenceKind.UNTOLD_BY_BANK: {
        "de": ("Die Bank hat eine Überweisung nicht gemeldet.", "Wurde die Datei eingereicht? Fehlt ein Auszug?"),
        "en": ("The bank has not told of a transfer.", "Was the file handed in? Is a statement missing?"),
    },
    DifferenceKind.NOT_ARRIVED: {
        "de": ("Eine Auszahlung kam nicht auf dem Konto an.", "Konto und Auszahlung beim Zahlungsdienst prüfen."),
        "en": ("A payout has not reached the account.", "Look at the account and at the payout there."),
    },
    DifferenceKind.SUSPENSE_DIFFERS: {
        "de": ("Auf dem Zwischenkonto liegt ein anderer Betrag.", "Den Support fragen; nichts von Hand buchen."),
        "en": ("Another amount lies in suspense.", "Ask for support; book nothing by hand."),
    },
    DifferenceKind.LEDGER_BROKEN: {
        "de": ("Eine Buchung ist nicht mehr, wie sie war.", "Nichts auszahlen; `ledger` zeigt die Stelle."),
        "en": ("An entry is no longer what it was.", "Pay nothing out; `ledger` shows the place."),
    },
}
UNCOMPARED = {
    "de": {
        Uncompared.LATE_CHANGES: "Nicht verglichen: was lange vorher begann und sich in diesen Tagen änderte.",
        Uncompared.OLD_STATEMENTS: "Nicht verglichen: Umsätze von Auszügen, die älter als 175 Tage sind.",
        Uncompared.NO_STATEMENTS: "Nicht verglichen: die Bank; zu diesen Tagen liegt kein Auszug vor.",
        Uncompared.OTHER_ACCOUNT: "Nicht verglichen: Auszahlungen; auf dieses Konto kam noch keine.",
    },
    "en": {
        Uncompared.LATE_CHANGES: "Not compared: what began long before and changed in these days.",
        Uncompared.OLD_STATEMENTS: "Not compared: entries of statements that came more than 175 days ago.",
        Uncompared.NO_STATEMENTS: "Not compared: the bank; no statement tells of these days.",
        Uncompared.OTHER_ACCOUNT: "Not compared: payouts; none has come on this account yet.",
    },
}
SUMS = {
    "de": "{found} gefunden, {repaired} behoben, {left} offen",
    "en": "{found} found, {repaired} repaired, {left} left",
}
LET_STAND = {
    "de": ("{accepted} hingenommen", "Von zwei Personen hingenommen; `accepted` nennt den Grund."),
    "en": ("{accepted} accepted", "Accepted by two people; `accepted` says why."),
}


def reconciliation_report(compared: Reconciliation, language: str) -> Report:
    """The report of these days: the same state gives the same bytes. Ids and amounts, no person."""
    language = language if language in HEADERS else "en"
    return Report(reconciliation_key(compared), _json(compared), _csv(compared, language))


def reconciliation_key(compared: Reconciliation) -> str:
    days = f"{compared.first.isoformat()}-{compared.last.isoformat()}"
    return f"reports/{compared.creditor}/reconciliation-{days}"


def _json(compared: Reconciliation) -> bytes:
    body: dict[str, Any] = {
        "creditor": compared.creditor,
        "first": compared.first.isoformat(),
        "last": compared.last.isoformat(),
        "done_at": compared.done_at.isoformat() if compared.done_at else None,
        "found": compared.found,
        "repaired": compared.repaired,
        "left": compared.count,
        "uncompared": [part.value for part in compared.uncompared],
        "differences": [_told(one) for one in compared.left],
        "accepted": [{**_told(one), "mend": LET_STAND["en"][1]} for one in compared.accepted],
    }
    return dumped(body)


def _told(one: Difference) -> dict[str, Any]:
    said, mend = SENTENCES[one.kind]["en"]
    return {
        "kind": one.kind.value,
        "about": one.about,
        "told_by": one.place.value,
        "at": one.at,
        "claims": list(one.claims),
        "theirs": one.theirs,
        "ours": one.ours,
        "currency": one.currency,
        "day": one.day.isoformat(),
        "said": said,
        "mend": mend,
    }


def _csv(compared: Reconciliation, language: str) -> bytes:
    lines: list[tuple[object, ...]] = [HEADERS[language]]
    for one in (*compared.left, *compared.accepted):
        said, mend = SENTENCES[one.kind][language]
        mend = LET_STAND[language][1] if one in compared.accepted else mend
        first = (one.day.isoformat(), one.kind.value, one.about, one.place.value, one.at, ", ".join(one.claims))
        amounts = (_amount(one.theirs, one, language), _amount(one.ours, one, language))
        went = (one.theirs if one.theirs is not None else one.ours or 0) < 0
        lines.append((*first, one.currency, *amounts, ("out" if went else "in"), said, mend))
    lines += [(*[""] * 10, UNCOMPARED[language][part], "") for part in compared.uncompared]
    sums = SUMS[language].format(found=compared.found, repaired=compared.repaired, left=compared.count)
    if compared.accepted:
        sums += f", {LET_STAND[language][0].format(accepted=len(compared.accepted))}"
    lines.append((*[""] * 10, sums, ""))
    return written(lines, DELIMITER[language])


def _amount(minor: int | None, one: Difference, language: str) -> str:
    """Without a sign, which a spreadsheet takes for a formula: the direction stands in a column of its own."""
    if minor is None:
        return ""
    return amount_text(abs(minor), FORMS[language], MINOR_DIGITS.get(one.currency, 2))
