"""Whoever is told an amount is told what is owed now; it is booked with the word and holds to the day printed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.make_document import Wanted, fetch_document
from chalicelib.actions.send_contact import Sent
from chalicelib.actions.start_payment import AskAgain, GoTo
from chalicelib.adapters.dynamo.commits import writes_of
from chalicelib.domain.accrual import owed_on
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.contact import ContactState, Purpose
from chalicelib.domain.document import DocumentKind
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.facts import FactName
from chalicelib.domain.plan import PlanState
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.strategies.balanced import STRATEGY
from chalicelib.domain.terms import Wish
from tests.builders import NOW
from tests.fakes.world import STRATEGIES

from .arranging import agreed, fetch, offer, offered, press

METER = POLICY.meter
TODAY = NOW.date()
GOOD = TODAY + timedelta(days=14)
# Three days at 6.52 percent on twenty thousand euros.
GROWN = 1072
IN_DEFAULT = {"principal": 2_000_000, "default_since": date(2026, 9, 1), "default_basis": "Mahnung"}
TERMS = Wish(500_000, TODAY + timedelta(days=7), 1)


@pytest.fixture(autouse=True)
def registered(world):
    world.register(**IN_DEFAULT)
    assert owed_on(world.claim(), TODAY, METER).outstanding.interest == GROWN


def booked(world):
    return [(entry.kind, entry.amount) for entry in world.store.ledger("nordlicht", "R-1001")[1:]]


def test_a_reminder_books_what_has_grown_and_prints_the_day_it_holds_to(world):
    due = world.planned()
    day = METER.day(due.due_at)
    grown = owed_on(world.claim(), day, METER).outstanding.total
    assert world.send(due) is Sent.SENT
    claim, said = world.claim(), world.compose.asked[-1]
    assert claim.outstanding.total == grown
    assert [kind for kind, _ in booked(world)] == [EntryKind.INTEREST]
    assert claim.interest.good.until == day + timedelta(days=STRATEGY.open_days)
    assert said["good"] == claim.interest.good.until
    assert world.store.named(FactName.INTEREST_BOOKED)
    world.invariants()


def test_a_strategy_that_charges_no_interest_asks_for_what_the_file_said(world):
    free = replace(STRATEGY, key="free", charges_interest=False)
    STRATEGIES["free"] = free
    try:
        world.open(strategy="free")
        world.register(claim="R-2", **IN_DEFAULT)
    finally:
        del STRATEGIES["free"]
    assert world.claim("R-2").interest is None


def test_paying_is_started_with_what_is_owed_today_and_an_old_amount_is_asked_again(world):
    assert isinstance(world.start(2_000_000), AskAgain)
    assert booked(world) == []
    assert isinstance(world.start(2_000_000 + GROWN), GoTo)
    assert booked(world) == [(EntryKind.INTEREST, GROWN)]
    assert world.claim().interest.good.until == GOOD
    late = NOW + timedelta(days=10)
    world.book(world.gateway.pay(world.attempt(), late), now=late)
    assert world.claim().state is ClaimState.CLOSED
    world.invariants()


def test_whoever_is_asked_again_is_shown_todays_amount(world):
    answer = world.start(1)
    assert answer.matter.claims["R-1001"].outstanding.total == 2_000_000 + GROWN


def test_who_says_the_money_is_on_its_way_is_held_to_what_they_were_shown(world):
    world.announce()
    assert world.claim().interest.good.until == GOOD
    late = NOW + timedelta(days=5)
    world.book(world.gateway.money(2_000_000 + GROWN, late), now=late)
    assert world.claim().state is ClaimState.CLOSED


def test_M17_a_plan_is_about_what_is_owed_at_its_agreement_and_nothing_joins_it_while_it_is_kept(world):
    plan = agreed(world, TERMS)
    assert plan.total == 2_000_000 + GROWN
    for part in plan.instalments:
        at = NOW + (part.due - TODAY) * 1
        world.book(world.gateway.money(part.amount, at), now=at)
        world.invariants()
    assert world.claim().state is ClaimState.CLOSED
    assert [kind for kind, _ in booked(world)].count(EntryKind.INTEREST) == 1


def test_the_same_terms_asked_again_are_the_same_offer_though_the_first_booked_interest(world):
    assert offered(world, TERMS) == offered(world, TERMS)
    assert booked(world) == [(EntryKind.INTEREST, GROWN)]


def test_an_offer_is_agreed_to_days_later_at_its_own_amount(world):
    held = offered(world, TERMS)
    later = NOW + timedelta(days=5)
    answer = press(world, held, later)
    assert answer.agreement.total == 2_000_000 + GROWN
    world.invariants()


def test_a_deferral_keeps_the_amount_to_its_day(world):
    until = TODAY + timedelta(days=30)
    agreed(world, until)
    assert owed_on(world.claim(), until, METER).outstanding.total == 2_000_000 + GROWN
    world.invariants()


def test_a_plan_that_lapses_lets_interest_go_on_from_that_day(world):
    plan = agreed(world, Wish(3_000_000, TODAY + timedelta(days=2), 1))
    for _ in range(60):
        due = [c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.AGREED]
        if not due:
            break
        world.send(due[0])
    ended = world.matter().plans[plan.id]
    assert ended.state is PlanState.ENDED
    claim, lapsed = world.claim(), METER.day(ended.ended_at)
    before = owed_on(claim, lapsed, METER).outstanding.interest
    assert before == GROWN, "nothing grew while it ran, but for the day of its agreement"
    after = owed_on(claim, lapsed + timedelta(days=10), METER).outstanding.interest
    assert after - before == pytest.approx(2_000_000 * 652 * 10 / 3_650_000, abs=1)


def test_a_statement_of_account_tells_what_is_owed_on_its_day(world):
    wanted = Wanted(DocumentKind.STATEMENT)
    document = fetch_document(world.visit(), wanted, language="de", room=world.print_room, now=NOW)
    assert booked(world) == [(EntryKind.INTEREST, GROWN)]
    again = fetch_document(world.visit(), wanted, language="de", room=world.print_room, now=NOW)
    assert again.id == document.id


def test_M12_fifteen_claims_with_interest_and_a_deferral_each_are_paid_in_one_transaction(world):
    names = [f"R-{number}" for number in range(2, 16)]
    for name in names:
        world.register(claim=name, **IN_DEFAULT)
    until = TODAY + timedelta(days=2)
    for name in ("R-1001", *names):
        made = offer(world, until, claim=name)
        fetch(world, made.offer.id, claim=name)
        press(world, made.offer.id, claim=name)
    late = NOW + timedelta(days=20)
    total = sum(owed_on(one, METER.day(late), METER).outstanding.total for one in world.matter().claims.values())
    assert isinstance(world.start(total, late, together=True), GoTo)
    later = late + timedelta(days=16)
    payment = world.gateway.money(total + 100_000, later, attempt=world.attempt().id)
    world.book(payment, "evt_1", now=later)
    assert all(claim.state is ClaimState.CLOSED for claim in world.matter().claims.values())
    grown = [e for e in world.store.commits[-1].entries if e[1].kind is EntryKind.INTEREST]
    assert len(grown) == 15, "sixteen days later than it was told"
    writes = writes_of("nordlicht", world.store.commits[-1], later)
    assert len(writes) <= 83
    world.invariants()
