"""Fetching a document: from the page to the PDF, with cookies and without, and never without a Visit."""

import urllib.request
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import unquote

import pypdf
import pytest

from chalicelib import wiring
from chalicelib.domain.deferral import Deferral
from chalicelib.domain.document import DocumentKind
from chalicelib.domain.offer import Offer, OfferKind
from chalicelib.domain.pay_link import Scope
from chalicelib.entrypoints.documents import documents
from chalicelib.ports import Commit
from tests.reader import Reader, sqs


@pytest.fixture(scope="module")
def creditor(house):
    house.empty()
    return house.open_creditor()


@pytest.fixture
def claim(house, creditor):
    return house.register(creditor)


@pytest.fixture(params=["with cookies", "without cookies"])
def reader(request, house, claim):
    """A reader behind the door, and what their forms carry."""
    found = Reader(house.link_to(claim), {} if request.param == "with cookies" else None)
    page = found.through_the_door()
    found.carries = {} if found.cookies else {"visit": page.form("/show")[1]["visit"]}
    return found


def fetch(reader, **wanted):
    return reader.post("document", {**reader.carries, **wanted})


def opened(answer):
    """The PDF behind a redirect, and what its file is called."""
    assert answer.status == 303, answer.words
    with urllib.request.urlopen(answer.location, timeout=5) as pdf:
        name = unquote(pdf.headers["Content-Disposition"].partition("''")[2])
        return pypdf.PdfReader(BytesIO(pdf.read())), name


def stored(house, claim):
    return list(house.matter(claim).documents.values())


def test_P14_who_may_only_look_takes_papers_and_puts_no_notice_into_the_debtors_hands(house, claim):
    token = house.link_to(claim)
    debtor = Reader(token)
    debtor.through_the_door()
    offer = debtor.on(debtor.press(debtor.get("plan"), "/plan", amount="20"))
    house.link(token, scope=Scope.SEE)
    looker = Reader(token)
    looker.through_the_door()
    assert opened(looker.press(looker.get("papers"), "/document"))[1] == "Kontoauszug.pdf"
    opened(looker.press(offer, "/document"))
    house.link(token, scope=Scope.ALL)
    again = debtor.on(debtor.press(offer, "/agree"))
    assert again.status == 409 and "Noch ist nichts vereinbart." in again.words
    assert not house.matter(claim).plans


def test_a_statement_is_printed_kept_and_opened_in_the_readers_language(house, claim, reader):
    pdf, name = opened(fetch(reader, kind="statement"))
    assert name == "Kontoauszug.pdf" and pdf.metadata["/Title"] == "Kontoauszug"
    assert "48,20" in pdf.pages[0].extract_text()
    (document,) = stored(house, claim)
    assert (document.kind, document.language) == (DocumentKind.STATEMENT, "de")
    assert document.fetched_at is not None
    opened(fetch(reader, kind="statement"))
    opened(fetch(reader, document=document.id))
    assert stored(house, claim) == [document]
    english, name = opened(fetch(reader, kind="statement", lang="en"))
    assert name == "Statement of account.pdf" and english.trailer["/Root"]["/Lang"] == "en"


@pytest.mark.parametrize("kind", ["receipt", "clear_slate", "notice", "offer", "agreement", "nonsense", ""])
def test_where_there_is_no_such_document_the_matter_is_shown(house, claim, reader, kind):
    answer = fetch(reader, kind=kind, about="x" * 5000)
    assert (answer.status, answer.location) == (200, "")
    assert "Was möchten Sie tun?" in answer.words
    assert stored(house, claim) == []


def test_without_a_visit_it_leads_to_the_door_and_prints_nothing(house, claim):
    stranger = Reader(house.link_to(claim))
    answer = stranger.post("document", {"kind": "statement"})
    assert answer.location == stranger.at()
    assert stored(house, claim) == []


def test_nobody_reaches_another_debtors_documents(house, creditor, claim, reader):
    other = house.register(creditor)
    theirs = Reader(house.link_to(other))
    theirs.through_the_door()
    theirs.carries = {}
    opened(fetch(theirs, kind="statement"))
    (document,) = stored(house, other)
    assert "Was möchten Sie tun?" in fetch(reader, document=document.id).words
    assert fetch(reader, kind="statement", claim=other.id).status in (404, 410, 200)
    assert stored(house, claim) == []


def test_the_pages_let_their_forms_lead_to_the_buckets_origin_and_nowhere_else(house, reader):
    said = reader.get("talk").headers["content-security-policy"]
    forms = said.rpartition("form-action ")[2]
    assert forms.split() == ["'self'", house.payments.url, house.aws.url]


def agreed_later(claim, *, offer="o-1"):
    """A deferral that was agreed, as the table holds it."""
    whose = {"creditor": claim.creditor, "debtor": claim.debtor, "claim": claim.id}
    now = wiring.clock()
    made = Offer(offer, **whose, kind=OfferKind.DEFERRAL, owed=4820, currency="EUR", language="en", made_at=now,
                 good_until=now + timedelta(days=14), until=date(2026, 12, 31))  # fmt: skip
    later = Deferral("f-1", **whose, until=date(2026, 12, 31), offer=offer, agreed_at=now)
    wiring.store().commit(claim.creditor, Commit((), offers=(made,), deferrals=(later,)))
    return {"detail": {"creditor": claim.creditor, "claim": claim.id, "deferral": "f-1"}}


def test_a_fact_of_an_agreement_prints_it_once_however_often_it_comes(house, claim):
    fact = agreed_later(claim)
    for _ in range(2):
        assert documents(sqs(fact, fact), None) == {"batchItemFailures": []}
    (document,) = stored(house, claim)
    assert (document.kind, document.language, document.fetched_at) == (DocumentKind.AGREEMENT, "en", None)
    pdf = pypdf.PdfReader(BytesIO(wiring.archive().read(document)))
    assert "31 December 2026" in pdf.pages[0].extract_text().replace("\xa0", " ")


def test_a_fact_nobody_can_read_comes_back_alone(house, claim):
    fact = agreed_later(claim)
    answer = documents(sqs(fact, "no json"), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert len(stored(house, claim)) == 1


def test_P14_a_downloaded_offer_is_in_its_readers_hands(house, claim, reader):
    agreed_later(claim)
    assert fetch(reader, kind="offer", about="o-1").status == 303
    (document,) = [d for d in stored(house, claim) if d.kind is DocumentKind.OFFER]
    matter = house.matter(claim)
    offer = replace(matter.offers["o-1"], document=document.id)
    assert replace(matter, offers={"o-1": offer}).notice_given(offer)
