"""The house in this process over real protocols: the local AWS and the payment double on loopback, no Lambda.

What the package does in seven functions happens here by hand: `carry` plays the stream, the bus and the
queues, as often and in whatever order a test wants. Time is an argument of the actions; where a handler asks
the clock itself, it is the machine's.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import boto3

from chalicelib import wiring
from chalicelib.adapters.aws import session
from chalicelib.adapters.dynamo import keys
from chalicelib.adapters.dynamo.codec import from_item
from chalicelib.domain.facts import FactName
from chalicelib.domain.payments import ProviderEvent
from chalicelib.domain.row import Row
from chalicelib.domain.staff import Staff
from chalicelib.domain.suspense import Suspense
from chalicelib.ports import Commit, RowPlace
from local.identity.double import IdentityDouble
from tests.builders import creditor as a_creditor
from tests.builders import row as a_row
from tests.builders import staff as a_staff
from tests.invariants import hold
from tests.reader import sqs
from tests.wire import Wire

REGION = "eu-central-1"
ROOT = Path(__file__).parent.parent
TABLE = json.loads((ROOT / "infra/template/store.json").read_text())["Resources"]["Table"]["Properties"]
NUMBERS = count(1)
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class LocalAws:
    """The local AWS as a process of its own, for one test run."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "0",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "STATE_DIR": str(folder / "state"),
            "TMPDIR": str(folder),
        }
        # Its own session: what a test asks for itself is no call of the house.
        self.session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test")
        self._clients: dict[str, Any] = {}
        log = (folder / "aws.log").open("wb")
        command = [str(Path(sys.executable).with_name("ministack"))]
        self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
        end = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2):
                    return
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise RuntimeError(f"the local AWS does not start: see {folder / 'aws.log'}") from None
                time.sleep(0.05)

    def client(self, service: str, **more: Any) -> Any:
        """A client of the test's own, the same one each time."""
        if service not in self._clients:
            client = self.session.client(service, endpoint_url=self.url, region_name=REGION, **more)
            self._clients[service] = client
        return self._clients[service]

    def stop(self) -> None:
        """It keeps nothing, so nothing is waited for: after thousands of worlds it is slow to go by itself."""
        self.process.kill()
        self.process.wait(10)


@contextmanager
def model_asked() -> Iterator[None]:
    """The house asks the shipped model meanwhile."""
    before = os.environ["MODEL"]
    os.environ["MODEL"] = ""
    wiring.scorer.cache_clear()
    try:
        yield
    finally:
        os.environ["MODEL"] = before
        wiring.scorer.cache_clear()


