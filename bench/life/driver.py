"""The package's functions, woken one after the other as the template wires them; time is moved from outside."""

import contextlib
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.life.meter import Counts, Meter
from chalicelib import wiring
from chalicelib.adapters.aws import session
from chalicelib.adapters.scheduler import body_of
from chalicelib.domain.claim import Claim
from chalicelib.domain.contact import Contact
from chalicelib.domain.parties import Creditor
from local.clock import as_faketime
from tests.local.payment_office import Office
from tests.reader import Answer, Reader, answered, route_of, sqs
from tests.real import ROOT, House, LocalAws

TEMPLATE = ROOT / "infra/template"
JSON = "application/json; charset=utf-8"
# A message that waits in a queue is asked for, handed over and taken away.
FETCHED = 2


def wired() -> tuple[dict[str, str], dict[str, str]]:
    """(fact -> the function it wakes by a queue, route and method -> the function that answers it)."""
    events = json.loads((TEMPLATE / "events.json").read_text())["Resources"]
    by_queue = {
        each["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]: each["Properties"]["FunctionName"]["Ref"]
        for each in events.values()
        if each["Type"] == "AWS::Lambda::EventSourceMapping"
    }
    facts = {}
    for rule in (each["Properties"] for each in events.values() if each["Type"] == "AWS::Events::Rule"):
        for name in rule.get("EventPattern", {}).get("detail-type", ()) if "EventBusName" in rule else ():
            for target in rule["Targets"]:
                queue = target["Arn"]["Fn::GetAtt"][0]
                if queue in by_queue:
                    facts[name] = by_queue[queue]
    api = json.loads((TEMPLATE / "api.json").read_text())["Resources"]["RestAPI"]["Properties"]
    routes = {}
    for path, methods in api["DefinitionBody"]["paths"].items():
        for method, said in methods.items():
            uri = said["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            routes[f"{method.upper()} {path}"] = uri.partition("functions/${")[2].partition(".")[0]
    return facts, routes


class Clockwork:
    """The time of this process, by libfaketime, which asks at every look at the clock how far it was moved."""

    def __init__(self) -> None:
        self._ahead = float(os.environ["FAKETIME"])

    def move_to(self, moment: datetime) -> None:
        """Forward only, to a second after this moment."""
        step = (moment - datetime.now(UTC)).total_seconds() + 1
        if step > 0:
            self._ahead += step
            os.environ["FAKETIME"] = as_faketime(self._ahead)


class Driver:
    """A house with one creditor, in which each thing that happens wakes the function it would wake on AWS."""

    def __init__(self, folder: Path) -> None:
        for name in ("aws", "payments"):
            (folder / name).mkdir()
        self.meter = Meter().over(session())
        self.clock = Clockwork()
        self.facts, self.routes = wired()
        self.house = House(LocalAws(folder / "aws"), Office(folder / "payments"))
        # The life is the shipped model's: it chooses, and the night has what waits chosen.
        os.environ["MODEL"] = ""
        self.creditor: Creditor = self.house.open_creditor()
        settings = f"creditors/{self.creditor.id}.yaml"
        self.house.aws.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=settings, Body=b"# known")
        self._notices = 0

    def close(self) -> None:
        self.house.payments.close()
        self.house.aws.stop()

    @property
    def counts(self) -> Counts:
        return self.meter.counts

    def wake(self, function: str, act: Callable[[dict[str, Any], Any], Any], event: dict[str, Any]) -> Any:
        """Run this function upon this event; none of its records may fail."""
        with self.meter.woken(function), contextlib.redirect_stdout(io.StringIO()):
            answer = act(event, None)
        failed = isinstance(answer, dict) and answer.get("batchItemFailures")
        assert not failed, f"{function}: {answer}"
        return answer

    def by_queue(self, function: str, body: dict[str, Any], *, sent: bool) -> None:
        """A message wakes its function; `sent`: by AWS itself, and not by a call that was counted."""
        from chalicelib.entrypoints.documents import documents
        from chalicelib.entrypoints.events import claims, money
        from chalicelib.entrypoints.schedules import contact

        acts = {"Claims": claims, "Money": money, "Contact": contact, "Documents": documents}
        self.meter.served("sqs", FETCHED + sent)
        self.wake(function, acts[function], sqs(body))

    def settle(self) -> None:
        """What the last step told is relayed, and wakes whoever waits for it, until nothing is left."""
        from chalicelib.entrypoints.events import relay

        while True:
            waiting = [i for i in self.house.everything(self.creditor.id).values() if "unrelayed" in i]
            if not waiting:
                return
            for item in waiting:
                heard = len(self.meter.facts)
                record = {"dynamodb": {"NewImage": item, "SequenceNumber": "1"}}
                self.wake("Relay", relay, {"Records": [record]})
                for fact in self.meter.facts[heard:]:
                    if function := self.facts.get(fact["DetailType"]):
                        self.by_queue(function, {"detail": json.loads(fact["Detail"])}, sent=True)

    def contact(self, planned: Contact) -> None:
        """The hour of a contact has come; its mail arrives, and the provider says so."""
        from chalicelib.entrypoints.outcomes import outcomes

        self.clock.move_to(planned.due_at)
        scheduled = planned.id in self.meter.scheduled
        self.meter.served("scheduler", int(scheduled))
        self.by_queue("Contact", json.loads(body_of(planned)), sent=scheduled)
        self.settle()
        matter = wiring.store().matter(planned.creditor, planned.debtor)
        receipt = matter.contacts[planned.id].receipt if matter else None
        if receipt:
            notice = {"notificationType": "Delivery", "mail": {"messageId": receipt}, "delivery": {}}
            self.meter.served("sns")
            self.wake("Outcomes", outcomes, {"Records": [{"Sns": {"Message": json.dumps(notice)}}]})
            self.settle()

    def contacts(self, claim: Claim, until: datetime) -> None:
        """Every contact that is due by then, in its order."""
        while planned := [c for c in self.house.matter(claim).planned_for(claim.id) if c.due_at <= until]:
            self.contact(min(planned, key=lambda one: one.due_at))

    def reader(self, claim: Claim) -> "Counted":
        """Somebody opens the link of the latest mail."""
        from local.outbox import links_in

        mail = self.house.mails(self.house.matter(claim).debtor.points[0].value)[-1]
        link = next(one for one in links_in(mail) if "/p/" in one and not one.endswith("/stop"))
        return Counted(link.rpartition("/")[2], driver=self)

    def notices(self) -> None:
        """Every webhook the provider sent since the last time is taken, in the order of what it tells of, and what
        follows from it happens; until it tells of nothing more."""
        while told := self._news():
            for body, signature in told:
                place = f"/webhooks/{self.creditor.id}/stripe"
                with self.asked("POST", place):
                    proven = {"Stripe-Signature": signature, "Content-Type": JSON}
                    said = answered("POST", place, body.decode(), proven)
                assert said.status == 200, said.text
                self.settle()

    def _news(self) -> list[tuple[bytes, str]]:
        payments = self.house.payments
        self.house.until(lambda: not self._on_their_way())
        told = [event["id"] for event in payments.events()]
        heard = {json.loads(body)["id"]: (body, signature) for body, signature in list(payments.listener.heard)}
        news = [heard[name] for name in told[self._notices :] if name in heard]
        self._notices = len(told)
        return news

    def _on_their_way(self) -> bool:
        """Whether the provider still has something to tell."""
        sent = (each for event in self.house.payments.events() for each in event["deliveries"])
        return any(each["state"] == "pending" for each in sent)

    @contextlib.contextmanager
    def asked(self, method: str, path: str) -> Iterator[None]:
        """One request through API Gateway, by the function that the template names for it."""
        route, _ = route_of(path)
        self.meter.served("api")
        function = self.routes.get(f"{method} {route}", "APIHandler")
        with self.meter.woken(function), contextlib.redirect_stdout(io.StringIO()):
            yield

    def night(self, day: datetime) -> Counts:
        """The nightly run of this day; what it counted by itself."""
        from chalicelib.entrypoints.schedules import nightly

        self.clock.move_to(day.astimezone(UTC).replace(hour=2, minute=30, second=0, microsecond=0))
        before = Counts(self.counts)
        self.wake("Nightly", nightly, {})
        counted = Counts(self.counts)
        counted.subtract(before)
        self.counts.clear()
        self.counts.update(before)
        return counted


@dataclass
class Counted(Reader):
    """A reader whose every request is counted."""

    driver: Driver | None = None

    def _ask(self, method: str, url: str, body: str, headers: dict[str, str]) -> Answer:
        assert self.driver is not None
        with self.driver.asked(method, urlsplit(url).path):
            return super()._ask(method, url, body, headers)
