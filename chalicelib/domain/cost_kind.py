"""CostKind: what a cost is for; costs are owed, shown and settled by kind, never as one lump."""

from enum import StrEnum


class CostKind(StrEnum):
    """What a cost is for. The statute each kind stands on is named with it."""

    DUNNING = "dunning"
    """What a reminder cost the creditor, proven in its file (BGB §280(2), §286)."""
    COLLECTION = "collection"
    """A collector's fee by the lawyers' table, never above it (RDG §13e, RVG §13, VV 2300)."""
    EXPENSES = "expenses"
    """The flat sum for post and telephone that comes with that fee (VV 7002)."""
    VAT = "vat"
    """VAT on fee and expenses, where the creditor cannot deduct it (VV 7008)."""
    FLAT = "flat"
    """The 40 euros of a debtor who is no consumer (BGB §288(5)); set off against other collection costs."""
    BANK_RETURN = "bank_return"
    """What a bank charged the creditor for a direct debit it gave back."""
    COURT = "court"
    """What a court charged, as its decision or invoice says."""
    OTHER = "other"
    """A cost the file named and no kind above fits; it is shown in the creditor's own words."""
