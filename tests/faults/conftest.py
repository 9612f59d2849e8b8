"""What the fault cases share: a creditor and a claim of their own, the alarms, and the provider's notices."""

import json
import logging
import re
from dataclasses import dataclass

import pytest

from tests.operators import Person
from tests.reader import answered

JSON = "application/json; charset=utf-8"


class Heard(logging.Handler):
    """The alarms raised during a test, each with its ids."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record)

    def of(self, kind):
        return [record for record in self.lines if getattr(record, "alarm", None) == kind]

    def __contains__(self, text):
        """Whether these words stand anywhere in what was logged; a number by itself, within no id and no time."""
        found = re.compile(rf"(?<![\w.]){text}(?![\w.])" if text.isdigit() else re.escape(text))
        return any(found.search(json.dumps(vars(record), default=str)) for record in self.lines)


@pytest.fixture
def alarms():
    heard = Heard()
    logger = logging.getLogger("kulanz")
    logger.addHandler(heard)
    yield heard
    logger.removeHandler(heard)


@pytest.fixture(autouse=True)
def nothing_else(house):
    """Each case stands alone in the table."""
    house.empty()


@pytest.fixture
def creditor(house):
    return house.open_creditor()


@pytest.fixture
def claim(house, creditor):
    """A claim of its own for each case; whatever happened to it, the invariants hold in the end."""
    claim = house.register(creditor)
    yield claim
    house.invariants(claim)


@dataclass
class Provider:
    """The payment provider as one creditor knows it: money moves there, and its notices come here."""

    house: object
    creditor: object

    @property
    def key(self):
        return f"sk_test_{self.creditor.id}"

    def takes(self, amount, *, claim=None, currency="eur", labels=None):
        """Money arrives without our doing, labelled as ours unless other labels are given; the payment's id."""
        own = {"creditor": self.creditor.id, **({"claim": claim.id} if claim else {})}
        meant = own if labels is None else labels
        wish = {"api_key": self.key, "amount": amount, "currency": currency, "metadata": meant}
        return self.house.payments.lever("POST", "payments", **wish)["id"]

    def notice(self, kind, about):
        """The notice of this kind about this object, as it came: body and signature."""

        def came():
            for body, signature in list(self.house.payments.listener.heard):
                if about.encode() not in body:
                    continue
                event = json.loads(body)
                if event["type"] == kind and event["data"]["object"]["id"] == about:
                    return body.decode(), signature
            return None

        return self.house.until(came)

    def sends_again(self, notice, **twist):
        """The same notice once more, twisted as wished (tests/local/test_payment_double.py shows how)."""
        heard = self.house.payments.listener.heard
        before = len(heard)
        event = json.loads(notice[0])["id"]
        told = self.house.payments.lever("POST", f"events/{event}/send", **twist)
        wanted = told["event"]
        again = [x for x in heard[before:] if twist.get("changed_body") or json.loads(x[0])["id"] == wanted]
        body, signature = again[-1]
        return body.decode(), signature

    def tells(self, notice):
        """Deliver a notice to the webhook's function: the status it was answered with."""
        body, signature = notice
        headers = {"Stripe-Signature": signature, "Content-Type": JSON}
        return answered("POST", f"/webhooks/{self.creditor.id}/stripe", body, headers).status

    def told(self, notice):
        """Deliver it, and let what follows happen."""
        status = self.tells(notice)
        self.house.carry(self.creditor)
        return status


@pytest.fixture
def provider(house, creditor):
    return Provider(house, creditor)


@pytest.fixture
def anna(creditor):
    return Person("anna", creditor.id)


@pytest.fixture
def bernd(creditor):
    return Person("bernd", creditor.id, role="Finance")
