"""What operators may ask for and decide, each under the name it has in its address; loaded by their door alone."""

from collections.abc import Callable
from typing import Any

from . import books, money, people, sending, strategy
from .answers import Said

LISTS: dict[str, Callable[[str, dict[str, str]], Said]] = {
    "suspense": books.list_suspense,
    "refunds": books.list_refunds,
    "payments": books.list_payments,
    "ledger": books.list_ledger,
    "statement": books.list_statement,
    "contacts": books.list_contacts,
    "accounts": books.list_accounts,
    "payouts": books.list_payouts,
    "acts": books.list_acts,
    "reconciled": books.list_reconciled,
    "holds": sending.list_holds,
    "batch": sending.list_batch,
    "why": sending.list_why,
    "accepted": books.list_accepted,
    "strategies": strategy.list_strategies,
    "staff": people.list_staff,
}
ACTS: dict[str, Callable[[str, str, dict[str, Any]], Said]] = {
    "assign": money.assign,
    "send-back": money.send_back,
    "give-back": money.give_back,
    "take-back": money.take_back,
    "release": money.release,
    "refuse": money.refuse,
    "collect": money.collect,
    "pay-out": money.pay_out,
    "confirm": money.confirm,
    "reconcile": money.reconcile,
    "hold": sending.hold,
    "lift": sending.lift,
    "release-batch": sending.release_batch,
    "called": sending.called,
    "overrule": sending.overrule,
    "wrong-number": sending.wrong_number,
    "accept": money.accept,
    "dry-run": strategy.dry_run,
    "strategy": strategy.strategy,
    "staff-add": people.staff_add,
    "staff-change": people.staff_change,
    "staff-go": people.staff_go,
}

# What may concern all creditors at once.
HOUSE_WIDE = {"holds", "hold", "lift", "acts", "staff", "staff-add", "staff-change", "staff-go"}
