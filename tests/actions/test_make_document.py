"""A document is made once, found ever after, and in its reader's hands from the first fetch on."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest

from chalicelib.actions.make_document import (
    Wanted,
    agreement_id,
    fetch_document,
    make_agreement,
    make_document,
    printed_document,
)
from chalicelib.actions.tell_account import account_of_debtor
from chalicelib.domain.deferral import Deferral
from chalicelib.domain.document import DocumentKind
from chalicelib.domain.errors import BrokenRule, Retry, StaleVersion
from chalicelib.domain.facts import FactName
from chalicelib.domain.offer import Offer, OfferKind
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.plan import Instalment, Method, Plan
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import World

TOMORROW = NOW + timedelta(days=1)
WHOSE = {"creditor": "nordlicht", "debtor": "K-501", "claim": "R-1001"}
TERMS = (Instalment(1, date(2026, 12, 1), 2410), Instalment(2, date(2027, 1, 1), 2410))
OFFER = Offer("o-1", **WHOSE, kind=OfferKind.PLAN, owed=4820, currency="EUR", language="tr", made_at=NOW,
              good_until=TOMORROW, instalments=TERMS)  # fmt: skip
PLAN = Plan("p-1", **WHOSE, currency="EUR", instalments=TERMS, method=Method.LINK, offer="o-1", agreed_at=NOW,
            paid_before=0)  # fmt: skip
LATER = Deferral("f-1", **WHOSE, until=date(2026, 12, 1), offer="o-2", agreed_at=NOW)
STATEMENT = Wanted(DocumentKind.STATEMENT)


@pytest.fixture
def world():
    small = World()
    small.register(claim="R-1001")
    return small


def fetch(world, wanted=STATEMENT, *, now=NOW, language="de", scope=Scope.ALL):
    visit = replace(world.visit(), scope=scope)
    return fetch_document(visit, wanted, language=language, room=world.print_room, now=now)


def paid(world, amount=4820):
    world.start()
    world.book(world.gateway.money(amount, NOW))


def agree(world, *, plan=PLAN, later=None):
    offers = (OFFER, replace(OFFER, id="o-2", kind=OfferKind.DEFERRAL, until=LATER.until, instalments=()))
    world.store.commit("nordlicht", Commit((), offers=offers))
    world.store.commit("nordlicht", Commit((), plans=(plan,) if plan else (), deferrals=(later,) if later else ()))


def test_asked_twice_there_is_one_document_with_the_same_bytes(world):
    first, again = fetch(world), fetch(world, now=TOMORROW)
    assert (first.id, first.sha256) == (again.id, again.sha256)
    assert world.printer.printed == [DocumentKind.STATEMENT]
    assert list(world.matter().documents) == [first.id]
    assert sha256(world.archive.read(first)).hexdigest() == first.sha256
    assert len(world.store.named(FactName.DOCUMENT_MADE)) == 1


def test_about_the_claim_is_about_all_there_is(world):
    assert fetch(world, Wanted(DocumentKind.STATEMENT, "R-1001")).id == fetch(world).id


def test_another_language_is_another_document(world):
    assert fetch(world).id != fetch(world, language="ar").id


def test_after_another_payment_there_is_a_new_statement_and_the_old_one_stays(world):
    before = fetch(world)
    paid(world, 2000)
    after = fetch(world)
    assert after.id != before.id
    assert fetch(world, Wanted(None, document=before.id)).sha256 == before.sha256


def test_the_first_fetch_is_noted_and_no_later_one(world):
    assert fetch(world).fetched_at == NOW
    assert fetch(world, now=TOMORROW).fetched_at == NOW


def test_a_looker_on_does_not_take_it_in_place_of_who_may_agree(world):
    assert fetch(world, scope=Scope.SEE).fetched_at is None
    assert fetch(world, scope=Scope.ARRANGE, now=TOMORROW).fetched_at == TOMORROW


def test_a_crash_after_the_bytes_leaves_nothing_visible_and_a_retry_goes_on_with_them(world):
    world.archive.lose = Retry("the answer was lost")
    with pytest.raises(Retry):
        fetch(world)
    assert world.matter().documents == {}
    document = fetch(world, now=TOMORROW)
    assert len(world.archive.kept) == 1
    assert sha256(world.archive.read(document)).hexdigest() == document.sha256
    assert NOW.date().isoformat() in world.archive.read(document).decode()


def test_whoever_writes_it_at_the_same_moment_both_get_the_one_document(world):
    matter = world.matter()
    arguments = {"language": "de", "room": world.print_room, "now": NOW}
    one = make_document(matter, world.claim(), DocumentKind.STATEMENT, "", **arguments)
    with pytest.raises(StaleVersion):
        make_document(matter, world.claim(), DocumentKind.STATEMENT, "", **arguments)
    assert fetch(world).id == one.id


def test_out_of_reach_nothing_is_written(world):
    world.archive.down = Retry("archive out of reach")
    with pytest.raises(Retry):
        fetch(world)
    assert world.matter().documents == {}


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(None),
        Wanted(DocumentKind.RECEIPT),
        Wanted(DocumentKind.CLEAR_SLATE),
        Wanted(DocumentKind.NOTICE),
        Wanted(DocumentKind.OFFER, "o-9"),
        Wanted(DocumentKind.AGREEMENT, "p-9"),
        Wanted(DocumentKind.STATEMENT, "o-9"),
        Wanted(None, document="d-9"),
    ],
)
def test_what_there_is_nothing_to_tell_of_is_refused(world, wanted):
    with pytest.raises(BrokenRule, match="no_document"):
        fetch(world, wanted)
    assert world.archive.kept == {}


def test_another_debtors_claim_is_not_found(world):
    world.register(claim="R-2002", debtor="K-502")
    with pytest.raises(BrokenRule, match="not_found"):
        fetch(world, Wanted(DocumentKind.STATEMENT, claim="R-2002"))


def test_the_same_debtors_other_claim_has_its_own(world):
    world.register(claim="R-2002")
    other = fetch(world, Wanted(DocumentKind.STATEMENT, claim="R-2002"))
    assert other.claim == "R-2002"


ACCOUNT = Wanted(DocumentKind.ACCOUNT)


def test_the_account_over_all_claims_is_one_document_from_whichever_claim_it_is_asked_for(world):
    with pytest.raises(BrokenRule, match="no_document"):
        fetch(world, ACCOUNT)
    world.register(claim="R-2002")
    first = fetch(world, ACCOUNT)
    again = fetch(world, replace(ACCOUNT, claim="R-2002"), now=TOMORROW)
    assert (again.id, again.sha256) == (first.id, first.sha256)
    world.start(9640, together=True)
    attempt = world.attempt()
    world.book(world.gateway.money(9640, NOW, attempt=attempt.id))
    after = fetch(world, ACCOUNT)
    assert after.id != first.id, "the payment over both made another one"
    assert " 4 " in world.archive.read(after).decode(), "of the entries of both"
    assert fetch(world, replace(ACCOUNT, about="R-1001")).id == after.id


def test_before_an_account_over_all_is_printed_what_has_grown_is_booked_on_each():
    world = World()
    grown = {"default_since": date(2026, 9, 1), "default_basis": "Mahnung", "principal": 2_000_000}
    names = [f"R-{number}" for number in range(8)]
    for name in names:
        world.register(claim=name, **grown)
    later = NOW + timedelta(days=20)
    visit = world.visit(claim="R-3")
    fetch_document(visit, ACCOUNT, language="de", room=world.print_room, now=later)
    booked = [len(world.store.ledger("nordlicht", name)) for name in names]
    assert booked == [2] * len(names), "however many there are"


def test_the_operator_looks_at_the_same_account_and_nothing_is_written(world):
    world.register(claim="R-2002")
    world.start(9640, together=True)
    world.book(world.gateway.money(9640, NOW, attempt=world.attempt().id))
    before = dict(world.store.items)
    (account,) = account_of_debtor("nordlicht", "K-501", store=world.store)
    assert account.after == 0 and [len(line) for line in account.lines] == [1, 1, 2]
    assert world.store.items == before
    with pytest.raises(BrokenRule, match="not_found"):
        account_of_debtor("nordlicht", "K-999", store=world.store)


def test_once_paid_there_is_a_receipt_for_each_payment_and_a_clear_slate(world):
    paid(world)
    assert fetch(world, Wanted(DocumentKind.RECEIPT)).about == ""
    assert fetch(world, Wanted(DocumentKind.RECEIPT, "1")).about == "1"
    assert fetch(world, Wanted(DocumentKind.CLEAR_SLATE)).kind is DocumentKind.CLEAR_SLATE
    with pytest.raises(BrokenRule):
        fetch(world, Wanted(DocumentKind.RECEIPT, "0"))


def test_P14_an_offer_is_kept_before_it_is_written_and_one_write_shows_both(world):
    matter = world.matter()
    unwritten = replace(matter, offers={OFFER.id: OFFER})
    document = printed_document(
        unwritten, world.claim(), DocumentKind.OFFER, OFFER.id, language="tr", room=world.print_room, now=NOW
    )
    assert world.matter().documents == {} and len(world.archive.kept) == 1
    world.store.commit(
        "nordlicht", Commit((), offers=(replace(OFFER, document=document.id),), documents=(document,))
    )
    written = world.matter()
    assert not written.notice_given(written.offers["o-1"])
    fetch(world, Wanted(None, document=document.id))
    written = world.matter()
    assert written.notice_given(written.offers["o-1"])


@pytest.mark.parametrize(("plan", "later", "about"), [(PLAN, None, "p-1"), (None, LATER, "f-1")])
def test_what_was_agreed_is_printed_once_however_often_the_fact_comes_by(world, plan, later, about):
    agree(world, plan=plan, later=later)
    agreed = plan or later
    for day in (NOW, TOMORROW):
        made = make_agreement("nordlicht", "R-1001", about, room=world.print_room, now=day)
        assert made and made.id == agreement_id(agreed, OFFER)
        assert made.language == "tr"
    assert world.printer.printed == [DocumentKind.AGREEMENT]


def test_a_changed_plan_has_a_new_agreement(world):
    agree(world)
    first = make_agreement("nordlicht", "R-1001", "p-1", room=world.print_room, now=NOW)
    changed = replace(world.matter().plans["p-1"], changes=1)
    world.store.commit("nordlicht", Commit((), plans=(changed,)))
    second = make_agreement("nordlicht", "R-1001", "p-1", room=world.print_room, now=NOW)
    assert first.id != second.id and set(world.matter().documents) == {first.id, second.id}


def test_a_fact_about_something_gone_makes_nothing(world):
    assert make_agreement("nordlicht", "R-1001", "p-9", room=world.print_room, now=NOW) is None
    assert make_agreement("nordlicht", "R-9", "p-1", room=world.print_room, now=NOW) is None
