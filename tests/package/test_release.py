"""A batch that rests, on the deployed package: what its worker may, and its fact's way over bus and queue."""

import time
from datetime import UTC, datetime

import pytest

from chalicelib.adapters.dynamo.batches import DynamoBatches
from chalicelib.adapters.dynamo.gates import DynamoGates
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.table import Table
from chalicelib.adapters.queues import chunk_text
from chalicelib.domain.batch import Batch, BatchStatus
from chalicelib.domain.contact import ContactState
from chalicelib.domain.parties import ReleaseWay
from chalicelib.ports import Chunk, Commit
from infra.operate import HOUSE, operate
from tests.builders import creditor, row
from tests.package.build import package_zip  # noqa: F401
from tests.package.stack import REGION, STACK, stack  # noqa: F401
from tests.package.test_operate import people

PATIENCE = 60


def now():
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def table(stack):  # noqa: F811
    return Table(stack.outputs["TableName"], stack.client("dynamodb"))


@pytest.fixture(scope="module")
def olga(stack):  # noqa: F811
    return people(stack, "olga", "OperatorsActPolicy")


def says(stack, session, whose, command, **said):  # noqa: F811
    return operate(STACK, whose, command, said, session=session, endpoint_url=stack.endpoint, region=REGION)


def until(holds):
    end = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.2)
    return found


def test_O2_a_batch_rests_until_a_signed_release_and_is_planned_by_its_fact(stack, table, olga):  # noqa: F811
    store, batches = DynamoStore(table, now), DynamoBatches(table, now)
    store.commit("ruhe", Commit((), creditor=creditor(id="ruhe", release=ReleaseWay.BY_HAND)))
    batches.begin(Batch("b1", "ruhe", "inbox/ruhe/a.csv", "e", now(), BatchStatus.LOADING, 2, 1))
    rows = tuple(row(line=n, claim=f"R-{n}", debtor="K-1", email=f"r{n}@nordlicht.example") for n in (2, 3))
    stack.client("sqs").send_message(
        QueueUrl=stack.outputs["ClaimsQueueUrl"], MessageBody=chunk_text(Chunk("ruhe", "b1", 0, rows))
    )
    held = until(lambda: (b := batches.batch("ruhe", "b1")).status is BatchStatus.DONE and b)
    assert not store.matter("ruhe", "K-1").contacts
    assert says(stack, olga, "ruhe", "release-batch", batch="b1", sheet="0" * 12)[0] == 409
    status, answer = says(stack, olga, "ruhe", "release-batch", batch="b1", sheet=held.sheet)
    assert (status, answer["batch"]["release"]["by"]) == (200, "olga")

    def planned():
        contacts = store.matter("ruhe", "K-1").contacts.values()
        return len([c for c in contacts if c.state is ContactState.PLANNED]) == 2

    until(planned)


def test_O1_everything_is_held_and_lifted_by_one_command_each(stack, table, olga):  # noqa: F811
    gates = DynamoGates(table)
    assert says(stack, olga, HOUSE, "hold")[1]["hold"]["by"] == "olga"
    assert [halt.name for halt in gates.whole().halts] == ["_all/*/*"]
    assert {one["name"] for one in says(stack, olga, "ruhe", "holds")[1]["holds"]} == {"_all/*/*"}
    assert says(stack, olga, HOUSE, "lift")[0] == 200
    assert gates.whole().halts == ()
    acts = says(stack, olga, HOUSE, "acts")[1]["acts"]
    assert [(act["by"], act["what"]) for act in acts] == [("olga", "hold"), ("olga", "lift")]


def test_who_may_only_look_holds_nothing(stack, olga):  # noqa: F811
    looker = people(stack, "lena", "OperatorsLookPolicy")
    assert says(stack, looker, HOUSE, "holds")[0] == 200
    assert says(stack, looker, HOUSE, "hold")[0] == 403
