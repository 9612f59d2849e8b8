"""What the actions rely on of a payment provider: the fakes and the real adapter, against the double, keep the
same promises about mandates and about money that goes back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.adapters.stripe.gateway import StripeGateway
from chalicelib.adapters.stripe.mandates import StripeMandates
from chalicelib.domain.errors import AmountTooSmall, Permanent
from chalicelib.domain.mandate import Mandate
from chalicelib.domain.money_back import ChargebackStatus, RefundStatus
from chalicelib.domain.payments import Attempt, CheckoutStatus, PaymentStatus
from chalicelib.ports import MandateGateway, PaymentGateway
from tests.fakes.mandates import FakeMandates
from tests.fakes.outside import FakeGateway
from tests.local.payment_office import KEY, Office

CREDITOR = "nordlicht"
NOW = datetime.now(UTC).replace(microsecond=0)
LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass
class Memory:
    """The fakes, and how a debtor, a bank and a creditor move them."""

    gateway: FakeGateway
    mandates: FakeMandates

    def arrives(self):
        return self.gateway.money(4820, datetime.now(UTC)).object_id

    def gives(self, url):
        self.mandates.give(url.rpartition("/")[2])

    def settles(self, payment):
        self.gateway.settle(payment, PaymentStatus.SUCCEEDED, 1500, datetime.now(UTC))

    def refunds(self, payment, amount):
        return self.gateway.gives_back(payment, amount, datetime.now(UTC)).object_id

    def refund_fails(self, refund):
        self.gateway.refund_ends(refund, RefundStatus.FAILED)

    def takes_back(self, payment):
        return self.gateway.takes_back(payment, datetime.now(UTC)).object_id

    def wins(self, chargeback):
        self.gateway.chargeback_ends(chargeback, datetime.now(UTC), won=True)


@dataclass
class Double:
    """The double by HTTP, spoken to by the adapter."""

    office: Office
    gateway: PaymentGateway
    mandates: MandateGateway

    def arrives(self):
        return self.office.lever("POST", "payments", api_key=KEY, amount=4820, currency="eur")["id"]

    def gives(self, url):
        self.office.press(url, "sepa")

    def settles(self, payment):
        self.office.lever("POST", f"payments/{payment}/settle", outcome="succeeded")

    def refunds(self, payment, amount):
        return self.office.lever("POST", "refunds", payment_intent=payment, amount=amount)["id"]

    def refund_fails(self, refund):
        self.office.lever("POST", f"refunds/{refund}/settle", outcome="failed")

    def takes_back(self, payment):
        return self.office.lever("POST", "disputes", payment_intent=payment)["id"]

    def wins(self, chargeback):
        self.office.lever("POST", f"disputes/{chargeback}/move", status="won")


@pytest.fixture(params=["memory", "double"])
def provider(request, tmp_path):
    if request.param == "memory":
        gateway = FakeGateway()
        yield Memory(gateway, FakeMandates(gateway))
        return
    office = Office(tmp_path / "double")
    keys = {CREDITOR: KEY}.__getitem__
    yield Double(office, StripeGateway(keys, office.url), StripeMandates(keys, office.url))
    office.close()


def begin(provider):
    return provider.mandates.begin_mandate(
        Mandate("m-1", CREDITOR, "K-501", "R-1001", "p-1", 2, NOW),
        payee="Nordlicht",
        currency="EUR",
        locale="de",
        success_url="https://zahlen.nordlicht.example/r/m-1",
        cancel_url="https://zahlen.nordlicht.example/r/m-1?left=1",
        expires_at=NOW + timedelta(hours=1),
    )


def draw(provider, way, name="d-1"):
    attempt = Attempt(name, CREDITOR, "K-501", "R-1001", 1500, "EUR", datetime.now(UTC), mandate="m-1")
    return provider.mandates.draw(attempt, way, description="1")


def open_page(provider, amount, name="a-1"):
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    return provider.gateway.begin_checkout(
        Attempt(name, CREDITOR, "K-501", "R-1001", amount, "EUR", ends),
        payee="Nordlicht",
        description="Strom",
        locale="de",
        success_url="https://zahlen.nordlicht.example/r/a-1",
        cancel_url="https://zahlen.nordlicht.example/r/a-1?left=1",
    )


def test_the_least_that_is_taken_is_known_and_less_is_refused_by_name(provider):
    least = provider.gateway.smallest("EUR")
    assert open_page(provider, least).url
    with pytest.raises(AmountTooSmall):
        open_page(provider, least - 1, "a-2")


def given(provider):
    page = begin(provider)
    provider.gives(page.url)
    return provider.mandates.saved_on(CREDITOR, page.provider_id)


def test_a_mandate_is_there_once_it_was_given(provider):
    page = begin(provider)
    assert begin(provider).url == page.url
    assert provider.mandates.saved_on(CREDITOR, page.provider_id) is None
    assert provider.gateway.checkout(CREDITOR, page.provider_id).status is CheckoutStatus.OPEN
    provider.gives(page.url)
    standing = provider.gateway.checkout(CREDITOR, page.provider_id)
    assert (standing.status, standing.payment_id, standing.mandate) == (CheckoutStatus.COMPLETE, None, "m-1")
    assert provider.mandates.saved_on(CREDITOR, page.provider_id).active


def test_one_attempt_is_drawn_once_and_found_by_its_name(provider):
    way = given(provider)
    assert provider.mandates.drawn(CREDITOR, way.payer, "d-1") is None
    first, second = draw(provider, way), draw(provider, way)
    assert first.object_id == second.object_id and first.status is PaymentStatus.PROCESSING
    provider.settles(first.object_id)
    found = provider.mandates.drawn(CREDITOR, way.payer, "d-1")
    assert (found.object_id, found.status, found.received) == (first.object_id, PaymentStatus.SUCCEEDED, 1500)
    assert provider.mandates.drawn(CREDITOR, way.payer, "d-2") is None


def test_what_was_given_up_is_not_drawn_on(provider):
    way = given(provider)
    for _ in range(2):
        provider.mandates.end_mandate(CREDITOR, way.way)
    with pytest.raises(Permanent):
        draw(provider, way)


def test_M4_M5_refunds_stand_as_they_stand_and_never_exceed_the_payment(provider):
    payment = provider.arrives()
    refund = provider.refunds(payment, 820)
    assert [one.object_id for one in provider.gateway.refunds_of(CREDITOR, payment)] == [refund]
    assert provider.gateway.refund(CREDITOR, refund).status is RefundStatus.SUCCEEDED
    with pytest.raises(Permanent):
        provider.gateway.refund_payment(CREDITOR, payment, 4001, key="r-1", labels={})
    own = provider.gateway.refund_payment(CREDITOR, payment, 4000, key="r-2", labels={"task": "t"})
    assert provider.gateway.refund_payment(CREDITOR, payment, 4000, key="r-2", labels={"task": "t"}) == own
    assert dict(own.labels) == {"creditor": CREDITOR, "task": "t"}
    provider.refund_fails(refund)
    failed = provider.gateway.refund(CREDITOR, refund)
    assert failed.status is RefundStatus.FAILED and failed.came_back.startswith("txn_")
    assert len(list(provider.gateway.refunds_since(CREDITOR, LONG_AGO))) == 2


def test_M6_M7_a_chargeback_tells_what_moved(provider):
    payment = provider.arrives()
    chargeback = provider.takes_back(payment)
    told = provider.gateway.chargeback(CREDITOR, chargeback)
    assert (told.status, told.payment) == (ChargebackStatus.OPEN, payment)
    assert (told.taken.amount, told.given_back, told.is_debit) == (-4820, None, False)
    provider.wins(chargeback)
    (won,) = provider.gateway.chargebacks_since(CREDITOR, LONG_AGO)
    assert (won.status, won.given_back.amount) == (ChargebackStatus.WON, 4820)
    assert provider.gateway.payment(CREDITOR, payment).status is PaymentStatus.SUCCEEDED


def test_what_nobody_knows_is_said_to_be_unknown(provider):
    for ask, name in (("payment", "pi_none"), ("refund", "re_none"), ("chargeback", "du_none")):
        with pytest.raises(Permanent):
            getattr(provider.gateway, ask)(CREDITOR, name)


def test_lists_end_where_they_are_told_to(provider):
    payment = provider.arrives()
    refund = provider.refunds(payment, 100)
    soon = datetime.now(UTC) + timedelta(minutes=1)
    for until, found in ((NOW - timedelta(days=1), []), (soon, [payment]), (None, [payment])):
        assert [one.object_id for one in provider.gateway.payments_since(CREDITOR, LONG_AGO, until)] == found
    for until, found in ((NOW - timedelta(days=1), []), (soon, [refund]), (None, [refund])):
        assert [one.object_id for one in provider.gateway.refunds_since(CREDITOR, LONG_AGO, until)] == found
