"""Before anybody can agree there is an offer: printed, kept, and on its way to the debtor."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.make_offer import OfferMade
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.document import DocumentKind
from chalicelib.domain.errors import BrokenRule, Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.offer import OfferKind, OfferState
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.terms import Change, ChangeKind, NotPossible, Wish
from chalicelib.ports import Commit
from tests.builders import NOW

from .arranging import WISH, agreed, offer, pay


@pytest.fixture
def owing(world):
    world.register()
    return world


def test_P14_an_offers_notice_is_kept_before_the_offer_is_there(owing):
    owing.store.meanwhile.append(lambda: seen.append(dict(owing.archive.kept)))
    seen = []
    made = offer(owing)
    assert [name for _, name in seen[0]] == [made.offer.document]
    document = owing.matter().documents[made.offer.document]
    assert (document.kind, document.about) == (DocumentKind.OFFER, made.offer.id)
    assert owing.archive.read(document)


def test_an_offer_says_what_can_be_agreed_to_and_how_long(owing):
    made = offer(owing)
    held = owing.matter().offers[made.offer.id]
    assert made.offer == held and made.matter.offers[held.id] == held
    assert (held.kind, held.owed, held.state) == (OfferKind.PLAN, 4820, OfferState.OPEN)
    assert [part.amount for part in held.instalments] == [1000, 1000, 1000, 1000, 820]
    assert (held.day, held.good_until.isoformat()) == (1, "2026-12-01T22:59:59+00:00")
    assert len(owing.store.named(FactName.OFFER_MADE)) == 1


def test_its_mail_is_an_answer_that_brings_the_document(owing):
    made = offer(owing)
    letter = owing.matter().contacts[made.offer.contact]
    assert (letter.purpose, letter.kind, letter.about) == (Purpose.ANSWER, MessageKind.OFFER, made.offer.id)
    assert letter.document == made.offer.document and letter.id in owing.scheduler.planned
    assert not owing.matter().notice_given(made.offer)
    owing.send(letter)
    assert owing.matter().notice_given(made.offer)
    assert [a.content for a in owing.email.attached[-1]] == [
        owing.archive.read(owing.matter().documents[letter.document])
    ]


def test_without_a_durable_way_its_document_waits_to_be_fetched(owing):
    card = owing.matter().debtor.with_point_state("marta.lindqvist@example.com", PointState.DEAD)
    owing.store.commit("nordlicht", Commit((), debtor=card))
    made = offer(owing)
    assert made.offer.contact is None and made.offer.document in owing.matter().documents
    assert not [c for c in owing.contacts() if c.channel is ChannelKind.SMS and c.kind is MessageKind.OFFER]


def test_P2_the_same_terms_again_are_the_same_offer(owing):
    one, two = offer(owing), offer(owing, now=NOW + timedelta(hours=2))
    assert one.offer == two.offer
    assert len(owing.matter().offers) == len(owing.matter().documents) == 1
    assert owing.printer.printed == [DocumentKind.OFFER]


def test_after_a_crash_before_its_schedule_the_mail_gets_it_the_next_time(owing):
    owing.scheduler.trouble.append(Retry("out of reach"))
    with pytest.raises(Retry):
        offer(owing)
    made = offer(owing)
    assert made.offer.contact in owing.scheduler.planned


def test_after_a_crash_between_keeping_and_writing_nothing_is_lost(owing):
    owing.store.trouble.append(Retry("out of reach"))
    with pytest.raises(Retry):
        offer(owing)
    assert owing.matter().offers == {}
    made = offer(owing, now=NOW + timedelta(minutes=1))
    document = owing.matter().documents[made.offer.document]
    assert document.size == len(owing.archive.read(document))


def test_another_wish_replaces_the_one_before_and_its_mail_that_still_waits(owing):
    one, two = offer(owing), offer(owing, replace(WISH, amount=2000))
    assert owing.matter().offers[one.offer.id].state is OfferState.REPLACED
    assert owing.matter().offers[two.offer.id].state is OfferState.OPEN
    assert owing.matter().contacts[one.offer.contact].state is ContactState.CANCELLED
    third = offer(owing)
    assert third.offer.id != one.offer.id and third.offer.state is OfferState.OPEN


def test_what_goes_beyond_the_bounds_writes_nothing_and_says_what_would_do(owing):
    before = dict(owing.store.items)
    answer = offer(owing, replace(WISH, amount=300))
    assert isinstance(answer, NotPossible) and answer.nearest == replace(WISH, amount=1000)
    assert owing.store.items == before and owing.archive.kept == {}
    assert isinstance(offer(owing, answer.nearest), OfferMade)


def test_a_deferral_is_offered_with_its_day(owing):
    held = offer(owing, date(2026, 12, 15)).offer
    assert (held.kind, held.until, held.instalments) == (OfferKind.DEFERRAL, date(2026, 12, 15), ())
    assert held.good_until == NOW + timedelta(days=14)
    tomorrow = offer(owing, date(2026, 11, 24)).offer
    assert tomorrow.good_until.isoformat() == "2026-11-23T22:59:59+00:00"
    late = offer(owing, date(2027, 3, 1))
    assert (late.field, late.nearest) == ("until", date(2027, 1, 22))


def test_a_change_is_offered_of_the_plan_that_runs_only(owing):
    change = Change(ChangeKind.SKIP)
    assert offer(owing, change).because == "nothing_open"
    plan = agreed(owing)
    held = offer(owing, change).offer
    assert (held.kind, held.plan) == (OfferKind.PLAN_CHANGE, plan.id)
    assert held.instalments[0].due == date(2027, 1, 1)


@pytest.mark.parametrize("kind", [HoldKind.INSOLVENCY, HoldKind.MINOR, HoldKind.REPRESENTATIVE])
def test_where_a_person_has_to_look_nothing_is_offered(owing, kind):
    owing.hold("R-1001", Hold(kind, NOW, None, "desk"))
    assert offer(owing).because == "by_a_person"


def test_nothing_is_offered_of_what_is_paid(owing):
    pay(owing, 4820, NOW)
    with pytest.raises(BrokenRule, match="closed"):
        offer(owing)


@pytest.mark.parametrize("wrong", [{"claim": "R-404"}, {"debtor": "K-404"}, {"of": "unknown"}])
def test_a_visit_to_what_is_not_there_is_offered_nothing(owing, wrong):
    with pytest.raises(BrokenRule, match="not_found"):
        offer(owing, **wrong)


def test_whoever_may_only_look_arranges_nothing(owing):
    class Looking(type(owing)):
        def visit(self, **of):
            return replace(super().visit(**of), scope=Scope.SEE)

    owing.__class__ = Looking
    with pytest.raises(BrokenRule, match="not_found"):
        offer(owing, Wish(1000, date(2026, 12, 1), 1))


def test_two_that_replace_the_same_offer_at_once_leave_one_open(owing):
    offer(owing)
    owing.store.meanwhile.append(lambda: offer(owing, replace(WISH, amount=1500)))
    made = offer(owing, replace(WISH, amount=2000))
    (left,) = (o for o in owing.matter().offers.values() if o.state is OfferState.OPEN)
    assert left == made.offer
