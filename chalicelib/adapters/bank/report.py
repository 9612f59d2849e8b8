"""The report of a bank's statement: what became of each entry, and sums that can be held against the account."""

from collections.abc import Iterable
from typing import Any

from ...domain.bank import BankStatement, Became, EntryResult, StatementStatus
from ...domain.batch import Refused
from ...domain.money import MINOR_DIGITS
from ...domain.profile import FileProfile, amount_text
from ..batches.report import DELIMITER, Report, dumped, written
from . import reasons_de, reasons_en

LANGUAGES = {"de": reasons_de.SENTENCES, "en": reasons_en.SENTENCES}
REMARK = {
    "de": ("Das System hat hierzu etwas vermerkt.", "Für Sie ist nichts zu tun."),
    "en": ("The system has made a note of this.", "There is nothing for you to do."),
}
HEADERS = {
    "de": (
        *("Umsatz", "Eingang", "Ausgang", "Währung", "Ergebnis", "Forderungen", "Punkte", "Buchung"),
        *("Was offen ist", "Was zu tun ist"),
    ),
    "en": (
        *("entry", "in", "out", "currency", "outcome", "claims", "score", "source"),
        *("what is open", "what to do"),
    ),
}
OUTCOMES = {
    "de": {
        Became.BOOKED: "gebucht",
        Became.REVERSED: "zurückgebucht",
        Became.SUSPENSE: "Zwischenkonto",
        Became.KNOWN: "schon bekannt",
        Became.PAYOUT: "Auszahlung des Zahlungsdienstes",
        Became.OWN: "eigener Umsatz",
        Became.PENDING: "nur angekündigt",
        Became.PARTS: "in Teilen gebucht",
    },
    "en": {became: became.value for became in Became},
}
SUMS = {"de": "Summe", "en": "sum"}
FORMS = {"de": FileProfile("de", decimal=",", thousands="."), "en": FileProfile("en")}


def statement_report(statement: BankStatement, results: Iterable[EntryResult], language: str) -> Report:
    """The report of a statement as it stands now; the same state always gives the same bytes.

    Ids and amounts only: who paid stands in the bank's own file.
    """
    language = language if language in LANGUAGES else "en"
    listed = list(results)
    return Report(
        report_key(statement.creditor, statement.id),
        _json(statement, listed, language),
        _csv(statement, listed, language),
    )


def refused_report(creditor: str, key: str, id: str, why: Refused, language: str) -> Report:
    """The report of a file of which nothing was taken."""
    language = language if language in LANGUAGES else "en"
    text, place = told(why.reason, language), {"byte": why.byte, "line": why.line, "value": why.value}
    body = {"creditor": creditor, "file": key, "status": StatementStatus.REFUSED.value, "refused": text | place}
    found = ": ".join(part for part in (f"Byte {why.byte}" if why.byte is not None else "", why.value) if part)
    cells = (why.line or "", "", "", "", text["reason"], "", "", found, text["said"], text["mend"])
    return Report(report_key(creditor, id), dumped(body), written([HEADERS[language], cells], DELIMITER[language]))


def report_key(creditor: str, id: str) -> str:
    return f"reports/{creditor}/bank-{id}"


def told(reason: str, language: str) -> dict[str, str]:
    """The reason's key with its two sentences."""
    said, mend = LANGUAGES[language].get(reason, REMARK[language])
    return {"reason": reason, "said": said, "mend": mend}


def _json(statement: BankStatement, results: list[EntryResult], language: str) -> bytes:
    body: dict[str, Any] = {
        "statement": statement.id,
        "creditor": statement.creditor,
        "file": statement.key,
        "kind": statement.kind.value,
        "name": statement.name,
        "sequence": statement.sequence,
        "account_ends": statement.account,
        "currency": statement.currency,
        "status": statement.status.value,
        "received_at": statement.received_at.isoformat(),
        "done_at": statement.done_at.isoformat() if statement.done_at else None,
        "balances": {"opening": statement.opening, "closing": statement.closing},
        "entries": statement.entries,
        "counts": {became.value: statement.counts.get(became.value, 0) for became in Became},
        "sums": {became.value: statement.sums.get(became.value, 0) for became in Became},
        "results": [_result(result, language) for result in results],
    }
    return dumped(body)


def _result(result: EntryResult, language: str) -> dict[str, Any]:
    return {
        "entry": result.number,
        "amount": result.amount,
        "currency": result.currency,
        "outcome": result.became.value,
        "claims": list(result.claims),
        "source": result.source,
        "score": result.score,
        "because": told(result.because, language) if result.because else None,
    }


def _csv(statement: BankStatement, results: list[EntryResult], language: str) -> bytes:
    lines: list[tuple[object, ...]] = [HEADERS[language]]
    for result in results:
        text = told(result.because, language) if result.because else {"said": "", "mend": ""}
        outcome, claims = OUTCOMES[language][result.became], ", ".join(result.claims)
        first = (result.number, *_amounts(result.amount, result.currency, language), result.currency)
        lines.append((*first, outcome, claims, result.score or "", result.source, text["said"], text["mend"]))
    for became in Became:
        count = statement.counts.get(became.value, 0)
        if count:
            amounts = _amounts(statement.sums.get(became.value, 0), statement.currency, language)
            outcome = OUTCOMES[language][became]
            lines.append((SUMS[language], *amounts, statement.currency, outcome, count, *[""] * 4))
    return written(lines, DELIMITER[language])


def _amounts(minor: int, currency: str, language: str) -> tuple[str, str]:
    """What came in and what went out, each without a sign: one of the two is empty."""
    text = amount_text(abs(minor), FORMS[language], MINOR_DIGITS.get(currency, 2))
    return ("", text) if minor < 0 else (text, "")
