"""Writes a creditor's statement of account (`python -m infra.statement --creditor nordlicht --first …`).

A CSV under reports/ in the bucket, beside the reports of its files; `make statement` asks for it too.
"""

import argparse
import os
from datetime import UTC, date, datetime

import boto3

from chalicelib.actions.tell_account import tell_account
from chalicelib.adapters.batches.account_file import account_key
from chalicelib.adapters.batches.bucket import Bucket
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.table import Table
from infra.operate import in_one_line


def statement(
    stack: str,
    creditor: str,
    first: date,
    last: date,
    *,
    endpoint_url: str | None = None,
    region: str | None = None,
) -> str:
    """The key of the object it was written to, without its ending."""
    session = boto3.Session(region_name=region)
    formation = session.client("cloudformation", endpoint_url=endpoint_url)

    def physical(logical_id: str) -> str:
        found = formation.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    table = Table(physical("Table"), session.client("dynamodb", endpoint_url=endpoint_url))
    bucket = Bucket(physical("Bucket"), session.client("s3", endpoint_url=endpoint_url))
    tell_account(creditor, first, last, store=DynamoStore(table, lambda: datetime.now(UTC)), accounts=bucket)
    return account_key(creditor, first, last)


def main() -> None:
    """Write the statement and say where it lies."""
    parser = argparse.ArgumentParser(prog="python -m infra.statement", description=main.__doc__)
    parser.add_argument("--stack", default="kulanz")
    parser.add_argument("--creditor", required=True)
    parser.add_argument("--first", type=date.fromisoformat, required=True)
    parser.add_argument("--last", type=date.fromisoformat, required=True)
    parser.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "eu-central-1"))
    parser.add_argument("--endpoint-url", help="an AWS that answers elsewhere")
    given = parser.parse_args()
    where = {"endpoint_url": given.endpoint_url, "region": given.region}
    with in_one_line():
        key = statement(given.stack, given.creditor, given.first, given.last, **where)
    print(f"written: {key}.csv")


if __name__ == "__main__":
    main()
