"""The same code against another provider, which ignores idempotency keys: still one booking for each payment."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
import stripe

from chalicelib import wiring
from chalicelib.actions.read_notice import read_notice
from chalicelib.actions.record_payment import Booked
from chalicelib.adapters.stripe.gateway import StripeGateway
from chalicelib.adapters.stripe.webhook import verify
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.entry import EntryKind
from tests.real import ROOT, free_port

pytest.importorskip("localstripe", reason="localstripe is not installed (requirements-dev.txt)")
SECRET = "whsec_of_the_second_provider"  # noqa: S105 - a test's own


@pytest.fixture(scope="module")
def elsewhere(house) -> Iterator[str]:
    """Its address."""
    port = free_port()
    command = [sys.executable, "-m", "tests.second_provider", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ}, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"

    def up():
        assert process.poll() is None
        try:
            with urlopen(f"{url}/js.stripe.com/v3/", timeout=1):
                return True
        except (URLError, OSError):
            return False

    house.until(up, 20)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def till(elsewhere):
    gateway = StripeGateway(lambda creditor: f"sk_test_{creditor}", elsewhere)
    return replace(wiring.till(), gateway=gateway)


@pytest.fixture
def client(elsewhere, creditor):
    return stripe.StripeClient(f"sk_test_{creditor.id}", base_addresses={"api": elsewhere}).v1


def pays(client, claim, amount=4820, key="one-and-the-same"):
    """Somebody pays by card; asked twice with one key, this provider takes the money twice."""
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    method = client.payment_methods.create({"type": "card", "card": card})
    wish = {
        "amount": amount, "currency": "eur", "payment_method": method.id, "confirm": True,
        "metadata": {"creditor": claim.creditor, "claim": claim.id},
    }  # fmt: skip
    return client.payment_intents.create(wish, {"idempotency_key": key}).id


def payments(claim):
    entries = wiring.store().ledger(claim.creditor, claim.id)[1:]
    return [(entry.source, entry.amount, entry.surplus) for entry in entries if entry.kind is EntryKind.PAYMENT]


def test_W1_W2_twenty_notices_of_one_payment_at_once_book_once(house, claim, till, client):
    payment = pays(client, claim)

    def told(number):
        return read_notice(
            "payment", claim.creditor, payment, event=f"evt_{number % 5}", till=till, now=wiring.clock()
        )

    answers = house.wire.race(*[lambda n=n: told(n) for n in range(20)])
    assert sorted(answers) == [Booked.BOOKED] + [Booked.DUPLICATE] * 19
    assert payments(claim) == [(payment, 4820, 0)]
    assert house.again(claim).state is ClaimState.CLOSED


def test_I12_money_taken_twice_because_the_key_was_ignored_settles_the_claim_once(
    house, creditor, claim, till, client
):
    first, second = pays(client, claim), pays(client, claim)
    assert first != second, "it does ignore the key"
    for payment in (first, second, second, first):
        read_notice("payment", claim.creditor, payment, event=f"evt_{payment}", till=till, now=wiring.clock())
        house.invariants(claim)
    assert payments(claim) == [(first, 4820, 0), (second, 4820, 4820)]
    assert house.again(claim).paid == 4820, "the claim is settled by one of them"
    assert house.suspense(creditor) == [(second, 4820, "overpaid")], "the other waits to be given back"


def test_its_own_notices_are_believed_and_book_once(house, creditor, claim, till, client, elsewhere):
    listener = house.payments.listener
    wish = f'{{"url": "{listener.url}", "secret": "{SECRET}", "events": ["payment_intent.succeeded"]}}'
    hook = Request(f"{elsewhere}/_config/webhooks/kulanz", wish.encode(), {"Content-Type": "application/json"})
    urlopen(hook, timeout=5).close()
    payment = pays(client, claim)

    def came():
        return [one for one in list(listener.heard) if payment.encode() in one[0]]

    body, signature = house.until(came)[0]
    event = verify(body, signature, [SECRET], wiring.clock())
    assert wiring.object_of(event) == ("payment", payment)
    for _ in range(3):
        read_notice("payment", claim.creditor, payment, event=event.id, till=till, now=wiring.clock())
    assert payments(claim) == [(payment, 4820, 0)]
