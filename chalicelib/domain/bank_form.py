"""BankForm: how a bank's CSV export is written, as its creditor declares it; what does not fit is not guessed."""

from dataclasses import dataclass

from .profile import FileProfile

# What a column of an export may hold. One way to tell amounts must be declared: a signed column, a column with a
# side beside it, or a column for each side.
FIELDS = (
    *("booked_on", "value_date", "amount", "credit", "debit", "side", "currency"),
    *("text", "end_to_end", "name", "iban", "reference", "account", "code", "returned"),
)
SIDES = ("credit", "debit")


@dataclass(frozen=True)
class BankForm:
    """The form of a creditor's bank exports: `profile` as for its other files, `header_line` where banks put lines
    of their own before the header (the first line is 1)."""

    profile: FileProfile
    header_line: int = 1
