"""How the table's answers read: a race, a duplicate, a passing trouble, or a mistake of ours."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from chalicelib.adapters.dynamo.table import BACKOFF, Table, Write
from chalicelib.domain.errors import AlreadyDone, Retry, StaleVersion


def item(sk):
    return {"pk": {"S": "p"}, "sk": {"S": sk}}


WRITES = [Write(item("SEEN"), guard="seen"), Write(item("CLAIM#1"), version=3), Write(item("MESSAGE"))]


class Client:
    """Answers each call with the next of `answers`: an exception or a value."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def _answer(self, **asked):
        self.asked.append(asked)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    transact_write_items = get_item = put_item = update_item = query = _answer


def error(code, status=400, **more):
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    return ClientError(response, "call")


def cancelled(*codes):
    return error("TransactionCanceledException", CancellationReasons=[{"Code": code} for code in codes])


FAILED, CONFLICT, NONE = "ConditionalCheckFailed", "TransactionConflict", "None"


def transact(*answers):
    client = Client(*answers)
    Table("t", client).transact(WRITES)
    return client


def test_each_write_carries_the_condition_it_was_read_under():
    (asked,) = transact({}).asked
    guard, versioned, plain = (action["Put"] for action in asked["TransactItems"])
    assert guard["ConditionExpression"] == "attribute_not_exists(pk)"
    assert versioned["ConditionExpression"] == "version = :v"
    assert versioned["ExpressionAttributeValues"] == {":v": {"N": "3"}}
    assert versioned["Item"]["version"] == {"N": "4"}
    assert "ConditionExpression" not in plain


def test_a_guard_is_a_duplicate_and_a_version_a_race():
    with pytest.raises(AlreadyDone, match="seen"):
        transact(cancelled(FAILED, FAILED, NONE))
    with pytest.raises(StaleVersion, match="CLAIM"):
        transact(cancelled(NONE, FAILED, NONE))


def test_I4_a_conflict_is_tried_again_and_nothing_is_lost():
    assert len(transact(cancelled(NONE, CONFLICT, NONE), cancelled(CONFLICT, NONE, NONE), {}).asked) == 3


def test_I4_a_conflict_that_lasts_comes_back():
    client = Client(*[cancelled(NONE, CONFLICT, NONE)] * 9)
    with pytest.raises(Retry):
        Table("t", client).transact(WRITES)
    assert len(client.asked) == len(BACKOFF) + 1


@pytest.mark.parametrize(
    "trouble",
    [
        error("ProvisionedThroughputExceededException"),
        error("ThrottlingException"),
        error("TransactionInProgressException"),
        error("InternalServerError", 500),
        error("Whatever", 503),
        EndpointConnectionError(endpoint_url="http://x"),
        ReadTimeoutError(endpoint_url="http://x"),
    ],
    ids=str,
)
def test_I3_a_passing_trouble_comes_back(trouble):
    with pytest.raises(Retry):
        transact(trouble)
    with pytest.raises(Retry):
        Table("t", Client(trouble)).get({"pk": "p", "sk": "s"})


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])
def test_a_mistake_of_ours_stays_what_it_is(code):
    with pytest.raises(ClientError, match=code):
        transact(error(code))
    with pytest.raises(ClientError, match=code):
        Table("t", Client(error(code))).query("p")


def test_a_transaction_the_table_refuses_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="refused"):
        transact(cancelled(NONE, "ValidationError", NONE))


def test_a_single_put_under_a_condition_is_a_race_too():
    refused = error("ConditionalCheckFailedException")
    assert Table("t", Client(refused)).put_new(item("x")) is False
    with pytest.raises(StaleVersion):
        Table("t", Client(refused)).put_versioned(item("x"), 1)


def test_a_query_reads_every_page_consistently():
    client = Client({"Items": [1], "LastEvaluatedKey": {"k": 1}}, {"Items": [2]})
    assert Table("t", client).query("p", "ENTRY#") == [1, 2]
    assert all(asked["ConsistentRead"] for asked in client.asked)
    assert client.asked[1]["ExclusiveStartKey"] == {"k": 1}


@pytest.mark.parametrize("letter", ["a", "ü", "\N{GRINNING FACE}"])
def test_under_a_key_that_is_longer_than_a_table_takes_lies_nothing_and_nobody_is_asked(letter):
    client = Client()
    table, size = Table("t", client), len(letter.encode())
    assert table.get({"pk": "p", "sk": letter * (1024 // size + 1)}) is None
    assert table.get({"pk": letter * (2048 // size + 1), "sk": "s"}) is None
    assert table.query(letter * (2048 // size + 1)) == [] and client.asked == []


def test_the_longest_key_that_a_table_takes_is_asked_for():
    client = Client({"Item": 1}, {"Items": [2]})
    table = Table("t", client)
    assert table.get({"pk": "ü" * 1024, "sk": "ü" * 512}) == 1 and table.query("p" * 2048) == [2]


def test_an_index_reads_every_page():
    client = Client({"Items": [1], "LastEvaluatedKey": {"k": 1}}, {"Items": [2]})
    assert list(Table("t", client).index("due", "due_shard", "0", "due_at", "2026")) == [1, 2]


def test_I2_an_answer_lost_after_the_commit_is_told_by_the_guard_on_the_next_try(real_table):
    """The caller sees Retry, does it all again, and hears that it was done."""
    write = [Write({"pk": {"S": "lost"}, "sk": {"S": "SEEN"}}, guard="seen")]

    class LosesTheAnswer:
        def transact_write_items(self, **asked):
            real_table.client.transact_write_items(**asked)
            raise ReadTimeoutError(endpoint_url="http://x")

    with pytest.raises(Retry):
        Table("contract", LosesTheAnswer()).transact(write)
    with pytest.raises(AlreadyDone):
        real_table.transact(write)
