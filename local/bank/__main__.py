"""`python -m local.bank pay | take-back | carry-out`: what a bank does for a creditor of the running local stack.

A transfer comes in, goes back, or leaves by a file of ours. The bank tells of it in a notice (camt.054), or in the
day's statement (camt.053) with --statement. Example:
python -m local.bank pay --creditor auenwerke --amount 48.20 --text K7M4-QX2D-9TRP
"""

import argparse
import re
import sys
from datetime import date, timedelta
from pathlib import Path

from local.bank.account import Movement
from local.bank.branch import Branch
from local.client import aws_client
from local.clock import stack_now
from local.places import Places, Trouble, read_json

AMOUNT = re.compile(r"[0-9]{1,9}\.[0-9]{2}")


def main() -> None:
    given = _arguments()
    try:
        print(_told(given))
    except Trouble as trouble:
        sys.exit(f"local bank: {trouble}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.bank", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    pay = verbs.add_parser("pay", help="somebody transfers money to the creditor")
    pay.add_argument("--amount", type=_cents, required=True, help="in euro, as 48.20")
    pay.add_argument("--text", required=True, help="what they write along")
    pay.add_argument("--name", default="", help="who pays, as the account is called")
    pay.add_argument("--iban", default="", help="from which account; without both nothing can go back")
    pay.add_argument("--days-ago", type=int, default=0, help="how long ago the money was worth its value date")
    back = verbs.add_parser("take-back", help="the bank takes an earlier payment back")
    back.add_argument("--reference", required=True, help="the bank's reference, as it was printed")
    back.add_argument("--reason", default="AC04", help="the bank's code for why (AC04: the account is closed)")
    back.add_argument("--fee", type=_cents, default=0, help="what the bank takes for it, as 3.00")
    out = verbs.add_parser("carry-out", help="what lies in files under payments-out/ leaves the account")
    for verb in (pay, back, out):
        verb.add_argument("--creditor", required=True)
        verb.add_argument("--statement", action="store_true", help="tell it in the day's statement")
        verb.add_argument("--version", type=int, default=8, choices=(2, 8), help="of the bank's message")
        verb.add_argument("--dir", type=Path, default=Path(".run"), help="where the stack keeps its things")
    return parser.parse_args()


def _told(given: argparse.Namespace) -> str:
    places = Places(given.dir.resolve())
    bucket = read_json(places.urls).get("bucket")
    if not bucket:
        raise Trouble("the stack does not run: make run first")
    kept = places.root / "bank" / f"{given.creditor}.json"
    branch = Branch(given.creditor, bucket, aws_client(places, "s3"), kept)
    today: date = stack_now(places.clock).date()
    if given.verb == "pay":
        value_date = today - timedelta(days=given.days_ago)
        words = {"name": given.name, "iban": given.iban, "value_date": value_date}
        moved = [branch.account.receives(given.amount, given.text, on=today, **words)]
    elif given.verb == "take-back":
        moved = [branch.account.returns(branch.movement(given.reference), given.reason, on=today, fee=given.fee)]
    else:
        moved = branch.carry_out(on=today)
    if not moved:
        raise Trouble(f"no file of payments-out/{given.creditor}/ holds an order the bank has not carried out")
    key = branch.tell("statement" if given.statement else "notice", today, given.version)
    said = [f"{one.reference}: told in {key}{_order_of(one)}" for one in moved]
    return "\n".join([*said, f"what became of it: reports/{given.creditor}/bank-*.csv in the bucket"])


def _order_of(moved: Movement) -> str:
    return "" if moved.end_to_end == "NOTPROVIDED" else f", for {moved.end_to_end}"


def _cents(text: str) -> int:
    """Whole cents, with a point: a comma, or none, may mean a hundred times as much."""
    if not AMOUNT.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no amount: write it with a point and two digits, as 48.20")
    return int(text.replace(".", ""))


if __name__ == "__main__":
    main()
