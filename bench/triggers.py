"""A real event for each function, fresh at every call, from a house of invented claims on the local AWS.

Each event stands for new work (a new claim, a new payment, a new file), so that a function does the same
every time it is asked.
"""

import json
import os
from collections.abc import Mapping
from itertools import count
from typing import Any
from urllib.parse import urlencode

from app import app
from chalicelib import wiring
from chalicelib.actions.ask_for_help import ask_for_help
from chalicelib.actions.renew_link import renew_link
from chalicelib.adapters.dynamo import keys
from chalicelib.domain.claim import Claim
from chalicelib.domain.pay_link import link_id
from chalicelib.domain.task import DaySlot, HelpRequest
from chalicelib.domain.visit import Visit, sealed
from chalicelib.entrypoints.schedules import contact as contact_function
from chalicelib.entrypoints.uploads import intake as intake_function
from tests.builders import FIELDS
from tests.real import House

Event = dict[str, Any]
FORM = "application/x-www-form-urlencoded"
ROW = {
    "claim": "R-{0}",
    "debtor": "K-{0}",
    "party": "person",
    "name": "Marta Lindqvist",
    "street": "Lindenweg 7",
    "postcode": "10437",
    "city": "Berlin",
    "phone": "+491713920012",
    "email": "marta.lindqvist@example.com",
    "what": "Strom, Abrechnung 2025",
    "invoice_number": "2026-4711",
    "invoice_date": "2026-08-01",
    "due": "2026-08-15",
    "principal": "48.20",
    "interest": "0.00",
    "costs": "0.00",
    "as_of": "2026-11-20",
}
NUMBERS = count(1)


