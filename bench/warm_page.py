"""The warm matter page through the app's own handler, beside the same reads with no rendering; and its reads."""

import time
from collections.abc import Callable, Iterator

from app import app
from bench.ground import Ground
from bench.rows import Row, at_most, in_turns, median
from chalicelib import wiring
from chalicelib.adapters.dynamo import keys
from chalicelib.domain.pay_link import link_id

AT_MOST, READS = 1.5, 2
ROUNDS, CALLS = 31, 20
QUICK_ROUNDS = 5


def measure(ground: Ground, *, quick: bool = False) -> Iterator[Row]:
    event = ground.triggers.fresh("APIHandler")
    claim, token = ground.triggers.claim, ground.triggers.token
    table = wiring.table()

    def page() -> None:
        assert app(event, None)["statusCode"] == 200

    def reads() -> None:
        link = {name: {"S": text} for name, text in keys.link(link_id(token)).items()}
        table.client.get_item(TableName=table.name, Key=link, ConsistentRead=True)
        table.client.query(
            TableName=table.name,
            KeyConditionExpression="#p = :p",
            ExpressionAttributeNames={"#p": "pk"},
            ExpressionAttributeValues={":p": {"S": keys.matter(claim.creditor, claim.debtor)}},
            ConsistentRead=True,
        )

    for _ in range(CALLS):
        page()
        reads()
    taken = in_turns(QUICK_ROUNDS if quick else ROUNDS, lambda: _each(page), lambda: _each(reads))
    ratio = median(one / other for one, other in taken)
    bound, holds = at_most(AT_MOST, ratio)
    value, floor = (median((figures[place] for figures in taken), 2) for place in (0, 1))
    what = "matter page of a warm process, beside the same two reads with no rendering"
    yield Row("warm_page", what, value, "ms", floor, ratio, bound, holds)
    yield _reads(page)


def _each(call: Callable[[], None]) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - began) / CALLS * 1000


def _reads(page: Callable[[], None]) -> Row:
    """Requests that really leave for DynamoDB while one page is drawn, retries included."""
    sent: list[str] = []

    def count(request: object, **_: object) -> None:
        sent.append(getattr(request, "url", ""))

    events = wiring.table().client.meta.events
    events.register("before-send.dynamodb", count)
    try:
        page()
    finally:
        events.unregister("before-send.dynamodb", count)
    bound, holds = at_most(READS, len(sent))
    what = "requests to DynamoDB for one warm matter page, link look-up included"
    return Row("reads_per_page", what, len(sent), "requests", bound=bound, holds=holds)
