"""Reconciliation on the deployed package: asked for at the door, done by the night's function, printed."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.table import Table
from chalicelib.domain.suspense import SuspenseReason
from chalicelib.ports import Commit
from infra.operate import operate
from infra.reconcile import lines, reconciled
from tests.builders import creditor
from tests.local.payment_office import Office
from tests.package.build import package_zip  # noqa: F401
from tests.package.stack import REGION, STACK, stack  # noqa: F401
from tests.package.test_operate import people

# A deployment of its own, which the tests change as they please.
pytestmark = pytest.mark.long

OF, KEY = "abgleich", "sk_test_abgleich"
TODAY = datetime.now(UTC).date()
SPAN = (f"{TODAY - timedelta(days=4)}", f"{TODAY}")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """The payment double, where the deployed functions find it."""
    office = Office(tmp_path_factory.mktemp("payments"))
    office.register(api_key=KEY, webhook_url=None)
    yield office
    office.close()


@contextmanager
def speaks_to(stack, base):  # noqa: F811
    """The night's function asks the double, as `--payment-api-base` makes it.

    The bucket refuses whoever speaks to it without TLS (test_template.py), and the local AWS has none: meanwhile
    it is not asked for.
    """
    functions, bucket = stack.client("lambda"), {"Bucket": stack.outputs["BucketName"]}
    tls_only = stack.client("s3").get_bucket_policy(**bucket)["Policy"]
    stack.client("s3").delete_bucket_policy(**bucket)
    held = functions.get_function_configuration(FunctionName=f"{STACK}-nightly")["Environment"]["Variables"]
    for value in ({**held, "PAYMENT_API_BASE": base}, held):
        functions.update_function_configuration(FunctionName=f"{STACK}-nightly", Environment={"Variables": value})
        if value is not held:
            yield
            stack.client("s3").put_bucket_policy(**bucket, Policy=tls_only)


@pytest.fixture(scope="module")
def store(stack):  # noqa: F811
    """The table of the stack, with a creditor and its keys in it."""
    store = DynamoStore(Table(stack.outputs["TableName"], stack.client("dynamodb")), lambda: datetime.now(UTC))
    secret = f"kulanz/creditors/{OF}/stripe"
    held = {"api_key": KEY, "webhook_secret": "whsec_abgleich"}
    stack.client("secretsmanager").create_secret(Name=secret, SecretString=json.dumps(held))
    store.commit(OF, Commit((), creditor=creditor(id=OF, provider_secret=secret)))
    return store


@pytest.fixture(scope="module")
def ask(stack, store):  # noqa: F811
    """One command at the door, signed by Emil."""
    emil = people(stack, "emil", "OperatorsActPolicy")
    where = {"session": emil, "endpoint_url": stack.endpoint, "region": REGION}
    return lambda command, said: operate(STACK, OF, command, said, **where)


def test_W15_a_person_has_the_books_compared_and_what_was_lost_is_booked(stack, store, office, ask):  # noqa: F811
    payment = office.lever("POST", "payments", api_key=KEY, amount=4820, currency="eur")["id"]
    with speaks_to(stack, office.url):
        first = lines(reconciled(ask, *SPAN, pause=0.5, waits=240))
        assert first[-1] == "1 found, 1 repaired, 0 left"
        assert first[0].startswith("not compared: the bank")
        assert lines(reconciled(ask, *SPAN, pause=0.5, waits=240))[-1] == "0 found, 0 repaired, 0 left"
    money = store.suspended(OF, payment)
    assert money and (money.amount, money.reason) == (4820, SuspenseReason.UNKNOWN_CLAIM)
    acts = ask("acts", {})[1]["acts"]
    assert [(act["by"], act["what"]) for act in acts] == [("emil", "reconcile")] * 2
    keys = [o["Key"] for o in stack.client("s3").list_objects_v2(Bucket=stack.outputs["BucketName"])["Contents"]]
    assert f"reports/{OF}/reconciliation-{SPAN[0]}-{SPAN[1]}.csv" in keys


@pytest.mark.parametrize(
    ("days", "why"),
    [
        (("2026-02-30", "2026-03-01"), "2026-02-30 is no day"),
        (("2026-11-02", "2026-11-01"), "the first day lies after the last"),
        ((SPAN[1], "2999-01-01"), "in the future"),
        (("2025-01-01", "2025-12-31"), "92 at the most"),
    ],
)
def test_a_span_that_cannot_be_compared_is_refused_in_words(ask, days, why):
    with pytest.raises(SystemExit, match=why):
        reconciled(ask, *days, pause=0.1, waits=1)
