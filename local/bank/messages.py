"""What the bank double sends: camt.053 and camt.054 of version 2 or 8, as banks in Germany write them."""

from datetime import date
from xml.etree import ElementTree as Tree

from local.bank.account import CREDIT, Account, Booking, Movement

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.{version:02d}"


def notice(account: Account, *, on: date, version: int = 8, number: int = 1) -> bytes:
    """A camt.054 about everything booked since the last one, collective entries with all their parts."""
    bookings, account.untold = account.untold, []
    root, report = _message(
        account, "054", "BkToCstmrDbtCdtNtfctn", "Ntfctn", version, on, f"N{on:%Y%m%d}{number:03d}"
    )
    for booking in bookings:
        _entry(report, booking, account, version, parts=True)
    return _written(root)


def statement(account: Account, *, on: date, version: int = 8, parts: bool = True) -> bytes:
    """A camt.053 of everything booked since the last one; without `parts`, collective entries as bare sums."""
    bookings, account.unstated = account.unstated, []
    account.sequence += 1
    name = f"S{on:%Y}{account.sequence:05d}"
    root, report = _message(account, "053", "BkToCstmrStmt", "Stmt", version, on, name, account.sequence)
    opening, account.balance = account.balance, account.balance + sum(booking.signed for booking in bookings)
    _balance(report, "OPBD", opening, account, on)
    _balance(report, "CLBD", account.balance, account, on)
    for booking in bookings:
        _entry(report, booking, account, version, parts=parts)
    return _written(root)


def _message(account, message, root_name, report_name, version, on, name, sequence=None):  # type: ignore[no-untyped-def]
    document = Tree.Element("Document", {"xmlns": NAMESPACE.format(message=message, version=version)})
    root = Tree.SubElement(document, root_name)
    header = _put(root, "GrpHdr")
    _put(header, "MsgId", f"M{name}")
    _put(header, "CreDtTm", f"{on}T20:00:00+01:00")
    report = _put(root, report_name)
    _put(report, "Id", name)
    if sequence is not None:
        _put(report, "ElctrncSeqNb", str(sequence))
    _put(report, "CreDtTm", f"{on}T20:00:00+01:00")
    held = _put(report, "Acct")
    _put(_put(held, "Id"), "IBAN", account.iban)
    _put(held, "Ccy", account.currency)
    _put(_put(held, "Ownr"), "Nm", account.owner)
    return document, report


def _balance(report: Tree.Element, kind: str, minor: int, account: Account, on: date) -> None:
    balance = _put(report, "Bal")
    _put(_put(_put(balance, "Tp"), "CdOrPrtry"), "Cd", kind)
    _amount(balance, "Amt", abs(minor), account)
    _put(balance, "CdtDbtInd", "DBIT" if minor < 0 else "CRDT")
    _put(_put(balance, "Dt"), "Dt", on.isoformat())


def _entry(report: Tree.Element, booking: Booking, account: Account, version: int, *, parts: bool) -> None:
    first = booking.movements[0]
    entry = _put(report, "Ntry")
    _amount(entry, "Amt", abs(booking.signed), account)
    _put(entry, "CdtDbtInd", "CRDT" if booking.signed >= 0 else "DBIT")
    if version < 8:
        _put(entry, "Sts", "BOOK")
    else:
        _put(_put(entry, "Sts"), "Cd", "BOOK")
    _put(_put(entry, "BookgDt"), "Dt", first.booked_on.isoformat())
    _put(_put(entry, "ValDt"), "Dt", first.value_date.isoformat())
    _put(entry, "AcctSvcrRef", booking.reference)
    _code(entry, first)
    details = _put(entry, "NtryDtls")
    if booking.batch:
        batch = _put(details, "Btch")
        _put(batch, "PmtInfId", booking.batch)
        _put(batch, "NbOfTxs", str(len(booking.movements)))
    for movement in booking.movements if parts or not booking.batch else ():
        _details(details, movement, account, version)


def _details(details: Tree.Element, movement: Movement, account: Account, version: int) -> None:
    detail = _put(details, "TxDtls")
    refs = _put(detail, "Refs")
    _put(refs, "EndToEndId", movement.end_to_end)
    if version >= 8:
        _amount(detail, "Amt", movement.amount + movement.fee, account)
        _put(detail, "CdtDbtInd", movement.side)
    amounts = _put(detail, "AmtDtls")
    if movement.returned is not None:
        _amount(_put(amounts, "InstdAmt"), "Amt", movement.amount, account)
    _amount(_put(amounts, "TxAmt"), "Amt", movement.amount + movement.fee, account)
    if movement.fee:
        charges = _put(detail, "Chrgs")
        held = charges if version < 8 else _put(charges, "Rcrd")
        _amount(held, "Amt", movement.fee, account)
    parties = _put(detail, "RltdPties")
    turned = movement.side != CREDIT and movement.returned is None
    other = ("Cdtr", "CdtrAcct") if turned else ("Dbtr", "DbtrAcct")
    if movement.name:
        party = _put(parties, other[0])
        _put(party if version < 8 else _put(party, "Pty"), "Nm", movement.name)
    if movement.iban:
        _put(_put(_put(parties, other[1]), "Id"), "IBAN", movement.iban)
    if movement.text:
        remittance = _put(detail, "RmtInf")
        for at in range(0, len(movement.text), 140):
            _put(remittance, "Ustrd", movement.text[at : at + 140])
    if movement.returned is not None:
        back = _put(detail, "RtrInf")
        _put(_put(back, "Rsn"), "Cd", movement.returned)


def _code(entry: Tree.Element, movement: Movement) -> None:
    domain, family, sub = movement.code
    held = _put(_put(entry, "BkTxCd"), "Domn")
    _put(held, "Cd", domain)
    families = _put(held, "Fmly")
    _put(families, "Cd", family)
    _put(families, "SubFmlyCd", sub)


def _amount(parent: Tree.Element, name: str, minor: int, account: Account) -> None:
    _put(parent, name, f"{minor // 100}.{minor % 100:02d}").set("Ccy", account.currency)


def _put(parent: Tree.Element, name: str, text: str = "") -> Tree.Element:
    child = Tree.SubElement(parent, name)
    child.text = text or None
    return child


def _written(root: Tree.Element) -> bytes:
    Tree.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, encoding="utf-8") + b"\n"
