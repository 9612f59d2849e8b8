"""Money that went back, in words that blame nobody: what it is called, and why it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..domain.entry import EntryKind, LedgerEntry

if TYPE_CHECKING:
    from ..domain.trail import ReversalReason

MOVES = (EntryKind.PAYMENT, EntryKind.WAIVER, EntryKind.REVERSAL)


def back_words(entry: LedgerEntry) -> str:
    """The key of what a reversal is called: a payment that went back, or only what had been paid too much."""
    return "paper.entry.reversal" if entry.split.total else "back.surplus"


def reasons() -> dict[ReversalReason, str]:
    """The key of a sentence for each reason there is."""
    from ..domain.trail import ReversalReason  # most claims have nothing that went back

    return {
        ReversalReason.DIRECT_DEBIT_RETURN: "back.returned",
        ReversalReason.BANK_RETURN: "back.returned",
        ReversalReason.CHARGEBACK: "back.disputed",
        ReversalReason.REFUND: "back.refunded",
    }


def because(entry: LedgerEntry) -> str | None:
    """The key of the sentence that says why it went back; None where nobody knows."""
    return next((key for reason, key in reasons().items() if reason.value in entry.flags), None)


def came_back(entries: Sequence[LedgerEntry]) -> LedgerEntry | None:
    """The reversal by which something is owed again, while no money has come since."""
    moved = [entry for entry in entries if entry.kind in MOVES]
    last = moved[-1] if moved else None
    return last if last and last.kind is EntryKind.REVERSAL and last.split.total else None
