"""What a collector's first letter must list, in words (RDG §13a(1)); domain/notice.py says when it is whole."""

from ..domain.claim import Claim
from ..domain.cost_kind import CostKind
from ..domain.fees import SIMPLE_CASE, UNDISPUTED
from ..domain.money import Money
from ..domain.notice import Particulars
from ..domain.parties import Creditor, Debtor
from .frame import Row
from .i18n import NBSP, Locale, isolated, one_line
from .split_lines import KINDS, rates_said


def notice_list(
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    known: Particulars,
    words: Locale,
    *,
    markup: bool = False,
) -> tuple[Row, ...]:
    """The list of RDG §13a(1) in its own order, each line said even where it says that there is nothing.

    `markup` gives it for a drawn page, with every name and figure isolated from the words around it.
    """
    owed, text = claim.outstanding, words.html if markup else words.text
    foreign = isolated if markup else one_line

    def euros(amount: int) -> str:
        return words.money(Money(amount, claim.currency))

    interest = text("notice.interest.none")
    rate = text("notice.rate.none")
    if owed.interest and claim.default_since:
        interest = text(
            "notice.interest.some",
            interest=euros(owed.interest),
            base=euros(owed.principal),
            rate=known.interest_rate or rates_said(claim, words),
            since=words.date(claim.default_since),
            until=words.date(max(claim.as_of, claim.interest.through) if claim.interest else claim.as_of),
        )
        rate = text("notice.rate.statutory")
        if known.above_statutory:
            rate = text("notice.rate.above", because=known.above_statutory)
    costs, vat = text("notice.costs.none"), text("notice.vat.none")
    # Of its own costs it says what was charged, though a part of them may be paid when it is printed once more.
    ours = claim.fee.ours if claim.fee else {}
    filed, taxed = owed.by_kind.get(CostKind.OTHER, 0), CostKind.VAT in ours
    if filed:
        costs = text("notice.costs.some", costs=euros(filed), kind=known.costs_kind, origin=known.costs_origin)
        taxed = taxed or not known.vat_reclaimable
    if filed or ours:
        vat = text("notice.vat.with" if taxed else "notice.vat.without")
    if claim.fee and ours:
        parts = words.listed(f"{words.text(KINDS[kind])}{NBSP}{euros(amount)}" for kind, amount in ours.items())
        factor = f"0{words.patterns['decimal']}{UNDISPUTED if claim.fee.rise else SIMPLE_CASE}"
        fee = text("notice.costs.fee", parts=parts, rate=factor, value=euros(claim.fee.value))
        costs = costs + " " + fee if filed else fee
    found = "notice.address.traced" if debtor.address.traced else "notice.address.given"
    mail, phone = creditor.help_email, creditor.help_phone.replace(" ", NBSP)
    ground = claim.ground
    authority = creditor.authority
    lines: tuple[tuple[str, str], ...] = (
        ("notice.principal", foreign(creditor.on_behalf_of or creditor.legal_name)),
        (
            "notice.ground",
            text(
                "notice.ground.text",
                what=ground.what,
                agreed=words.date(ground.contract_date) if ground.contract_date else "",
                day=words.date(ground.invoice_date),
            ),
        ),
        ("notice.sum", text("notice.sum.text", principal=euros(owed.principal), total=euros(owed.total))),
        ("notice.interest", interest),
        ("notice.rate", rate),
        ("notice.costs", costs),
        ("notice.vat", vat),
        ("notice.address", text(found, email=mail, phone=phone)),
        (
            "notice.authority",
            foreign(f"{authority.name}, {authority.address}, {authority.contact}") if authority else "",
        ),
        ("notice.plans", text("notice.plans.text")),
        ("notice.origin", text("notice.origin.text", email=mail)),
    )
    return tuple(Row(words.text(label), value) for label, value in lines if value)


def origin_list(
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    known: Particulars,
    words: Locale,
    *,
    markup: bool = False,
) -> tuple[Row, ...]:
    """What RDG §13a(2) wants told on request: the original creditor, and the circumstances of the contract."""
    text, ground = words.text, claim.ground
    agreed = words.date(ground.contract_date) if ground.contract_date else text("origin.unknown")
    where = creditor.address
    own = f"{creditor.legal_name}, {where.street}, {where.postcode} {where.city}"
    lines = [
        ("notice.principal", creditor.on_behalf_of or own),
        ("subject.what", ground.what),
        ("subject.contract_day", agreed),
        ("origin.invoice_day", words.date(ground.invoice_date)),
        ("subject.due", words.date(claim.due)),
    ]
    if claim.default_since:
        lines.append(("origin.default_since", words.date(claim.default_since)))
    foreign = isolated if markup else one_line
    return tuple(Row(text(label), foreign(value)) for label, value in lines)


def no_list(
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    known: Particulars,
    words: Locale,
    *,
    markup: bool = False,
) -> tuple[Row, ...]:
    """Most messages list nothing."""
    return ()
