"""What the tests of a run share: one local AWS, one payment double, one house between them."""

from collections.abc import Iterator

import pytest

from tests.local.payment_office import Office
from tests.real import House, LocalAws


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    aws = LocalAws(tmp_path_factory.mktemp("aws"))
    yield aws
    aws.stop()


@pytest.fixture(scope="session")
def house(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    payments = Office(tmp_path_factory.mktemp("payments"))
    yield House(local_aws, payments)
    payments.close()
