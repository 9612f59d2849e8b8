"""A collector's costs: told with the first demand, risen after two weeks, and back where they are not owed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.agree import Agreed
from chalicelib.actions.charge_costs import Charged
from chalicelib.actions.close_task import close_task
from chalicelib.actions.raise_dispute import raise_dispute, withdraw_dispute
from chalicelib.actions.send_contact import Sent, send_contact
from chalicelib.domain.accrual import good_to
from chalicelib.domain.bank_days import bank_days_after
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.dispute import DisputeReason, Objection
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import DeadAddress, Permanent, Retry, Unknown
from chalicelib.domain.facts import FactName
from chalicelib.domain.fees import last_simple_day
from chalicelib.domain.parties import ActingAs
from chalicelib.domain.terms import Wish
from chalicelib.ports import Commit
from tests.fakes.world import POLICIES, STRATEGIES, World

from .arranging import agreed, offer, offered, press
from .charging import (
    BILLING,
    HALF,
    IN_DEFAULT,
    METER,
    OF,
    RISEN,
    Died,
    at,
    bounces,
    claim,
    costs,
    demanded,
    dies,
    entries,
    looked,
    night,
    office,
    owed,
    pays,
    rises,
)
from .drawing import notice as told_of
from .test_watch_over import watch

# ---- The goldens of the law, through the actions


@pytest.mark.parametrize(
    ("principal", "half", "nine_tenths"), [(20_000, (2575, 515), (4635, 927)), (4_000, (1575, 315), (2835, 567))]
)
def test_a_claim_bears_half_a_fee_with_its_notice_and_nine_tenths_after_two_weeks(principal, half, nine_tenths):
    world, day = demanded(principal=principal)
    assert costs(world) == dict(zip(HALF, half, strict=True))
    assert night(world, rises(day) - timedelta(days=1)) == 0
    assert costs(world) == dict(zip(HALF, half, strict=True))
    assert night(world, rises(day)) == 1
    assert costs(world) == dict(zip(HALF, nine_tenths, strict=True))
    assert night(world, rises(day) + timedelta(days=1)) == 0
    assert [fact.about[1] for fact in world.store.named(FactName.COSTS_CHARGED)]
    world.invariants()


@pytest.mark.parametrize(
    ("first", "last", "rise"),
    [
        (date(2026, 12, 7), date(2026, 12, 21), date(2026, 12, 24)),
        (date(2026, 12, 11), date(2026, 12, 28), date(2026, 12, 31)),  # Christmas, a Saturday, a Sunday
        (date(2026, 12, 12), date(2026, 12, 28), date(2026, 12, 31)),  # a Saturday
        (date(2027, 3, 12), date(2027, 3, 30), date(2027, 4, 2)),  # Good Friday to Easter Monday
    ],
)
def test_two_weeks_that_end_on_a_weekend_or_a_holiday_end_on_the_next_bank_day(first, last, rise):
    world = World(now=at(first, 6))
    world.open(BILLING)
    world.register(**IN_DEFAULT, principal=20_000)
    _, day = demanded(world)
    assert (day, claim(world).fee.half_through) == (first, last)
    assert night(world, rise - timedelta(days=1)) == 0
    assert costs(world) == HALF
    assert night(world, rise) == 1
    assert costs(world) == RISEN


def test_vat_is_charged_where_the_creditor_cannot_deduct_it():
    world, day = demanded(vat_reclaimable=False)
    assert costs(world) == {**HALF, CostKind.VAT: 587}
    night(world, rises(day))
    assert costs(world) == {**RISEN, CostKind.VAT: 1057}


def test_a_business_bears_the_flat_sum_with_its_first_reminder():
    world, day = demanded(is_business=True)
    assert world.contacts(ContactState.SENT)[0].kind is MessageKind.REMINDER
    assert costs(world) == {CostKind.FLAT: 4000}
    night(world, rises(day))
    assert sum(costs(world).values()) == 5562


def test_costs_of_the_file_count_towards_the_fee():
    told = {"costs_kind": "Inkasso", "costs_origin": "Auftrag", "vat_reclaimable": True}
    world, day = demanded(costs=1000, **told)
    assert costs(world) == {CostKind.OTHER: 1000, CostKind.COLLECTION: 1575, CostKind.EXPENSES: 515}
    night(world, rises(day))
    assert sum(costs(world).values()) == 5562


# ---- Who charges nothing


@pytest.mark.parametrize(
    "settings",
    [
        replace(BILLING, bills_collection_fee=False),
        replace(BILLING, acting_as=ActingAs.OWN_NAME),
    ],
)
def test_who_writes_in_their_own_name_or_bills_no_fee_charges_nothing(settings):
    world, day = demanded(office(settings))
    night(world, rises(day))
    assert costs(world) == {} and claim(world).fee is None


def test_a_strategy_that_waives_costs_charges_nothing():
    world = office()
    world.open(replace(BILLING, strategy="gentle"))
    gentle = {"gentle": replace(STRATEGIES["balanced"], key="gentle", charges_costs=False)}
    contact, desk = world.planned(), replace(world.desk, strategies=gentle)
    assert send_contact(OF, "K-501", contact.id, desk=desk, now=contact.due_at) is Sent.SENT
    assert costs(world) == {}


@pytest.mark.parametrize("silent", [{"default_since": None}, {"default_basis": None}])
def test_a_claim_that_is_not_in_default_bears_no_costs_of_collecting_it(silent):
    world, _ = demanded(**silent)
    assert costs(world) == {}


def test_a_claim_whose_notice_went_before_it_came_bears_only_the_costs_of_its_file():
    world, day = demanded(first_notice_sent=date(2026, 10, 1))
    night(world, rises(day))
    assert costs(world) == {}


# ---- The notice and its costs are one


def test_the_notice_and_its_costs_are_written_together_and_the_notice_tells_them():
    world = office()
    told = []
    plain = world.compose

    def compose(kind, *, claim, **more):
        told.append((kind, claim.outstanding.by_kind, claim.fee.value))
        return plain(kind, claim=claim, **more)

    world.compose = compose
    contact = world.planned()
    world.email.answers.append(lambda: told.append(costs(world)))
    world.send(contact)
    assert told == [(MessageKind.NOTICE, HALF, 20_000), HALF]
    assert claim(world).fee.contact == contact.id


def test_a_notice_that_did_not_leave_takes_its_costs_back_and_the_next_try_tells_them_once():
    world = office()
    contact = world.planned()
    for _ in range(2):
        world.email.answers.append(Retry("busy"))
        with pytest.raises(Retry):
            world.send(contact)
        assert costs(world) == {} and claim(world).fee is None
        world.invariants()
    assert world.send(contact) is Sent.SENT
    assert costs(world) == HALF
    assert entries(world) == [(EntryKind.COSTS, 3090), (EntryKind.CREDIT, 3090)] * 2 + [(EntryKind.COSTS, 3090)]
    assert world.store.named(FactName.COSTS_CREDITED)
    world.invariants()


@pytest.mark.parametrize("answer", [Permanent("no"), DeadAddress("gone"), Unknown("?")])
def test_a_notice_that_may_not_have_arrived_takes_its_costs_back(answer):
    world = office()
    world.email.answers.append(answer)
    world.send(world.planned())
    assert costs(world) == {} and claim(world).fee is None
    world.invariants()


def test_what_never_leaves_the_sandbox_costs_nothing():
    world = office(replace(BILLING, sandbox=True))
    assert world.send(world.planned()) is Sent.SANDBOXED
    assert costs(world) == {}


def test_a_notice_that_bounces_takes_its_costs_back_and_the_next_one_begins_anew():
    world, _ = demanded()
    (sent,) = world.contacts(ContactState.SENT)
    for _ in range(2):
        bounces(world, sent)
        assert costs(world) == {} and claim(world).notice_sent_at is None
    world.invariants()


def test_the_night_that_gives_a_notice_up_takes_its_costs_back():
    world = office()
    contact = world.planned()
    world.email.answers.append(dies)
    with pytest.raises(Died):
        world.send(contact)
    assert costs(world) == HALF and world.again(contact).state is ContactState.RESERVED
    found = watch(world, contact.due_at + timedelta(hours=17), creditors=(OF,))
    assert found.lost == (contact.id,)
    assert costs(world) == {}
    world.invariants()


def test_what_was_paid_of_an_untold_fee_meanwhile_stays():
    world, day = demanded()
    pays(world, owed(world, day), day, day)
    (sent,) = world.contacts(ContactState.SENT)
    bounces(world, sent)
    assert claim(world).state is ClaimState.CLOSED
    assert entries(world) == [(EntryKind.COSTS, 3090)]
    world.invariants()


def test_where_all_but_an_untold_fee_was_paid_the_claim_is_closed():
    world, day = demanded()
    pays(world, owed(world, day) - 3090, day, day)
    (sent,) = world.contacts(ContactState.SENT)
    bounces(world, sent)
    assert claim(world).state is ClaimState.CLOSED
    world.invariants()


# ---- When it does not rise


@pytest.mark.parametrize(
    "kind",
    [kind for kind in HoldKind if kind not in (HoldKind.PLAN, HoldKind.DEFERRAL, HoldKind.PAYMENT_UNDER_WAY)],
)
@pytest.mark.parametrize("of_debtor", [True, False])
def test_nothing_rises_while_anything_holds_the_claim_or_its_debtor(kind, of_debtor):
    world, day = demanded()
    hold = Hold(kind, at(day), None, "test")
    held = {"debtor": world.matter().debtor.held(hold)} if of_debtor else {"claims": (claim(world).held(hold),)}
    world.store.commit(OF, Commit((), **held))
    for days in range(0, 60, 3):
        assert night(world, rises(day) + timedelta(days=days)) == 0
    assert costs(world) == HALF


def test_a_dispute_gives_two_weeks_again_from_its_answer():
    world, day = demanded()
    visit = world.visit()
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES}
    objection = Objection(DisputeReason.ALREADY_PAID, "Bezahlt.", None, None, "de")
    raised = raise_dispute(visit, objection, **ports, now=at(day + timedelta(days=5)))
    assert night(world, rises(day) + timedelta(days=2)) == 0
    assert claim(world).fee.look_at is None, "its end says when"
    ended = day + timedelta(days=40)
    close_task(OF, "K-501", raised.task, **ports, strategies=STRATEGIES, now=at(ended))
    assert claim(world).fee.half_through == last_simple_day(ended)
    assert night(world, rises(ended) - timedelta(days=1)) == 0
    assert night(world, rises(ended)) == 1


def test_a_dispute_that_is_withdrawn_gives_two_weeks_again():
    world, day = demanded()
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES}
    objection = Objection(DisputeReason.ALREADY_PAID, "Bezahlt.", None, None, "de")
    raise_dispute(world.visit(), objection, **ports, now=at(day + timedelta(days=13)))
    ended = day + timedelta(days=16)
    withdraw_dispute(world.visit(), **ports, strategies=STRATEGIES, now=at(ended))
    assert night(world, rises(day)) == 0
    assert night(world, rises(ended)) == 1


def test_a_hold_with_an_end_is_looked_at_again_when_it_ends():
    world, day = demanded()
    until = at(day + timedelta(days=30))
    held = claim(world).held(Hold(HoldKind.TRANSFERRED, at(day), until, "test"))
    world.store.commit(OF, Commit((), claims=(held,)))
    assert night(world, rises(day)) == 0
    assert claim(world).fee.look_at == until
    assert night(world, day + timedelta(days=31)) == 1


def test_a_paid_claim_leaves_the_nights_alone_and_one_that_owes_again_has_two_weeks():
    world, day = demanded()
    payment = pays(world, owed(world, day), day, day)
    assert claim(world).fee.look_at is None
    back = day + timedelta(days=45)
    chargeback = world.gateway.takes_back(payment.object_id, at(back, 12), debit=True)
    told_of(world, "chargeback", chargeback.object_id, at(back, 13), "evt")
    assert claim(world).state is ClaimState.OPEN and claim(world).fee.half_through == last_simple_day(back)
    assert night(world, rises(back) - timedelta(days=1)) == 0
    assert night(world, rises(back)) == 1
    world.invariants()


def test_a_creditor_that_bills_no_more_lets_it_rest_for_good():
    world, day = demanded()
    world.open(replace(BILLING, bills_collection_fee=False))
    assert night(world, rises(day)) == 0
    assert costs(world) == HALF and claim(world).fee.look_at is None


def test_asked_twice_at_once_it_rises_once():
    world, day = demanded()
    now = at(rises(day))
    world.store.meanwhile.append(lambda: looked(world, now))
    assert looked(world, now) is Charged.NOTHING
    assert entries(world) == [(EntryKind.COSTS, 3090), (EntryKind.COSTS, 2472)]


# ---- What was told holds, and what came in time


def test_money_worth_the_last_day_takes_the_rise_back_however_late_it_arrives():
    world, day = demanded()
    last = last_simple_day(day)
    promised = claim(world).outstanding.total
    night(world, rises(day))
    assert costs(world) == RISEN
    pays(world, promised, last, rises(day) + timedelta(days=9))
    assert claim(world).state is ClaimState.CLOSED
    assert entries(world) == [(EntryKind.COSTS, 3090), (EntryKind.COSTS, 2472), (EntryKind.CREDIT, 2472)]
    assert world.store.suspense(OF) == ()
    world.invariants()


def test_money_worth_a_day_later_pays_all_of_it():
    world, day = demanded()
    promised = claim(world).outstanding.total
    night(world, rises(day))
    pays(world, promised, last_simple_day(day) + timedelta(days=1), rises(day) + timedelta(days=1))
    assert claim(world).outstanding.total >= 2472
    assert entries(world, EntryKind.CREDIT) == []


def test_two_payments_in_time_take_it_back_together_in_either_order():
    for first in (15_000, 8_000):
        world, day = demanded()
        promised, last = claim(world).outstanding.total, last_simple_day(day)
        night(world, rises(day))
        pays(world, first, last, rises(day) + timedelta(days=1))
        assert claim(world).state is ClaimState.OPEN
        pays(world, promised - first, last, rises(day) + timedelta(days=2))
        assert claim(world).state is ClaimState.CLOSED and world.store.suspense(OF) == ()
        world.invariants()


def test_a_part_in_time_and_the_rest_late_leave_nine_tenths_in_either_order():
    for late_first in (True, False):
        world, day = demanded()
        last = last_simple_day(day)
        night(world, rises(day))
        parts = [(5_000, last), (10_000, rises(day))]
        for number, (amount, worth) in enumerate(reversed(parts) if late_first else parts):
            pays(world, amount, worth, rises(day) + timedelta(days=number + 1))
        assert entries(world, EntryKind.CREDIT) == []
        world.invariants()


def test_money_that_was_sent_before_anybody_demanded_it_pays_no_costs():
    world = office()
    worth = METER.day(world.planned().due_at) - timedelta(days=1)
    before = owed(world, worth)
    _, day = demanded(world)
    pays(world, before, worth, day + timedelta(days=1))
    assert claim(world).state is ClaimState.CLOSED and claim(world).fee is None
    assert entries(world) == [(EntryKind.COSTS, 3090), (EntryKind.CREDIT, 3090)]
    world.invariants()


def test_an_amount_told_within_the_two_weeks_is_good_to_their_end_at_the_latest():
    world, day = demanded()
    last = last_simple_day(day)
    again = world.planned()
    assert world.send(again) is Sent.SENT
    said = world.compose.asked[-1]["good"]
    assert METER.day(again.due_at) <= said <= last
    assert good_to(claim(world), day + timedelta(days=3), 14) <= last


def test_an_amount_told_just_after_the_two_weeks_keeps_the_fee_from_rising_while_it_holds():
    world, day = demanded()
    told = last_simple_day(day) + timedelta(days=1)
    world.start(owed(world, told), at(told, 9), world.visit())
    until = told + timedelta(days=14)
    assert claim(world).fee.half_through == until
    assert night(world, rises(day)) == 0
    assert night(world, bank_days_after(until, 3)) == 1


def test_an_offer_keeps_the_fee_from_rising_for_as_long_as_it_is_good():
    world, day = demanded()
    asked = day + timedelta(days=10)
    made = offer(world, asked + timedelta(days=30), at(asked, 9))
    until = METER.day(made.offer.good_until)
    assert until > last_simple_day(day) and claim(world).fee.half_through == until
    assert night(world, rises(day)) == 0
    assert isinstance(press(world, offered(world, asked + timedelta(days=30), at(asked, 9)), at(until)), Agreed)


# ---- With plans


def test_nothing_rises_on_a_plan_and_two_weeks_begin_when_it_ends():
    world, day = demanded()
    first = day + timedelta(days=7)
    agreed(world, Wish(5_000, first, first.day), at(day, 15))
    assert claim(world).state is ClaimState.ON_PLAN
    for days in (0, 30, 60):
        assert night(world, rises(day) + timedelta(days=days)) == 0
    assert costs(world) == HALF
    assert claim(world).fee.look_at is None