class Triggers:
    """Events by function name, as AWS would send them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.creditor = house.open_creditor()
        house.aws.client("s3").put_object(
            Bucket=os.environ["BUCKET"], Key=f"creditors/{self.creditor.id}.yaml", Body=b"# known"
        )
        self.claim = house.register(self.creditor)
        self.token = house.link_to(self.claim)
        self.last_paying: tuple[Claim, str] | None = None

    def fresh(self, function: str) -> Event:
        """A new event for the function of this name in the template."""
        event: Event = getattr(self, f"_{function.lower()}")()
        return event

    def page(self, token: str, path: str = "", *, visit: Visit | None = None, **query: str) -> Event:
        """GET of a page of a link, with the cookies of a reader who passed the door if there is a Visit."""
        cookies = [f"__Host-seen={token}"] + ([f"__Host-visit={_seal(visit)}"] if visit else [])
        headers = {"cookie": "; ".join(cookies), "accept-language": "de"}
        return request("GET", "/p/{token}" + path, {"token": token}, headers, query=query)

    def visit_of(self, claim: Claim, token: str) -> Visit:
        return Visit(link_id(token), claim.creditor, claim.debtor, claim.id, wiring.clock())

    def bare_page(self) -> Event:
        """What the bare page is asked: the same two reads, named."""
        pk = keys.matter(self.claim.creditor, self.claim.debtor)
        query = {"link": f"LINK#{link_id(self.token)}", "matter": pk}
        return request("GET", "/p/{token}", {"token": self.token}, {}, query=query)

    def _apihandler(self) -> Event:
        return self.page(self.token, visit=self.visit_of(self.claim, self.token))

    def _checkout(self) -> Event:
        claim = self.house.register(self.creditor)
        token = self.house.link_to(claim)
        self.last_paying = claim, token
        headers = {"cookie": f"__Host-seen={token}; __Host-visit={_seal(self.visit_of(claim, token))}"}
        posted = urlencode({"owed": claim.outstanding.total})
        return request("POST", "/p/{token}/pay", {"token": token}, headers | {"content-type": FORM}, body=posted)

    def _documents(self) -> Event:
        """A reader of a new matter fetches its statement."""
        claim = self.house.register(self.creditor)
        token = self.house.link_to(claim)
        headers = {"cookie": f"__Host-seen={token}; __Host-visit={_seal(self.visit_of(claim, token))}"}
        posted = urlencode({"kind": "statement"})
        route = "/p/{token}/document"
        return request("POST", route, {"token": token}, headers | {"content-type": FORM}, body=posted)

    def _operator(self) -> Event:
        """Somebody looks at what lies in suspense, known by the signature that the gateway proved."""
        route, names = "/operator/{creditor}/{what}", {"creditor": self.creditor.id, "what": "suspense"}
        event = request("GET", route, names, {})
        event["requestContext"]["identity"] = {"userArn": "arn:aws:iam::123456789012:user/anna"}
        return event

    def _webhooks(self) -> Event:
        """A notice the payment double signed and sent after somebody paid on its page."""
        listener = self.house.payments.listener
        known = len(listener.heard)
        answer = app(self._checkout(), None)
        self.house.payments.press(answer["headers"]["Location"], "card")

        def notices() -> list[tuple[bytes, str]]:
            return [heard for heard in listener.heard[known:] if b'"payment_intent.succeeded"' in heard[0]]

        self.house.until(notices)
        body, signature = notices()[0]
        names = {"creditor": self.creditor.id, "provider": self.creditor.provider}
        headers = {"content-type": "application/json", "stripe-signature": signature}
        return request("POST", "/webhooks/{creditor}/{provider}", names, headers, body=body.decode())

    def _money(self) -> Event:
        notice = self._webhooks()
        assert app(notice, None)["statusCode"] == 200
        detail = {"creditor": self.creditor.id, "event": json.loads(notice["body"])["id"]}
        return queue_event("money", [{"detail-type": "ProviderEventStored", "source": "kulanz", "detail": detail}])

    def _routing(self) -> Event:
        """A debtor asks to be called."""
        claim, now = self.house.register(self.creditor), wiring.clock()
        visit = self.visit_of(claim, self.house.link_to(claim))
        asked = HelpRequest("Bitte rufen Sie an.", DaySlot.MORNING, "de", "+491713920012")
        ports = {"store": wiring.store(), "scheduler": wiring.scheduler(), "policies": wiring.policies()}
        task = ask_for_help(visit, asked, **ports, now=now)  # type: ignore[arg-type]
        detail = {"creditor": claim.creditor, "claim": claim.id, "task": task.id}
        return queue_event("routing", [{"detail-type": "TaskOpened", "source": "kulanz", "detail": detail}])

    def _intake(self) -> Event:
        number = next(NUMBERS)
        cells = [ROW.get(field, "").format(f"{number:05d}") for field in FIELDS]
        key = f"inbox/{self.creditor.id}/claims-{number:05d}.csv"
        body = ",".join(FIELDS) + "\n" + ",".join(f'"{cell}"' for cell in cells) + "\n"
        put = self.house.aws.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=key, Body=body.encode())
        return uploaded(key, put["ETag"].strip('"'))

    def _claims(self) -> Event:
        intake_function(self._intake(), None)
        return queue_event("claims", self._queued("claims"))

    def _contact(self) -> Event:
        """A new link somebody asked for: an answer, which goes out at any hour."""
        claim = self.house.register(self.creditor)
        self._queued("contacts")
        link = wiring.store().link(link_id(self.house.link_to(claim)))
        zone = wiring.policies()[self.creditor.country].zone
        renewed = renew_link(
            link, store=wiring.store(), scheduler=wiring.scheduler(), zone=zone, now=wiring.clock()
        )
        assert renewed
        return queue_event("contacts", self._queued("contacts"))

    def _queued(self, name: str) -> list[Event]:
        """What lies in a queue for this creditor; the rest of it was somebody else's."""
        return [body for body in self.house.queued(name) if body["creditor"] == self.creditor.id]

    def _outcomes(self) -> Event:
        event = self._contact()
        due = json.loads(event["Records"][0]["body"])
        contact_function(event, None)
        matter = wiring.store().matter(due["creditor"], due["debtor"])
        receipt = matter.contacts[due["contact"]].receipt if matter else None
        assert receipt, "the message did not leave"
        notice = {"notificationType": "Delivery", "mail": {"messageId": receipt}, "delivery": {}}
        return {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": json.dumps(notice)}}]}

    def _relay(self) -> Event:
        claim = self.house.register(self.creditor)
        table = wiring.table()
        found = table.client.scan(
            TableName=table.name,
            FilterExpression="begins_with(pk, :p) AND attribute_exists(unrelayed)",
            ExpressionAttributeValues={":p": {"S": f"CR#{claim.creditor}#F#"}},
        )["Items"]
        image = next(item for item in found if claim.id in json.dumps(item["facts"]))
        change = {"Keys": {name: image[name] for name in ("pk", "sk")}, "NewImage": image}
        change |= {"SequenceNumber": "100000000000000000001", "StreamViewType": "NEW_IMAGE"}
        return {"Records": [{"eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}]}

    def _nightly(self) -> Event:
        return {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}


def request(
    method: str,
    route: str,
    names: Mapping[str, str],
    headers: Mapping[str, str],
    *,
    query: Mapping[str, str] | None = None,
    body: str | None = None,
) -> Event:
    """A request as API Gateway's REST API hands it to a function."""
    path = route.format(**names)
    sent = {"host": "zahlen.nordlicht.example", **headers}
    asked = dict(query or {})
    return {
        "resource": route,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": asked or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in asked.items()} or None,
        "pathParameters": dict(names),
        "stageVariables": None,
        "requestContext": {
            "resourcePath": route,
            "httpMethod": method,
            "path": f"/api{path}",
            "stage": "api",
            "requestId": "bench",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": body,
        "isBase64Encoded": False,
    }


def queue_event(queue: str, bodies: list[Any]) -> Event:
    assert bodies, f"nothing lies in the queue {queue}"
    return queue_records(queue, [json.dumps(body, ensure_ascii=False) for body in bodies])


def queue_records(queue: str, texts: list[str]) -> Event:
    """Messages as the event source mapping of a queue hands them on."""
    arn = f"arn:aws:sqs:eu-central-1:000000000000:{queue}"
    common = {"eventSource": "aws:sqs", "eventSourceARN": arn, "awsRegion": "eu-central-1", "attributes": {}}
    return {"Records": [{"messageId": f"{queue}-{n}", "body": text, **common} for n, text in enumerate(texts)]}


def uploaded(key: str, etag: str) -> Event:
    """An object's arrival as the bus tells it."""
    detail = {"bucket": {"name": os.environ["BUCKET"]}, "object": {"key": key, "etag": etag}}
    return {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}


def _seal(visit: Visit) -> str:
    key_id, key = next(iter(wiring.visit_keys().items()))
    return sealed(visit, key_id, key)
