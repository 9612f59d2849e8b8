"""pain.001.001.09: transfers as a bank takes them, the same order always as the same bytes.

ISO 20022 CustomerCreditTransferInitiation, in the subset of the SEPA Credit Transfer scheme (EPC132-08) and of the
Deutsche Kreditwirtschaft (DFÜ-Abkommen, Anlage 3). The schema fixes the order of the elements.
"""

from xml.etree import ElementTree as Tree

from ...domain.transfer import LONGEST_NAME, LONGEST_TEXT
from ...domain.transfer_order import LONGEST_REFERENCE, OutgoingTransfer, TransferOrder
from .sepa_signs import in_sepa_signs, reference_in_sepa_signs

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
EURO = "EUR"


def written(order: TransferOrder) -> bytes:
    """The order as one message with one payment, booked as one sum per transfer so that each can be told apart.

    Raises ValueError for a moment without a zone, and for a name or id of which nothing is left in SEPA's signs.
    """
    document = Tree.Element("Document", {"xmlns": NAMESPACE})
    message = _put(document, "CstmrCdtTrfInitn")
    header = _put(message, "GrpHdr")
    _put(header, "MsgId", _reference(order.id))
    _put(header, "CreDtTm", _moment(order))
    _totals(header, order)
    _put(_put(header, "InitgPty"), "Nm", _name(order.name))
    payment = _put(message, "PmtInf")
    _put(payment, "PmtInfId", _reference(order.id))
    _put(payment, "PmtMtd", "TRF")
    _put(payment, "BtchBookg", "false")
    _totals(payment, order)
    _put(_put(_put(payment, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _put(_put(payment, "ReqdExctnDt"), "Dt", order.execute_on.isoformat())
    _put(_put(payment, "Dbtr"), "Nm", _name(order.name))
    _account(payment, "DbtrAcct", order.iban)
    # The IBAN says which bank: what stands here says that it does.
    _put(_put(_put(_put(payment, "DbtrAgt"), "FinInstnId"), "Othr"), "Id", "NOTPROVIDED")
    _put(payment, "ChrgBr", "SLEV")
    for transfer in order.transfers:
        _transfer(payment, transfer)
    Tree.indent(document)
    body: bytes = Tree.tostring(document, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _transfer(payment: Tree.Element, transfer: OutgoingTransfer) -> None:
    one = _put(payment, "CdtTrfTxInf")
    _put(_put(one, "PmtId"), "EndToEndId", _reference(transfer.end_to_end))
    _put(_put(one, "Amt"), "InstdAmt", _amount(transfer.amount)).set("Ccy", EURO)
    _put(_put(one, "Cdtr"), "Nm", _name(transfer.name))
    _account(one, "CdtrAcct", transfer.iban)
    if text := in_sepa_signs(transfer.text, LONGEST_TEXT):
        _put(_put(one, "RmtInf"), "Ustrd", text)


def _totals(parent: Tree.Element, order: TransferOrder) -> None:
    _put(parent, "NbOfTxs", str(len(order.transfers)))
    _put(parent, "CtrlSum", _amount(order.total))


def _account(parent: Tree.Element, name: str, iban: str) -> None:
    _put(_put(_put(parent, name), "Id"), "IBAN", iban)


def _moment(order: TransferOrder) -> str:
    if order.made_at.tzinfo is None:
        raise ValueError("an order is made at a moment with its zone")
    return order.made_at.isoformat(timespec="seconds")


def _amount(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _name(text: str) -> str:
    return _something(in_sepa_signs(text, LONGEST_NAME), text)


def _reference(text: str) -> str:
    return _something(reference_in_sepa_signs(text, LONGEST_REFERENCE), text)


def _something(written: str, text: str) -> str:
    if not written.strip(". "):
        raise ValueError(f"nothing is left of {len(text)} signs that a bank could show")
    return written


def _put(parent: Tree.Element, name: str, text: str = "") -> Tree.Element:
    child = Tree.SubElement(parent, name)
    child.text = text or None
    return child
