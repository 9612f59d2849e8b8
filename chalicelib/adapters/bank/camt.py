"""camt.053 and camt.054 by their local names: versions 2 to 13 tell the same things in nearly the same places.

ISO 20022, BankToCustomerStatement and BankToCustomerDebitCreditNotification; what banks in Germany make of them:
DFÜ-Abkommen, Anlage 3 (Deutsche Kreditwirtschaft). Where a version moved an element both places are read: the name
of a party lies under `Dbtr` up to version 2 and under `Dbtr/Pty` later, a status is text first and a code later.
"""

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from ...domain.bank import BankEntry, Side, StatementKind, balanced, ranked
from ...domain.batch import Refused
from ...domain.iban import iban_of
from ...domain.parties import Creditor
from ..batches.unpack import FileRefused
from .told import LONGEST, MOST_ENTRIES, Told, day_of, minor_of, own_account
from .xml_text import Node, read_xml

NAMESPACE = re.compile(
    r"urn:iso:std:iso:20022:tech:xsd:(?P<message>[a-z]{4}\.[0-9]{3})\.001\.(?P<version>[0-9]{2})"
)
VERSIONS = range(2, 14)
# Sub-families of the bank transaction code (ISO 20022 external code set) and German business transaction codes
# that say a payment comes back; for banks that leave RtrInf out.
RETURNING = frozenset({"UPDD", "PRDD", "RRTN", "108", "109", "159"})


@dataclass(frozen=True)
class Camt:
    """One message of the family: its name, the element that holds it, and the one that holds a report."""

    key: str
    root: str
    report: str
    kind: StatementKind
    ending: ClassVar[str] = ".xml"

    def read(self, body: bytes, creditor: Creditor) -> list[Told]:
        """Every report of the message, whole and balanced. Raises FileRefused with place and reason."""
        found: dict[int, tuple[Node, list[BankEntry]]] = {}
        count = 0

        def take(node: Node, around: Node) -> None:
            nonlocal count
            held = found.setdefault(id(around), (around, []))[1]
            count += 1
            if count > MOST_ENTRIES:
                raise FileRefused(Refused("too_many_rows", line=node.line, value=str(MOST_ENTRIES)))
            account = own_account(around.said("Acct/Id/IBAN"), creditor, around.line)
            held += _entries(node, str(count), account)

        namespace, document = read_xml(body, "Ntry", take)
        _judge(namespace, self.key, document)
        message = document.first(self.root)
        reports = list(message.all(self.report)) if message else []
        if message is None or not reports:
            raise FileRefused(Refused("bank_message", line=document.line, value=self.key))
        name = message.said("GrpHdr/MsgId")
        return [
            _told(self.kind, report, found.get(id(report), (report, []))[1], name, creditor) for report in reports
        ]


def message_in(namespace: str) -> str:
    """The message a namespace names, such as camt.053; "" where it names none."""
    found = NAMESPACE.fullmatch(namespace)
    return found["message"] if found else ""


def _judge(namespace: str, key: str, document: Node) -> None:
    found = NAMESPACE.fullmatch(namespace)
    if not found or found["message"] != key or int(found["version"]) not in VERSIONS:
        raise FileRefused(Refused("bank_message", line=document.line, value=namespace[-40:]))


def _told(kind: StatementKind, report: Node, entries: list[BankEntry], message: str, creditor: Creditor) -> Told:
    account = own_account(report.said("Acct/Id/IBAN"), creditor, report.line)
    currency = report.said("Acct/Ccy") or (entries[0].currency if entries else "EUR")
    opening, closing = _balance(report, ("OPBD", "PRCD")), _balance(report, ("CLBD",))
    if kind is StatementKind.STATEMENT and not balanced(opening, closing, entries):
        raise FileRefused(Refused("bank_balance", line=report.line, value=report.said("Id")[:40]))
    _summed(report, entries)
    if kind is StatementKind.NOTICE:
        entries = [replace(one, part_of=(*one.part_of, message)) if one.is_part else one for one in entries]
    return Told(
        kind=kind,
        account=account,
        currency=currency,
        name=report.said("Id")[:70],
        sequence=_sequence(report),
        opening=opening,
        closing=closing,
        entries=tuple(ranked(entries)),
    )


