"""What the tests of adapters share: clients of the local AWS, and one table on it."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.adapters.dynamo.table import Table
from tests.real import TABLE, LocalAws


@pytest.fixture(scope="session")
def client(local_aws: LocalAws) -> Callable[[str], Any]:
    """Makes a client of the local AWS that depends on nothing in the environment."""

    def make(service: str) -> Any:
        return local_aws.client(service, aws_access_key_id="test", aws_secret_access_key="test")

    return make


@pytest.fixture(scope="session")
def real_table(client: Callable[[str], Any]) -> Table:
    dynamo = client("dynamodb")
    dynamo.create_table(
        TableName="contract",
        **{k: TABLE[k] for k in ("BillingMode", "AttributeDefinitions", "KeySchema")},
        GlobalSecondaryIndexes=TABLE["GlobalSecondaryIndexes"],
    )
    return Table("contract", dynamo)
