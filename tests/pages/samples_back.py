"""Samples of money that went back: an amount that is open again, with interest and costs by kind."""

from dataclasses import replace
from datetime import date, timedelta

from chalicelib.domain.accrual import owed_on, paid_on, reversed_on
from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.interest import Interest
from chalicelib.domain.ledger import left_of, opening
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.trail import ReversalReason
from chalicelib.presentation import views

METER = POLICY.meter
KINDS = ((CostKind.DUNNING, 500), (CostKind.BANK_RETURN, 350))


def bearing(s):
    """The claim of all samples with interest that grows and its costs by kind."""
    filed = Split(principal=4820, interest=63, costs=850, kinds=KINDS)
    came = opening(filed, "EUR", "batch-1:1", s.BARE.as_of, s.BARE.registered_at)
    terms = Interest(500, date(2026, 11, 21), date(2026, 11, 20))
    return replace(s.BARE, outstanding=filed, interest=terms, chain=came.hash, recent=(came,), entries=1)


def gone_back(s, why=ReversalReason.DIRECT_DEBIT_RETURN, much=None):
    """All of it was paid, and `much` (None: all) of the payment went back two days later."""
    claim = bearing(s)
    owed = claim.outstanding.total
    paid, entries = paid_on(claim, owed, "pi_7", date(2026, 11, 20), s.NOW - timedelta(days=2), METER)
    again, entry = reversed_on(
        paid,
        entries[-1],
        left_of(entries[-1], ()),
        owed if much is None else much,
        "re_7",
        date(2026, 11, 22),
        s.NOW - timedelta(days=1),
        METER,
        flags=(why.value,),
    )
    return again, (*claim.recent, *entries, entry)


def back_samples(at, s):
    """Name -> view; `at` makes a frame, `s` is the module with the parties and claims of all samples."""
    today = s.NOW.astimezone(s.ZONE).date()
    returned, entries = gone_back(s)
    disputed, taken = gone_back(s, ReversalReason.CHARGEBACK)
    decided = Hold(HoldKind.CHARGEBACK, s.NOW, s.NOW + timedelta(days=90), "re_7")
    pages = {
        name: views.of_claim(
            at("matter"), s.CREDITOR, s.DEBTOR, owed_on(claim, today, METER), claim_entries, s.NOW
        )
        for name, claim, claim_entries in (
            ("matter_came_back", returned, entries),
            ("matter_taken_back", disputed.held(decided), taken),
        )
    }
    return pages | {
        "receipt_came_back": views.receipt(at("receipt"), s.CREDITOR, s.DEBTOR, returned, entries, s.NOW)
    }
