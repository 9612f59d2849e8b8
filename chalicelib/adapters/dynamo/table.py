"""The conditional transaction and the few reads everything else is made of."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from ...domain.errors import AlreadyDone, Retry, StaleVersion
from ..aws import client as aws_client

Item = dict[str, Any]
BACKOFF = (0.02, 0.05, 0.1, 0.2, 0.4)
MOST_ACTIONS = 100


@dataclass(frozen=True)
class Write:
    """One put of a transaction. `version`: the stored version must be this one (0: the item must not exist).

    Without a version the write is a guard (`guard` names it: the item must not exist) or a plain put (None).
    `gone`: the item, of which only the key counts, is deleted, whether or not it is there. `check`: nothing is
    written, only the version asked for.
    """

    item: Item
    version: int | None = None
    guard: str | None = None
    gone: bool = False
    check: bool = False


class Table:
    """The DynamoDB table, spoken to in typed items; nothing above this folder sees a dict of attributes."""

    def __init__(self, name: str, client: Any = None) -> None:
        self.name = name
        config = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=3, read_timeout=8)
        self.client = client or aws_client("dynamodb", config)

    def get(self, key: dict[str, str], *, consistent: bool = True) -> Item | None:
        """The item under this key; None under one that is longer than a key can be: nothing is kept there."""
        if _too_long(key):
            return None
        found: Item | None = self._call("get_item", Key=_key(key), ConsistentRead=consistent).get("Item")
        return found

    def query(self, pk: str, begins: str = "", most: int | None = None) -> list[Item]:
        """The items of a partition in order of sort key, read consistently: all, or the first `most`.

        Empty under a key that is longer than a key can be: nothing is kept there.
        """
        if _too_long({"pk": pk, "sk": begins}):
            return []
        names, values = {"#p": "pk"}, {":p": {"S": pk}}
        condition = "#p = :p"
        if begins:
            names["#s"], values[":s"] = "sk", {"S": begins}
            condition += " AND begins_with(#s, :s)"
        found: list[Item] = []
        start: dict[str, Any] = {"Limit": most} if most else {}
        while True:
            answer = self._call(
                "query",
                KeyConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                ConsistentRead=True,
                **start,
            )
            found += answer["Items"]
            if not answer.get("LastEvaluatedKey") or (most and len(found) >= most):
                return found
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def query_after(self, pk: str, after: str, most: int) -> list[Item]:
        """The first `most` items of a partition whose sort key comes after this text."""
        found: list[Item] = self._call(
            "query",
            KeyConditionExpression="#p = :p AND #s > :s",
            ExpressionAttributeNames={"#p": "pk", "#s": "sk"},
            ExpressionAttributeValues={":p": {"S": pk}, ":s": {"S": after}},
            ConsistentRead=True,
            Limit=most,
        )["Items"]
        return found

    def index(
        self,
        index: str,
        partition: str,
        shard: str,
        sort: str,
        until: str,
        since: str = "",
        most: int | None = None,
    ) -> Iterator[Item]:
        """Items of one shard of a sparse index whose sort key lies from `since` to `until`, both of them in it;
        with `most`, so many are asked for at a time."""
        condition, values = "#p = :p AND #s <= :u", {":p": {"S": shard}, ":u": {"S": until}}
        if since:
            condition, values = "#p = :p AND #s BETWEEN :f AND :u", {**values, ":f": {"S": since}}
        start: dict[str, Any] = {"Limit": most} if most else {}
        while True:
            answer = self._call(
                "query",
                IndexName=index,
                KeyConditionExpression=condition,
                ExpressionAttributeNames={"#p": partition, "#s": sort},
                ExpressionAttributeValues=values,
                **start,
            )
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            start |= {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def put_new(self, item: Item) -> bool:
        """Write an item that must not exist; False when it does."""
        try:
            self._call("put_item", Item=item, ConditionExpression="attribute_not_exists(pk)")
        except StaleVersion:
            return False
        return True

    def put(self, item: Item) -> None:
        self._call("put_item", Item=item)

    def put_versioned(self, item: Item, version: int) -> None:
        """Write an item whose stored version must be `version`; StaleVersion when it is not."""
        self._call(
            "put_item",
            Item={**item, "version": {"N": str(version + 1)}},
            ConditionExpression="version = :v",
            ExpressionAttributeValues={":v": {"N": str(version)}},
        )

    def put_newer(self, item: Item, version: int) -> bool:
        """Write an item under this version; False where one of this version or a later one lies there."""
        try:
            self._call(
                "put_item",
                Item={**item, "version": {"N": str(version)}},
                ConditionExpression="attribute_not_exists(pk) OR version < :v",
                ExpressionAttributeValues={":v": {"N": str(version)}},
            )
        except StaleVersion:
            return False
        return True

    def remove_attribute(self, key: dict[str, str], *names: str) -> None:
        aliases = {f"#{i}": name for i, name in enumerate(names)}
        self._call(
            "update_item",
            Key=_key(key),
            UpdateExpression="REMOVE " + ", ".join(aliases),
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames=aliases,
        )

    def transact(self, writes: Sequence[Write]) -> None:
        """All writes or none. Raises StaleVersion or AlreadyDone when a condition spoke, Retry under conflict.

        A conflict with another transaction is tried again a few times; the same request carries one client
        token, so that an answer lost after the commit is answered the same on the retry.
        """
        if len(writes) > MOST_ACTIONS:
            raise ValueError(f"{len(writes)} actions do not fit one transaction")
        if len({(write.item["pk"]["S"], write.item["sk"]["S"]) for write in writes}) < len(writes):
            raise ValueError("one transaction may write each item once")
        actions = [self._action(write) for write in writes]
        for pause in (*BACKOFF, None):
            try:
                self.client.transact_write_items(TransactItems=actions)
                return
            except ClientError as error:
                if error.response["Error"]["Code"] != "TransactionCanceledException":
                    raise _translated(error) from error
                reasons = error.response.get("CancellationReasons", [])
                self._judge(writes, reasons)
                if pause is None:
                    raise Retry("transaction conflict") from error
                time.sleep(pause * (0.5 + random.random()))
            except (ConnectionError, HTTPClientError) as error:
                raise Retry("table out of reach") from error

    def _action(self, write: Write) -> dict[str, Any]:
        if write.gone:
            return self._delete(write)
        put = self._put(write)
        if not write.check:
            return {"Put": put}
        item = put.pop("Item")
        put["Key"] = {name: item[name] for name in ("pk", "sk")}
        return {"ConditionCheck": put}

    def _delete(self, write: Write) -> dict[str, Any]:
        return {"Delete": {"TableName": self.name, "Key": {name: write.item[name] for name in ("pk", "sk")}}}

    def _put(self, write: Write) -> dict[str, Any]:
        put: dict[str, Any] = {"TableName": self.name, "Item": write.item}
        if write.version is not None:
            put["Item"] = {**write.item, "version": {"N": str(write.version + 1)}}
        if write.version:
            put["ConditionExpression"] = "version = :v"
            put["ExpressionAttributeValues"] = {":v": {"N": str(write.version)}}
        elif write.version == 0 or write.guard:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        return put

    @staticmethod
    def _judge(writes: Sequence[Write], reasons: Sequence[dict[str, Any]]) -> None:
        """A guard that spoke outweighs a stale version: what was done need not be done again."""
        failed = [w for w, r in zip(writes, reasons, strict=False) if r.get("Code") == "ConditionalCheckFailed"]
        for write in failed:
            if write.guard:
                raise AlreadyDone(write.guard)
        if failed:
            raise StaleVersion(failed[0].item["sk"]["S"].split("#")[0])
        for reason in reasons:
            if reason.get("Code") in ("ValidationError", "ItemCollectionSizeLimitExceeded"):
                raise ValueError(reason.get("Message", "the table refused the transaction"))

    def _call(self, operation: str, **arguments: Any) -> Any:
        try:
            return getattr(self.client, operation)(TableName=self.name, **arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise StaleVersion(operation) from error
            raise _translated(error) from error
        except (ConnectionError, HTTPClientError) as error:
            raise Retry("table out of reach") from error


PASSING = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "TransactionInProgressException",
    "TransactionConflictException",
    "ServiceUnavailable",
}


def _translated(error: ClientError) -> Exception:
    """A passing trouble of the table as Retry; anything else stays what it is, a mistake of ours."""
    code = error.response["Error"]["Code"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Retry(code) if code in PASSING or status >= 500 else error


# What a key of the table may have at most, in bytes.
LONGEST = {"pk": 2048, "sk": 1024}


def _too_long(key: dict[str, str]) -> bool:
    return any(len(value.encode(errors="surrogatepass")) > LONGEST[name] for name, value in key.items())


def _key(key: dict[str, str]) -> Item:
    return {name: {"S": value} for name, value in key.items()}
