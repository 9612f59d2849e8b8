"""A message as a letter that is posted: the same calm words, the amount, how to pay, and the way to the page."""

import io
from dataclasses import replace

from ...domain.allocation import ORDER
from ...domain.contact import MessageKind
from ...domain.reference import shown
from ...domain.transfer import transfer_of
from ..i18n import one_line
from ..split_lines import split_lines
from .notice import notice
from .paper import (
    Block,
    Case,
    Column,
    Door,
    Facts,
    Farewell,
    Giro,
    Paper,
    Small,
    Table,
    Words,
    door,
    farewell,
    hello,
    paper,
    subject,
)


def letter(kind: MessageKind, case: Case, title: str, words: str, until: str | None) -> Paper:
    """The letter of one contact. `words` is the text of the same message in paragraphs, without any address of a
    page: what leads there is the reference (/start), and no link is printed. `until` is the day to which the
    amount stays as it is.

    A notice says its whole list, everything else its words and what is owed.
    """
    if kind is MessageKind.NOTICE:
        written = notice(case)
    else:
        written = replace(
            paper(
                case,
                "paper.statement",
                hello(case),
                *(Words(" ".join(part.split())) for part in words.split("\n\n") if part.strip()),
                _about(case),
                *_owed(case),
                farewell(case),
            ),
            title=title,
            about=f"{title}, {one_line(case.creditor.legal_name)}",
        )
    blocks: list[Block] = []
    paying = giro(case)
    for block in written.blocks:
        if isinstance(block, Farewell):
            blocks += [paying] if paying else []
            good = (case.words.text("pay.good_until", day=until),) if until else ()
            blocks.append(Words(" ".join((*good, case.words.text("mail.crossed")))))
            blocks += [way for way in (door(case),) if way is not None]
            blocks += [block, _small(case)]
        elif not isinstance(block, Door):
            blocks.append(block)
    return replace(written, window=_address(case), back=_back(case), blocks=tuple(blocks))


def _small(case: Case) -> Small:
    """Why this came, what becomes of the data, and how to end it: what each message says at its foot."""
    words, creditor = case.words, case.creditor
    why = (
        words.text("mail.why.collector", owed_to=case.owed_to)
        if case.collected
        else words.text("mail.why.own_name", creditor=creditor.legal_name)
    )
    data = words.text("mail.data", privacy=creditor.privacy_url.partition("://")[2])
    # An address ends a sentence here: on paper nobody presses it.
    return Small(" ".join((why, f"{data}.", words.text("paper.stop", start=_start(case)))))


def _about(case: Case) -> Facts:
    """What it is about, without the lines that stand again beside the code to pay by: one sheet is enough."""
    paying = giro(case)
    again = {value for _, value in paying.rows} if paying else set()
    return Facts(tuple(row for row in subject(case).rows if row[1] not in again))


def _owed(case: Case) -> tuple[Block, ...]:
    """The amount by its parts, in the order of this kind of claim."""
    words, outstanding = case.words, case.claim.outstanding
    rows = tuple(
        (words.text(key), case.money(amount))
        for key, amount in split_lines(outstanding, ORDER[case.claim.claim_type])
        if amount
    )
    columns = (Column(words.text("matter.split"), wide=True), Column(words.text("paper.amount"), figures=True))
    sums = ((words.text("split.total"), case.money(outstanding.total)),)
    # Of one part there is nothing to tell that does not stand beside the code.
    return (Table(columns, rows, sums),) if len(rows) > 1 else ()


def giro(case: Case) -> Giro | None:
    """The transfer of all that is owed, as a GiroCode (EPC069-12); None where it cannot be said in one."""
    transfer = transfer_of(case.creditor, case.claim, case.claim.outstanding.total)
    if not transfer.scannable:
        return None
    from decimal import Decimal

    from segno import helpers

    words, drawn = case.words, io.BytesIO()
    code = helpers.make_epc_qr(
        name=transfer.payee, iban=transfer.iban, amount=Decimal(transfer.amount) / 100, text=transfer.reference
    )
    code.save(drawn, kind="svg", border=4, xmldecl=False)
    rows = (
        ("pay.payee", transfer.payee),
        ("transfer.iban", " ".join(transfer.iban[at : at + 4] for at in range(0, len(transfer.iban), 4))),
        ("transfer.amount", case.money(transfer.amount)),
        ("transfer.reference", shown(case.claim.reference) or transfer.reference),
    )
    told = tuple((words.text(label), words.foreign(value)) for label, value in rows)
    return Giro(
        drawn.getvalue().decode(),
        words.text("transfer.code", amount=case.money(transfer.amount), payee=transfer.payee),
        told,
    )


def _start(case: Case) -> str:
    return case.creditor.public_url.partition("://")[2] + "/start"


def _address(case: Case) -> tuple[str, ...]:
    where, home = case.debtor.address, case.creditor.address
    lines = [case.debtor.name, where.street, f"{where.postcode} {where.city}".strip()]
    if where.country != home.country:
        lines.append(where.country)
    return tuple(one_line(line) for line in lines if line)


def _back(case: Case) -> str:
    where = case.creditor.address
    return " · ".join(
        one_line(part) for part in (case.creditor.legal_name, where.street, f"{where.postcode} {where.city}")
    )
