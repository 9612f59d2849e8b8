"""One account over all claims of a debtor: a PDF on their page, and at the operators' door."""

import urllib.request
from io import BytesIO
from urllib.parse import unquote

import pypdf
import pytest

from chalicelib import wiring
from chalicelib.domain.statement import of_ledgers
from tests.faults.test_webhooks import PAID
from tests.operators import Person
from tests.reader import Reader


@pytest.fixture
def claims(house, creditor):
    """Two claims of one debtor, paid by one payment."""
    return [house.register(creditor, debtor="K-77", principal=amount) for amount in (4820, 1000)]


@pytest.fixture
def reader(house, claims):
    reader = Reader(house.link_to(claims[0]))
    reader.through_the_door()
    return reader


def opened(answer):
    """The text of the PDF behind a redirect, and what its file is called."""
    assert answer.status == 303, answer.words
    with urllib.request.urlopen(answer.location, timeout=5) as pdf:
        name = unquote(pdf.headers["Content-Disposition"].partition("''")[2])
        pages = pypdf.PdfReader(BytesIO(pdf.read())).pages
        return " ".join(page.extract_text() for page in pages).replace("\xa0", " "), name


def paid_together(house, creditor, provider, claims, reader):
    hosted = reader.press(reader.get("pay-all"), "/pay").location
    house.payments.press(hosted, "card")
    attempt = house.matter(claims[0]).attempts[house.again(claims[0]).attempt]
    payment = wiring.gateway().checkout(creditor.id, attempt.provider_id).payment_id
    assert provider.told(provider.notice(PAID, payment)) == 200
    return payment


def test_M12_the_debtor_gets_the_account_over_all_claims_with_the_one_payment_once(
    house, creditor, provider, claims, reader
):
    page = reader.get("papers")
    assert "Kontoauszug über alle Rechnungen" in page.words
    before, name = opened(reader.press(page, "/document", kind="account"))
    assert name == "Kontoauszug über alle Rechnungen.pdf" and "58,20 €" in before
    paid_together(house, creditor, provider, claims, reader)
    after, _ = opened(reader.press(reader.get("papers"), "/document", kind="account"))
    assert after.count("−58,20 €") == 1, "one payment"
    assert "48,20 €" in after and "10,00 €" in after, "and what each invoice got of it"
    house.invariants(*claims)


def test_whoever_owes_one_thing_is_offered_one_account(house, creditor):
    reader = Reader(house.link_to(house.register(creditor)))
    reader.through_the_door()
    page = reader.get("papers")
    assert "Kontoauszug" in page.words and "alle Rechnungen" not in page.words
    assert "Was möchten Sie tun?" in reader.press(page, "/document", kind="account").words


def test_M12_the_operator_sees_the_same_to_the_cent_and_only_of_the_own_debtors(
    house, creditor, provider, claims, reader
):
    anna = Person("anna", creditor.id)
    payment = paid_together(house, creditor, provider, claims, reader)
    (account,) = anna.looks("statement", debtor="K-77")["statements"]
    own = [of_ledgers("K-77", {c.id: wiring.store().ledger(creditor.id, c.id)})[0] for c in claims]
    assert account["owed"] == sum(one.after for one in own) == 0
    assert account["claims"] == {claim.id: one.after for claim, one in zip(claims, own, strict=True)}
    (line,) = [line for line in account["lines"] if line["entry"] == "payment"]
    assert (line["source"], line["change"]) == (payment, -5820)
    assert sorted(part["change"] for part in line["of"]) == [-4820, -1000]
    assert anna.asks("GET", "statement", query={"debtor": "K-nobody"})[0] == 404
    assert anna.asks("GET", "statement")[0] == 422
    stranger = Person("anna", house.open_creditor().id)
    assert stranger.asks("GET", "statement", query={"debtor": "K-77"})[0] == 404, "O3"
