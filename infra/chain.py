"""Works out the chain of a claim's ledger anew, from what `ledger` printed, no verdict of the house believed."""

from datetime import date, datetime
from typing import Any

from chalicelib.domain.allocation import Split
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.entry import EntryKind, LedgerEntry
from chalicelib.domain.money import MINOR_DIGITS


def entry_of(said: dict[str, Any]) -> LedgerEntry:
    """The entry as it was sealed, from its printed fields."""
    split = said["split"]
    return LedgerEntry(
        number=said["number"],
        kind=EntryKind(said["kind"]),
        amount=said["amount"],
        currency=said["currency"],
        split=Split(
            split["principal"],
            split["interest"],
            split["costs"],
            tuple((CostKind(kind), amount) for kind, amount in split["kinds"]),
        ),
        surplus=said["surplus"],
        source=said["source"],
        value_date=date.fromisoformat(said["value_date"]),
        booked_at=datetime.fromisoformat(said["booked_at"]),
        previous=said["previous"],
        flags=tuple(said["flags"]),
        hash=said["hash"],
        reverses=said["reverses"],
    )


def proven(answer: dict[str, Any]) -> str:
    """One line that says the chain holds, with its head. SystemExit names the entry at which it does not."""
    last, owed, number = "", Split(), -1
    for number, said in enumerate(answer["ledger"]):
        try:
            entry = entry_of(said)
            whole = (entry.number, entry.previous) == (number, last) and entry.sealed().hash == entry.hash
            owed = owed + entry.split if entry.adds else owed - entry.split
        except (KeyError, TypeError, ValueError):
            whole = False
        if not whole:
            raise SystemExit(f"ledger: the chain breaks at entry {number}")
        last = entry.hash
    if (last, owed.total, number + 1) != (answer["head"], answer["owed"], answer["sealed"]):
        raise SystemExit("ledger: the chain does not end as the claim says; read it once more")
    digits = MINOR_DIGITS.get(answer["currency"], 2)
    amount = f"{owed.total / 10**digits:.{digits}f} {answer['currency']}"
    return f"the chain holds: {number + 1} entries, {amount} owed, head {last}"