def _sequence(report: Node) -> str:
    """The statement's number in its year: banks begin anew every January."""
    number = report.said("ElctrncSeqNb", "LglSeqNb").lstrip("0")
    return f"{report.said('CreDtTm')[:4]}/{number}" if number else ""


def _balance(report: Node, kinds: tuple[str, ...]) -> int | None:
    """The booked balance of the first of these kinds that is given, below zero where the account is overdrawn."""
    for kind in kinds:
        for balance in report.all("Bal"):
            if balance.said("Tp/CdOrPrtry/Cd") == kind:
                amount = _amount(balance.first("Amt"), balance.line)
                return -amount[0] if balance.said("CdtDbtInd") == "DBIT" else amount[0]
    return None


def _summed(report: Node, entries: list[BankEntry]) -> None:
    """The number of entries the bank says there are is the number that is there."""
    told = report.said("TxsSummry/TtlNtries/NbOfNtries")
    found = len({entry.number.partition(".")[0] for entry in entries})
    if told and (not told.isdecimal() or int(told) != found):
        raise FileRefused(Refused("bank_count", line=report.line, value=f"{told[:12]} / {found}"))


def _amount(node: Node | None, line: int) -> tuple[int, str]:
    if node is None:
        raise FileRefused(Refused("bank_amount", line=line))
    currency = node.attributes.get("Ccy", "")
    return minor_of(node.text, currency, node.line), currency


def _side(node: Node, line: int) -> Side:
    try:
        return {"CRDT": Side.CREDIT, "DBIT": Side.DEBIT}[node.said("CdtDbtInd")]
    except KeyError:
        raise FileRefused(Refused("bank_side", line=line, value=node.said("CdtDbtInd")[:12])) from None


def _entries(entry: Node, number: str, account: str) -> list[BankEntry]:
    """One booked entry, or each of its parts where the file shows them all and they sum up to it."""
    amount, currency = _amount(entry.first("Amt"), entry.line)
    side = _side(entry, entry.line)
    value = entry.said("ValDt/Dt", "ValDt/DtTm", "BookgDt/Dt", "BookgDt/DtTm")
    booking = entry.said("BookgDt/Dt", "BookgDt/DtTm")
    bare = BankEntry(
        number=number,
        amount=amount,
        currency=currency,
        side=side,
        value_date=day_of(value, entry.line),
        booked_on=day_of(booking, entry.line) if booking else None,
        text=entry.said("AddtlNtryInf")[:LONGEST],
        reference=entry.said("AcctSvcrRef")[:70],
        code=_code(entry),
        returned=_returned(entry, entry),
        charges=_charges(entry, currency),
        booked=entry.said("Sts/Cd", "Sts/Prtry", "Sts") in ("BOOK", ""),
    )
    details = list(entry.all("NtryDtls/TxDtls"))
    count = _count(entry, len(details))
    if count <= 1 and len(details) == 1:
        return [_single(bare, details[0], account)]
    if count <= 1 and not details and entry.first("AddtlInfInd") is None:
        return [bare]
    parts = [_part(bare, detail, f"{number}.{at}", account) for at, detail in enumerate(details, 1)]
    batch = _names_of_batch(entry)
    whole = all(part is not None for part in parts) and len(parts) == count
    shown = [replace(part, part_of=batch) for part in parts if part is not None]
    if whole and sum(part.signed for part in shown) == bare.signed:
        return shown
    # What the parts say of coming back, the sum says too: it must not pass for a payment of the creditor's own.
    back = next((found for detail in details if (found := _returned(detail, detail)) is not None), None)
    returned = back if bare.returned is None else bare.returned
    return [replace(bare, parts=max(count, 1), part_of=batch, returned=returned)]


def _count(entry: Node, shown: int) -> int:
    told = [text for batch in entry.all("NtryDtls/Btch") if (text := batch.said("NbOfTxs")).isdecimal()]
    return max(sum(int(text) for text in told), shown)


def _names_of_batch(entry: Node) -> tuple[str, ...]:
    """Everything a collective entry is called by, here and in the notice that shows its parts."""
    paths = ("AcctSvcrRef", "NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId", "AddtlInfInd/MsgId")
    named = [node.text for path in paths for node in entry.all(path)]
    return tuple(dict.fromkeys(name for name in named if name))


