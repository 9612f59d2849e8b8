"""Brings back what was lost from a restored copy of the table (`python -m infra.restore --source <table>`).

Point-in-time recovery makes a table of its own. This copies from it what the table in use lacks, or has in an
older version, and never overwrites anything newer; so it can be run again, and while the office is open. Of a
person who was forgotten since, nothing comes back: neither their messages nor the links to their door. A contact
whose hour has come since the moment of the copy may have left: it comes back as reserved, so that it is never sent
again, and the night gives it up as lost and goes on with the next one.
"""

import argparse
import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.adapters.dynamo.codec import moment
from chalicelib.domain.contact import ContactState
from infra.deploy import outputs
from infra.forget_again import noted_in

AT_ONCE = 16

type Item = dict[str, Any]


def restore(
    source: str,
    target: str,
    *,
    creditor: str = "",
    noted: Collection[tuple[str, str]] = (),
    now: datetime | None = None,
    endpoint_url: str | None = None,
    region: str | None = None,
) -> tuple[int, int]:
    """(items copied, items left as they are) of the table `source` into `target`; of one creditor if named.

    `noted` are those of whom the bucket says that they were forgotten, as (creditor, debtor number). Who of them
    is not in the table in use at all comes back with their books, to be forgotten again (infra/forget_again.py).
    """
    config = Config(retries={"mode": "adaptive", "max_attempts": 10}, max_pool_connections=AT_ONCE)
    table = boto3.client("dynamodb", endpoint_url=endpoint_url, region_name=region, config=config)
    copied, kept, at = 0, 0, moment(now or datetime.now(UTC))
    forgotten = _forgotten(table, target, frozenset(noted))
    with ThreadPoolExecutor(AT_ONCE) as workers:
        for page in table.get_paginator("scan").paginate(TableName=source):
            ours = (item for item in page["Items"] if _belongs(item, creditor) and not forgotten & _owners(item))
            items = [_never_twice(item, at) for item in ours]
            done = sum(workers.map(lambda item: _copy(table, target, item), items))
            copied, kept = copied + done, kept + len(items) - done
    return copied, kept


def _belongs(item: Item, creditor: str) -> bool:
    """Whether an item lies in a partition of this creditor (chalicelib/adapters/dynamo/keys.py)."""
    own = f"CR#{creditor}"
    return not creditor or item["pk"]["S"] == own or item["pk"]["S"].startswith(f"{own}#")


def _forgotten(table: Any, target: str, noted: frozenset[tuple[str, str]]) -> set[str]:
    """The partitions of the people the table in use has forgotten, and of each message that went to them.

    Whoever was forgotten and owes something new has a card again; nothing of what was before comes back to it.
    """
    asked = {"FilterExpression": "sk = :card", "ExpressionAttributeValues": {":card": {"S": "DEBTOR"}}}
    found: set[str] = set()
    for page in table.get_paginator("scan").paginate(TableName=target, ConsistentRead=True, **asked):
        for card in page["Items"]:
            own, who = card["pk"]["S"], (card["creditor"]["S"], card["number"]["S"])
            if "erased_at" not in card and who not in noted:
                continue
            found.add(own)
            wanted = {":p": {"S": own}, ":s": {"S": "CONTACT#"}}
            key = "pk = :p AND begins_with(sk, :s)"
            about = {"KeyConditionExpression": key, "ExpressionAttributeValues": wanted}
            for contacts in table.get_paginator("query").paginate(TableName=target, **about):
                names = (contact["sk"]["S"].partition("#")[2] for contact in contacts["Items"])
                found |= {f"CR#{card['creditor']['S']}#M#{name}" for name in names}
    return found


def _owners(item: Item) -> set[str]:
    """The partitions an item belongs to: its own, and its debtor's where it names one (a link, an attempt)."""
    own = {item["pk"]["S"]}
    if "creditor" in item and "debtor" in item:
        own.add(f"CR#{item['creditor']['S']}#D#{item['debtor']['S']}")
    return own


def _never_twice(item: Item, now: str) -> Item:
    """A contact that was still to leave, and whose hour has come by now, as one that may have left."""
    contact = item.get("sk", {}).get("S", "").startswith("CONTACT#")
    if not contact or item["state"]["S"] != ContactState.PLANNED or item["due_at"]["S"] > now:
        return item
    return {**item, "state": {"S": ContactState.RESERVED.value}, "reserved_at": item["due_at"]}


def _copy(table: Any, target: str, item: Item) -> bool:
    """Put the item unless the target has it in this version or a later one."""
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if "version" in item:
        condition = {
            "ConditionExpression": "attribute_not_exists(pk) OR version < :v",
            "ExpressionAttributeValues": {":v": item["version"]},
        }
    try:
        table.put_item(TableName=target, Item=item, **condition)
    except ClientError as refused:
        if refused.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def main() -> None:
    """Copy back what the stack's table lacks, and say how much that was."""
    parser = argparse.ArgumentParser(prog="python -m infra.restore", description=main.__doc__)
    parser.add_argument("--stack", default="kulanz")
    parser.add_argument("--source", required=True, help="the restored table")
    parser.add_argument("--creditor", default="", help="only this creditor's partitions")
    parser.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "eu-central-1"))
    parser.add_argument("--endpoint-url", help="an AWS that answers elsewhere")
    given = parser.parse_args()
    where = {"endpoint_url": given.endpoint_url, "region": given.region}
    formation = boto3.client("cloudformation", endpoint_url=given.endpoint_url, region_name=given.region)
    found = outputs(formation, given.stack)
    target = found["TableName"]
    s3 = boto3.client("s3", endpoint_url=given.endpoint_url, region_name=given.region)
    noted = noted_in(s3, found["BucketName"], given.creditor)
    copied, kept = restore(given.source, target, creditor=given.creditor, noted=noted, **where)
    print(f"{given.source} -> {target}: {copied} copied, {kept} left as they are")
    print("now forget again whoever was forgotten since: make forget-again SINCE=<the day restored to>")


if __name__ == "__main__":
    main()
