"""After a restore: forgets again whoever was forgotten since (`python -m infra.forget_again --since 2026-11-20`).

A restored table knows nothing of what was erased after its moment; the bucket does, by numbers (G2). The night's
function does it, by the same action as every night, and answers once all is done.
"""

import argparse
import json
import os
from datetime import date
from typing import Any
from urllib.parse import unquote

import boto3
from botocore.config import Config

# The function's own time, and a little more.
PATIENCE_S = 920


def forget_again(
    stack: str,
    since: date,
    *,
    creditor: str = "",
    session: boto3.Session | None = None,
    endpoint_url: str | None = None,
    region: str | None = None,
) -> dict[str, Any]:
    """How many were noted since that day (UTC), and how many of them forgotten again; of one creditor if named.

    RuntimeError where something failed: the function's log says for whom, and it may be asked again.
    """
    session = session or boto3.Session(region_name=region)
    patient = Config(read_timeout=PATIENCE_S, retries={"max_attempts": 0})
    formation = session.client("cloudformation", endpoint_url=endpoint_url)
    functions = session.client("lambda", endpoint_url=endpoint_url, config=patient)
    found = formation.describe_stack_resource(StackName=stack, LogicalResourceId="Nightly")
    detail = {"since": since.isoformat(), **({"creditor": creditor} if creditor else {})}
    answer = functions.invoke(
        FunctionName=found["StackResourceDetail"]["PhysicalResourceId"],
        Payload=json.dumps({"detail-type": "ForgetAgain", "detail": detail}).encode(),
    )
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise RuntimeError(f"not everybody could be forgotten: {said.get('errorType', 'see the log of nightly')}")
    return said


def noted_in(s3: Any, bucket: str, creditor: str = "") -> frozenset[tuple[str, str]]:
    """(creditor, debtor number) of everybody of whom the bucket says that they were forgotten."""
    prefix = f"erasures/{creditor}/" if creditor else "erasures/"
    found = set()
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            _, of, _, number = item["Key"].split("/")
            found.add((of, unquote(number)))
    return frozenset(found)


def main() -> None:
    """Forget again whoever was forgotten since the moment the table was restored to, and say how many."""
    parser = argparse.ArgumentParser(prog="python -m infra.forget_again", description=main.__doc__)
    parser.add_argument("--stack", default="kulanz")
    parser.add_argument(
        "--since", required=True, type=date.fromisoformat, help="the day the table was restored to"
    )
    parser.add_argument("--creditor", default="", help="only this creditor's debtors")
    parser.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "eu-central-1"))
    parser.add_argument("--endpoint-url", help="an AWS that answers elsewhere")
    given = parser.parse_args()
    where = {"endpoint_url": given.endpoint_url, "region": given.region}
    said = forget_again(given.stack, given.since, creditor=given.creditor, **where)
    print(f"{said['noted']} noted since {given.since}, {said['forgotten_again']} forgotten again")


if __name__ == "__main__":
    main()