class House:
    """Everything a test of actions and pages needs, wired as in the package."""

    def __init__(self, aws: LocalAws, payments: Any) -> None:
        self.aws, self.payments = aws, payments
        self.people: list[dict[str, Any]] = []
        self.identity = IdentityDouble(0, lambda: tuple(self.people))
        self.identity.register("kulanz", "a client's secret for tests only")
        threading.Thread(target=self.identity.serve_forever, daemon=True).start()
        settings = {
            "AWS_ENDPOINT_URL": aws.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "TABLE": "kulanz",
            "BUCKET": "kulanz-house",
            "BUCKET_ORIGIN": aws.url,
            "PRINT_BUCKET": "kulanz-print",
            "MAIL_BUCKET": "kulanz-mail",
            "FONTS": str(ROOT / "infra/fonts"),
            "BUS": "kulanz",
            "SCHEDULE_GROUP": "kulanz",
            "SCHEDULER_ROLE_ARN": "arn:aws:iam::000000000000:role/scheduler",
            "VISIT_KEY_SECRET": "kulanz/visit-key",
            "PEPPER_SECRET": "kulanz/pepper",
            "DESK_KEY_SECRET": "kulanz/desk-key",
            "DESK_ISSUER": self.identity.url,
            "DESK_CLIENT_ID": "kulanz",
            "DESK_CLIENT_SECRET": "kulanz/desk/oidc",
            "DESK_ORIGIN": "https://zahlen.nordlicht.example",
            "PAYMENT_API_BASE": payments.url,
            "CHECKOUT_ORIGIN": payments.url,
            # It has no second head: else a lot that follows from an id would decide by which way and at which hour
            # (model_asked).
            "MODEL": "2026-11-21",
        }
        os.environ.update(settings)
        self.wire = Wire().over(session())
        self.open_table()
        sqs = aws.client("sqs")
        for name in ("claims", "money", "contacts", "dead"):
            url = sqs.create_queue(QueueName=name)["QueueUrl"]
            os.environ[f"{name.upper()}_QUEUE_URL"] = url
        arn = "arn:aws:sqs:eu-central-1:000000000000:{}"
        os.environ["CONTACTS_QUEUE_ARN"] = arn.format("contacts")
        os.environ["SCHEDULE_DLQ_ARN"] = arn.format("dead")
        heard = sqs.create_queue(QueueName="outcomes")["QueueUrl"]
        topic = aws.client("sns").create_topic(Name="outcomes")["TopicArn"]
        aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn.format("outcomes"))
        os.environ.update(OUTCOMES_QUEUE_URL=heard, OUTCOMES_TOPIC_ARN=topic)
        aws.client("events").create_event_bus(Name="kulanz")
        aws.client("scheduler").create_schedule_group(Name="kulanz")
        aws.client("s3").create_bucket(
            Bucket="kulanz-house", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        aws.client("s3").create_bucket(
            Bucket="kulanz-print", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        aws.client("s3").create_bucket(
            Bucket="kulanz-mail", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        aws.client("s3").put_bucket_versioning(
            Bucket="kulanz-house", VersioningConfiguration={"Status": "Enabled"}
        )
        aws.client("ses").verify_domain_identity(Domain="nordlicht.example")
        secrets = aws.client("secretsmanager")
        secrets.create_secret(Name="kulanz/visit-key", SecretString="a key of Visits for tests only")
        secrets.create_secret(Name="kulanz/pepper", SecretString="pepper for tests only")
        secrets.create_secret(Name="kulanz/desk-key", SecretString="a key of seats for tests only")
        secrets.create_secret(Name="kulanz/desk/oidc", SecretString="a client's secret for tests only")
        self.secrets = secrets

    def close(self) -> None:
        """Nobody signs in any more."""
        self.identity.shutdown()
        self.identity.server_close()

    def open_table(self) -> None:
        self.aws.client("dynamodb").create_table(
            TableName="kulanz",
            **{k: TABLE[k] for k in ("BillingMode", "AttributeDefinitions", "KeySchema")},
            GlobalSecondaryIndexes=TABLE["GlobalSecondaryIndexes"],
        )

    def empty(self) -> None:
        """An empty table and empty queues, so that looking at everything stays a look at little."""
        self.aws.client("dynamodb").delete_table(TableName="kulanz")
        self.open_table()
        wiring.store()._creditors.clear()
        for name in ("claims", "money", "contacts"):
            self.aws.client("sqs").purge_queue(QueueUrl=os.environ[f"{name.upper()}_QUEUE_URL"])

    def open_creditor(self, **changes: Any) -> Any:
        """A creditor with an account at the payment double, accepted; its id is new unless given."""
        number = next(NUMBERS)
        name = changes.pop("id", f"creditor{number}")
        secret = f"kulanz/creditors/{name}/stripe"
        key, hook = f"sk_test_{name}", f"whsec_{name}"
        self.secrets.create_secret(Name=secret, SecretString=json.dumps({"api_key": key, "webhook_secret": hook}))
        self.payments.register(api_key=key, webhook_secret=hook)
        wanted = a_creditor(id=name, provider_secret=secret, **changes)
        wiring.store().commit(name, Commit((), creditor=replace(wanted, version=0)))
        wiring.store()._creditors.clear()
        return wiring.store().creditor(name)

    def employ(self, *roles: str, creditors: tuple[str, ...] = (), **changes: Any) -> Staff:
        """Somebody who works here, as the roster has them; new unless their id is given."""
        name = changes.pop("id", f"s-{next(NUMBERS)}")
        # Two people have two addresses; by one they would be one.
        own = {"email": f"{name}@nordlicht.example", **changes}
        staff = a_staff(*roles, id=name, creditors=creditors, **own)
        wiring.store().commit("_all", Commit((), staff=(replace(staff, version=0),)))
        found = wiring.roster().staff_member(name)
        assert found is not None
        return found

    def register(self, creditor: Any, now: datetime | None = None, **changes: Any) -> Any:
        """A claim taken in through the worker's own action; its id and debtor are new unless given."""
        number = next(NUMBERS)
        fresh = {"claim": f"R-{number}", "debtor": f"K-{number}", "line": number}
        row: Row = a_row(**{**fresh, **changes})
        place = RowPlace("batch", number, row.line)
        wiring.registrar()(creditor.id, row, place, now or wiring.clock())
        return self.claim(creditor.id, row.debtor, row.claim)

    def claim(self, creditor: str, debtor: str, claim: str) -> Any:
        return wiring.store().matter(creditor, debtor).claims[claim]

    def matter(self, claim: Any) -> Any:
        return wiring.store().matter(claim.creditor, claim.debtor)

    def again(self, claim: Any) -> Any:
        return self.claim(claim.creditor, claim.debtor, claim.id)

    def link_to(self, claim: Any) -> str:
        """A token that opens the door to this claim, issued as sending issues it."""
        from chalicelib.domain.parties import Factor
        from chalicelib.domain.pay_link import LIFETIME, PayLink, link_id

        token, now = wiring.new_token(), wiring.clock()
        debtor = self.matter(claim).debtor
        link = PayLink(
            id=link_id(token),
            creditor=claim.creditor,
            debtor=claim.debtor,
            claim=claim.id,
            contact="c-test",
            issued_at=now,
            expires_at=now + LIFETIME,
            factors=(Factor.POSTCODE, Factor.BIRTH_DATE, Factor.INVOICE_NUMBER),
            point=wiring.hash_point(debtor.points[0].value) if debtor.points else "",
            language=debtor.language,
        )
        wiring.store().commit(claim.creditor, Commit((), links=(link,)))
        return token

    def queued(self, name: str = "contacts") -> list[dict[str, Any]]:
        """What lies in a queue, taken out of it."""
        sqs, url = self.aws.client("sqs"), os.environ[f"{name.upper()}_QUEUE_URL"]
        bodies = []
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                bodies.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def forget_secrets(self) -> None:
        """As in a new execution environment, or five minutes later: each secret is asked for again."""
        wiring.secrets.cache_clear()

    def everything(self, creditor: str = "") -> dict[tuple[str, str], Any]:
        """The whole table, or what belongs to one creditor: to compare two moments."""
        items = {(item["pk"]["S"], item["sk"]["S"]): item for item in self._read("Scan", {})}
        return {
            key: item for key, item in items.items() if f"{key[0]}#".startswith(f"CR#{creditor}#" * bool(creditor))
        }

    def _read(self, how: str, wish: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Each item as it goes over the wire: a client that reads every value takes ten times as long."""
        signed = "AWS4-HMAC-SHA256 Credential=test/20261101/eu-central-1/dynamodb/aws4_request"
        headers = {"X-Amz-Target": f"DynamoDB_20120810.{how}", "Authorization": signed}
        headers["Content-Type"] = "application/x-amz-json-1.0"
        wish = {"TableName": "kulanz", "ConsistentRead": True, **wish}
        while wish:
            asked = urllib.request.Request(self.aws.url, json.dumps(wish).encode(), headers)
            with urllib.request.urlopen(asked, timeout=30) as answer:
                page = json.load(answer)
            yield from page["Items"]
            last = page.get("LastEvaluatedKey")
            wish = {**wish, "ExclusiveStartKey": last} if last else {}

    def suspense(self, creditor: Any) -> list[tuple[str, int, str]]:
        """(the provider's object, minor units, why) of money that fits no claim, in order of the object."""
        lying = sorted(self._suspended(creditor.id), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
        return [(item["source"]["S"], int(item["amount"]["N"]), item["reason"]["S"]) for item in lying]

    def _suspended(self, creditor: str) -> Iterator[dict[str, Any]]:
        for shard in range(keys.SHARDS):
            of = {":of": {"S": keys.suspense_shard(creditor, str(shard))}}
            yield from self._read("Query", {"KeyConditionExpression": "pk = :of", "ExpressionAttributeValues": of})

    def hosted_pages(self, creditor: Any) -> list[dict[str, Any]]:
        """The pages the payment provider ever opened for this creditor."""
        opened = self.payments.lever("GET", "sessions")["sessions"]
        return [page for page in opened if page["metadata"].get("creditor") == creditor.id]

    def link(self, token: str, **changes: Any) -> Any:
        """The stored half of a link; with changes, as it would be had time passed."""
        from chalicelib.domain.pay_link import link_id

        if changes:
            held = wiring.store().link(link_id(token))
            wiring.store().commit(held.creditor, Commit((), links=(replace(held, **changes),)))
        return wiring.store().link(link_id(token))

    def carry(self, creditor: Any) -> list[dict[str, Any]]:
        """What the stream, the bus and its rule do: relay what waits, wake the money function; its answers."""
        from chalicelib.entrypoints.events import money, relay

        waiting = [item for item in self.everything(creditor.id).values() if "unrelayed" in item]
        records = [{"dynamodb": {"NewImage": i, "SequenceNumber": str(n)}} for n, i in enumerate(waiting)]
        assert relay({"Records": records}, None) == {"batchItemFailures": []}
        answers = []
        for item in waiting:
            for fact in wiring.facts_in(item):
                detail = {"creditor": fact.creditor, **dict(fact.about)}
                if fact.name in (FactName.PROVIDER_EVENT_STORED, FactName.REFUND_RELEASED):
                    answers.append(money(sqs({"detail": detail}), None))
        return answers

    def hear_outcomes(self) -> int:
        """What the topic does: wake the outcomes function with all it was handed; how many that were."""
        from chalicelib.entrypoints.outcomes import outcomes

        told = self.queued("outcomes")
        for one in told:
            outcomes({"Records": [{"Sns": one}]}, None)
        return len(told)

    def planned(self, claim: Any) -> Any:
        """The one contact about this claim that is still to go out."""
        (contact,) = self.matter(claim).planned_for(claim.id)
        return contact

    def send(self, contact: Any, *, now: datetime | None = None, desk: Any = None) -> Any:
        """Send a planned contact at its hour."""
        from chalicelib.actions.send_contact import send_contact

        where = (contact.creditor, contact.debtor, contact.id)
        return send_contact(*where, desk=desk or wiring.desk(), now=now or contact.due_at)

    def mails(self, address: str) -> list[str]:
        """The plain text of every mail that left for this address."""
        sent = self._left("ses/messages")["messages"].values()
        return [mail["BodyText"] for mails in sent for mail in mails if address in str(mail["To"])]

    def mails_to_each(self, addresses: Iterable[str]) -> list[int]:
        """How many mails left for each of many addresses, by one look."""
        sent = self._left("ses/messages")["messages"].values()
        told = Counter(
            address for mails in sent for mail in mails for address in set(ADDRESS.findall(str(mail["To"])))
        )
        return [told[address] for address in addresses]

    def texts(self, number: str) -> list[str]:
        """The SMS that left for this number."""
        return [
            sms.get("Message") or sms["message"]
            for sms in self._left("sns/sms-messages")["sms_messages"].get(number, [])
        ]

    def _left(self, place: str) -> Any:
        with urllib.request.urlopen(f"{self.aws.url}/_ministack/{place}", timeout=5) as answer:
            return json.load(answer)

    def invariants(self, *claims: Any) -> None:
        """What must hold of money and messages whatever happened (tests/invariants.py)."""
        for creditor in {claim.creditor for claim in claims}:
            suspense = [from_item(Suspense, item) for item in self._suspended(creditor)]
            for claim in claims:
                if claim.creditor == creditor:
                    hold(wiring.store(), creditor, [claim.debtor], suspense=suspense)

    def money_told(self, creditor: str, event: ProviderEvent) -> dict[str, Any]:
        """Wake the money function with this notice, as the bus rule does."""
        from chalicelib.entrypoints.events import money

        body = json.dumps({"detail": {"creditor": creditor, "event": event.id}})
        return money({"Records": [{"messageId": event.id, "body": body}]}, None)

    def until(self, holds: Callable[[], Any], seconds: float = 8) -> Any:
        end = time.monotonic() + seconds
        while not (found := holds()):
            assert time.monotonic() < end, "it did not come about in time"
            time.sleep(0.02)
        return found


def later(**by: float) -> datetime:
    return datetime.now(UTC) + timedelta(**by)
