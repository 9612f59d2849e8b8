"""The operators' door of the deployed package: the signature says who it is, IAM says what they may."""

from dataclasses import replace

import boto3
import pytest

from chalicelib.actions.accept_strategy import accept_strategy
from chalicelib.adapters.dynamo.outgoing import DynamoOutgoing
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.table import Table
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.refund_order import refund_of
from chalicelib.domain.strategies.swift import STRATEGY as SWIFT
from chalicelib.domain.suspense import Suspense, SuspenseReason
from chalicelib.ports import Commit
from infra import operate as operating
from infra.dry_run import reckoned
from infra.operate import operate
from tests.builders import NOW, creditor
from tests.package.build import package_zip  # noqa: F401
from tests.package.stack import REGION, STACK, stack  # noqa: F401

# A deployment of its own, which the tests change as they please.
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def table(stack):  # noqa: F811
    return Table(stack.outputs["TableName"], stack.client("dynamodb"))


@pytest.fixture(scope="module")
def order(table):
    """Money of one creditor that is to go back, and waits for two people."""
    store = DynamoStore(table, lambda: NOW)
    store.commit("nordlicht", Commit((), creditor=creditor()))
    money = Suspense("nordlicht", "pi_1", 1180, "EUR", SuspenseReason.OVERPAID, "R-1", NOW)
    kept, ordered = refund_of(money, NOW)
    store.commit("nordlicht", Commit((), suspense=(kept,), refunds=(ordered,)))
    return ordered


def people(stack, name, policy=None):  # noqa: F811
    """Somebody with keys of their own, and with the policy of this name."""
    iam = stack.client("iam")
    iam.create_user(UserName=name)
    if policy:
        iam.attach_user_policy(UserName=name, PolicyArn=stack.outputs[policy])
    iam.put_user_policy(
        UserName=name,
        PolicyName="read-the-address",
        PolicyDocument='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", '
        '"Action": "cloudformation:DescribeStacks", "Resource": "*"}]}',
    )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.Session(
        aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"], region_name=REGION
    )


@pytest.fixture(scope="module")
def anna(stack):  # noqa: F811
    return people(stack, "anna", "OperatorsActPolicy")


@pytest.fixture(scope="module")
def bernd(stack):  # noqa: F811
    return people(stack, "bernd", "OperatorsActPolicy")


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A function that begins on a busy machine takes longer than a person would wait."""
    monkeypatch.setattr(operating, "TIMEOUT_S", 180)


def says(stack, session, command, **said):  # noqa: F811
    return operate(STACK, "nordlicht", command, said, session=session, endpoint_url=stack.endpoint, region=REGION)


def test_two_people_release_and_each_act_bears_their_name(stack, table, order, anna, bernd):  # noqa: F811
    status, listed = says(stack, anna, "refunds")
    assert status == 200 and [one["id"] for one in listed["refunds"]] == [order.id]
    assert says(stack, anna, "release", order=order.id)[1]["refund"]["state"] == "released_once"
    status, answer = says(stack, anna, "release", order=order.id)
    assert (status, answer["because"]) == (409, "same_person")
    assert says(stack, bernd, "release", order=order.id)[1]["refund"]["state"] == "released"
    held = DynamoOutgoing(table).refund("nordlicht", order.id)
    assert [release.by for release in held.releases] == ["anna", "bernd"]
    assert held.state is not LeavingState.WAITING
    acts = says(stack, bernd, "acts")[1]["acts"]
    assert [(act["by"], act["what"], act["about"]) for act in acts] == [
        ("anna", "release", order.id),
        ("bernd", "release", order.id),
    ]


def test_who_has_only_the_policy_to_look_cannot_decide(stack, order):  # noqa: F811
    carla = people(stack, "carla", "OperatorsLookPolicy")
    assert says(stack, carla, "refunds")[0] == 200
    assert says(stack, carla, "release", order=order.id)[0] == 403


def test_who_has_no_policy_is_not_let_in(stack, order):  # noqa: F811
    assert says(stack, people(stack, "dora"), "refunds")[0] == 403


def test_a_signature_by_another_secret_is_refused(stack, order, anna):  # noqa: F811
    key = anna.get_credentials().access_key
    forged = boto3.Session(aws_access_key_id=key, aws_secret_access_key="guessed" * 6, region_name=REGION)
    client = stack.client("cloudformation")
    assert client.describe_stacks(StackName=STACK)
    from infra.deploy import outputs
    from infra.operate import ask

    address = f"{stack.endpoint}/restapis/{outputs(client, STACK)['ApiId']}/api/_user_request_"
    status, _ = ask(forged, address, "POST", "/operator/nordlicht/release", {"order": order.id}, REGION)
    assert status == 403


def test_without_a_signature_there_is_no_door(stack, order):  # noqa: F811
    for path in ("/operator/nordlicht/refunds", "/operator/no-such-creditor/refunds"):
        assert stack.ask("GET", path)[0] == 404


def test_the_root_of_the_account_is_nobody(stack, order):  # noqa: F811
    root = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    assert says(stack, root, "refunds") == (403, {"said": "nobody"})


def test_who_may_draw_sheets_may_dry_run_a_strategy_and_whoever_may_decide_puts_it_in_force(stack, table, anna):  # noqa: F811
    store = DynamoStore(table, lambda: NOW)
    if store.fresh_creditor("nordlicht") is None:
        store.commit("nordlicht", Commit((), creditor=creditor()))
    mine = replace(SWIFT, key="own-1")
    accept_strategy("nordlicht", mine, "a" * 64, by="123456789012", store=store, now=NOW)
    frida = people(stack, "frida", "OperatorsSheetPolicy")
    hers = Table(stack.outputs["TableName"], frida.client("dynamodb", endpoint_url=stack.endpoint))
    _, version, report = reckoned(hers, "nordlicht", None, now=NOW)
    assert version.number == 1 and report.claims == 0
    for who in (frida, people(stack, "gustav", "OperatorsLookPolicy")):
        assert says(stack, who, "dry-run", version="1", report=report.id)[0] == 403
    assert says(stack, anna, "strategy", version="1", report=report.id, live="true")[1]["because"] == "not_dry_run"
    assert says(stack, anna, "dry-run", version="1", report=report.id)[0] == 200
    assert says(stack, anna, "strategy", version="1", report=report.id, live="true")[1]["in_force"] == 1
    assert says(stack, anna, "strategies")[1]["in_force"] == 1
    assert says(stack, anna, "strategy", version="0", live="true")[1]["in_force"] == 0