def _single(bare: BankEntry, detail: Node, account: str) -> BankEntry:
    """The entry with what its one transaction tells of it."""
    read = _with_details(bare, detail, account)
    reference = bare.reference or detail.said("Refs/AcctSvcrRef")[:70]
    return replace(read, reference=reference, charges=_charges_of_return(read, detail))


def _part(bare: BankEntry, detail: Node, number: str, account: str) -> BankEntry | None:
    """One transfer of a collective entry; None where its own amount cannot be told."""
    found = detail.first("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
    amount, currency = _amount(found, detail.line) if found else (0, "")
    if currency != bare.currency:
        return None
    side = _side(detail, detail.line) if detail.first("CdtDbtInd") else bare.side
    reference = bare.reference or detail.said("Refs/AcctSvcrRef")[:70]
    own = replace(bare, number=number, amount=amount, side=side, reference=reference, charges=0)
    read = _with_details(own, detail, account)
    return replace(read, charges=_charges_of_return(read, detail))


def _with_details(bare: BankEntry, detail: Node, account: str) -> BankEntry:
    name, iban = _counterpart(detail, bare.side, account)
    code, returned = _code(detail) or bare.code, _returned(detail, detail)
    return replace(
        bare,
        text=_text(detail)[:LONGEST] or bare.text,
        end_to_end=detail.said("Refs/EndToEndId")[:70],
        name=name[:140],
        iban=iban,
        code=code,
        returned=bare.returned if returned is None else returned,
        charges=bare.charges or _charges(detail, bare.currency),
    )


def _text(detail: Node) -> str:
    """All that was written along: free text, the creditor's reference; what the bank adds where there is none."""
    paths = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf")
    words = [node.text for path in paths for node in detail.all(path) if node.text]
    return " ".join(words) or detail.said("AddtlTxInf")


def _counterpart(detail: Node, side: Side, account: str) -> tuple[str, str]:
    """(name, IBAN) of the other side: who is not this account. A returned payment may show both turned round."""
    parties = (("Dbtr", "DbtrAcct"), ("Cdtr", "CdtrAcct"))
    for party, holding in parties if side is Side.CREDIT else parties[::-1]:
        iban = iban_of(detail.said(f"RltdPties/{holding}/Id/IBAN")) or ""
        name = detail.said(f"RltdPties/{party}/Pty/Nm", f"RltdPties/{party}/Nm")
        if iban != account and (iban or name):
            return name, iban
    return "", ""


def _code(node: Node) -> str:
    domain = [node.said(f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return "/".join(part for part in (*domain, node.said("BkTxCd/Prtry/Cd")[:35]) if part)


def _returned(node: Node, coded: Node) -> str | None:
    """The reason a payment comes back by, "" where none is given; None where nothing comes back."""
    back = node.first("RtrInf", "NtryDtls/RtrInf")
    if back is not None:
        return back.said("Rsn/Cd", "Rsn/Prtry")[:35]
    codes = re.split(r"[/+]", _code(coded))
    reversed_ = node.said("RvslInd") in ("true", "1")
    return "" if reversed_ or RETURNING.intersection(codes) else None


def _charges(node: Node, currency: str) -> int:
    """The bank's own charges contained in the amount, as far as it says so (version 8: ChrgInclInd)."""
    total = 0
    for charges in node.all("Chrgs"):
        records = list(charges.all("Rcrd")) or [charges]
        for record in records:
            amount = record.first("Amt")
            contained = record.said("ChrgInclInd", "ChrgsInclInd") in ("true", "1")
            if contained and amount is not None and amount.attributes.get("Ccy") == currency:
                total += _amount(amount, record.line)[0]
    return total


def _charges_of_return(read: BankEntry, detail: Node) -> int:
    """A returned debit is booked with the fee for it: what was instructed is what comes back, the rest is fee."""
    instructed = detail.first("AmtDtls/InstdAmt/Amt")
    if read.returned is None or instructed is None or instructed.attributes.get("Ccy") != read.currency:
        return read.charges
    original, _ = _amount(instructed, detail.line)
    return read.amount - original if 0 < original <= read.amount else read.charges
