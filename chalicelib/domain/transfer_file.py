"""TransferFile: orders that two people released, written once into one file for the bank."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

# All of a file's orders change in one transaction, of which one holds a hundred actions.
MOST = 40


@dataclass(frozen=True)
class TransferFile:
    """The file `id` with what leaves in it, by the ids that are their end-to-end ids. Ids and a sum, no account.

    It is written down before the file is: `written_at` is None until the file lies in the bucket, and whoever
    finds it so writes the same bytes again.
    """

    id: str
    creditor: str
    orders: tuple[str, ...]
    total: int
    made_at: datetime
    execute_on: date
    written_at: datetime | None = None
    version: int = 0


def file_id(creditor: str, orders: Iterable[str], day: date) -> str:
    """At most 35 signs, all of which a bank takes: the message's own id there."""
    text = "\n".join((creditor, *sorted(orders)))
    return f"pf{day:%Y%m%d}{hashlib.sha256(text.encode()).hexdigest()[:16]}"
