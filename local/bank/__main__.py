"""`python -m local.bank pay | take-back`: a transfer to a creditor of the running local stack, or its return.

The bank tells of it in a notice (camt.054), and in the day's statement (camt.053) with --statement. Example:
python -m local.bank pay --creditor auenwerke --amount 48.20 --text K7M4-QX2D-9TRP
"""

import argparse
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from local.bank.branch import Branch
from local.client import aws_client
from local.clock import stack_now
from local.places import Places, Trouble, read_json


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
    pay.add_argument("--name", default="")
    pay.add_argument("--iban", default="")
    pay.add_argument("--days-ago", type=int, default=0, help="how long ago the money was worth its value date")
    back = verbs.add_parser("take-back", help="the bank takes an earlier payment back")
    back.add_argument("--reference", required=True, help="the bank's reference of the payment")
    back.add_argument("--reason", default="AC04")
    back.add_argument("--fee", type=_cents, default=0)
    for verb in (pay, back):
        verb.add_argument("--creditor", required=True)
        verb.add_argument("--statement", action="store_true", help="tell it in the day's statement")
        verb.add_argument("--version", type=int, default=8, choices=(2, 8))
        verb.add_argument("--dir", type=Path, default=Path(".run"))
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
        moved = branch.account.receives(given.amount, given.text, on=today, **words)
    else:
        moved = branch.account.returns(branch.movement(given.reference), given.reason, on=today, fee=given.fee)
    key = branch.tell("statement" if given.statement else "notice", today, given.version)
    return f"{moved.reference}: told in {key}"


def _cents(text: str) -> int:
    return int(Decimal(text) * 100)


if __name__ == "__main__":
    main()
