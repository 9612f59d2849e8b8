"""What a collector's first contact with a private person must say (RDG §13a(1)), and what it lacks."""

from dataclasses import dataclass
from typing import Self

from .claim import Claim
from .cost_kind import CostKind
from .parties import ActingAs, Creditor


@dataclass(frozen=True)
class Particulars:
    """The parts of the list that a claim's figures alone do not tell; None where the file was silent.

    `interest_rate` in words ("6.27 % a year"), `above_statutory` why it exceeds the statutory rate,
    `costs_kind` and `costs_origin` in the creditor's words, `vat_reclaimable` whether the creditor
    deducts VAT.
    """

    interest_rate: str | None = None
    above_statutory: str | None = None
    costs_kind: str | None = None
    costs_origin: str | None = None
    vat_reclaimable: bool | None = None

    @classmethod
    def of(cls, claim: Claim) -> Self:
        """The particulars in a claim's file history."""
        said = claim.history
        vat = said.get("vat_reclaimable")
        return cls(
            interest_rate=said.get("interest_rate"),
            above_statutory=said.get("above_statutory"),
            costs_kind=said.get("costs_kind"),
            costs_origin=said.get("costs_origin"),
            vat_reclaimable=None if vat is None else vat == "yes",
        )


def gaps(creditor: Creditor, claim: Claim, particulars: Particulars | None = None) -> tuple[str, ...]:
    """What the notice still lacks, by the number of the list and a word; empty when it is whole.

    A notice with a gap is never sent: the policy refuses the contact and names these.
    """
    known = particulars or Particulars.of(claim)
    owed = claim.outstanding
    # What is named by kind says itself what it is and what it stands on.
    unnamed = owed.by_kind.get(CostKind.OTHER)
    wanted = (
        ("register", creditor.acting_as is not ActingAs.COLLECTOR or creditor.register_number),
        ("1_principal", creditor.on_behalf_of),
        ("2_ground", claim.ground.what.strip()),
        ("2_contract_date", claim.ground.contract_date),
        ("3_interest_rate", not owed.interest or known.interest_rate or claim.interest),
        ("3_interest_period", not owed.interest or claim.default_since),
        ("5_costs_kind", not unnamed or known.costs_kind),
        ("5_costs_origin", not unnamed or known.costs_origin),
        ("6_vat", not unnamed or known.vat_reclaimable is not None),
        ("8_authority", creditor.authority),
    )
    return tuple(name for name, there in wanted if not there)
